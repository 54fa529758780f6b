//! Requests that may be repeated without making anything twice.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::connection::Connection;
use crate::error::Error;
use crate::schema::idempotency_keys;

/// What a key was found to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// New: go on and make the thing.
    New,
    /// That of the same request, which made this.
    Repeated(Uuid),
    /// That of another request.
    Taken,
}

/// Claims a key for a request that is about to make `made`. Of two requests at once, one waits for the other.
///
/// # Errors
/// Those of any query.
pub async fn claim(
    db: &mut Connection,
    owner: Uuid,
    key: &str,
    digest: &[u8],
    made: Uuid,
    now: DateTime<Utc>,
) -> Result<Claim, Error> {
    let row = (
        idempotency_keys::owner_id.eq(owner),
        idempotency_keys::key.eq(key),
        idempotency_keys::digest.eq(digest),
        idempotency_keys::made.eq(made),
        idempotency_keys::created_at.eq(now),
    );
    let claimed = diesel::insert_into(idempotency_keys::table).values(row).on_conflict_do_nothing().execute(db).await?;
    if claimed == 1 {
        return Ok(Claim::New);
    }
    let columns = (idempotency_keys::digest, idempotency_keys::made);
    let (known, made): (Vec<u8>, Uuid) = idempotency_keys::table.find((owner, key)).select(columns).first(db).await?;
    Ok(if known == digest { Claim::Repeated(made) } else { Claim::Taken })
}
