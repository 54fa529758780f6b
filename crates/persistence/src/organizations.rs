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

/// A training provider, a job board or an employer.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = organizations, check_for_backend(diesel::pg::Pg))]
pub struct Organization {
    /// Its key.
    #[diesel(deserialize_as = Uuid)]
    pub id: OrganizationId,
    /// What it is.
    #[diesel(deserialize_as = String)]
    pub kind: OrganizationKind,
    /// What it is called.
    pub name: String,
    /// Where it is on the web.
    pub website: Option<String>,
    /// The most that its machine clients may have.
    pub scopes: Vec<String>,
    /// Counts the changes.
    pub version: i32,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// Adds an organization, without members.
///
/// # Errors
/// Those of any query.
pub async fn create(db: &mut Connection, organization: &Organization) -> Result<(), Error> {
    let row = (
        organizations::id.eq(organization.id.0),
        organizations::kind.eq(organization.kind.as_str()),
        organizations::name.eq(&organization.name),
        organizations::website.eq(&organization.website),
        organizations::scopes.eq(&organization.scopes),
        organizations::version.eq(organization.version),
        organizations::created_at.eq(organization.created_at),
    );
    diesel::insert_into(organizations::table).values(row).execute(db).await?;
    Ok(())
}

/// The organization with this key.
///
/// # Errors
/// Those of any query.
pub async fn find(db: &mut Connection, id: OrganizationId) -> Result<Option<Organization>, Error> {
    Ok(organizations::table.find(id.0).select(Organization::as_select()).first(db).await.optional()?)
}

/// The same, and nobody else changes it, or who belongs to it, before the transaction ends.
///
/// # Errors
/// Those of any query.
pub async fn lock(db: &mut Connection, id: OrganizationId) -> Result<Option<Organization>, Error> {
    let found = organizations::table.find(id.0).select(Organization::as_select());
    Ok(found.for_update().first(db).await.optional()?)
}

/// The organizations that a person belongs to, with their role, oldest first, from the one after `after` on, and how many there are.
///
/// # Errors
/// Those of any query.
pub async fn of_account(
    db: &mut Connection,
    account: AccountId,
    after: Option<Uuid>,
    limit: i64,
) -> Result<(Vec<(Organization, MemberRole)>, i64), Error> {
    let own = members::account_id.eq(account.0);
    let total = members::table.filter(own).count().get_result(db).await?;
    let mut page = organizations::table
        .inner_join(members::table.on(members::organization_id.eq(organizations::id)))
        .filter(own)
        .order(organizations::id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        page = page.filter(organizations::id.gt(after));
    }
    let rows: Vec<(Organization, String)> = page.select((Organization::as_select(), members::role)).load(db).await?;
    let role = |word: String| word.parse().map_err(|_| Error::Corrupt(format!("the role {word:?} of a member")));
    Ok((rows.into_iter().map(|(one, word)| Ok((one, role(word)?))).collect::<Result<_, Error>>()?, total))
}

/// Replaces what an organization is called, where it is on the web, and what its machine clients may have.
///
/// # Errors
/// Those of any query.
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

/// Deletes an organization, its members and invitations with it. Its clients remain, as nobody's; revoke them before.
///
/// # Errors
/// Those of any query.
pub async fn delete(db: &mut Connection, id: OrganizationId) -> Result<(), Error> {
    diesel::delete(organizations::table.find(id.0)).execute(db).await?;
    Ok(())
}
