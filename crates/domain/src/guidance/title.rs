//! Which roles, and which credentials, the title of a posting means.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use serde::Serialize;
use utoipa::ToSchema;

use super::wording::{AMBIGUOUS, SAME, TELLING, is_decoration, is_level, likeness, mark};
use crate::catalog::Catalog;
use crate::credential::Specialty;
use crate::identifier::{CredentialId, JurisdictionCode, RoleId};
use crate::search::{FILLERS, words};

/// How many roles a title may mean.
const MOST_ROLES: usize = 5;

/// The least confidence, in hundredths, with which a role is named.
const LEAST: u32 = 50;

/// How much a level counts that the role's text does not have, in hundredths of a word.
const LEVEL: u32 = 25;

/// How like its word each word of a credential's title must be for the credential to be named.
const NAMING: u32 = 80;

/// The most words of a title that are looked at: a longer one is no title.
const MOST_WORDS: usize = 30;

/// The fewest letters of an acronym that is not taken for something else beside other words.
const SHORTEST_ACRONYM: usize = 3;

/// The most parts of a title that are looked at, the whole included.
const MOST_PARTS: usize = 8;

/// What stands between the parts of a title.
const SEPARATORS: &[char] = &[',', ';', ':', '|', '/', '(', ')', '[', ']', '–', '—', '•', '·', '@', '+', '&', '?', '!'];

/// Words after which a title speaks of the place or the people.
const TURNS: &[&str] = &["-", "at", "for", "in", "with"];

/// A role that a title means.
#[derive(Debug, Clone, PartialEq)]
pub struct RoleMatch {
    /// The role.
    pub role: RoleId,
    /// The confidence, in hundredths; [`TitleIndex::roles`] says how it comes about.
    pub hundredths: u32,
    /// The text of the role that was matched: its title, or another title for it.
    pub matched: String,
    /// Each word of that text that the title has, with the word it was read from.
    pub matched_words: Vec<MatchedWord>,
    /// The title of the credential that an acronym in the asked title was read as.
    pub read_as: Option<String>,
    /// The words of the reading that were matched.
    heard: Vec<String>,
    /// Whether a word of the role's text is not there.
    missing: bool,
    /// How many of the role's texts the title may mean.
    texts: usize,
}

/// A word of a title, and the word that it was taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MatchedWord {
    /// The word of the title, or the acronym, in lower case.
    pub asked: String,
    /// The word of the role that it was taken for, in lower case.
    pub taken_for: String,
}

/// A credential that a title names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named<'a> {
    /// The credential.
    pub credential: &'a CredentialId,
    /// Whether its acronym does.
    pub by_acronym: bool,
}

/// The titles of a catalog, ready to be held against those of postings.
#[derive(Debug, Default)]
pub struct TitleIndex {
    texts: Vec<RoleText>,
    credentials: Vec<CredentialText>,
    /// Every word that a title may have without being of another trade.
    known: HashSet<String>,
}

/// The title of a posting in a jurisdiction, taken apart.
#[derive(Debug)]
pub struct AskedTitle<'a> {
    words: Vec<String>,
    jurisdiction: JurisdictionCode,
    /// The credentials that acronyms in it stand for.
    acronyms: Vec<&'a CredentialText>,
    /// The title as a whole, and part by part, each as it stands and with its acronym read.
    readings: Vec<Reading>,
}

/// A title of a role.
#[derive(Debug)]
struct RoleText {
    role: RoleId,
    text: String,
    words: Vec<String>,
}

/// What an active credential is called.
#[derive(Debug)]
struct CredentialText {
    id: CredentialId,
    jurisdiction: Option<JurisdictionCode>,
    title: String,
    /// The words of its acronym; none where it has none.
    acronym: Vec<String>,
    /// The words of its title and of its former ones, without those that many titles have.
    names: Vec<Vec<String>>,
}

/// A title, or a part of it, word by word.
#[derive(Debug, Default)]
struct Reading {
    words: Vec<Word>,
    /// The title of the credential that an acronym stands for.
    read_as: Option<String>,
    /// Whether it has a word that is no part of this trade.
    foreign: bool,
}

#[derive(Debug, Clone)]
struct Word {
    /// As it stands in the title.
    asked: String,
    /// As it is understood.
    word: String,
}

impl TitleIndex {
    /// Indexes the titles of a catalog.
    #[must_use]
    pub fn new(catalog: &Catalog) -> Self {
        let mut index = Self::default();
        for role in &catalog.roles {
            for text in std::iter::once(&role.title).chain(&role.aliases) {
                let words = telling(words(text));
                index.known.extend(words.iter().cloned());
                index.texts.push(RoleText { role: role.id.clone(), text: text.clone(), words });
            }
            index.known.extend(role.settings.iter().flat_map(|setting| words(setting)));
        }
        for jurisdiction in &catalog.jurisdictions {
            index.known.extend(words(&jurisdiction.name));
        }
        for credential in &catalog.credentials {
            let of = credential.jurisdiction.as_ref().and_then(|code| catalog.jurisdictions.get(&code.to_string()));
            let place = of.map(|jurisdiction| words(&jurisdiction.name)).unwrap_or_default();
            let titles = std::iter::once(&credential.title).chain(&credential.former_titles);
            let names = titles
                .map(|title| {
                    let mut name = telling(words(title));
                    index.known.extend(name.iter().cloned());
                    name.retain(|word| !is_decoration(word) && word != "national" && !place.contains(word));
                    name
                })
                .collect();
            index.credentials.push(CredentialText {
                id: credential.id.clone(),
                jurisdiction: credential.jurisdiction.clone(),
                title: credential.title.clone(),
                acronym: credential.acronym.as_deref().map(words).unwrap_or_default(),
                names,
            });
        }
        index
    }

    /// Takes a title apart.
    #[must_use]
    pub fn read(&self, title: &str, jurisdiction: &JurisdictionCode) -> AskedTitle<'_> {
        let (mut acronyms, mut readings) = (Vec::new(), Vec::new());
        for part in parts(title) {
            let asked = limited(words(&part));
            let stands = |word: &String| Word { asked: word.clone(), word: word.clone() };
            readings.push(self.reading(asked.iter().map(stands).collect(), None));
            if let Some(credential) = self.acronym(&asked, jurisdiction) {
                let place = place_of(&asked, &credential.acronym).unwrap_or_default();
                let (before, rest) = asked.split_at(place);
                let after = rest.iter().skip(credential.acronym.len());
                let acronym = credential.acronym.join("-");
                let expanded = words(&credential.title).into_iter().map(|word| Word { asked: acronym.clone(), word });
                let all = before.iter().map(stands).chain(expanded).chain(after.map(stands));
                readings.push(self.reading(all.collect(), Some(credential.title.clone())));
                acronyms.push(credential);
            }
        }
        readings.retain(|reading| !reading.words.is_empty());
        AskedTitle { words: limited(words(title)), jurisdiction: jurisdiction.clone(), acronyms, readings }
    }

    /// The roles that a title means, best first, at most five; none where it means none of this catalog's.
    ///
    /// The title is read as a whole and part by part, and with an acronym of a credential read as that credential's
    /// title: the jurisdiction's own first, then any. Each reading is held against each title of each role:
    ///
    /// **confidence = 2 × sum of likenesses ÷ (words of the reading + words of the role's title)**
    ///
    /// Each word of the role's title is taken for the most similar word of the reading, which counts once. The same word,
    /// or its plural, has a likeness of 1; with one typo 0.9, with two 0.8, cut off 0.7. A word such as *remote* or
    /// *certified* counts nothing in the reading unless the role's title has it, and one of level (*senior*, *II*) a
    /// quarter. The best of these is the confidence; below 0.5 the role is not named. Neither is it
    ///
    /// - where the reading lacks the words that tell peer work from other work, or, of a title without such words, any word;
    /// - where a word of the reading is of another trade, unless every other word of the role's title is there;
    /// - where nothing but what speaks for a better one speaks for it;
    /// - where the title says whom the work is for, and another role that fits serves them.
    #[must_use]
    pub fn roles(&self, catalog: &Catalog, title: &AskedTitle<'_>) -> Vec<RoleMatch> {
        let mut best: BTreeMap<String, RoleMatch> = BTreeMap::new();
        for reading in &title.readings {
            for text in &self.texts {
                let Some(found) = reading.held_against(text) else { continue };
                let key = found.role.to_string();
                match best.get_mut(&key) {
                    None => {
                        best.insert(key, found);
                    }
                    Some(before) => {
                        let texts = before.texts + 1;
                        if (found.hundredths, found.matched_words.len())
                            > (before.hundredths, before.matched_words.len())
                        {
                            *before = found;
                        }
                        before.texts = texts;
                    }
                }
            }
        }
        let mut found: Vec<RoleMatch> = best.into_values().collect();
        found.sort_by_key(|one| Reverse((one.hundredths, one.matched_words.len(), one.texts)));
        let mut kept: Vec<RoleMatch> = Vec::new();
        for one in found {
            if !(one.missing && kept.iter().any(|better| one.adds_nothing_to(better))) {
                kept.push(one);
            }
        }
        let marked = title.marked();
        let serves = |one: &RoleMatch| {
            let role = catalog.roles.get(&one.role.to_string());
            role.is_some_and(|role| role.specialties.iter().any(|specialty| marked.contains(specialty)))
        };
        if kept.iter().any(serves) {
            kept.retain(serves);
        }
        kept.truncate(MOST_ROLES);
        kept
    }

    /// The credentials that the title names: the jurisdiction's by their acronym, or by every word of their title but
    /// those that many titles have; national ones by an acronym that none of the jurisdiction's has.
    #[must_use]
    pub fn named(&self, title: &AskedTitle<'_>) -> Vec<Named<'_>> {
        let is_own = |one: &CredentialText| one.jurisdiction.as_ref() == Some(&title.jurisdiction);
        let mut named = Vec::new();
        for one in self.credentials.iter().filter(|one| one.jurisdiction.is_none() || is_own(one)) {
            let stands = |found: &CredentialText| found.acronym == one.acronym && (is_own(one) || !is_own(found));
            let by_acronym = title.acronyms.iter().copied().any(stands);
            if by_acronym || (is_own(one) && one.names.iter().any(|name| covers(&title.words, name))) {
                named.push(Named { credential: &one.id, by_acronym });
            }
        }
        named
    }

    /// How like the title of a credential is to that of a posting, in hundredths.
    #[must_use]
    pub fn likeness(&self, title: &AskedTitle<'_>, credential: &CredentialId) -> u32 {
        let names = self.credentials.iter().filter(|one| one.id == *credential).filter_map(|one| one.names.first());
        let best = names.flat_map(|name| title.readings.iter().map(move |reading| reading.confidence(name).0)).max();
        best.unwrap_or_default()
    }

    fn reading(&self, mut words: Vec<Word>, read_as: Option<String>) -> Reading {
        words.retain(|word| !FILLERS.contains(&word.word.as_str()));
        let foreign = words.iter().any(|word| !self.is_known(&word.word));
        Reading { words, read_as, foreign }
    }

    /// The credential whose acronym is among the words.
    ///
    /// One of another jurisdiction is taken only where the rest of the title is of this trade, one of two letters only
    /// where there is no rest. Where several have it, the title that most of them have is taken, or the shortest.
    fn acronym(&self, asked: &[String], jurisdiction: &JurisdictionCode) -> Option<&CredentialText> {
        let stands_in = |one: &CredentialText, fits: &dyn Fn(&str) -> bool| {
            let Some(place) = place_of(asked, &one.acronym) else { return false };
            let acronym = place..place + one.acronym.len();
            let short = one.acronym.iter().map(String::len).sum::<usize>() < SHORTEST_ACRONYM;
            let mut rest =
                asked.iter().enumerate().filter(|(at, _)| !acronym.contains(at)).map(|(_, word)| word.as_str());
            rest.all(|word| is_idle(word) || (!short && fits(word)))
        };
        let own = self.credentials.iter().filter(|one| one.jurisdiction.as_ref() == Some(jurisdiction));
        let own = own.filter(|one| stands_in(one, &|word| self.is_known(word)));
        if let Some(longest) = own.max_by_key(|one| one.acronym.len()) {
            return Some(longest);
        }
        let of_it = |one: &CredentialText, word: &str| words(&one.title).iter().any(|of| of == word);
        let others: Vec<&CredentialText> = self
            .credentials
            .iter()
            .filter(|one| stands_in(one, &|word| TELLING.contains(&word) || of_it(one, word)))
            .collect();
        let alike = |one: &CredentialText| others.iter().filter(|other| other.title == one.title).count();
        others.iter().copied().max_by_key(|one| (one.acronym.len(), alike(one), Reverse(one.title.len())))
    }

    fn is_known(&self, word: &str) -> bool {
        is_idle(word)
            || mark(word).is_some()
            || self.known.contains(word)
            || self.known.iter().any(|held| likeness(word, held).is_some())
    }
}

impl AskedTitle<'_> {
    /// Whom the title says that the work is for, in its order; an acronym is read as what it stands for.
    #[must_use]
    pub fn marked(&self) -> Vec<Specialty> {
        let mut marked = Vec::new();
        for specialty in self.readings.iter().flat_map(|reading| &reading.words).filter_map(|word| mark(&word.word)) {
            if !marked.contains(&specialty) {
                marked.push(specialty);
            }
        }
        marked
    }
}

impl Reading {
    /// What a role's title makes of the reading; `None` where it is not what is meant.
    fn held_against(&self, text: &RoleText) -> Option<RoleMatch> {
        let (hundredths, found) = self.confidence(&text.words);
        let missing = found.len() < text.words.len();
        let mut telling = text.words.iter().filter(|word| TELLING.contains(&word.as_str())).peekable();
        let meant = if telling.peek().is_none() {
            !missing
        } else {
            let told = found.iter().any(|(_, taken_for)| TELLING.contains(taken_for));
            let ambiguous = telling.all(|word| word == AMBIGUOUS);
            let enough = !ambiguous || !missing || found.len() > 1;
            told && enough && (!self.foreign || !(missing || ambiguous))
        };
        let matched = |(of, taken_for): &(&Word, &str)| MatchedWord {
            asked: of.asked.clone(),
            taken_for: (*taken_for).to_owned(),
        };
        (meant && hundredths >= LEAST).then(|| RoleMatch {
            role: text.role.clone(),
            hundredths,
            matched: text.text.clone(),
            matched_words: found.iter().map(matched).collect(),
            read_as: self.read_as.clone(),
            heard: found.iter().map(|(of, _)| of.word.clone()).collect(),
            missing,
            texts: 1,
        })
    }

    /// The confidence, in hundredths, that these words are meant, and which of them were found, each in which word.
    fn confidence<'a>(&'a self, held: &'a [String]) -> (u32, Vec<(&'a Word, &'a str)>) {
        let mut left: Vec<&Word> = self.words.iter().collect();
        let (mut sum, mut all, mut found) = (0, 0, Vec::new());
        for word in held {
            all += SAME;
            let alike = left.iter().enumerate().filter_map(|(at, of)| Some((likeness(&of.word, word)?, Reverse(at))));
            if let Some((like, Reverse(at))) = alike.max() {
                sum += like;
                all += SAME;
                found.push((left.remove(at), word.as_str()));
            }
        }
        for word in left {
            all += match word.word.as_str() {
                word if is_decoration(word) => 0,
                word if is_level(word) => LEVEL,
                _ => SAME,
            };
        }
        ((2 * SAME * sum + all / 2).checked_div(all).unwrap_or_default(), found)
    }
}

impl RoleMatch {
    /// The confidence, from 0 to 1.
    #[must_use]
    pub fn confidence(&self) -> f64 {
        f64::from(self.hundredths) / f64::from(SAME)
    }

    /// Whether all that speaks for it speaks for another.
    fn adds_nothing_to(&self, other: &Self) -> bool {
        self.heard.iter().all(|word| other.heard.contains(word))
    }
}

/// A title as a whole and, where it has several, its parts.
fn parts(title: &str) -> Vec<String> {
    let mut parts = vec![title.to_owned()];
    for part in title.split(SEPARATORS) {
        let mut words: Vec<&str> = Vec::new();
        for word in part.split_whitespace() {
            if TURNS.contains(&word.to_lowercase().as_str()) {
                parts.push(words.join(" "));
                words.clear();
            } else {
                words.push(word);
            }
        }
        parts.push(words.join(" "));
    }
    parts.retain(|part| !part.is_empty());
    let mut seen = HashSet::new();
    parts.retain(|part| seen.insert(part.trim().to_owned()));
    parts.truncate(MOST_PARTS);
    parts
}

/// Whether a word says nothing of what the work is.
fn is_idle(word: &str) -> bool {
    is_decoration(word) || is_level(word) || FILLERS.contains(&word)
}

fn limited(mut words: Vec<String>) -> Vec<String> {
    words.truncate(MOST_WORDS);
    words
}

/// The words that are more than fillers.
fn telling(mut words: Vec<String>) -> Vec<String> {
    words.retain(|word| !FILLERS.contains(&word.as_str()));
    words
}

/// Where some words stand, one after the other, among others.
fn place_of(among: &[String], these: &[String]) -> Option<usize> {
    if these.is_empty() { None } else { among.windows(these.len()).position(|window| window == these) }
}

/// Whether a name of at least two words is there, each word or one like it.
fn covers(asked: &[String], name: &[String]) -> bool {
    let has = |word: &String| asked.iter().any(|of| likeness(of, word).is_some_and(|like| like >= NAMING));
    name.len() > 1 && name.iter().all(has)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use super::*;
    use crate::guidance::catalog;

    static INDEX: LazyLock<TitleIndex> = LazyLock::new(|| TitleIndex::new(catalog()));

    fn roles(title: &str, code: &str) -> Vec<RoleMatch> {
        INDEX.roles(catalog(), &INDEX.read(title, &code.parse().unwrap()))
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
            ("Recovery Coach III - Smith County Jail", "recovery-coach", 90),
            ("Lead Peer Support Specialist", "peer-support-specialist", 90),
            ("Sr. Peer Support Specialist", "senior-peer-support-specialist", 100),
            ("Senior Peer Support Specialist", "senior-peer-support-specialist", 100),
            ("Entry Level Peer Specialist", "entry-level-peer-support-specialist", 100),
            ("Peer Bridger (Per Diem)", "peer-bridger", 100),
            ("Family Peer Support Specialist", "family-peer-advocate", 80),
            ("Youth Peer Support Partner", "youth-peer-advocate", 70),
            ("Peer Support", "peer-support-specialist", 80),
            ("Peer Specialist at Hope House", "peer-support-specialist", 100),
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

    #[test]
    fn credentials_are_named_by_acronym_or_title() {
        let named = |title: &str, code: &str| {
            let code = code.parse().unwrap();
            INDEX.named(&INDEX.read(title, &code)).into_iter().map(|one| one.credential.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(named("MHPS - Austin", "US-TX"), ["us-tx-mhps"]);
        assert_eq!(named("Certified Family Partner", "US-TX"), ["us-tx-cfp"]);
        assert_eq!(named("Recovery Coach", "US-VT"), ["us-vt-crc"]);
        assert_eq!(named("CPSS", "US-SC"), ["us-sc-apsc-cpss", "us-sc-share-cpss"]);
        assert_eq!(named("NCPS", "US-SD"), ["mha-ncps"]);
        assert!(named("MHPS", "US-CA").is_empty());
        assert!(named("Peer Specialist", "US-TX").is_empty());
    }
}
