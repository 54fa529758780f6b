//! The token endpoint: client credentials (RFC 6749).

use peerpath_domain::people::key::ClientId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::client::authenticate;
use super::error::{OAuthErrorCode, OAuthReply, Refused};
use super::request::{OAuthForm, OAuthRequest, present};
use crate::service::tokens::{Scopes, Subject, UnknownScope};
use crate::web::{Anyone, Endpoints, Json, Permit, Problem, endpoints};

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: issue_token);
}

/// A request for a token.
#[derive(Deserialize, ToSchema)]
struct TokenRequest {
    /// The grant type: `client_credentials`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = true, examples("client_credentials"))]
    grant_type: Option<String>,
    /// Requested scopes, separated by spaces. By default, all scopes of the client.
    #[serde(default, deserialize_with = "present")]
    #[schema(examples("catalog:read"))]
    scope: Option<String>,
    /// Id of the client, unless the `Authorization` header has it.
    #[serde(default, deserialize_with = "present")]
    client_id: Option<String>,
    /// Secret of the client, unless the `Authorization` header has it.
    #[serde(default, deserialize_with = "present")]
    client_secret: Option<String>,
}

impl OAuthForm for TokenRequest {
    fn client(&self) -> (Option<&str>, Option<&str>) {
        (self.client_id.as_deref(), self.client_secret.as_deref())
    }
}

/// An access token.
#[derive(Debug, Serialize, ToSchema)]
struct TokenResponse {
    /// The token, for the `Authorization` header.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds until the token expires.
    expires_in: i64,
    /// Scopes of the token, separated by spaces.
    scope: String,
}

type Request = Permit<Anyone, OAuthRequest<TokenRequest>>;

/// Issue a token
///
/// For machines, by client credentials: in the `Authorization` header (`Basic`) or in the form.
#[utoipa::path(post, path = "/oauth/token", tag = "oauth")]
async fn issue_token(request: Request) -> Result<OAuthReply<Json<TokenResponse>>, Problem> {
    OAuthReply::of(issue(&request).await)
}

async fn issue(request: &Request) -> Result<Json<TokenResponse>, Refused> {
    let form = request.input.form()?;
    let authenticated = authenticate(request, &form).await?;
    match form.grant_type.as_deref() {
        Some("client_credentials") => {}
        Some(_) => {
            return Err(Refused::new(OAuthErrorCode::UnsupportedGrantType, "only client_credentials is supported"));
        }
        None => return Err(Refused::request("grant_type is missing")),
    }
    let (granted, service) = (authenticated.scopes, &request.service);
    if granted.is_empty() {
        return Err(Refused::unauthorized("the client has no scope"));
    }
    let invalid_scope = |description: String| Refused::new(OAuthErrorCode::InvalidScope, description);
    let scopes = match form.scope {
        None => granted,
        Some(requested) => {
            let requested: Scopes =
                requested.parse().map_err(|error: UnknownScope| invalid_scope(error.to_string()))?;
            if requested.is_empty() || !granted.include(&requested) {
                return Err(invalid_scope(format!("the client may request: {granted}")));
            }
            requested
        }
    };
    let subject = Subject::Machine(ClientId(authenticated.client.id));
    let token = service.tokens.issue(subject, &scopes, Uuid::now_v7(), request.now)?;
    service.metrics.tokens_issued.inc();
    Ok(Json(TokenResponse {
        access_token: token.text,
        token_type: "Bearer",
        expires_in: token.lifetime.num_seconds(),
        scope: scopes.to_string(),
    }))
}
