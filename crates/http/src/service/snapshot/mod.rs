//! The catalog in memory: immutable, rendered once and replaced as a whole.

mod cached_body;
mod collection;
mod rendered;
mod store;
mod views;

pub use cached_body::{CachedBody, Coding};
pub use collection::Item;
pub use rendered::Snapshot;
pub use store::{CatalogState, SnapshotError, SnapshotStore};
pub use views::*;
