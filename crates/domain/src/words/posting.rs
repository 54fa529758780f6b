//! Texts of an answer about a job posting: the paragraph to publish, and notes on gaps.

use std::borrow::Borrow;

use super::grammar::{all_of, any_of};
use super::{nouns, requirement};
use crate::catalog::Catalog;
use crate::catalog::credential::{Credential, CredentialStatus, Route, Specialty};
use crate::catalog::jurisdiction::{Jurisdiction, ProgramStage};
use crate::catalog::source::Completeness;

/// A paragraph for a posting that requires a credential: every stated requirement of each route, with its note, and a
/// caveat if more requirements may exist.
#[must_use]
pub fn paragraph(catalog: &Catalog, credential: &Credential) -> String {
    let (title, body) = (nouns::credential(credential), nouns::certifying_body(credential));
    let opening = format!("Applicants must hold, or be able to obtain, the {title} certification from {body}.");
    match credential.routes.as_slice() {
        [] => format!("{opening} No source for its requirements was found."),
        [route] => format!("{opening} It requires: {}", requirements(catalog, credential, route)),
        routes => {
            let each = |route: &Route| format!(" {}: {}", route.name, requirements(catalog, credential, route));
            let each: String = routes.iter().map(each).collect();
            format!("{opening} There are {} ways to earn it.{each}", routes.len())
        }
    }
}

fn requirements(catalog: &Catalog, credential: &Credential, route: &Route) -> String {
    let items = route.requirements.iter().map(|one| requirement::item_in_full(catalog, credential, one));
    let items = items.collect::<Vec<_>>().join("; ");
    let closes = route.closes_on.map(|day| format!(" This route is open until {day}.")).unwrap_or_default();
    let caveat = match route.completeness {
        Completeness::Complete => "",
        _ => " This list may be incomplete; the certifying body decides.",
    };
    format!("{items}.{closes}{caveat}")
}

pub(crate) const UNKNOWN_ROLE: &str = "The title matches no known role.";

pub(crate) fn unknown_setting(setting: &str) -> String {
    format!("No role that the title matches lists a setting like “{setting}”.")
}

/// The title names a credential that is not open for applications; `None` if it is open.
pub(crate) fn not_open(credential: &Credential) -> Option<String> {
    let status = match credential.status {
        CredentialStatus::Active => return None,
        CredentialStatus::Announced => "has only been announced",
        CredentialStatus::Closed => "is closed to new applicants",
    };
    Some(format!("The title names {}, which {status}.", nouns::credential(credential)))
}

/// The title names a credential that is not for the population of the posting.
pub(crate) fn for_others(credential: &Credential, population: &[Specialty]) -> String {
    let whom = any_of(populations(population));
    format!("The title names {}, which is not listed as being for {whom}.", nouns::credential(credential))
}

/// Nothing in the title points to a credential.
pub(crate) fn no_hint(jurisdiction: &Jurisdiction) -> String {
    let place = nouns::jurisdiction(jurisdiction);
    format!("The title does not show which credential an applicant must hold in {place}.")
}

/// The jurisdiction has active credentials, and none of them is for the population.
pub(crate) fn none_for(jurisdiction: &Jurisdiction, population: &[Specialty]) -> String {
    let (place, whom) = (nouns::jurisdiction(jurisdiction), any_of(populations(population)));
    format!("No known credential of {place} is for {whom}.")
}

/// The jurisdiction has no active credential.
pub(crate) fn none_open(jurisdiction: &Jurisdiction) -> String {
    let program = match jurisdiction.program_status.value {
        ProgramStage::Established => {
            "its program certifies peer specialists, but no source for its credentials was found"
        }
        ProgramStage::InDevelopment => "its program is announced or legislated",
        ProgramStage::None => "a source says that it has no program",
        ProgramStage::Unknown => "no source on its program was found",
    };
    format!("No known credential of {} is open to applicants: {program}.", nouns::jurisdiction(jurisdiction))
}

/// The gaps in a credential's requirements; `None` if all of them are known.
pub(crate) fn incomplete(credential: &Credential) -> Option<String> {
    let title = nouns::credential(credential);
    match credential.completeness() {
        Completeness::Complete => None,
        Completeness::Partial => Some(format!("The list of requirements for {title} may be incomplete.")),
        Completeness::NotRetrieved => Some(format!("No source for the requirements of {title} was found.")),
    }
}

/// The jurisdiction's meaning of an acronym that differs elsewhere; `None` for other acronyms.
pub(crate) fn ambiguous_acronym(
    catalog: &Catalog,
    jurisdiction: &Jurisdiction,
    own: &[&Credential],
    elsewhere: &[&Credential],
) -> Option<String> {
    let acronym = own.first()?.acronym.as_deref()?;
    let mut specialties: Vec<Specialty> = own.iter().flat_map(|one| one.specialties.iter().copied()).collect();
    specialties.dedup();
    let whom = all_of(populations(specialties));
    let titles: Vec<&str> = own.iter().map(|one| one.title.as_str()).filter(|title| *title != acronym).collect();
    let own = if titles.is_empty() { format!("for {whom}") } else { format!("{} (for {whom})", titles.join(", ")) };
    let elsewhere = any_of(elsewhere.iter().map(|one| {
        let place = one.jurisdiction.as_ref().and_then(|code| catalog.jurisdictions.get(code));
        format!("{} ({})", one.title, place.map_or("national", |place| &place.name))
    }));
    let place = nouns::jurisdiction(jurisdiction);
    Some(format!("In {place}, {acronym} is {own}; elsewhere it is {elsewhere}. The title does not say which is meant."))
}

fn populations(specialties: impl IntoIterator<Item = impl Borrow<Specialty>>) -> impl Iterator<Item = &'static str> {
    specialties.into_iter().map(|specialty| nouns::population(*specialty.borrow()))
}
