//! The texts of mails. They are plain, name only the people a reader needs, and never say why somebody uses the service.

use chrono::{DateTime, Utc};
use peerpath_persistence::outbox::{self, Mail};
use peerpath_persistence::{Connection, Error};
use uuid::Uuid;

use crate::service::secret::LinkToken;

/// A mail to send.
#[derive(Debug)]
pub struct Message {
    subject: &'static str,
    body: String,
}

const UNASKED: &str = "If you did not ask for this, you can ignore this mail. Nobody gets in without your password.";

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

    /// To somebody who signs up with an address that has an account.
    pub fn account_exists(issuer: &str) -> Self {
        Self {
            subject: "You already have a PeerPath account",
            body: format!(
                "Somebody, most likely you, asked for a PeerPath account with this address. You already have one:\n\
                 sign in with your password. If you forgot it, choose a new one here:\n\n\
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
                 This signs you out on all devices. If you did not ask for it, you can ignore this mail.\n"
            ),
        }
    }

    /// To somebody whose password was changed.
    pub fn password_changed(issuer: &str) -> Self {
        Self {
            subject: "Your PeerPath password was changed",
            body: format!(
                "The password of your PeerPath account was changed, and your other devices were signed out.\n\n\
                 If that was not you, choose a new password at once:\n\n{issuer}/account/password-reset\n"
            ),
        }
    }

    /// To the address that somebody wants to use.
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

    /// The same, when another account uses the address.
    pub fn address_taken() -> Self {
        Self {
            subject: "This address belongs to another account",
            body: format!(
                "Somebody wants to use this address for their PeerPath account, but another account already uses it.\n\
                 Delete that account first, or choose a different address.\n\n{UNASKED}\n"
            ),
        }
    }

    /// To the present address, when a change begins.
    pub fn address_change_begun(issuer: &str) -> Self {
        Self {
            subject: "Your PeerPath address is about to change",
            body: format!(
                "The address of your PeerPath account will change as soon as the new address is confirmed.\n\n\
                 If that was not you, somebody knows your password. Choose a new one at once; that stops the change:\n\n\
                 {issuer}/account/password-reset\n"
            ),
        }
    }

    /// To the former address, when it has changed.
    pub fn address_changed() -> Self {
        Self {
            subject: "Your PeerPath address was changed",
            body: "Your PeerPath account has a new address. Mails no longer come here.\n\n\
                   If that was not you, tell the operators of this service at once.\n"
                .into(),
        }
    }

    /// To somebody whose refresh token was shown twice.
    pub fn token_reused(issuer: &str, device: Option<&str>) -> Self {
        let device = device.map(|device| format!(" ({device})")).unwrap_or_default();
        Self {
            subject: "A device was signed out of PeerPath",
            body: format!(
                "One of your sign-ins{device} was used in two places at once. It may have been stolen, so it was ended.\n\
                 Sign in again on that device.\n\n\
                 If you do not know why this happened, choose a new password, too:\n\n\
                 {issuer}/account/password-reset\n"
            ),
        }
    }

    /// To somebody whose second factor was switched on or off.
    pub fn second_factor(issuer: &str, on: bool) -> Self {
        let (subject, what) = if on {
            (
                "Your PeerPath account has a second factor",
                "From now on, you need a code from your authenticator app to sign in.",
            )
        } else {
            ("Your PeerPath account no longer has a second factor", "From now on, you sign in with your password only.")
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
                "Somebody, most likely you, signed in with a recovery code instead of a code from your authenticator app.\n\
                 {left} recovery codes are left.\n\n\
                 If that was not you, choose a new password at once:\n\n{issuer}/account/password-reset\n"
            ),
        }
    }

    /// To somebody whose account was deleted.
    pub fn account_deleted() -> Self {
        Self {
            subject: "Your PeerPath account was deleted",
            body: "Your PeerPath account was deleted, with everything in it. This cannot be undone.\n".into(),
        }
    }

    /// To somebody who is invited to an organization.
    pub fn invitation(issuer: &str, organization: &str, token: &LinkToken) -> Self {
        Self {
            subject: "You are invited to an organization on PeerPath",
            body: format!(
                "You are invited to join this organization on PeerPath:\n\n    {organization}\n\n\
                 To accept, sign in with this address and open, within 7 days:\n\n\
                 {issuer}/account/invitation?token={token}\n\n\
                 If you do not know this organization, you can ignore this mail.\n"
            ),
        }
    }

    /// Puts it into the outbox. It is sent if the transaction is committed, and only then.
    pub async fn send(self, db: &mut Connection, to: &str, now: DateTime<Utc>) -> Result<(), Error> {
        let (recipient, subject) = (to.into(), self.subject.into());
        let mail = Mail { id: Uuid::now_v7(), recipient, subject, body: self.body, created_at: now, attempts: 0 };
        outbox::add(db, &mail).await
    }
}
