//! Machine clients and their secrets.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Interval, Timestamptz};
use diesel_async::{AsyncConnection, RunQueryDsl};
use uuid::Uuid;

use crate::connection::Connection;
use crate::error::Error;
use crate::notifications::CLIENTS_CHANNEL;
use crate::schema::{client_secrets, clients};

/// A machine that calls the service.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = clients, check_for_backend(diesel::pg::Pg))]
pub struct Client {
    /// What it identifies itself with.
    pub id: Uuid,
    /// What people call it.
    pub name: String,
    /// The scopes that its tokens may have.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Since when nothing of it is accepted; `None`: it is in use.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Adds a client with its first secret.
///
/// # Errors
/// [`Error::Constraint`] for an empty or over-long name or no scopes.
pub async fn create(db: &mut Connection, client: &Client, secret: Uuid, digest: &[u8]) -> Result<(), Error> {
    db.transaction(async |db| {
        diesel::insert_into(clients::table).values(client.clone()).execute(db).await?;
        add_secret(db, client.id, secret, digest, client.created_at).await
    })
    .await
}

/// Every client, oldest first.
///
/// # Errors
/// Those of any query.
pub async fn list(db: &mut Connection) -> Result<Vec<Client>, Error> {
    Ok(clients::table.order(clients::id).select(Client::as_select()).load(db).await?)
}

/// Gives a client a new secret; those that it has are accepted until `until`, at the longest.
///
/// Gives `false` where there is no such client in use.
///
/// # Errors
/// Those of any query.
pub async fn rotate(
    db: &mut Connection,
    client: Uuid,
    secret: Uuid,
    digest: &[u8],
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<bool, Error> {
    db.transaction(async |db| {
        let in_use = clients::table
            .find(client)
            .filter(clients::revoked_at.is_null())
            .select(clients::id)
            .for_update()
            .first::<Uuid>(db)
            .await
            .optional()?;
        if in_use.is_none() {
            return Ok(false);
        }
        let outlived = client_secrets::expires_at.is_null().or(client_secrets::expires_at.gt(until));
        diesel::update(client_secrets::table.filter(client_secrets::client_id.eq(client)).filter(outlived))
            .set(client_secrets::expires_at.eq(until))
            .execute(db)
            .await?;
        add_secret(db, client, secret, digest, now).await?;
        Ok(true)
    })
    .await
}

/// Revokes a client and tells every instance. Gives `false` where there is no such client in use.
///
/// # Errors
/// Those of any query.
pub async fn revoke(db: &mut Connection, client: Uuid) -> Result<bool, Error> {
    db.transaction(async |db| {
        let revoked = diesel::update(clients::table.find(client).filter(clients::revoked_at.is_null()))
            .set(clients::revoked_at.eq(diesel::dsl::now))
            .execute(db)
            .await?;
        diesel::sql_query(format!("notify {CLIENTS_CHANNEL}")).execute(db).await?;
        Ok(revoked == 1)
    })
    .await
}

/// A client in use with the digests of the secrets that it may authenticate with at `now`.
///
/// # Errors
/// Those of any query.
pub async fn credentials(
    db: &mut Connection,
    client: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<(Client, Vec<Vec<u8>>)>, Error> {
    let accepted = client_secrets::expires_at.is_null().or(client_secrets::expires_at.gt(now).assume_not_null());
    let rows: Vec<(Client, Vec<u8>)> = clients::table
        .inner_join(client_secrets::table.on(client_secrets::client_id.eq(clients::id)))
        .filter(clients::id.eq(client))
        .filter(clients::revoked_at.is_null())
        .filter(accepted)
        .select((Client::as_select(), client_secrets::digest))
        .load(db)
        .await?;
    let mut digests = Vec::new();
    let mut found = None;
    for (client, digest) in rows {
        digests.push(digest);
        found = Some(client);
    }
    Ok(found.map(|client| (client, digests)))
}

/// The clients revoked within the last `interval`, by the database's clock, which set the time.
///
/// # Errors
/// Those of any query.
pub async fn revoked_within(db: &mut Connection, interval: TimeDelta) -> Result<Vec<Uuid>, Error> {
    let since = diesel::dsl::now.into_sql::<Timestamptz>() - interval.into_sql::<Interval>();
    let revoked = clients::table.filter(clients::revoked_at.gt(since.nullable())).select(clients::id);
    Ok(revoked.load(db).await?)
}

async fn add_secret(
    db: &mut Connection,
    client: Uuid,
    secret: Uuid,
    digest: &[u8],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let row = (
        client_secrets::client_id.eq(client),
        client_secrets::id.eq(secret),
        client_secrets::digest.eq(digest),
        client_secrets::created_at.eq(now),
    );
    diesel::insert_into(client_secrets::table).values(row).execute(db).await?;
    Ok(())
}
