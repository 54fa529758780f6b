//! Token revocation (RFC 7009).

use peerpath_domain::people::audit::Action;
use peerpath_persistence::revocations;
use serde::Deserialize;
use utoipa::ToSchema;

use super::client::{authenticate, authenticates};
use super::error::{Done, OAuthReply, Refused};
use super::request::{OAuthForm, OAuthRequest, present};
use crate::service::sessions::end_by_refresh_token;
use crate::service::tokens::{REFRESH_PREFIX, RefreshToken, Subject};
use crate::web::{Anyone, Endpoints, Permit, Problem, endpoints};

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: revoke_token);
}

/// A token to revoke.
#[derive(Deserialize, ToSchema)]
struct RevocationRequest {
    /// The access token or refresh token.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String, required = true)]
    token: Option<String>,
    /// Kind of the token. Ignored, because the token itself shows it.
    #[serde(default, rename = "token_type_hint", deserialize_with = "present")]
    _token_type_hint: Option<String>,
    /// Id of the client, unless the `Authorization` header has it.
    #[serde(default, deserialize_with = "present")]
    client_id: Option<String>,
    /// Secret of the client, unless the `Authorization` header has it.
    #[serde(default, deserialize_with = "present")]
    client_secret: Option<String>,
}

impl OAuthForm for RevocationRequest {
    fn client(&self) -> (Option<&str>, Option<&str>) {
        (self.client_id.as_deref(), self.client_secret.as_deref())
    }
}

type Request = Permit<Anyone, OAuthRequest<RevocationRequest>>;

/// Revoke a token
///
/// A client can revoke its own access tokens. Anybody who has a person's token can revoke it; a refresh token ends its
/// whole session. Takes effect on every instance within two seconds. An invalid token is not an error.
#[utoipa::path(post, path = "/oauth/revoke", tag = "oauth")]
async fn revoke_token(request: Request) -> Result<OAuthReply<Done>, Problem> {
    OAuthReply::of(revoke(&request).await)
}

async fn revoke(request: &Request) -> Result<Done, Refused> {
    let form = request.input.form()?;
    // People's tokens belong to no client with a secret, so having such a token is enough to revoke it.
    let client = if authenticates(&request.input.headers, &form) {
        Some(authenticate(request, &form).await?.client.id)
    } else {
        request.service.limits.spend_by_address(request.origin.address)?;
        None
    };
    let token = form.token.ok_or_else(|| Refused::request("token is missing"))?;
    if token.starts_with(REFRESH_PREFIX) {
        let Ok(token) = token.parse::<RefreshToken>() else { return Ok(Done) };
        let end = request.transaction(Action::SessionEnd, async move |tx, request| {
            if end_by_refresh_token(tx, &token, request.now).await? {
                tx.about(token.account);
                tx.object(token.session);
            } else {
                tx.nothing_changed();
            }
            Ok(())
        });
        end.await?;
        return Ok(Done);
    }
    let Ok(caller) = request.service.tokens.verify(token.as_bytes(), request.now) else { return Ok(Done) };
    if let Subject::Machine(owner) = caller.subject
        && client != Some(owner.0)
    {
        return Err(Refused::unauthorized("the token belongs to another client"));
    }
    let revoke = request.transaction(Action::TokenRevoke, async move |tx, _| {
        revocations::revoke(tx, &[caller.token]).await?;
        tx.object(caller.token);
        match caller.subject {
            Subject::Person { account, .. } => tx.by(account),
            Subject::Machine(client) => tx.by_machine(client),
        }
        Ok(())
    });
    revoke.await?;
    Ok(Done)
}
