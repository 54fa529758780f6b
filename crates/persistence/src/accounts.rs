//! Accounts.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use peerpath_domain::people::account::{DisplayName, EmailAddress, PlatformRole};
use peerpath_domain::people::key::AccountId;
use uuid::Uuid;

use crate::connection::Connection;
use crate::error::Error;
use crate::schema::accounts;

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its key.
    pub id: AccountId,
    /// The address, which was shown to be theirs, as they write it.
    pub email: String,
    /// What the address is compared by.
    pub email_key: String,
    /// What they want to be called.
    pub display_name: String,
    /// The hash of the password, in PHC format.
    pub password_hash: String,
    /// What they may do for the whole service.
    pub platform_role: Option<PlatformRole>,
    /// Counts the changes.
    pub version: i32,
    /// Since when they have it.
    pub created_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = accounts, check_for_backend(diesel::pg::Pg))]
struct Row {
    id: Uuid,
    email: String,
    email_key: String,
    display_name: String,
    password_hash: String,
    platform_role: Option<String>,
    version: i32,
    created_at: DateTime<Utc>,
}

impl TryFrom<Row> for Account {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self, Error> {
        let corrupt = |_| Error::Corrupt(format!("the platform role of account {}", row.id));
        Ok(Self {
            id: row.id.into(),
            email: row.email,
            email_key: row.email_key,
            display_name: row.display_name,
            password_hash: row.password_hash,
            platform_role: row.platform_role.map(|role| role.parse()).transpose().map_err(corrupt)?,
            version: row.version,
            created_at: row.created_at,
        })
    }
}

/// Adds an account. Gives `false` where the address has one.
///
/// # Errors
/// Those of any query.
pub async fn create(db: &mut Connection, account: &Account) -> Result<bool, Error> {
    let row = Row {
        id: account.id.into(),
        email: account.email.clone(),
        email_key: account.email_key.clone(),
        display_name: account.display_name.clone(),
        password_hash: account.password_hash.clone(),
        platform_role: account.platform_role.map(|role| role.as_str().into()),
        version: account.version,
        created_at: account.created_at,
    };
    let added = diesel::insert_into(accounts::table)
        .values(row)
        .on_conflict(accounts::email_key)
        .do_nothing()
        .execute(db)
        .await?;
    Ok(added == 1)
}

/// The account with this key.
///
/// # Errors
/// Those of any query.
pub async fn find(db: &mut Connection, id: AccountId) -> Result<Option<Account>, Error> {
    let row = accounts::table.find(id.0).select(Row::as_select()).first(db).await.optional()?;
    row.map(TryInto::try_into).transpose()
}

/// The same, and nobody else changes or deletes it before the transaction ends.
///
/// # Errors
/// Those of any query.
pub async fn lock(db: &mut Connection, id: AccountId) -> Result<Option<Account>, Error> {
    let row = accounts::table.find(id.0).select(Row::as_select()).for_update().first(db).await.optional()?;
    row.map(TryInto::try_into).transpose()
}

/// The account with this address.
///
/// # Errors
/// Those of any query.
pub async fn with_address(db: &mut Connection, address: &EmailAddress) -> Result<Option<Account>, Error> {
    let found = accounts::table.filter(accounts::email_key.eq(address.key()));
    let row = found.select(Row::as_select()).first(db).await.optional()?;
    row.map(TryInto::try_into).transpose()
}

/// Which accounts are asked for.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Those with a platform role.
    pub with_role: bool,
    /// The one with this address.
    pub address: Option<EmailAddress>,
}

/// The accounts that were asked for, oldest first, from the one after `after` on, and how many there are on all pages.
///
/// # Errors
/// Those of any query.
pub async fn list(
    db: &mut Connection,
    selection: &Selection,
    after: Option<Uuid>,
    limit: i64,
) -> Result<(Vec<Account>, i64), Error> {
    let selected = || {
        let mut query = accounts::table.into_boxed();
        if selection.with_role {
            query = query.filter(accounts::platform_role.is_not_null());
        }
        if let Some(address) = &selection.address {
            query = query.filter(accounts::email_key.eq(address.key().to_owned()));
        }
        query
    };
    let total = selected().count().get_result(db).await?;
    let mut page = selected().order(accounts::id).limit(limit);
    if let Some(after) = after {
        page = page.filter(accounts::id.gt(after));
    }
    let rows: Vec<Row> = page.select(Row::as_select()).load(db).await?;
    Ok((rows.into_iter().map(TryInto::try_into).collect::<Result<_, _>>()?, total))
}

/// Changes what a person wants to be called.
///
/// # Errors
/// Those of any query.
pub async fn rename(db: &mut Connection, id: AccountId, name: &DisplayName) -> Result<(), Error> {
    let changes = (accounts::display_name.eq(name.as_str()), accounts::version.eq(accounts::version + 1));
    diesel::update(accounts::table.find(id.0)).set(changes).execute(db).await?;
    Ok(())
}

/// Changes the hash of a password.
///
/// # Errors
/// Those of any query.
pub async fn set_password(db: &mut Connection, id: AccountId, hash: &str) -> Result<(), Error> {
    diesel::update(accounts::table.find(id.0)).set(accounts::password_hash.eq(hash)).execute(db).await?;
    Ok(())
}

/// Replaces a hash by another of the same password, unless the password was changed meanwhile.
///
/// # Errors
/// Those of any query.
pub async fn rehash(db: &mut Connection, id: AccountId, old: &str, new: &str) -> Result<(), Error> {
    diesel::update(accounts::table.find(id.0).filter(accounts::password_hash.eq(old)))
        .set(accounts::password_hash.eq(new))
        .execute(db)
        .await?;
    Ok(())
}

/// Changes the address. Gives `false` where another account has it.
///
/// # Errors
/// Those of any query.
pub async fn set_address(db: &mut Connection, id: AccountId, address: &EmailAddress) -> Result<bool, Error> {
    let taken = accounts::table.filter(accounts::email_key.eq(address.key())).filter(accounts::id.ne(id.0));
    let changes = (
        accounts::email.eq(address.as_str()),
        accounts::email_key.eq(address.key()),
        accounts::version.eq(accounts::version + 1),
    );
    if diesel::select(diesel::dsl::exists(taken)).get_result(db).await? {
        return Ok(false);
    }
    diesel::update(accounts::table.find(id.0)).set(changes).execute(db).await?;
    Ok(true)
}

/// Grants a role, or takes it. Gives `false` where there is no such account.
///
/// # Errors
/// Those of any query.
pub async fn set_role(db: &mut Connection, id: AccountId, role: Option<PlatformRole>) -> Result<bool, Error> {
    let changes =
        (accounts::platform_role.eq(role.map(PlatformRole::as_str)), accounts::version.eq(accounts::version + 1));
    Ok(diesel::update(accounts::table.find(id.0)).set(changes).execute(db).await? == 1)
}

/// Deletes an account and all that hangs on it.
///
/// # Errors
/// Those of any query.
pub async fn delete(db: &mut Connection, id: AccountId) -> Result<(), Error> {
    diesel::delete(accounts::table.find(id.0)).execute(db).await?;
    Ok(())
}
