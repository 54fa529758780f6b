//! The machine clients of an organization.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use peerpath_domain::people::account::DisplayName;
use peerpath_domain::people::audit::Action;
use peerpath_domain::people::key::ClientId;
use peerpath_persistence::clients::{self, Client};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::scopes::machine_scopes;
use crate::service::secret::Secret;
use crate::web::{
    AsManager, Created, Creation, Draft, Endpoints, Faults, Json, Member, NoContent, Page, PageRequest, Path, Permit,
    Problem, endpoints,
};

/// Default for the hours that earlier secrets stay valid.
const GRACE_HOURS: u16 = 24;

/// Maximum of these hours.
const MOST_GRACE_HOURS: u16 = 720;

/// Maximum number of clients of an organization, without revoked ones.
const MOST_CLIENTS: i64 = 50;

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: create_client, list_clients, get_client, rotate_client, delete_client);
}

/// A machine client.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Client)]
struct ClientItem {
    /// Id of the client, to authenticate with.
    client_id: ClientId,
    /// Name of the client.
    #[schema(examples("Our LMS"))]
    name: String,
    /// Scopes that its tokens may have.
    #[schema(examples(json!(["catalog:read"])))]
    scopes: Vec<String>,
    /// When the client was created.
    created_at: DateTime<Utc>,
    /// When the client was revoked; null while it is in use.
    revoked_at: Option<DateTime<Utc>>,
}

impl From<Client> for ClientItem {
    fn from(client: Client) -> Self {
        let Client { id, name, scopes, created_at, revoked_at, .. } = client;
        Self { client_id: id.into(), name, scopes, created_at, revoked_at }
    }
}

/// A new machine client and its secret.
#[derive(Debug, Serialize, ToSchema)]
struct NewClient {
    #[serde(flatten)]
    client: ClientItem,
    /// Secret of the client, shown only once; null when the request was repeated.
    client_secret: Option<String>,
}

/// A machine client to create.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ClientRequest)]
struct ClientDraft {
    /// Name of the client.
    #[schema(min_length = 1, max_length = 100, examples("Our LMS"))]
    name: String,
    /// Scopes that its tokens may have, among the organization's.
    #[schema(min_items = 1, examples(json!(["catalog:read"])))]
    scopes: Vec<String>,
}

impl Draft for ClientDraft {
    type Checked = (DisplayName, Vec<String>);

    fn check(self, faults: &mut Faults) -> Option<Self::Checked> {
        let name = faults.take("/name", self.name.parse());
        let scopes = machine_scopes(&self.scopes, faults);
        let not_empty = if self.scopes.is_empty() { Err("must name a scope") } else { Ok(()) };
        faults.take("/scopes", not_empty)?;
        scopes.and(Some((name?, self.scopes)))
    }
}

fn not_found() -> Problem {
    Problem::not_found("Client not found")
}

/// Create a machine client
///
/// For managers and owners. The client gets tokens from `/oauth/token`. The organization's scopes limit theirs.
#[utoipa::path(post, path = "/organizations/{organization_id}/clients", tag = "organizations")]
async fn create_client(
    manager: Permit<Member<AsManager>, Creation<ClientDraft>>,
) -> Result<Created<Json<NewClient>>, Problem> {
    let organization = manager.organization;
    let created = manager.create(
        Action::ClientCreate,
        async |tx, manager, (name, scopes), id| {
            let allowed = &tx.right.organization.scopes;
            if let Some(place) = scopes.iter().position(|scope| !allowed.contains(scope)) {
                let detail = format!("is not among the organization's scopes: {}", allowed.join(", "));
                return Err(Problem::invalid_at(&format!("/scopes/{place}"), detail));
            }
            if clients::in_use(tx, manager.organization).await? >= MOST_CLIENTS {
                let detail = format!("The organization has {MOST_CLIENTS} clients; revoke one first");
                return Err(Problem::conflict(detail));
            }
            let client = Client {
                id,
                name: name.to_string(),
                scopes: scopes.into_iter().collect::<BTreeSet<_>>().into_iter().collect(),
                created_at: manager.now,
                revoked_at: None,
                organization_id: Some(manager.organization.0),
            };
            let secret = Secret::of_client()?;
            clients::create(tx, &client, uuid::Uuid::now_v7(), &secret.digest()).await?;
            tx.object(client.id);
            Ok(NewClient { client: client.into(), client_secret: Some(secret.reveal().to_owned()) })
        },
        async |tx, manager, made| {
            let client = clients::find(tx, manager.organization, made.into()).await?.ok_or_else(not_found)?;
            Ok(NewClient { client: client.into(), client_secret: None })
        },
    );
    let created = created.await?;
    let location = format!("/v1/organizations/{organization}/clients/{}", created.client.client_id);
    Ok(Created { location, reply: Json(created) })
}

/// List the machine clients of an organization
///
/// For managers and owners; oldest first, including revoked clients.
#[utoipa::path(get, path = "/organizations/{organization_id}/clients", tag = "organizations")]
async fn list_clients(manager: Permit<Member<AsManager>, PageRequest>) -> Result<Page<ClientItem>, Problem> {
    let (id, page) = (manager.organization, &manager.input);
    let rows = manager.read(async |db, _| clients::of_organization(db, id, page.after, page.rows()).await).await?;
    Ok(manager.input.page(rows, |client| client.id, ClientItem::from))
}

#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ClientPath {
    /// Id of the client.
    client_id: ClientId,
}

/// Read a machine client
///
/// For managers and owners.
#[utoipa::path(get, path = "/organizations/{organization_id}/clients/{client_id}", tag = "organizations")]
async fn get_client(manager: Permit<Member<AsManager>, Path<ClientPath>>) -> Result<Json<ClientItem>, Problem> {
    let Path(ClientPath { client_id }) = manager.input;
    let found = manager.read(async |db, _| clients::find(db, manager.organization, client_id).await).await?;
    Ok(Json(found.ok_or_else(not_found)?.into()))
}

/// A new secret.
#[derive(Debug, Serialize, ToSchema)]
struct NewSecret {
    /// Id of the client.
    client_id: ClientId,
    /// Secret of the client, shown only once; null when the request was repeated.
    client_secret: Option<String>,
    /// When the last of the earlier secrets expires; null when the request was repeated.
    earlier_secrets_expire_at: Option<DateTime<Utc>>,
}

/// A request for a new secret.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = RotationRequest)]
struct RotationDraft {
    /// Hours for which the earlier secrets stay valid.
    #[schema(minimum = 0, maximum = 720, default = 24)]
    grace_hours: Option<u16>,
}

impl Draft for RotationDraft {
    type Checked = TimeDelta;

    fn check(self, faults: &mut Faults) -> Option<TimeDelta> {
        let hours = self.grace_hours.unwrap_or(GRACE_HOURS);
        let hours = if hours <= MOST_GRACE_HOURS { Ok(hours) } else { Err("is not from 0 to 720") };
        faults.take("/grace_hours", hours).map(|hours| TimeDelta::hours(hours.into()))
    }
}

/// Give a machine client a new secret
///
/// For managers and owners. The earlier secrets stay valid for `grace_hours`.
#[utoipa::path(post, path = "/organizations/{organization_id}/clients/{client_id}/secrets", tag = "organizations")]
async fn rotate_client(
    manager: Permit<Member<AsManager>, (Path<ClientPath>, Creation<RotationDraft>)>,
) -> Result<Created<Json<NewSecret>>, Problem> {
    let (organization, (Path(ClientPath { client_id }), creation)) = (manager.organization, manager.input);
    let manager = Permit { context: manager.context, input: creation };
    let secret = manager.create(
        Action::ClientRotate,
        async move |tx, manager, grace, id| {
            clients::find(tx, manager.organization, client_id).await?.ok_or_else(not_found)?;
            let (secret, until) = (Secret::of_client()?, manager.now + grace);
            if !clients::rotate(tx, client_id.0, id, &secret.digest(), manager.now, until).await? {
                return Err(Problem::conflict("The client was revoked"));
            }
            tx.object(client_id);
            let client_secret = Some(secret.reveal().to_owned());
            Ok(NewSecret { client_id, client_secret, earlier_secrets_expire_at: Some(until) })
        },
        async move |tx, manager, _| {
            clients::find(tx, manager.organization, client_id).await?.ok_or_else(not_found)?;
            Ok(NewSecret { client_id, client_secret: None, earlier_secrets_expire_at: None })
        },
    );
    let location = format!("/v1/organizations/{organization}/clients/{client_id}");
    Ok(Created { location, reply: Json(secret.await?) })
}

/// Revoke a machine client
///
/// For managers and owners. Its secrets and tokens stop working on every instance within two seconds.
#[utoipa::path(delete, path = "/organizations/{organization_id}/clients/{client_id}", tag = "organizations")]
async fn delete_client(manager: Permit<Member<AsManager>, Path<ClientPath>>) -> Result<NoContent, Problem> {
    manager
        .write(Action::ClientRevoke, async |tx, manager, Path(ClientPath { client_id })| {
            clients::find(tx, manager.organization, client_id).await?.ok_or_else(not_found)?;
            tx.object(client_id);
            if !clients::revoke(tx, client_id.0).await? {
                tx.nothing_changed();
            }
            Ok(NoContent)
        })
        .await
}
