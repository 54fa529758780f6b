//! How what credentials ask is distributed over the catalog.

use actix_web::{HttpResponse, get};
use chrono::NaiveDate;
use peerpath_domain::catalog::source::Freshness;
use peerpath_domain::guidance::statistics::{Distributions, SpecialtyDistributions, Statistics, statistics};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::Reader;
use crate::catalog::{answer, jurisdiction_or_national};
use crate::problem::Problem;
use crate::query::QueryReader;
use crate::snapshot::{Prepared, Snapshot};

/// Adds the endpoint.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(get_statistics);
}

/// Over what the distributions go.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what `distributed` reads")]
struct StatisticsParameters {
    /// Of this jurisdiction; `national` for credentials that no state issues. May be repeated. All without.
    #[param(example = json!(["US-TX"]))]
    jurisdiction: Option<Vec<String>>,
    /// The day whose catalog is asked for. Today without.
    as_of: Option<NaiveDate>,
}

/// How what credentials ask is distributed.
#[derive(Debug, Serialize, ToSchema)]
pub struct CatalogStatistics<'a> {
    /// Over all active credentials.
    overall: Distributions<'a>,
    /// For each specialty that one of them has; a credential with several counts for each.
    by_specialty: Vec<SpecialtyDistributions<'a>>,
    /// How old the sources of these credentials are, and how official.
    freshness: Freshness,
    /// What the statistics say of themselves.
    meta: StatisticsMeta,
}

/// What statistics say of themselves.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatisticsMeta {
    /// The version of the catalog that they are from.
    catalog_version: i64,
    /// How many credentials are counted.
    credentials: usize,
}

/// Read the statistics
///
/// How what active credentials ask is distributed, over all and for each specialty: how many state it, the least and the most,
/// quartiles, how many have each amount, and which credentials have the least and the most, whose facts and sources are
/// at `/v1/credentials/{id}`. What is not stated is counted as such, and never as zero.
#[utoipa::path(
    tag = "guidance",
    params(StatisticsParameters),
    responses((status = OK, description = "The distributions", body = CatalogStatistics)),
    security(("oauth2" = ["guidance"]))
)]
#[get("/statistics")]
async fn get_statistics(reader: Reader) -> Result<HttpResponse, Problem> {
    answer(&reader, distributed).await
}

/// An example of an answer, for the OpenAPI document.
#[must_use]
pub fn example(snapshot: &Snapshot) -> Option<Prepared> {
    distributed(snapshot, QueryReader::new("jurisdiction=US-TX")).ok()
}

fn distributed(snapshot: &Snapshot, mut query: QueryReader) -> Result<Prepared, Problem> {
    let catalog = &snapshot.catalog;
    let jurisdictions = query.all("jurisdiction", |text| jurisdiction_or_national(catalog, text));
    query.finish()?;
    let Statistics { overall, by_specialty, freshness } = statistics(catalog, &jurisdictions);
    let meta = StatisticsMeta { catalog_version: snapshot.version.id, credentials: overall.credentials };
    let body = CatalogStatistics { overall, by_specialty, freshness, meta };
    Ok(Prepared::new(serde_json::to_vec(&body).map_err(Problem::internal)?, None))
}
