//! Sign-ups: accounts to be, until the address was shown to be theirs.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::connection::Connection;
use crate::error::Error;
use crate::schema::sign_ups;

/// An account to be.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sign_ups, check_for_backend(diesel::pg::Pg))]
pub struct SignUp {
    /// Its key.
    pub id: Uuid,
    /// The address, as it was written.
    pub email: String,
    /// What the address is compared by.
    pub email_key: String,
    /// What the person wants to be called.
    pub display_name: String,
    /// The hash of the password, in PHC format.
    pub password_hash: String,
    /// The digest of the token that was mailed.
    pub digest: Vec<u8>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// Until when the token is accepted.
    pub expires_at: DateTime<Utc>,
}

/// Adds a sign-up.
///
/// # Errors
/// Those of any query.
pub async fn add(db: &mut Connection, sign_up: &SignUp) -> Result<(), Error> {
    diesel::insert_into(sign_ups::table).values(sign_up.clone()).execute(db).await?;
    Ok(())
}

/// The sign-up whose token this is the digest of.
///
/// # Errors
/// Those of any query.
pub async fn find(db: &mut Connection, id: Uuid, digest: &[u8], now: DateTime<Utc>) -> Result<Option<SignUp>, Error> {
    let open = sign_ups::table.find(id).filter(sign_ups::digest.eq(digest)).filter(sign_ups::expires_at.gt(now));
    Ok(open.select(SignUp::as_select()).first(db).await.optional()?)
}

/// Forgets every sign-up with this address.
///
/// # Errors
/// Those of any query.
pub async fn forget(db: &mut Connection, email_key: &str) -> Result<(), Error> {
    diesel::delete(sign_ups::table.filter(sign_ups::email_key.eq(email_key))).execute(db).await?;
    Ok(())
}
