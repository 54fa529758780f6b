//! A title taken apart: what it says of the work, of whom it is for and of the place, without what the work is not.

use super::lexicon::{is_idle, is_place, is_telling, likeness, mark, without_fillers};
use super::{NAMING, TitleIndex};
use crate::credential::Specialty;
use crate::search::words;

/// The most words of a title that are looked at: a longer one is no title.
const MOST_WORDS: usize = 30;

/// The most parts of a title that are looked at.
const MOST_PARTS: usize = 8;

/// What stands between the parts of a title, beside a dash.
const SEPARATORS: &[char] = &[',', ';', ':', '|', '/', '(', ')', '[', ']', '–', '—', '•', '·', '@', '+', '&', '?', '!'];

/// Words after which a title speaks of what the work is not.
const NEGATIONS: &[&str] = &["except", "no", "not", "without"];

/// The one that negates the next word alone.
const NEGATION_OF_ONE: &str = "non";

/// Words for any work: *not a peer role* speaks of the work itself.
const WORK: &[&str] = &["job", "position", "role", "work"];

/// What a part of a title speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// The work.
    Work,
    /// Whom the work is for, and nothing else.
    Whom,
    /// Where the work is.
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
enum Turn {
    /// After a separator, or at the beginning.
    Plain,
    /// With a word for a place.
    At,
    /// With a word for people, or for a place.
    For,
}

/// A title, cut.
#[derive(Debug, Default)]
struct Cut {
    pieces: Vec<(Turn, Vec<String>)>,
    negated: Vec<Vec<String>>,
}

impl TitleIndex {
    /// The parts of a title; `None` where it says that it is of no peer.
    pub(super) fn parts(&self, title: &str) -> Option<Vec<Part>> {
        let cut = cut(title);
        let of_no_peer = |said: &Vec<String>| {
            let mut told = said.iter().filter(|word| !WORK.contains(&word.as_str())).peekable();
            told.peek().is_some() && told.all(|word| is_telling(word))
        };
        if cut.negated.into_iter().map(without_fillers).any(|said| of_no_peer(&said)) {
            return None;
        }
        let mut parts = Vec::new();
        let mut begun = false;
        for (turn, said) in cut.pieces {
            let turn = if begun { turn } else { Turn::Plain };
            begun |= said.iter().any(|word| !is_idle(word));
            self.sort(turn, said, &mut parts);
        }
        parts.retain(|part: &Part| !part.words.is_empty());
        parts.truncate(MOST_PARTS);
        Some(parts)
    }

    /// Tells what a piece speaks of; what follows the words for the work may be a place.
    fn sort(&self, turn: Turn, mut said: Vec<String>, parts: &mut Vec<Part>) {
        let head = said.iter().rposition(|word| self.is_head(word));
        let names_a_place = said.iter().any(|word| is_place(word));
        let is_place_alone = match turn {
            Turn::Plain => false,
            Turn::At => names_a_place || head.is_none(),
            Turn::For => names_a_place || (head.is_none() && !said.iter().all(|word| self.may_stand(word))),
        };
        if is_place_alone {
            parts.push(Part { words: said, subject: Subject::Place });
            return;
        }
        let tail = said.split_off(head.map_or(0, |head| head + 1));
        let (mut work, mut place) =
            if is_place_name(&tail) { (said, tail) } else { ([said, tail].concat(), Vec::new()) };
        // A youth shelter says where the work is, and not whom it is for; a crisis center says both.
        while let Some(at) = work.windows(2).position(is_marked_place) {
            place.extend(work.drain(at..at + 2));
        }
        let is_whom =
            |word: &String| is_idle(word) || (self.may_stand(word) && !is_telling(word) && !self.is_head(word));
        let says_whom = work.iter().any(|word| mark(word).is_some()) && work.iter().all(is_whom);
        parts.push(Part { words: work, subject: if says_whom { Subject::Whom } else { Subject::Work } });
        parts.push(Part { words: place, subject: Subject::Place });
    }

    /// Whether the titles of roles or credentials end in a word, or in one like it.
    fn is_head(&self, word: &str) -> bool {
        self.heads.iter().any(|held| likeness(word, held).is_some_and(|like| like >= NAMING))
    }

    /// Whether a word is of this trade, if only as an acronym.
    fn may_stand(&self, word: &String) -> bool {
        self.is_known(word) || self.credentials.iter().any(|one| one.acronym.contains(word))
    }
}

/// The word of a title for who does the work: the last one of its first part, or the one before *of*.
pub(super) fn head(title: &str) -> Option<String> {
    let said = cut(title).pieces.into_iter().map(|(_, said)| said).find(|said| !said.is_empty())?;
    let head = said.into_iter().take_while(|word| word != "of").last()?;
    let is_mark = mark(&head).is_some_and(|of| of != Specialty::Supervisor);
    (!is_idle(&head) && !is_telling(&head) && !is_place(&head) && !is_mark).then_some(head)
}

/// Whether words are what a place is called, such as *youth shelter* or *college of engineering*.
fn is_place_name(words: &[String]) -> bool {
    let mut telling = words.iter().filter(|word| !is_idle(word));
    let (first, last) = (telling.clone().next(), telling.clone().next_back());
    last.is_some_and(|word| is_place(word))
        || (first.is_some_and(|word| is_place(word)) && !telling.any(|word| is_telling(word)))
}

fn is_marked_place(words: &[String]) -> bool {
    let [whom, place] = words else { return false };
    is_place(place) && mark(whom).is_some_and(|of| of != Specialty::Crisis)
}

fn cut(title: &str) -> Cut {
    let mut cut = Cut::default();
    let mut room = MOST_WORDS;
    for stretch in title.split(SEPARATORS) {
        cut.pieces.push((Turn::Plain, Vec::new()));
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
                if let Some(turn) = turn(word).filter(|_| !negates) {
                    cut.pieces.push((turn, Vec::new()));
                    continue;
                }
            }
            if said.is_empty() {
                // A dash.
                negates = false;
                cut.pieces.push((Turn::Plain, Vec::new()));
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

/// How a part goes on after a word that begins it; `None`: the word begins none.
fn turn(word: &str) -> Option<Turn> {
    match word {
        "and" | "as" | "or" => Some(Turn::Plain),
        "at" | "in" => Some(Turn::At),
        "for" | "with" => Some(Turn::For),
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
