//! Entries of a plan's calendar.

use chrono::NaiveDate;

use super::{comparison, nouns, requirement};
use crate::catalog::Catalog;
use crate::catalog::credential::{Credential, Fee};
use crate::catalog::pathway::{Pitfall, Step};
use crate::catalog::quantity::Hours;
use crate::catalog::requirement::Requirement;

/// The name of the calendar.
#[must_use]
pub fn name(credential: &Credential) -> String {
    format!("Plan: {}", credential.title)
}

/// The last day of a wait, and the requirement that it meets.
#[must_use]
pub fn wait(catalog: &Catalog, credential: &Credential, requirement: &Requirement) -> (String, String) {
    let item = requirement::item(catalog, credential, &requirement.condition);
    (format!("Requirement met: {item}"), item)
}

/// The day on which a fee is due.
#[must_use]
pub fn fee_due(fee: &Fee) -> String {
    format!("Fee due ({}): {}", nouns::fee(fee.kind), comparison::amount(fee))
}

/// The day on which everything can be done.
#[must_use]
pub fn finish(credential: &Credential) -> (String, String) {
    let body = nouns::certifying_body(credential);
    (format!("Earliest finish: {}", credential.title), format!("The final decision is made by {body}."))
}

/// The note on the first day of a plan that does not lead to the credential.
#[must_use]
pub fn blocked(credential: &Credential) -> String {
    format!("This plan cannot lead to {}", credential.title)
}

/// A requirement that neither action nor time can meet.
#[must_use]
pub fn never_met(item: &str) -> String {
    format!("Cannot be met: {item}.")
}

/// An age limit that passes before the finish.
#[must_use]
pub fn too_old(item: &str, last_day: NaiveDate) -> String {
    format!("The plan ends too late for an age limit ({item}): the last day is {last_day}.")
}

/// Hours that the week has no room for.
#[must_use]
pub fn too_slow(item: &str, per_week: Hours) -> String {
    format!("The plan is too slow for {item}: this takes {} a week.", super::grammar::hours(per_week))
}

/// A route that closes before the finish.
#[must_use]
pub fn closes(last_day: NaiveDate) -> String {
    format!("The last day of this route is {last_day}.")
}

/// The tasks of a step, and the pitfalls to avoid.
#[must_use]
pub fn step(step: &Step, pitfalls: &[&Pitfall]) -> String {
    let tasks = step.tasks.iter().map(|task| format!("- {}", task.title));
    let warnings =
        pitfalls.iter().map(|pitfall| format!("Watch out for {}: {}", pitfall.title.to_lowercase(), pitfall.remedy));
    std::iter::once(step.summary.clone()).chain(tasks).chain(warnings).collect::<Vec<_>>().join("\n")
}
