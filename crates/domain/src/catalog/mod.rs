//! The catalog: every record, indexed, with every reference resolved.
//!
//! A [`Catalog`] is built once from records and never changes. Building refuses dangling references, duplicate ids, cycles and
//! implausible numbers, so nothing has to be checked again.

pub mod credential;
mod earlier;
mod entry;
mod file;
pub mod framework;
pub mod identifier;
mod index;
pub mod jurisdiction;
pub mod kind;
pub mod library;
pub mod name;
pub mod pathway;
pub mod profession;
pub mod quantity;
mod record;
pub mod reference;
pub mod requirement;
pub mod revision;
mod schema;
pub mod search;
pub mod selection;
pub mod source;
mod visit;

pub use entry::Entry;
pub use file::{FileText, FileViolation, Reading, read};
pub use index::{Catalog, Citation, Collection};
pub use record::{BodyError, CatalogFile, Record};
pub use schema::{file_schema, name_variants};
pub use visit::{Violation, Visit};
