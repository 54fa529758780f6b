//! Sessions of people: how long they last, how they are refreshed, and how they end.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use peerpath_domain::people::account::PlatformRole;
use peerpath_domain::people::key::AccountId;
use peerpath_persistence::sessions::{self, Session};
use peerpath_persistence::{Connection, accounts};

use super::mail::Message;
use super::secret::NoRandomness;
use super::tokens::{RefreshToken, Shown};

/// Why a session was not refreshed or ended.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The database refused.
    #[error(transparent)]
    Database(#[from] peerpath_persistence::Error),
    /// No token can be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// How long a session lasts without a refresh.
const IDLE: TimeDelta = TimeDelta::days(30);

/// How long a session lasts at most.
const LONGEST: TimeDelta = TimeDelta::days(180);

/// How long after a refresh the token before counts as a retry, by a phone that lost the answer.
const GRACE: TimeDelta = TimeDelta::seconds(10);

/// When a session that is refreshed now ends: at a full hour, so that most refreshes leave the index alone.
pub fn expires_at(created_at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    let hour = TimeDelta::hours(1);
    let idle = (now + IDLE).duration_trunc(hour).map_or(now + IDLE, |full| full + hour);
    idle.min(created_at + LONGEST)
}

/// Outcome of showing a refresh token.
pub enum Refreshed {
    /// The session goes on, with the next token.
    On(Session, Option<PlatformRole>, RefreshToken),
    /// No session has this token.
    Unknown,
    /// The token was used before: somebody else may have a copy.
    Reused(Session),
}

/// Gives a session its next refresh token, or the same again when the request is a retry.
pub async fn refresh(db: &mut Connection, token: &RefreshToken, now: DateTime<Utc>) -> Result<Refreshed, SessionError> {
    // Of several who show the same token at once, one advances the session; the others see that on their second look.
    loop {
        let found = sessions::find(db, token.account, token.session, now).await?;
        let Some((mut session, turn, role)) = found else { return Ok(Refreshed::Unknown) };
        match token.compare(&turn) {
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

/// Ends a session whose refresh token was used twice, and tells its owner. `false` when it had ended already.
pub async fn end_reused(
    db: &mut Connection,
    account: AccountId,
    session: &Session,
    issuer: &str,
    now: DateTime<Utc>,
) -> Result<bool, SessionError> {
    if !sessions::end(db, account, session.id).await? {
        return Ok(false);
    }
    if let Some(owner) = accounts::find(db, account).await? {
        Message::token_reused(issuer, session.device.as_deref()).send(db, &owner.email, now).await?;
    }
    Ok(true)
}

/// Ends the session that a refresh token belongs to, used or not. `false` when there is none.
pub async fn end_by_refresh_token(
    db: &mut Connection,
    token: &RefreshToken,
    now: DateTime<Utc>,
) -> Result<bool, SessionError> {
    let found = sessions::find(db, token.account, token.session, now).await?;
    let Some((_, turn, _)) = found else { return Ok(false) };
    Ok(token.compare(&turn) != Shown::Foreign && sessions::end(db, token.account, token.session).await?)
}
