//! Versions of the catalog, and the revisions of its records.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::kind::Kind;

/// A version of the whole catalog, made by an import.
///
/// A later version never takes effect before an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogVersion {
    /// Growing number.
    pub id: i64,
    /// First day on which it is in force.
    pub effective: NaiveDate,
    /// Time of the import.
    pub imported_at: DateTime<Utc>,
    /// SHA-256 of all its records.
    pub digest: Vec<u8>,
    /// Number of records and parts of records, by kind.
    pub counts: BTreeMap<Kind, usize>,
}

impl CatalogVersion {
    /// The version in force on a day. The versions are in order.
    #[must_use]
    pub fn on(versions: &[Self], day: NaiveDate) -> Option<&Self> {
        versions.iter().rev().find(|version| version.effective <= day)
    }
}

/// A revision of a record. Revisions are never changed; a new one follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Revision {
    /// Number, from 1.
    pub number: i32,
    /// First day on which it is in force.
    pub effective: NaiveDate,
    /// Time of the import.
    pub imported_at: DateTime<Utc>,
    /// Version of the catalog that introduced it.
    pub catalog_version: i64,
    /// Whether it removes the record from the catalog.
    pub withdrawn: bool,
}
