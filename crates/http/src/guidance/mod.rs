//! Guidance: where one person stands, what comes next, what transfers, what a course counts for, what a post asks for.
//!
//! Nothing that a caller sends here is stored or logged. The rules are in the domain; the handlers translate.

mod alignments;
mod asked;
mod calendar;
mod comparison;
mod eligibility;
mod example;
mod job_posting;
mod plans;
mod postings;
mod ready;
mod shown;
mod statistics;
mod transfers;

pub use example::example;
pub use ready::Ready;

use std::collections::HashSet;

use peerpath_domain::catalog::identifier::SourceId;
use peerpath_domain::catalog::source::Source;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{Guided, Permit, Raw};
use crate::snapshot::Snapshot;

/// Adds the endpoints.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(eligibility::post_eligibility).service(plans::post_plan);
    config.service(transfers::post_transfers).service(alignments::post_alignments);
    comparison::configure(config);
    statistics::configure(config);
    postings::configure(config);
}

/// A request for guidance that reads its query in its own way.
type Reader = Permit<Guided, Raw>;

/// What guidance says of itself.
#[derive(Debug, Serialize, ToSchema)]
struct GuidanceMeta {
    /// The version of the catalog that it is from.
    catalog_version: i64,
}

/// The sources that an answer rests on, in full and once each, in the order in which they are first named.
fn sources<'a>(snapshot: &'a Snapshot, named: impl IntoIterator<Item = &'a SourceId>) -> Vec<&'a Source> {
    let mut seen = HashSet::new();
    let named = named.into_iter().filter(|id| seen.insert(*id));
    named.filter_map(|id| snapshot.catalog.sources.get(id)).collect()
}
