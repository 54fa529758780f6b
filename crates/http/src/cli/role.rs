//! `peerpath role`: platform roles.

use clap::Subcommand;
use peerpath_domain::people::account::{EmailAddress, PlatformRole};
use peerpath_domain::people::audit::Action;
use peerpath_persistence::accounts::{self, Account, Selection};
use peerpath_persistence::{Database, transaction};
use serde_json::{Value, json};

use super::{Failure, print};
use crate::app::config::DatabaseConfig;
use crate::service::audit::Event;
use crate::service::clock;

/// Number of accounts per query.
const PAGE: i64 = 200;

#[derive(Debug, Subcommand)]
pub(super) enum RoleTask {
    /// Grant a role to an account.
    Grant {
        /// E-mail address of the account.
        #[arg(long)]
        email: EmailAddress,
        /// `editor` or `administrator`.
        #[arg(long)]
        role: PlatformRole,
        #[command(flatten)]
        database: DatabaseConfig,
    },
    /// Revoke the role of an account.
    Revoke {
        /// E-mail address of the account.
        #[arg(long)]
        email: EmailAddress,
        #[command(flatten)]
        database: DatabaseConfig,
    },
    /// List the accounts with a role, one per line.
    List {
        #[command(flatten)]
        database: DatabaseConfig,
    },
}

pub(super) async fn run(task: RoleTask) -> Result<(), Failure> {
    match task {
        RoleTask::Grant { email, role, database } => set(&database, email, Some(role)).await,
        RoleTask::Revoke { email, database } => set(&database, email, None).await,
        RoleTask::List { database } => {
            let database = Database::new(&database.database_url, 1)?;
            let mut db = database.connection().await?;
            let selection = Selection { with_role: true, address: None };
            let mut after = None;
            loop {
                let (page, _) = accounts::list(&mut db, &selection, after, PAGE).await?;
                let Some(last) = page.last() else { return Ok(()) };
                after = Some(last.id.0);
                page.iter().try_for_each(|account| print(&as_json(account)))?;
            }
        }
    }
}

async fn set(database: &DatabaseConfig, email: EmailAddress, role: Option<PlatformRole>) -> Result<(), Failure> {
    let database = Database::new(&database.database_url, 1)?;
    let mut db = database.connection().await?;
    let account = transaction(&mut db, async |db| {
        let none = || Failure::Other(format!("there is no account with the address {email}"));
        let mut account = accounts::with_address(db, &email).await?.ok_or_else(none)?;
        accounts::set_role(db, account.id, role).await?;
        let event = Event::by_operator(Action::AccountSetPlatformRole, clock::now()).about(account.id);
        event.object(role.map_or("none", PlatformRole::as_str)).record(db).await?;
        account.platform_role = role;
        Ok::<_, Failure>(account)
    });
    print(&as_json(&account.await?))
}

fn as_json(account: &Account) -> Value {
    json!({"account_id": account.id, "email": account.email, "platform_role": account.platform_role})
}
