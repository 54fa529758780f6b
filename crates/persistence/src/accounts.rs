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
use crate::word::Word;

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = accounts, check_for_backend(diesel::pg::Pg))]
pub struct Account {
    #[diesel(deserialize_as = Uuid)]
    pub id: AccountId,
    /// The address as its owner writes it.
    pub email: String,
    /// The form of the address that is compared: see [`EmailAddress::key`].
    pub email_key: String,
    pub display_name: String,
    /// In PHC format.
    pub password_hash: String,
    #[diesel(deserialize_as = Word<Option<PlatformRole>>)]
    pub platform_role: Option<PlatformRole>,
    /// Counts the changes that the `ETag` shows.
    pub version: i32,
    pub created_at: DateTime<Utc>,
}

/// Adds an account. Returns `false` when the address already has one.
pub async fn create(db: &mut Connection, account: &Account) -> Result<bool, Error> {
    let row = (
        accounts::id.eq(account.id.0),
        accounts::email.eq(&account.email),
        accounts::email_key.eq(&account.email_key),
        accounts::display_name.eq(&account.display_name),
        accounts::password_hash.eq(&account.password_hash),
        accounts::platform_role.eq(account.platform_role.map(PlatformRole::as_str)),
        accounts::version.eq(account.version),
        accounts::created_at.eq(account.created_at),
    );
    let added = diesel::insert_into(accounts::table).values(row).on_conflict(accounts::email_key).do_nothing();
    Ok(added.execute(db).await? == 1)
}

/// Finds an account.
pub async fn find(db: &mut Connection, id: AccountId) -> Result<Option<Account>, Error> {
    Ok(accounts::table.find(id.0).select(Account::as_select()).first(db).await.optional()?)
}

/// Finds and locks an account.
pub async fn lock(db: &mut Connection, id: AccountId) -> Result<Option<Account>, Error> {
    Ok(accounts::table.find(id.0).select(Account::as_select()).for_update().first(db).await.optional()?)
}

/// Finds the account with an address.
pub async fn with_address(db: &mut Connection, address: &EmailAddress) -> Result<Option<Account>, Error> {
    let found = accounts::table.filter(accounts::email_key.eq(address.key()));
    Ok(found.select(Account::as_select()).first(db).await.optional()?)
}

/// Filters of [`list`].
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only accounts with a platform role.
    pub with_role: bool,
    /// Only the account with this address.
    pub address: Option<EmailAddress>,
}

/// Lists accounts, oldest first.
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
    let page = selected().filter(accounts::id.gt(after.unwrap_or_default())).order(accounts::id).limit(limit);
    Ok((page.select(Account::as_select()).load(db).await?, total))
}

/// Changes the display name.
pub async fn rename(db: &mut Connection, id: AccountId, name: &DisplayName) -> Result<(), Error> {
    let changes = (accounts::display_name.eq(name.as_str()), accounts::version.eq(accounts::version + 1));
    diesel::update(accounts::table.find(id.0)).set(changes).execute(db).await?;
    Ok(())
}

/// Stores the hash of a new password.
pub async fn set_password(db: &mut Connection, id: AccountId, hash: &str) -> Result<(), Error> {
    diesel::update(accounts::table.find(id.0)).set(accounts::password_hash.eq(hash)).execute(db).await?;
    Ok(())
}

/// Replaces the hash `old` by another one of the same password, unless the password has changed in between.
pub async fn rehash(db: &mut Connection, id: AccountId, old: &str, new: &str) -> Result<(), Error> {
    let unchanged = accounts::table.find(id.0).filter(accounts::password_hash.eq(old));
    diesel::update(unchanged).set(accounts::password_hash.eq(new)).execute(db).await?;
    Ok(())
}

/// Changes the address. Returns `false` when another account has it.
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

/// Sets or removes the platform role. Returns `false` when there is no such account.
pub async fn set_role(db: &mut Connection, id: AccountId, role: Option<PlatformRole>) -> Result<bool, Error> {
    let changes =
        (accounts::platform_role.eq(role.map(PlatformRole::as_str)), accounts::version.eq(accounts::version + 1));
    Ok(diesel::update(accounts::table.find(id.0)).set(changes).execute(db).await? == 1)
}

/// Deletes an account and all rows that belong to it.
pub async fn delete(db: &mut Connection, id: AccountId) -> Result<(), Error> {
    diesel::delete(accounts::table.find(id.0)).execute(db).await?;
    Ok(())
}

/// Holds the administration of the service until the transaction ends: its changes come one after the other.
pub async fn lock_administration(db: &mut Connection) -> Result<(), Error> {
    diesel::sql_query("select pg_advisory_xact_lock(hashtext('peerpath administration'))").execute(db).await?;
    Ok(())
}
