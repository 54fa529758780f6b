//! Sessions of people: lifetime, refresh and end.

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use peerpath_domain::people::account::PlatformRole;
use peerpath_domain::people::key::AccountId;
use peerpath_persistence::sessions::{self, Session};
use peerpath_persistence::{Connection, accounts};

use super::mail::Message;
use super::secret::NoRandomness;
use super::tokens::{RefreshToken, Shown};

/// The reason why a session cannot be refreshed or ended.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    #[error(transparent)]
    Database(#[from] peerpath_persistence::Error),
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

/// Lifetime of a session without a refresh.
const IDLE: TimeDelta = TimeDelta::days(30);

/// Maximum lifetime of a session.
const LONGEST: TimeDelta = TimeDelta::days(180);

/// Time after a refresh in which the previous token counts as a retry by a client that lost the answer.
const GRACE: TimeDelta = TimeDelta::seconds(10);

/// End of a session that is refreshed now. It is a full hour, so most refreshes do not change the index.
pub fn expires_at(created_at: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    let hour = TimeDelta::hours(1);
    let idle = (now + IDLE).duration_trunc(hour).map_or(now + IDLE, |full| full + hour);
    idle.min(created_at + LONGEST)
}

/// Outcome of a refresh.
pub enum Refreshed {
    /// The session continues with this token.
    On(Session, Option<PlatformRole>, RefreshToken),
    /// No session has this token.
    Unknown,
    /// The token was used before, so another person may have a copy.
    Reused(Session),
}

/// Returns the next refresh token of a session. A retry gets the same token again.
pub async fn refresh(db: &mut Connection, token: &RefreshToken, now: DateTime<Utc>) -> Result<Refreshed, SessionError> {
    // If several requests send the same token at once, one advances the session, and the others loop once more.
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

/// Ends a session whose refresh token was used twice, and mails its owner. Returns `false` if it has already ended.
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

/// Ends the session of a refresh token, used or not. Returns `false` if there is none.
pub async fn end_by_refresh_token(
    db: &mut Connection,
    token: &RefreshToken,
    now: DateTime<Utc>,
) -> Result<bool, SessionError> {
    let found = sessions::find(db, token.account, token.session, now).await?;
    let Some((_, turn, _)) = found else { return Ok(false) };
    Ok(token.compare(&turn) != Shown::Foreign && sessions::end(db, token.account, token.session).await?)
}
