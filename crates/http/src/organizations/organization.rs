//! Organizations themselves.

use actix_web::http::Uri;
use actix_web::{HttpResponse, delete, get, patch, post, put};
use chrono::{DateTime, Utc};
use peerpath_domain::people::account::DisplayName;
use peerpath_domain::people::key::OrganizationId;
use peerpath_domain::people::organization::{MemberRole, OrganizationKind};
use peerpath_persistence::audit::{self, Selection};
use peerpath_persistence::organizations::{self, Organization};
use peerpath_persistence::{Connection, clients, members};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::{closed, held};
use crate::access::{Administers, AsManager, AsMember, AsOwner, Event, Member, Organizations, Permit};
use crate::administration::AuditEventItem;
use crate::answers;
use crate::idempotency::made_before;
use crate::input::{Change, Creation, Draft, Faults, IfMatch, Json};
use crate::page::{Page, PageBody, PageParameters};
use crate::problem::Problem;
use crate::tokens::{Scope, Scopes};

/// How many organizations somebody who founds another may belong to.
const MOST_ORGANIZATIONS: usize = 50;

/// The most characters of an address on the web.
const LONGEST_WEBSITE: usize = 500;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(create_organization).service(list_organizations).service(get_organization);
    config.service(patch_organization).service(delete_organization).service(put_organization_scopes);
    config.service(list_organization_audit_events);
}

/// An organization.
#[derive(Debug, Serialize, ToSchema)]
struct OrganizationItem {
    /// Its key.
    id: OrganizationId,
    /// What it is.
    kind: OrganizationKind,
    /// What it is called.
    #[schema(examples("Recovery Academy"))]
    name: String,
    /// Where it is on the web; null: nobody said.
    #[schema(format = "uri", examples("https://academy.example"))]
    website: Option<String>,
    /// The most that its machine clients may have.
    #[schema(examples(json!(["catalog:read"])))]
    scopes: Vec<String>,
    /// What the one who asks is in it; null: they look after the service.
    role: Option<MemberRole>,
    /// When it was founded.
    created_at: DateTime<Utc>,
}

impl OrganizationItem {
    fn new(organization: Organization, role: Option<MemberRole>) -> Self {
        let Organization { id, kind, name, website, scopes, created_at, .. } = organization;
        Self { id, kind, name, website, scopes, role, created_at }
    }
}

/// An organization that is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OrganizationDraft {
    /// What it is.
    kind: OrganizationKind,
    /// What it is called, in any script.
    #[schema(min_length = 1, max_length = 100, examples("Recovery Academy"))]
    name: String,
    /// Where it is on the web.
    #[schema(format = "uri", max_length = 500, examples("https://academy.example"))]
    website: Option<String>,
}

impl Draft for OrganizationDraft {
    type Checked = (OrganizationKind, DisplayName, Option<String>);

    fn check(self, faults: &mut Faults) -> Option<Self::Checked> {
        let name = faults.take("/name", self.name.parse());
        let website = self.website.map(website).transpose();
        let website = faults.take("/website", website);
        Some((self.kind, name?, website?))
    }
}

fn website(text: String) -> Result<String, &'static str> {
    let address: Option<Uri> = text.parse().ok();
    let web = |address: &Uri| matches!(address.scheme_str(), Some("http" | "https")) && address.host().is_some();
    if text.len() <= LONGEST_WEBSITE && address.as_ref().is_some_and(web) {
        Ok(text)
    } else {
        Err("is not an address on the web such as https://academy.example")
    }
}

/// What machine clients of an organization may have unless an administrator says otherwise.
fn usual_scopes() -> Scopes {
    Scope::ALL.iter().copied().filter(|scope| scope.is_for_machines() && *scope != Scope::Introspection).collect()
}

/// Found an organization
///
/// Whoever does is its first owner.
#[utoipa::path(
    tag = "organizations",
    request_body = OrganizationDraft,
    params(("Idempotency-Key" = Option<String>, Header, description = "A text of your own: the same request under the same key founds no second organization")),
    responses((status = CREATED, description = "The organization", body = OrganizationItem, headers(("ETag" = String, description = "Its version, for `If-Match`")))),
    security(("session" = ["organizations"]))
)]
#[post("/organizations")]
async fn create_organization(who: Permit<Organizations, Creation<OrganizationDraft>>) -> Result<HttpResponse, Problem> {
    let (kind, name, website) = who.input.draft.clone();
    let draft = Organization {
        id: OrganizationId(Uuid::now_v7()),
        kind,
        name: name.to_string(),
        website,
        scopes: usual_scopes().words(),
        version: 1,
        created_at: who.now,
    };
    let (account, key, now) = (who.account, who.input.key.clone(), who.now);
    let event = who.event("organization.create").within(draft.id);
    let organization = who.write(async move |db| {
        if let Some(made) = made_before(db, account.0, key.as_ref(), draft.id.0, now).await? {
            let gone = || Problem::conflict("it was founded, and you belong to it no more");
            let role = members::role(db, made.into(), account).await?.ok_or_else(gone)?;
            return Ok((organizations::find(db, made.into()).await?.ok_or_else(gone)?, role));
        }
        if members::organizations(db, account).await?.len() >= MOST_ORGANIZATIONS {
            return Err(Problem::conflict(format!(
                "you belong to {MOST_ORGANIZATIONS} organizations; leave one first"
            )));
        }
        organizations::create(db, &draft).await?;
        members::add(db, draft.id, account, MemberRole::Owner, now).await?;
        event.record(db).await?;
        Ok((draft, MemberRole::Owner))
    });
    let (organization, role) = organization.await?;
    let location = format!("/v1/organizations/{}", organization.id);
    let version = organization.version;
    answers::created_versioned(&location, version, &OrganizationItem::new(organization, Some(role)))
}

/// List the organizations that one belongs to
#[utoipa::path(
    tag = "organizations",
    params(PageParameters),
    responses((status = OK, description = "A page of organizations, oldest first", body = PageBody<OrganizationItem>)),
    security(("session" = ["organizations"]))
)]
#[get("/organizations")]
async fn list_organizations(who: Permit<Organizations, Page>) -> Result<HttpResponse, Problem> {
    let account = who.account;
    let rows =
        who.read(async |db| organizations::of_account(db, account, who.input.after, who.input.rows()).await).await?;
    who.input.answer(rows, |(one, _)| one.id.0, |(one, role)| OrganizationItem::new(one, Some(role)))
}

/// Read an organization
#[utoipa::path(
    tag = "organizations",
    params(("organization_id" = OrganizationId, Path, description = "The organization")),
    responses((status = OK, description = "The organization", body = OrganizationItem, headers(("ETag" = String, description = "Its version, for `If-Match`")))),
    security(("session" = ["organizations"]))
)]
#[get("/organizations/{organization_id}")]
async fn get_organization(member: Permit<Member<AsMember>>) -> Result<HttpResponse, Problem> {
    let found = member.read(async |db| organizations::find(db, member.organization).await).await?;
    let organization = found.ok_or_else(closed)?;
    answers::versioned(organization.version, &OrganizationItem::new(organization, Some(member.role)))
}

/// A change of an organization: what is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OrganizationChange {
    /// What it is called, in any script.
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    /// Where it is on the web; null: nowhere.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = "uri", max_length = 500)]
    website: Change<String>,
}

impl Draft for OrganizationChange {
    type Checked = (Option<DisplayName>, Change<String>);

    fn check(self, faults: &mut Faults) -> Option<Self::Checked> {
        let name = faults.take("/name", self.name.map(|name| name.parse()).transpose());
        let site = faults.take("/website", self.website.try_map(website));
        Some((name?, site?))
    }
}

/// Makes a change that goes out from a version, and gives what it came to.
async fn changed(
    db: &mut Connection,
    id: OrganizationId,
    expected: &IfMatch,
    event: Event,
    change: impl FnOnce(&mut Organization),
) -> Result<Organization, Problem> {
    let mut organization = organizations::lock(db, id).await?.ok_or_else(closed)?;
    expected.admits(organization.version)?;
    change(&mut organization);
    organizations::update(db, &organization).await?;
    event.within(id).record(db).await?;
    organizations::find(db, id).await?.ok_or_else(closed)
}

/// Change an organization
///
/// For its managers and owners.
#[utoipa::path(
    tag = "organizations",
    request_body = OrganizationChange,
    params(
        ("organization_id" = OrganizationId, Path, description = "The organization"),
        ("If-Match" = String, Header, description = "The `ETag` of what is changed", example = "\"1\""),
    ),
    responses((status = OK, description = "The organization as it is now", body = OrganizationItem, headers(("ETag" = String, description = "Its version, for `If-Match`")))),
    security(("session" = ["organizations"]))
)]
#[patch("/organizations/{organization_id}")]
async fn patch_organization(
    member: Permit<Member<AsManager>, (IfMatch, Json<OrganizationChange>)>,
) -> Result<HttpResponse, Problem> {
    let (expected, Json((name, website))) = (member.input.0.clone(), &member.input.1);
    let (id, account) = (member.organization, member.account);
    let (name, website) = (name.clone(), website.clone());
    let event = member.event("organization.update");
    let organization = member.write(async move |db| {
        let change = |organization: &mut Organization| {
            if let Some(name) = name {
                organization.name = name.to_string();
            }
            organization.website = website.applied_to(organization.website.take());
        };
        held(db, id, account, MemberRole::Manager).await?;
        changed(db, id, &expected, event, change).await
    });
    let organization = organization.await?;
    answers::versioned(organization.version, &OrganizationItem::new(organization, Some(member.role)))
}

/// Close an organization
///
/// For its owners. Its machine clients are revoked, its members are let go, and its open invitations lead nowhere. It cannot be undone.
#[utoipa::path(
    tag = "organizations",
    params(
        ("organization_id" = OrganizationId, Path, description = "The organization"),
        ("If-Match" = String, Header, description = "The `ETag` of what is closed", example = "\"1\""),
    ),
    responses((status = NO_CONTENT, description = "It is closed")),
    security(("session" = ["organizations"]))
)]
#[delete("/organizations/{organization_id}")]
async fn delete_organization(owner: Permit<Member<AsOwner>, IfMatch>) -> Result<HttpResponse, Problem> {
    let (id, account) = (owner.organization, owner.account);
    let (expected, event) = (owner.input.clone(), owner.event("organization.close"));
    owner
        .write(async move |db| {
            let (organization, _) = held(db, id, account, MemberRole::Owner).await?;
            expected.admits(organization.version)?;
            clients::revoke_all(db, id).await?;
            organizations::delete(db, id).await?;
            Ok(event.within(id).record(db).await?)
        })
        .await?;
    Ok(answers::done())
}

/// What machine clients of an organization may have.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OrganizationScopes {
    /// The scopes; those that are for people cannot be among them. None: its clients get no tokens.
    #[schema(examples(json!(["catalog:read"])))]
    scopes: Vec<String>,
}

impl Draft for OrganizationScopes {
    type Checked = Scopes;

    fn check(self, faults: &mut Faults) -> Option<Scopes> {
        machine_scopes(&self.scopes, faults)
    }
}

/// Scopes that machines may have, of their words.
pub(super) fn machine_scopes(words: &[String], faults: &mut Faults) -> Option<Scopes> {
    let mut scopes = Vec::new();
    for (place, word) in words.iter().enumerate() {
        let machine = |scope: Scope| if scope.is_for_machines() { Ok(scope) } else { Err("is for people only".into()) };
        let scope = word.parse::<Scope>().map_err(|_| "is no scope that there is".to_owned()).and_then(machine);
        scopes.push(faults.take(&format!("/scopes/{place}"), scope));
    }
    scopes.into_iter().collect()
}

/// Set what machine clients of an organization may have
///
/// For administrators. Clients that have more get no more than this with their next token.
#[utoipa::path(
    tag = "administration",
    request_body = OrganizationScopes,
    params(
        ("organization_id" = OrganizationId, Path, description = "The organization"),
        ("If-Match" = String, Header, description = "The `ETag` of the organization, or `*`", example = "*"),
    ),
    responses((status = OK, description = "The organization as it is now", body = OrganizationItem, headers(("ETag" = String, description = "Its version, for `If-Match`")))),
    security(("session" = ["administration"]))
)]
#[put("/organizations/{organization_id}/scopes")]
async fn put_organization_scopes(
    administrator: Permit<Administers, (IfMatch, Json<OrganizationScopes>)>,
    id: actix_web::web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let id: OrganizationId = id.parse().map_err(|_| closed())?;
    let (expected, Json(scopes)) = (administrator.input.0.clone(), &administrator.input.1);
    let (words, event) = (scopes.words(), administrator.event("organization.set_scopes").object(scopes));
    let organization = administrator
        .write(async move |db| changed(db, id, &expected, event, |organization| organization.scopes = words).await);
    let organization = organization.await?;
    answers::versioned(organization.version, &OrganizationItem::new(organization, None))
}

/// List what happened within an organization
///
/// For its managers and owners; newest first.
#[utoipa::path(
    tag = "organizations",
    params(("organization_id" = OrganizationId, Path, description = "The organization"), PageParameters),
    responses((status = OK, description = "A page of events", body = PageBody<AuditEventItem>)),
    security(("session" = ["organizations"]))
)]
#[get("/organizations/{organization_id}/audit-events")]
async fn list_organization_audit_events(member: Permit<Member<AsManager>, Page>) -> Result<HttpResponse, Problem> {
    let selection = Selection { organization: Some(member.organization), ..Selection::default() };
    let rows =
        member.read(async |db| audit::list(db, &selection, member.input.after, member.input.rows()).await).await?;
    let viewer = member.account;
    member.input.answer(rows, |event| event.id, |event| AuditEventItem::seen_by(viewer, event))
}
