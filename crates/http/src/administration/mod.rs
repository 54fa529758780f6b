//! Looking after the whole service: who has which role, and what was done.

use actix_web::dev::Payload;
use actix_web::{HttpRequest, HttpResponse, get, put, web};
use chrono::{DateTime, Utc};
use peerpath_domain::people::account::{EmailAddress, PlatformRole};
use peerpath_domain::people::key::{AccountId, OrganizationId};
use peerpath_persistence::accounts;
use peerpath_persistence::audit::{self, AuditEvent};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use crate::access::{Administers, Input, Permit};
use crate::answers;
use crate::input::{Draft, Faults, IfMatch, Json};
use crate::page::{Page, PageBody, PageParameters};
use crate::problem::Problem;
use crate::query::{QueryReader, parsed, truth};

/// Adds the endpoints under `/v1`.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list_accounts).service(get_account).service(put_platform_role).service(list_audit_events);
}

/// What did something.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ActorKind {
    /// A person who was signed in.
    Person,
    /// A machine client.
    Machine,
    /// Somebody who was not signed in.
    Anonymous,
    /// An operator of the service, on its command line.
    Operator,
}

/// Something that was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEventItem {
    /// Its key.
    id: Uuid,
    /// When.
    at: DateTime<Utc>,
    /// What, as object.verb.
    #[schema(examples("session.begin"))]
    action: String,
    /// What did it.
    actor_kind: ActorKind,
    /// Who did it; null: it is not known, or was an operator.
    actor_id: Option<Uuid>,
    /// The person whom it concerns; null: none.
    account_id: Option<AccountId>,
    /// The organization within which it happened; null: none.
    organization_id: Option<OrganizationId>,
    /// What else it was done to or with: the key of a session, a client or an invitation, or a role; null: nothing.
    object_id: Option<String>,
    /// The network address that the request came from; null: it was no request, or somebody else's.
    #[schema(examples("192.0.2.7"))]
    address: Option<String>,
    /// The id of the request, as its answer and the log have it; null: it was no request, or somebody else's.
    request_id: Option<String>,
}

impl AuditEventItem {
    /// An event as somebody sees it who does not look after the service: from where others did it is theirs to know.
    #[must_use]
    pub fn seen_by(viewer: AccountId, mut event: AuditEvent) -> Self {
        let own = event.actor_id == Some(viewer.0) || (event.actor_id.is_none() && event.account_id == Some(viewer.0));
        if !own {
            (event.address, event.request_id) = (None, None);
        }
        event.into()
    }
}

impl From<AuditEvent> for AuditEventItem {
    fn from(event: AuditEvent) -> Self {
        let actor_kind = match event.actor_kind.as_str() {
            "person" => ActorKind::Person,
            "machine" => ActorKind::Machine,
            "operator" => ActorKind::Operator,
            _ => ActorKind::Anonymous,
        };
        let AuditEvent {
            id, at, action, actor_id, account_id, organization_id, object_id, address, request_id, ..
        } = event;
        let (account_id, organization_id) = (account_id.map(Into::into), organization_id.map(Into::into));
        Self { id, at, action, actor_kind, actor_id, account_id, organization_id, object_id, address, request_id }
    }
}

/// An account as administrators see it.
#[derive(Debug, Serialize, ToSchema)]
struct KnownAccount {
    /// Its key.
    id: AccountId,
    /// The address.
    #[schema(format = "email", examples("ada@example.org"))]
    email: String,
    /// What its owner wants to be called.
    #[schema(examples("Ada"))]
    display_name: String,
    /// What its owner may do for the whole service; null: nothing.
    platform_role: Option<PlatformRole>,
    /// When it was made.
    created_at: DateTime<Utc>,
}

impl From<accounts::Account> for KnownAccount {
    fn from(account: accounts::Account) -> Self {
        let accounts::Account { id, email, display_name, platform_role, created_at, .. } = account;
        Self { id, email, display_name, platform_role, created_at }
    }
}

/// Which accounts are asked for.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what `Accounts` reads")]
struct AccountParameters {
    /// The one with this address.
    email: Option<String>,
    /// Only those with a platform role, or all.
    with_role: Option<bool>,
}

struct Accounts(accounts::Selection);

impl Input for Accounts {
    type Query = accounts::Selection;

    fn query(reader: &mut QueryReader) -> Self::Query {
        let address = reader.one("email", parsed::<EmailAddress>);
        accounts::Selection { with_role: reader.one("with_role", truth).unwrap_or(false), address }
    }

    async fn read(_: &HttpRequest, query: Self::Query, _: &mut Payload) -> Result<Self, Problem> {
        Ok(Self(query))
    }
}

/// List accounts
///
/// For administrators.
#[utoipa::path(
    tag = "administration",
    params(AccountParameters, PageParameters),
    responses((status = OK, description = "A page of accounts, oldest first", body = PageBody<KnownAccount>)),
    security(("session" = ["administration"]))
)]
#[get("/accounts")]
async fn list_accounts(administrator: Permit<Administers, (Accounts, Page)>) -> Result<HttpResponse, Problem> {
    let (Accounts(selection), page) = &administrator.input;
    let rows = administrator.read(async |db| accounts::list(db, selection, page.after, page.rows()).await).await?;
    administrator.input.1.answer(rows, |account| account.id.0, KnownAccount::from)
}

fn unknown() -> Problem {
    Problem::not_found("account with this id")
}

/// Read an account
///
/// For administrators.
#[utoipa::path(
    tag = "administration",
    params(("account_id" = AccountId, Path, description = "The account")),
    responses((status = OK, description = "The account", body = KnownAccount, headers(("ETag" = String, description = "Its version, for `If-Match`")))),
    security(("session" = ["administration"]))
)]
#[get("/accounts/{account_id}")]
async fn get_account(administrator: Permit<Administers>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let id: AccountId = id.parse().map_err(|_| unknown())?;
    let account = administrator.read(async |db| accounts::find(db, id).await).await?.ok_or_else(unknown)?;
    answers::versioned(account.version, &KnownAccount::from(account))
}

/// What somebody may do for the whole service.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlatformRoleDraft {
    /// The role; null takes it.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required = true)]
    platform_role: Option<PlatformRole>,
}

impl Draft for PlatformRoleDraft {
    type Checked = Option<PlatformRole>;

    fn check(self, _: &mut Faults) -> Option<Self::Checked> {
        Some(self.platform_role)
    }
}

/// Grant a platform role, or take it
///
/// For administrators. What was taken is gone at once; what was granted is in the next access token.
#[utoipa::path(
    tag = "administration",
    request_body = PlatformRoleDraft,
    params(
        ("account_id" = AccountId, Path, description = "The account"),
        ("If-Match" = String, Header, description = "The `ETag` of the account", example = "\"1\""),
    ),
    responses((status = OK, description = "The account as it is now", body = KnownAccount, headers(("ETag" = String, description = "Its version, for `If-Match`")))),
    security(("session" = ["administration"]))
)]
#[put("/accounts/{account_id}/platform-role")]
async fn put_platform_role(
    administrator: Permit<Administers, (IfMatch, Json<PlatformRoleDraft>)>,
    id: web::Path<String>,
) -> Result<HttpResponse, Problem> {
    let id: AccountId = id.parse().map_err(|_| unknown())?;
    let (expected, Json(role)) = (administrator.input.0.clone(), &administrator.input.1);
    let role = *role;
    let event = administrator.event("account.set_platform_role").about(id);
    let event = event.object(role.map_or("none", PlatformRole::as_str));
    let own = administrator.account;
    let account = administrator.write(async move |db| {
        // In the order of keys, so that two who take each other's role do not wait for each other. Both roles are as they are now.
        let (first, second) = (own.min(id), own.max(id));
        let locked = [accounts::lock(db, first).await?, accounts::lock(db, second).await?];
        let find = |id| locked.iter().flatten().find(|account| account.id == id);
        if find(own).is_none_or(|account| account.platform_role != Some(PlatformRole::Administrator)) {
            return Err(Problem::forbidden("this takes an administrator"));
        }
        let account = find(id).ok_or_else(unknown)?;
        expected.admits(account.version)?;
        accounts::set_role(db, id, role).await?;
        event.record(db).await?;
        accounts::find(db, id).await?.ok_or_else(unknown)
    });
    let account = account.await?;
    answers::versioned(account.version, &KnownAccount::from(account))
}

/// Which events are asked for.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what `Events` reads")]
struct AuditParameters {
    /// Those that a person did, or that concern them.
    account: Option<Uuid>,
    /// Those within an organization.
    organization: Option<Uuid>,
    /// Those of one action.
    action: Option<String>,
}

struct Events(audit::Selection);

impl Input for Events {
    type Query = audit::Selection;

    fn query(reader: &mut QueryReader) -> Self::Query {
        audit::Selection {
            account: reader.one("account", parsed),
            organization: reader.one("organization", parsed),
            action: reader.one("action", action),
        }
    }

    async fn read(_: &HttpRequest, query: Self::Query, _: &mut Payload) -> Result<Self, Problem> {
        Ok(Self(query))
    }
}

fn action(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_lowercase() || c == '_' || c == '.';
    if text.is_empty() || text.len() > 100 || !text.chars().all(plain) {
        return Err("is not an action such as session.begin".into());
    }
    Ok(text.into())
}

/// List what was done
///
/// For administrators; newest first.
#[utoipa::path(
    tag = "administration",
    params(AuditParameters, PageParameters),
    responses((status = OK, description = "A page of events", body = PageBody<AuditEventItem>)),
    security(("session" = ["administration"]))
)]
#[get("/audit-events")]
async fn list_audit_events(administrator: Permit<Administers, (Events, Page)>) -> Result<HttpResponse, Problem> {
    let (Events(selection), page) = &administrator.input;
    let rows = administrator.read(async |db| audit::list(db, selection, page.after, page.rows()).await).await?;
    administrator.input.1.answer(rows, |event| event.id, AuditEventItem::from)
}
