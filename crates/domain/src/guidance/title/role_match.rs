//! Roles that a title matches, and which of several matches to keep.

use std::cmp::Reverse;
use std::collections::HashMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::lexicon::SAME;
use crate::catalog::credential::Specialty;
use crate::catalog::identifier::RoleId;

/// A role that a title matches.
#[derive(Debug, Clone, PartialEq)]
pub struct RoleMatch {
    /// The role.
    pub role: RoleId,
    /// Confidence in hundredths; see [`TitleIndex::read`].
    pub hundredths: u32,
    /// The matched text of the role: its title, or another title for it.
    pub matched: String,
    /// Each matched word of that text, with the word of the title that it matched.
    pub matched_words: Vec<MatchedWord>,
    /// The title of the credential that an acronym of the title was expanded to.
    pub read_as: Option<String>,
    /// The populations that the role serves.
    pub(super) serves: Vec<Specialty>,
    /// The words of the candidate that were matched.
    pub(super) normalized: Vec<String>,
    /// Whether a word of the text is missing from the title.
    pub(super) missing: bool,
    /// The number of texts of the role that the title matches.
    pub(super) texts: usize,
    /// The populations that the candidate names.
    pub(super) populations: Vec<Specialty>,
}

/// A word of a title, and the word of the role that it matched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MatchedWord {
    /// The word of the title, or the acronym, in lower case.
    pub asked: String,
    /// The matched word of the role, in lower case.
    pub taken_for: String,
}

impl RoleMatch {
    /// The confidence, from 0 to 1.
    #[must_use]
    pub fn confidence(&self) -> f64 {
        f64::from(self.hundredths) / f64::from(SAME)
    }

    const fn rank(&self) -> (u32, usize, usize) {
        (self.hundredths, self.matched_words.len(), self.texts)
    }

    /// Whether every word that matches this role matches the other one, too.
    fn adds_nothing_to(&self, other: &Self) -> bool {
        self.normalized.iter().all(|word| other.normalized.contains(word))
    }
}

/// The best match of each role, best first, without roles that add nothing to a better one.
pub(super) fn best_of(found: impl IntoIterator<Item = RoleMatch>) -> Vec<RoleMatch> {
    let mut best: HashMap<RoleId, RoleMatch> = HashMap::new();
    for one in found {
        let texts = one.texts + best.get(&one.role).map_or(0, |before| before.texts);
        let known = best.entry(one.role.clone()).or_insert_with(|| one.clone());
        if (one.hundredths, one.matched_words.len()) > (known.hundredths, known.matched_words.len()) {
            *known = one;
        }
        known.texts = texts;
    }
    let mut found: Vec<RoleMatch> = best.into_values().collect();
    found.sort_by(|a, b| Reverse(a.rank()).cmp(&Reverse(b.rank())).then_with(|| a.role.cmp(&b.role)));
    let mut kept: Vec<RoleMatch> = Vec::new();
    for one in found {
        if !(one.missing && kept.iter().any(|better| one.adds_nothing_to(better))) {
            kept.push(one);
        }
    }
    kept
}

/// If a role serves the population: the roles that do, and those that serve the population of their own candidate.
pub(super) fn serving(mut found: Vec<RoleMatch>, whom: &[Specialty]) -> Vec<RoleMatch> {
    let serves = |one: &RoleMatch, whom: &[Specialty]| one.serves.iter().any(|served| whom.contains(served));
    if found.iter().any(|one| serves(one, whom)) {
        found.retain(|one| serves(one, whom) || serves(one, &one.populations));
    }
    found
}
