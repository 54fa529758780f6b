//! Connections to Postgres, pooled.

use std::time::Duration;

use deadpool::managed::{Hook, HookError, Metrics};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{
    AnsiTransactionManager, AsyncConnection, AsyncPgConnection, SimpleAsyncConnection, TransactionManager,
};
use futures_util::FutureExt;

use crate::error::Error;

/// A connection to the database.
///
/// A statement on it ends after fifteen seconds, and a transaction that is left open after ten.
pub type Connection = AsyncPgConnection;

/// How long a connection may take to be opened, or to become free.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// How long a connection may be idle before it is asked whether it still lives.
const IDLE: Duration = Duration::from_secs(5);

/// What every connection is told first, so that no lost request holds locks for long.
const LIMITS: &str = "set statement_timeout = '15s'; set idle_in_transaction_session_timeout = '10s'";

/// The database: a pool of connections.
#[derive(Clone)]
pub struct Database {
    pool: Pool<AsyncPgConnection>,
    url: std::sync::Arc<str>,
}

impl std::fmt::Debug for Database {
    // The address may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("pool", &self.pool.status()).finish_non_exhaustive()
    }
}

impl Database {
    /// A pool of at most `connections` to the database at `url`; none is opened yet.
    ///
    /// # Errors
    /// [`Error::Address`] where the address cannot be read, [`Error::Unavailable`] where the pool cannot be set up.
    pub fn new(url: &str, connections: usize) -> Result<Self, Error> {
        url.parse::<tokio_postgres::Config>().map_err(|error| {
            let cause = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
            Error::Address(cause)
        })?;
        let mut config = ManagerConfig::default();
        config.custom_setup = Box::new(|url| {
            async move {
                let mut connection = AsyncPgConnection::establish(url).await?;
                connection.batch_execute(LIMITS).await.map_err(diesel::ConnectionError::CouldntSetupConfiguration)?;
                Ok(connection)
            }
            .boxed()
        });
        // Whether a connection was closed is known without asking; only one that has been idle may have died in silence.
        config.recycling_method = RecyclingMethod::Fast;
        let check_idle = Hook::async_fn(|connection: &mut AsyncPgConnection, metrics: &Metrics| {
            async move {
                if metrics.last_used() > IDLE {
                    connection
                        .batch_execute("select 1")
                        .await
                        .map_err(|error| HookError::message(error.to_string()))?;
                }
                Ok(())
            }
            .boxed()
        });
        let manager = AsyncDieselConnectionManager::new_with_config(url, config);
        let wait = Some(PATIENCE);
        let pool = Pool::builder(manager)
            .max_size(connections)
            .pre_recycle(check_idle)
            .wait_timeout(wait)
            .create_timeout(wait)
            .recycle_timeout(wait)
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(|error| Error::Unavailable(error.to_string()))?;
        Ok(Self { pool, url: url.into() })
    }

    /// A connection from the pool.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where none became free, or could be opened, within five seconds.
    pub async fn connection(&self) -> Result<Object<AsyncPgConnection>, Error> {
        self.pool.get().await.map_err(|error| Error::Unavailable(error.to_string()))
    }

    /// A connection of its own, outside the pool and without its limits.
    ///
    /// # Errors
    /// [`Error::Unavailable`] where it cannot be opened.
    pub async fn dedicated(&self) -> Result<Connection, Error> {
        let opening = tokio::time::timeout(PATIENCE, AsyncPgConnection::establish(&self.url));
        Ok(opening.await.map_err(|_| Error::Unavailable("opening a connection took too long".into()))??)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`Error::Unavailable`] or [`Error::Query`] where it does not.
    pub async fn ping(&self) -> Result<(), Error> {
        Ok(self.connection().await?.batch_execute("select 1").await?)
    }
}

/// Does all of `work` or nothing: what it wrote stays only where it gives `Ok`.
///
/// # Errors
/// Those of the work; [`Error`] where the transaction cannot be begun or committed.
pub async fn transaction<T, E: From<Error>>(
    db: &mut Connection,
    work: impl AsyncFnOnce(&mut Connection) -> Result<T, E>,
) -> Result<T, E> {
    AnsiTransactionManager::begin_transaction(db).await.map_err(Error::from)?;
    match work(db).await {
        Ok(done) => {
            AnsiTransactionManager::commit_transaction(db).await.map_err(Error::from)?;
            Ok(done)
        }
        Err(refused) => {
            // Where this fails the connection is broken, the pool drops it, and the database rolls back.
            let _ = AnsiTransactionManager::rollback_transaction(db).await;
            Err(refused)
        }
    }
}
