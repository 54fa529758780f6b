//! Guidance: where one person stands, what comes next, what transfers, what a course counts for, what a post asks for.
//!
//! Nothing that a caller sends here is stored or logged. The rules are in the domain; the handlers translate.

use peerpath_domain::identifier::{Identifier, SourceId};
use peerpath_domain::source::Source;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{Guided, Permit, Raw};
use crate::snapshot::Snapshot;

/// Adds the endpoints.
pub fn configure(_config: &mut ServiceConfig<'_>) {}

/// A request for guidance that reads its query in its own way.
#[expect(dead_code, reason = "the first endpoint to read so is yet to come")]
type Reader = Permit<Guided, Raw>;

/// The sources that an answer rests on, in full and once each, in the order in which they are first named.
#[expect(dead_code, reason = "the first endpoint to name sources is yet to come")]
fn sources<'a>(snapshot: &'a Snapshot, named: impl IntoIterator<Item = &'a SourceId>) -> Vec<&'a Source> {
    let mut seen = std::collections::HashSet::new();
    let named = named.into_iter().filter(|id| seen.insert(*id));
    named.filter_map(|id| snapshot.catalog.sources.get(id.as_str())).collect()
}
