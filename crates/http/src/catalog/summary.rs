//! The catalog as a whole: which version it is, what is in it, and how fresh its sources are.

use std::collections::BTreeMap;
use std::fmt::Write;

use actix_web::{HttpResponse, get};
use chrono::{DateTime, NaiveDate, Utc};
use peerpath_domain::catalog::kind::Kind;
use peerpath_domain::catalog::source::Freshness;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::answer::{Reader, answer};
use crate::problem::Problem;
use crate::query::QueryReader;
use crate::snapshot::{Prepared, Snapshot};

/// Adds the endpoint.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_catalog);
}

/// The catalog as a whole.
#[derive(Debug, Serialize, ToSchema)]
struct CatalogSummary {
    /// The version's number, growing.
    #[schema(minimum = 1)]
    version: i64,
    /// The day from which its facts hold.
    effective: NaiveDate,
    /// When it was imported.
    imported_at: DateTime<Utc>,
    /// The SHA-256 of all its records, in hexadecimal.
    #[schema(pattern = "^[0-9a-f]{64}$")]
    digest: String,
    /// How many there are of each kind.
    #[schema(value_type = BTreeMap<String, u64>)]
    counts: BTreeMap<Kind, usize>,
    /// How old the sources are, and how official. A fact is here every place that names a source.
    freshness: Freshness,
    /// What the catalog is and is not.
    disclaimer: &'static str,
}

const DISCLAIMER: &str = "Reference data, not legal advice: rules change, and the certifying body has the last word. A fact that no source states is null.";

/// The day of a summary.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what `answer` reads")]
struct CatalogParameters {
    /// The day whose catalog is asked for. Today without.
    as_of: Option<NaiveDate>,
}

/// Read about the catalog
///
/// Which version it is, how much it holds, and how fresh its sources are.
#[utoipa::path(
    tag = "catalog",
    params(CatalogParameters),
    responses((status = OK, description = "The catalog as a whole", body = CatalogSummary)),
    security(("oauth2" = ["catalog:read"]))
)]
#[get("/catalog")]
async fn get_catalog(reader: Reader) -> Result<HttpResponse, Problem> {
    answer(&reader, summary).await
}

/// The summary of a snapshot.
///
/// # Errors
/// A [`Problem`] where the query is wrong.
pub fn summary(snapshot: &Snapshot, reader: QueryReader) -> Result<Prepared, Problem> {
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
    Ok(Prepared::new(serde_json::to_vec(&summary).map_err(Problem::internal)?, None))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
