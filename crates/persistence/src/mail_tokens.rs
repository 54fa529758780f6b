//! Tokens of the links in mails to account owners.

use chrono::{DateTime, Utc};
use diesel::deserialize::{self, Queryable};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use diesel_async::RunQueryDsl;
use peerpath_domain::people::key::AccountId;

use crate::connection::Connection;
use crate::error::Error;
use crate::schema::mail_tokens;

/// What a token allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// Choosing a new password.
    ResetPassword,
    /// Changing the account's address to this one.
    ChangeAddress(String),
}

impl Purpose {
    const fn word(&self) -> &'static str {
        match self {
            Self::ResetPassword => "reset_password",
            Self::ChangeAddress(_) => "change_address",
        }
    }
}

/// Read from the column `email`: a constraint ties it to the purpose.
impl Queryable<Nullable<Text>, Pg> for Purpose {
    type Row = Option<String>;

    fn build(email: Option<String>) -> deserialize::Result<Self> {
        Ok(email.map_or(Self::ResetPassword, Self::ChangeAddress))
    }
}

/// Adds a token, in place of the account's earlier ones for the same purpose.
pub async fn replace(
    db: &mut Connection,
    account: AccountId,
    purpose: &Purpose,
    digest: &[u8],
    expires_at: DateTime<Utc>,
) -> Result<(), Error> {
    let same = mail_tokens::account_id.eq(account.0).and(mail_tokens::purpose.eq(purpose.word()));
    diesel::delete(mail_tokens::table.filter(same)).execute(db).await?;
    let email = if let Purpose::ChangeAddress(email) = purpose { Some(email) } else { None };
    let row = (
        mail_tokens::account_id.eq(account.0),
        mail_tokens::digest.eq(digest),
        mail_tokens::purpose.eq(purpose.word()),
        mail_tokens::email.eq(email),
        mail_tokens::expires_at.eq(expires_at),
    );
    diesel::insert_into(mail_tokens::table).values(row).execute(db).await?;
    Ok(())
}

/// Returns the purpose of a token that has not expired.
pub async fn find(
    db: &mut Connection,
    account: AccountId,
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Purpose>, Error> {
    let open = mail_tokens::table.find((account.0, digest)).filter(mail_tokens::expires_at.gt(now));
    Ok(open.select(mail_tokens::email).first(db).await.optional()?)
}

/// Deletes a token that has not expired, and returns its purpose.
pub async fn take(
    db: &mut Connection,
    account: AccountId,
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Purpose>, Error> {
    let open = mail_tokens::table.find((account.0, digest)).filter(mail_tokens::expires_at.gt(now));
    Ok(diesel::delete(open).returning(mail_tokens::email).get_result(db).await.optional()?)
}

/// Deletes every token of an account.
pub async fn clear(db: &mut Connection, account: AccountId) -> Result<(), Error> {
    diesel::delete(mail_tokens::table.filter(mail_tokens::account_id.eq(account.0))).execute(db).await?;
    Ok(())
}
