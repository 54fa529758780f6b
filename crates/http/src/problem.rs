//! Errors as callers see them: problem documents after RFC 9457.
//!
//! What the caller sees and what the log gets are separate. The status is decided by the kind, here and nowhere else.

use std::fmt;

use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpResponse, ResponseError};
use serde::Serialize;
use utoipa::ToSchema;

use crate::limits::Standing;
use crate::secret::NoRandomness;
use crate::tokens::IssueError;

macro_rules! kinds {
    ($($(#[doc = $doc:literal])+ $name:ident: $word:literal, $status:ident, $title:literal, $mend:literal;)+) => {
        /// The kinds of problem. Their words stand in `type`, and are for ever.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum ProblemKind { $($(#[doc = $doc])+ $name,)+ }

        impl ProblemKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The word for it in `/problems/{word}`.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// Its status.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$name => StatusCode::$status,)+ }
            }

            /// What it is, in a few words.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)+ }
            }

            /// How to mend it.
            #[must_use]
            pub const fn mend(self) -> &'static str {
                match self { $(Self::$name => $mend,)+ }
            }
        }
    };
}

kinds! {
    /// The request cannot be understood.
    Malformed: "malformed", BAD_REQUEST, "The request cannot be understood",
        "Correct what `detail` names: the syntax of the path, a header or the body.";
    /// Parameters are unknown or have values that are not allowed.
    InvalidParameters: "invalid-parameters", BAD_REQUEST, "Parameters are not as they should be",
        "`errors` names each parameter and what is allowed. Nothing was ignored: an unknown parameter is an error, too.";
    /// Nobody is signed in.
    Unauthenticated: "unauthenticated", UNAUTHORIZED, "An access token is needed",
        "Send `Authorization: Bearer TOKEN`, with a token from /oauth/token (machines) or /v1/sessions (people). A token is valid for 15 minutes; `detail` says what is wrong with the one that was sent.";
    /// Somebody could not show that they are who they say.
    InvalidCredentials: "invalid-credentials", UNAUTHORIZED, "These are not the right credentials",
        "Check the address, the password and the code. Whether there is such an account is not said. A refresh token is good for one turn; sign in anew where it is not accepted.";
    /// The password is right; a second factor is asked for.
    SecondFactorRequired: "second-factor-required", UNAUTHORIZED, "A second factor is needed",
        "Send the request again with `code`: the one that the authenticator app shows, or a recovery code.";
    /// The caller may not do this.
    Forbidden: "forbidden", FORBIDDEN, "The access token does not allow this",
        "`detail` says what it takes: a scope that the token lacks, which the `WWW-Authenticate` header names, or a role that you do not have.";
    /// There is no such thing.
    NotFound: "not-found", NOT_FOUND, "There is no such thing here",
        "Check the id, and the spelling of the path. What was withdrawn can be had with `as_of`.";
    /// The thing is there; the method is not.
    MethodNotAllowed: "method-not-allowed", METHOD_NOT_ALLOWED, "The method is not allowed here",
        "The `Allow` header lists the methods that are.";
    /// No representation fits what the caller accepts.
    NotAcceptable: "not-acceptable", NOT_ACCEPTABLE, "There is no representation that is acceptable",
        "Accept application/json, and one of the codings identity, gzip and br.";
    /// The caller took too long to send the request.
    Timeout: "timeout", REQUEST_TIMEOUT, "The request took too long to arrive",
        "Send it again, faster.";
    /// It does not fit what is there.
    Conflict: "conflict", CONFLICT, "It does not fit what is there",
        "`detail` says what is in the way. Read what is there, and decide anew.";
    /// An organization would be left without an owner.
    LastOwner: "last-owner", CONFLICT, "An organization must have an owner",
        "Make somebody else an owner first, or close the organization.";
    /// The thing was changed since it was seen.
    Stale: "stale", PRECONDITION_FAILED, "It was changed since you saw it",
        "Read it again, make the change to what it is now, and send that with the new `ETag` in `If-Match`.";
    /// The request is too large.
    TooLarge: "too-large", PAYLOAD_TOO_LARGE, "The request is too large",
        "Send less at once.";
    /// The path or query is too long.
    UriTooLong: "uri-too-long", URI_TOO_LONG, "The address is too long",
        "Send fewer or shorter parameters.";
    /// The body is of a media type that is not read here.
    UnsupportedMediaType: "unsupported-media-type", UNSUPPORTED_MEDIA_TYPE, "The body is of a media type that is not read here",
        "Send the media type that the documentation of the endpoint names.";
    /// The request is understood, and wrong.
    Invalid: "invalid", UNPROCESSABLE_ENTITY, "Some of what was sent is not allowed",
        "`errors` names each place in the body by its JSON Pointer, with what is allowed there. Unknown fields are errors, too.";
    /// The key of another request.
    IdempotencyKeyReused: "idempotency-key-reused", UNPROCESSABLE_ENTITY, "The idempotency key belongs to another request",
        "Make a new key for each thing that is to be made; repeat one only with the very same request.";
    /// It is not said which version the change goes out from.
    PreconditionRequired: "precondition-required", PRECONDITION_REQUIRED, "It must be said which version is changed",
        "Read the thing first, and send its `ETag` in `If-Match`.";
    /// The caller asks too often.
    TooManyRequests: "too-many-requests", TOO_MANY_REQUESTS, "Too many requests",
        "Wait for the seconds in `Retry-After`. `RateLimit-Policy` says how many are allowed, and `RateLimit` how many are left.";
    /// A fault of the service.
    Internal: "internal", INTERNAL_SERVER_ERROR, "The service failed",
        "This is a fault of the service, and it is logged. Tell its operators the `x-request-id` of the answer.";
    /// The service cannot answer just now.
    Unavailable: "unavailable", SERVICE_UNAVAILABLE, "The service cannot answer just now",
        "Try again after the seconds in `Retry-After`.";
}

impl ProblemKind {
    /// The kind that fits a status which something below the handlers decided.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        let same = Self::ALL.iter().copied().find(|kind| kind.status() == status);
        same.unwrap_or(if status.is_client_error() { Self::Malformed } else { Self::Internal })
    }
}

/// One thing that is wrong with the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct InputFault {
    /// The name of the parameter that it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// The JSON Pointer of the place in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// What is wrong, and what is allowed.
    pub detail: String,
}

/// A problem document, as RFC 9457 has it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument<'a> {
    /// Where the kind of problem is explained; the same for every problem of the kind.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference", examples("/problems/invalid-parameters"))]
    pub kind: String,
    /// What the kind is, in a few words.
    pub title: &'a str,
    /// The status of the answer.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What is wrong this time.
    pub detail: &'a str,
    /// The path of the request.
    #[schema(format = "uri-reference", examples("/v1/credentials"))]
    pub instance: &'a str,
    /// Each thing that is wrong with the input.
    pub errors: &'a [InputFault],
}

/// An error, on its way to the caller and the log.
#[derive(Debug, Clone)]
pub struct Problem {
    kind: ProblemKind,
    detail: String,
    errors: Vec<InputFault>,
    headers: Vec<(header::HeaderName, HeaderValue)>,
    cause: Option<String>,
}

impl Problem {
    /// A problem of a kind; `detail` is for the caller.
    #[must_use]
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), errors: Vec::new(), headers: Vec::new(), cause: None }
    }

    fn with_header(mut self, name: header::HeaderName, value: &str) -> Self {
        // Only names and texts of the service's own come here; a value that no header can hold is left out.
        self.headers.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
        self
    }

    /// Parameters that are unknown, or have values that are not allowed.
    #[must_use]
    pub fn invalid_parameters(errors: Vec<InputFault>) -> Self {
        let detail = match errors.as_slice() {
            [only] => only.detail.clone(),
            several => format!("{} things are wrong with the parameters", several.len()),
        };
        Self { errors, ..Self::new(ProblemKind::InvalidParameters, detail) }
    }

    /// Things in the body that are not allowed.
    #[must_use]
    pub fn invalid(errors: Vec<InputFault>) -> Self {
        let detail = match errors.as_slice() {
            [only] => match only.pointer.as_deref() {
                Some("") | None => format!("the body {}", only.detail),
                Some(pointer) => format!("{pointer} {}", only.detail),
            },
            several => format!("{} things are wrong with the body", several.len()),
        };
        Self { errors, ..Self::new(ProblemKind::Invalid, detail) }
    }

    /// One thing in the body that is not allowed.
    #[must_use]
    pub fn invalid_at(pointer: &str, detail: impl fmt::Display) -> Self {
        Self::invalid(vec![InputFault { parameter: None, pointer: Some(pointer.into()), detail: detail.to_string() }])
    }

    /// What the caller may not do, whatever their token is for.
    #[must_use]
    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::Forbidden, detail)
    }

    /// What does not fit what is there.
    #[must_use]
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(ProblemKind::Conflict, detail)
    }

    /// The address, the password, the code or the refresh token is wrong; it is not said which.
    #[must_use]
    pub fn invalid_credentials(detail: impl Into<String>) -> Self {
        let problem = Self::new(ProblemKind::InvalidCredentials, detail);
        problem.with_header(header::WWW_AUTHENTICATE, "Bearer realm=\"peerpath\"")
    }

    /// The password is right, and a code is missing.
    #[must_use]
    pub fn second_factor_required() -> Self {
        let problem = Self::new(ProblemKind::SecondFactorRequired, "the account has a second factor: send its `code`");
        problem.with_header(header::WWW_AUTHENTICATE, "Bearer realm=\"peerpath\"")
    }

    /// The caller asks too often.
    #[must_use]
    pub fn too_many_requests(what: &str, standing: Standing) -> Self {
        let mut problem = Self::new(ProblemKind::TooManyRequests, format!("too many {what}"));
        let reset = standing.reset();
        let mut headers = HeaderMap::new();
        standing.show(&mut headers);
        problem.headers.extend(headers.into_iter().collect::<Vec<_>>());
        problem.with_header(header::RETRY_AFTER, &reset.to_string())
    }

    /// There is no such thing.
    #[must_use]
    pub fn not_found(what: impl fmt::Display) -> Self {
        Self::new(ProblemKind::NotFound, format!("there is no {what}"))
    }

    /// No token was shown.
    #[must_use]
    pub fn no_token() -> Self {
        let problem = Self::new(ProblemKind::Unauthenticated, "the request has no access token");
        problem.with_header(header::WWW_AUTHENTICATE, "Bearer realm=\"peerpath\"")
    }

    /// A token was shown that is not accepted.
    #[must_use]
    pub fn invalid_token(why: impl Into<String>) -> Self {
        let problem = Self::new(ProblemKind::Unauthenticated, why);
        problem.with_header(header::WWW_AUTHENTICATE, "Bearer realm=\"peerpath\", error=\"invalid_token\"")
    }

    /// The token lacks a scope.
    #[must_use]
    pub fn insufficient_scope(scope: &str) -> Self {
        let value = format!("Bearer realm=\"peerpath\", error=\"insufficient_scope\", scope=\"{scope}\"");
        let problem = Self::new(ProblemKind::Forbidden, format!("the access token lacks the scope {scope}"));
        problem.with_header(header::WWW_AUTHENTICATE, &value)
    }

    /// The path is there, but not for this method.
    #[must_use]
    pub fn method_not_allowed(method: &Method, allowed: &str) -> Self {
        let detail = format!("{} is not allowed here; allowed: {allowed}", method.as_str());
        Self::new(ProblemKind::MethodNotAllowed, detail).with_header(header::ALLOW, allowed)
    }

    /// The service cannot answer just now; `cause` is for the log.
    #[must_use]
    pub fn unavailable(detail: impl Into<String>, cause: impl fmt::Display) -> Self {
        let problem = Self::new(ProblemKind::Unavailable, detail).with_header(header::RETRY_AFTER, "2");
        Self { cause: Some(cause.to_string()), ..problem }
    }

    /// A fault of the service; `cause` is for the log.
    #[must_use]
    pub fn internal(cause: impl fmt::Display) -> Self {
        let problem = Self::new(ProblemKind::Internal, "the service failed; the fault is logged");
        Self { cause: Some(cause.to_string()), ..problem }
    }

    /// The problem of a status which something below the handlers decided.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        let kind = ProblemKind::of_status(status);
        Self::new(kind, kind.title().to_lowercase())
    }

    /// The same, to come back to after other than the usual seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.headers.retain(|(name, _)| name != header::RETRY_AFTER);
        self.with_header(header::RETRY_AFTER, &seconds.to_string())
    }

    /// Each thing that is wrong with the input.
    #[must_use]
    pub fn errors(&self) -> &[InputFault] {
        &self.errors
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// What the log is told, beside what the caller is.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// The answer to a request for `instance`.
    #[must_use]
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
            peerpath_persistence::Error::Unavailable(_) => Self::unavailable("the database cannot be reached", error),
            peerpath_persistence::Error::Constraint { ref constraint } => match constraint.as_str() {
                // Looked for before, but somebody else was quicker.
                "accounts_email_key" => Self::conflict("another account has this address by now"),
                // The account was deleted while one of its tokens was still accepted.
                name if name.ends_with("_account_id_fkey") => Self::invalid_token("the account was deleted"),
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
            IssueError::NoKeys => Self::unavailable("tokens cannot be issued yet", error),
            IssueError::Claims(_) => Self::internal(error),
        }
    }
}
