//! Names of experiences, degrees, populations, fees, credentials and places.

use super::grammar::with_details;
use crate::catalog::Catalog;
use crate::catalog::credential::{Credential, FeeKind, Specialty};
use crate::catalog::identifier::JurisdictionCode;
use crate::catalog::jurisdiction::Jurisdiction;
use crate::catalog::reference::CredentialReference;
use crate::catalog::requirement::{EducationLevel, Experience};

/// A name for sentences, and a shorter one for tables.
#[derive(Debug, Clone, Copy)]
pub struct Noun {
    /// `a bachelor’s degree`
    pub long: &'static str,
    /// `bachelor’s degree`
    pub short: &'static str,
}

const fn noun(long: &'static str, short: &'static str) -> Noun {
    Noun { long, short }
}

/// A lived experience.
pub(super) const fn experience(experience: Experience) -> Noun {
    match experience {
        Experience::MentalHealth => noun("a mental health condition", "mental health"),
        Experience::SubstanceUse => noun("substance use", "substance use"),
        Experience::Family => {
            noun("raising or caring for someone with a mental health condition or substance use", "family")
        }
        Experience::Youth => noun("a mental health condition or substance use as a young person", "youth"),
        Experience::Veteran => noun("military service", "military service"),
        Experience::JusticeInvolved => noun("arrest, incarceration or probation", "justice involvement"),
        Experience::Housing => noun("homelessness or unstable housing", "homelessness"),
    }
}

/// A diploma or degree.
#[must_use]
pub const fn education(level: EducationLevel) -> Noun {
    match level {
        EducationLevel::HighSchoolOrEquivalent => {
            noun("a high school diploma or its equivalent", "high school diploma or equivalent")
        }
        EducationLevel::Associate => noun("an associate degree", "associate degree"),
        EducationLevel::Bachelor => noun("a bachelor’s degree", "bachelor’s degree"),
        EducationLevel::Master => noun("a master’s degree", "master’s degree"),
    }
}

/// The population that holders of this specialty support.
pub(super) const fn population(specialty: Specialty) -> &'static str {
    match specialty {
        Specialty::MentalHealth => "people with mental health conditions",
        Specialty::SubstanceUse => "people who use or have used substances",
        Specialty::Family => "families and caregivers",
        Specialty::Youth => "young people",
        Specialty::Veteran => "veterans",
        Specialty::JusticeInvolved => "people involved with the justice system",
        Specialty::Crisis => "people in crisis",
        Specialty::OlderAdult => "older adults",
        Specialty::Housing => "people without stable housing",
        Specialty::Supervisor => "supervisors of peer specialists",
    }
}

/// What a fee is for.
pub(super) const fn fee(kind: FeeKind) -> &'static str {
    match kind {
        FeeKind::Application => "application",
        FeeKind::Certification => "certification",
        FeeKind::Exam => "exam",
        FeeKind::Training => "training",
        FeeKind::Renewal => "renewal",
        FeeKind::BackgroundCheck => "background check",
        FeeKind::Other => "other",
    }
}

/// `Mental Health Peer Specialist (MHPS)`.
pub(super) fn credential(credential: &Credential) -> String {
    with_details(&credential.title, credential.acronym.iter().filter(|one| **one != credential.title).cloned())
}

/// The credentials of a reference, such as `a certification from Washington`.
pub(super) fn reference(catalog: &Catalog, reference: &CredentialReference) -> String {
    match reference {
        CredentialReference::AnyState => "a certification from any state".into(),
        CredentialReference::IcRc => "a certification from an IC&RC member board".into(),
        CredentialReference::None => "none".into(),
        CredentialReference::Jurisdiction(code) => format!("a certification from {}", place(catalog, code)),
        CredentialReference::Credential(id) => catalog.credentials.get(id).map_or_else(|| id.to_string(), credential),
    }
}

/// The name of a jurisdiction in a sentence.
fn place(catalog: &Catalog, code: &JurisdictionCode) -> String {
    catalog.jurisdictions.get(code).map_or_else(|| code.to_string(), jurisdiction)
}

/// `Texas`, `the District of Columbia`.
pub(super) fn jurisdiction(jurisdiction: &Jurisdiction) -> String {
    let name = &jurisdiction.name;
    let article = name.starts_with("District") || name.ends_with("Islands");
    if article { format!("the {name}") } else { name.clone() }
}

/// Where a credential is valid: `Texas`; `the jurisdiction` for a national credential.
pub(super) fn home(catalog: &Catalog, credential: &Credential) -> String {
    credential.jurisdiction.as_ref().map_or_else(|| "the jurisdiction".into(), |code| place(catalog, code))
}

/// The name of a certifying body with its article: `the Texas Certification Board`, but `Recovery Vermont`.
pub(super) fn certifying_body(credential: &Credential) -> String {
    const WITH_ARTICLE: &str = "Association Authority Board Bureau Commission Consortium Council Department DHHS Division \
                                Federation Network Office Program Programs";
    let body = &credential.certifying_body.name;
    let name = body.split(['(', ',']).next().unwrap_or_default();
    let article = name.split_whitespace().any(|word| WITH_ARTICLE.split(' ').any(|noun| noun == word));
    if article { format!("the {body}") } else { body.clone() }
}
