//! A pool of connections to Postgres.

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
/// Postgres ends a statement on it after fifteen seconds, and a transaction that sits idle after ten.
pub type Connection = AsyncPgConnection;

/// How long to wait for a connection to open or to become free.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// Idle time after which a connection is checked before it is used.
const IDLE: Duration = Duration::from_secs(5);

/// Set on every pooled connection, so that no lost request holds locks for long.
const LIMITS: &str = "set statement_timeout = '15s'; set idle_in_transaction_session_timeout = '10s'";

/// A pool of connections to the database.
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
    /// Sets up a pool of at most `connections` to the database at `url`. It opens none yet.
    ///
    /// # Errors
    /// [`Error::Address`] when the URL cannot be parsed.
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
        // The driver knows when a connection was closed; only an idle one can die unnoticed.
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

    /// Takes a connection from the pool, waiting up to five seconds for one.
    pub async fn connection(&self) -> Result<Object<AsyncPgConnection>, Error> {
        self.pool.get().await.map_err(|error| Error::Unavailable(error.to_string()))
    }

    /// Opens a connection outside the pool, without time limits.
    pub async fn dedicated(&self) -> Result<Connection, Error> {
        let opening = tokio::time::timeout(PATIENCE, AsyncPgConnection::establish(&self.url));
        Ok(opening.await.map_err(|_| Error::Unavailable("opening a connection took too long".into()))??)
    }

    /// Checks that the database answers.
    pub async fn ping(&self) -> Result<(), Error> {
        Ok(self.connection().await?.batch_execute("select 1").await?)
    }
}

/// Runs `work` in a transaction: commits when it returns `Ok`, and rolls back when it returns an error.
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
            // If this fails, the connection is broken: the pool drops it, and Postgres rolls back.
            let _ = AnsiTransactionManager::rollback_transaction(db).await;
            Err(refused)
        }
    }
}
