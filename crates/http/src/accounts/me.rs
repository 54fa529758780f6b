//! The caller's own account: reading, renaming and deleting it, and its audit events.

use chrono::{DateTime, Utc};
use peerpath_domain::people::account::{DisplayName, PlatformRole};
use peerpath_domain::people::audit::Action;
use peerpath_domain::people::key::AccountId;
use peerpath_persistence::accounts::{self, Account};
use peerpath_persistence::audit::{self, Selection};
use peerpath_persistence::{Connection, members, sessions, sign_ups};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::second_factor;
use super::seen_account::{CurrentPassword, deleted, reauthenticated};
use crate::service::mail::Message;
use crate::web::{
    AuditEventItem, Body, Draft, Endpoints, Faults, IfMatch, NoContent, OwnAccount, Page, PageRequest, Permit, Problem,
    ProblemKind, Versioned, endpoints,
};

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: get_me, patch_me, delete_me, list_own_audit_events);
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub(super) struct AccountItem {
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
    /// Whether signing in requires a code.
    second_factor: bool,
    /// When the account was created.
    created_at: DateTime<Utc>,
}

impl AccountItem {
    pub(super) fn new(account: Account, second_factor: bool) -> Self {
        let Account { id, email, display_name, platform_role, created_at, .. } = account;
        Self { id, email, display_name, platform_role, second_factor, created_at }
    }
}

async fn versioned(db: &mut Connection, account: Account) -> Result<Versioned<AccountItem>, Problem> {
    let second_factor = second_factor::in_use(db, account.id).await?.is_some();
    Ok(Versioned { version: account.version, body: AccountItem::new(account, second_factor) })
}

/// Read your account
#[utoipa::path(get, path = "/me", tag = "account")]
async fn get_me(me: Permit<OwnAccount>) -> Result<Versioned<AccountItem>, Problem> {
    me.read(async |db, ()| {
        let account = accounts::find(db, me.account).await?.ok_or_else(deleted)?;
        versioned(db, account).await
    })
    .await
}

/// A change of an account. Absent fields stay as they are.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountChange {
    /// The name that others see, in any script.
    #[schema(min_length = 1, max_length = 100)]
    display_name: Option<String>,
}

impl Draft for AccountChange {
    type Checked = Option<DisplayName>;

    fn check(self, faults: &mut Faults) -> Option<Self::Checked> {
        faults.take("/display_name", self.display_name.map(|name| name.parse()).transpose())
    }
}

/// Change your account
///
/// Changes the name. Address and password have their own endpoints.
#[utoipa::path(patch, path = "/me", tag = "account")]
async fn patch_me(me: Permit<OwnAccount, (IfMatch, Body<AccountChange>)>) -> Result<Versioned<AccountItem>, Problem> {
    me.write(Action::AccountRename, async move |tx, me, (expected, Body(name))| {
        let account = accounts::lock(tx, me.account).await?.ok_or_else(deleted)?;
        expected.check(account.version)?;
        let Some(name) = name else {
            tx.nothing_changed();
            return versioned(tx, account).await;
        };
        accounts::rename(tx, me.account, &name).await?;
        let account = accounts::find(tx, me.account).await?.ok_or_else(deleted)?;
        versioned(tx, account).await
    })
    .await
}

/// Delete your account
///
/// Deletes the account and all its data at once. This cannot be undone. The audit log keeps the id of the account.
#[utoipa::path(
    post,
    path = "/me/deletion",
    tag = "account",
    responses((status = CONFLICT, description = "The account is the last owner of an organization (`/problems/last-owner`)"))
)]
async fn delete_me(me: Permit<OwnAccount, Body<CurrentPassword>>) -> Result<NoContent, Problem> {
    let Permit { context: me, input: Body(CurrentPassword { current_password }) } = me;
    let account = reauthenticated(&me, &current_password).await?;
    me.transaction(Action::AccountDelete, async move |tx, me| {
        // Locks the organization before the account, like joining and leaving. Another order could deadlock.
        let locked = members::lock_organizations(tx, me.account).await?;
        let account = account.lock(tx).await?;
        if members::organizations(tx, account.id).await? != locked {
            return Err(Problem::conflict("The account joined or left an organization at the same time"));
        }
        let alone = members::owned_alone(tx, account.id).await?;
        if !alone.is_empty() {
            let ids: Vec<String> = alone.iter().map(ToString::to_string).collect();
            let detail = format!("The account is the last owner of: {}", ids.join(", "));
            return Err(Problem::new(ProblemKind::LastOwner, detail));
        }
        sessions::end_all(tx, account.id, None).await?;
        accounts::delete(tx, account.id).await?;
        sign_ups::forget(tx, &account.email_key).await?;
        Message::account_deleted().send(tx, &account.email, me.now).await?;
        Ok(NoContent)
    })
    .await
}

/// List the audit events of your account
///
/// Newest first: your own actions, and actions of others that concern you.
#[utoipa::path(get, path = "/me/audit-events", tag = "account")]
async fn list_own_audit_events(me: Permit<OwnAccount, PageRequest>) -> Result<Page<AuditEventItem>, Problem> {
    let viewer = me.account;
    let selection = Selection { account: Some(viewer), ..Selection::default() };
    let rows = me.read(async |db, ()| audit::list(db, &selection, me.input.after, me.input.rows()).await).await?;
    Ok(me.input.page(rows, |event| event.id, |event| AuditEventItem::seen_by(viewer, event)))
}
