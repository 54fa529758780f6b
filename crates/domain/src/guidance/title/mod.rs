//! Matches the title of a posting with roles and credentials.

mod candidate;
mod index;
pub(super) mod lexicon;
mod naming;
mod parts;
mod role_match;

use std::collections::HashSet;

use crate::catalog::Catalog;
use crate::catalog::credential::Specialty;
use crate::catalog::identifier::{CredentialId, JurisdictionCode};
use crate::catalog::search::words;
use candidate::{Candidate, RoleText};
use index::CredentialText;
pub use index::TitleIndex;
use lexicon::{is_place_of_work, is_stop_word, likeness, population, without_fillers};
pub use naming::{AmbiguousAcronym, Named};
use parts::Subject;
pub use role_match::{MatchedWord, RoleMatch};
use role_match::{best_of, serving};

/// The most roles that a title can match.
const MOST_ROLES: usize = 5;

/// What a title of a posting means in a jurisdiction.
#[derive(Debug)]
pub struct Meaning<'a> {
    /// The roles, best first, at most five; empty: none of the catalog.
    pub roles: Vec<RoleMatch>,
    /// The populations that the title names: in its best candidate, and in a part of their own, as in *Peer Specialist
    /// (Youth)*.
    pub whom: Vec<Specialty>,
    /// The credentials that the title names.
    pub named: Vec<Named<'a>>,
    /// The acronyms in the title that mean something else in other jurisdictions.
    pub ambiguous_acronyms: Vec<AmbiguousAcronym<'a>>,
    candidates: Vec<Candidate>,
    credentials: &'a [CredentialText],
}

impl TitleIndex {
    /// Indexes the titles of a catalog.
    #[must_use]
    pub fn new(catalog: &Catalog) -> Self {
        let mut index = Self::default();
        for role in &catalog.roles {
            for text in std::iter::once(&role.title).chain(&role.aliases) {
                let words = without_fillers(words(text));
                index.known.extend(words.iter().cloned());
                index.job_nouns.extend(parts::job_noun(text));
                let (role, serves) = (role.id.clone(), role.specialties.clone());
                index.texts.push(RoleText { role, serves, text: text.clone(), words });
            }
            index.known.extend(role.settings.iter().flat_map(|setting| words(setting)));
        }
        for jurisdiction in &catalog.jurisdictions {
            index.known.extend(words(&jurisdiction.name));
        }
        for credential in &catalog.credentials {
            let text = CredentialText::new(catalog, credential);
            index.known.extend(text.titles.iter().flatten().cloned());
            index.job_nouns.extend(parts::job_noun(&credential.title));
            index.credentials.push(text);
        }
        index
    }

    /// What a title means.
    ///
    /// Parts that name a place, and parts that say what the work is not, are left out. The rest gives several
    /// candidates: as a whole, part by part, and with an acronym expanded to the title of a credential (of the
    /// jurisdiction if it has one, else of any; if the acronym is ambiguous, to each). Each candidate is compared with
    /// each title of each role:
    ///
    /// **confidence = 2 × sum of likenesses ÷ (words of the candidate + words of the role’s title)**
    ///
    /// Each word of the role’s title matches the most similar word of the candidate, and each word of the candidate
    /// counts once. The same word or its plural has a likeness of 1, a word with one typo 0.9, with two 0.8, an
    /// abbreviated word 0.7. Words such as *remote* or *certified* do not count in the candidate unless the role’s
    /// title has them; words of level (*senior*, *II*) count a quarter. A word of another field elsewhere in the title
    /// counts half. The best value is the confidence of the role. The role is left out if its confidence is below 0.5,
    /// and
    ///
    /// - if the candidate lacks the distinctive words of the role’s title, or, of a title without such words, any
    ///   word;
    /// - if the candidate has a word of another field, unless it has the role’s title complete and in order;
    /// - if *recovery* is the only distinctive word and does not stand beside its noun, as in *recovery housing
    ///   manager*;
    /// - if all that matches it also matches a better role;
    /// - if the candidate names a population, and another matching role serves it.
    ///
    /// A title that says that the work is not peer work means nothing.
    #[must_use]
    pub fn read(&self, title: &str, jurisdiction: &JurisdictionCode) -> Meaning<'_> {
        let parts = self.parts(title).unwrap_or_default();
        let spoken: Vec<&parts::Part> = parts.iter().filter(|part| part.subject != Subject::Place).collect();
        let mut texts = vec![spoken.iter().flat_map(|part| part.words.clone()).collect::<Vec<_>>()];
        for part in &spoken {
            if !texts.contains(&part.words) {
                texts.push(part.words.clone());
            }
        }
        let spelled = self.spelled(&texts, jurisdiction);
        let mut candidates: Vec<Candidate> = texts.iter().map(|text| self.candidate(text, &spelled)).collect();
        for acronym in &spelled {
            candidates.extend(acronym.credentials().map(|read_as| self.expanded(&texts, acronym, read_as, &spelled)));
        }
        candidates.retain(|candidate| !candidate.words.is_empty());
        let out_of_field = |word: &&String| !self.is_known(word) && !spelled.iter().any(|acronym| acronym.has(word));
        let out_of_field = parts.iter().flat_map(|part| &part.words).filter(out_of_field).count();
        for candidate in &mut candidates {
            candidate.elsewhere = out_of_field.saturating_sub(candidate.out_of_field());
        }

        let mut whom: Vec<Specialty> = Vec::new();
        let alone = spoken.iter().filter(|part| part.subject == Subject::Whom);
        whom.extend(alone.flat_map(|part| &part.words).filter_map(|word| population(word)));
        let roles = self.roles(&candidates, &whom);
        let best = match roles.first() {
            Some(best) => best.populations.clone(),
            None => candidates
                .iter()
                .max_by_key(|one| one.read_as.is_some())
                .map(Candidate::populations)
                .unwrap_or_default(),
        };
        whom.splice(0..0, best);
        let mut seen = HashSet::new();
        whom.retain(|specialty| seen.insert(*specialty));

        let named = self.named(&candidates, &spelled, jurisdiction, !roles.is_empty(), out_of_field > 0);
        let mut ambiguous_acronyms: Vec<AmbiguousAcronym<'_>> = Vec::new();
        for found in spelled.into_iter().filter_map(naming::Acronym::ambiguous) {
            if !ambiguous_acronyms.contains(&found) {
                ambiguous_acronyms.push(found);
            }
        }
        Meaning { roles, whom, named, ambiguous_acronyms, candidates, credentials: &self.credentials }
    }

    fn roles(&self, candidates: &[Candidate], whom: &[Specialty]) -> Vec<RoleMatch> {
        let mut all = Vec::new();
        for candidate in candidates {
            let found = best_of(self.texts.iter().filter_map(|text| candidate.held_against(text)));
            all.extend(serving(found, &candidate.populations()));
        }
        let mut roles = serving(best_of(all), whom);
        roles.truncate(MOST_ROLES);
        roles
    }

    /// Whether a word belongs to this field, or to none.
    fn is_known(&self, word: &str) -> bool {
        is_stop_word(word)
            || is_place_of_work(word)
            || population(word).is_some()
            || self.known.contains(word)
            || self.known.iter().any(|held| likeness(word, held).is_some())
    }
}

impl Meaning<'_> {
    /// How like the title of a credential is to the title of the posting, in hundredths.
    #[must_use]
    pub fn likeness(&self, credential: &CredentialId) -> u32 {
        let names = self.credentials.iter().filter(|one| one.id == *credential).filter_map(|one| one.names.first());
        let best =
            names.flat_map(|name| self.candidates.iter().map(move |candidate| candidate.confidence(name).0)).max();
        best.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::guidance::catalog;

    static INDEX: LazyLock<TitleIndex> = LazyLock::new(|| TitleIndex::new(catalog()));

    fn roles(title: &str, code: &str) -> Vec<RoleMatch> {
        INDEX.read(title, &code.parse().unwrap()).roles
    }

    fn first(title: &str) -> (String, u32) {
        let found = roles(title, "US-TX");
        found.first().map(|one| (one.role.to_string(), one.hundredths)).unwrap_or_default()
    }

    #[test]
    fn each_title_and_each_other_title_of_a_role_means_it_in_full() {
        for role in &catalog().roles {
            for text in std::iter::once(&role.title).chain(&role.aliases) {
                for asked in [text.clone(), text.to_uppercase()] {
                    let (found, hundredths) = first(&asked);
                    assert_eq!((found, hundredths), (role.id.to_string(), 100), "{asked}");
                }
            }
        }
    }

    #[test]
    fn titles_as_they_are_posted_are_understood() {
        for (title, role, least) in [
            ("peer suport specialst", "peer-support-specialist", 90),
            ("Specialist, Peer Support", "peer-support-specialist", 100),
            ("support specialist peer", "peer-support-specialist", 100),
            ("Full-time Certified Peer Specialist - Night Shift (Remote)", "peer-support-specialist", 100),
            ("Peer Specialist/Recovery Coach", "peer-support-specialist", 100),
            ("Overdose Recovery Coach", "recovery-coach", 80),
            ("Recovery Coaches", "recovery-coach", 100),
            ("recovery coach II", "recovery-coach", 90),
            ("Recovery Coach III - Smith County Jail", "recovery-coach", 80),
            ("Lead Peer Support Specialist", "peer-support-specialist", 90),
            ("Sr. Peer Support Specialist", "senior-peer-support-specialist", 100),
            ("Senior Peer Support Specialist", "senior-peer-support-specialist", 100),
            ("Entry Level Peer Specialist", "entry-level-peer-support-specialist", 100),
            ("Peer Bridger (Per Diem)", "peer-bridger", 100),
            ("Family Peer Support Specialist", "family-peer-advocate", 80),
            ("Youth Peer Support Partner", "youth-peer-advocate", 70),
            ("Peer Support", "peer-support-specialist", 80),
            ("Peer Specialist at Hope House", "peer-support-specialist", 80),
        ] {
            let (found, hundredths) = first(title);
            assert!(found == role && hundredths >= least, "{title}: {found} {hundredths}");
        }
    }

    #[test]
    fn a_title_of_another_trade_means_no_role() {
        for title in [
            "forklift operator",
            "Beer Specialist",
            "IT Support Specialist",
            "Disaster Recovery Manager",
            "Recovery Room Nurse",
            "Peer Reviewer",
            "Operator",
            "Specialist",
            "Community Manager",
            "Program Manager",
            "PR Manager",
            "CPS Investigator",
            "CRM Manager",
            "!?",
            "",
        ] {
            assert!(roles(title, "US-TX").is_empty(), "{title}: {:?}", roles(title, "US-TX"));
        }
    }

    #[test]
    fn an_acronym_is_read_as_the_credential_of_the_jurisdiction_and_else_as_any() {
        for (title, code, read_as, role) in [
            ("MHPS", "US-TX", "Mental Health Peer Specialist", "peer-support-specialist"),
            ("CPRS", "US-OH", "Certified Peer Recovery Supporter", "peer-support-specialist"),
            ("cprs - night shift", "US-TX", "Certified Peer Recovery Specialist", "peer-support-specialist"),
            ("CRPA", "US-NY", "Certified Recovery Peer Advocate", "peer-advocate"),
            ("CRPA", "US-SD", "Certified Recovery Peer Advocate", "peer-advocate"),
            ("PSS", "US-FL", "Peer Support Specialist", "peer-support-specialist"),
            ("CPSS II", "US-ND", "Certified Peer Support Specialist II", "peer-support-specialist"),
        ] {
            let found = roles(title, code);
            let best = found.first().unwrap_or_else(|| panic!("{title} in {code}"));
            assert_eq!((best.read_as.as_deref(), &*best.role.to_string()), (Some(read_as), role), "{title} in {code}");
            assert!(best.hundredths >= 70, "{title} in {code}: {best:?}");
        }
    }

    #[test]
    fn a_typo_shows_in_the_word_that_it_was_taken_for() {
        let found = roles("peer suport specialst", "US-TX");
        let taken: Vec<(&str, &str)> =
            found[0].matched_words.iter().map(|word| (&*word.asked, &*word.taken_for)).collect();
        assert_eq!(taken, [("peer", "peer"), ("suport", "support"), ("specialst", "specialist")]);
        assert_eq!((&*found[0].matched, found[0].hundredths), ("Peer Support Specialist", 93));
    }

    #[test]
    fn a_role_that_nothing_speaks_for_is_left_out() {
        let found = |title: &str| roles(title, "US-TX").into_iter().map(|one| one.role.to_string()).collect::<Vec<_>>();
        assert_eq!(found("Peer Specialist"), ["peer-support-specialist"]);
        assert_eq!(found("Peer Support Specialist"), ["peer-support-specialist"]);
        assert_eq!(found("Forensic Peer Specialist"), ["forensic-peer-specialist"]);
        assert_eq!(found("Peer Specialist/Recovery Coach"), ["peer-support-specialist", "recovery-coach"]);
    }
}
