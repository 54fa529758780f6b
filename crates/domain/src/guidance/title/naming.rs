//! The credentials that a title names, and the meaning of its acronyms.

use std::cmp::Reverse;
use std::ops::Range;

use super::candidate::{Candidate, Word};
use super::index::{CredentialText, NAMING, TitleIndex};
use super::lexicon::{is_decoration, is_distinctive, is_stop_word, likeness, without_fillers};
use crate::catalog::Catalog;
use crate::catalog::credential::Credential;
use crate::catalog::identifier::{CredentialId, JurisdictionCode};
use crate::catalog::search::{is_filler, words};

/// The fewest letters of an acronym that counts beside other words.
const SHORTEST_ACRONYM: usize = 3;

/// Words that say that a title is the title of a credential.
const CERTIFYING: &[&str] = &["certified", "registered"];

/// A credential that a title names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named<'a> {
    /// The credential.
    pub credential: &'a CredentialId,
    /// Whether the title has its acronym.
    pub by_acronym: bool,
}

/// An acronym of the jurisdiction that means something else elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmbiguousAcronym<'a> {
    /// The credentials of the jurisdiction with this acronym.
    pub own: Vec<&'a CredentialId>,
    /// Credentials of other jurisdictions with this acronym, another title and other populations.
    pub elsewhere: Vec<&'a CredentialId>,
}

/// An acronym in a title.
#[derive(Debug)]
pub(super) struct Acronym<'a> {
    /// The text that has it.
    text: usize,
    place: Range<usize>,
    /// The credentials of the jurisdiction with this acronym, or one of another jurisdiction.
    means: Vec<&'a CredentialText>,
    /// What it means elsewhere.
    elsewhere: Vec<&'a CredentialText>,
}

impl CredentialText {
    pub(super) fn new(catalog: &Catalog, credential: &Credential) -> Self {
        let of = credential.jurisdiction.as_ref().and_then(|code| catalog.jurisdictions.get(code));
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

    /// Whether the other credential serves a common population or has the same name.
    fn is_the_same_as(&self, other: &Self) -> bool {
        self.specialties.iter().any(|specialty| other.specialties.contains(specialty))
            || self.is_named_in(&other.name())
            || other.is_named_in(&self.name())
    }

    /// The words of the title without words that many titles have.
    fn name(&self) -> Vec<&str> {
        self.names.iter().take(1).flatten().map(String::as_str).collect()
    }

    /// Whether a name of at least two words stands among these words, in order.
    fn is_named_in(&self, said: &[&str]) -> bool {
        self.names.iter().any(|name| name.len() > 1 && stands_in(name, said))
    }
}

impl<'a> Acronym<'a> {
    /// Whether the word is part of the acronym.
    pub(super) fn has(&self, word: &str) -> bool {
        self.means.iter().any(|one| one.acronym.iter().any(|part| part == word))
    }

    /// The credentials that it may mean, one of each title.
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

    /// The note on its other meanings, if it has any.
    pub(super) fn ambiguous(self) -> Option<AmbiguousAcronym<'a>> {
        let ids = |of: &[&'a CredentialText]| of.iter().map(|one| &one.id).collect();
        (!self.elsewhere.is_empty())
            .then(|| AmbiguousAcronym { own: ids(&self.means), elsewhere: ids(&self.elsewhere) })
    }
}

impl TitleIndex {
    /// The credentials that a title names.
    ///
    /// A title names a credential of the jurisdiction by its acronym, or by the words of its title without common
    /// ones, in order, in a candidate without words of another field. If the title matches no role, only the whole
    /// title of a credential with *certified* or *registered* in it counts, and only without any word of another
    /// field. A title names a national credential by an acronym that no credential of the jurisdiction has.
    pub(super) fn named(
        &self,
        candidates: &[Candidate],
        spelled: &[Acronym<'_>],
        jurisdiction: &JurisdictionCode,
        means_a_role: bool,
        has_out_of_field: bool,
    ) -> Vec<Named<'_>> {
        let plain = candidates.iter().filter(|candidate| candidate.read_as.is_none() && candidate.out_of_field() == 0);
        let plain: Vec<Vec<&str>> =
            plain.map(|candidate| candidate.words.iter().map(|word| word.normalized.as_str()).collect()).collect();
        let bare: Vec<Vec<&str>> = plain.iter().map(|said| undecorated(said.iter().copied())).collect();
        let has_title = |one: &CredentialText| {
            if means_a_role {
                return bare.iter().any(|said| one.is_named_in(said));
            }
            let certifies = |title: &&Vec<String>| title.iter().any(|word| CERTIFYING.contains(&word.as_str()));
            !has_out_of_field
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

    /// The acronyms in the texts of a title. The first text is the whole title.
    ///
    /// Acronyms of the jurisdiction count if the rest of the text is of this field. If there is none, an acronym of
    /// another jurisdiction counts if the rest is about peer work or part of the title of the credential. An acronym
    /// of two letters counts only alone. If the whole title spells out one meaning, that is the meaning.
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

    /// The acronyms of the jurisdiction in a text, each with its credentials, none inside a longer one.
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

    /// The credential of any jurisdiction whose acronym stands in a text. If several have it, the most frequent title
    /// wins, then the shortest.
    fn other_acronym(&self, said: &[String]) -> Option<(Range<usize>, &CredentialText)> {
        let others = self.credentials.iter().filter_map(|one| {
            let of_it = |word: &str| is_distinctive(word) || words(&one.title).iter().any(|of| of == word);
            Some((one.acronym_in(said, of_it)?, one))
        });
        let others: Vec<(Range<usize>, &CredentialText)> = others.collect();
        let alike = |one: &CredentialText| others.iter().filter(|(_, other)| other.title == one.title).count();
        let best = others.iter().max_by_key(|(_, one)| (one.acronym.len(), alike(one), Reverse(one.title.len())));
        best.cloned()
    }

    /// A text as it stands.
    pub(super) fn candidate(&self, text: &[String], spelled: &[Acronym<'_>]) -> Candidate {
        let words = text.iter().filter(|word| !is_filler(word)).map(|word| self.word(word, spelled));
        Candidate { words: words.collect(), read_as: None, elsewhere: 0 }
    }

    /// A text with one acronym expanded to the title of a credential, and without other acronyms.
    pub(super) fn expanded(
        &self,
        texts: &[Vec<String>],
        acronym: &Acronym<'_>,
        read_as: &CredentialText,
        spelled: &[Acronym<'_>],
    ) -> Candidate {
        let text = texts.get(acronym.text).map(Vec::as_slice).unwrap_or_default();
        let is_word = |word: &&String| !is_filler(word) && !spelled.iter().any(|acronym| acronym.has(word));
        let said = |word: &String| self.word(word, spelled);
        let before = text.iter().take(acronym.place.start).filter(is_word).map(said);
        let after = text.iter().skip(acronym.place.end).filter(is_word).map(said);
        let asked = read_as.acronym.join("-");
        // If the title has both, the acronym adds nothing.
        let said_too = read_as.is_named_in(&undecorated(text.iter().map(String::as_str)));
        let title = if said_too { Vec::new() } else { without_fillers(words(&read_as.title)) };
        let title = title.into_iter().map(|word| Word { asked: asked.clone(), normalized: word, out_of_field: false });
        let words = before.chain(title).chain(after).collect();
        Candidate { words, read_as: (!said_too).then(|| read_as.title.clone()), elsewhere: 0 }
    }

    fn word(&self, word: &str, spelled: &[Acronym<'_>]) -> Word {
        let out_of_field = !self.is_known(word) && !spelled.iter().any(|acronym| acronym.has(word));
        Word { asked: word.to_owned(), normalized: word.to_owned(), out_of_field }
    }
}

impl CredentialText {
    /// The place of the acronym among words, if the other words fit; none fit beside an acronym of two letters.
    fn acronym_in(&self, said: &[String], fits: impl Fn(&str) -> bool) -> Option<Range<usize>> {
        let start = said.windows(self.acronym.len().max(1)).position(|window| window == self.acronym)?;
        let place = start..start + self.acronym.len();
        let short = self.acronym.iter().map(String::len).sum::<usize>() < SHORTEST_ACRONYM;
        let mut rest = said.iter().enumerate().filter(|(at, _)| !place.contains(at)).map(|(_, word)| word.as_str());
        rest.all(|word| is_stop_word(word) || (!short && fits(word))).then_some(place)
    }
}

/// Whether the words of a name, or similar ones, stand among these words in order.
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
