//! Credentials side by side, as JSON or as a table for a spreadsheet.

use peerpath_domain::catalog::credential::Credential;
use peerpath_domain::catalog::source::Source;
use peerpath_domain::guidance::comparison::{Baseline, BaselineSummary, Column, Comparison, Row, compare};
use serde::Serialize;
use serde_json::Value;
use utoipa::openapi::path::ParameterIn;
use utoipa::{IntoParams, ToSchema};

use super::response::{GuidanceMeta, cached_json, sources};
use crate::service::snapshot::{CachedBody, Snapshot};
use crate::web::negotiation::Representation;
use crate::web::query::QueryReader;
use crate::web::{
    AsOf, CacheableQuery, CacheableRead, Cached, Endpoints, GuidanceReader, OperationDocument, Permit, Problem,
    Representations, endpoints,
};

/// How many credentials are compared, at the least and at the most.
const FEWEST: usize = 2;
const MOST: usize = 10;

const CSV: Representation =
    Representation { media_type: "text/csv", content_type: "text/csv; charset=utf-8; header=present" };

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: compare_credentials);
}

/// JSON or CSV.
struct JsonOrCsv;

impl Representations for JsonOrCsv {
    const OFFERED: &'static [Representation] = &[Representation::new("application/json"), CSV];
}

/// The credentials to compare.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct ComparisonQuery<'a> {
    /// The ids of two to ten different credentials. Repeat the parameter for each.
    #[param(value_type = Vec<String>, min_items = 2, max_items = 10, example = json!(["us-tx-mhps", "us-ca-cmpss"]))]
    credential: Vec<&'a Credential>,
    /// The id of the baseline: a credential (its first route, if it has several), or a framework with standards. SAMHSA's National Model Standards by default.
    #[param(value_type = Option<String>, example = "national-model-standards")]
    baseline: Baseline<'a>,
}

impl<'a> ComparisonQuery<'a> {
    fn read(mut reader: QueryReader, snapshot: &'a Snapshot) -> Result<Self, Problem> {
        let catalog = &snapshot.catalog;
        let ids = reader.all("credential", |id| Ok(id.to_owned()));
        let mut credential: Vec<&Credential> = Vec::new();
        if (FEWEST..=MOST).contains(&ids.len()) {
            for id in &ids {
                match id.parse().ok().and_then(|id| catalog.credentials.get(&id)) {
                    None => reader.fault("credential", "is not the id of a credential"),
                    Some(found) if credential.iter().any(|known| known.id == found.id) => {
                        reader.fault("credential", format!("names {} more than once", found.id));
                    }
                    Some(found) => credential.push(found),
                }
            }
        } else {
            let detail = format!("is given {} times, and must be given {FEWEST} to {MOST} times", ids.len());
            reader.fault("credential", detail);
        }
        let baseline = reader.one("baseline", |id| {
            let detail = "is neither the id of a credential nor of a framework with standards";
            Baseline::find(catalog, id).ok_or_else(|| detail.to_owned())
        });
        let baseline = baseline.or_else(|| Baseline::usual(catalog));
        if baseline.is_none() {
            reader.fault("baseline", "is required: the catalog of that date has no model standards");
        }
        reader.finish()?;
        let baseline = baseline.ok_or_else(|| Problem::internal("a missing baseline was not refused"))?;
        Ok(Self { credential, baseline })
    }
}

impl CacheableQuery for ComparisonQuery<'static> {
    fn document(operation: &mut OperationDocument) {
        operation.parameters::<Self>(ParameterIn::Query);
        AsOf::document(operation);
    }
}

/// Credentials side by side.
#[derive(Debug, Serialize, ToSchema)]
struct CredentialComparison<'a> {
    /// The baseline.
    baseline: BaselineSummary<'a>,
    /// Every route of each credential, in the requested order.
    columns: Vec<Column<'a>>,
    /// Every aspect, always in the same order.
    rows: Vec<Row<'a>>,
    /// Full sources; cells refer to them by id.
    sources: Vec<&'a Source>,
    /// Comparison metadata.
    meta: GuidanceMeta,
}

/// Compare credentials
///
/// Returns two to ten credentials side by side, each compared with a baseline: model standards, or another credential. A
/// column is a route of a credential, so that amounts of different routes are never mixed; a row is an aspect of what it
/// requires. A fact that is not stated stays open, and never counts as below the baseline.
///
/// As `text/csv`, each row is a line: the aspect, its unit, the baseline's text, and for each column, named by credential
/// and route, its text and how it compares. Only the JSON has sources and notes.
#[utoipa::path(get, path = "/comparison", tag = "guidance")]
async fn compare_credentials(
    caller: Permit<GuidanceReader, CacheableRead<ComparisonQuery<'static>>>,
) -> Result<Cached<CredentialComparison<'static>, JsonOrCsv>, Problem> {
    Cached::on_day(&caller, body).await
}

/// The comparison that a query requests.
pub(super) fn body(
    snapshot: &Snapshot,
    query: QueryReader,
    representation: &'static Representation,
) -> Result<CachedBody, Problem> {
    let ComparisonQuery { credential, baseline } = ComparisonQuery::read(query, snapshot)?;
    let comparison = compare(&snapshot.catalog, &credential, baseline);
    if *representation == CSV {
        return csv(comparison);
    }
    let sources = sources(snapshot, comparison.sources());
    let Comparison { baseline, columns, rows } = comparison;
    let meta = GuidanceMeta { catalog_version: snapshot.version.id };
    cached_json(&CredentialComparison { baseline, columns, rows, sources, meta })
}

fn csv(comparison: Comparison<'_>) -> Result<CachedBody, Problem> {
    let Comparison { columns, rows, .. } = comparison;
    let mut table = csv::Writer::from_writer(Vec::new());
    let mut header = vec!["aspect".to_owned(), "unit".to_owned(), "baseline".to_owned()];
    for column in &columns {
        let route = column.route.as_ref().map(|route| format!("/{}", route.id)).unwrap_or_default();
        let name = format!("{}{route}", column.credential.id);
        header.extend([name.clone(), format!("{name} against")]);
    }
    table.write_record(&header).map_err(Problem::internal)?;
    for row in rows {
        let mut line = vec![word(row.aspect)?, word(row.unit)?, row.baseline.text.unwrap_or_default()];
        for cell in row.cells {
            line.extend([cell.text.unwrap_or_default(), word(cell.against)?]);
        }
        table.write_record(&line).map_err(Problem::internal)?;
    }
    let body = table.into_inner().map_err(|error| Problem::internal(error.into_error()))?;
    Ok(CachedBody::new(body, None))
}

/// A value of an enumeration as JSON writes it, without quotes; empty for null.
fn word(value: impl Serialize) -> Result<String, Problem> {
    match serde_json::to_value(value).map_err(Problem::internal)? {
        Value::String(word) => Ok(word),
        _ => Ok(String::new()),
    }
}
