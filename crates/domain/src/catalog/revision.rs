//! Versions of the catalog, and the revisions of its records.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::kind::Kind;

/// A state of the whole catalog, as it was imported.
///
/// Versions follow each other in time: a later one never takes effect before an earlier one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogVersion {
    /// Its number, growing.
    pub id: i64,
    /// The day from which its facts hold.
    pub effective: NaiveDate,
    /// When it was imported.
    pub imported_at: DateTime<Utc>,
    /// The SHA-256 of all its records.
    pub digest: Vec<u8>,
    /// How many records and parts of records it has, by kind.
    pub counts: BTreeMap<Kind, usize>,
}

impl CatalogVersion {
    /// The version in force on a day, among versions in their order.
    #[must_use]
    pub fn on(versions: &[Self], day: NaiveDate) -> Option<&Self> {
        versions.iter().rev().find(|version| version.effective <= day)
    }
}

/// A record's facts as of an effective date. Revisions are never edited, only followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Revision {
    /// Its number, from 1.
    pub number: i32,
    /// The day from which it holds.
    pub effective: NaiveDate,
    /// When it was imported.
    pub imported_at: DateTime<Utc>,
    /// The version of the catalog that brought it.
    pub catalog_version: i64,
    /// Whether it takes the record out of the catalog.
    pub withdrawn: bool,
}
