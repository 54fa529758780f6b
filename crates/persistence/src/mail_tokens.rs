//! What links in mails to a person with an account prove.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use peerpath_domain::people::key::AccountId;

use crate::connection::Connection;
use crate::error::Error;
use crate::schema::mail_tokens;

/// What a token is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// To choose a new password.
    ResetPassword,
    /// To have this address from now on.
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

/// Adds a token; those that the account has for the same purpose are no longer accepted.
///
/// # Errors
/// Those of any query.
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

/// What a token is for that can be used.
///
/// # Errors
/// Those of any query.
pub async fn find(
    db: &mut Connection,
    account: AccountId,
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Purpose>, Error> {
    let open = mail_tokens::table.find((account.0, digest)).filter(mail_tokens::expires_at.gt(now));
    let found: Option<Option<String>> = open.select(mail_tokens::email).first(db).await.optional()?;
    Ok(found.map(|email| email.map_or(Purpose::ResetPassword, Purpose::ChangeAddress)))
}

/// Uses a token up, and tells what it is for.
///
/// # Errors
/// Those of any query.
pub async fn take(
    db: &mut Connection,
    account: AccountId,
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<Option<Purpose>, Error> {
    let open = mail_tokens::table.find((account.0, digest)).filter(mail_tokens::expires_at.gt(now));
    let taken: Option<Option<String>> =
        diesel::delete(open).returning(mail_tokens::email).get_result(db).await.optional()?;
    Ok(taken.map(|email| email.map_or(Purpose::ResetPassword, Purpose::ChangeAddress)))
}

/// Takes every token of an account out of use.
///
/// # Errors
/// Those of any query.
pub async fn clear(db: &mut Connection, account: AccountId) -> Result<(), Error> {
    diesel::delete(mail_tokens::table.filter(mail_tokens::account_id.eq(account.0))).execute(db).await?;
    Ok(())
}
