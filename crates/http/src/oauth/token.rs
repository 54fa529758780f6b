//! The token endpoint: client credentials, after RFC 6749.

use std::collections::HashSet;

use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap};
use actix_web::{HttpRequest, HttpResponse, post, web};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use peerpath_persistence::clients;
use serde::Serialize;
use subtle::ConstantTimeEq;
use utoipa::ToSchema;
use uuid::Uuid;

use super::secret::digest;
use crate::clock;
use crate::problem::Problem;
use crate::service::Service;
use crate::tokens::Scopes;

/// The most parameters of a request that are looked at: whoever sends them is not known yet.
const MOST_PARAMETERS: usize = 16;

/// What a client sends for a token.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it documents what `Form` reads")]
struct TokenRequest {
    /// Which grant.
    grant_type: GrantType,
    /// The scopes that the token should have, between spaces; all that the client has, without.
    #[schema(examples("catalog:read"))]
    scope: Option<String>,
    /// The client, where it does not authenticate by the `Authorization` header.
    client_id: Option<String>,
    /// Its secret, where it does not authenticate by the `Authorization` header.
    client_secret: Option<String>,
}

/// The grants.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "it documents what `issue` accepts")]
enum GrantType {
    /// A machine, in its own name.
    ClientCredentials,
}

/// A token.
#[derive(Debug, Serialize, ToSchema)]
struct TokenAnswer {
    /// The token, for the `Authorization` header.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// How long it is valid, in seconds.
    expires_in: i64,
    /// The scopes that it has, between spaces.
    scope: String,
}

/// An error as RFC 6749 has it.
#[derive(Debug, Serialize, ToSchema)]
struct OAuthError {
    /// What sort of error.
    error: OAuthErrorCode,
    /// What is wrong.
    error_description: String,
}

/// The errors of RFC 6749 that occur here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum OAuthErrorCode {
    /// The request is not of the form that it should have.
    InvalidRequest,
    /// The client is unknown or revoked, or its secret is wrong.
    InvalidClient,
    /// Only client credentials are granted.
    UnsupportedGrantType,
    /// The scope is unknown, or the client does not have it.
    InvalidScope,
}

/// Why no token is issued.
enum Refused {
    Error(OAuthErrorCode, String),
    Problem(Problem),
}

impl Refused {
    fn request(description: impl Into<String>) -> Self {
        Self::Error(OAuthErrorCode::InvalidRequest, description.into())
    }
}

impl<E: Into<Problem>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Problem(error.into())
    }
}

/// Issue a token
///
/// For a machine, by client credentials; the client authenticates by the `Authorization` header (`Basic`) or in the body.
#[utoipa::path(
    tag = "oauth",
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = OK, description = "A token", body = TokenAnswer),
        (status = BAD_REQUEST, description = "The request, the grant or the scope is wrong", body = OAuthError),
        (status = UNAUTHORIZED, description = "The client could not be authenticated", body = OAuthError),
    ),
    security((), ("basic" = []))
)]
#[post("/oauth/token")]
pub(super) async fn issue_token(request: HttpRequest, body: web::Bytes) -> Result<HttpResponse, Problem> {
    let (status, answer) = match issue(&request, &body).await {
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

async fn issue(request: &HttpRequest, body: &[u8]) -> Result<TokenAnswer, Refused> {
    let form = Form::read(request.headers(), body)?;
    let (client, secret) = form.authentication(request.headers())?;
    match form.get("grant_type") {
        Some("client_credentials") => {}
        Some(_) => {
            let description = "only client_credentials is granted";
            return Err(Refused::Error(OAuthErrorCode::UnsupportedGrantType, description.into()));
        }
        None => return Err(Refused::request("grant_type is missing")),
    }

    let service = Service::of(request)?;
    let now = clock::now();
    let mut db = service.database.connection().await?;
    let unknown =
        || Refused::Error(OAuthErrorCode::InvalidClient, "the client is unknown, or its secret is wrong".into());
    let id: Uuid = client.parse().map_err(|_| unknown())?;
    let (client, digests) = clients::credentials(&mut db, id, now).await?.ok_or_else(unknown)?;
    drop(db);
    let shown = digest(&secret);
    if !digests.iter().any(|stored| stored.ct_eq(&shown).into()) {
        return Err(unknown());
    }

    let invalid_scope = |description: String| Refused::Error(OAuthErrorCode::InvalidScope, description);
    let held: Scopes =
        client.scopes.iter().filter_map(|scope| scope.parse().ok()).collect::<Vec<_>>().into_iter().collect();
    let scopes = match form.get("scope") {
        None => held,
        Some(asked) => {
            let asked: Scopes =
                asked.parse().map_err(|error: crate::tokens::UnknownScope| invalid_scope(error.to_string()))?;
            if asked.is_empty() || !held.include(&asked) {
                return Err(invalid_scope(format!("the client may ask for: {held}")));
            }
            asked
        }
    };
    let token = service.tokens.issue(client.id, &scopes, Uuid::now_v7(), now).map_err(Problem::internal)?;
    service.metrics.tokens_issued.inc();
    Ok(TokenAnswer {
        access_token: token.text,
        token_type: "Bearer",
        expires_in: token.lifetime.num_seconds(),
        scope: scopes.to_string(),
    })
}

/// The parameters of the request, each at most once.
struct Form(Vec<(String, String)>);

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
    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, value)| known == name && !value.is_empty()).map(|(_, value)| value.as_str())
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
