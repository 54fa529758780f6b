//! Idempotency keys: a repeated request creates nothing twice.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::connection::Connection;
use crate::error::Error;
use crate::schema::idempotency_keys;

/// Outcome of claiming a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// The key is new: go on.
    New,
    /// The same request came before, and created the thing with this id.
    Repeated(Uuid),
    /// Another request used the key before.
    Taken,
}

/// Claims a key for a request that is about to create `made`. Of two concurrent requests, one waits for the other.
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
