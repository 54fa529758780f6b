//! What somebody who signs in is given: an access token, and a refresh token that takes turns.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use peerpath_domain::people::account::PlatformRole;
use peerpath_domain::people::key::AccountId;
use peerpath_persistence::sessions::{self, Session};
use peerpath_persistence::{Connection, accounts};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::sessions::SessionItem;
use crate::access::Event;
use crate::mail::Letter;
use crate::problem::Problem;
use crate::service::Service;
use crate::tokens::{LIFETIME, RefreshToken, Scope, Scopes, Shown, Subject};

/// How long a session lasts that is not refreshed.
const IDLE: TimeDelta = TimeDelta::days(30);

/// How long a session lasts at the most.
const LONGEST: TimeDelta = TimeDelta::days(180);

/// For how long after a refresh the token before is taken for a retry: of a phone that lost the answer.
const GRACE: TimeDelta = TimeDelta::seconds(10);

/// When a session ends that is refreshed now: at a full hour, so that most refreshes leave the index of it alone.
pub(super) fn expires_at(created_at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    let hour = TimeDelta::hours(1);
    let idle = (now + IDLE).duration_trunc(hour).map_or(now + IDLE, |full| full + hour);
    idle.min(created_at + LONGEST)
}

/// The tokens of a session.
#[derive(Serialize, ToSchema)]
pub struct SessionTokens {
    /// The session.
    session: SessionItem,
    /// The access token, for the `Authorization` header.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// How long the access token is valid, in seconds.
    expires_in: i64,
    /// What the access token allows, between spaces.
    #[schema(examples("catalog:read account organizations"))]
    scope: String,
    /// The refresh token: opaque, and good for one turn.
    refresh_token: String,
}

/// What a person's tokens allow.
fn scopes(role: Option<PlatformRole>) -> Scopes {
    let administers = role == Some(PlatformRole::Administrator);
    let granted = |scope: &Scope| scope.is_for_people() && (*scope != Scope::Administration || administers);
    Scope::ALL.iter().copied().filter(granted).collect()
}

/// The tokens that somebody gets for a session.
pub(super) fn issue(
    service: &Service,
    session: Session,
    role: Option<PlatformRole>,
    refresh: &RefreshToken,
    now: DateTime<Utc>,
) -> Result<SessionTokens, Problem> {
    let scopes = scopes(role);
    let subject = Subject::Person { account: refresh.account, session: refresh.session };
    let token = service.tokens.issue(subject, &scopes, Uuid::now_v7(), now)?;
    service.metrics.tokens_issued.inc();
    Ok(SessionTokens {
        session: SessionItem::new(session, Some(refresh.session)),
        access_token: token.text,
        token_type: "Bearer",
        expires_in: LIFETIME.num_seconds(),
        scope: scopes.to_string(),
        refresh_token: refresh.to_string(),
    })
}

/// What showing a refresh token came to.
pub(super) enum Refreshed {
    /// The session goes on, with this token.
    On(Session, Option<PlatformRole>, RefreshToken),
    /// There is no such session, or the token is none of it.
    Unknown,
    /// The token was used before: somebody else may hold one.
    Reused(Session),
}

/// Takes a session to its next turn, or finds out that it was taken there a moment ago.
pub(super) async fn refresh(
    db: &mut Connection,
    token: &RefreshToken,
    now: DateTime<Utc>,
) -> Result<Refreshed, Problem> {
    // Of several who show the same token at once, one advances the session; the others see that on their second look.
    loop {
        let found = sessions::turn(db, token.account, token.session, now).await?;
        let Some((mut session, turn, role)) = found else { return Ok(Refreshed::Unknown) };
        let role = role.and_then(|word| word.parse().ok());
        match token.held_against(&turn) {
            Shown::Foreign => return Ok(Refreshed::Unknown),
            Shown::Present => {
                let (next, to) = token.next()?;
                let until = expires_at(session.created_at, now);
                if sessions::advance(db, token.account, token.session, &turn, &to, now, until).await? {
                    (session.refreshed_at, session.expires_at) = (now, until);
                    return Ok(Refreshed::On(session, role, next));
                }
            }
            Shown::Before(next) if now - session.refreshed_at <= GRACE => {
                return Ok(Refreshed::On(session, role, next));
            }
            Shown::Before(_) | Shown::Earlier => return Ok(Refreshed::Reused(session)),
        }
    }
}

/// Ends a session of which a token was used twice, and tells its owner.
pub(super) async fn end_reused(
    db: &mut Connection,
    account: AccountId,
    session: Session,
    issuer: &str,
    event: Event,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    if !sessions::end(db, account, session.id).await? {
        return Ok(());
    }
    event.about(account).object(session.id).record(db).await?;
    if let Some(owner) = accounts::find(db, account).await? {
        Letter::token_reused(issuer, session.device.as_deref()).send(db, &owner.email, now).await?;
    }
    Ok(())
}

/// Ends the session that a refresh token is, or was, one of. Gives `false` where it is none.
///
/// # Errors
/// Those of any query.
pub async fn end_by_refresh_token(
    db: &mut Connection,
    token: &RefreshToken,
    event: Event,
    now: DateTime<Utc>,
) -> Result<bool, Problem> {
    let found = sessions::turn(db, token.account, token.session, now).await?;
    let Some((_, turn, _)) = found else { return Ok(false) };
    if token.held_against(&turn) == Shown::Foreign || !sessions::end(db, token.account, token.session).await? {
        return Ok(false);
    }
    event.about(token.account).object(token.session).record(db).await?;
    Ok(true)
}
