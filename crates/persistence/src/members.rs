//! Who belongs to organizations.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use peerpath_domain::people::key::{AccountId, OrganizationId};
use peerpath_domain::people::organization::MemberRole;
use uuid::Uuid;

use crate::connection::Connection;
use crate::error::Error;
use crate::schema::{accounts, members};

/// Somebody who belongs to an organization.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Member {
    /// Who.
    #[diesel(deserialize_as = Uuid)]
    pub account_id: AccountId,
    /// What they are called.
    pub display_name: String,
    /// Their address.
    pub email: String,
    /// What they may do.
    #[diesel(deserialize_as = String)]
    pub role: MemberRole,
    /// Counts the changes.
    pub version: i32,
    /// Since when they belong to it.
    pub joined_at: DateTime<Utc>,
}

/// The columns of a [`Member`].
const COLUMNS: (
    members::account_id,
    accounts::display_name,
    accounts::email,
    members::role,
    members::version,
    members::joined_at,
) = (members::account_id, accounts::display_name, accounts::email, members::role, members::version, members::joined_at);

/// What a person may do in an organization; `None`: they do not belong to it.
///
/// # Errors
/// Those of any query.
pub async fn role(
    db: &mut Connection,
    organization: OrganizationId,
    account: AccountId,
) -> Result<Option<MemberRole>, Error> {
    let word: Option<String> =
        members::table.find((organization.0, account.0)).select(members::role).first(db).await.optional()?;
    let corrupt = |_| Error::Corrupt(format!("the role of a member of organization {organization}"));
    word.map(|word| word.parse().map_err(corrupt)).transpose()
}

/// Lets somebody belong to an organization. Gives `false` where they do already.
///
/// # Errors
/// Those of any query.
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

/// A member.
///
/// # Errors
/// Those of any query.
pub async fn find(
    db: &mut Connection,
    organization: OrganizationId,
    account: AccountId,
) -> Result<Option<Member>, Error> {
    let one = members::table.inner_join(accounts::table.on(accounts::id.eq(members::account_id)));
    let one = one.filter(members::organization_id.eq(organization.0)).filter(members::account_id.eq(account.0));
    Ok(one.select(COLUMNS).first(db).await.optional()?)
}

/// The members of an organization, by account, from the one after `after` on, and how many there are.
///
/// # Errors
/// Those of any query.
pub async fn list(
    db: &mut Connection,
    organization: OrganizationId,
    after: Option<Uuid>,
    limit: i64,
) -> Result<(Vec<Member>, i64), Error> {
    let of = members::organization_id.eq(organization.0);
    let total = members::table.filter(of).count().get_result(db).await?;
    let mut page = members::table
        .inner_join(accounts::table.on(accounts::id.eq(members::account_id)))
        .filter(of)
        .order(members::account_id)
        .limit(limit)
        .into_boxed();
    if let Some(after) = after {
        page = page.filter(members::account_id.gt(after));
    }
    Ok((page.select(COLUMNS).load(db).await?, total))
}

/// How many owners an organization has. Lock it before, where something hangs on the number.
///
/// # Errors
/// Those of any query.
pub async fn owners(db: &mut Connection, organization: OrganizationId) -> Result<i64, Error> {
    let owners = members::table.filter(members::organization_id.eq(organization.0));
    Ok(owners.filter(members::role.eq(MemberRole::Owner.as_str())).count().get_result(db).await?)
}

/// The organizations that a person belongs to, in the order of keys.
///
/// # Errors
/// Those of any query.
pub async fn organizations(db: &mut Connection, account: AccountId) -> Result<Vec<OrganizationId>, Error> {
    let own = members::table.filter(members::account_id.eq(account.0)).order(members::organization_id);
    let ids: Vec<Uuid> = own.select(members::organization_id).load(db).await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// The same, and nobody else changes them, or who belongs to them, before the transaction ends.
///
/// # Errors
/// Those of any query.
pub async fn lock_organizations(db: &mut Connection, account: AccountId) -> Result<Vec<OrganizationId>, Error> {
    let own = organizations(db, account).await?;
    let ids: Vec<Uuid> = own.iter().copied().map(Into::into).collect();
    diesel::sql_query("select 1 from organizations where id = any($1) order by id for update")
        .bind::<diesel::sql_types::Array<diesel::sql_types::Uuid>, _>(ids)
        .execute(db)
        .await?;
    Ok(own)
}

/// The organizations of which a person is the only owner. Lock them before, where something hangs on it.
///
/// # Errors
/// Those of any query.
pub async fn owned_alone(db: &mut Connection, account: AccountId) -> Result<Vec<OrganizationId>, Error> {
    let role = members::role.eq(MemberRole::Owner.as_str());
    let owned: Vec<Uuid> = members::table
        .filter(members::account_id.eq(account.0))
        .filter(role)
        .select(members::organization_id)
        .load(db)
        .await?;
    let alone = members::table
        .filter(members::organization_id.eq_any(&owned))
        .filter(role)
        .group_by(members::organization_id)
        .having(diesel::dsl::count_star().eq(1))
        .select(members::organization_id);
    let alone: Vec<Uuid> = alone.load(db).await?;
    Ok(alone.into_iter().map(Into::into).collect())
}

/// Changes what a member may do.
///
/// # Errors
/// Those of any query.
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

/// Lets somebody belong to an organization no more.
///
/// # Errors
/// Those of any query.
pub async fn remove(db: &mut Connection, organization: OrganizationId, account: AccountId) -> Result<(), Error> {
    diesel::delete(members::table.find((organization.0, account.0))).execute(db).await?;
    Ok(())
}
