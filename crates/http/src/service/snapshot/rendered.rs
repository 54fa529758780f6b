//! A version of the catalog, rendered once.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use peerpath_domain::catalog::Catalog;
use peerpath_domain::catalog::kind::Kind;
use peerpath_domain::catalog::revision::{CatalogVersion, Revision};
use peerpath_domain::guidance::title::TitleIndex;
use peerpath_persistence::catalog::StoredCatalog;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};

use super::cached_body::CachedBody;
use super::collection::Collection;
use super::views::{ItemRevision, collections};

/// Maximum size of all cached answers, in bytes.
const REMEMBERED: u64 = 8 << 20;

/// Estimated number of these answers.
const USUAL_ANSWERS: usize = 500;

/// A rendered version of the catalog. It never changes.
pub struct Snapshot {
    pub version: CatalogVersion,
    /// All versions, in order.
    pub versions: Vec<CatalogVersion>,
    /// The revisions of each credential, in order.
    pub revisions: HashMap<String, Vec<Revision>>,
    pub catalog: Catalog,
    /// The titles of its roles and credentials, to match the titles of postings.
    pub titles: TitleIndex,
    collections: BTreeMap<Kind, Collection>,
    /// Answers that were requested before, by path and query.
    remembered: Cache<Box<str>, Arc<CachedBody>, Bytes>,
}

/// The reason why a catalog cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum Unservable {
    /// Its records contradict each other.
    #[error("the stored catalog is inconsistent: {0}")]
    Inconsistent(String),
    /// The catalog cannot be serialized to JSON.
    #[error("the catalog cannot be rendered: {0}")]
    Unrenderable(#[from] serde_json::Error),
}

impl Snapshot {
    /// Builds and renders a stored catalog. This takes some tens of milliseconds.
    pub fn build(
        stored: StoredCatalog,
        versions: Vec<CatalogVersion>,
        revisions: HashMap<String, Vec<Revision>>,
    ) -> Result<Self, Unservable> {
        let StoredCatalog { version, records, revisions: current } = stored;
        let catalog = Catalog::build(records).map_err(|faults| {
            let first =
                faults.first().map(|fault| format!("{} at {}", fault.detail, fault.pointer)).unwrap_or_default();
            Unservable::Inconsistent(format!("{first} ({} faults)", faults.len()))
        })?;
        let collections = collections(&catalog, &|kind, id| {
            let (number, effective) = current.get(&(kind, id.to_owned())).copied().unwrap_or((1, version.effective));
            ItemRevision { number, effective }
        })?;
        // One shard, so that a large answer also fits on machines with many cores.
        let options = OptionsBuilder::new()
            .shards(1)
            .estimated_items_capacity(USUAL_ANSWERS)
            .weight_capacity(REMEMBERED)
            .build()
            .map_err(|error| Unservable::Inconsistent(error.to_string()))?;
        let remembered =
            Cache::with_options(options, Bytes, DefaultHashBuilder::default(), DefaultLifecycle::default());
        let titles = TitleIndex::new(&catalog);
        Ok(Self { version, versions, revisions, catalog, titles, collections, remembered })
    }

    /// The items of a kind.
    pub fn collection(&self, kind: Kind) -> &Collection {
        static EMPTY: std::sync::LazyLock<Collection> = std::sync::LazyLock::new(Collection::default);
        self.collections.get(&kind).unwrap_or(&EMPTY)
    }

    /// The kinds with items.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> {
        self.collections.keys().copied()
    }

    /// The cached answer for a path and query.
    pub fn remembered(&self, path_and_query: &str) -> Option<Arc<CachedBody>> {
        self.remembered.get(path_and_query)
    }

    /// Remembers an answer for the next request of the same path and query.
    pub fn remember(&self, path_and_query: &str, answer: &Arc<CachedBody>) {
        self.remembered.insert(path_and_query.into(), Arc::clone(answer));
    }
}

/// Weighs a cached answer by its size in bytes.
#[derive(Debug, Clone)]
struct Bytes;

impl Weighter<Box<str>, Arc<CachedBody>> for Bytes {
    fn weight(&self, key: &Box<str>, answer: &Arc<CachedBody>) -> u64 {
        u64::try_from(key.len() + answer.size()).unwrap_or(u64::MAX)
    }
}
