//! The keys that sign access tokens.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::connection::Connection;
use crate::error::Error;
use crate::revocations;
use crate::schema::signing_keys;

/// A key that signs, has signed, or will.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_keys, check_for_backend(diesel::pg::Pg))]
pub struct SigningKey {
    /// Its thumbprint.
    pub id: String,
    /// Its public half.
    pub public_key: Vec<u8>,
    /// Its private half, in PEM, sealed.
    pub private_key: Vec<u8>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From when on it signs.
    pub signs_from: DateTime<Utc>,
    /// Until when its signatures are accepted; `None`: as long as it signs.
    pub accepted_until: Option<DateTime<Utc>>,
}

/// Every key, in the order in which they sign.
///
/// # Errors
/// Those of any query.
pub async fn list(db: &mut Connection) -> Result<Vec<SigningKey>, Error> {
    let keys = signing_keys::table.order((signing_keys::signs_from, signing_keys::id));
    Ok(keys.select(SigningKey::as_select()).load(db).await?)
}

/// The same, and nobody else changes them before the transaction ends.
///
/// # Errors
/// Those of any query.
pub async fn lock(db: &mut Connection) -> Result<Vec<SigningKey>, Error> {
    diesel::sql_query("lock table signing_keys in share row exclusive mode").execute(db).await?;
    list(db).await
}

/// Adds a key and tells every instance.
///
/// # Errors
/// Those of any query.
pub async fn add(db: &mut Connection, key: &SigningKey) -> Result<(), Error> {
    diesel::insert_into(signing_keys::table).values(key.clone()).execute(db).await?;
    revocations::tell(db).await
}

/// Lets the signatures of all keys but one be accepted until `until` at the longest, and tells every instance.
///
/// # Errors
/// Those of any query.
pub async fn retire_others(db: &mut Connection, id: &str, until: DateTime<Utc>) -> Result<(), Error> {
    let outlived = signing_keys::accepted_until.is_null().or(signing_keys::accepted_until.gt(until));
    diesel::update(signing_keys::table.filter(signing_keys::id.ne(id)).filter(outlived))
        .set(signing_keys::accepted_until.eq(until))
        .execute(db)
        .await?;
    revocations::tell(db).await
}

/// Lets the signatures of a key be accepted for as long as it signs.
///
/// # Errors
/// Those of any query.
pub async fn keep(db: &mut Connection, id: &str) -> Result<(), Error> {
    let until = signing_keys::accepted_until.eq(None::<DateTime<Utc>>);
    diesel::update(signing_keys::table.find(id)).set(until).execute(db).await?;
    Ok(())
}

/// Takes a key out of use at once and tells every instance. Gives `false` where there is none.
///
/// # Errors
/// Those of any query.
pub async fn remove(db: &mut Connection, id: &str) -> Result<bool, Error> {
    let removed = diesel::delete(signing_keys::table.find(id)).execute(db).await?;
    revocations::tell(db).await?;
    Ok(removed == 1)
}
