//! Organizations.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use peerpath_domain::people::key::{AccountId, OrganizationId};
use peerpath_domain::people::organization::{MemberRole, OrganizationKind};
use uuid::Uuid;

use crate::connection::Connection;
use crate::error::Error;
use crate::schema::{members, organizations};
use crate::word::Word;

/// A training provider, a job board or an employer.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = organizations, check_for_backend(diesel::pg::Pg))]
pub struct Organization {
    #[diesel(serialize_as = Uuid, deserialize_as = Uuid)]
    pub id: OrganizationId,
    #[diesel(serialize_as = String, deserialize_as = Word<OrganizationKind>)]
    pub kind: OrganizationKind,
    pub name: String,
    pub website: Option<String>,
    /// The scopes that its clients may have at most.
    pub scopes: Vec<String>,
    /// Counts the changes that the `ETag` shows.
    pub version: i32,
    pub created_at: DateTime<Utc>,
}

/// Adds an organization, without members.
pub async fn create(db: &mut Connection, organization: &Organization) -> Result<(), Error> {
    diesel::insert_into(organizations::table).values(organization.clone()).execute(db).await?;
    Ok(())
}

/// Finds an organization.
pub async fn find(db: &mut Connection, id: OrganizationId) -> Result<Option<Organization>, Error> {
    Ok(organizations::table.find(id.0).select(Organization::as_select()).first(db).await.optional()?)
}

/// Finds and locks an organization. While it is locked, others cannot change its members either.
pub async fn lock(db: &mut Connection, id: OrganizationId) -> Result<Option<Organization>, Error> {
    let found = organizations::table.find(id.0).select(Organization::as_select());
    Ok(found.for_update().first(db).await.optional()?)
}

/// Lists the organizations that a person belongs to, with their role, oldest first.
pub async fn of_account(
    db: &mut Connection,
    account: AccountId,
    after: Option<Uuid>,
    limit: i64,
) -> Result<(Vec<(Organization, MemberRole)>, i64), Error> {
    let own = members::table.filter(members::account_id.eq(account.0));
    let total = own.count().get_result(db).await?;
    let rows: Vec<(Organization, Word<MemberRole>)> = own
        .inner_join(organizations::table.on(organizations::id.eq(members::organization_id)))
        .filter(organizations::id.gt(after.unwrap_or_default()))
        .order(organizations::id)
        .limit(limit)
        .select((Organization::as_select(), members::role))
        .load(db)
        .await?;
    Ok((rows.into_iter().map(|(organization, Word(role))| (organization, role)).collect(), total))
}

/// Replaces name, website and scopes.
pub async fn update(db: &mut Connection, organization: &Organization) -> Result<(), Error> {
    let changes = (
        organizations::name.eq(&organization.name),
        organizations::website.eq(&organization.website),
        organizations::scopes.eq(&organization.scopes),
        organizations::version.eq(organizations::version + 1),
    );
    diesel::update(organizations::table.find(organization.id.0)).set(changes).execute(db).await?;
    Ok(())
}

/// Deletes an organization with its members and invitations. Its clients stay, without an owner: revoke them first.
pub async fn delete(db: &mut Connection, id: OrganizationId) -> Result<(), Error> {
    diesel::delete(organizations::table.find(id.0)).execute(db).await?;
    Ok(())
}
