//! The titles of a catalog, ready to be matched.

use std::collections::HashSet;

use super::candidate::RoleText;
use crate::catalog::credential::Specialty;
use crate::catalog::identifier::{CredentialId, JurisdictionCode};

/// The least likeness of each word of a name, in hundredths, for a title to have that name.
pub(super) const NAMING: u32 = 80;

/// The titles of a catalog, indexed.
#[derive(Debug, Default)]
pub struct TitleIndex {
    pub(super) texts: Vec<RoleText>,
    pub(super) credentials: Vec<CredentialText>,
    /// Every word that a title in this field may have.
    pub(super) known: HashSet<String>,
    /// Words for the person who does the work, such as *specialist*.
    pub(super) job_nouns: HashSet<String>,
}

/// The names of a credential.
#[derive(Debug)]
pub(super) struct CredentialText {
    pub(super) id: CredentialId,
    pub(super) jurisdiction: Option<JurisdictionCode>,
    pub(super) specialties: Vec<Specialty>,
    pub(super) title: String,
    /// The words of the acronym; empty: none.
    pub(super) acronym: Vec<String>,
    /// The words of the current and the former titles.
    pub(super) titles: Vec<Vec<String>>,
    /// The same without words that many titles have.
    pub(super) names: Vec<Vec<String>>,
}
