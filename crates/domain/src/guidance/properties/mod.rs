//! What must hold for every profile and every credential of the catalog.

mod favors;
mod plans;
mod profiles;
mod verdicts;

use chrono::NaiveDate;
use proptest::prelude::ProptestConfig;

use super::catalog;
use crate::catalog::credential::Credential;

/// What fails is to become an example beside these, not a file of numbers.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

fn today() -> NaiveDate {
    "2026-11-25".parse().unwrap()
}

fn credentials() -> Vec<&'static Credential> {
    catalog().credentials.iter().collect()
}
