//! Client authentication: a secret in the `Authorization` header or in the form.

use actix_web::http::header::{self, HeaderMap};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use peerpath_persistence::clients::{self, Client, ClientCredentials};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use super::error::{OAuthErrorCode, Refused};
use super::request::{OAuthForm, OAuthRequest};
use crate::service::secret::digest;
use crate::service::tokens::{Scope, Scopes};
use crate::web::{Anyone, Permit};

/// A client with valid credentials.
pub(super) struct AuthenticatedClient {
    pub(super) client: Client,
    /// The scopes that both the client and its organization have.
    pub(super) scopes: Scopes,
}

/// Authenticates the client of a request.
pub(super) async fn authenticate<T: OAuthForm>(
    anyone: &Permit<Anyone, OAuthRequest<T>>,
    form: &T,
) -> Result<AuthenticatedClient, Refused> {
    anyone.service.limits.spend_by_address(anyone.origin.address)?;
    let (client, secret) = credentials(&anyone.input.headers, form)?;
    let unknown = || Refused::new(OAuthErrorCode::InvalidClient, "the client is unknown, or its secret is wrong");
    let id: Uuid = client.parse().map_err(|_| unknown())?;
    let found = anyone.read(async |db, ()| clients::credentials(db, id, anyone.now).await).await?;
    let ClientCredentials { client, organization_scopes, digests } = found.ok_or_else(unknown)?;
    let sent = digest(&secret);
    if !digests.iter().any(|stored| stored.ct_eq(&sent).into()) {
        return Err(unknown());
    }
    let allowed = |scope: &&String| organization_scopes.as_ref().is_none_or(|scopes| scopes.contains(scope));
    let scopes = client.scopes.iter().filter(allowed).filter_map(|scope| scope.parse().ok());
    let scopes = scopes.filter(|scope: &Scope| scope.is_for_machines()).collect();
    Ok(AuthenticatedClient { client, scopes })
}

/// Whether a request has client credentials, valid or not.
pub(super) fn authenticates(headers: &HeaderMap, form: &impl OAuthForm) -> bool {
    headers.contains_key(header::AUTHORIZATION) || form.client().1.is_some()
}

/// The client's id and secret, from the header or from the form, but not from both.
fn credentials(headers: &HeaderMap, form: &impl OAuthForm) -> Result<(String, String), Refused> {
    let unauthenticated = |description: &str| Refused::new(OAuthErrorCode::InvalidClient, description);
    match (headers.get(header::AUTHORIZATION), form.client()) {
        (Some(_), (_, Some(_))) => {
            Err(Refused::request("the request has client credentials both in the header and in the form"))
        }
        (Some(value), (in_body, None)) => {
            let (client, secret) = value
                .to_str()
                .ok()
                .and_then(basic)
                .ok_or_else(|| unauthenticated("the Authorization header is not of the form: Basic CREDENTIALS"))?;
            if in_body.is_some_and(|other| other != client) {
                return Err(Refused::request("client_id differs from the Authorization header"));
            }
            Ok((client, secret))
        }
        (None, (Some(client), Some(secret))) => Ok((client.into(), secret.into())),
        (None, _) => Err(unauthenticated("the request has no client credentials")),
    }
}

/// The client's id and secret in a `Basic` header, each form-encoded (RFC 6749, section 2.3.1).
fn basic(value: &str) -> Option<(String, String)> {
    let (scheme, credentials) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("Basic") {
        return None;
    }
    let credentials = String::from_utf8(BASE64_STANDARD.decode(credentials.trim()).ok()?).ok()?;
    let (client, secret) = credentials.split_once(':')?;
    let decoded = |text: &str| form_urlencoded::parse(text.as_bytes()).next().map(|(text, _)| text.into_owned());
    Some((decoded(client)?, decoded(secret)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_credentials_are_decoded_twice() {
        let header = format!("basic {}", BASE64_STANDARD.encode("a%20b:c%3Ad"));
        assert_eq!(basic(&header), Some(("a b".into(), "c:d".into())));
        assert_eq!(basic("Bearer abc"), None);
        assert_eq!(basic("Basic !!"), None);
        assert_eq!(basic(&format!("Basic {}", BASE64_STANDARD.encode("no-colon"))), None);
    }
}
