//! Guidance for applicants, holders, training providers and job boards.

mod alignments;
mod comparison;
mod eligibility;
mod job_postings;
mod plans;
mod statistics;
mod transfers;
mod worked_examples;

use peerpath_tests::answer::Answer;
use peerpath_tests::service::Service;
use reqwest::Method;
use serde_json::Value;

/// The answer to a request of the service's client.
async fn ask(service: &Service, path: &str, body: &Value) -> Answer {
    Answer::to(service.request(Method::POST, path).json(body)).await
}
