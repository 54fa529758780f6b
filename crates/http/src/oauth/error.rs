//! Errors in the form of RFC 6749.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use crate::web::{Json, OperationDocument, Problem, ProblemKind, Reply};

/// An OAuth error (RFC 6749).
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OAuthError {
    /// The error code.
    pub error: OAuthErrorCode,
    /// Explanation of the error.
    pub error_description: String,
}

/// An OAuth error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum OAuthErrorCode {
    /// The request is malformed.
    InvalidRequest,
    /// The client is unknown or revoked, or its secret is wrong.
    InvalidClient,
    /// The grant type is not `client_credentials`.
    UnsupportedGrantType,
    /// The scope is unknown, or the client does not have it.
    InvalidScope,
    /// The token belongs to another client, or the client has no scope.
    UnauthorizedClient,
}

/// The reason why a request is refused.
pub(super) enum Refused {
    Error(OAuthError),
    Problem(Problem),
}

impl Refused {
    pub(super) fn new(error: OAuthErrorCode, description: impl Into<String>) -> Self {
        Self::Error(OAuthError { error, error_description: description.into() })
    }

    pub(super) fn request(description: impl Into<String>) -> Self {
        Self::new(OAuthErrorCode::InvalidRequest, description)
    }

    pub(super) fn unauthorized(description: impl Into<String>) -> Self {
        Self::new(OAuthErrorCode::UnauthorizedClient, description)
    }
}

impl<E: Into<Problem>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Problem(error.into())
    }
}

/// A success without a body.
pub(super) struct Done;

/// The body of a successful answer.
pub(super) trait Success: 'static {
    fn document(operation: &mut OperationDocument);
    fn respond(self, request: &HttpRequest) -> Result<HttpResponse, Problem>;
}

impl<T: Serialize + ToSchema + 'static> Success for Json<T> {
    fn document(operation: &mut OperationDocument) {
        <Self as Reply>::document(operation);
    }

    fn respond(self, request: &HttpRequest) -> Result<HttpResponse, Problem> {
        Reply::respond(self, request)
    }
}

impl Success for Done {
    fn document(operation: &mut OperationDocument) {
        operation.response(StatusCode::OK, "Done", &[], &[]);
    }

    fn respond(self, _: &HttpRequest) -> Result<HttpResponse, Problem> {
        Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).finish())
    }
}

/// A successful answer, or an error in the form of RFC 6749.
pub(super) struct OAuthReply<S>(Result<S, OAuthError>);

impl<S: Success> OAuthReply<S> {
    pub(super) fn of(outcome: Result<S, Refused>) -> Result<Self, Problem> {
        match outcome {
            Ok(success) => Ok(Self(Ok(success))),
            Err(Refused::Error(error)) => Ok(Self(Err(error))),
            Err(Refused::Problem(problem)) => Err(problem),
        }
    }
}

impl<S: Success> Reply for OAuthReply<S> {
    fn document(operation: &mut OperationDocument) {
        S::document(operation);
        let schema = operation.schema::<OAuthError>();
        let content = [("application/json", schema)];
        operation.response(StatusCode::BAD_REQUEST, "The request is refused", &content, &[]);
        operation.response(StatusCode::UNAUTHORIZED, "Client authentication failed", &content, &["WWW-Authenticate"]);
        operation.problems(&[ProblemKind::TooManyRequests]);
    }

    fn respond(self, request: &HttpRequest) -> Result<HttpResponse, Problem> {
        let error = match self.0 {
            Ok(success) => return success.respond(request),
            Err(error) => error,
        };
        let status = match error.error {
            OAuthErrorCode::InvalidClient => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        };
        let mut response = HttpResponse::build(status);
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        response.insert_header((header::CONTENT_TYPE, "application/json"));
        if status == StatusCode::UNAUTHORIZED {
            response.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"peerpath\""));
        }
        Ok(response.body(serde_json::to_vec(&error).map_err(Problem::internal)?))
    }
}
