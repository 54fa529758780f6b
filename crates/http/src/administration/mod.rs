//! Administration of the whole service: accounts, their platform roles, and the audit log.

use chrono::{DateTime, Utc};
use peerpath_domain::people::account::{EmailAddress, PlatformRole};
use peerpath_domain::people::audit::Action;
use peerpath_domain::people::key::{AccountId, OrganizationId};
use peerpath_persistence::accounts::{self, Account};
use peerpath_persistence::audit;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::web::query::{QueryReader, parsed, truth};
use crate::web::{
    Administrator, AuditEventItem, Body, Endpoints, IfMatch, Page, PageRequest, Parameters, Path, Permit, Plain,
    Problem, Query, Versioned, endpoints,
};

pub fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: list_accounts, get_account, put_platform_role, list_audit_events);
}

/// An account as administrators see it.
#[derive(Debug, Serialize, ToSchema)]
struct AdminAccount {
    /// Id of the account.
    id: AccountId,
    /// The e-mail address.
    #[schema(format = "email", examples("ada@example.org"))]
    email: String,
    /// The name that others see.
    #[schema(examples("Ada"))]
    display_name: String,
    /// Role in the whole service; null for most people.
    platform_role: Option<PlatformRole>,
    /// When the account was created.
    created_at: DateTime<Utc>,
}

impl From<Account> for AdminAccount {
    fn from(account: Account) -> Self {
        let Account { id, email, display_name, platform_role, created_at, .. } = account;
        Self { id, email, display_name, platform_role, created_at }
    }
}

fn versioned(account: Option<Account>) -> Result<Versioned<AdminAccount>, Problem> {
    let account = account.ok_or_else(not_found)?;
    Ok(Versioned { version: account.version, body: account.into() })
}

fn not_found() -> Problem {
    Problem::not_found("There is no account with this id")
}

#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
struct AccountParameters {
    /// Only the account with this e-mail address.
    #[param(value_type = Option<String>)]
    email: Option<EmailAddress>,
    /// Whether to list only accounts with a platform role.
    with_role: Option<bool>,
}

impl Parameters for AccountParameters {
    fn read(reader: &mut QueryReader, (): &()) -> Option<Self> {
        Some(Self { email: reader.one("email", parsed), with_role: reader.one("with_role", truth) })
    }
}

/// List accounts
///
/// For administrators; oldest first.
#[utoipa::path(get, path = "/accounts", tag = "administration")]
async fn list_accounts(
    administrator: Permit<Administrator, (Query<AccountParameters>, PageRequest)>,
) -> Result<Page<AdminAccount>, Problem> {
    let Permit { context: administrator, input: (Query(AccountParameters { email, with_role }), page) } = administrator;
    let selection = accounts::Selection { with_role: with_role.unwrap_or(false), address: email };
    let rows = administrator.read(async |db, ()| accounts::list(db, &selection, page.after, page.rows()).await).await?;
    Ok(page.page(rows, |account| account.id.0, AdminAccount::from))
}

#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct AccountPath {
    /// Id of the account.
    account_id: AccountId,
}

/// Read an account
///
/// For administrators.
#[utoipa::path(get, path = "/accounts/{account_id}", tag = "administration")]
async fn get_account(
    administrator: Permit<Administrator, Path<AccountPath>>,
) -> Result<Versioned<AdminAccount>, Problem> {
    let Path(AccountPath { account_id }) = administrator.input;
    versioned(administrator.read(async |db, ()| accounts::find(db, account_id).await).await?)
}

/// A platform role to grant, or null to withdraw it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PlatformRoleRequest {
    /// The role; null withdraws it.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required = true)]
    platform_role: Option<PlatformRole>,
}

impl Plain for PlatformRoleRequest {}

/// Grant or withdraw a platform role
///
/// For administrators. A withdrawal takes effect at once, a grant with the next access token.
#[utoipa::path(put, path = "/accounts/{account_id}/platform-role", tag = "administration")]
async fn put_platform_role(
    administrator: Permit<Administrator, (Path<AccountPath>, IfMatch, Body<PlatformRoleRequest>)>,
) -> Result<Versioned<AdminAccount>, Problem> {
    administrator
        .write(Action::AccountSetPlatformRole, async move |tx, _, (Path(path), expected, Body(request))| {
            let (id, role) = (path.account_id, request.platform_role);
            let account = accounts::lock(tx, id).await?.ok_or_else(not_found)?;
            expected.check(account.version)?;
            accounts::set_role(tx, id, role).await?;
            tx.about(id);
            tx.object(role.map_or("none", PlatformRole::as_str));
            versioned(accounts::find(tx, id).await?)
        })
        .await
}

#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
struct AuditParameters {
    /// Only events of this account: its own actions, and actions that concern it.
    #[param(value_type = Option<Uuid>)]
    account: Option<AccountId>,
    /// Only events within this organization.
    #[param(value_type = Option<Uuid>)]
    organization: Option<OrganizationId>,
    /// Only events of this action.
    #[param(example = "session.begin")]
    action: Option<String>,
}

impl Parameters for AuditParameters {
    fn read(reader: &mut QueryReader, (): &()) -> Option<Self> {
        Some(Self {
            account: reader.one("account", parsed),
            organization: reader.one("organization", parsed),
            action: reader.one("action", action),
        })
    }
}

fn action(text: &str) -> Result<String, String> {
    let plain = |c: char| c.is_ascii_lowercase() || c == '_' || c == '.';
    if text.is_empty() || text.len() > 100 || !text.chars().all(plain) {
        return Err("is not an action such as session.begin".into());
    }
    Ok(text.into())
}

/// List audit events
///
/// For administrators; newest first.
#[utoipa::path(get, path = "/audit-events", tag = "administration")]
async fn list_audit_events(
    administrator: Permit<Administrator, (Query<AuditParameters>, PageRequest)>,
) -> Result<Page<AuditEventItem>, Problem> {
    let Permit { context: administrator, input: (Query(parameters), page) } = administrator;
    let AuditParameters { account, organization, action } = parameters;
    let selection = audit::Selection { account, organization, action };
    let rows = administrator.read(async |db, ()| audit::list(db, &selection, page.after, page.rows()).await).await?;
    Ok(page.page(rows, |event| event.id, AuditEventItem::from))
}
