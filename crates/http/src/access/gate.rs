//! The gate of the API: every request under `/v1` comes through here once.
//!
//! It learns who calls, takes the request from their quota, and answers at once what has been answered before.

use std::sync::Arc;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpRequest};

use super::origin::Origin;
use super::permit::Shared;
use crate::catalog::prepared;
use crate::clock;
use crate::problem::Problem;
use crate::routes::RouteTable;
use crate::service::Service;
use crate::tokens::{Caller, Refusal};

/// Lets requests through; see the module.
///
/// # Errors
/// A [`Problem`] where the quota is used up.
pub async fn gate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let service = Shared::of(request.request())?.service.clone();
    let caller = identify(request.request(), &service);
    let standing = match &caller {
        Ok(Some(caller)) => service.limits.spend_by_key(caller.subject.key()),
        _ => service.limits.spend_by_address(Origin::of(request.request(), &service).address),
    };
    let standing = match standing {
        Ok(standing) => standing,
        Err(problem) => return Ok(request.error_response(problem)),
    };
    let mut response = match prepared(request.request(), &service, &caller).await {
        Some(Ok(response)) => request.into_response(response),
        Some(Err(problem)) => request.error_response(problem),
        None => {
            // A word such as `refresh` is no key: the router would look no further than whether a handler takes it for one.
            let routes = request.app_data::<Data<RouteTable>>();
            let route = routes.and_then(|routes| routes.find(request.path()));
            if let Some(Err(problem)) = route.map(|route| route.admits(request.method())) {
                let mut response = request.error_response(problem);
                standing.show(response.headers_mut());
                return Ok(response);
            }
            request.extensions_mut().insert(Admitted(caller));
            next.call(request).await?.map_into_boxed_body()
        }
    };
    standing.show(response.headers_mut());
    Ok(response)
}

/// Who calls; `None`: the request has no token; or why its token is not accepted.
pub type Identified = Result<Option<Arc<Caller>>, Problem>;

/// Who calls, as the gate found out.
struct Admitted(Identified);

/// Who calls, for those who ask: where no token is needed, a bad one does not matter.
pub(super) fn caller(request: &HttpRequest, service: &Service) -> Result<Arc<Caller>, Problem> {
    let extensions = request.extensions();
    let admitted = extensions.get::<Admitted>().ok_or_else(|| Problem::internal("a handler beside the gate"))?;
    let caller = admitted.0.clone()?.ok_or_else(Problem::no_token)?;
    // A body may take its time, and the token may have been revoked meanwhile.
    service.tokens.accept(&caller, clock::now()).map_err(refused)?;
    Ok(caller)
}

fn refused(refusal: Refusal) -> Problem {
    match refusal {
        Refusal::NoKeys => Problem::unavailable("tokens cannot be verified yet", refusal),
        _ => Problem::invalid_token(refusal.to_string()),
    }
}

fn identify(request: &HttpRequest, service: &Service) -> Identified {
    let Some(token) = bearer_token(request)? else { return Ok(None) };
    service.tokens.verify(token, clock::now()).map(Some).map_err(refused)
}

const SCHEME: &[u8] = b"Bearer ";

/// The token of the one `Authorization` header, which RFC 6750 has begin with `Bearer`.
fn bearer_token(request: &HttpRequest) -> Result<Option<&[u8]>, Problem> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let Some(value) = headers.next() else { return Ok(None) };
    if headers.next().is_some() {
        return Err(Problem::invalid_token("there is more than one Authorization header"));
    }
    match value.as_bytes().split_at_checked(SCHEME.len()) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case(SCHEME) && !token.is_empty() => Ok(Some(token)),
        _ => Err(Problem::invalid_token("the Authorization header is not of the form: Bearer TOKEN")),
    }
}
