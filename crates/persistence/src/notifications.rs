//! Hearing of changes that another process made.

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures_util::StreamExt;

use crate::connection::{Database, PATIENCE};
use crate::error::Error;

/// Told when a version of the catalog was imported.
pub(crate) const CATALOG_CHANNEL: &str = "peerpath_catalog";
/// Told when something is no longer accepted, or a key came.
pub(crate) const ACCESS_CHANNEL: &str = "peerpath_access";
/// Told when a mail is to be sent.
pub(crate) const MAIL_CHANNEL: &str = "peerpath_mail";

/// What changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// There is a new version of the catalog.
    Catalog,
    /// Something was revoked, or the keys that sign tokens changed.
    Access,
    /// A mail is to be sent.
    Mail,
}

/// What the database answers, if it does in time.
async fn answered(asked: impl Future<Output = diesel::QueryResult<()>>) -> Result<(), Error> {
    let answer = tokio::time::timeout(PATIENCE, asked).await;
    Ok(answer.map_err(|_| Error::Unavailable("the listening connection does not answer".into()))??)
}

/// A connection that hears of changes.
pub struct Listener {
    connection: AsyncPgConnection,
}

impl Listener {
    /// Begins to listen.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where the database cannot be reached.
    pub async fn start(database: &Database) -> Result<Self, Error> {
        let mut connection = database.dedicated().await?;
        let listen = format!("listen {CATALOG_CHANNEL}; listen {ACCESS_CHANNEL}; listen {MAIL_CHANNEL}");
        answered(connection.batch_execute(&listen)).await?;
        Ok(Self { connection })
    }

    /// Asks the database whether the connection still lives.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where it does not; start anew.
    pub async fn check(&mut self) -> Result<(), Error> {
        answered(self.connection.batch_execute("select 1")).await
    }

    /// Waits for the next change.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where the connection was lost; start anew.
    pub async fn next(&mut self) -> Result<Change, Error> {
        let mut notifications = std::pin::pin!(self.connection.notifications_stream());
        loop {
            match notifications.next().await {
                Some(Ok(notification)) => match notification.channel.as_str() {
                    CATALOG_CHANNEL => return Ok(Change::Catalog),
                    ACCESS_CHANNEL => return Ok(Change::Access),
                    MAIL_CHANNEL => return Ok(Change::Mail),
                    _ => {}
                },
                Some(Err(error)) => return Err(Error::Unavailable(error.to_string())),
                None => return Err(Error::Unavailable("the listening connection was closed".into())),
            }
        }
    }
}
