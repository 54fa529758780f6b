//! The keys that sign access tokens.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::connection::Connection;
use crate::error::Error;
use crate::notifications::{Change, notify};
use crate::schema::signing_keys;

/// A key that signs now, before or later.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = signing_keys, check_for_backend(diesel::pg::Pg))]
pub struct SigningKey {
    /// The thumbprint of RFC 7638.
    pub id: String,
    pub public_key: Vec<u8>,
    /// In PEM, sealed.
    pub private_key: Vec<u8>,
    pub created_at: DateTime<Utc>,
    pub signs_from: DateTime<Utc>,
    /// The end of accepting its signatures; `None`: as long as it signs.
    pub accepted_until: Option<DateTime<Utc>>,
}

/// Lists every key, in the order in which they sign.
pub async fn list(db: &mut Connection) -> Result<Vec<SigningKey>, Error> {
    let keys = signing_keys::table.order((signing_keys::signs_from, signing_keys::id));
    Ok(keys.select(SigningKey::as_select()).load(db).await?)
}

/// Lists and locks every key.
pub async fn lock(db: &mut Connection) -> Result<Vec<SigningKey>, Error> {
    diesel::sql_query("lock table signing_keys in share row exclusive mode").execute(db).await?;
    list(db).await
}

/// Adds a key, and notifies every instance.
pub async fn add(db: &mut Connection, key: &SigningKey) -> Result<(), Error> {
    diesel::insert_into(signing_keys::table).values(key.clone()).execute(db).await?;
    notify(db, Change::Access).await
}

/// Ends the acceptance of all keys but one at `until` at the latest, and notifies every instance.
pub async fn retire_others(db: &mut Connection, id: &str, until: DateTime<Utc>) -> Result<(), Error> {
    let outlives = signing_keys::accepted_until.is_null().or(signing_keys::accepted_until.gt(until));
    diesel::update(signing_keys::table.filter(signing_keys::id.ne(id)).filter(outlives))
        .set(signing_keys::accepted_until.eq(until))
        .execute(db)
        .await?;
    notify(db, Change::Access).await
}

/// Accepts the signatures of a key for as long as it signs.
pub async fn keep(db: &mut Connection, id: &str) -> Result<(), Error> {
    let until = signing_keys::accepted_until.eq(None::<DateTime<Utc>>);
    diesel::update(signing_keys::table.find(id)).set(until).execute(db).await?;
    Ok(())
}

/// Deletes a key, and notifies every instance. Returns `false` when there is none.
pub async fn remove(db: &mut Connection, id: &str) -> Result<bool, Error> {
    let removed = diesel::delete(signing_keys::table.find(id)).execute(db).await?;
    notify(db, Change::Access).await?;
    Ok(removed == 1)
}
