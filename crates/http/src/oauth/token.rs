//! The token endpoint: client credentials, after RFC 6749.

use actix_web::{HttpResponse, post};
use peerpath_domain::people::key::ClientId;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::form::{OAuthError, OAuthErrorCode, OAuthRequest, Refused, answer, authenticate};
use crate::access::{Anyone, Permit};
use crate::problem::Problem;
use crate::tokens::{Scopes, Subject, UnknownScope};

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
pub(super) async fn issue_token(anyone: Permit<Anyone, OAuthRequest>) -> Result<HttpResponse, Problem> {
    answer(issue(&anyone).await)
}

async fn issue(anyone: &Permit<Anyone, OAuthRequest>) -> Result<TokenAnswer, Refused> {
    let form = anyone.input.form()?;
    let authenticated = authenticate(anyone, &form).await?;
    match form.get("grant_type") {
        Some("client_credentials") => {}
        Some(_) => {
            let description = "only client_credentials is granted";
            return Err(Refused::Error(OAuthErrorCode::UnsupportedGrantType, description.into()));
        }
        None => return Err(Refused::request("grant_type is missing")),
    }
    let (held, service) = (authenticated.scopes, &anyone.service);
    if held.is_empty() {
        return Err(Refused::unauthorized("the client may have no scope"));
    }
    let invalid_scope = |description: String| Refused::Error(OAuthErrorCode::InvalidScope, description);
    let scopes = match form.get("scope") {
        None => held,
        Some(asked) => {
            let asked: Scopes = asked.parse().map_err(|error: UnknownScope| invalid_scope(error.to_string()))?;
            if asked.is_empty() || !held.include(&asked) {
                return Err(invalid_scope(format!("the client may ask for: {held}")));
            }
            asked
        }
    };
    let subject = Subject::Machine(ClientId(authenticated.client.id));
    let token = service.tokens.issue(subject, &scopes, Uuid::now_v7(), anyone.now)?;
    service.metrics.tokens_issued.inc();
    Ok(TokenAnswer {
        access_token: token.text,
        token_type: "Bearer",
        expires_in: token.lifetime.num_seconds(),
        scope: scopes.to_string(),
    })
}
