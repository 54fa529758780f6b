//! Who belongs to an organization.

use actix_web::{HttpResponse, delete, get, put, web};
use chrono::{DateTime, Utc};
use peerpath_domain::people::key::{AccountId, OrganizationId};
use peerpath_domain::people::organization::MemberRole;
use peerpath_persistence::{Connection, members};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{held, not_yours};
use crate::access::{AsManager, AsMember, Member, Permit};
use crate::answers;
use crate::input::{Draft, Faults, IfMatch, Json};
use crate::page::{Page, PageBody, PageParameters};
use crate::problem::{Problem, ProblemKind};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list_members).service(get_member).service(put_member).service(delete_member);
}

/// Somebody who belongs to an organization.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MemberItem {
    /// Who.
    account_id: AccountId,
    /// What they are called.
    #[schema(examples("Ada"))]
    display_name: String,
    /// Their address.
    #[schema(format = "email", examples("ada@example.org"))]
    email: String,
    /// What they may do.
    role: MemberRole,
    /// Since when they belong to it.
    joined_at: DateTime<Utc>,
}

impl From<members::Member> for MemberItem {
    fn from(member: members::Member) -> Self {
        let members::Member { account_id, display_name, email, role, joined_at, .. } = member;
        Self { account_id, display_name, email, role, joined_at }
    }
}

/// List the members of an organization
#[utoipa::path(
    tag = "organizations",
    params(("organization_id" = OrganizationId, Path, description = "The organization"), PageParameters),
    responses((status = OK, description = "A page of members", body = PageBody<MemberItem>)),
    security(("session" = ["organizations"]))
)]
#[get("/organizations/{organization_id}/members")]
async fn list_members(member: Permit<Member<AsMember>, Page>) -> Result<HttpResponse, Problem> {
    let id = member.organization;
    let rows = member.read(async |db| members::list(db, id, member.input.after, member.input.rows()).await).await?;
    member.input.answer(rows, |one| one.account_id.0, MemberItem::from)
}

fn unknown() -> Problem {
    Problem::not_found("member of the organization with this id")
}

type MemberPath = web::Path<(String, String)>;

fn whom(path: &MemberPath) -> Result<AccountId, Problem> {
    path.1.parse().map_err(|_| unknown())
}

/// Read a member of an organization
#[utoipa::path(
    tag = "organizations",
    params(
        ("organization_id" = OrganizationId, Path, description = "The organization"),
        ("account_id" = AccountId, Path, description = "The member"),
    ),
    responses((status = OK, description = "The member", body = MemberItem, headers(("ETag" = String, description = "Its version, for `If-Match`")))),
    security(("session" = ["organizations"]))
)]
#[get("/organizations/{organization_id}/members/{account_id}")]
async fn get_member(member: Permit<Member<AsMember>>, path: MemberPath) -> Result<HttpResponse, Problem> {
    let id = whom(&path)?;
    let found = member.read(async |db| members::find(db, member.organization, id).await).await?.ok_or_else(unknown)?;
    answers::versioned(found.version, &MemberItem::from(found))
}

/// Refuses to leave an organization without an owner. The organization is locked.
async fn keep_an_owner(db: &mut Connection, organization: OrganizationId) -> Result<(), Problem> {
    if members::owners(db, organization).await? == 0 {
        return Err(Problem::new(ProblemKind::LastOwner, "this is the last owner of the organization"));
    }
    Ok(())
}

/// What somebody is to be in an organization.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RoleDraft {
    /// What they may do.
    role: MemberRole,
}

impl Draft for RoleDraft {
    type Checked = MemberRole;

    fn check(self, _: &mut Faults) -> Option<MemberRole> {
        Some(self.role)
    }
}

/// Change what a member may do
///
/// Owners may make everybody everything; managers may make members nothing else.
#[utoipa::path(
    tag = "organizations",
    request_body = RoleDraft,
    params(
        ("organization_id" = OrganizationId, Path, description = "The organization"),
        ("account_id" = AccountId, Path, description = "The member"),
        ("If-Match" = String, Header, description = "The `ETag` of the member", example = "\"1\""),
    ),
    responses(
        (status = OK, description = "The member as they are now", body = MemberItem, headers(("ETag" = String, description = "Its version, for `If-Match`"))),
        (status = CONFLICT, description = "They are the last owner (`/problems/last-owner`)"),
    ),
    security(("session" = ["organizations"]))
)]
#[put("/organizations/{organization_id}/members/{account_id}")]
async fn put_member(
    member: Permit<Member<AsManager>, (IfMatch, Json<RoleDraft>)>,
    path: MemberPath,
) -> Result<HttpResponse, Problem> {
    let (id, organization, account) = (whom(&path)?, member.organization, member.account);
    let (expected, Json(role)) = (member.input.0.clone(), &member.input.1);
    let role = *role;
    let event = member.event("member.set_role").within(organization).about(id).object(role.as_str());
    let changed = member.write(async move |db| {
        let (_, own) = held(db, organization, account, MemberRole::Manager).await?;
        let found = members::find(db, organization, id).await?.ok_or_else(unknown)?;
        if !own.manages(found.role) || !own.manages(role) {
            return Err(not_yours());
        }
        expected.admits(found.version)?;
        members::set_role(db, organization, id, role).await?;
        keep_an_owner(db, organization).await?;
        event.record(db).await?;
        members::find(db, organization, id).await?.ok_or_else(unknown)
    });
    let changed = changed.await?;
    answers::versioned(changed.version, &MemberItem::from(changed))
}

/// Remove a member, or leave
///
/// Everybody may leave but the last owner. Owners may remove everybody, managers members.
#[utoipa::path(
    tag = "organizations",
    params(
        ("organization_id" = OrganizationId, Path, description = "The organization"),
        ("account_id" = AccountId, Path, description = "The member"),
    ),
    responses(
        (status = NO_CONTENT, description = "They belong to it no more"),
        (status = CONFLICT, description = "They are the last owner (`/problems/last-owner`)"),
    ),
    security(("session" = ["organizations"]))
)]
#[delete("/organizations/{organization_id}/members/{account_id}")]
async fn delete_member(member: Permit<Member<AsMember>>, path: MemberPath) -> Result<HttpResponse, Problem> {
    let (id, organization, account) = (whom(&path)?, member.organization, member.account);
    let event = member.event("member.remove").within(organization).about(id);
    member
        .write(async move |db| {
            let (_, own) = held(db, organization, account, MemberRole::Member).await?;
            let found = members::role(db, organization, id).await?.ok_or_else(unknown)?;
            if id != account && !own.manages(found) {
                return Err(not_yours());
            }
            members::remove(db, organization, id).await?;
            keep_an_owner(db, organization).await?;
            Ok(event.record(db).await?)
        })
        .await?;
    Ok(answers::done())
}
