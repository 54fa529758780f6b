//! The catalog: every record, indexed, with every reference resolved.
//!
//! A [`Catalog`] is built once from records and never changes. Building refuses what is dangling,
//! doubled, cyclic or implausible, so that whoever holds one need not look again.

mod entry;
mod file;
mod index;
mod record;
mod schema;
mod visit;

pub use entry::Entry;
pub use file::{FileText, FileViolation, Reading, read};
pub use index::{Catalog, Citation, Collection, Violation};
pub use record::{BodyError, CatalogFile, Record, RecordKind};
pub use schema::file_schema;
pub use visit::Visit;
