//! Ranked search in short texts, tolerant of typos.

use std::collections::{BTreeMap, HashMap};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words that a search ignores.
pub(crate) const FILLERS: &[&str] =
    &["a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"];

/// Scores of a found word, in hundredths.
const SCORES: Likeness = Likeness { exact: 100, prefix: 70, shortest_prefix: 2, one_typo: 50, two_typos: 30 };

/// Maximum words of a query; the rest is ignored.
const MOST_WORDS: usize = 12;

/// Whether a search ignores the word.
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

/// A document to index: texts, each with the weight of its words.
pub type Texts<'a> = Vec<(u32, &'a str)>;

/// An index of documents, identified by their position.
#[derive(Debug, Default)]
pub struct SearchIndex {
    documents: usize,
    /// For each word, the documents that contain it, with the greatest weight.
    postings: BTreeMap<String, HashMap<usize, u32>>,
    /// For each complete text, the documents that contain it.
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
                    let best = index.postings.entry(word.clone()).or_default().entry(document).or_default();
                    *best = weight.max(*best);
                }
                let best = index.texts.entry(words).or_default().entry(document).or_default();
                *best = weight.max(*best);
            }
        }
        index
    }

    /// The documents that contain every word of the query, or a similar one, with their scores, best first.
    ///
    /// Rare words score higher, and so does a text that equals the query. A query without words finds nothing.
    #[must_use]
    pub fn find(&self, query: &str) -> Vec<(usize, u64)> {
        let all = words(query);
        let mut distinctive: Vec<&String> = all.iter().filter(|word| !is_filler(word)).collect();
        if distinctive.is_empty() {
            distinctive.extend(&all);
        }
        distinctive.sort_unstable();
        distinctive.dedup();
        distinctive.truncate(MOST_WORDS);
        let mut scores: Option<HashMap<usize, u64>> = None;
        for word in distinctive {
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
                    *score += 10 * u64::from(SCORES.exact) * u64::from(*weight);
                }
            }
        }
        let mut ranked: Vec<(usize, u64)> = scores.into_iter().collect();
        ranked.sort_by(|(a, a_score), (b, b_score)| b_score.cmp(a_score).then(a.cmp(b)));
        ranked
    }

    /// The documents that contain the word or a similar one, each with its best score.
    fn like(&self, word: &str) -> HashMap<usize, u64> {
        let mut found: HashMap<usize, u64> = HashMap::new();
        for (indexed, documents) in &self.postings {
            let Some(quality) = SCORES.of(word, indexed) else { continue };
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

/// How much a found word counts, by its difference from the word in the query.
#[derive(Debug, Clone, Copy)]
pub struct Likeness {
    /// The same word.
    pub exact: u32,
    /// A word that begins with the word in the query.
    pub prefix: u32,
    /// Minimum letters of such a beginning.
    pub shortest_prefix: usize,
    /// A word with one typo; it has at least four letters.
    pub one_typo: u32,
    /// A word with two typos; it has at least eight letters.
    pub two_typos: u32,
}

impl Likeness {
    /// How much the found word counts; `None` if the words differ too much.
    #[must_use]
    pub fn of(&self, query: &str, found: &str) -> Option<u32> {
        if query == found {
            return Some(self.exact);
        }
        let length = query.chars().count();
        if length >= self.shortest_prefix && found.starts_with(query) {
            return Some(self.prefix);
        }
        let allowed = match length {
            0..4 => return None,
            4..8 => 1,
            _ => 2,
        };
        if found.chars().count().abs_diff(length) > allowed {
            return None;
        }
        match strsim::osa_distance(query, found) {
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
    fn every_word_of_the_query_is_required() {
        assert_eq!(found("peer georgia"), [1, 2]);
        assert!(found("coach georgia").is_empty());
        assert_eq!(found("resume of the board"), [2]);
    }

    #[test]
    fn a_text_that_equals_the_query_comes_first() {
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
