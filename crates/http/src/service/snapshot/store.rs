//! Keeps the current snapshot and some snapshots of other days.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use actix_web::web;
use arc_swap::{ArcSwap, ArcSwapOption};
use chrono::{DateTime, NaiveDate, Utc};
use peerpath_domain::catalog::kind::Kind;
use peerpath_domain::catalog::revision::{CatalogVersion, Revision};
use peerpath_persistence::{Connection, Database, catalog};
use quick_cache::sync::Cache;
use tokio::sync::Semaphore;

use super::rendered::{Snapshot, Unservable};
use crate::service::clock;
use crate::service::metrics::Metrics;

/// Maximum number of kept snapshots of other days. Each takes some megabytes.
const PAST: usize = 4;

/// Whether the newest stored catalog is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CatalogState {
    /// No catalog is served: none was imported, or none could be loaded.
    Missing,
    /// The newest is served.
    Current,
    /// A newer one cannot be loaded; the earlier one is still served.
    Stale { since: DateTime<Utc> },
}

/// The current snapshot, and some snapshots of other days.
pub struct SnapshotStore {
    database: Database,
    metrics: Arc<Metrics>,
    current: ArcSwapOption<Snapshot>,
    past: Cache<i64, Arc<Snapshot>>,
    state: ArcSwap<CatalogState>,
    failing: AtomicBool,
    loading: Semaphore,
}

/// The reason why no snapshot is available.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// No catalog has been loaded yet.
    #[error("no catalog has been loaded yet")]
    Missing,
    /// The database failed.
    #[error(transparent)]
    Database(#[from] peerpath_persistence::Error),
    /// The stored catalog is invalid.
    #[error(transparent)]
    Unservable(#[from] Unservable),
    /// Rendering was interrupted.
    #[error("rendering was interrupted")]
    CutOff,
}

/// The stored parts of a snapshot.
struct Stored {
    catalog: catalog::StoredCatalog,
    versions: Vec<CatalogVersion>,
    revisions: HashMap<String, Vec<Revision>>,
}

impl SnapshotStore {
    pub fn new(database: Database, metrics: Arc<Metrics>) -> Self {
        let state = ArcSwap::from_pointee(CatalogState::Missing);
        Self {
            database,
            metrics,
            current: ArcSwapOption::empty(),
            past: Cache::new(PAST),
            state,
            failing: AtomicBool::new(false),
            loading: Semaphore::new(1),
        }
    }

    pub fn current(&self) -> Result<Arc<Snapshot>, SnapshotError> {
        self.current.load_full().ok_or(SnapshotError::Missing)
    }

    /// Whether the newest stored catalog is served.
    pub fn state(&self) -> Arc<CatalogState> {
        self.state.load_full()
    }

    /// The served version.
    pub fn version(&self) -> Option<i64> {
        self.current.load().as_ref().map(|snapshot| snapshot.version.id)
    }

    /// The snapshot in force on a day, past or future; `None` before the first version.
    pub async fn on(&self, current: &Arc<Snapshot>, day: NaiveDate) -> Result<Option<Arc<Snapshot>>, SnapshotError> {
        match CatalogVersion::on(&current.versions, day) {
            None => Ok(None),
            Some(version) => self.of_version(current, version).await.map(Some),
        }
    }

    /// The snapshot of a version.
    pub async fn of_version(
        &self,
        current: &Arc<Snapshot>,
        version: &CatalogVersion,
    ) -> Result<Arc<Snapshot>, SnapshotError> {
        if version.id == current.version.id {
            return Ok(Arc::clone(current));
        }
        let load = async { self.load(version).await.map(Arc::new) };
        self.past.get_or_insert_async(&version.id, load).await
    }

    async fn load(&self, version: &CatalogVersion) -> Result<Snapshot, SnapshotError> {
        // One build at a time: each takes a connection, a processor and some megabytes.
        let _turn = self.loading.acquire().await.map_err(|_| SnapshotError::CutOff)?;
        let mut db = self.database.connection().await?;
        let stored = read(&mut db, version).await?;
        drop(db);
        let build = web::block(move || Snapshot::build(stored.catalog, stored.versions, stored.revisions));
        Ok(build.await.map_err(|_| SnapshotError::CutOff)??)
    }

    /// Loads the version in force today, unless it is served already.
    ///
    /// A failure is logged and counted, and the earlier version is still served.
    pub async fn refresh(&self) {
        match self.try_refresh().await {
            Ok(()) => self.failing.store(false, Ordering::Relaxed),
            Err(error) => {
                self.metrics.catalog_load_failures.inc();
                // Logged once: it is tried again every few seconds.
                if self.failing.swap(true, Ordering::Relaxed) {
                    tracing::debug!(error = %error, "loading the catalog failed again");
                } else {
                    tracing::error!(error = %error, "loading the catalog failed");
                }
                let state = self.state.load();
                if **state == CatalogState::Current {
                    self.state.store(Arc::new(CatalogState::Stale { since: clock::now() }));
                }
            }
        }
    }

    async fn try_refresh(&self) -> Result<(), SnapshotError> {
        let mut db = self.database.connection().await?;
        let versions = catalog::versions(&mut db).await?;
        let current = self.current.load_full();
        let Some(version) = CatalogVersion::on(&versions, clock::today()) else {
            return Ok(());
        };
        // A version that takes effect later also changes the list of versions.
        if current.is_some_and(|current| current.version.id == version.id && current.versions.len() == versions.len()) {
            self.state.store(Arc::new(CatalogState::Current));
            return Ok(());
        }
        let stored = read(&mut db, version).await?;
        drop(db);
        let build = web::block(move || Snapshot::build(stored.catalog, stored.versions, stored.revisions));
        let snapshot = build.await.map_err(|_| SnapshotError::CutOff)??;
        let loaded = snapshot.version.id;
        self.metrics.catalog_version.set(loaded);
        self.metrics.catalog_loaded.set(f64::from(u32::try_from(clock::now().timestamp()).unwrap_or_default()));
        self.current.store(Some(Arc::new(snapshot)));
        self.state.store(Arc::new(CatalogState::Current));
        tracing::info!(version = loaded, "catalog loaded");
        Ok(())
    }
}

async fn read(db: &mut Connection, version: &CatalogVersion) -> Result<Stored, peerpath_persistence::Error> {
    let versions = catalog::versions(db).await?;
    let revisions = catalog::revisions(db, Kind::Credential).await?;
    let catalog = catalog::load(db, version).await?;
    Ok(Stored { catalog, versions, revisions })
}
