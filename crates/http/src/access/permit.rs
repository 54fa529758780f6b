//! Extractors that let only those in who may.

use std::future::{Ready, ready};
use std::marker::PhantomData;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest};

use super::scope::Scope;
use super::verifier::Caller;
use crate::clock;
use crate::problem::Problem;
use crate::service::Service;

/// What a handler needs its caller to be allowed.
pub trait Permission {
    /// The scope that a token must have.
    const SCOPE: Scope;
}

/// To read the catalog.
#[derive(Debug)]
pub struct CatalogRead;

impl Permission for CatalogRead {
    const SCOPE: Scope = Scope::CatalogRead;
}

/// Proof that the caller has shown a token that allows `P`.
#[derive(Debug)]
pub struct Permit<P> {
    /// Who calls.
    pub caller: Arc<Caller>,
    permission: PhantomData<P>,
}

impl<P: Permission> Permit<P> {
    /// Looks at the token of a request.
    ///
    /// # Errors
    /// A [`Problem`] where there is none, it is not accepted, or it does not allow `P`.
    pub fn of(request: &HttpRequest) -> Result<Self, Problem> {
        Ok(Self { caller: permit(request, P::SCOPE)?, permission: PhantomData })
    }
}

impl<P: Permission> FromRequest for Permit<P> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

fn permit(request: &HttpRequest, scope: Scope) -> Result<Arc<Caller>, Problem> {
    let service = Service::of(request)?;
    let token = bearer_token(request)?;
    let caller =
        service.tokens.verify(token, clock::now()).map_err(|refusal| Problem::invalid_token(refusal.to_string()))?;
    if caller.scopes.allow(scope) { Ok(caller) } else { Err(Problem::insufficient_scope(scope.as_str())) }
}

const SCHEME: &[u8] = b"Bearer ";

/// The token of the one `Authorization` header, which RFC 6750 has begin with `Bearer`.
fn bearer_token(request: &HttpRequest) -> Result<&[u8], Problem> {
    let mut headers = request.headers().get_all(header::AUTHORIZATION);
    let Some(value) = headers.next() else { return Err(Problem::no_token()) };
    if headers.next().is_some() {
        return Err(Problem::invalid_token("there is more than one Authorization header"));
    }
    match value.as_bytes().split_at_checked(SCHEME.len()) {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case(SCHEME) && !token.is_empty() => Ok(token),
        _ => Err(Problem::invalid_token("the Authorization header is not of the form: Bearer TOKEN")),
    }
}
