//! Ranked search over short texts, forgiving typos.

use std::collections::{BTreeMap, HashMap};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words that say nothing of what is looked for.
pub(crate) const FILLERS: &[&str] =
    &["a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"];

/// How much a word counts for the one asked for, in hundredths.
const LOOKED_FOR: Likeness = Likeness { exact: 100, prefix: 70, shortest_prefix: 2, one_typo: 50, two_typos: 30 };

/// How many words of a query are looked for.
const MOST_WORDS: usize = 12;

/// Whether a word says nothing of what is looked for.
#[must_use]
pub fn is_filler(word: &str) -> bool {
    FILLERS.contains(&word)
}

/// The words of a text: lower case, without accents, apostrophes dropped.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let plain: String = text
        .nfkd()
        .filter(|c| !is_combining_mark(*c) && !matches!(c, '\'' | '’'))
        .flat_map(char::to_lowercase)
        .collect();
    plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(Into::into).collect()
}

/// A document as the index takes it: texts with the weight that a word in them has.
pub type Texts<'a> = Vec<(u32, &'a str)>;

/// An index over documents, which it knows by their place among those given.
#[derive(Debug, Default)]
pub struct SearchIndex {
    documents: usize,
    /// For each word, the documents that have it and the greatest weight that it has there.
    postings: BTreeMap<String, HashMap<usize, u32>>,
    /// For each whole text, the documents that have it.
    texts: HashMap<Vec<String>, HashMap<usize, u32>>,
}

impl SearchIndex {
    /// Indexes documents.
    pub fn new<'a>(documents: impl IntoIterator<Item = Texts<'a>>) -> Self {
        let mut index = Self::default();
        for (document, texts) in documents.into_iter().enumerate() {
            index.documents = document + 1;
            for (weight, text) in texts {
                let words = words(text);
                for word in &words {
                    let held = index.postings.entry(word.clone()).or_default().entry(document).or_default();
                    *held = weight.max(*held);
                }
                let held = index.texts.entry(words).or_default().entry(document).or_default();
                *held = weight.max(*held);
            }
        }
        index
    }

    /// The documents that have every word of the query, or one like it, with their scores: best first.
    ///
    /// A rarer word counts for more; so does a whole text that is just what was asked for.
    /// A query without a word finds nothing.
    #[must_use]
    pub fn find(&self, query: &str) -> Vec<(usize, u64)> {
        let all = words(query);
        let mut telling: Vec<&String> = all.iter().filter(|word| !is_filler(word)).collect();
        if telling.is_empty() {
            telling.extend(&all);
        }
        telling.sort_unstable();
        telling.dedup();
        telling.truncate(MOST_WORDS);
        let mut scores: Option<HashMap<usize, u64>> = None;
        for word in telling {
            if scores.as_ref().is_some_and(HashMap::is_empty) {
                break;
            }
            let found = self.like(word);
            scores = Some(match scores {
                None => found,
                Some(before) => before
                    .into_iter()
                    .filter_map(|(document, score)| Some((document, score + found.get(&document)?)))
                    .collect(),
            });
        }
        let mut scores = scores.unwrap_or_default();
        if let Some(documents) = self.texts.get(&all) {
            for (document, weight) in documents {
                if let Some(score) = scores.get_mut(document) {
                    *score += 10 * u64::from(LOOKED_FOR.exact) * u64::from(*weight);
                }
            }
        }
        let mut ranked: Vec<(usize, u64)> = scores.into_iter().collect();
        ranked.sort_by(|(a, a_score), (b, b_score)| b_score.cmp(a_score).then(a.cmp(b)));
        ranked
    }

    /// The documents that have a word or one like it, with the best score of each.
    fn like(&self, word: &str) -> HashMap<usize, u64> {
        let mut found: HashMap<usize, u64> = HashMap::new();
        for (held, documents) in &self.postings {
            let Some(quality) = LOOKED_FOR.of(word, held) else { continue };
            let rarity = u64::from((self.documents / documents.len().max(1)).checked_ilog2().unwrap_or(0)) + 1;
            for (document, weight) in documents {
                let score = u64::from(quality) * rarity * u64::from(*weight);
                let best = found.entry(*document).or_default();
                *best = score.max(*best);
            }
        }
        found
    }
}

/// How much a word counts for the one asked for, by how they differ.
#[derive(Debug, Clone, Copy)]
pub struct Likeness {
    /// That of the same word.
    pub exact: u32,
    /// That of a word which begins with the one asked for.
    pub prefix: u32,
    /// How many letters make a beginning.
    pub shortest_prefix: usize,
    /// That of a word with one typo; in one of fewer than four letters there can be none.
    pub one_typo: u32,
    /// That of a word with two typos; in one of fewer than eight letters there is at most one.
    pub two_typos: u32,
}

impl Likeness {
    /// How much a word that is held counts for the word asked for; `None` where they are not alike.
    #[must_use]
    pub fn of(&self, asked: &str, held: &str) -> Option<u32> {
        if asked == held {
            return Some(self.exact);
        }
        let length = asked.chars().count();
        if length >= self.shortest_prefix && held.starts_with(asked) {
            return Some(self.prefix);
        }
        let allowed = match length {
            0..4 => return None,
            4..8 => 1,
            _ => 2,
        };
        if held.chars().count().abs_diff(length) > allowed {
            return None;
        }
        match strsim::osa_distance(asked, held) {
            1 => Some(self.one_typo),
            2 if allowed == 2 => Some(self.two_typos),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> SearchIndex {
        SearchIndex::new([
            vec![(3, "Certified Recovery Coach"), (2, "CRC"), (1, "Connecticut")],
            vec![(3, "Certified Peer Specialist"), (2, "CPS"), (1, "Georgia")],
            vec![(3, "Peer Recovery Support Specialist"), (2, "PRSS"), (1, "Résumé board of Georgia")],
        ])
    }

    fn found(query: &str) -> Vec<usize> {
        index().find(query).into_iter().map(|(document, _)| document).collect()
    }

    #[test]
    fn every_word_must_be_there() {
        assert_eq!(found("peer georgia"), [1, 2]);
        assert!(found("coach georgia").is_empty());
        assert_eq!(found("resume of the board"), [2]);
    }

    #[test]
    fn the_text_itself_comes_first() {
        assert_eq!(found("certified peer specialist")[0], 1);
        assert_eq!(found("CPS"), [1]);
    }

    #[test]
    fn typos_are_forgiven_in_longer_words_only() {
        assert_eq!(found("recvoery coach"), [0]);
        assert_eq!(found("speciallst"), [1, 2]);
        assert!(found("cpx").is_empty());
    }

    #[test]
    fn a_query_without_words_finds_nothing() {
        assert!(found("").is_empty());
        assert!(found("!?").is_empty());
    }
}
