//! Creating, reading, changing and closing organizations.

use actix_web::http::Uri;
use chrono::{DateTime, Utc};
use peerpath_domain::people::account::DisplayName;
use peerpath_domain::people::audit::Action;
use peerpath_domain::people::key::OrganizationId;
use peerpath_domain::people::organization::{MemberRole, OrganizationKind};
use peerpath_persistence::organizations::{self, Organization};
use peerpath_persistence::{Connection, clients, members};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::service::tokens::Scopes;
use crate::web::{
    AsManager, AsMember, AsOwner, Body, Change, Created, Creation, Draft, Endpoints, Faults, IfMatch, Member,
    NoContent, OrganizationUser, Page, PageRequest, Permit, Problem, Versioned, endpoints,
};

/// Maximum number of organizations of a person who creates one.
const MOST_ORGANIZATIONS: usize = 50;

/// Maximum number of characters of a web address.
const LONGEST_WEBSITE: usize = 500;

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: create_organization, list_organizations, get_organization, patch_organization, delete_organization);
}

pub(super) fn closed() -> Problem {
    Problem::not_found("Organization not found")
}

/// An organization.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Organization)]
pub(super) struct OrganizationItem {
    /// Id of the organization.
    id: OrganizationId,
    /// What the organization does.
    kind: OrganizationKind,
    /// Name of the organization.
    #[schema(examples("Recovery Academy"))]
    name: String,
    /// Website; null without one.
    #[schema(format = "uri", examples("https://academy.example"))]
    website: Option<String>,
    /// Maximum scopes of its machine clients.
    #[schema(examples(json!(["catalog:read"])))]
    scopes: Vec<String>,
    /// The caller's role in the organization; null for administrators of the service.
    role: Option<MemberRole>,
    /// When the organization was created.
    created_at: DateTime<Utc>,
}

impl OrganizationItem {
    fn new(organization: Organization, role: Option<MemberRole>) -> Self {
        let Organization { id, kind, name, website, scopes, created_at, .. } = organization;
        Self { id, kind, name, website, scopes, role, created_at }
    }

    fn versioned(organization: Organization, role: Option<MemberRole>) -> Versioned<Self> {
        Versioned { version: organization.version, body: Self::new(organization, role) }
    }

    /// Stores the changes of an organization, and reads the new version.
    pub(super) async fn updated(
        db: &mut Connection,
        organization: &Organization,
        role: Option<MemberRole>,
    ) -> Result<Versioned<Self>, Problem> {
        organizations::update(db, organization).await?;
        let updated = organizations::find(db, organization.id).await?.ok_or_else(closed)?;
        Ok(Self::versioned(updated, role))
    }
}

/// A new organization.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrganizationRequest)]
struct OrganizationDraft {
    /// What the organization does.
    kind: OrganizationKind,
    /// The name, in any script.
    #[schema(min_length = 1, max_length = 100, examples("Recovery Academy"))]
    name: String,
    /// The website.
    #[schema(format = "uri", max_length = 500, examples("https://academy.example"))]
    website: Option<String>,
}

impl Draft for OrganizationDraft {
    type Checked = (OrganizationKind, DisplayName, Option<String>);

    fn check(self, faults: &mut Faults) -> Option<Self::Checked> {
        let name = faults.take("/name", self.name.parse());
        let website = faults.take("/website", self.website.map(website).transpose());
        Some((self.kind, name?, website?))
    }
}

fn website(text: String) -> Result<String, &'static str> {
    let address: Option<Uri> = text.parse().ok();
    let web = |address: &Uri| matches!(address.scheme_str(), Some("http" | "https")) && address.host().is_some();
    if text.len() <= LONGEST_WEBSITE && address.as_ref().is_some_and(web) {
        Ok(text)
    } else {
        Err("is not a web address such as https://academy.example")
    }
}

/// Create an organization
///
/// The caller becomes its first owner.
#[utoipa::path(post, path = "/organizations", tag = "organizations")]
async fn create_organization(
    founder: Permit<OrganizationUser, Creation<OrganizationDraft>>,
) -> Result<Created<Versioned<OrganizationItem>>, Problem> {
    let reply = founder.create(
        Action::OrganizationCreate,
        async |tx, founder, (kind, name, website), id| {
            if members::organizations(tx, founder.account).await?.len() >= MOST_ORGANIZATIONS {
                let detail = format!("You belong to {MOST_ORGANIZATIONS} organizations; leave one first");
                return Err(Problem::conflict(detail));
            }
            let organization = Organization {
                id: OrganizationId(id),
                kind,
                name: name.to_string(),
                website,
                scopes: Scopes::machine_defaults().words(),
                version: 1,
                created_at: founder.now,
            };
            organizations::create(tx, &organization).await?;
            members::add(tx, organization.id, founder.account, MemberRole::Owner, founder.now).await?;
            tx.within(organization.id);
            Ok(OrganizationItem::versioned(organization, Some(MemberRole::Owner)))
        },
        async |tx, founder, made| {
            let gone = || Problem::conflict("The organization was created, but you no longer belong to it");
            let role = members::role(tx, made.into(), founder.account).await?.ok_or_else(gone)?;
            let organization = organizations::find(tx, made.into()).await?.ok_or_else(gone)?;
            Ok(OrganizationItem::versioned(organization, Some(role)))
        },
    );
    let reply = reply.await?;
    Ok(Created { location: format!("/v1/organizations/{}", reply.body.id), reply })
}

/// List your organizations
///
/// Oldest first.
#[utoipa::path(get, path = "/organizations", tag = "organizations")]
async fn list_organizations(person: Permit<OrganizationUser, PageRequest>) -> Result<Page<OrganizationItem>, Problem> {
    let page = &person.input;
    let rows = person
        .read(async |db, ()| organizations::of_account(db, person.account, page.after, page.rows()).await)
        .await?;
    Ok(person.input.page(rows, |(one, _)| one.id.0, |(one, role)| OrganizationItem::new(one, Some(role))))
}

/// Read an organization
///
/// For its members.
#[utoipa::path(get, path = "/organizations/{organization_id}", tag = "organizations")]
async fn get_organization(member: Permit<Member<AsMember>>) -> Result<Versioned<OrganizationItem>, Problem> {
    let found = member.read(async |_, membership| Ok::<_, Problem>(membership)).await?;
    Ok(OrganizationItem::versioned(found.organization, Some(found.role)))
}

/// A change of an organization. Absent fields stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OrganizationChange {
    /// The name, in any script.
    #[schema(min_length = 1, max_length = 100)]
    name: Option<String>,
    /// The website; null removes it.
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

/// Change an organization
///
/// For managers and owners.
#[utoipa::path(patch, path = "/organizations/{organization_id}", tag = "organizations")]
async fn patch_organization(
    manager: Permit<Member<AsManager>, (IfMatch, Body<OrganizationChange>)>,
) -> Result<Versioned<OrganizationItem>, Problem> {
    manager
        .write(Action::OrganizationUpdate, async |tx, _, (expected, Body((name, website)))| {
            let (mut organization, role) = (tx.right.organization.clone(), tx.right.role);
            expected.check(organization.version)?;
            if let Some(name) = name {
                organization.name = name.to_string();
            }
            organization.website = website.applied_to(organization.website.take());
            OrganizationItem::updated(tx, &organization, Some(role)).await
        })
        .await
}

/// Close an organization
///
/// For owners. Revokes its machine clients, removes its members and withdraws its invitations. This cannot be undone.
#[utoipa::path(delete, path = "/organizations/{organization_id}", tag = "organizations")]
async fn delete_organization(owner: Permit<Member<AsOwner>, IfMatch>) -> Result<NoContent, Problem> {
    owner
        .write(Action::OrganizationClose, async |tx, owner, expected| {
            expected.check(tx.right.organization.version)?;
            clients::revoke_all(tx, owner.organization).await?;
            organizations::delete(tx, owner.organization).await?;
            Ok(NoContent)
        })
        .await
}
