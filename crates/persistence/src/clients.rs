//! Machine clients and their secrets.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
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
    pub id: Uuid,
    pub name: String,
    /// The scopes that its tokens may have.
    pub scopes: Vec<String>,
    pub created_at: DateTime<Utc>,
    /// From then on its secrets and tokens are refused; `None`: it is in use.
    pub revoked_at: Option<DateTime<Utc>>,
    /// The organization that owns it; `None`: an operator created it.
    pub organization_id: Option<Uuid>,
}

/// Adds a client with its first secret.
///
/// # Errors
/// [`Error::Constraint`] when the name is empty or too long, or there are no scopes.
pub async fn create(db: &mut Connection, client: &Client, secret: Uuid, digest: &[u8]) -> Result<(), Error> {
    diesel::insert_into(clients::table).values(client.clone()).execute(db).await?;
    add_secret(db, client.id, secret, digest, client.created_at).await
}

/// Lists every client, oldest first.
pub async fn list(db: &mut Connection) -> Result<Vec<Client>, Error> {
    Ok(clients::table.order(clients::id).select(Client::as_select()).load(db).await?)
}

/// Adds a secret to a client; its earlier ones expire at `until` at the latest. Only the newest [`MOST_SECRETS`] are kept.
///
/// Returns `false` when no such client is in use.
pub async fn rotate(
    db: &mut Connection,
    client: Uuid,
    secret: Uuid,
    digest: &[u8],
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<bool, Error> {
    let in_use = clients::table.find(client).filter(clients::revoked_at.is_null());
    let locked: Option<Uuid> = in_use.select(clients::id).for_update().first(db).await.optional()?;
    if locked.is_none() {
        return Ok(false);
    }
    let own = client_secrets::table.filter(client_secrets::client_id.eq(client));
    let outlives = client_secrets::expires_at.is_null().or(client_secrets::expires_at.gt(until));
    diesel::update(own.filter(outlives)).set(client_secrets::expires_at.eq(until)).execute(db).await?;
    add_secret(db, client, secret, digest, now).await?;
    let newest = own.order(client_secrets::id.desc()).limit(MOST_SECRETS).select(client_secrets::id);
    let newest: Vec<Uuid> = newest.load(db).await?;
    diesel::delete(own.filter(client_secrets::id.ne_all(newest))).execute(db).await?;
    Ok(true)
}

/// Revokes a client on every instance. Returns `false` when no such client is in use.
pub async fn revoke(db: &mut Connection, client: Uuid) -> Result<bool, Error> {
    let in_use = clients::table.find(client).filter(clients::revoked_at.is_null());
    let revoked = diesel::update(in_use).set(clients::revoked_at.eq(diesel::dsl::now)).execute(db).await?;
    revocations::revoke(db, &[client]).await?;
    Ok(revoked == 1)
}

/// Revokes every client of an organization.
pub async fn revoke_all(db: &mut Connection, organization: OrganizationId) -> Result<(), Error> {
    let in_use =
        clients::table.filter(clients::organization_id.eq(organization.0)).filter(clients::revoked_at.is_null());
    let changes = clients::revoked_at.eq(diesel::dsl::now);
    let revoked: Vec<Uuid> = diesel::update(in_use).set(changes).returning(clients::id).get_results(db).await?;
    revocations::revoke(db, &revoked).await
}

/// Finds a client of an organization.
pub async fn find(db: &mut Connection, organization: OrganizationId, id: ClientId) -> Result<Option<Client>, Error> {
    let own = clients::table.find(id.0).filter(clients::organization_id.eq(organization.0));
    Ok(own.select(Client::as_select()).first(db).await.optional()?)
}

/// Counts the clients of an organization that are in use.
pub async fn in_use(db: &mut Connection, organization: OrganizationId) -> Result<i64, Error> {
    let own = clients::table.filter(clients::organization_id.eq(organization.0));
    Ok(own.filter(clients::revoked_at.is_null()).count().get_result(db).await?)
}

/// Lists the clients of an organization, oldest first.
pub async fn of_organization(
    db: &mut Connection,
    organization: OrganizationId,
    after: Option<Uuid>,
    limit: i64,
) -> Result<(Vec<Client>, i64), Error> {
    let own = clients::table.filter(clients::organization_id.eq(organization.0));
    let total = own.count().get_result(db).await?;
    let page = own.filter(clients::id.gt(after.unwrap_or_default())).order(clients::id).limit(limit);
    Ok((page.select(Client::as_select()).load(db).await?, total))
}

/// A client and the secrets that it may authenticate with.
#[derive(Debug)]
pub struct ClientCredentials {
    pub client: Client,
    /// The scopes that clients of its organization may have at most; `None`: it belongs to none.
    pub organization_scopes: Option<Vec<String>>,
    /// SHA-256 of each accepted secret.
    pub digests: Vec<Vec<u8>>,
}

/// Finds a client in use that has a secret accepted at `now`.
pub async fn credentials(
    db: &mut Connection,
    client: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<ClientCredentials>, Error> {
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
    let mut found: Option<ClientCredentials> = None;
    for (client, organization_scopes, digest) in rows {
        let none = || ClientCredentials { client, organization_scopes, digests: Vec::new() };
        found.get_or_insert_with(none).digests.push(digest);
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
