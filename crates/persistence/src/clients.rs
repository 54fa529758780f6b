//! Machine clients and their secrets.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use peerpath_domain::people::key::{ClientId, OrganizationId};
use uuid::Uuid;

use crate::connection::Connection;
use crate::error::Error;
use crate::revocations;
use crate::schema::{client_secrets, clients, organizations};

/// How many secrets of a client are accepted at once.
const MOST_SECRETS: i64 = 5;

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
    /// Whose it is; `None`: the operators made it.
    pub organization_id: Option<Uuid>,
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
        // However often it is rotated, few secrets are accepted at once.
        let newest = client_secrets::table.filter(client_secrets::client_id.eq(client));
        let newest: Vec<Uuid> =
            newest.order(client_secrets::id.desc()).limit(MOST_SECRETS).select(client_secrets::id).load(db).await?;
        let others = client_secrets::table.filter(client_secrets::client_id.eq(client));
        diesel::delete(others.filter(client_secrets::id.ne_all(newest))).execute(db).await?;
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
        revocations::revoke(db, &[client]).await?;
        Ok(revoked == 1)
    })
    .await
}

/// Revokes every client of an organization.
///
/// # Errors
/// Those of any query.
pub async fn revoke_all(db: &mut Connection, organization: OrganizationId) -> Result<(), Error> {
    let in_use =
        clients::table.filter(clients::organization_id.eq(organization.0)).filter(clients::revoked_at.is_null());
    let changes = clients::revoked_at.eq(diesel::dsl::now);
    let revoked: Vec<Uuid> = diesel::update(in_use).set(changes).returning(clients::id).get_results(db).await?;
    revocations::revoke(db, &revoked).await
}

/// A client of an organization.
///
/// # Errors
/// Those of any query.
pub async fn find(db: &mut Connection, organization: OrganizationId, id: ClientId) -> Result<Option<Client>, Error> {
    let own = clients::table.find(id.0).filter(clients::organization_id.eq(organization.0));
    Ok(own.select(Client::as_select()).first(db).await.optional()?)
}

/// How many clients of an organization are in use.
///
/// # Errors
/// Those of any query.
pub async fn in_use(db: &mut Connection, organization: OrganizationId) -> Result<i64, Error> {
    let of = clients::table.filter(clients::organization_id.eq(organization.0)).filter(clients::revoked_at.is_null());
    Ok(of.count().get_result(db).await?)
}

/// The clients of an organization, oldest first, from the one after `after` on, and how many there are.
///
/// # Errors
/// Those of any query.
pub async fn of_organization(
    db: &mut Connection,
    organization: OrganizationId,
    after: Option<Uuid>,
    limit: i64,
) -> Result<(Vec<Client>, i64), Error> {
    let of = clients::organization_id.eq(organization.0);
    let total = clients::table.filter(of).count().get_result(db).await?;
    let mut page = clients::table.filter(of).order(clients::id).limit(limit).into_boxed();
    if let Some(after) = after {
        page = page.filter(clients::id.gt(after));
    }
    Ok((page.select(Client::as_select()).load(db).await?, total))
}

/// A client in use, and what it may authenticate with and ask for.
#[derive(Debug)]
pub struct Held {
    /// The client.
    pub client: Client,
    /// The most that clients of its organization may have; `None`: it has none.
    pub organization_scopes: Option<Vec<String>>,
    /// The digests of its secrets.
    pub digests: Vec<Vec<u8>>,
}

/// A client in use with the digests of the secrets that it may authenticate with at `now`.
///
/// # Errors
/// Those of any query.
pub async fn credentials(db: &mut Connection, client: Uuid, now: DateTime<Utc>) -> Result<Option<Held>, Error> {
    let accepted = client_secrets::expires_at.is_null().or(client_secrets::expires_at.gt(now).assume_not_null());
    let rows: Vec<(Client, Option<Vec<String>>, Vec<u8>)> = clients::table
        .inner_join(client_secrets::table.on(client_secrets::client_id.eq(clients::id)))
        .left_join(organizations::table.on(clients::organization_id.eq(organizations::id.nullable())))
        .filter(clients::id.eq(client))
        .filter(clients::revoked_at.is_null())
        .filter(accepted)
        .select((Client::as_select(), organizations::scopes.nullable(), client_secrets::digest))
        .load(db)
        .await?;
    let mut found: Option<Held> = None;
    for (client, organization_scopes, digest) in rows {
        let held = found.get_or_insert_with(|| Held { client, organization_scopes, digests: Vec::new() });
        held.digests.push(digest);
    }
    Ok(found)
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
