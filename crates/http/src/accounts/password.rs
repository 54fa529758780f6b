//! Changing and resetting the password, and changing the address.

use std::time::Duration;

use actix_web::{HttpResponse, post, put};
use chrono::TimeDelta;
use peerpath_domain::people::account::EmailAddress;
use peerpath_domain::people::key::AccountId;
use peerpath_domain::people::password::Password;
use peerpath_persistence::mail_tokens::{self, Purpose};
use peerpath_persistence::{accounts, sessions};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::sign_up::{ConfirmationDraft, MailSent};
use super::{reauthenticated, unchanged};
use crate::access::{Anyone, OwnAccount, Permit};
use crate::answers;
use crate::input::{Draft, Faults, Json};
use crate::mail::Letter;
use crate::problem::Problem;
use crate::secret::LinkToken;

/// How long the token that resets a password can be used.
const RESET_OPEN: TimeDelta = TimeDelta::hours(1);

/// How long the token that confirms an address can be used.
const ADDRESS_OPEN: TimeDelta = TimeDelta::hours(24);

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(put_password).service(create_password_reset).service(complete_password_reset);
    config.service(put_email).service(confirm_address);
}

/// A change of password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordChange {
    /// The password until now.
    #[schema(format = "password")]
    current_password: String,
    /// The password from now on: any characters, and not easy to guess.
    #[schema(format = "password", min_length = 12, max_length = 256)]
    new_password: String,
}

impl Draft for PasswordChange {
    type Checked = (Password, String);

    fn check(self, faults: &mut Faults) -> Option<Self::Checked> {
        faults.take("/new_password", Password::typed(&self.new_password).check_length())?;
        Some((Password::typed(&self.current_password), self.new_password))
    }
}

/// Change the password
///
/// All other sessions end, and links that were mailed before lead nowhere.
#[utoipa::path(
    tag = "account",
    request_body = PasswordChange,
    responses((status = NO_CONTENT, description = "It is changed")),
    security(("session" = ["account"]))
)]
#[put("/me/password")]
async fn put_password(me: Permit<OwnAccount, Json<PasswordChange>>) -> Result<HttpResponse, Problem> {
    let (current, new) = &me.input.0;
    let account = reauthenticated(&me, current).await?;
    let about = vec![account.display_name.clone(), account.email.clone()];
    let hash = me.service.hasher.hash_chosen(new.clone(), about, "/new_password").await?;
    let event = me.event("account.change_password").about(account.id);
    let (now, session, issuer) = (me.now, me.session, me.service.tokens.issuer().to_owned());
    me.write(async move |db| {
        unchanged(db, &account).await?;
        accounts::set_password(db, account.id, &hash).await?;
        mail_tokens::clear(db, account.id).await?;
        sessions::end_all(db, account.id, Some(session)).await?;
        event.record(db).await?;
        Ok(Letter::password_changed(&issuer).send(db, &account.email, now).await?)
    })
    .await?;
    Ok(answers::done())
}

/// Whose password is forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetDraft {
    /// The address of the account.
    #[schema(format = "email", min_length = 3, max_length = 254, examples("ada@example.org"))]
    email: String,
}

impl Draft for ResetDraft {
    type Checked = EmailAddress;

    fn check(self, faults: &mut Faults) -> Option<EmailAddress> {
        faults.take("/email", self.email.parse())
    }
}

/// Ask for a new password
///
/// Where the address has an account, a mail with a link goes there. The answer is the same in any case.
#[utoipa::path(
    tag = "accounts",
    request_body = ResetDraft,
    responses((status = ACCEPTED, description = "If there is an account, a mail is on its way", body = MailSent)),
    security(())
)]
#[post("/password-resets")]
async fn create_password_reset(anyone: Permit<Anyone, Json<ResetDraft>>) -> Result<HttpResponse, Problem> {
    begin_reset(&anyone, anyone.input.0.clone()).await?;
    answers::accepted(&MailSent { mail_sent_to: anyone.input.0.to_string() })
}

/// How long asking for a new password takes, be there an account or not: longer than what it takes where there is one.
const ASKING: Duration = Duration::from_millis(100);

/// Mails a link that resets the password, if the address has an account.
pub(super) async fn begin_reset<I>(anyone: &Permit<Anyone, I>, address: EmailAddress) -> Result<(), Problem> {
    let (limits, now) = (&anyone.service.limits, anyone.now);
    limits.attempt_from(anyone.origin.address)?;
    limits.mail_to("reset", &address)?;
    let (event, issuer) = (anyone.event("account.ask_for_password"), anyone.service.tokens.issuer().to_owned());
    let begun = anyone.write(async move |db| {
        let Some(account) = accounts::with_address(db, &address).await? else { return Ok(()) };
        let token = LinkToken::new(account.id.0)?;
        mail_tokens::replace(db, account.id, &Purpose::ResetPassword, &token.digest(), now + RESET_OPEN).await?;
        event.about(account.id).record(db).await?;
        Ok(Letter::reset_password(&issuer, &token).send(db, &account.email, now).await?)
    });
    tokio::join!(begun, tokio::time::sleep(ASKING)).0
}

/// A new password in place of a forgotten one.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetCompletion {
    /// The token of the link.
    #[schema(min_length = 64, max_length = 64)]
    token: String,
    /// The password from now on: any characters, and not easy to guess.
    #[schema(format = "password", min_length = 12, max_length = 256)]
    new_password: String,
}

impl Draft for ResetCompletion {
    type Checked = (LinkToken, String);

    fn check(self, faults: &mut Faults) -> Option<Self::Checked> {
        let token = faults.take("/token", self.token.parse());
        faults.take("/new_password", Password::typed(&self.new_password).check_length())?;
        Some((token?, self.new_password))
    }
}

/// Choose a new password
///
/// With the token of the mail. All sessions end. A second factor stays.
#[utoipa::path(
    tag = "accounts",
    request_body = ResetCompletion,
    responses((status = NO_CONTENT, description = "It is changed")),
    security(())
)]
#[post("/password-resets/complete")]
async fn complete_password_reset(anyone: Permit<Anyone, Json<ResetCompletion>>) -> Result<HttpResponse, Problem> {
    let (token, password) = &anyone.input.0;
    complete_reset(&anyone, token.clone(), password.clone(), "/new_password").await?;
    Ok(answers::done())
}

fn unusable() -> Problem {
    Problem::invalid_credentials("the link has expired, or was used")
}

/// Changes the password by the token of a mail.
pub(super) async fn complete_reset<I>(
    anyone: &Permit<Anyone, I>,
    token: LinkToken,
    password: String,
    pointer: &'static str,
) -> Result<(), Problem> {
    anyone.service.limits.attempt_from(anyone.origin.address)?;
    let (id, now) = (AccountId(token.about), anyone.now);
    let digest = token.digest();
    // Looked at before hashing, and used up after: a weak password does not use it up, and one that is made up costs nothing.
    let found = anyone.read(async |db| mail_tokens::find(db, id, &digest, now).await).await?;
    if found != Some(Purpose::ResetPassword) {
        return Err(unusable());
    }
    let account = anyone.read(async |db| accounts::find(db, id).await).await?.ok_or_else(unusable)?;
    let about = vec![account.display_name.clone(), account.email.clone()];
    let hash = anyone.service.hasher.hash_chosen(password, about, pointer).await?;
    let event = anyone.event("account.reset_password").by(id);
    let issuer = anyone.service.tokens.issuer().to_owned();
    anyone
        .write(async move |db| {
            accounts::lock(db, id).await?.ok_or_else(unusable)?;
            if mail_tokens::take(db, id, &digest, now).await? != Some(Purpose::ResetPassword) {
                return Err(unusable());
            }
            accounts::set_password(db, id, &hash).await?;
            mail_tokens::clear(db, id).await?;
            sessions::end_all(db, id, None).await?;
            event.record(db).await?;
            Ok(Letter::password_changed(&issuer).send(db, &account.email, now).await?)
        })
        .await
}

/// A change of address.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AddressChange {
    /// The address from now on, once it is confirmed.
    #[schema(format = "email", min_length = 3, max_length = 254)]
    email: String,
    /// The password of the account.
    #[schema(format = "password")]
    current_password: String,
}

impl Draft for AddressChange {
    type Checked = (EmailAddress, Password);

    fn check(self, faults: &mut Faults) -> Option<Self::Checked> {
        let email = faults.take("/email", self.email.parse());
        Some((email?, Password::typed(&self.current_password)))
    }
}

/// Change the address
///
/// A mail with a link goes to the new address, and the old one is told. The address changes when the link is opened.
#[utoipa::path(
    tag = "account",
    request_body = AddressChange,
    responses((status = ACCEPTED, description = "A mail is on its way to the new address", body = MailSent)),
    security(("session" = ["account"]))
)]
#[put("/me/email")]
async fn put_email(me: Permit<OwnAccount, Json<AddressChange>>) -> Result<HttpResponse, Problem> {
    let (address, current) = &me.input.0;
    me.service.limits.mail_to("change", address)?;
    let account = reauthenticated(&me, current).await?;
    let event = me.event("account.ask_for_address").about(account.id);
    let (now, issuer, new) = (me.now, me.service.tokens.issuer().to_owned(), address.clone());
    me.write(async move |db| {
        unchanged(db, &account).await?;
        let other = accounts::with_address(db, &new).await?.is_some_and(|other| other.id != account.id);
        let token = LinkToken::new(account.id.0)?;
        let purpose = Purpose::ChangeAddress(new.to_string());
        mail_tokens::replace(db, account.id, &purpose, &token.digest(), now + ADDRESS_OPEN).await?;
        event.record(db).await?;
        let letter = if other { Letter::address_taken() } else { Letter::confirm_address(&issuer, &token) };
        letter.send(db, new.as_str(), now).await?;
        Ok(Letter::address_change_begun(&issuer).send(db, &account.email, now).await?)
    })
    .await?;
    answers::accepted(&MailSent { mail_sent_to: address.to_string() })
}

/// Confirm a new address
///
/// With the token of the mail that went there, and the password: an address that was mistyped is somebody else's.
#[utoipa::path(
    tag = "accounts",
    request_body = ConfirmationDraft,
    responses(
        (status = NO_CONTENT, description = "The account has the new address"),
        (status = CONFLICT, description = "Another account has it by now (`/problems/conflict`)"),
    ),
    security(())
)]
#[post("/accounts/confirm-address")]
async fn confirm_address(anyone: Permit<Anyone, Json<ConfirmationDraft>>) -> Result<HttpResponse, Problem> {
    let (token, password) = &anyone.input.0;
    change_address(&anyone, token.clone(), password).await?;
    Ok(answers::done())
}

/// Changes the address by the token of a mail and the password.
pub(super) async fn change_address<I>(
    anyone: &Permit<Anyone, I>,
    token: LinkToken,
    password: &Password,
) -> Result<(), Problem> {
    let wrong =
        || Problem::invalid_credentials("the link has expired, was used, or the password is not that of the account");
    let (limits, id, now) = (&anyone.service.limits, AccountId(token.about), anyone.now);
    limits.attempt_from(anyone.origin.address)?;
    limits.attempt_on(id, anyone.origin.address)?;
    let found = anyone.read(async |db| accounts::find(db, id).await).await?;
    let known = found.as_ref().map(|account| account.password_hash.clone());
    let verified = anyone.service.hasher.verify(password.clone(), known).await?;
    let (true, Some(account)) = (verified.right, found) else { return Err(wrong()) };
    let event = anyone.event("account.change_address").by(id);
    anyone
        .write(async move |db| {
            unchanged(db, &account).await?;
            let Some(Purpose::ChangeAddress(address)) = mail_tokens::take(db, id, &token.digest(), now).await? else {
                return Err(wrong());
            };
            let address: EmailAddress = address.parse().map_err(Problem::internal)?;
            if !accounts::set_address(db, id, &address).await? {
                return Err(Problem::conflict("another account has this address by now"));
            }
            // Links that went to the old address lead nowhere.
            mail_tokens::clear(db, id).await?;
            event.record(db).await?;
            Ok(Letter::address_changed().send(db, &account.email, now).await?)
        })
        .await
}
