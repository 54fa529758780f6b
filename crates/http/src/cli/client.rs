//! `peerpath client`: machine clients.

use chrono::TimeDelta;
use clap::Subcommand;
use peerpath_domain::people::audit::Action;
use peerpath_persistence::clients::{self, Client};
use peerpath_persistence::{Connection, Database, Error, transaction};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Failure, print};
use crate::app::config::DatabaseConfig;
use crate::service::audit::Event;
use crate::service::clock;
use crate::service::secret::Secret;
use crate::service::tokens::{Scope, Scopes};

#[derive(Debug, Subcommand)]
pub(super) enum ClientTask {
    /// Create a client. Its secret is shown once.
    Create {
        /// Name of the client.
        #[arg(long)]
        name: String,
        /// Scope of the client's tokens. Repeat the option for several.
        #[arg(long = "scope", required = true)]
        scopes: Vec<Scope>,
        #[command(flatten)]
        database: DatabaseConfig,
    },
    /// List the clients, one per line.
    List {
        #[command(flatten)]
        database: DatabaseConfig,
    },
    /// Give a client a new secret, which is shown once.
    Rotate {
        /// Id of the client.
        id: Uuid,
        /// Hours for which the earlier secrets stay valid.
        #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(u16).range(0..=720))]
        grace_hours: u16,
        #[command(flatten)]
        database: DatabaseConfig,
    },
    /// Revoke a client. Every instance refuses its secrets and tokens within two seconds.
    Revoke {
        /// Id of the client.
        id: Uuid,
        #[command(flatten)]
        database: DatabaseConfig,
    },
}

pub(super) async fn run(task: ClientTask) -> Result<(), Failure> {
    match task {
        ClientTask::Create { name, scopes, database } => create(name, scopes, &database).await,
        ClientTask::List { database } => {
            let database = Database::new(&database.database_url, 1)?;
            for client in clients::list(&mut *database.connection().await?).await? {
                print(&as_json(&client))?;
            }
            Ok(())
        }
        ClientTask::Rotate { id, grace_hours, database } => rotate(id, grace_hours, &database).await,
        ClientTask::Revoke { id, database } => {
            let database = Database::new(&database.database_url, 1)?;
            let mut db = database.connection().await?;
            transaction(&mut db, async |db| {
                require(clients::revoke(db, id).await?, id)?;
                record(Action::ClientRevoke, id, db).await
            })
            .await?;
            print(&json!({"client_id": id, "revoked": true}))
        }
    }
}

async fn create(name: String, scopes: Vec<Scope>, database: &DatabaseConfig) -> Result<(), Failure> {
    if let Some(scope) = scopes.iter().find(|scope| !scope.is_for_machines()) {
        return Err(Failure::Other(format!("--scope {scope} is for people, who sign in")));
    }
    let scopes: Scopes = scopes.into_iter().collect();
    let client = Client {
        id: Uuid::now_v7(),
        name,
        scopes: scopes.words(),
        created_at: clock::now(),
        revoked_at: None,
        organization_id: None,
    };
    let secret = Secret::of_client()?;
    let database = Database::new(&database.database_url, 1)?;
    let mut db = database.connection().await?;
    let created = transaction(&mut db, async |db| {
        clients::create(db, &client, Uuid::now_v7(), &secret.digest()).await?;
        record(Action::ClientCreate, client.id, db).await
    });
    match created.await {
        Err(Failure::Database(Error::Constraint { constraint })) if constraint == "clients_name_length" => {
            return Err(Failure::Other("--name must have 1 to 200 characters".into()));
        }
        created => created?,
    }
    let mut created = as_json(&client);
    if let Some(created) = created.as_object_mut() {
        created.insert("client_secret".into(), secret.reveal().into());
    }
    print(&created)
}

async fn rotate(id: Uuid, grace_hours: u16, database: &DatabaseConfig) -> Result<(), Failure> {
    let secret = Secret::of_client()?;
    let database = Database::new(&database.database_url, 1)?;
    let db: &mut Connection = &mut *database.connection().await?;
    let now = clock::now();
    let until = now + TimeDelta::hours(grace_hours.into());
    transaction(db, async |db| {
        require(clients::rotate(db, id, Uuid::now_v7(), &secret.digest(), now, until).await?, id)?;
        record(Action::ClientRotate, id, db).await
    })
    .await?;
    print(&json!({"client_id": id, "client_secret": secret.reveal(), "earlier_secrets_expire_at": until}))
}

async fn record(action: Action, client: Uuid, db: &mut Connection) -> Result<(), Failure> {
    Ok(Event::by_operator(action, clock::now()).object(client).record(db).await?)
}

fn require(found: bool, id: Uuid) -> Result<(), Failure> {
    if found { Ok(()) } else { Err(Failure::Other(format!("there is no client {id} in use"))) }
}

fn as_json(client: &Client) -> Value {
    json!({
        "client_id": client.id,
        "name": client.name,
        "scopes": client.scopes,
        "created_at": client.created_at,
        "revoked_at": client.revoked_at,
        "organization_id": client.organization_id,
    })
}
