//! Second factors and recovery codes.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Timestamptz};
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use peerpath_domain::people::key::AccountId;

use crate::connection::Connection;
use crate::error::Error;
use crate::schema::{recovery_codes, second_factors};

/// The time-based one-time passwords (RFC 6238) of an account.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = second_factors, check_for_backend(diesel::pg::Pg))]
pub struct SecondFactor {
    /// The shared secret, sealed.
    pub secret: Vec<u8>,
    /// When its owner first entered a code; `None`: it is not in use yet.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// The time step of the last accepted code.
    pub last_step: i64,
}

/// Finds the second factor of an account.
pub async fn find(db: &mut Connection, account: AccountId) -> Result<Option<SecondFactor>, Error> {
    Ok(second_factors::table.find(account.0).select(SecondFactor::as_select()).first(db).await.optional()?)
}

/// Stores a secret that is yet to be confirmed. Returns `false` when the account has one in use.
pub async fn propose(db: &mut Connection, account: AccountId, secret: &[u8]) -> Result<bool, Error> {
    let row = (second_factors::account_id.eq(account.0), second_factors::secret.eq(secret));
    let upsert = diesel::insert_into(second_factors::table)
        .values(row)
        .on_conflict(second_factors::account_id)
        .do_update()
        .set(second_factors::secret.eq(excluded(second_factors::secret)));
    let proposed = diesel::query_dsl::methods::FilterDsl::filter(upsert, second_factors::confirmed_at.is_null())
        .execute(db)
        .await?;
    Ok(proposed == 1)
}

/// Accepts the code of a time step. The first one confirms the secret.
///
/// Returns `false` when this code or a later one was accepted before.
pub async fn accept(db: &mut Connection, account: AccountId, step: i64, now: DateTime<Utc>) -> Result<bool, Error> {
    let fresh = second_factors::table.find(account.0).filter(second_factors::last_step.lt(step));
    let confirmed =
        diesel::dsl::case_when(second_factors::confirmed_at.is_null(), Some(now).into_sql::<Nullable<Timestamptz>>())
            .otherwise(second_factors::confirmed_at);
    let changes = (second_factors::last_step.eq(step), second_factors::confirmed_at.eq(confirmed));
    Ok(diesel::update(fresh).set(changes).execute(db).await? == 1)
}

/// Deletes the second factor and its recovery codes. Returns `false` when there was none.
pub async fn remove(db: &mut Connection, account: AccountId) -> Result<bool, Error> {
    Ok(diesel::delete(second_factors::table.find(account.0)).execute(db).await? == 1)
}

/// Replaces the recovery codes of an account.
pub async fn set_recovery_codes(db: &mut Connection, account: AccountId, digests: Vec<Vec<u8>>) -> Result<(), Error> {
    diesel::delete(recovery_codes::table.filter(recovery_codes::account_id.eq(account.0))).execute(db).await?;
    let rows: Vec<(_, _)> = digests
        .into_iter()
        .map(|digest| (recovery_codes::account_id.eq(account.0), recovery_codes::digest.eq(digest)))
        .collect();
    diesel::insert_into(recovery_codes::table).values(rows).execute(db).await?;
    Ok(())
}

/// Deletes a recovery code. Returns `false` when there is no such code.
pub async fn take_recovery_code(db: &mut Connection, account: AccountId, digest: &[u8]) -> Result<bool, Error> {
    Ok(diesel::delete(recovery_codes::table.find((account.0, digest))).execute(db).await? == 1)
}

/// Counts the recovery codes that are left.
pub async fn recovery_codes_left(db: &mut Connection, account: AccountId) -> Result<i64, Error> {
    Ok(recovery_codes::table.filter(recovery_codes::account_id.eq(account.0)).count().get_result(db).await?)
}
