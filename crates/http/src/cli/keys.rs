//! `peerpath keys`: encryption keys and token signing keys.

use std::io::{self, Write};

use chrono::TimeDelta;
use clap::Subcommand;
use peerpath_domain::people::audit::Action;
use peerpath_persistence::signing_keys::{self, SigningKey};
use peerpath_persistence::{Connection, Database, transaction};
use serde_json::{Value, json};

use super::{Failure, print};
use crate::app::config::{DatabaseConfig, SealedDatabaseConfig};
use crate::service::audit::Event;
use crate::service::clock;
use crate::service::sealing::generate_sealing_key;
use crate::service::tokens::{KeyError, revoke, rotate};

#[derive(Debug, Subcommand)]
pub(super) enum KeysTask {
    /// Print a new key for `PEERPATH_SEALING_KEYS`.
    Generate,
    /// Make a new token signing key. It is published before it signs, and the previous key stays valid until its last token has expired, so nobody is signed out.
    Rotate {
        /// Seconds until the key begins to sign. Verifiers need this time to fetch the published keys again.
        #[arg(long, default_value_t = 600, value_parser = clap::value_parser!(u32).range(0..=86_400))]
        after: u32,
        #[command(flatten)]
        config: SealedDatabaseConfig,
    },
    /// List the token signing keys, one per line, in the order in which they sign.
    List {
        #[command(flatten)]
        database: DatabaseConfig,
    },
    /// Revoke a token signing key. Every instance refuses its tokens within two seconds.
    Revoke {
        /// Id of the key.
        #[arg(allow_hyphen_values = true)]
        id: String,
        #[command(flatten)]
        config: SealedDatabaseConfig,
    },
}

pub(super) async fn run(task: KeysTask) -> Result<(), Failure> {
    match task {
        KeysTask::Generate => Ok(writeln!(io::stdout(), "{}", generate_sealing_key()?)?),
        KeysTask::Rotate { after, config } => {
            let database = Database::new(&config.database.database_url, 1)?;
            let db: &mut Connection = &mut *database.connection().await?;
            let now = clock::now();
            let key = transaction(db, async |db| {
                let key = rotate(db, &config.sealing_keys, now, now + TimeDelta::seconds(after.into())).await?;
                Event::by_operator(Action::SigningKeyRotate, now).object(&key.id).record(db).await?;
                Ok::<_, KeyError>(key)
            });
            print(&as_json(&key.await?))
        }
        KeysTask::List { database } => {
            let database = Database::new(&database.database_url, 1)?;
            let keys = signing_keys::list(&mut *database.connection().await?).await?;
            keys.iter().try_for_each(|key| print(&as_json(key)))
        }
        KeysTask::Revoke { id, config } => {
            let database = Database::new(&config.database.database_url, 1)?;
            let db: &mut Connection = &mut *database.connection().await?;
            let now = clock::now();
            let left = transaction(db, async |db| {
                let left = revoke(db, &config.sealing_keys, &id, now).await?;
                Event::by_operator(Action::SigningKeyRevoke, now).object(&id).record(db).await?;
                left.ok_or_else(|| Failure::Other(format!("there is no signing key {id}")))
            });
            left.await?.iter().try_for_each(|key| print(&as_json(key)))
        }
    }
}

fn as_json(key: &SigningKey) -> Value {
    json!({
        "key_id": key.id,
        "created_at": key.created_at,
        "signs_from": key.signs_from,
        "accepted_until": key.accepted_until,
    })
}
