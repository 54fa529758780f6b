//! The gate of the API, which handles every request under `/v1` once.
//!
//! It identifies the caller and counts the request against the caller's quota.

use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest};

use super::origin::origin;
use super::shared::Shared;
use crate::service::tokens::{Caller, Refusal};
use crate::service::{Service, clock};
use crate::web::problem::Problem;
use crate::web::route_table::MatchedRoute;

/// Admits a request; see the module.
///
/// # Errors
/// A [`Problem`] when the quota is exhausted.
pub async fn gate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let service = Shared::of(request.request())?.service.clone();
    let caller = identify(request.request(), &service);
    let quota = match &caller {
        Ok(Some(caller)) => service.limits.spend_by_key(caller.subject.key()),
        _ => service.limits.spend_by_address(origin(request.request(), &service).address),
    };
    let quota = match quota {
        Ok(quota) => quota,
        Err(exceeded) => return Ok(request.error_response(Problem::from(exceeded))),
    };
    // For methods other than POST, the router would match `/sessions/refresh` as a session id.
    let refusal = MatchedRoute::of(request.request()).and_then(|route| route.admits(request.method()).err());
    let mut response = if let Some(problem) = refusal {
        request.error_response(problem)
    } else {
        request.extensions_mut().insert(Admitted(caller));
        next.call(request).await?.map_into_boxed_body()
    };
    quota.write(response.headers_mut());
    Ok(response)
}

/// The caller that the gate identified; `None` without a token.
struct Admitted(Result<Option<Arc<Caller>>, Problem>);

/// Returns the caller for permissions that need one. Public operations ignore an invalid token.
pub(super) fn caller(request: &HttpRequest, service: &Service) -> Result<Arc<Caller>, Problem> {
    let extensions = request.extensions();
    let admitted = extensions.get::<Admitted>().ok_or_else(|| Problem::internal("a handler without the gate"))?;
    let caller = admitted.0.clone()?.ok_or_else(Problem::no_token)?;
    // The token may have been revoked while the body arrived.
    service.tokens.accept(&caller, clock::now()).map_err(refused)?;
    Ok(caller)
}

fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::NoKeys => Problem::unavailable("Tokens cannot be verified yet", refusal),
        Refusal::Invalid => Problem::invalid_token("The access token is not from this service"),
        Refusal::Expired => Problem::invalid_token("The access token has expired"),
        Refusal::Revoked => Problem::invalid_token("The access token was revoked"),
    }
}

fn identify(request: &HttpRequest, service: &Service) -> Result<Option<Arc<Caller>>, Problem> {
    let Some(token) = bearer_token(request)? else { return Ok(None) };
    service.tokens.verify(token, clock::now()).map(Some).map_err(refused)
}

const SCHEME: &[u8] = b"Bearer ";

/// The token of the only `Authorization` header, in the `Bearer` form (RFC 6750).
fn bearer_token(request: &HttpRequest) -> Result<Option<&[u8]>, Problem> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let Some(value) = headers.next() else { return Ok(None) };
    if headers.next().is_some() {
        return Err(Problem::invalid_token("The request has more than one Authorization header"));
    }
    match value.as_bytes().split_at_checked(SCHEME.len()) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case(SCHEME) && !token.is_empty() => Ok(Some(token)),
        _ => Err(Problem::invalid_token("The Authorization header does not have the form: Bearer TOKEN")),
    }
}
