//! Compares a title, or a part of it, with the titles of roles.

use std::cmp::Reverse;

use super::lexicon::{AMBIGUOUS, SAME, is_decoration, is_distinctive, is_level, is_stop_word, likeness, population};
use super::role_match::{MatchedWord, RoleMatch};
use crate::catalog::credential::Specialty;
use crate::catalog::identifier::RoleId;

/// The least confidence of a match, in hundredths.
const LEAST: u32 = 50;

/// Weight of a word of level that the role’s title does not have, in hundredths of a word.
const LEVEL: u32 = 25;

/// Weight of a word of another field elsewhere in the title, in hundredths of a word.
const ELSEWHERE: u32 = 50;

/// A title of a role.
#[derive(Debug)]
pub(super) struct RoleText {
    pub role: RoleId,
    pub serves: Vec<Specialty>,
    pub text: String,
    pub words: Vec<String>,
}

/// A title, or a part of it, word by word.
#[derive(Debug)]
pub(super) struct Candidate {
    pub words: Vec<Word>,
    /// The title of the credential that an acronym was expanded to.
    pub read_as: Option<String>,
    /// The number of words of another field elsewhere in the title.
    pub elsewhere: usize,
}

#[derive(Debug, Clone)]
pub(super) struct Word {
    /// As in the title.
    pub asked: String,
    /// As understood.
    pub normalized: String,
    /// Whether it belongs to another field.
    pub out_of_field: bool,
}

/// A word of a candidate that matches a word of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    /// Its index in the candidate.
    at: usize,
    word: &'a Word,
    taken_for: &'a str,
}

impl Candidate {
    /// The number of words of another field.
    pub(super) fn out_of_field(&self) -> usize {
        self.words.iter().filter(|word| word.out_of_field).count()
    }

    /// The populations that it names, in order.
    pub(super) fn populations(&self) -> Vec<Specialty> {
        self.words.iter().filter_map(|word| population(&word.normalized)).collect()
    }

    /// The match with a title of a role; `None`: there is none.
    pub(super) fn held_against(&self, text: &RoleText) -> Option<RoleMatch> {
        let (hundredths, found) = self.confidence(&text.words);
        let missing = found.len() < text.words.len();
        let mut distinctive = text.words.iter().filter(|word| is_distinctive(word)).peekable();
        let tells = distinctive.peek().is_some();
        let ambiguous = tells && distinctive.all(|word| word == AMBIGUOUS);
        let told = !tells || found.iter().any(|one| is_distinctive(one.taken_for));
        let enough = if tells { !ambiguous || !missing || found.len() > 1 } else { !missing };
        let out_of_field = self.words.iter().any(|word| word.out_of_field);
        let whole = !missing && !ambiguous && found.is_sorted_by_key(|one| one.at);
        let together = (!out_of_field || whole)
            && self.between(&found).all(|word| {
                !word.out_of_field && (!ambiguous || is_stop_word(&word.normalized) || is_distinctive(&word.normalized))
            });
        let matched =
            |one: &Found<'_>| MatchedWord { asked: one.word.asked.clone(), taken_for: one.taken_for.to_owned() };
        (told && enough && together && hundredths >= LEAST).then(|| RoleMatch {
            role: text.role.clone(),
            hundredths,
            matched: text.text.clone(),
            matched_words: found.iter().map(matched).collect(),
            read_as: self.read_as.clone(),
            serves: text.serves.clone(),
            normalized: found.iter().map(|one| one.word.normalized.clone()).collect(),
            missing,
            texts: 1,
            populations: self.populations(),
        })
    }

    /// The confidence of a match with these words, in hundredths, and the words that match.
    pub(super) fn confidence<'a>(&'a self, held: &'a [String]) -> (u32, Vec<Found<'a>>) {
        let mut left: Vec<(usize, &Word)> = self.words.iter().enumerate().collect();
        let (mut sum, mut all, mut found) = (0, 0, Vec::new());
        for taken_for in held {
            all += SAME;
            let alike = left
                .iter()
                .enumerate()
                .filter_map(|(place, (_, of))| Some((likeness(&of.normalized, taken_for)?, Reverse(place))));
            if let Some((like, Reverse(place))) = alike.max() {
                sum += like;
                all += SAME;
                let (at, word) = left.remove(place);
                found.push(Found { at, word, taken_for });
            }
        }
        for (_, word) in left {
            all += match word.normalized.as_str() {
                word if is_decoration(word) => 0,
                word if is_level(word) => LEVEL,
                _ => SAME,
            };
        }
        all += u32::try_from(self.elsewhere).unwrap_or(u32::MAX / SAME).saturating_mul(ELSEWHERE);
        ((2 * SAME * sum + all / 2).checked_div(all).unwrap_or_default(), found)
    }

    /// The words between the matching words that do not match.
    fn between(&self, found: &[Found<'_>]) -> impl Iterator<Item = &Word> {
        let first = found.iter().map(|one| one.at).min().unwrap_or_default();
        let last = found.iter().map(|one| one.at).max().unwrap_or_default();
        let places: Vec<usize> = found.iter().map(|one| one.at).collect();
        let between = self.words.iter().enumerate().take(last).skip(first);
        between.filter(move |(at, _)| !places.contains(at)).map(|(_, word)| word)
    }
}
