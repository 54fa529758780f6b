//! Errors as callers see them: problem documents (RFC 9457).
//!
//! The caller's text and the log's are separate. The kind decides the status, here and nowhere else.

use std::fmt;

use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::service::hashing::HashingError;
use crate::service::limits::Exceeded;
use crate::service::sealing::SealingError;
use crate::service::secret::NoRandomness;
use crate::service::sessions::SessionError;
use crate::service::snapshot::SnapshotError;
use crate::service::tokens::IssueError;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $name:ident: $word:literal, $status:ident, $title:literal, $remedy:literal;)+) => {
        /// The kinds of problems. Their words appear in `type` and never change.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum ProblemKind { $($(#[doc = $doc])+ $name,)+ }

        impl ProblemKind {
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The word in `/problems/{word}`.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)+ }
            }

            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }

            /// How the caller can fix the problem.
            pub const fn remedy(self) -> &'static str {
                match self { $(Self::$name => $remedy,)+ }
            }
        }
    };
}

kinds! {
    /// The request cannot be parsed.
    Malformed: "malformed", BAD_REQUEST, "Malformed request",
        "Correct the part that `detail` names: the syntax of the path, a header or the body.";
    /// Parameters are unknown or have invalid values.
    InvalidParameters: "invalid-parameters", BAD_REQUEST, "Invalid parameters",
        "`errors` names each wrong parameter and its allowed values. Unknown parameters are also errors.";
    /// The request has no valid access token.
    Unauthenticated: "unauthenticated", UNAUTHORIZED, "Access token required",
        "Send `Authorization: Bearer TOKEN`, with a token from `/oauth/token` (machines) or `/v1/sessions` (people). A token is valid for 15 minutes; `detail` says why the service refused your token.";
    /// The address, password, code or refresh token is wrong.
    InvalidCredentials: "invalid-credentials", UNAUTHORIZED, "Invalid credentials",
        "Check the address, the password and the code. The answer does not tell whether the account exists. A refresh token works once; sign in again when it is refused.";
    /// The password is right, but the account needs a second factor.
    SecondFactorRequired: "second-factor-required", UNAUTHORIZED, "Second factor required",
        "Send the request again with `code`: the code that the authenticator app shows, or a recovery code.";
    /// The caller may not do this.
    Forbidden: "forbidden", FORBIDDEN, "Forbidden",
        "`detail` says what is missing: a scope, which the `WWW-Authenticate` header names, or a role.";
    /// The resource does not exist.
    NotFound: "not-found", NOT_FOUND, "Not found",
        "Check the id and the spelling of the path. Withdrawn records can be read with `as_of`.";
    /// The path does not support this method.
    MethodNotAllowed: "method-not-allowed", METHOD_NOT_ALLOWED, "Method not allowed",
        "The `Allow` header lists the methods that are allowed.";
    /// The service offers no representation that the caller accepts.
    NotAcceptable: "not-acceptable", NOT_ACCEPTABLE, "Not acceptable",
        "Accept one of the media types that `detail` lists, and one of the codings identity, gzip and br.";
    /// The request took too long to arrive.
    Timeout: "timeout", REQUEST_TIMEOUT, "Request timeout",
        "Send the request again, faster.";
    /// The request conflicts with the current state.
    Conflict: "conflict", CONFLICT, "Conflict",
        "`detail` describes the conflict. Read the current state, and decide again.";
    /// The change would leave an organization without an owner.
    LastOwner: "last-owner", CONFLICT, "An organization needs an owner",
        "Make another member an owner first, or close the organization.";
    /// The resource changed after the caller read it.
    Stale: "stale", PRECONDITION_FAILED, "Changed since you read it",
        "Read it again, apply your change to the new version, and send that with the new `ETag` in `If-Match`.";
    /// The request is too large.
    TooLarge: "too-large", PAYLOAD_TOO_LARGE, "Request too large",
        "Send less at once.";
    /// The path or the query is too long.
    UriTooLong: "uri-too-long", URI_TOO_LONG, "Address too long",
        "Send fewer or shorter parameters.";
    /// The endpoint does not accept the media type of the body.
    UnsupportedMediaType: "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE, "Unsupported media type",
        "Send the media type that the documentation of the endpoint names.";
    /// The body is valid JSON but breaks a rule.
    Invalid: "invalid", UNPROCESSABLE_ENTITY, "Validation failed",
        "`errors` names each wrong place in the body by its JSON Pointer, with the allowed values or form. Unknown fields are also errors.";
    /// The idempotency key belongs to another request.
    IdempotencyKeyReused: "idempotency-key-reused", UNPROCESSABLE_ENTITY, "Idempotency key reused",
        "Use a new key for each resource that you create. Repeat a key only with the same request.";
    /// The change has no `If-Match`.
    PreconditionRequired: "precondition-required", PRECONDITION_REQUIRED, "If-Match required",
        "Read the resource first, and send its `ETag` in `If-Match`.";
    /// The caller has used up a quota.
    TooManyRequests: "too-many-requests", TOO_MANY_REQUESTS, "Too many requests",
        "Wait for the seconds in `Retry-After`. `RateLimit-Policy` names the quota, and `RateLimit` shows what is left of it.";
    /// An error of the service.
    Internal: "internal", INTERNAL_SERVER_ERROR, "Internal error",
        "This is an error of the service, and it is logged. Send its operators the `x-request-id` of the answer.";
    /// The service cannot answer now.
    Unavailable: "unavailable", SERVICE_UNAVAILABLE, "Service unavailable",
        "Try again after the seconds in `Retry-After`.";
}

impl ProblemKind {
    /// The kind of a status that the framework decided.
    pub fn of_status(status: StatusCode) -> Self {
        let same = Self::ALL.iter().copied().find(|kind| kind.status() == status);
        same.unwrap_or(if status.is_client_error() { Self::Malformed } else { Self::Internal })
    }
}

/// An error in the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct InputFault {
    /// The name of the parameter.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// JSON Pointer of the error in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// The error, and the allowed values or form.
    pub detail: String,
}

/// A problem document (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument<'a> {
    /// The page that explains this kind of problem; the same for every problem of the kind.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference", examples("/problems/invalid-parameters"))]
    pub kind: String,
    /// The title of the kind.
    pub title: &'a str,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// Explanation of this problem.
    pub detail: &'a str,
    /// Path of the request.
    #[schema(format = "uri-reference", examples("/v1/credentials"))]
    pub instance: &'a str,
    /// Every error in the input.
    pub errors: &'a [InputFault],
}

/// An error, with one text for the caller and one for the log.
#[derive(Debug, Clone)]
pub struct Problem {
    kind: ProblemKind,
    detail: String,
    errors: Vec<InputFault>,
    headers: Vec<(header::HeaderName, HeaderValue)>,
    cause: Option<String>,
}

impl Problem {
    /// Creates a problem; `detail` is for the caller.
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), errors: Vec::new(), headers: Vec::new(), cause: None }
    }

    fn with_header(mut self, name: header::HeaderName, value: &str) -> Self {
        // Only the service supplies values. Drops a value that is not valid in a header.
        self.headers.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
        self
    }

    pub fn invalid_parameters(errors: Vec<InputFault>) -> Self {
        let detail = match errors.as_slice() {
            [only] => only.detail.clone(),
            several => format!("{} parameters are invalid", several.len()),
        };
        Self { errors, ..Self::new(ProblemKind::InvalidParameters, detail) }
    }

    pub fn invalid(errors: Vec<InputFault>) -> Self {
        let detail = match errors.as_slice() {
            [only] => match only.pointer.as_deref() {
                Some("") | None => format!("The body {}", only.detail),
                Some(pointer) => format!("{pointer} {}", only.detail),
            },
            several => format!("{} errors in the body", several.len()),
        };
        Self { errors, ..Self::new(ProblemKind::Invalid, detail) }
    }

    /// An error at one place in the body.
    pub fn invalid_at(pointer: &str, detail: impl fmt::Display) -> Self {
        Self::invalid(vec![InputFault { parameter: None, pointer: Some(pointer.into()), detail: detail.to_string() }])
    }

    /// The caller may not do this, whatever the scopes of their token.
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::Forbidden, detail)
    }

    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::Conflict, detail)
    }

    /// The address, password, code or refresh token is wrong. The answer does not say which.
    pub fn invalid_credentials(detail: impl Into<String>) -> Self {
        let problem = Self::new(ProblemKind::InvalidCredentials, detail);
        problem.with_header(header::WWW_AUTHENTICATE, "Bearer realm=\"peerpath\"")
    }

    /// The password is right, but the code is missing.
    pub fn second_factor_required() -> Self {
        let problem = Self::new(ProblemKind::SecondFactorRequired, "The account has a second factor: send its `code`");
        problem.with_header(header::WWW_AUTHENTICATE, "Bearer realm=\"peerpath\"")
    }

    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::NotFound, detail)
    }

    pub fn no_token() -> Self {
        let problem = Self::new(ProblemKind::Unauthenticated, "The request has no access token");
        problem.with_header(header::WWW_AUTHENTICATE, "Bearer realm=\"peerpath\"")
    }

    pub fn invalid_token(why: impl Into<String>) -> Self {
        let problem = Self::new(ProblemKind::Unauthenticated, why);
        problem.with_header(header::WWW_AUTHENTICATE, "Bearer realm=\"peerpath\", error=\"invalid_token\"")
    }

    pub fn insufficient_scope(scope: &str) -> Self {
        let value = format!("Bearer realm=\"peerpath\", error=\"insufficient_scope\", scope=\"{scope}\"");
        let problem = Self::new(ProblemKind::Forbidden, format!("The access token lacks the scope {scope}"));
        problem.with_header(header::WWW_AUTHENTICATE, &value)
    }

    /// The path exists, but not with this method.
    pub fn method_not_allowed(method: &Method, allowed: &str) -> Self {
        let detail = format!("{} is not allowed here; allowed: {allowed}", method.as_str());
        Self::new(ProblemKind::MethodNotAllowed, detail).with_header(header::ALLOW, allowed)
    }

    /// The service cannot answer now; `cause` is for the log.
    pub fn unavailable(detail: impl Into<String>, cause: impl fmt::Display) -> Self {
        let problem = Self::new(ProblemKind::Unavailable, detail).with_header(header::RETRY_AFTER, "2");
        Self { cause: Some(cause.to_string()), ..problem }
    }

    /// The service failed; `cause` is for the log.
    pub fn internal(cause: impl fmt::Display) -> Self {
        let problem = Self::new(ProblemKind::Internal, "The service failed; the error is logged");
        Self { cause: Some(cause.to_string()), ..problem }
    }

    /// The problem of a status that the framework decided.
    pub fn of_status(status: StatusCode) -> Self {
        let kind = ProblemKind::of_status(status);
        Self::new(kind, kind.title())
    }

    pub fn errors(&self) -> &[InputFault] {
        &self.errors
    }

    pub const fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// The cause, for the log only.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// Builds the answer to a request for the path `instance`.
    pub fn to_response(&self, instance: &str) -> HttpResponse {
        let mut response = HttpResponse::build(self.kind.status());
        response.insert_header((header::CONTENT_TYPE, "application/problem+json"));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        for (name, value) in &self.headers {
            response.insert_header((name.clone(), value.clone()));
        }
        let document = ProblemDocument {
            kind: format!("/problems/{}", self.kind.word()),
            title: self.kind.title(),
            status: self.kind.status().as_u16(),
            detail: &self.detail,
            instance,
            errors: &self.errors,
        };
        response.body(serde_json::to_vec(&document).unwrap_or_default())
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.kind.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.to_response("")
    }
}

impl From<peerpath_persistence::Error> for Problem {
    fn from(error: peerpath_persistence::Error) -> Self {
        match error {
            peerpath_persistence::Error::Unavailable(_) => Self::unavailable("The database cannot be reached", error),
            peerpath_persistence::Error::Constraint { ref constraint } => match constraint.as_str() {
                // It was free before, but another request was faster.
                "accounts_email_key" => Self::conflict("Another account uses this address"),
                // The account was deleted while one of its tokens was still valid.
                name if name.ends_with("_account_id_fkey") => Self::invalid_token("The account was deleted"),
                _ => Self::internal(error),
            },
            other => Self::internal(other),
        }
    }
}

impl From<NoRandomness> for Problem {
    fn from(error: NoRandomness) -> Self {
        Self::internal(error)
    }
}

impl From<IssueError> for Problem {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::NoKeys => Self::unavailable("Tokens cannot be issued yet", error),
            IssueError::Signing(_) => Self::internal(error),
        }
    }
}

impl From<Exceeded> for Problem {
    fn from(exceeded: Exceeded) -> Self {
        let mut problem = Self::new(ProblemKind::TooManyRequests, format!("Too many {}", exceeded.what));
        let reset = exceeded.quota.reset();
        let mut headers = HeaderMap::new();
        exceeded.quota.write(&mut headers);
        problem.headers.extend(headers);
        problem.with_header(header::RETRY_AFTER, &reset.to_string())
    }
}

impl From<HashingError> for Problem {
    fn from(error: HashingError) -> Self {
        match error {
            HashingError::Busy => Self::unavailable("Too many people are signing in right now", error),
            // Endpoints that know the place of the password in their body name it.
            HashingError::Weak(weak) => Self::invalid_at("", weak),
            HashingError::Failed(_) => Self::internal(error),
        }
    }
}

impl From<SealingError> for Problem {
    fn from(error: SealingError) -> Self {
        Self::internal(error)
    }
}

impl From<SessionError> for Problem {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Database(error) => error.into(),
            SessionError::NoRandomness(error) => error.into(),
        }
    }
}

impl From<SnapshotError> for Problem {
    fn from(error: SnapshotError) -> Self {
        match error {
            SnapshotError::Missing => Self::unavailable("No catalog has been loaded yet", error),
            SnapshotError::Database(error) => error.into(),
            SnapshotError::Unservable(_) | SnapshotError::CutOff => Self::internal(error),
        }
    }
}
