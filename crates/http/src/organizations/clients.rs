//! The machines of an organization.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, delete, get, post, web};
use chrono::{DateTime, TimeDelta, Utc};
use peerpath_domain::people::account::DisplayName;
use peerpath_domain::people::key::{ClientId, OrganizationId};
use peerpath_domain::people::organization::MemberRole;
use peerpath_persistence::clients::{self, Client};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::held;
use super::organization::machine_scopes;
use crate::access::{AsManager, Member, Permit};
use crate::answers;
use crate::idempotency::made_before;
use crate::input::{Creation, Draft, Faults};
use crate::page::{Page, PageBody, PageParameters};
use crate::problem::Problem;
use crate::secret::Secret;

/// How long the secrets before are still accepted, unless it is said.
const GRACE_HOURS: u16 = 24;

/// How long the secrets before are still accepted at the most.
const MOST_GRACE_HOURS: u16 = 720;

/// How many clients in use an organization has at the most.
const MOST_CLIENTS: i64 = 50;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(create_client)
        .service(list_clients)
        .service(get_client)
        .service(rotate_client)
        .service(delete_client);
}

/// A machine client.
#[derive(Debug, Serialize, ToSchema)]
struct ClientItem {
    /// What it identifies itself with.
    client_id: ClientId,
    /// What people call it.
    #[schema(examples("Our LMS"))]
    name: String,
    /// The scopes that its tokens may have.
    #[schema(examples(json!(["catalog:read"])))]
    scopes: Vec<String>,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// Since when nothing of it is accepted; null: it is in use.
    revoked_at: Option<DateTime<Utc>>,
}

impl From<Client> for ClientItem {
    fn from(client: Client) -> Self {
        let Client { id, name, scopes, created_at, revoked_at, .. } = client;
        Self { client_id: id.into(), name, scopes, created_at, revoked_at }
    }
}

/// A machine client that was made just now.
#[derive(Debug, Serialize, ToSchema)]
struct NewClient {
    /// The client.
    #[serde(flatten)]
    client: ClientItem,
    /// What it authenticates with. It is shown now and never again; null where the request was repeated.
    client_secret: Option<String>,
}

/// A machine client that is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ClientDraft {
    /// What people call it.
    #[schema(min_length = 1, max_length = 100, examples("Our LMS"))]
    name: String,
    /// The scopes that its tokens may have: some of the organization's.
    #[schema(min_items = 1, examples(json!(["catalog:read"])))]
    scopes: Vec<String>,
}

impl Draft for ClientDraft {
    type Checked = (DisplayName, Vec<String>);

    fn check(self, faults: &mut Faults) -> Option<Self::Checked> {
        let name = faults.take("/name", self.name.parse());
        let known = machine_scopes(&self.scopes, faults);
        let some = if self.scopes.is_empty() { Err("must name a scope") } else { Ok(()) };
        faults.take("/scopes", some)?;
        known.and(Some((name?, self.scopes)))
    }
}

fn unknown() -> Problem {
    Problem::not_found("client of the organization with this id")
}

/// Make a machine client
///
/// For managers and owners. It fetches tokens from `/oauth/token`, with scopes no wider than the organization's.
#[utoipa::path(
    tag = "organizations",
    request_body = ClientDraft,
    params(
        ("organization_id" = OrganizationId, Path, description = "The organization"),
        ("Idempotency-Key" = Option<String>, Header, description = "A text of your own: the same request under the same key makes no second client"),
    ),
    responses((status = CREATED, description = "The client and its secret", body = NewClient)),
    security(("session" = ["organizations"]))
)]
#[post("/organizations/{organization_id}/clients")]
async fn create_client(member: Permit<Member<AsManager>, Creation<ClientDraft>>) -> Result<HttpResponse, Problem> {
    let (name, scopes) = member.input.draft.clone();
    let (organization, account, now) = (member.organization, member.account, member.now);
    let secret = Secret::of_client()?;
    let client = Client {
        id: Uuid::now_v7(),
        name: name.to_string(),
        scopes: scopes.iter().collect::<BTreeSet<_>>().into_iter().cloned().collect(),
        created_at: now,
        revoked_at: None,
        organization_id: Some(organization.0),
    };
    let (key, digest) = (member.input.key.clone(), secret.digest());
    let event = member.event("client.create").within(organization).object(client.id);
    let (client, made) = member
        .write(async move |db| {
            let (known, _) = held(db, organization, account, MemberRole::Manager).await?;
            if let Some(made) = made_before(db, account.0, key.as_ref(), client.id, now).await? {
                return Ok((clients::find(db, organization, made.into()).await?.ok_or_else(unknown)?, false));
            }
            let wider = scopes.iter().position(|scope| !known.scopes.contains(scope));
            if let Some(place) = wider {
                let detail = format!("is not among the organization's scopes: {}", known.scopes.join(", "));
                return Err(Problem::invalid_at(&format!("/scopes/{place}"), detail));
            }
            if clients::in_use(db, organization).await? >= MOST_CLIENTS {
                return Err(Problem::conflict(format!(
                    "the organization has {MOST_CLIENTS} clients; revoke one first"
                )));
            }
            clients::create(db, &client, Uuid::now_v7(), &digest).await?;
            event.record(db).await?;
            Ok((client, true))
        })
        .await?;
    let location = format!("/v1/organizations/{organization}/clients/{}", client.id);
    let client_secret = made.then(|| secret.reveal().to_owned());
    answers::created(&location, &NewClient { client: client.into(), client_secret })
}

/// List the machine clients of an organization
///
/// For managers and owners; those that were revoked, too.
#[utoipa::path(
    tag = "organizations",
    params(("organization_id" = OrganizationId, Path, description = "The organization"), PageParameters),
    responses((status = OK, description = "A page of clients, oldest first", body = PageBody<ClientItem>)),
    security(("session" = ["organizations"]))
)]
#[get("/organizations/{organization_id}/clients")]
async fn list_clients(member: Permit<Member<AsManager>, Page>) -> Result<HttpResponse, Problem> {
    let id = member.organization;
    let rows = member.read(async |db| clients::of_organization(db, id, member.input.after, member.input.rows()).await);
    let rows = rows.await?;
    member.input.answer(rows, |client| client.id, ClientItem::from)
}

type ClientPath = web::Path<(String, String)>;

fn which(path: &ClientPath) -> Result<ClientId, Problem> {
    path.1.parse().map_err(|_| unknown())
}

/// Read a machine client
///
/// For managers and owners.
#[utoipa::path(
    tag = "organizations",
    params(
        ("organization_id" = OrganizationId, Path, description = "The organization"),
        ("client_id" = ClientId, Path, description = "The client"),
    ),
    responses((status = OK, description = "The client", body = ClientItem)),
    security(("session" = ["organizations"]))
)]
#[get("/organizations/{organization_id}/clients/{client_id}")]
async fn get_client(member: Permit<Member<AsManager>>, path: ClientPath) -> Result<HttpResponse, Problem> {
    let id = which(&path)?;
    let found = member.read(async |db| clients::find(db, member.organization, id).await).await?;
    answers::private(&ClientItem::from(found.ok_or_else(unknown)?))
}

/// A new secret.
#[derive(Debug, Serialize, ToSchema)]
struct NewSecret {
    /// Whose it is.
    client_id: ClientId,
    /// What the client authenticates with. It is shown now and never again; null where the request was repeated.
    client_secret: Option<String>,
    /// Until when the secrets before are accepted at the longest; null where the request was repeated.
    earlier_secrets_expire_at: Option<DateTime<Utc>>,
}

/// How a secret is to be replaced.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RotationDraft {
    /// How many hours the secrets before are still accepted.
    #[schema(minimum = 0, maximum = 720, default = 24)]
    grace_hours: Option<u16>,
}

impl Draft for RotationDraft {
    type Checked = TimeDelta;

    fn check(self, faults: &mut Faults) -> Option<TimeDelta> {
        let hours = self.grace_hours.unwrap_or(GRACE_HOURS);
        let known = if hours <= MOST_GRACE_HOURS { Ok(hours) } else { Err("is not from 0 to 720") };
        faults.take("/grace_hours", known).map(|hours| TimeDelta::hours(hours.into()))
    }
}

/// Give a machine client a new secret
///
/// For managers and owners. The secrets that it has are accepted beside it for a while.
#[utoipa::path(
    tag = "organizations",
    request_body = RotationDraft,
    params(
        ("organization_id" = OrganizationId, Path, description = "The organization"),
        ("client_id" = ClientId, Path, description = "The client"),
        ("Idempotency-Key" = Option<String>, Header, description = "A text of your own: the same request under the same key makes no second secret"),
    ),
    responses((status = CREATED, description = "The new secret", body = NewSecret)),
    security(("session" = ["organizations"]))
)]
#[post("/organizations/{organization_id}/clients/{client_id}/secrets")]
async fn rotate_client(
    member: Permit<Member<AsManager>, Creation<RotationDraft>>,
    path: ClientPath,
) -> Result<HttpResponse, Problem> {
    let (id, organization, account, now) = (which(&path)?, member.organization, member.account, member.now);
    let (until, secret) = (now + member.input.draft, Secret::of_client()?);
    let (key, digest) = (member.input.key.clone(), secret.digest());
    let event = member.event("client.rotate").within(organization).object(id);
    let made = member.write(async move |db| {
        held(db, organization, account, MemberRole::Manager).await?;
        clients::find(db, organization, id).await?.ok_or_else(unknown)?;
        let new = Uuid::now_v7();
        if made_before(db, account.0, key.as_ref(), new, now).await?.is_some() {
            return Ok(None);
        }
        if !clients::rotate(db, id.0, new, &digest, now, until).await? {
            return Err(Problem::conflict("the client was revoked"));
        }
        event.record(db).await?;
        Ok(Some(until))
    });
    let made = made.await?;
    let client_secret = made.map(|_| secret.reveal().to_owned());
    let location = format!("/v1/organizations/{organization}/clients/{id}");
    answers::created(&location, &NewSecret { client_id: id, client_secret, earlier_secrets_expire_at: made })
}

/// Revoke a machine client
///
/// For managers and owners. Its secrets and tokens are accepted no more, on every instance within two seconds.
#[utoipa::path(
    tag = "organizations",
    params(
        ("organization_id" = OrganizationId, Path, description = "The organization"),
        ("client_id" = ClientId, Path, description = "The client"),
    ),
    responses((status = NO_CONTENT, description = "It is revoked")),
    security(("session" = ["organizations"]))
)]
#[delete("/organizations/{organization_id}/clients/{client_id}")]
async fn delete_client(member: Permit<Member<AsManager>>, path: ClientPath) -> Result<HttpResponse, Problem> {
    let (id, organization, account) = (which(&path)?, member.organization, member.account);
    let event = member.event("client.revoke").within(organization).object(id);
    member
        .write(async move |db| {
            held(db, organization, account, MemberRole::Manager).await?;
            clients::find(db, organization, id).await?.ok_or_else(unknown)?;
            // Revoking it again changes nothing.
            if clients::revoke(db, id.0).await? {
                event.record(db).await?;
            }
            Ok(())
        })
        .await?;
    Ok(answers::done())
}
