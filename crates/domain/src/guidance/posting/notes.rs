//! What an answer to a posting leaves open, and why there is no more.

use super::{AskedCredential, MeantRole, Posting, Why};
use crate::catalog::Catalog;
use crate::catalog::credential::{Credential, CredentialStatus, Specialty};
use crate::catalog::identifier::CredentialId;
use crate::catalog::jurisdiction::{Jurisdiction, ProgramStage};
use crate::catalog::source::Completeness;
use crate::guidance::paragraph::called;
use crate::guidance::phrase;
use crate::guidance::title::Namesakes;

/// What the answer leaves open.
pub(super) fn open(
    posting: Posting<'_>,
    roles: &[MeantRole<'_>],
    own: &[&Credential],
    named: &[&Credential],
    wanted: &[Specialty],
    credentials: &[AskedCredential<'_>],
) -> Vec<String> {
    let place = &posting.jurisdiction.name;
    let mut notes = Vec::new();
    if roles.is_empty() {
        notes.push("The title means none of the roles that are known here.".to_owned());
    } else if let Some(setting) = posting.setting.filter(|_| roles.iter().all(|role| role.setting.is_none())) {
        notes.push(format!("No role that the title means is listed with a setting like “{setting}”."));
    }
    for one in named.iter().filter(|one| one.status != CredentialStatus::Active) {
        let status = if one.status == CredentialStatus::Closed { "closed to new applicants" } else { "only announced" };
        notes.push(format!("The title names {}, which is {status}.", called(one)));
    }
    let population = posting.population.iter().map(|specialty| phrase::specialty(*specialty));
    for asked in credentials.iter().filter(|_| !posting.population.is_empty()) {
        if asked.why == Why::NamedInTitle && !asked.credential.specialties.iter().any(|own| wanted.contains(own)) {
            let whom = phrase::alternatives(population.clone());
            notes
                .push(format!("{} is named in the title, and is not said to be for {whom}.", called(asked.credential)));
        }
    }
    if credentials.is_empty() {
        let active = own.iter().any(|one| one.status == CredentialStatus::Active);
        notes.push(if roles.is_empty() && named.is_empty() {
            format!("What an applicant must hold in {place} cannot be told from the title.")
        } else if active {
            let whom = wanted.iter().map(|specialty| phrase::specialty(*specialty));
            format!("No credential of {place} is known that is for {}.", phrase::alternatives(whom))
        } else {
            format!("No credential of {place} that can be applied for is known: {}.", program(posting.jurisdiction))
        });
    }
    for AskedCredential { credential, .. } in credentials {
        match credential.completeness() {
            Completeness::Complete => {}
            Completeness::Partial => {
                notes.push(format!("The requirements of {} are not known to be whole.", called(credential)));
            }
            Completeness::NotRetrieved => {
                notes.push(format!("No source for the requirements of {} was found.", called(credential)));
            }
        }
    }
    notes
}

/// That an acronym stands for something else in other jurisdictions.
pub(super) fn namesakes(catalog: &Catalog, jurisdiction: &Jurisdiction, found: &Namesakes<'_>) -> Option<String> {
    let credentials = |ids: &[&CredentialId]| -> Vec<&Credential> {
        ids.iter().filter_map(|id| catalog.credentials.get(id)).collect()
    };
    let own = credentials(&found.own);
    let acronym = own.first()?.acronym.as_deref()?;
    let titles = own.iter().filter(|one| one.title != acronym).map(|one| format!("{}, ", one.title));
    let titles: String = titles.collect();
    let mut specialties: Vec<Specialty> = own.iter().flat_map(|one| one.specialties.iter().copied()).collect();
    specialties.dedup();
    let whom = phrase::all_of(specialties.into_iter().map(phrase::specialty));
    let elsewhere = phrase::alternatives(credentials(&found.elsewhere).iter().map(|one| {
        let of = one.jurisdiction.as_ref().and_then(|code| catalog.jurisdictions.get(code));
        format!("{} ({})", one.title, of.map_or("national", |of| &of.name))
    }));
    let place = &jurisdiction.name;
    Some(format!(
        "In {place}, {acronym} is {titles}for {whom}; elsewhere it is {elsewhere}. The title does not say which is meant."
    ))
}

const fn program(jurisdiction: &Jurisdiction) -> &'static str {
    match jurisdiction.program_status.value {
        ProgramStage::Established => "its program certifies, and no source for its credentials was found",
        ProgramStage::InDevelopment => "its program is announced or legislated",
        ProgramStage::None => "a source says that it has no program",
        ProgramStage::Unknown => "no source on its program was found",
    }
}
