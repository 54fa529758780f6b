//! Changing the e-mail address: requested by its owner, confirmed by a link in a mail to the new address.

use chrono::TimeDelta;
use peerpath_domain::people::account::EmailAddress;
use peerpath_domain::people::audit::Action;
use peerpath_domain::people::key::AccountId;
use peerpath_domain::people::password::Password;
use peerpath_persistence::accounts;
use peerpath_persistence::mail_tokens::{self, Purpose};
use serde::Deserialize;
use utoipa::ToSchema;

use super::seen_account::{reauthenticated, verify};
use super::sign_up::{Confirmation, MailSent};
use crate::service::mail::Message;
use crate::service::secret::LinkToken;
use crate::web::{
    Accepted, Anyone, Body, Context, Draft, Endpoints, Faults, NoContent, OwnAccount, Permit, Problem, endpoints,
};

/// How long the link works.
const OPEN: TimeDelta = TimeDelta::hours(24);

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: put_email, confirm_address);
}

/// A change of address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AddressChange {
    /// The new e-mail address, which takes effect once it is confirmed.
    #[schema(format = "email", min_length = 3, max_length = 254)]
    email: String,
    /// The password of the account.
    #[schema(format = "password")]
    current_password: String,
}

impl Draft for AddressChange {
    type Checked = (EmailAddress, String);

    fn check(self, faults: &mut Faults) -> Option<Self::Checked> {
        Some((faults.take("/email", self.email.parse())?, self.current_password))
    }
}

/// Change your address
///
/// Mails a link to the new address, and a notice to the present one. The address changes when the link is confirmed.
#[utoipa::path(put, path = "/me/email", tag = "account")]
async fn put_email(me: Permit<OwnAccount, Body<AddressChange>>) -> Result<Accepted<MailSent>, Problem> {
    let Permit { context: me, input: Body((address, current_password)) } = me;
    me.service.limits.mail_to("change", &address)?;
    let account = reauthenticated(&me, &current_password).await?;
    me.transaction(Action::AccountAskForAddress, async move |tx, me| {
        let account = account.lock(tx).await?;
        let in_use = accounts::with_address(tx, &address).await?.is_some_and(|other| other.id != account.id);
        let token = LinkToken::new(account.id.0)?;
        let purpose = Purpose::ChangeAddress(address.to_string());
        mail_tokens::replace(tx, account.id, &purpose, &token.digest(), me.now + OPEN).await?;
        let issuer = me.service.tokens.issuer();
        let message = if in_use { Message::address_taken() } else { Message::confirm_address(issuer, &token) };
        message.send(tx, address.as_str(), me.now).await?;
        Message::address_change_begun(issuer).send(tx, &account.email, me.now).await?;
        Ok(Accepted(MailSent { mail_sent_to: address.to_string() }))
    })
    .await
}

/// Confirm a new address
///
/// Takes the token from the mail and the password, because a mistyped address may belong to another person.
#[utoipa::path(
    post,
    path = "/accounts/confirm-address",
    tag = "accounts",
    responses(
        (status = UNAUTHORIZED, description = "The link has expired or was used, or the password is wrong (`/problems/invalid-credentials`)"),
        (status = CONFLICT, description = "Another account uses the address (`/problems/conflict`)"),
    )
)]
async fn confirm_address(anyone: Permit<Anyone, Body<Confirmation>>) -> Result<NoContent, Problem> {
    let Permit { context: anyone, input: Body((token, password)) } = anyone;
    change_address(&anyone, token, password).await
}

/// Changes the address by the token from a mail and the password.
pub(super) async fn change_address(
    anyone: &Context<Anyone>,
    token: LinkToken,
    password: Password,
) -> Result<NoContent, Problem> {
    let wrong = || Problem::invalid_credentials("The link has expired or was used, or the password is wrong");
    let id = AccountId(token.about);
    anyone.service.limits.attempt_from(anyone.origin.address)?;
    anyone.service.limits.attempt_on(id, anyone.origin.address)?;
    let found = anyone.read(async |db, ()| accounts::find(db, id).await).await?;
    let (account, _) = verify(&anyone.service, found, password).await?.ok_or_else(wrong)?;
    anyone
        .transaction(Action::AccountChangeAddress, async move |tx, anyone| {
            let account = account.lock(tx).await?;
            let purpose = mail_tokens::take(tx, id, &token.digest(), anyone.now).await?;
            let Some(Purpose::ChangeAddress(address)) = purpose else { return Err(wrong()) };
            let address: EmailAddress = address.parse().map_err(Problem::internal)?;
            if !accounts::set_address(tx, id, &address).await? {
                return Err(Problem::conflict("Another account uses this address"));
            }
            // Links that went to the old address stop working.
            mail_tokens::clear(tx, id).await?;
            tx.by(id);
            Message::address_changed().send(tx, &account.email, anyone.now).await?;
            Ok(NoContent)
        })
        .await
}
