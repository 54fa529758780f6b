//! Taking tokens back, after RFC 7009.

use actix_web::http::header;
use actix_web::{HttpResponse, post};
use peerpath_domain::audit::Action;
use peerpath_persistence::revocations;
use utoipa::ToSchema;

use super::form::{OAuthError, OAuthRequest, Refused, answer, authenticate};
use crate::access::{Anyone, Permit};
use crate::accounts::end_by_refresh_token;
use crate::problem::Problem;
use crate::tokens::{REFRESH_PREFIX, RefreshToken, Subject};

/// What is sent to take a token back.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it documents what `Form` reads")]
struct RevocationRequest {
    /// The token: an access token, or a refresh token.
    token: String,
    /// Which of them it is; it is found out without, too.
    token_type_hint: Option<String>,
    /// The client whose token it is, where it does not authenticate by the `Authorization` header.
    client_id: Option<String>,
    /// Its secret, where it does not authenticate by the `Authorization` header.
    client_secret: Option<String>,
}

/// Take a token back
///
/// A machine's access token, by the client that it was issued to; or, by whoever has it, a person's: with a refresh token,
/// the whole session ends. It is effective on every instance within two seconds. A token that is not valid anyway is no error.
#[utoipa::path(
    tag = "oauth",
    request_body(content = RevocationRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = OK, description = "The token is not valid any more, or never was"),
        (status = BAD_REQUEST, description = "The request is wrong", body = OAuthError),
        (status = UNAUTHORIZED, description = "The client could not be authenticated", body = OAuthError),
    ),
    security((), ("basic" = []))
)]
#[post("/oauth/revoke")]
pub(super) async fn revoke_token(anyone: Permit<Anyone, OAuthRequest>) -> Result<HttpResponse, Problem> {
    match revoke(&anyone).await {
        Ok(()) => Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-store")).finish()),
        Err(refused) => answer(Err::<(), _>(refused)),
    }
}

async fn revoke(anyone: &Permit<Anyone, OAuthRequest>) -> Result<(), Refused> {
    let form = anyone.input.form()?;
    // People's tokens are taken back by whoever has them: they sign in with the service itself, which has no secret.
    let client = if form.has_authentication(&anyone.input) {
        Some(authenticate(anyone, &form).await?.client.id)
    } else {
        anyone.service.limits.spend_by_address(anyone.origin.address)?;
        None
    };
    let token = form.get("token").ok_or_else(|| Refused::request("token is missing"))?;
    let now = anyone.now;
    if token.starts_with(REFRESH_PREFIX) {
        let Ok(token) = token.parse::<RefreshToken>() else { return Ok(()) };
        let event = anyone.event(Action::SessionEnd);
        anyone.write(async move |db| end_by_refresh_token(db, &token, event, now).await).await?;
        return Ok(());
    }
    let Ok(caller) = anyone.service.tokens.verify(token.as_bytes(), now) else { return Ok(()) };
    match (caller.subject, client) {
        (Subject::Machine(owner), client) if client != Some(owner.0) => {
            return Err(Refused::unauthorized("the token is not one of this client"));
        }
        _ => {}
    }
    let event = anyone.event(Action::TokenRevoke).object(caller.token);
    let event = match caller.subject {
        Subject::Person { account, .. } => event.by(account),
        Subject::Machine(client) => event.by_machine(client),
    };
    anyone
        .write(async move |db| {
            revocations::revoke(db, &[caller.token]).await?;
            Ok(event.record(db).await?)
        })
        .await?;
    Ok(())
}
