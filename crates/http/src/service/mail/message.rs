//! What mails say. They are plain text, name nobody but who is needed to understand them, and never say why somebody is here.

use chrono::{DateTime, Utc};
use peerpath_persistence::outbox::{self, Mail};
use peerpath_persistence::{Connection, Error};
use uuid::Uuid;

use crate::service::secret::LinkToken;

/// A mail that is to be sent.
#[derive(Debug)]
pub struct Message {
    subject: &'static str,
    body: String,
}

const UNASKED: &str = "If you did not ask for this, you need not do anything; nobody gets in without your password.";

impl Message {
    /// To somebody who signed up.
    pub fn confirm_account(issuer: &str, token: &LinkToken) -> Self {
        Self {
            subject: "Confirm your PeerPath account",
            body: format!(
                "Somebody, most likely you, asked for a PeerPath account with this address.\n\n\
                 To confirm it, open this page within 24 hours and enter the password that you chose:\n\n\
                 {issuer}/account/confirmation?token={token}\n\n{UNASKED}\n"
            ),
        }
    }

    /// To somebody whose address is used to sign up though it has an account.
    pub fn account_exists(issuer: &str) -> Self {
        Self {
            subject: "You already have a PeerPath account",
            body: format!(
                "Somebody, most likely you, asked for a PeerPath account with this address. It has one already: sign in\n\
                 with your password. If you have forgotten it, ask for a new one:\n\n\
                 {issuer}/account/password-reset\n\n{UNASKED}\n"
            ),
        }
    }

    /// To somebody who forgot their password.
    pub fn reset_password(issuer: &str, token: &LinkToken) -> Self {
        Self {
            subject: "Choose a new PeerPath password",
            body: format!(
                "Somebody, most likely you, asked to choose a new password for the PeerPath account with this address.\n\n\
                 To do so, open this page within an hour:\n\n\
                 {issuer}/account/password-reset?token={token}\n\n\
                 You will be signed out everywhere. If you did not ask for this, you need not do anything.\n"
            ),
        }
    }

    /// To somebody whose password was changed.
    pub fn password_changed(issuer: &str) -> Self {
        Self {
            subject: "Your PeerPath password was changed",
            body: format!(
                "The password of your PeerPath account was changed, and other devices were signed out.\n\n\
                 If that was not you, choose a new one at once:\n\n{issuer}/account/password-reset\n"
            ),
        }
    }

    /// To the address that somebody wants to have.
    pub fn confirm_address(issuer: &str, token: &LinkToken) -> Self {
        Self {
            subject: "Confirm your new address",
            body: format!(
                "Somebody, most likely you, wants to use this address for their PeerPath account.\n\n\
                 To confirm it, open this page within 24 hours and enter your password:\n\n\
                 {issuer}/account/address-confirmation?token={token}\n\n{UNASKED}\n"
            ),
        }
    }

    /// To the address that somebody wants to have, where another account has it.
    pub fn address_taken() -> Self {
        Self {
            subject: "This address belongs to another account",
            body: format!(
                "Somebody wants to use this address for their PeerPath account, but it belongs to another one: that which\n\
                 you sign in to with it. If you have two accounts, delete one before.\n\n{UNASKED}\n"
            ),
        }
    }

    /// To the address that somebody has until now.
    pub fn address_change_begun(issuer: &str) -> Self {
        Self {
            subject: "Your PeerPath address is about to change",
            body: format!(
                "Your PeerPath account is to have another address, once that one is confirmed.\n\n\
                 If that was not you, somebody knows your password. Choose a new one at once, which calls the change off:\n\n\
                 {issuer}/account/password-reset\n"
            ),
        }
    }

    /// To the address that somebody had until now.
    pub fn address_changed() -> Self {
        Self {
            subject: "Your PeerPath address was changed",
            body: "Your PeerPath account has another address from now on. Mails will no longer come here.\n\n\
                   If that was not you, tell whoever runs this service at once.\n"
                .into(),
        }
    }

    /// To somebody whose refresh token was shown twice.
    pub fn token_reused(issuer: &str, device: Option<&str>) -> Self {
        let device = device.map(|device| format!(" ({device})")).unwrap_or_default();
        Self {
            subject: "A device was signed out of PeerPath",
            body: format!(
                "A sign-in of yours{device} was used in two places at once. As one of them may be a thief's, it was ended:\n\
                 sign in there anew.\n\n\
                 If you do not know why this may have happened, choose a new password, too:\n\n\
                 {issuer}/account/password-reset\n"
            ),
        }
    }

    /// To somebody whose second factor was switched on or off.
    pub fn second_factor(issuer: &str, on: bool) -> Self {
        let (subject, what) = if on {
            (
                "Your PeerPath account has a second factor",
                "From now on, signing in takes a code of your authenticator app, too.",
            )
        } else {
            ("Your PeerPath account has no second factor any more", "From now on, signing in takes your password only.")
        };
        Self {
            subject,
            body: format!(
                "{what}\n\nIf that was not you, choose a new password at once:\n\n{issuer}/account/password-reset\n"
            ),
        }
    }

    /// To somebody whose recovery code was used.
    pub fn recovery_code_used(issuer: &str, left: i64) -> Self {
        Self {
            subject: "A recovery code was used to sign in to PeerPath",
            body: format!(
                "Somebody, most likely you, signed in with a recovery code in place of a code of your authenticator app.\n\
                 {left} recovery codes are left.\n\n\
                 If that was not you, choose a new password at once:\n\n{issuer}/account/password-reset\n"
            ),
        }
    }

    /// To somebody whose account was deleted.
    pub fn account_deleted() -> Self {
        Self {
            subject: "Your PeerPath account was deleted",
            body: "Your PeerPath account was deleted, and all that hung on it. This cannot be undone.\n".into(),
        }
    }

    /// To somebody who is invited into an organization.
    pub fn invitation(issuer: &str, organization: &str, token: &LinkToken) -> Self {
        Self {
            subject: "You are invited to an organization on PeerPath",
            body: format!(
                "You are invited to join this organization on PeerPath:\n\n    {organization}\n\n\
                 To accept, sign in with this address and open, within 7 days:\n\n\
                 {issuer}/account/invitation?token={token}\n\n\
                 If you do not know them, you need not do anything.\n"
            ),
        }
    }

    /// Puts it into the outbox: it is sent if the transaction is committed, and only then.
    ///
    /// # Errors
    /// Those of any query.
    pub async fn send(self, db: &mut Connection, to: &str, now: DateTime<Utc>) -> Result<(), Error> {
        let (recipient, subject) = (to.into(), self.subject.into());
        let mail = Mail { id: Uuid::now_v7(), recipient, subject, body: self.body, created_at: now, attempts: 0 };
        outbox::add(db, &mail).await
    }
}
