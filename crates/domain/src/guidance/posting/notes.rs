//! Notes of an answer: what is not known, and why there are no more credentials.

use super::{AskedCredential, MeantRole, Posting, Reason};
use crate::catalog::Catalog;
use crate::catalog::credential::{Credential, CredentialStatus, Specialty};
use crate::catalog::identifier::CredentialId;
use crate::catalog::jurisdiction::Jurisdiction;
use crate::guidance::title::AmbiguousAcronym;
use crate::words::posting as words;

pub(super) fn open(
    posting: Posting<'_>,
    roles: &[MeantRole<'_>],
    own: &[&Credential],
    named: &[&Credential],
    wanted: &[Specialty],
    credentials: &[AskedCredential<'_>],
) -> Vec<String> {
    let mut notes = Vec::new();
    if roles.is_empty() {
        notes.push(words::UNKNOWN_ROLE.into());
    } else if roles.iter().all(|role| role.setting.is_none()) {
        notes.extend(posting.setting.map(words::unknown_setting));
    }
    notes.extend(named.iter().filter_map(|one| words::not_open(one)));
    for asked in credentials.iter().filter(|_| !posting.population.is_empty()) {
        if asked.why == Reason::NamedInTitle && !asked.credential.specialties.iter().any(|own| wanted.contains(own)) {
            notes.push(words::for_others(asked.credential, posting.population));
        }
    }
    if credentials.is_empty() {
        notes.push(if roles.is_empty() && named.is_empty() {
            words::no_hint(posting.jurisdiction)
        } else if own.iter().any(|one| one.status == CredentialStatus::Active) {
            words::none_for(posting.jurisdiction, wanted)
        } else {
            words::none_open(posting.jurisdiction)
        });
    }
    notes.extend(credentials.iter().filter_map(|asked| words::incomplete(asked.credential)));
    notes
}

/// The note on an acronym that means something else in other jurisdictions.
pub(super) fn ambiguous_acronym(
    catalog: &Catalog,
    jurisdiction: &Jurisdiction,
    found: &AmbiguousAcronym<'_>,
) -> Option<String> {
    let credentials = |ids: &[&CredentialId]| -> Vec<&Credential> {
        ids.iter().filter_map(|id| catalog.credentials.get(id)).collect()
    };
    words::ambiguous_acronym(catalog, jurisdiction, &credentials(&found.own), &credentials(&found.elsewhere))
}
