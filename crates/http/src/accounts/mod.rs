//! People: signing up and in, and what they do with their own account.

mod me;
mod pages;
mod password;
mod passwords;
mod second_factor;
mod sessions;
mod sign_up;
mod tokens;

pub use me::AccountItem;
pub use passwords::Hasher;
pub use tokens::end_by_refresh_token;

use peerpath_domain::people::password::Password;
use peerpath_persistence::Connection;
use peerpath_persistence::accounts::{self, Account};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{OwnAccount, Permit};
use crate::problem::Problem;

/// Adds the endpoints under `/v1`.
pub fn configure(config: &mut ServiceConfig<'_>) {
    sign_up::configure(config);
    me::configure(config);
    password::configure(config);
    second_factor::configure(config);
    sessions::configure(config);
}

/// Adds the pages that mails lead to.
pub fn configure_pages(config: &mut ServiceConfig<'_>) {
    pages::configure(config);
}

/// The caller's account, if they know its password: whoever found a phone unlocked does not.
async fn reauthenticated<I>(me: &Permit<OwnAccount, I>, password: &Password) -> Result<Account, Problem> {
    me.service.limits.attempt_on(me.account, me.origin.address)?;
    let account = own(me).await?;
    let verified = me.service.hasher.verify(password.clone(), Some(account.password_hash.clone())).await?;
    if verified.right { Ok(account) } else { Err(Problem::invalid_at("/current_password", "is not your password")) }
}

/// Holds an account until the transaction ends, if it is still what was looked at before: deleted, or given another
/// password meanwhile, what its password allowed is no longer allowed. Every change of one's own account begins with this.
async fn unchanged(db: &mut Connection, account: &Account) -> Result<(), Problem> {
    let now = accounts::lock(db, account.id).await?.ok_or_else(|| Problem::invalid_token("the account was deleted"))?;
    if now.password_hash == account.password_hash {
        return Ok(());
    }
    Err(Problem::conflict("the password was changed at the same time"))
}

/// The caller's account.
async fn own<I>(me: &Permit<OwnAccount, I>) -> Result<Account, Problem> {
    let account = me.read(async |db| accounts::find(db, me.account).await).await?;
    // Its tokens are revoked with it; this one is about to be, everywhere.
    account.ok_or_else(|| Problem::invalid_token("the account was deleted"))
}
