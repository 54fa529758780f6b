//! The catalog: every record, indexed, with every reference resolved.
//!
//! A [`Catalog`] is built once from records and never changes. Building refuses what is dangling,
//! doubled, cyclic or implausible, so that whoever holds one need not look again.

mod earlier;
mod entry;
mod file;
mod index;
mod record;
mod schema;
mod visit;

pub use entry::Entry;
pub use file::{FileFault, FileText, Reading, read};
pub use index::{Catalog, Citation, Collection, Fault};
pub use record::{BodyError, CatalogFile, Record, RecordKind};
pub use schema::{file_schema, name_variants};
pub use visit::Visit;
