//! Making things once, however often it is asked for under one key.

use chrono::{DateTime, Utc};
use peerpath_persistence::Connection;
use peerpath_persistence::idempotency::{Claim, claim};
use uuid::Uuid;

use crate::input::IdempotencyKey;
use crate::problem::{Problem, ProblemKind};

/// What a request of somebody made before, if it was sent before under this key; else it is about to make `made`.
///
/// # Errors
/// A [`Problem`] where the key belongs to another request.
pub async fn made_before(
    db: &mut Connection,
    owner: Uuid,
    key: Option<&IdempotencyKey>,
    made: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<Uuid>, Problem> {
    let Some(IdempotencyKey { key, digest }) = key else { return Ok(None) };
    match claim(db, owner, key, digest, made, now).await? {
        Claim::New => Ok(None),
        Claim::Repeated(made) => Ok(Some(made)),
        Claim::Taken => {
            let detail = "the Idempotency-Key was used for another request";
            Err(Problem::new(ProblemKind::IdempotencyKeyReused, detail))
        }
    }
}
