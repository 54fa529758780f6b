//! One's own account: reading and changing it, deleting it, and what happened with it.

use actix_web::{HttpResponse, get, patch, post};
use chrono::{DateTime, Utc};
use peerpath_domain::people::account::{DisplayName, PlatformRole};
use peerpath_domain::people::key::AccountId;
use peerpath_domain::people::password::Password;
use peerpath_persistence::accounts::{self, Account};
use peerpath_persistence::audit::{self, Selection};
use peerpath_persistence::{members, second_factors, sessions, sign_ups};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{own, reauthenticated, unchanged};
use crate::access::{OwnAccount, Permit};
use crate::administration::AuditEventItem;
use crate::answers;
use crate::input::{Draft, Faults, IfMatch, Json};
use crate::mail::Letter;
use crate::page::{Page, PageBody, PageParameters};
use crate::problem::{Problem, ProblemKind};

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_me).service(patch_me).service(delete_me).service(list_own_audit_events);
}

/// An account.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountItem {
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
    /// Whether signing in takes a code, too.
    second_factor: bool,
    /// When it was made.
    created_at: DateTime<Utc>,
}

impl AccountItem {
    /// An account as it is shown.
    #[must_use]
    pub fn new(account: Account, second_factor: bool) -> Self {
        let Account { id, email, display_name, platform_role, created_at, .. } = account;
        Self { id, email, display_name, platform_role, second_factor, created_at }
    }
}

async fn has_second_factor<I>(me: &Permit<OwnAccount, I>) -> Result<bool, Problem> {
    let found = me.read(async |db| second_factors::find(db, me.account).await).await?;
    Ok(found.is_some_and(|factor| factor.confirmed_at.is_some()))
}

/// Read one's own account
#[utoipa::path(
    tag = "account",
    responses((status = OK, description = "The account", body = AccountItem, headers(("ETag" = String, description = "Its version, for `If-Match`")))),
    security(("session" = ["account"]))
)]
#[get("/me")]
async fn get_me(me: Permit<OwnAccount>) -> Result<HttpResponse, Problem> {
    let (account, second_factor) = (own(&me).await?, has_second_factor(&me).await?);
    answers::versioned(account.version, &AccountItem::new(account, second_factor))
}

/// A change of one's own account: what is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountChange {
    /// What one wants to be called, in any script.
    #[schema(min_length = 1, max_length = 100)]
    display_name: Option<String>,
}

impl Draft for AccountChange {
    type Checked = Option<DisplayName>;

    fn check(self, faults: &mut Faults) -> Option<Self::Checked> {
        match self.display_name {
            None => Some(None),
            Some(name) => faults.take("/display_name", name.parse()).map(Some),
        }
    }
}

/// Change one's own account
///
/// Address and password have endpoints of their own.
#[utoipa::path(
    tag = "account",
    request_body = AccountChange,
    params(("If-Match" = String, Header, description = "The `ETag` of what is changed", example = "\"1\"")),
    responses((status = OK, description = "The account as it is now", body = AccountItem, headers(("ETag" = String, description = "Its version, for `If-Match`")))),
    security(("session" = ["account"]))
)]
#[patch("/me")]
async fn patch_me(me: Permit<OwnAccount, (IfMatch, Json<AccountChange>)>) -> Result<HttpResponse, Problem> {
    let Permit { input: (expected, Json(name)), .. } = &me;
    let second_factor = has_second_factor(&me).await?;
    let (id, event, name) = (me.account, me.event("account.rename").about(me.account), name.clone());
    let tags = expected.clone();
    let account = me.write(async move |db| {
        let gone = || Problem::invalid_token("the account was deleted");
        let account = accounts::lock(db, id).await?.ok_or_else(gone)?;
        tags.admits(account.version)?;
        let Some(name) = name else { return Ok(account) };
        accounts::rename(db, id, &name).await?;
        event.record(db).await?;
        accounts::find(db, id).await?.ok_or_else(gone)
    });
    let account = account.await?;
    answers::versioned(account.version, &AccountItem::new(account, second_factor))
}

/// The password, to show that it is oneself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CurrentPassword {
    /// The password of the account.
    #[schema(format = "password")]
    current_password: String,
}

impl Draft for CurrentPassword {
    type Checked = Password;

    fn check(self, _: &mut Faults) -> Option<Password> {
        Some(Password::typed(&self.current_password))
    }
}

/// Delete one's own account
///
/// At once, with all that hangs on it; it cannot be undone. The audit log keeps that it was there, by its key only.
#[utoipa::path(
    tag = "account",
    request_body = CurrentPassword,
    responses(
        (status = NO_CONTENT, description = "It is gone"),
        (status = CONFLICT, description = "It is the last owner of an organization (`/problems/last-owner`)"),
    ),
    security(("session" = ["account"]))
)]
#[post("/me/deletion")]
async fn delete_me(me: Permit<OwnAccount, Json<CurrentPassword>>) -> Result<HttpResponse, Problem> {
    let account = reauthenticated(&me, &me.input.0).await?;
    let (event, now) = (me.event("account.delete").about(account.id), me.now);
    me.write(async move |db| {
        // Whoever joins or leaves locks the organization first, and then the account; so does this.
        let locked = members::lock_organizations(db, account.id).await?;
        unchanged(db, &account).await?;
        if members::organizations(db, account.id).await? != locked {
            return Err(Problem::conflict("the account joined or left an organization at the same time"));
        }
        let alone = members::owned_alone(db, account.id).await?;
        if !alone.is_empty() {
            let ids: Vec<String> = alone.iter().map(ToString::to_string).collect();
            let detail = format!("the account is the last owner of: {}", ids.join(", "));
            return Err(Problem::new(ProblemKind::LastOwner, detail));
        }
        sessions::end_all(db, account.id, None).await?;
        accounts::delete(db, account.id).await?;
        sign_ups::forget(db, &account.email_key).await?;
        event.record(db).await?;
        Ok(Letter::account_deleted().send(db, &account.email, now).await?)
    })
    .await?;
    Ok(answers::done())
}

/// List what happened with one's own account
///
/// Newest first: what one did, and what others did that concerned one.
#[utoipa::path(
    tag = "account",
    params(PageParameters),
    responses((status = OK, description = "A page of events", body = PageBody<AuditEventItem>)),
    security(("session" = ["account"]))
)]
#[get("/me/audit-events")]
async fn list_own_audit_events(me: Permit<OwnAccount, Page>) -> Result<HttpResponse, Problem> {
    let selection = Selection { account: Some(me.account), ..Selection::default() };
    let rows = me.read(async |db| audit::list(db, &selection, me.input.after, me.input.rows()).await).await?;
    let viewer = me.account;
    me.input.answer(rows, |event| event.id, |event| AuditEventItem::seen_by(viewer, event))
}
