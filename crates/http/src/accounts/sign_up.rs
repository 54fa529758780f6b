//! Signing up: an account comes into being when its address was shown to be its owner's.

use actix_web::{HttpResponse, post};
use chrono::TimeDelta;
use peerpath_domain::people::account::{DisplayName, EmailAddress};
use peerpath_domain::people::key::AccountId;
use peerpath_domain::people::password::Password;
use peerpath_persistence::accounts::{self, Account};
use peerpath_persistence::sign_ups::{self, SignUp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::me::AccountItem;
use crate::access::{Anyone, Permit};
use crate::answers;
use crate::input::{Draft, Faults, Json};
use crate::mail::Letter;
use crate::problem::Problem;
use crate::secret::LinkToken;

/// How long the token of a mail can be used.
const OPEN: TimeDelta = TimeDelta::hours(24);

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(create_account).service(confirm_account);
}

/// What somebody who wants an account says.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountDraft {
    /// Their address. Two that differ only in case are the same.
    #[schema(format = "email", min_length = 3, max_length = 254, examples("ada@example.org"))]
    email: String,
    /// A password: any characters, and not easy to guess.
    #[schema(format = "password", min_length = 12, max_length = 256, examples("seven geese in tall grass"))]
    password: String,
    /// What they want to be called, in any script.
    #[schema(min_length = 1, max_length = 100, examples("Ada"))]
    display_name: String,
}

/// The same, made sense of.
pub struct CheckedAccount {
    email: EmailAddress,
    password: String,
    display_name: DisplayName,
}

impl Draft for AccountDraft {
    type Checked = CheckedAccount;

    fn check(self, faults: &mut Faults) -> Option<CheckedAccount> {
        let email = faults.take("/email", self.email.parse::<EmailAddress>());
        let display_name = faults.take("/display_name", self.display_name.parse());
        let long = faults.take("/password", Password::typed(&self.password).check_length());
        long?;
        Some(CheckedAccount { email: email?, password: self.password, display_name: display_name? })
    }
}

/// That a mail is on its way, whatever it says.
#[derive(Debug, Serialize, ToSchema)]
pub struct MailSent {
    /// The address that it goes to.
    #[schema(examples("ada@example.org"))]
    pub mail_sent_to: String,
}

/// Sign up
///
/// A mail goes to the address. Where it has no account, the mail has a link, and whoever opens it and enters the password
/// has one; where it has one, the mail says so. The answer is the same in both cases.
#[utoipa::path(
    tag = "accounts",
    request_body = AccountDraft,
    responses((status = ACCEPTED, description = "A mail is on its way", body = MailSent)),
    security(())
)]
#[post("/accounts")]
async fn create_account(anyone: Permit<Anyone, Json<AccountDraft>>) -> Result<HttpResponse, Problem> {
    let Permit { input: Json(draft), service, origin, now, .. } = &anyone;
    let now = *now;
    service.limits.attempt_from(origin.address)?;
    service.limits.mail_to("sign-up", &draft.email)?;
    let about = vec![draft.display_name.to_string(), draft.email.to_string()];
    let password_hash = service.hasher.hash_chosen(draft.password.clone(), about, "/password").await?;
    let token = LinkToken::new(Uuid::now_v7())?;
    let sign_up = SignUp {
        id: token.about,
        email: draft.email.to_string(),
        email_key: draft.email.key().into(),
        display_name: draft.display_name.to_string(),
        password_hash,
        digest: token.digest(),
        created_at: now,
        expires_at: now + OPEN,
    };
    let (email, issuer) = (draft.email.clone(), service.tokens.issuer().to_owned());
    anyone
        .write(async move |db| {
            let known = accounts::with_address(db, &email).await?.is_some();
            // Added in any case, so that both take as long. Where nobody is told the token, nobody can use it.
            sign_ups::add(db, &sign_up).await?;
            let letter = if known { Letter::account_exists(&issuer) } else { Letter::confirm_account(&issuer, &token) };
            Ok(letter.send(db, email.as_str(), now).await?)
        })
        .await?;
    answers::accepted(&MailSent { mail_sent_to: draft.email.to_string() })
}

/// What somebody says who opened the link of a mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmationDraft {
    /// The token of the link.
    #[schema(min_length = 64, max_length = 64)]
    token: String,
    /// The password that they chose. Whoever opens the link of a sign-up that was not theirs does not know it.
    #[schema(format = "password")]
    password: String,
}

impl Draft for ConfirmationDraft {
    type Checked = (LinkToken, Password);

    fn check(self, faults: &mut Faults) -> Option<Self::Checked> {
        let token = faults.take("/token", self.token.parse());
        Some((token?, Password::typed(&self.password)))
    }
}

/// Confirm a new account
///
/// With the token of the mail and the password that was chosen.
#[utoipa::path(
    tag = "accounts",
    request_body = ConfirmationDraft,
    responses(
        (status = CREATED, description = "The account", body = AccountItem),
        (status = CONFLICT, description = "The address has an account by now (`/problems/conflict`)"),
    ),
    security(())
)]
#[post("/accounts/confirm")]
async fn confirm_account(anyone: Permit<Anyone, Json<ConfirmationDraft>>) -> Result<HttpResponse, Problem> {
    let (token, password) = &anyone.input.0;
    let account = confirm(&anyone, token, password).await?;
    answers::created("/v1/me", &AccountItem::new(account, false))
}

/// Makes an account of a sign-up.
///
/// # Errors
/// Invalid credentials where the token or the password is wrong; a conflict where the address has an account.
pub(super) async fn confirm<I>(
    anyone: &Permit<Anyone, I>,
    token: &LinkToken,
    password: &Password,
) -> Result<Account, Problem> {
    let wrong = || {
        Problem::invalid_credentials("the link has expired, was used, or the password is not the one that was chosen")
    };
    let (service, now) = (&anyone.service, anyone.now);
    service.limits.attempt_from(anyone.origin.address)?;
    service.limits.attempt_on(token.about, anyone.origin.address)?;
    let digest = token.digest();
    let found = anyone.read(async |db| sign_ups::find(db, token.about, &digest, now).await).await?;
    let verified =
        service.hasher.verify(password.clone(), found.as_ref().map(|found| found.password_hash.clone())).await?;
    let (true, Some(sign_up)) = (verified.right, found) else { return Err(wrong()) };
    let account = Account {
        id: AccountId(Uuid::now_v7()),
        email: sign_up.email,
        email_key: sign_up.email_key,
        display_name: sign_up.display_name,
        password_hash: sign_up.password_hash,
        platform_role: None,
        version: 1,
        created_at: now,
    };
    let event = anyone.event("account.create").by(account.id);
    let made = account.clone();
    let created = anyone.write(async move |db| {
        let created = accounts::create(db, &made).await?;
        if created {
            sign_ups::forget(db, &made.email_key).await?;
            event.record(db).await?;
        }
        Ok(created)
    });
    if created.await? { Ok(account) } else { Err(Problem::conflict("the address has an account by now; sign in")) }
}
