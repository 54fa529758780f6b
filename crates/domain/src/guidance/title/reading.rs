//! A title, or a part of it, held against the titles of roles.

use std::cmp::Reverse;

use super::lexicon::{AMBIGUOUS, SAME, is_decoration, is_idle, is_level, is_telling, likeness, mark};
use super::{MatchedWord, RoleMatch};
use crate::credential::Specialty;
use crate::identifier::RoleId;

/// The least confidence, in hundredths, with which a role is named.
const LEAST: u32 = 50;

/// How much a level counts that the role's text does not have, in hundredths of a word.
const LEVEL: u32 = 25;

/// How much a word of another trade counts that stands elsewhere in the title, in hundredths of a word.
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
pub(super) struct Reading {
    pub words: Vec<Word>,
    /// The title of the credential that an acronym stands for.
    pub read_as: Option<String>,
    /// How many words of the title are of another trade, and not in the reading.
    pub elsewhere: usize,
}

#[derive(Debug, Clone)]
pub(super) struct Word {
    /// As it stands in the title.
    pub asked: String,
    /// As it is understood.
    pub heard: String,
    /// Whether it is of another trade.
    pub strange: bool,
}

/// A word of a reading that was taken for one of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'a> {
    /// The place of the word in the reading.
    at: usize,
    word: &'a Word,
    taken_for: &'a str,
}

impl Reading {
    /// How many of its words are of another trade.
    pub(super) fn strangers(&self) -> usize {
        self.words.iter().filter(|word| word.strange).count()
    }

    /// Whom it says that the work is for, in its order.
    pub(super) fn marks(&self) -> Vec<Specialty> {
        self.words.iter().filter_map(|word| mark(&word.heard)).collect()
    }

    /// What a role's title makes of the reading; `None` where it is not what is meant.
    pub(super) fn held_against(&self, text: &RoleText) -> Option<RoleMatch> {
        let (hundredths, found) = self.confidence(&text.words);
        let missing = found.len() < text.words.len();
        let mut telling = text.words.iter().filter(|word| is_telling(word)).peekable();
        let tells = telling.peek().is_some();
        let ambiguous = tells && telling.all(|word| word == AMBIGUOUS);
        let told = !tells || found.iter().any(|one| is_telling(one.taken_for));
        let enough = if tells { !ambiguous || !missing || found.len() > 1 } else { !missing };
        let strange = self.words.iter().any(|word| word.strange);
        let whole = !missing && !ambiguous && found.is_sorted_by_key(|one| one.at);
        let together = (!strange || whole)
            && self
                .between(&found)
                .all(|word| !word.strange && (!ambiguous || is_idle(&word.heard) || is_telling(&word.heard)));
        let matched =
            |one: &Found<'_>| MatchedWord { asked: one.word.asked.clone(), taken_for: one.taken_for.to_owned() };
        (told && enough && together && hundredths >= LEAST).then(|| RoleMatch {
            role: text.role.clone(),
            hundredths,
            matched: text.text.clone(),
            matched_words: found.iter().map(matched).collect(),
            read_as: self.read_as.clone(),
            serves: text.serves.clone(),
            heard: found.iter().map(|one| one.word.heard.clone()).collect(),
            missing,
            texts: 1,
            marks: self.marks(),
        })
    }

    /// The confidence, in hundredths, that these words are meant, and which of them were found, each in which word.
    pub(super) fn confidence<'a>(&'a self, held: &'a [String]) -> (u32, Vec<Found<'a>>) {
        let mut left: Vec<(usize, &Word)> = self.words.iter().enumerate().collect();
        let (mut sum, mut all, mut found) = (0, 0, Vec::new());
        for taken_for in held {
            all += SAME;
            let alike = left
                .iter()
                .enumerate()
                .filter_map(|(place, (_, of))| Some((likeness(&of.heard, taken_for)?, Reverse(place))));
            if let Some((like, Reverse(place))) = alike.max() {
                sum += like;
                all += SAME;
                let (at, word) = left.remove(place);
                found.push(Found { at, word, taken_for });
            }
        }
        for (_, word) in left {
            all += match word.heard.as_str() {
                word if is_decoration(word) => 0,
                word if is_level(word) => LEVEL,
                _ => SAME,
            };
        }
        all += u32::try_from(self.elsewhere).unwrap_or(u32::MAX / SAME).saturating_mul(ELSEWHERE);
        ((2 * SAME * sum + all / 2).checked_div(all).unwrap_or_default(), found)
    }

    /// The words that stand between those that were found, and were not.
    fn between(&self, found: &[Found<'_>]) -> impl Iterator<Item = &Word> {
        let first = found.iter().map(|one| one.at).min().unwrap_or_default();
        let last = found.iter().map(|one| one.at).max().unwrap_or_default();
        let places: Vec<usize> = found.iter().map(|one| one.at).collect();
        let between = self.words.iter().enumerate().take(last).skip(first);
        between.filter(move |(at, _)| !places.contains(at)).map(|(_, word)| word)
    }
}
