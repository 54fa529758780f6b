//! Statistics: what the credentials of the catalog require, as distributions.

use peerpath_domain::catalog::identifier::JurisdictionCode;
use peerpath_domain::catalog::source::Freshness;
use peerpath_domain::guidance::statistics::{Distributions, SpecialtyDistributions, Statistics, statistics};
use serde::Serialize;
use utoipa::openapi::path::ParameterIn;
use utoipa::{IntoParams, ToSchema};

use super::response::cached_json;
use crate::service::snapshot::{CachedBody, Snapshot};
use crate::web::negotiation::Representation;
use crate::web::query::{QueryReader, jurisdiction_or_national};
use crate::web::{
    AsOf, CacheableQuery, CacheableRead, Cached, Endpoints, GuidanceReader, OperationDocument, Permit, Problem,
    endpoints,
};

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: get_statistics);
}

/// The credentials to count.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct StatisticsQuery {
    /// Count credentials of this jurisdiction; `national` for national credentials. May be repeated; all by default.
    #[param(value_type = Option<Vec<String>>, example = json!(["US-TX"]))]
    jurisdiction: Vec<Option<JurisdictionCode>>,
}

impl StatisticsQuery {
    fn read(mut reader: QueryReader, snapshot: &Snapshot) -> Result<Self, Problem> {
        let jurisdiction = reader.all("jurisdiction", |text| jurisdiction_or_national(&snapshot.catalog, text));
        reader.finish()?;
        Ok(Self { jurisdiction })
    }
}

impl CacheableQuery for StatisticsQuery {
    fn document(operation: &mut OperationDocument) {
        operation.parameters::<Self>(ParameterIn::Query);
        AsOf::document(operation);
    }
}

/// Distributions of what active credentials require.
#[derive(Debug, Serialize, ToSchema)]
struct CatalogStatistics<'a> {
    /// The distributions over all active credentials.
    overall: Distributions<'a>,
    /// The distributions for each specialty of these credentials; a credential with several specialties counts for each.
    by_specialty: Vec<SpecialtyDistributions<'a>>,
    /// The age and authority of their sources.
    freshness: Freshness,
    /// Statistics metadata.
    meta: StatisticsMeta,
}

/// Statistics metadata.
#[derive(Debug, Serialize, ToSchema)]
struct StatisticsMeta {
    /// The version of the catalog that was used.
    catalog_version: i64,
    /// The number of counted credentials.
    credentials: usize,
}

/// Read statistics
///
/// Returns what active credentials require, over all and for each specialty: how many state it, the minimum, the maximum,
/// quartiles, how many have each amount, and the ids of the credentials with the minimum and the maximum; their facts and
/// sources are at `/v1/credentials/{id}`. A fact that is not stated is counted as not stated, never as zero.
#[utoipa::path(get, path = "/statistics", tag = "guidance")]
async fn get_statistics(
    caller: Permit<GuidanceReader, CacheableRead<StatisticsQuery>>,
) -> Result<Cached<CatalogStatistics<'static>>, Problem> {
    Cached::on_day(&caller, body).await
}

/// The statistics that a query requests.
pub(super) fn body(snapshot: &Snapshot, query: QueryReader, _: &'static Representation) -> Result<CachedBody, Problem> {
    let query = StatisticsQuery::read(query, snapshot)?;
    let Statistics { overall, by_specialty, freshness } = statistics(&snapshot.catalog, &query.jurisdiction);
    let meta = StatisticsMeta { catalog_version: snapshot.version.id, credentials: overall.credentials };
    cached_json(&CatalogStatistics { overall, by_specialty, freshness, meta })
}
