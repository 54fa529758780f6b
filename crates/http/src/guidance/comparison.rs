//! Credentials side by side, as JSON or as a table for a spreadsheet.

use actix_web::{HttpResponse, get};
use chrono::NaiveDate;
use peerpath_domain::catalog::Catalog;
use peerpath_domain::catalog::credential::Credential;
use peerpath_domain::catalog::source::Source;
use peerpath_domain::guidance::comparison::{Baseline, BaselineSummary, Column, Comparison, Row, compare};
use serde::Serialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::{Reader, sources};
use crate::access::Raw;
use crate::catalog::{answer, representation};
use crate::problem::Problem;
use crate::query::QueryReader;
use crate::snapshot::{Form, Prepared, Snapshot};

/// Adds the endpoint.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(compare_credentials);
}

/// How many credentials are compared at the least, and at the most.
const FEWEST: usize = 2;
const MOST: usize = 10;

const FORMS: &[&str] = &["application/json", "text/csv"];
const JSON: Form = Form { media_type: "application/json", content_type: "application/json", offered: FORMS };
const CSV: Form =
    Form { media_type: "text/csv", content_type: "text/csv; charset=utf-8; header=present", offered: FORMS };

/// What is compared with what.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what `Compared` reads")]
struct ComparisonParameters {
    /// The credentials, by id: two to ten different ones, each by a parameter of its own.
    #[param(min_items = 2, max_items = 10, example = json!(["us-tx-mhps", "us-ca-cmpss"]))]
    credential: Vec<String>,
    /// What they are held against: the id of a credential (of several routes, its first is meant), or of a framework with standards. Without it, SAMHSA's National Model Standards.
    #[param(example = "national-model-standards")]
    baseline: Option<String>,
    /// The day whose catalog is asked for. Today without.
    as_of: Option<NaiveDate>,
}

/// Credentials side by side.
#[derive(Debug, Serialize, ToSchema)]
pub struct CredentialComparison<'a> {
    /// What they are held against.
    baseline: BaselineSummary<'a>,
    /// Every route of each credential, in the order in which they were asked for.
    columns: Vec<Column<'a>>,
    /// Every aspect, in an order that stays.
    rows: Vec<Row<'a>>,
    /// The sources of all cells, in full; they name theirs by id.
    sources: Vec<&'a Source>,
    /// What the comparison says of itself.
    meta: ComparisonMeta,
}

/// What a comparison says of itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparisonMeta {
    /// The version of the catalog that it is from.
    catalog_version: i64,
}

/// Compare credentials
///
/// Two to ten credentials side by side, and each held against a baseline: model standards, or another credential. A column is
/// a route of a credential, so that no amounts are made up of several routes'; a row is an aspect of what it takes. What
/// the facts do not say stays open: nothing is below a baseline because it is not stated.
///
/// As `text/csv`, it is a line for each row: the aspect, its unit, what the baseline says, and for each column, by the name of
/// credential and route, what it says and how that compares. Sources and notes are in the JSON alone.
#[utoipa::path(
    tag = "guidance",
    params(ComparisonParameters),
    responses((status = OK, description = "The credentials side by side", content(
        (CredentialComparison = "application/json"),
        (String = "text/csv"),
    ))),
    security(("oauth2" = ["guidance"]))
)]
#[get("/comparison")]
async fn compare_credentials(reader: Reader) -> Result<HttpResponse, Problem> {
    let Raw(request) = &reader.input;
    let media_type = representation(request.headers(), FORMS)?;
    answer(&reader, |snapshot, query| {
        let compared = Compared::read(snapshot, query)?;
        if media_type == CSV.media_type { compared.csv() } else { compared.json() }
    })
    .await
}

/// What a query answers.
///
/// # Errors
/// A [`Problem`] with everything that is wrong with the query.
pub fn read(snapshot: &Snapshot, query: QueryReader) -> Result<Prepared, Problem> {
    Compared::read(snapshot, query).and_then(Compared::json)
}

/// What a query asks to compare.
struct Compared<'a> {
    snapshot: &'a Snapshot,
    comparison: Comparison<'a>,
}

impl<'a> Compared<'a> {
    fn read(snapshot: &'a Snapshot, mut query: QueryReader) -> Result<Self, Problem> {
        let catalog = &snapshot.catalog;
        let credentials = credentials(catalog, &mut query);
        let named = query.one("baseline", |id| {
            let detail = "is not the id of a credential, nor of a framework with standards";
            Baseline::find(catalog, id).ok_or_else(|| detail.to_owned())
        });
        let against = named.or_else(|| Baseline::usual(catalog));
        if against.is_none() {
            query.fault("baseline", "is to be given: the catalog of that day has no model standards");
        }
        query.finish()?;
        let against = against.ok_or_else(|| Problem::not_found("baseline"))?;
        Ok(Self { snapshot, comparison: compare(catalog, &credentials, against) })
    }

    fn json(self) -> Result<Prepared, Problem> {
        let sources = sources(self.snapshot, self.comparison.sources());
        let Comparison { baseline, columns, rows } = self.comparison;
        let meta = ComparisonMeta { catalog_version: self.snapshot.version.id };
        let body = CredentialComparison { baseline, columns, rows, sources, meta };
        Ok(Prepared::new(serde_json::to_vec(&body).map_err(Problem::internal)?, None).in_form(JSON))
    }

    fn csv(self) -> Result<Prepared, Problem> {
        let Comparison { columns, rows, .. } = self.comparison;
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
        Ok(Prepared::new(body, None).in_form(CSV))
    }
}

/// The credentials that a query names, where nothing is wrong with them.
fn credentials<'a>(catalog: &'a Catalog, query: &mut QueryReader) -> Vec<&'a Credential> {
    let ids = query.all("credential", |id| Ok(id.to_owned()));
    if !(FEWEST..=MOST).contains(&ids.len()) {
        query.fault("credential", format!("is given {} times, and is to be given {FEWEST} to {MOST} times", ids.len()));
        return Vec::new();
    }
    let mut found: Vec<&Credential> = Vec::new();
    for id in &ids {
        match id.parse().ok().and_then(|id| catalog.credentials.get(&id)) {
            None => query.fault("credential", "is not the id of a credential"),
            Some(credential) if found.iter().any(|known| known.id == credential.id) => {
                query.fault("credential", format!("names {} more than once", credential.id));
            }
            Some(credential) => found.push(credential),
        }
    }
    found
}

/// A value of an enumeration as JSON writes it, without quotes; empty for null.
fn word(value: impl Serialize) -> Result<String, Problem> {
    match serde_json::to_value(value).map_err(Problem::internal)? {
        Value::String(word) => Ok(word),
        _ => Ok(String::new()),
    }
}
