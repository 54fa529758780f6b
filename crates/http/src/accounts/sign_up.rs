//! Signing up: an account is created when its owner confirms the address.

use chrono::TimeDelta;
use peerpath_domain::people::account::{DisplayName, EmailAddress};
use peerpath_domain::people::audit::Action;
use peerpath_domain::people::key::AccountId;
use peerpath_domain::people::password::Password;
use peerpath_persistence::accounts::{self, Account};
use peerpath_persistence::sign_ups::{self, SignUp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::hash_chosen;
use super::me::AccountItem;
use crate::service::mail::Message;
use crate::service::secret::LinkToken;
use crate::web::{
    Accepted, Anyone, Body, Context, Created, Draft, Endpoints, Faults, Json, Permit, Problem, endpoints,
};

/// How long the link in the mail works.
const OPEN: TimeDelta = TimeDelta::hours(24);

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: create_account, confirm_account);
}

/// A request for an account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct AccountRequest {
    /// The e-mail address. Upper and lower case are the same.
    #[schema(format = "email", min_length = 3, max_length = 254, examples("ada@example.org"))]
    email: String,
    /// The password, with any characters. It must be hard to guess.
    #[schema(format = "password", min_length = 12, max_length = 256, examples("seven geese in tall grass"))]
    password: String,
    /// The name that others see, in any script.
    #[schema(min_length = 1, max_length = 100, examples("Ada"))]
    display_name: String,
}

impl Draft for AccountRequest {
    type Checked = (EmailAddress, String, DisplayName);

    fn check(self, faults: &mut Faults) -> Option<Self::Checked> {
        let email = faults.take("/email", self.email.parse());
        let display_name = faults.take("/display_name", self.display_name.parse());
        faults.take("/password", Password::typed(&self.password).check_length())?;
        Some((email?, self.password, display_name?))
    }
}

/// Acceptance of a request that sends a mail.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MailSent {
    /// The address that the mail goes to.
    #[schema(examples("ada@example.org"))]
    pub(super) mail_sent_to: String,
}

/// Sign up
///
/// Mails a link to the address. Confirming it with the password creates the account. If the address already has an
/// account, the mail says so instead. The answer is the same in both cases.
#[utoipa::path(post, path = "/accounts", tag = "accounts")]
async fn create_account(anyone: Permit<Anyone, Body<AccountRequest>>) -> Result<Accepted<MailSent>, Problem> {
    let Permit { context: anyone, input: Body((email, password, display_name)) } = anyone;
    anyone.service.limits.attempt_from(anyone.origin.address)?;
    anyone.service.limits.mail_to("sign-up", &email)?;
    let about = vec![display_name.to_string(), email.to_string()];
    let password_hash = hash_chosen(&anyone.service, password, about, "/password").await?;
    anyone
        .unaudited(async move |tx, anyone| {
            let token = LinkToken::new(Uuid::now_v7())?;
            let sign_up = SignUp {
                id: token.about,
                email: email.to_string(),
                email_key: email.key().into(),
                display_name: display_name.to_string(),
                password_hash,
                digest: token.digest(),
                created_at: anyone.now,
                expires_at: anyone.now + OPEN,
            };
            let known = accounts::with_address(tx, &email).await?.is_some();
            // Added in both cases, so that both take the same time. If there is an account, nobody gets the token.
            sign_ups::add(tx, &sign_up).await?;
            let issuer = anyone.service.tokens.issuer();
            let message =
                if known { Message::account_exists(issuer) } else { Message::confirm_account(issuer, &token) };
            message.send(tx, email.as_str(), anyone.now).await?;
            Ok(Accepted(MailSent { mail_sent_to: email.to_string() }))
        })
        .await
}

/// A confirmation by the link in a mail.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Confirmation {
    /// The token from the link.
    #[schema(min_length = 64, max_length = 64)]
    token: String,
    /// The password of the account. A person who gets the link by mistake does not know it.
    #[schema(format = "password")]
    password: String,
}

impl Draft for Confirmation {
    type Checked = (LinkToken, Password);

    fn check(self, faults: &mut Faults) -> Option<Self::Checked> {
        let token = faults.take("/token", self.token.parse());
        Some((token?, Password::typed(&self.password)))
    }
}

/// Confirm a new account
///
/// Takes the token from the mail and the password from the sign-up.
#[utoipa::path(
    post,
    path = "/accounts/confirm",
    tag = "accounts",
    responses(
        (status = UNAUTHORIZED, description = "The link has expired or was used, or the password is wrong (`/problems/invalid-credentials`)"),
        (status = CONFLICT, description = "The address already has an account (`/problems/conflict`)"),
    )
)]
async fn confirm_account(anyone: Permit<Anyone, Body<Confirmation>>) -> Result<Created<Json<AccountItem>>, Problem> {
    let Permit { context: anyone, input: Body((token, password)) } = anyone;
    let account = confirm(&anyone, &token, password).await?;
    Ok(Created { location: "/v1/me".into(), reply: Json(AccountItem::new(account, false)) })
}

/// Creates the account of a sign-up.
pub(super) async fn confirm(
    anyone: &Context<Anyone>,
    token: &LinkToken,
    password: Password,
) -> Result<Account, Problem> {
    let wrong = || Problem::invalid_credentials("The link has expired or was used, or the password is wrong");
    let service = &anyone.service;
    service.limits.attempt_from(anyone.origin.address)?;
    service.limits.attempt_on(token.about, anyone.origin.address)?;
    let found = anyone.read(async |db, ()| sign_ups::find(db, token.about, &token.digest(), anyone.now).await).await?;
    let verified = service.hasher.verify(password, found.as_ref().map(|found| found.password_hash.clone())).await?;
    let sign_up = found.filter(|_| verified.right).ok_or_else(wrong)?;
    anyone
        .transaction(Action::AccountCreate, async move |tx, anyone| {
            let account = Account {
                id: AccountId(Uuid::now_v7()),
                email: sign_up.email,
                email_key: sign_up.email_key,
                display_name: sign_up.display_name,
                password_hash: sign_up.password_hash,
                platform_role: None,
                version: 1,
                created_at: anyone.now,
            };
            if !accounts::create(tx, &account).await? {
                return Err(Problem::conflict("The address already has an account; sign in"));
            }
            sign_ups::forget(tx, &account.email_key).await?;
            tx.by(account.id);
            Ok(account)
        })
        .await
}
