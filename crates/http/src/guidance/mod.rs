//! Guidance: eligibility, plans, transfers, course alignment, comparison, statistics, and what postings require.
//!
//! Nothing that a caller sends here is stored or logged. The rules are in the domain; the handlers translate.

mod alignments;
mod calendar;
mod comparison;
mod eligibility;
mod example;
mod job_posting;
mod plans;
mod postings;
mod request;
mod response;
mod statistics;
mod transfers;

pub use example::example;

use crate::web::Endpoints;

/// Adds the endpoints under `/v1`.
pub fn configure(endpoints: &mut Endpoints) {
    eligibility::configure(endpoints);
    plans::configure(endpoints);
    transfers::configure(endpoints);
    alignments::configure(endpoints);
    comparison::configure(endpoints);
    statistics::configure(endpoints);
    postings::configure(endpoints);
}
