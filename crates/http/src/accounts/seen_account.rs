//! Accounts that a handler reads before its transaction.

use peerpath_domain::people::key::AccountId;
use peerpath_domain::people::password::Password;
use peerpath_persistence::Connection;
use peerpath_persistence::accounts::{self, Account};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::service::Service;
use crate::web::{Context, OwnAccount, Plain, Problem};

/// An account that was read before the transaction. [`SeenAccount::lock`] permits changes.
pub(super) struct SeenAccount(Account);

impl SeenAccount {
    pub(super) const fn id(&self) -> AccountId {
        self.0.id
    }

    /// The name and the address, which a new password must not repeat.
    pub(super) fn known_by(&self) -> Vec<String> {
        vec![self.0.display_name.clone(), self.0.email.clone()]
    }

    /// Locks the account until the transaction ends. Fails if it was deleted or its password changed after it was read.
    pub(super) async fn lock(&self, db: &mut Connection) -> Result<Account, Problem> {
        let account = accounts::lock(db, self.0.id).await?.ok_or_else(deleted)?;
        if account.password_hash == self.0.password_hash {
            return Ok(account);
        }
        Err(Problem::conflict("The password was changed at the same time"))
    }
}

/// The caller's account was deleted. Soon, every instance refuses its tokens.
pub(super) fn deleted() -> Problem {
    Problem::invalid_token("The account was deleted")
}

/// The current password, as proof of identity.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CurrentPassword {
    /// The password of the account.
    #[schema(format = "password")]
    pub(super) current_password: String,
}

impl Plain for CurrentPassword {}

/// Returns the account if the password is right, and a new hash if the stored one is outdated. Takes the same time
/// without an account.
pub(super) async fn verify(
    service: &Service,
    found: Option<Account>,
    password: Password,
) -> Result<Option<(SeenAccount, Option<String>)>, Problem> {
    let hash = found.as_ref().map(|account| account.password_hash.clone());
    let verified = service.hasher.verify(password, hash).await?;
    Ok(found.filter(|_| verified.right).map(|account| (SeenAccount(account), verified.rehashed)))
}

/// The caller's account, for changes without the password.
pub(super) async fn own(me: &Context<OwnAccount>) -> Result<SeenAccount, Problem> {
    let account = me.read(async |db, ()| accounts::find(db, me.account).await).await?;
    account.map(SeenAccount).ok_or_else(deleted)
}

/// The caller's account, for changes that require the password: having an unlocked phone is not enough.
pub(super) async fn reauthenticated(me: &Context<OwnAccount>, current_password: &str) -> Result<SeenAccount, Problem> {
    me.service.limits.attempt_on(me.account, me.origin.address)?;
    let SeenAccount(account) = own(me).await?;
    let verified = verify(&me.service, Some(account), Password::typed(current_password)).await?;
    let (account, _) = verified.ok_or_else(|| Problem::invalid_at("/current_password", "is not your password"))?;
    Ok(account)
}
