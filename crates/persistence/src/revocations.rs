//! What access tokens are no longer accepted, though their time is not over.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::{Interval, Timestamptz};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::connection::Connection;
use crate::error::Error;
use crate::notifications::ACCESS_CHANNEL;
use crate::schema::revocations;

/// Revokes the tokens of clients and sessions, and single tokens, by their keys, and tells every instance.
///
/// # Errors
/// Those of any query.
pub async fn revoke(db: &mut Connection, keys: &[Uuid]) -> Result<(), Error> {
    let rows: Vec<_> = keys.iter().map(|key| revocations::id.eq(key)).collect();
    diesel::insert_into(revocations::table).values(rows).on_conflict_do_nothing().execute(db).await?;
    tell(db).await
}

/// Tells every instance that something is no longer accepted, or is from now on.
pub(crate) async fn tell(db: &mut Connection) -> Result<(), Error> {
    diesel::sql_query(format!("notify {ACCESS_CHANNEL}")).execute(db).await?;
    Ok(())
}

/// What was revoked within the last `interval`, by the database's clock, which set the time.
///
/// # Errors
/// Those of any query.
pub async fn within(db: &mut Connection, interval: TimeDelta) -> Result<Vec<Uuid>, Error> {
    let since = diesel::dsl::now.into_sql::<Timestamptz>() - interval.into_sql::<Interval>();
    Ok(revocations::table.filter(revocations::revoked_at.gt(since)).select(revocations::id).load(db).await?)
}
