//! Revoked access tokens.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::{Interval, Timestamptz};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::connection::Connection;
use crate::error::Error;
use crate::notifications::{Change, notify};
use crate::schema::revocations;

/// Revokes the access tokens of clients and sessions, or single tokens, by id, and notifies every instance.
pub async fn revoke(db: &mut Connection, keys: &[Uuid]) -> Result<(), Error> {
    let rows: Vec<_> = keys.iter().map(|key| revocations::id.eq(key)).collect();
    diesel::insert_into(revocations::table).values(rows).on_conflict_do_nothing().execute(db).await?;
    notify(db, Change::Access).await
}

/// Returns the ids revoked within the last `interval`, by the clock of the database, which also sets the time of revocation.
pub async fn within(db: &mut Connection, interval: TimeDelta) -> Result<Vec<Uuid>, Error> {
    let since = diesel::dsl::now.into_sql::<Timestamptz>() - interval.into_sql::<Interval>();
    Ok(revocations::table.filter(revocations::revoked_at.gt(since)).select(revocations::id).load(db).await?)
}
