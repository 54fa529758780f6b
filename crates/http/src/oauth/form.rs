//! What OAuth's endpoints have in common: forms in, clients that authenticate, and errors as RFC 6749 has them.

use std::collections::HashSet;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use peerpath_persistence::clients::{self, Client, ClientCredentials};
use serde::Serialize;
use subtle::ConstantTimeEq;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::access::{Anyone, Input, Permit};
use crate::problem::Problem;
use crate::query::QueryReader;
use crate::secret::digest;
use crate::tokens::Scopes;

/// The most parameters of a request that are looked at: whoever sends them is not known yet.
const MOST_PARAMETERS: usize = 16;

/// An error as RFC 6749 has it.
#[derive(Debug, Serialize, ToSchema)]
pub struct OAuthError {
    /// What sort of error.
    pub error: OAuthErrorCode,
    /// What is wrong.
    pub error_description: String,
}

/// The errors of RFC 6749 that occur here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OAuthErrorCode {
    /// The request is not of the form that it should have.
    InvalidRequest,
    /// The client is unknown or revoked, or its secret is wrong.
    InvalidClient,
    /// Only client credentials are granted.
    UnsupportedGrantType,
    /// The scope is unknown, or the client does not have it.
    InvalidScope,
    /// The token is not one of the client's, or the client may have none.
    UnauthorizedClient,
}

/// Why a request is refused.
pub enum Refused {
    Error(OAuthErrorCode, String),
    Problem(Problem),
}

impl Refused {
    pub fn request(description: impl Into<String>) -> Self {
        Self::Error(OAuthErrorCode::InvalidRequest, description.into())
    }

    /// What the client may not do.
    pub fn unauthorized(description: impl Into<String>) -> Self {
        Self::Error(OAuthErrorCode::UnauthorizedClient, description.into())
    }
}

impl<E: Into<Problem>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Problem(error.into())
    }
}

/// The answer to a request, or why it is refused.
pub fn answer(outcome: Result<impl Serialize, Refused>) -> Result<HttpResponse, Problem> {
    let (status, answer) = match outcome {
        Ok(answer) => (StatusCode::OK, serde_json::to_vec(&answer)),
        Err(Refused::Problem(problem)) => return Err(problem),
        Err(Refused::Error(error, error_description)) => {
            let status = match error {
                OAuthErrorCode::InvalidClient => StatusCode::UNAUTHORIZED,
                _ => StatusCode::BAD_REQUEST,
            };
            (status, serde_json::to_vec(&OAuthError { error, error_description }))
        }
    };
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response.insert_header((header::CONTENT_TYPE, "application/json"));
    if status == StatusCode::UNAUTHORIZED {
        response.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"peerpath\""));
    }
    Ok(response.body(answer.map_err(Problem::internal)?))
}

/// A request to one of the endpoints: its form, and how its sender authenticates. What is wrong with it is told in OAuth's way.
pub struct OAuthRequest {
    headers: HeaderMap,
    body: Bytes,
}

impl Input for OAuthRequest {
    type Query = ();

    fn query(reader: &mut QueryReader) {
        // Nothing is read of it, and nothing refused: RFC 6749 has unknown parameters ignored.
        reader.leave();
    }

    async fn read(request: &HttpRequest, (): (), payload: &mut Payload) -> Result<Self, Problem> {
        let body = Bytes::from_request(request, payload).await;
        let body = body.map_err(|error| Problem::of_status(error.as_response_error().status_code()))?;
        Ok(Self { headers: request.headers().clone(), body })
    }
}

impl OAuthRequest {
    /// The form.
    pub fn form(&self) -> Result<Form, Refused> {
        Form::read(&self.headers, &self.body)
    }
}

/// A client that has shown its secret.
pub struct AuthenticatedClient {
    /// The client.
    pub client: Client,
    /// What its tokens may have: what it has, and its organization, too.
    pub scopes: Scopes,
}

/// The client that sent a request.
pub async fn authenticate(anyone: &Permit<Anyone, OAuthRequest>, form: &Form) -> Result<AuthenticatedClient, Refused> {
    anyone.service.limits.spend_by_address(anyone.origin.address)?;
    let (client, secret) = form.authentication(&anyone.input.headers)?;
    let unknown =
        || Refused::Error(OAuthErrorCode::InvalidClient, "the client is unknown, or its secret is wrong".into());
    let id: Uuid = client.parse().map_err(|_| unknown())?;
    let found = anyone.read(async |db| clients::credentials(db, id, anyone.now).await).await?;
    let ClientCredentials { client, organization_scopes, digests } = found.ok_or_else(unknown)?;
    let shown = digest(&secret);
    if !digests.iter().any(|stored| stored.ct_eq(&shown).into()) {
        return Err(unknown());
    }
    let allowed = |scope: &&String| organization_scopes.as_ref().is_none_or(|scopes| scopes.contains(scope));
    let known = client.scopes.iter().filter(allowed).filter_map(|scope| scope.parse().ok());
    let scopes = known.filter(|scope: &crate::tokens::Scope| scope.is_for_machines()).collect();
    Ok(AuthenticatedClient { client, scopes })
}

/// The parameters of the request, each at most once.
pub struct Form(Vec<(String, String)>);

impl Form {
    fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, Refused> {
        let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(Refused::request("the body must be application/x-www-form-urlencoded"));
        }
        let pairs: Vec<(String, String)> =
            form_urlencoded::parse(body).into_owned().take(MOST_PARAMETERS + 1).collect();
        let names: HashSet<&str> = pairs.iter().map(|(name, _)| name.as_str()).collect();
        if pairs.len() > MOST_PARAMETERS {
            return Err(Refused::request("there are too many parameters"));
        }
        if names.len() < pairs.len() {
            return Err(Refused::request("a parameter is given more than once"));
        }
        Ok(Self(pairs))
    }

    /// A parameter; one without a value is taken for absent, as RFC 6749 has it.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.as_str())
    }

    /// Whether its sender authenticates, rightly or not.
    pub fn has_authentication(&self, request: &OAuthRequest) -> bool {
        request.headers.contains_key(header::AUTHORIZATION) || self.get("client_secret").is_some()
    }

    /// The client and the secret, shown in one way and not in two.
    fn authentication(&self, headers: &HeaderMap) -> Result<(String, String), Refused> {
        let unauthenticated = |description: &str| Refused::Error(OAuthErrorCode::InvalidClient, description.into());
        let in_header = headers.get(header::AUTHORIZATION);
        match (in_header, self.get("client_id"), self.get("client_secret")) {
            (Some(_), _, Some(_)) => Err(Refused::request("the client authenticates in two ways at once")),
            (Some(value), in_body, None) => {
                let value = value.to_str().ok().and_then(basic);
                let (client, secret) = value
                    .ok_or_else(|| unauthenticated("the Authorization header is not of the form: Basic CREDENTIALS"))?;
                if in_body.is_some_and(|other| other != client) {
                    return Err(Refused::request("client_id is another than in the Authorization header"));
                }
                Ok((client, secret))
            }
            (None, Some(client), Some(secret)) => Ok((client.into(), secret.into())),
            (None, ..) => Err(unauthenticated("the client does not authenticate")),
        }
    }
}

/// The client and the secret of a `Basic` header, each of them form-encoded, as RFC 6749 has it.
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
