//! Splits a title into parts about the work, the population and the place, without what the work is not.

use super::index::{NAMING, TitleIndex};
use super::lexicon::{is_distinctive, is_place, is_stop_word, likeness, population, without_fillers};
use crate::catalog::credential::Specialty;
use crate::catalog::search::words;

/// The most words of a title that are read.
const MOST_WORDS: usize = 30;

/// The most parts of a title that are read.
const MOST_PARTS: usize = 8;

/// Separators of parts, besides a dash.
const SEPARATORS: &[char] = &[',', ';', ':', '|', '/', '(', ')', '[', ']', '–', '—', '•', '·', '@', '+', '&', '?', '!'];

/// Words after which a title says what the work is not.
const NEGATIONS: &[&str] = &["except", "no", "not", "without"];

/// Negates the next word only.
const NEGATION_OF_ONE: &str = "non";

/// Words for any work: *not a peer role* is about the work itself.
const WORK: &[&str] = &["job", "position", "role", "work"];

/// What a part of a title is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// The work.
    Work,
    /// The population, and nothing else.
    Whom,
    /// The place.
    Place,
}

/// A part of a title.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub words: Vec<String>,
    pub subject: Subject,
}

/// How a part begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Preposition {
    /// After a separator, or at the beginning.
    Plain,
    /// With a preposition of place.
    At,
    /// With a preposition before people or a place.
    For,
}

/// A split title.
#[derive(Debug, Default)]
struct Cut {
    pieces: Vec<(Preposition, Vec<String>)>,
    negated: Vec<Vec<String>>,
}

impl TitleIndex {
    /// The parts of a title; `None`: it says that the work is not peer work.
    pub(super) fn parts(&self, title: &str) -> Option<Vec<Part>> {
        let cut = cut(title);
        let of_no_peer = |said: &Vec<String>| {
            let mut told = said.iter().filter(|word| !WORK.contains(&word.as_str())).peekable();
            told.peek().is_some() && told.all(|word| is_distinctive(word))
        };
        if cut.negated.into_iter().map(without_fillers).any(|said| of_no_peer(&said)) {
            return None;
        }
        let mut parts = Vec::new();
        let mut begun = false;
        for (preposition, said) in cut.pieces {
            let preposition = if begun { preposition } else { Preposition::Plain };
            begun |= said.iter().any(|word| !is_stop_word(word));
            self.sort(preposition, said, &mut parts);
        }
        parts.retain(|part: &Part| !part.words.is_empty());
        parts.truncate(MOST_PARTS);
        Some(parts)
    }

    /// Sorts a piece by its subject. Words after the words for the work may be a place.
    fn sort(&self, preposition: Preposition, mut said: Vec<String>, parts: &mut Vec<Part>) {
        let head = said.iter().rposition(|word| self.is_job_noun(word));
        let names_a_place = said.iter().any(|word| is_place(word));
        let is_place_alone = match preposition {
            Preposition::Plain => false,
            Preposition::At => names_a_place || head.is_none(),
            Preposition::For => names_a_place || (head.is_none() && !said.iter().all(|word| self.may_stand(word))),
        };
        if is_place_alone {
            parts.push(Part { words: said, subject: Subject::Place });
            return;
        }
        let tail = said.split_off(head.map_or(0, |head| head + 1));
        let (mut work, mut place) =
            if is_place_name(&tail) { (said, tail) } else { ([said, tail].concat(), Vec::new()) };
        // A youth shelter is a place and no population; a crisis center is both.
        while let Some(at) = work.windows(2).position(is_population_place) {
            place.extend(work.drain(at..at + 2));
        }
        let is_whom = |word: &String| {
            is_stop_word(word) || (self.may_stand(word) && !is_distinctive(word) && !self.is_job_noun(word))
        };
        let says_whom = work.iter().any(|word| population(word).is_some()) && work.iter().all(is_whom);
        parts.push(Part { words: work, subject: if says_whom { Subject::Whom } else { Subject::Work } });
        parts.push(Part { words: place, subject: Subject::Place });
    }

    /// Whether titles of roles or credentials end in this word or a similar one.
    fn is_job_noun(&self, word: &str) -> bool {
        self.job_nouns.iter().any(|held| likeness(word, held).is_some_and(|like| like >= NAMING))
    }

    /// Whether the word belongs to this field, at least as an acronym.
    fn may_stand(&self, word: &String) -> bool {
        self.is_known(word) || self.credentials.iter().any(|one| one.acronym.contains(word))
    }
}

/// The word of a title for the person who does the work: the last word of the first part, or the word before *of*.
pub(super) fn job_noun(title: &str) -> Option<String> {
    let said = cut(title).pieces.into_iter().map(|(_, said)| said).find(|said| !said.is_empty())?;
    let head = said.into_iter().take_while(|word| word != "of").last()?;
    let is_population = population(&head).is_some_and(|of| of != Specialty::Supervisor);
    (!is_stop_word(&head) && !is_distinctive(&head) && !is_place(&head) && !is_population).then_some(head)
}

/// Whether words name a place, such as *youth shelter* or *college of engineering*.
fn is_place_name(words: &[String]) -> bool {
    let mut content = words.iter().filter(|word| !is_stop_word(word));
    let (first, last) = (content.clone().next(), content.clone().next_back());
    last.is_some_and(|word| is_place(word))
        || (first.is_some_and(|word| is_place(word)) && !content.any(|word| is_distinctive(word)))
}

fn is_population_place(words: &[String]) -> bool {
    let [whom, place] = words else { return false };
    is_place(place) && population(whom).is_some_and(|of| of != Specialty::Crisis)
}

fn cut(title: &str) -> Cut {
    let mut cut = Cut::default();
    let mut room = MOST_WORDS;
    for stretch in title.split(SEPARATORS) {
        cut.pieces.push((Preposition::Plain, Vec::new()));
        let (mut negates, mut negates_one) = (false, false);
        for token in stretch.split_whitespace() {
            let mut said = words(token);
            said.truncate(room);
            room -= said.len();
            if let [word] = said.as_slice() {
                if NEGATIONS.contains(&word.as_str()) && !negates {
                    negates = true;
                    cut.negated.push(Vec::new());
                    continue;
                }
                if let Some(preposition) = preposition(word).filter(|_| !negates) {
                    cut.pieces.push((preposition, Vec::new()));
                    continue;
                }
            }
            if said.is_empty() {
                // A dash.
                negates = false;
                cut.pieces.push((Preposition::Plain, Vec::new()));
            }
            for word in said {
                if negates {
                    cut.negated.last_mut().into_iter().for_each(|negated| negated.push(word.clone()));
                } else if negates_one {
                    cut.negated.push(vec![word]);
                    negates_one = false;
                } else if word == NEGATION_OF_ONE {
                    negates_one = true;
                } else {
                    cut.pieces.last_mut().into_iter().for_each(|(_, said)| said.push(word.clone()));
                }
            }
        }
    }
    cut
}

/// How the part after this word begins; `None`: the word begins no part.
fn preposition(word: &str) -> Option<Preposition> {
    match word {
        "and" | "as" | "or" => Some(Preposition::Plain),
        "at" | "in" => Some(Preposition::At),
        "for" | "with" => Some(Preposition::For),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guidance::catalog;

    #[test]
    fn a_title_says_what_where_and_for_whom() {
        use Subject::{Place, Whom, Work};
        let index = TitleIndex::new(catalog());
        let parts = |title: &str| {
            let parts = index.parts(title)?.into_iter().map(|part| (part.words.join(" "), part.subject));
            Some(parts.collect::<Vec<_>>())
        };
        for (title, expected) in [
            ("Peer Specialist Youth Shelter", &[("peer specialist", Work), ("youth shelter", Place)][..]),
            ("Peer Specialist at Family Court", &[("peer specialist", Work), ("family court", Place)]),
            ("Family Court Peer Specialist", &[("peer specialist", Work), ("family court", Place)]),
            ("Peer Mentor, College of Engineering", &[("peer mentor", Work), ("college of engineering", Place)]),
            ("Peer Specialist (Youth)", &[("peer specialist", Work), ("youth", Whom)]),
            ("Peer Specialist, Substance Use", &[("peer specialist", Work), ("substance use", Whom)]),
            ("Peer Specialist for Veterans", &[("peer specialist", Work), ("veterans", Whom)]),
            ("Peer Specialist for Hope Inc.", &[("peer specialist", Work), ("hope inc", Place)]),
            ("MHPS or RSPS", &[("mhps", Work), ("rsps", Work)]),
            ("In-home peer specialist", &[("in home peer specialist", Work)]),
            ("Hospital Peer", &[("hospital peer", Work)]),
            ("Peer Specialist, not peer supervisor - PRN", &[("peer specialist", Work), ("prn", Work)]),
            ("Non-clinical peer specialist", &[("peer specialist", Work)]),
        ] {
            let expected = expected.iter().map(|(words, subject)| ((*words).to_owned(), *subject)).collect::<Vec<_>>();
            assert_eq!(parts(title), Some(expected), "{title}");
        }
        for title in ["Non-peer Recovery Specialist", "Recovery Specialist (not a peer role)"] {
            assert_eq!(parts(title), None, "{title}");
        }
    }
}
