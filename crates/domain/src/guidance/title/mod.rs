//! Which roles, and which credentials, the title of a posting means.

pub(super) mod lexicon;
mod naming;
mod parts;
mod reading;

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use serde::Serialize;
use utoipa::ToSchema;

use crate::catalog::Catalog;
use crate::credential::Specialty;
use crate::identifier::{CredentialId, JurisdictionCode, RoleId};
use crate::search::words;
use lexicon::{SAME, is_idle, is_place_of_work, likeness, mark, without_fillers};
use naming::CredentialText;
pub use naming::{Named, Namesakes};
use parts::Subject;
use reading::{Reading, RoleText};

/// How many roles a title may mean.
const MOST_ROLES: usize = 5;

/// How like its word each word of a name must be for it to be that name.
const NAMING: u32 = 80;

/// A role that a title means.
#[derive(Debug, Clone, PartialEq)]
pub struct RoleMatch {
    /// The role.
    pub role: RoleId,
    /// The confidence, in hundredths; [`TitleIndex::read`] says how it comes about.
    pub hundredths: u32,
    /// The text of the role that was matched: its title, or another title for it.
    pub matched: String,
    /// Each word of that text that the title has, with the word it was read from.
    pub matched_words: Vec<MatchedWord>,
    /// The title of the credential that an acronym in the asked title was read as.
    pub read_as: Option<String>,
    /// Whom the role serves.
    serves: Vec<Specialty>,
    /// The words of the reading that were matched.
    heard: Vec<String>,
    /// Whether a word of the role's text is not there.
    missing: bool,
    /// How many of the role's texts the title may mean.
    texts: usize,
    /// Whom the reading says that the work is for.
    marks: Vec<Specialty>,
}

/// A word of a title, and the word that it was taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MatchedWord {
    /// The word of the title, or the acronym, in lower case.
    pub asked: String,
    /// The word of the role that it was taken for, in lower case.
    pub taken_for: String,
}

/// The titles of a catalog, ready to be held against those of postings.
#[derive(Debug, Default)]
pub struct TitleIndex {
    texts: Vec<RoleText>,
    credentials: Vec<CredentialText>,
    /// Every word that a title may have without being of another trade.
    known: HashSet<String>,
    /// The words for who does the work, such as *specialist*: after one of them, it has been told.
    heads: HashSet<String>,
}

/// What the title of a posting in a jurisdiction means.
#[derive(Debug)]
pub struct Meaning<'a> {
    /// The roles, best first, at most five; none where it means none of this catalog's.
    pub roles: Vec<RoleMatch>,
    /// Whom the title says that the work is for: in its best reading, and where it says nothing else, as in *Peer
    /// Specialist (Youth)*.
    pub whom: Vec<Specialty>,
    /// The credentials that it names.
    pub named: Vec<Named<'a>>,
    /// The acronyms in it that stand for something else in other jurisdictions.
    pub namesakes: Vec<Namesakes<'a>>,
    readings: Vec<Reading>,
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
                index.heads.extend(parts::head(text));
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
            index.heads.extend(parts::head(&credential.title));
            index.credentials.push(text);
        }
        index
    }

    /// What a title means.
    ///
    /// It is taken apart: what it says of a place, and what it says that the work is not, are left out. The rest is read
    /// as a whole and part by part, and with an acronym of a credential read as that credential's title: the
    /// jurisdiction's own first, then any; and where its own has a namesake elsewhere, as that, too. Each reading is held
    /// against each title of each role:
    ///
    /// **confidence = 2 × sum of likenesses ÷ (words of the reading + words of the role's title)**
    ///
    /// Each word of the role's title is taken for the most similar word of the reading, which counts once. The same word,
    /// or its plural, has a likeness of 1; with one typo 0.9, with two 0.8, cut off 0.7. A word such as *remote* or
    /// *certified* counts nothing in the reading unless the role's title has it, and one of level (*senior*, *II*) a
    /// quarter. A word of another trade that stands elsewhere in the title counts half. The best of these is the
    /// confidence; below 0.5 the role is not named. Neither is it
    ///
    /// - where the reading lacks the words that tell peer work from other work, or, of a title without such words, any word;
    /// - where a word of the reading is of another trade, unless the role's title stands there whole and in order;
    /// - where *recovery* alone tells of peer work, and what it is said of stands elsewhere, as in *recovery housing manager*;
    /// - where nothing but what speaks for a better one speaks for it;
    /// - where the reading says whom the work is for, and another role that fits serves them.
    ///
    /// A title that says that it is of no peer means nothing.
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
        let mut readings: Vec<Reading> = texts.iter().map(|text| self.reading(text, &spelled)).collect();
        for acronym in &spelled {
            readings.extend(acronym.credentials().map(|read_as| self.expanded(&texts, acronym, read_as, &spelled)));
        }
        readings.retain(|reading| !reading.words.is_empty());
        let strange = |word: &&String| !self.is_known(word) && !spelled.iter().any(|acronym| acronym.has(word));
        let strangers = parts.iter().flat_map(|part| &part.words).filter(strange).count();
        for reading in &mut readings {
            reading.elsewhere = strangers.saturating_sub(reading.strangers());
        }

        let mut whom: Vec<Specialty> = Vec::new();
        let alone = spoken.iter().filter(|part| part.subject == Subject::Whom);
        whom.extend(alone.flat_map(|part| &part.words).filter_map(|word| mark(word)));
        let roles = self.roles(&readings, &whom);
        let best = match roles.first() {
            Some(best) => best.marks.clone(),
            None => readings.iter().max_by_key(|one| one.read_as.is_some()).map(Reading::marks).unwrap_or_default(),
        };
        whom.splice(0..0, best);
        let mut seen = HashSet::new();
        whom.retain(|specialty| seen.insert(*specialty));

        let named = self.named(&readings, &spelled, jurisdiction, !roles.is_empty(), strangers > 0);
        let mut namesakes: Vec<Namesakes<'_>> = Vec::new();
        for found in spelled.into_iter().filter_map(naming::Acronym::namesakes) {
            if !namesakes.contains(&found) {
                namesakes.push(found);
            }
        }
        Meaning { roles, whom, named, namesakes, readings, credentials: &self.credentials }
    }

    fn roles(&self, readings: &[Reading], whom: &[Specialty]) -> Vec<RoleMatch> {
        let mut all = Vec::new();
        for reading in readings {
            let found = best_of(self.texts.iter().filter_map(|text| reading.held_against(text)));
            all.extend(serving(found, &reading.marks()));
        }
        let mut roles = serving(best_of(all), whom);
        roles.truncate(MOST_ROLES);
        roles
    }

    /// Whether a word is of this trade, or says nothing of any.
    fn is_known(&self, word: &str) -> bool {
        is_idle(word)
            || is_place_of_work(word)
            || mark(word).is_some()
            || self.known.contains(word)
            || self.known.iter().any(|held| likeness(word, held).is_some())
    }
}

impl Meaning<'_> {
    /// How like the title of a credential is to that of the posting, in hundredths.
    #[must_use]
    pub fn likeness(&self, credential: &CredentialId) -> u32 {
        let names = self.credentials.iter().filter(|one| one.id == *credential).filter_map(|one| one.names.first());
        let best = names.flat_map(|name| self.readings.iter().map(move |reading| reading.confidence(name).0)).max();
        best.unwrap_or_default()
    }
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

    /// Whether all that speaks for it speaks for another.
    fn adds_nothing_to(&self, other: &Self) -> bool {
        self.heard.iter().all(|word| other.heard.contains(word))
    }
}

/// The best match of each role, best first, without those that nothing but what speaks for a better one speaks for.
fn best_of(found: impl IntoIterator<Item = RoleMatch>) -> Vec<RoleMatch> {
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

/// Where one serves whom the work is for: those that do, and those that serve whom their own reading speaks of.
fn serving(mut found: Vec<RoleMatch>, whom: &[Specialty]) -> Vec<RoleMatch> {
    let serves = |one: &RoleMatch, whom: &[Specialty]| one.serves.iter().any(|served| whom.contains(served));
    if found.iter().any(|one| serves(one, whom)) {
        found.retain(|one| serves(one, whom) || serves(one, &one.marks));
    }
    found
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
