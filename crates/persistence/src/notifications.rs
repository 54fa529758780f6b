//! Notifications of changes that another process made.

use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::StreamExt;

use crate::connection::{Connection, Database, PATIENCE};
use crate::error::Error;

/// A kind of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// A version of the catalog was imported.
    Catalog,
    /// A token was revoked, or the keys that sign tokens changed.
    Access,
    /// A mail is to be sent.
    Mail,
}

impl Change {
    const ALL: [Self; 3] = [Self::Catalog, Self::Access, Self::Mail];

    const fn channel(self) -> &'static str {
        match self {
            Self::Catalog => "peerpath_catalog",
            Self::Access => "peerpath_access",
            Self::Mail => "peerpath_mail",
        }
    }
}

/// Notifies every listener once the transaction commits.
pub(crate) async fn notify(db: &mut Connection, change: Change) -> Result<(), Error> {
    diesel::sql_query(format!("notify {}", change.channel())).execute(db).await?;
    Ok(())
}

/// A connection that receives notifications. After an error, start a new one.
pub struct Listener {
    connection: AsyncPgConnection,
}

impl Listener {
    /// Begins to listen.
    pub async fn start(database: &Database) -> Result<Self, Error> {
        let mut listener = Self { connection: database.dedicated().await? };
        let listen: Vec<_> = Change::ALL.iter().map(|change| format!("listen {}", change.channel())).collect();
        listener.run(&listen.join("; ")).await?;
        Ok(listener)
    }

    /// Checks that the connection still lives.
    pub async fn check(&mut self) -> Result<(), Error> {
        self.run("select 1").await
    }

    async fn run(&mut self, statement: &str) -> Result<(), Error> {
        let answer = tokio::time::timeout(PATIENCE, self.connection.batch_execute(statement)).await;
        Ok(answer.map_err(|_| Error::Unavailable("the listening connection does not answer".into()))??)
    }

    /// Waits for the next change.
    pub async fn next(&mut self) -> Result<Change, Error> {
        let mut notifications = std::pin::pin!(self.connection.notifications_stream());
        loop {
            let notification = match notifications.next().await {
                Some(notification) => notification.map_err(|error| Error::Unavailable(error.to_string()))?,
                None => return Err(Error::Unavailable("the listening connection was closed".into())),
            };
            if let Some(change) = Change::ALL.into_iter().find(|change| change.channel() == notification.channel) {
                return Ok(change);
            }
        }
    }
}
