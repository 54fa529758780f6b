//! Resetting a forgotten password with a link from a mail.

use std::time::Duration;

use chrono::TimeDelta;
use peerpath_domain::people::account::EmailAddress;
use peerpath_domain::people::audit::Action;
use peerpath_domain::people::key::AccountId;
use peerpath_domain::people::password::Password;
use peerpath_persistence::accounts;
use peerpath_persistence::mail_tokens::{self, Purpose};
use serde::Deserialize;
use utoipa::ToSchema;

use super::change_password::set_password;
use super::hash_chosen;
use super::sign_up::MailSent;
use crate::service::mail::Message;
use crate::service::secret::LinkToken;
use crate::web::{Accepted, Anyone, Body, Context, Draft, Endpoints, Faults, NoContent, Permit, Problem, endpoints};

/// How long the link works.
const OPEN: TimeDelta = TimeDelta::hours(1);

/// Minimum duration of a request for a link. The work takes less time, so the duration does not reveal an account.
const MINIMUM_DURATION: Duration = Duration::from_millis(100);

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: create_password_reset, complete_password_reset);
}

/// A request for a link to choose a new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordResetRequest {
    /// The e-mail address of the account.
    #[schema(format = "email", min_length = 3, max_length = 254, examples("ada@example.org"))]
    email: String,
}

impl Draft for PasswordResetRequest {
    type Checked = EmailAddress;

    fn check(self, faults: &mut Faults) -> Option<EmailAddress> {
        faults.take("/email", self.email.parse())
    }
}

/// Request a password reset
///
/// Mails a link to choose a new password, if the address has an account. The answer does not reveal whether it has.
#[utoipa::path(post, path = "/password-resets", tag = "accounts")]
async fn create_password_reset(
    anyone: Permit<Anyone, Body<PasswordResetRequest>>,
) -> Result<Accepted<MailSent>, Problem> {
    let Permit { context: anyone, input: Body(address) } = anyone;
    let mail_sent_to = address.to_string();
    request_reset(&anyone, address).await?;
    Ok(Accepted(MailSent { mail_sent_to }))
}

/// Mails a link that resets the password, if the address has an account.
pub(super) async fn request_reset(anyone: &Context<Anyone>, address: EmailAddress) -> Result<(), Problem> {
    anyone.service.limits.attempt_from(anyone.origin.address)?;
    anyone.service.limits.mail_to("reset", &address)?;
    let request = anyone.transaction(Action::AccountAskForPassword, async move |tx, anyone| {
        let Some(account) = accounts::with_address(tx, &address).await? else {
            tx.nothing_changed();
            return Ok(());
        };
        let token = LinkToken::new(account.id.0)?;
        let expires_at = anyone.now + OPEN;
        mail_tokens::replace(tx, account.id, &Purpose::ResetPassword, &token.digest(), expires_at).await?;
        tx.about(account.id);
        let message = Message::reset_password(anyone.service.tokens.issuer(), &token);
        Ok(message.send(tx, &account.email, anyone.now).await?)
    });
    tokio::join!(request, tokio::time::sleep(MINIMUM_DURATION)).0
}

/// A new password for an account whose password was forgotten.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PasswordReset {
    /// The token from the link in the mail.
    #[schema(min_length = 64, max_length = 64)]
    token: String,
    /// The new password, with any characters. It must be hard to guess.
    #[schema(format = "password", min_length = 12, max_length = 256)]
    new_password: String,
}

impl Draft for PasswordReset {
    type Checked = (LinkToken, String);

    fn check(self, faults: &mut Faults) -> Option<Self::Checked> {
        let token = faults.take("/token", self.token.parse());
        faults.take("/new_password", Password::typed(&self.new_password).check_length())?;
        Some((token?, self.new_password))
    }
}

/// Reset a password
///
/// Takes the token from the mail. Ends all sessions. The second factor stays.
#[utoipa::path(
    post,
    path = "/password-resets/complete",
    tag = "accounts",
    responses((status = UNAUTHORIZED, description = "The link has expired or was used (`/problems/invalid-credentials`)"))
)]
async fn complete_password_reset(anyone: Permit<Anyone, Body<PasswordReset>>) -> Result<NoContent, Problem> {
    let Permit { context: anyone, input: Body((token, new_password)) } = anyone;
    reset(&anyone, &token, new_password, "/new_password").await
}

fn invalid_link() -> Problem {
    Problem::invalid_credentials("The link has expired or was used")
}

/// Changes the password by the token from a mail. `pointer` is the place of the password in the body.
pub(super) async fn reset(
    anyone: &Context<Anyone>,
    token: &LinkToken,
    new_password: String,
    pointer: &str,
) -> Result<NoContent, Problem> {
    anyone.service.limits.attempt_from(anyone.origin.address)?;
    let (id, digest) = (AccountId(token.about), token.digest());
    // Check the token before hashing and use it up after: a forged link costs no hash, and a weak password no link.
    let account = anyone.read(async |db, ()| {
        if mail_tokens::find(db, id, &digest, anyone.now).await? != Some(Purpose::ResetPassword) {
            return Err(invalid_link());
        }
        accounts::find(db, id).await?.ok_or_else(invalid_link)
    });
    let account = account.await?;
    let hash = hash_chosen(&anyone.service, new_password, vec![account.display_name, account.email], pointer).await?;
    anyone
        .transaction(Action::AccountResetPassword, async move |tx, anyone| {
            let account = accounts::lock(tx, id).await?.ok_or_else(invalid_link)?;
            if mail_tokens::take(tx, id, &digest, anyone.now).await? != Some(Purpose::ResetPassword) {
                return Err(invalid_link());
            }
            set_password(tx, &anyone.service, &account, &hash, None, anyone.now).await?;
            tx.by(id);
            Ok(NoContent)
        })
        .await
}
