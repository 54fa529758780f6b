//! The members of an organization.

use chrono::{DateTime, Utc};
use peerpath_domain::people::audit::Action;
use peerpath_domain::people::key::{AccountId, OrganizationId};
use peerpath_domain::people::organization::MemberRole;
use peerpath_persistence::{Connection, members};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::web::{
    AsMember, AsOwner, Body, Endpoints, IfMatch, Member, NoContent, Page, PageRequest, Path, Permit, Plain, Problem,
    ProblemKind, Versioned, endpoints,
};

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: list_members, get_member, put_member, delete_member);
}

/// A member of an organization.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Member)]
pub(super) struct MemberItem {
    /// Id of the member's account.
    account_id: AccountId,
    /// The member's name.
    #[schema(examples("Ada"))]
    display_name: String,
    /// The member's e-mail address.
    #[schema(format = "email", examples("ada@example.org"))]
    email: String,
    /// Role of the member.
    role: MemberRole,
    /// When the member joined.
    joined_at: DateTime<Utc>,
}

impl MemberItem {
    pub(super) fn versioned(member: members::Member) -> Versioned<Self> {
        Versioned { version: member.version, body: member.into() }
    }
}

impl From<members::Member> for MemberItem {
    fn from(member: members::Member) -> Self {
        let members::Member { account_id, display_name, email, role, joined_at, .. } = member;
        Self { account_id, display_name, email, role, joined_at }
    }
}

/// List the members of an organization
///
/// For members.
#[utoipa::path(get, path = "/organizations/{organization_id}/members", tag = "organizations")]
async fn list_members(member: Permit<Member<AsMember>, PageRequest>) -> Result<Page<MemberItem>, Problem> {
    let page = &member.input;
    let rows = member.read(async |db, _| members::list(db, member.organization, page.after, page.rows()).await).await?;
    Ok(member.input.page(rows, |one| one.account_id.0, MemberItem::from))
}

#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct MemberPath {
    /// Id of the member's account.
    account_id: AccountId,
}

fn not_found() -> Problem {
    Problem::not_found("Member not found")
}

/// Read a member of an organization
///
/// For members.
#[utoipa::path(get, path = "/organizations/{organization_id}/members/{account_id}", tag = "organizations")]
async fn get_member(member: Permit<Member<AsMember>, Path<MemberPath>>) -> Result<Versioned<MemberItem>, Problem> {
    let Path(MemberPath { account_id }) = member.input;
    let found = member.read(async |db, _| members::find(db, member.organization, account_id).await).await?;
    found.map(MemberItem::versioned).ok_or_else(not_found)
}

/// Refuses to leave an organization without an owner.
async fn keep_an_owner(db: &mut Connection, organization: OrganizationId) -> Result<(), Problem> {
    if members::owners(db, organization).await? == 0 {
        return Err(Problem::new(ProblemKind::LastOwner, "The member is the last owner of the organization"));
    }
    Ok(())
}

/// A member's role.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RoleRequest {
    /// New role of the member.
    role: MemberRole,
}

impl Plain for RoleRequest {}

/// Change a member's role
///
/// For owners.
#[utoipa::path(
    put,
    path = "/organizations/{organization_id}/members/{account_id}",
    tag = "organizations",
    responses((status = CONFLICT, description = "The member is the last owner (`/problems/last-owner`)"))
)]
async fn put_member(
    owner: Permit<Member<AsOwner>, (Path<MemberPath>, IfMatch, Body<RoleRequest>)>,
) -> Result<Versioned<MemberItem>, Problem> {
    owner
        .write(Action::MemberSetRole, async |tx, owner, (Path(path), expected, Body(RoleRequest { role }))| {
            let (organization, id) = (owner.organization, path.account_id);
            let found = members::find(tx, organization, id).await?.ok_or_else(not_found)?;
            expected.check(found.version)?;
            members::set_role(tx, organization, id, role).await?;
            keep_an_owner(tx, organization).await?;
            tx.about(id);
            tx.object(role.as_str());
            members::find(tx, organization, id).await?.map(MemberItem::versioned).ok_or_else(not_found)
        })
        .await
}

/// Remove a member, or leave
///
/// Every member may leave, except the last owner. Owners may remove anybody, managers may remove members.
#[utoipa::path(
    delete,
    path = "/organizations/{organization_id}/members/{account_id}",
    tag = "organizations",
    responses((status = CONFLICT, description = "The member is the last owner (`/problems/last-owner`)"))
)]
async fn delete_member(member: Permit<Member<AsMember>, Path<MemberPath>>) -> Result<NoContent, Problem> {
    member
        .write(Action::MemberRemove, async |tx, member, Path(MemberPath { account_id })| {
            let role = members::role(tx, member.organization, account_id).await?.ok_or_else(not_found)?;
            if account_id != member.account && !tx.right.role.manages(role) {
                return Err(Problem::forbidden("Your role does not allow you to remove this member"));
            }
            members::remove(tx, member.organization, account_id).await?;
            keep_an_owner(tx, member.organization).await?;
            tx.about(account_id);
            Ok(NoContent)
        })
        .await
}
