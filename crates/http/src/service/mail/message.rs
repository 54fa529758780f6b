//! The texts of mails. A mail is plain text, names only the people a reader needs, and never says why somebody uses the
//! service.

use chrono::{DateTime, Utc};
use peerpath_persistence::outbox::{self, Mail};
use peerpath_persistence::{Connection, Error};
use uuid::Uuid;

use crate::service::secret::LinkToken;

#[derive(Debug)]
pub struct Message {
    subject: &'static str,
    body: String,
}

/// For mails to somebody who may not have an account.
const UNCONFIRMED: &str =
    "If you did not ask for this, you can ignore this mail. Nothing happens without your confirmation.";

/// For mails to the owner of an account.
const SAFE: &str =
    "If you did not ask for this, you can ignore this mail. Nobody can sign in to your account without your password.";

impl Message {
    /// To somebody who signed up.
    pub fn confirm_account(issuer: &str, token: &LinkToken) -> Self {
        Self {
            subject: "Confirm your PeerPath account",
            body: format!(
                "Somebody, most likely you, signed up for a PeerPath account with this address.\n\n\
                 To confirm the account, open this page within 24 hours and enter the password that you chose:\n\n\
                 {issuer}/account/confirmation?token={token}\n\n{UNCONFIRMED}\n"
            ),
        }
    }

    /// To the owner of an account, when somebody signs up with the same address.
    pub fn account_exists(issuer: &str) -> Self {
        Self {
            subject: "You already have a PeerPath account",
            body: format!(
                "Somebody, most likely you, signed up for a PeerPath account with this address.\n\
                 You already have an account: please sign in with your password.\n\n\
                 If you forgot the password, choose a new one here:\n\n\
                 {issuer}/account/password-reset\n\n{SAFE}\n"
            ),
        }
    }

    /// To somebody who forgot their password.
    pub fn reset_password(issuer: &str, token: &LinkToken) -> Self {
        Self {
            subject: "Choose a new PeerPath password",
            body: format!(
                "Somebody, most likely you, asked for a new password for the PeerPath account with this address.\n\n\
                 To choose a new password, open this page within an hour:\n\n\
                 {issuer}/account/password-reset?token={token}\n\n\
                 A new password signs you out on all devices.\n\n\
                 If you did not ask for this, you can ignore this mail. Your password stays as it is.\n"
            ),
        }
    }

    /// To the owner of an account whose password was changed.
    pub fn password_changed(issuer: &str) -> Self {
        Self {
            subject: "Your PeerPath password was changed",
            body: format!(
                "The password of your PeerPath account was changed, and your other devices were signed out.\n\n\
                 If that was not you, choose a new password at once:\n\n{issuer}/account/password-reset\n"
            ),
        }
    }

    /// To the new address of an account.
    pub fn confirm_address(issuer: &str, token: &LinkToken) -> Self {
        Self {
            subject: "Confirm your new address",
            body: format!(
                "Somebody, most likely you, wants to use this address for a PeerPath account.\n\n\
                 To confirm the address, open this page within 24 hours and enter your password:\n\n\
                 {issuer}/account/address-confirmation?token={token}\n\n{UNCONFIRMED}\n"
            ),
        }
    }

    /// To the new address of an account, when another account has the address already.
    pub fn address_taken() -> Self {
        Self {
            subject: "This address belongs to another account",
            body: format!(
                "Somebody wants to use this address for their PeerPath account, but another account already uses it.\n\
                 If that was you, delete the other account first, or choose a different address.\n\n{SAFE}\n"
            ),
        }
    }

    /// To the present address, when somebody asks to change it.
    pub fn address_change_begun(issuer: &str) -> Self {
        Self {
            subject: "Your PeerPath address is about to change",
            body: format!(
                "The address of your PeerPath account will change as soon as the new address is confirmed.\n\n\
                 If that was not you, somebody knows your password.\n\
                 Choose a new password at once. That also stops the change:\n\n\
                 {issuer}/account/password-reset\n"
            ),
        }
    }

    /// To the old address, after the change.
    pub fn address_changed() -> Self {
        Self {
            subject: "Your PeerPath address was changed",
            body: "Your PeerPath account has a new address. We no longer send mails to this address.\n\n\
                   If that was not you, please tell the operators of this service at once.\n"
                .into(),
        }
    }

    /// To the owner of a session whose refresh token was used twice.
    pub fn token_reused(issuer: &str, device: Option<&str>) -> Self {
        let device = device.map(|device| format!(" ({device})")).unwrap_or_default();
        Self {
            subject: "A device was signed out of PeerPath",
            body: format!(
                "One of your sign-ins{device} was used in two places.\n\
                 Somebody may have copied it, so we signed the device out.\n\
                 Please sign in again on that device.\n\n\
                 If you do not know why this happened, please choose a new password, too:\n\n\
                 {issuer}/account/password-reset\n"
            ),
        }
    }

    /// To the owner of an account whose second factor was set up or removed.
    pub fn second_factor(issuer: &str, on: bool) -> Self {
        let (subject, what) = if on {
            (
                "Your PeerPath account has a second factor",
                "From now on, you need a code from your authenticator app to sign in.",
            )
        } else {
            ("Your PeerPath account no longer has a second factor", "From now on, you sign in with only your password.")
        };
        Self {
            subject,
            body: format!(
                "{what}\n\nIf that was not you, choose a new password at once:\n\n{issuer}/account/password-reset\n"
            ),
        }
    }

    /// To the owner of an account, when a recovery code was used to sign in.
    pub fn recovery_code_used(issuer: &str, left: i64) -> Self {
        Self {
            subject: "A recovery code was used to sign in to PeerPath",
            body: format!(
                "Somebody, most likely you, signed in with a recovery code,\n\
                 not with a code from your authenticator app.\n\
                 {left} recovery codes are left.\n\n\
                 If that was not you, choose a new password at once:\n\n{issuer}/account/password-reset\n"
            ),
        }
    }

    /// To the former owner of a deleted account.
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
                 To accept, sign in with the account of this address, and open this page within 7 days:\n\n\
                 {issuer}/account/invitation?token={token}\n\n\
                 If you do not know this organization, you can ignore this mail.\n"
            ),
        }
    }

    /// Adds the mail to the outbox. The mail is sent only if the transaction commits.
    pub async fn send(self, db: &mut Connection, to: &str, now: DateTime<Utc>) -> Result<(), Error> {
        let (recipient, subject) = (to.into(), self.subject.into());
        let mail = Mail { id: Uuid::now_v7(), recipient, subject, body: self.body, created_at: now, attempts: 0 };
        outbox::add(db, &mail).await
    }
}
