//! The catalog as it is served: immutable, rendered once, swapped as a whole.

mod prepared;
mod rendered;
mod store;
mod views;

pub use prepared::{Coding, Form, Prepared};
pub use rendered::{Item, Shelf, Snapshot};
pub use store::{CatalogState, SnapshotStore};
pub use views::*;
