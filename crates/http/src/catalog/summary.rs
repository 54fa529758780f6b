//! The catalog as a whole: its version, its contents and how fresh its sources are.

use std::collections::BTreeMap;
use std::fmt::Write;

use chrono::{DateTime, NaiveDate, Utc};
use peerpath_domain::catalog::kind::Kind;
use peerpath_domain::catalog::source::Freshness;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Read, json};
use crate::service::snapshot::{CachedBody, Snapshot};
use crate::web::query::QueryReader;
use crate::web::{AsOf, Cached, Endpoints, Problem, endpoints};

pub fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: get_catalog);
}

/// The catalog as a whole.
#[derive(Debug, Serialize, ToSchema)]
struct CatalogSummary {
    /// Number of the version; it grows with each version.
    #[schema(minimum = 1)]
    version: i64,
    /// First day on which its facts apply.
    effective: NaiveDate,
    /// When the version was imported.
    imported_at: DateTime<Utc>,
    /// SHA-256 of all records, in hexadecimal.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    digest: String,
    /// Number of records of each kind.
    #[schema(value_type = BTreeMap<String, u64>)]
    counts: BTreeMap<Kind, usize>,
    /// Age and authority of the sources. Each place that cites a source counts as a fact.
    freshness: Freshness,
    /// Disclaimer: what the catalog can be used for.
    disclaimer: &'static str,
}

const DISCLAIMER: &str = "Reference data, not legal advice: rules change, and the certifying body decides. A fact that no source states is null.";

/// Read the catalog's summary
///
/// Its version, the number of records of each kind, and how fresh its sources are.
#[utoipa::path(get, path = "/catalog", tag = "catalog")]
async fn get_catalog(permit: Read<AsOf>) -> Result<Cached<CatalogSummary>, Problem> {
    Cached::on_day(&permit, |snapshot, query, _| summary(snapshot, query)).await
}

pub fn summary(snapshot: &Snapshot, reader: QueryReader) -> Result<CachedBody, Problem> {
    reader.finish()?;
    let version = &snapshot.version;
    let summary = CatalogSummary {
        version: version.id,
        effective: version.effective,
        imported_at: version.imported_at,
        digest: hexadecimal(&version.digest),
        counts: version.counts.clone(),
        freshness: snapshot.catalog.overall_freshness(),
        disclaimer: DISCLAIMER,
    };
    json(&summary, None)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
