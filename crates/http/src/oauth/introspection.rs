//! Token introspection (RFC 7662).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::client::authenticate;
use super::error::{OAuthReply, Refused};
use super::request::{OAuthForm, OAuthRequest, present};
use crate::service::tokens::{Scope, Subject};
use crate::web::{Anyone, Endpoints, Json, Permit, Problem, endpoints};

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: introspect_token);
}

/// A token to introspect.
#[derive(Deserialize, ToSchema)]
struct IntrospectionRequest {
    /// The access token.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = true)]
    token: Option<String>,
    /// Kind of the token. Ignored, because only access tokens can be introspected.
    #[serde(default, rename = "token_type_hint", deserialize_with = "present")]
    _token_type_hint: Option<String>,
    /// Id of the client, unless the `Authorization` header has it.
    #[serde(default, deserialize_with = "present")]
    client_id: Option<String>,
    /// Secret of the client, unless the `Authorization` header has it.
    #[serde(default, deserialize_with = "present")]
    client_secret: Option<String>,
}

impl OAuthForm for IntrospectionRequest {
    fn client(&self) -> (Option<&str>, Option<&str>) {
        (self.client_id.as_deref(), self.client_secret.as_deref())
    }
}

/// State of a token. For an invalid token, only `active` is present.
#[derive(Debug, Default, Serialize, ToSchema)]
struct Introspection {
    /// Whether the token is valid and the client may introspect it.
    active: bool,
    /// The scopes of the token, separated by spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// The client that the token was issued to; `peerpath` for people's tokens.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// Always `Bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    /// When the token expires, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    /// When the token was issued, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    /// The account or client that the token was issued to.
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<Uuid>,
    /// The audience: the service's public address.
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<String>,
    /// The issuer: the service's public address.
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    /// The id of the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<Uuid>,
}

type Request = Permit<Anyone, OAuthRequest<IntrospectionRequest>>;

/// Introspect a token
///
/// A client can introspect its own tokens or, with the scope `introspection`, all tokens.
#[utoipa::path(post, path = "/oauth/introspect", tag = "oauth")]
async fn introspect_token(request: Request) -> Result<OAuthReply<Json<Introspection>>, Problem> {
    OAuthReply::of(introspect(&request).await)
}

async fn introspect(request: &Request) -> Result<Json<Introspection>, Refused> {
    let form = request.input.form()?;
    let authenticated = authenticate(request, &form).await?;
    let token = form.token.ok_or_else(|| Refused::request("token is missing"))?;
    let tokens = &request.service.tokens;
    let Ok(caller) = tokens.verify(token.as_bytes(), request.now) else {
        return Ok(Json(Introspection::default()));
    };
    let own = caller.subject == Subject::Machine(authenticated.client.id.into());
    if !own && !authenticated.scopes.allow(Scope::Introspection) {
        return Ok(Json(Introspection::default()));
    }
    Ok(Json(Introspection {
        active: true,
        scope: Some(caller.scopes.to_string()),
        client_id: Some(caller.subject.client_id()),
        token_type: Some("Bearer"),
        exp: Some(caller.expires_at.timestamp()),
        iat: Some(caller.issued_at.timestamp()),
        sub: Some(caller.subject.key()),
        aud: Some(tokens.issuer().into()),
        iss: Some(tokens.issuer().into()),
        jti: Some(caller.token),
    }))
}
