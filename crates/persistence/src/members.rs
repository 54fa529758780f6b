//! Members of organizations.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use peerpath_domain::people::key::{AccountId, OrganizationId};
use peerpath_domain::people::organization::MemberRole;
use uuid::Uuid;

use crate::connection::Connection;
use crate::error::Error;
use crate::schema::{accounts, members, organizations};
use crate::word::Word;

/// A person who belongs to an organization.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = members, check_for_backend(diesel::pg::Pg))]
pub struct Member {
    #[diesel(deserialize_as = Uuid)]
    pub account_id: AccountId,
    #[diesel(select_expression = accounts::display_name)]
    pub display_name: String,
    #[diesel(select_expression = accounts::email)]
    pub email: String,
    #[diesel(deserialize_as = Word<MemberRole>)]
    pub role: MemberRole,
    /// Counts the changes that the `ETag` shows.
    pub version: i32,
    pub joined_at: DateTime<Utc>,
}

/// Returns the role of a person in an organization; `None`: they do not belong to it.
pub async fn role(
    db: &mut Connection,
    organization: OrganizationId,
    account: AccountId,
) -> Result<Option<MemberRole>, Error> {
    let role = members::table.find((organization.0, account.0)).select(members::role);
    Ok(role.first::<Word<_>>(db).await.optional()?.map(|word| word.0))
}

/// Adds a member. Returns `false` when the person already belongs to the organization.
pub async fn add(
    db: &mut Connection,
    organization: OrganizationId,
    account: AccountId,
    role: MemberRole,
    now: DateTime<Utc>,
) -> Result<bool, Error> {
    let row = (
        members::organization_id.eq(organization.0),
        members::account_id.eq(account.0),
        members::role.eq(role.as_str()),
        members::joined_at.eq(now),
    );
    Ok(diesel::insert_into(members::table).values(row).on_conflict_do_nothing().execute(db).await? == 1)
}

/// Finds a member.
pub async fn find(
    db: &mut Connection,
    organization: OrganizationId,
    account: AccountId,
) -> Result<Option<Member>, Error> {
    let one = members::table.find((organization.0, account.0));
    let one = one.inner_join(accounts::table.on(accounts::id.eq(members::account_id)));
    Ok(one.select(Member::as_select()).first(db).await.optional()?)
}

/// Lists the members of an organization, in the order of their account ids.
pub async fn list(
    db: &mut Connection,
    organization: OrganizationId,
    after: Option<Uuid>,
    limit: i64,
) -> Result<(Vec<Member>, i64), Error> {
    let own = members::table.filter(members::organization_id.eq(organization.0));
    let total = own.count().get_result(db).await?;
    let page = own
        .inner_join(accounts::table.on(accounts::id.eq(members::account_id)))
        .filter(members::account_id.gt(after.unwrap_or_default()))
        .order(members::account_id)
        .limit(limit);
    Ok((page.select(Member::as_select()).load(db).await?, total))
}

/// Counts the owners of an organization. The number can change unless the organization is locked.
pub async fn owners(db: &mut Connection, organization: OrganizationId) -> Result<i64, Error> {
    let owners = members::table.filter(members::organization_id.eq(organization.0));
    Ok(owners.filter(members::role.eq(MemberRole::Owner.as_str())).count().get_result(db).await?)
}

/// Returns the organizations that a person belongs to.
pub async fn organizations(db: &mut Connection, account: AccountId) -> Result<Vec<OrganizationId>, Error> {
    let own = members::table.filter(members::account_id.eq(account.0)).order(members::organization_id);
    let ids: Vec<Uuid> = own.select(members::organization_id).load(db).await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Returns and locks the organizations that a person belongs to.
pub async fn lock_organizations(db: &mut Connection, account: AccountId) -> Result<Vec<OrganizationId>, Error> {
    let own = members::table.filter(members::account_id.eq(account.0)).select(members::organization_id);
    let own = organizations::table.filter(organizations::id.eq_any(own)).order(organizations::id);
    let ids: Vec<Uuid> = own.select(organizations::id).for_update().load(db).await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Returns the organizations whose only owner a person is. They can change unless they are locked.
pub async fn owned_alone(db: &mut Connection, account: AccountId) -> Result<Vec<OrganizationId>, Error> {
    let owners = members::table.filter(members::role.eq(MemberRole::Owner.as_str()));
    let owned = owners.filter(members::account_id.eq(account.0)).select(members::organization_id);
    let owned: Vec<Uuid> = owned.load(db).await?;
    let alone = owners
        .filter(members::organization_id.eq_any(owned))
        .group_by(members::organization_id)
        .having(diesel::dsl::count_star().eq(1))
        .select(members::organization_id);
    let alone: Vec<Uuid> = alone.load(db).await?;
    Ok(alone.into_iter().map(Into::into).collect())
}

/// Changes the role of a member.
pub async fn set_role(
    db: &mut Connection,
    organization: OrganizationId,
    account: AccountId,
    role: MemberRole,
) -> Result<(), Error> {
    let changes = (members::role.eq(role.as_str()), members::version.eq(members::version + 1));
    diesel::update(members::table.find((organization.0, account.0))).set(changes).execute(db).await?;
    Ok(())
}

/// Removes a member.
pub async fn remove(db: &mut Connection, organization: OrganizationId, account: AccountId) -> Result<(), Error> {
    diesel::delete(members::table.find((organization.0, account.0))).execute(db).await?;
    Ok(())
}
