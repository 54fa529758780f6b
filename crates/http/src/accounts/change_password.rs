//! Changing the password, with the present one.

use chrono::{DateTime, Utc};
use peerpath_domain::people::audit::Action;
use peerpath_domain::people::key::SessionId;
use peerpath_domain::people::password::Password;
use peerpath_persistence::accounts::{self, Account};
use peerpath_persistence::{Connection, mail_tokens, sessions};
use serde::Deserialize;
use utoipa::ToSchema;

use super::hash_chosen;
use super::seen_account::reauthenticated;
use crate::service::Service;
use crate::service::mail::Message;
use crate::web::{Body, Draft, Endpoints, Faults, NoContent, OwnAccount, Permit, Problem, endpoints};

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: put_password);
}

/// A change of password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    /// The present password.
    #[schema(format = "password")]
    current_password: String,
    /// The new password, with any characters. It must be hard to guess.
    #[schema(format = "password", min_length = 12, max_length = 256)]
    new_password: String,
}

impl Draft for PasswordChange {
    type Checked = Self;

    fn check(self, faults: &mut Faults) -> Option<Self> {
        faults.take("/new_password", Password::typed(&self.new_password).check_length())?;
        Some(self)
    }
}

/// Change your password
///
/// Ends all other sessions. Links in earlier mails stop working.
#[utoipa::path(put, path = "/me/password", tag = "account")]
async fn put_password(me: Permit<OwnAccount, Body<PasswordChange>>) -> Result<NoContent, Problem> {
    let Permit { context: me, input: Body(PasswordChange { current_password, new_password }) } = me;
    let account = reauthenticated(&me, &current_password).await?;
    let hash = hash_chosen(&me.service, new_password, account.known_by(), "/new_password").await?;
    me.transaction(Action::AccountChangePassword, async move |tx, me| {
        let account = account.lock(tx).await?;
        set_password(tx, &me.service, &account, &hash, Some(me.session), me.now).await?;
        Ok(NoContent)
    })
    .await
}

/// Stores a new password, ends all sessions but one, cancels the links in earlier mails, and tells the owner.
pub(super) async fn set_password(
    db: &mut Connection,
    service: &Service,
    account: &Account,
    hash: &str,
    kept: Option<SessionId>,
    now: DateTime<Utc>,
) -> Result<(), peerpath_persistence::Error> {
    accounts::set_password(db, account.id, hash).await?;
    mail_tokens::clear(db, account.id).await?;
    sessions::end_all(db, account.id, kept).await?;
    Message::password_changed(service.tokens.issuer()).send(db, &account.email, now).await
}
