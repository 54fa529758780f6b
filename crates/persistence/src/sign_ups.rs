//! Sign-ups: accounts whose owner has yet to confirm the address.

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
    pub id: Uuid,
    pub email: String,
    /// The form of the address that is compared: see [`peerpath_domain::people::account::EmailAddress::key`].
    pub email_key: String,
    pub display_name: String,
    /// In PHC format.
    pub password_hash: String,
    /// SHA-256 of the mailed token.
    pub digest: Vec<u8>,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// Adds a sign-up.
pub async fn add(db: &mut Connection, sign_up: &SignUp) -> Result<(), Error> {
    diesel::insert_into(sign_ups::table).values(sign_up.clone()).execute(db).await?;
    Ok(())
}

/// Finds a sign-up that has not expired, by the digest of its token.
pub async fn find(db: &mut Connection, id: Uuid, digest: &[u8], now: DateTime<Utc>) -> Result<Option<SignUp>, Error> {
    let open = sign_ups::table.find(id).filter(sign_ups::digest.eq(digest)).filter(sign_ups::expires_at.gt(now));
    Ok(open.select(SignUp::as_select()).first(db).await.optional()?)
}

/// Deletes every sign-up with this address.
pub async fn forget(db: &mut Connection, email_key: &str) -> Result<(), Error> {
    diesel::delete(sign_ups::table.filter(sign_ups::email_key.eq(email_key))).execute(db).await?;
    Ok(())
}
