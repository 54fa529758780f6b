//! Asking about tokens, after RFC 7662.

use actix_web::{HttpResponse, post};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::form::{OAuthError, OAuthRequest, Refused, answer, authenticate};
use crate::access::{Anyone, Permit};
use crate::problem::Problem;
use crate::tokens::{Scope, Subject};

/// What is sent to ask about a token.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it documents what `Form` reads")]
struct IntrospectionRequest {
    /// The access token.
    token: String,
    /// Ignored: there is one sort.
    token_type_hint: Option<String>,
    /// The client that asks, where it does not authenticate by the `Authorization` header.
    client_id: Option<String>,
    /// Its secret, where it does not authenticate by the `Authorization` header.
    client_secret: Option<String>,
}

/// What is known of a token; of one that is not valid, nothing but that.
#[derive(Debug, Default, Serialize, ToSchema)]
struct Introspection {
    /// Whether it is valid now, and the client may know.
    active: bool,
    /// What it allows, between spaces.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    /// The client that it was issued to; `peerpath` for those of people.
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    /// Always `Bearer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    /// When it expires, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<i64>,
    /// When it was issued, in seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<i64>,
    /// Who it speaks for: an account or a client.
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<Uuid>,
    /// Whom it is for: the service's public address.
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<String>,
    /// Who issued it: the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    /// Its own key.
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<Uuid>,
}

/// Ask about a token
///
/// A client learns of the tokens that were issued to it whether they are valid; with the scope `introspection`, of all.
#[utoipa::path(
    tag = "oauth",
    request_body(content = IntrospectionRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = OK, description = "What is known of it", body = Introspection),
        (status = BAD_REQUEST, description = "The request is wrong", body = OAuthError),
        (status = UNAUTHORIZED, description = "The client could not be authenticated", body = OAuthError),
    ),
    security((), ("basic" = []))
)]
#[post("/oauth/introspect")]
pub(super) async fn introspect_token(anyone: Permit<Anyone, OAuthRequest>) -> Result<HttpResponse, Problem> {
    answer(introspect(&anyone).await)
}

async fn introspect(anyone: &Permit<Anyone, OAuthRequest>) -> Result<Introspection, Refused> {
    let form = anyone.input.form()?;
    let authenticated = authenticate(anyone, &form).await?;
    let token = form.get("token").ok_or_else(|| Refused::request("token is missing"))?;
    let Ok(caller) = anyone.service.tokens.verify(token.as_bytes(), anyone.now) else {
        return Ok(Introspection::default());
    };
    let own = caller.subject == Subject::Machine(authenticated.client.id.into());
    if !own && !authenticated.scopes.allow(Scope::Introspection) {
        return Ok(Introspection::default());
    }
    let issuer = anyone.service.tokens.issuer();
    Ok(Introspection {
        active: true,
        scope: Some(caller.scopes.to_string()),
        client_id: Some(caller.subject.client_id()),
        token_type: Some("Bearer"),
        exp: Some(caller.expires_at.timestamp()),
        iat: Some(caller.issued_at.timestamp()),
        sub: Some(caller.subject.key()),
        aud: Some(issuer.into()),
        iss: Some(issuer.into()),
        jti: Some(caller.token),
    })
}
