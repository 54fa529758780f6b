//! Which credentials a title names, and what its acronyms stand for.

use std::cmp::Reverse;
use std::ops::Range;

use super::lexicon::{is_decoration, is_idle, is_telling, likeness, without_fillers};
use super::reading::{Reading, Word};
use super::{NAMING, TitleIndex};
use crate::catalog::Catalog;
use crate::credential::{Credential, Specialty};
use crate::identifier::{CredentialId, JurisdictionCode};
use crate::search::{is_filler, words};

/// The fewest letters of an acronym that is not taken for something else beside other words.
const SHORTEST_ACRONYM: usize = 3;

/// Words by which the title of a credential says that it is one.
const CERTIFYING: &[&str] = &["certified", "registered"];

/// A credential that a title names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named<'a> {
    /// The credential.
    pub credential: &'a CredentialId,
    /// Whether its acronym does.
    pub by_acronym: bool,
}

/// An acronym of the jurisdiction that elsewhere stands for another function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namesakes<'a> {
    /// The credentials of the jurisdiction that have it.
    pub own: Vec<&'a CredentialId>,
    /// Those of other jurisdictions, under another title and for nobody whom those of this one are for.
    pub elsewhere: Vec<&'a CredentialId>,
}

/// What a credential is called.
#[derive(Debug)]
pub(super) struct CredentialText {
    pub id: CredentialId,
    jurisdiction: Option<JurisdictionCode>,
    specialties: Vec<Specialty>,
    title: String,
    /// The words of its acronym; none where it has none.
    pub acronym: Vec<String>,
    /// The words of its title and of its former ones.
    pub titles: Vec<Vec<String>>,
    /// The same without those that many titles have.
    pub names: Vec<Vec<String>>,
}

/// An acronym that stands in a title.
#[derive(Debug)]
pub(super) struct Acronym<'a> {
    /// In which text it was found.
    text: usize,
    place: Range<usize>,
    /// What it is taken for: the credentials of the jurisdiction that have it, or else one of another.
    means: Vec<&'a CredentialText>,
    /// What it stands for elsewhere.
    elsewhere: Vec<&'a CredentialText>,
}

impl CredentialText {
    pub(super) fn new(catalog: &Catalog, credential: &Credential) -> Self {
        let of = credential.jurisdiction.as_ref().and_then(|code| catalog.jurisdictions.get(&code.to_string()));
        let place = of.map(|jurisdiction| words(&jurisdiction.name)).unwrap_or_default();
        let titles = std::iter::once(&credential.title).chain(&credential.former_titles);
        let titles: Vec<Vec<String>> = titles.map(|title| without_fillers(words(title))).collect();
        let name = |title: &Vec<String>| {
            let mut name = title.clone();
            name.retain(|word| !is_decoration(word) && word != "national" && !place.contains(word));
            name
        };
        Self {
            id: credential.id.clone(),
            jurisdiction: credential.jurisdiction.clone(),
            specialties: credential.specialties.clone(),
            title: credential.title.clone(),
            acronym: credential.acronym.as_deref().map(words).unwrap_or_default(),
            names: titles.iter().map(name).collect(),
            titles,
        }
    }

    fn is_of(&self, jurisdiction: &JurisdictionCode) -> bool {
        self.jurisdiction.as_ref() == Some(jurisdiction)
    }

    /// Whether another is for those whom it is for, or goes by its name.
    fn is_the_same_as(&self, other: &Self) -> bool {
        self.specialties.iter().any(|specialty| other.specialties.contains(specialty))
            || self.is_named_in(&other.name())
            || other.is_named_in(&self.name())
    }

    /// The words of its title without those that many titles have.
    fn name(&self) -> Vec<&str> {
        self.names.iter().take(1).flatten().map(String::as_str).collect()
    }

    /// Whether a name of it of at least two words stands among some, word after word.
    fn is_named_in(&self, said: &[&str]) -> bool {
        self.names.iter().any(|name| name.len() > 1 && stands_in(name, said))
    }
}

impl<'a> Acronym<'a> {
    /// Whether a word of a title is a part of it.
    pub(super) fn has(&self, word: &str) -> bool {
        self.means.iter().any(|one| one.acronym.iter().any(|part| part == word))
    }

    /// The credentials that it may stand for, one of each title.
    pub(super) fn credentials(&self) -> impl Iterator<Item = &'a CredentialText> {
        let mut seen = Vec::new();
        let all = self.means.iter().chain(&self.elsewhere).copied();
        all.filter(move |one| {
            !seen.contains(&&one.title) && {
                seen.push(&one.title);
                true
            }
        })
    }

    /// What else it stands for, if anything.
    pub(super) fn namesakes(self) -> Option<Namesakes<'a>> {
        let ids = |of: &[&'a CredentialText]| of.iter().map(|one| &one.id).collect();
        (!self.elsewhere.is_empty()).then(|| Namesakes { own: ids(&self.means), elsewhere: ids(&self.elsewhere) })
    }
}

impl TitleIndex {
    /// The credentials that a title names.
    ///
    /// The jurisdiction's are named by their acronym; or by the words of their title but those that many titles have,
    /// one after the other in a reading without a word of another trade. Where no role is meant, only the whole title of a
    /// credential that says that it is one does the latter, in a title of no word of another trade. National ones are named
    /// by an acronym that none of the jurisdiction's has.
    pub(super) fn named(
        &self,
        readings: &[Reading],
        spelled: &[Acronym<'_>],
        jurisdiction: &JurisdictionCode,
        means_a_role: bool,
        is_strange: bool,
    ) -> Vec<Named<'_>> {
        let plain = readings.iter().filter(|reading| reading.read_as.is_none() && reading.strangers() == 0);
        let plain: Vec<Vec<&str>> =
            plain.map(|reading| reading.words.iter().map(|word| word.heard.as_str()).collect()).collect();
        let bare: Vec<Vec<&str>> = plain.iter().map(|said| undecorated(said.iter().copied())).collect();
        let has_title = |one: &CredentialText| {
            if means_a_role {
                return bare.iter().any(|said| one.is_named_in(said));
            }
            let certifies = |title: &&Vec<String>| title.iter().any(|word| CERTIFYING.contains(&word.as_str()));
            !is_strange
                && one.titles.iter().filter(certifies).any(|title| plain.iter().any(|said| stands_in(title, said)))
        };
        let mut named = Vec::new();
        for one in self.credentials.iter().filter(|one| one.jurisdiction.is_none() || one.is_of(jurisdiction)) {
            let is_it = |found: &&CredentialText| {
                found.acronym == one.acronym && found.is_of(jurisdiction) == one.is_of(jurisdiction)
            };
            let stands = |acronym: &Acronym<'_>| acronym.means.iter().any(is_it);
            let by_acronym = spelled.iter().any(stands);
            if by_acronym || (one.is_of(jurisdiction) && has_title(one)) {
                named.push(Named { credential: &one.id, by_acronym });
            }
        }
        named
    }

    /// The acronyms in the texts of a title, the first of which is the whole.
    ///
    /// Those of the jurisdiction are all taken where the rest of a text is of this trade; one of another only where it has
    /// none, and the rest tells of peer work or is of its title; one of two letters only where there is no rest. Where the
    /// whole spells out what an acronym stands for, here or elsewhere, it stands for that.
    pub(super) fn spelled(&self, texts: &[Vec<String>], jurisdiction: &JurisdictionCode) -> Vec<Acronym<'_>> {
        let whole = undecorated(texts.iter().take(1).flatten().map(String::as_str));
        let mut spelled = Vec::new();
        for (text, said) in texts.iter().enumerate() {
            let own = self.own_acronyms(said, jurisdiction);
            if own.is_empty() {
                let other = self.other_acronym(said);
                spelled.extend(other.map(|(place, one)| Acronym {
                    text,
                    place,
                    means: vec![one],
                    elsewhere: Vec::new(),
                }));
            }
            for (place, means) in own {
                let acronym = means.first().map(|one| &one.acronym);
                let same = |one: &CredentialText| means.iter().any(|own| own.is_the_same_as(one));
                let others = self.credentials.iter().filter(|one| !one.is_of(jurisdiction) && !same(one));
                let elsewhere: Vec<_> = others.filter(|one| Some(&one.acronym) == acronym).collect();
                let spelled_out: Vec<_> = elsewhere.iter().copied().filter(|one| one.is_named_in(&whole)).collect();
                let (means, elsewhere) = if means.iter().any(|own| own.is_named_in(&whole)) {
                    (means, Vec::new())
                } else if spelled_out.is_empty() {
                    (means, elsewhere)
                } else {
                    (spelled_out, Vec::new())
                };
                spelled.push(Acronym { text, place, means, elsewhere });
            }
        }
        spelled
    }

    /// The acronyms of the jurisdiction in a text, each with the credentials that have it, none within a longer one.
    fn own_acronyms(
        &self,
        said: &[String],
        jurisdiction: &JurisdictionCode,
    ) -> Vec<(Range<usize>, Vec<&CredentialText>)> {
        let own: Vec<&CredentialText> = self.credentials.iter().filter(|one| one.is_of(jurisdiction)).collect();
        let is_fitting =
            |word: &str| self.is_known(word) || own.iter().any(|one| one.acronym.iter().any(|part| part == word));
        let mut found: Vec<(Range<usize>, Vec<&CredentialText>)> = Vec::new();
        for one in &own {
            let Some(place) = one.acronym_in(said, is_fitting) else { continue };
            match found.iter_mut().find(|(known, _)| *known == place) {
                Some((_, means)) => means.push(one),
                None => found.push((place, vec![one])),
            }
        }
        let places: Vec<Range<usize>> = found.iter().map(|(place, _)| place.clone()).collect();
        let within = |place: &Range<usize>, other: &Range<usize>| {
            place != other && other.start <= place.start && place.end <= other.end
        };
        found.retain(|(place, _)| !places.iter().any(|other| within(place, other)));
        found
    }

    /// The credential of whichever jurisdiction whose acronym stands in a text. Where several have it, the title that most
    /// of them have is taken, or the shortest.
    fn other_acronym(&self, said: &[String]) -> Option<(Range<usize>, &CredentialText)> {
        let others = self.credentials.iter().filter_map(|one| {
            let of_it = |word: &str| is_telling(word) || words(&one.title).iter().any(|of| of == word);
            Some((one.acronym_in(said, of_it)?, one))
        });
        let others: Vec<(Range<usize>, &CredentialText)> = others.collect();
        let alike = |one: &CredentialText| others.iter().filter(|(_, other)| other.title == one.title).count();
        let best = others.iter().max_by_key(|(_, one)| (one.acronym.len(), alike(one), Reverse(one.title.len())));
        best.cloned()
    }

    /// A text as it stands.
    pub(super) fn reading(&self, text: &[String], spelled: &[Acronym<'_>]) -> Reading {
        let words = text.iter().filter(|word| !is_filler(word)).map(|word| self.word(word, spelled));
        Reading { words: words.collect(), read_as: None, elsewhere: 0 }
    }

    /// A text with an acronym read as the title of a credential, without other acronyms.
    pub(super) fn expanded(
        &self,
        texts: &[Vec<String>],
        acronym: &Acronym<'_>,
        read_as: &CredentialText,
        spelled: &[Acronym<'_>],
    ) -> Reading {
        let text = texts.get(acronym.text).map(Vec::as_slice).unwrap_or_default();
        let is_word = |word: &&String| !is_filler(word) && !spelled.iter().any(|acronym| acronym.has(word));
        let said = |word: &String| self.word(word, spelled);
        let before = text.iter().take(acronym.place.start).filter(is_word).map(said);
        let after = text.iter().skip(acronym.place.end).filter(is_word).map(said);
        let asked = read_as.acronym.join("-");
        // Where the title says both, the acronym adds nothing.
        let said_too = read_as.is_named_in(&undecorated(text.iter().map(String::as_str)));
        let title = if said_too { Vec::new() } else { without_fillers(words(&read_as.title)) };
        let title = title.into_iter().map(|word| Word { asked: asked.clone(), heard: word, strange: false });
        let words = before.chain(title).chain(after).collect();
        Reading { words, read_as: (!said_too).then(|| read_as.title.clone()), elsewhere: 0 }
    }

    fn word(&self, word: &str, spelled: &[Acronym<'_>]) -> Word {
        let strange = !self.is_known(word) && !spelled.iter().any(|acronym| acronym.has(word));
        Word { asked: word.to_owned(), heard: word.to_owned(), strange }
    }
}

impl CredentialText {
    /// Where its acronym stands among words, if the others fit; beside one of two letters, none do.
    fn acronym_in(&self, said: &[String], fits: impl Fn(&str) -> bool) -> Option<Range<usize>> {
        let start = said.windows(self.acronym.len().max(1)).position(|window| window == self.acronym)?;
        let place = start..start + self.acronym.len();
        let short = self.acronym.iter().map(String::len).sum::<usize>() < SHORTEST_ACRONYM;
        let mut rest = said.iter().enumerate().filter(|(at, _)| !place.contains(at)).map(|(_, word)| word.as_str());
        rest.all(|word| is_idle(word) || (!short && fits(word))).then_some(place)
    }
}

/// Whether a name stands among words, each of its words or one like it after the other.
fn stands_in(name: &[String], said: &[&str]) -> bool {
    let is_like = |(of, word): (&&str, &String)| likeness(of, word).is_some_and(|like| like >= NAMING);
    !name.is_empty() && said.windows(name.len()).any(|window| window.iter().zip(name).all(is_like))
}

fn undecorated<'a>(said: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    said.filter(|word| !is_decoration(word) && !is_filler(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guidance::catalog;

    #[test]
    fn credentials_are_named_by_acronym_or_title() {
        let index = TitleIndex::new(catalog());
        let named = |title: &str, code: &str| {
            let code = code.parse().unwrap();
            index.read(title, &code).named.into_iter().map(|one| one.credential.to_string()).collect::<Vec<_>>()
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
