//! Names of topics and examinations, which sources word differently.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::search;

/// Words that do not distinguish such names from each other.
const PLAIN: &[&str] = &["exam", "exams", "examination", "test", "training", "topic"];

/// A name, with the distinctive words by which it is compared.
///
/// Order, case, accents, punctuation, fillers and text in parentheses do not matter: `Mentoring/Education` is the same as
/// `Mentoring and education`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Name {
    text: String,
    words: Box<[String]>,
}

impl Name {
    /// The name as written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether both names mean the same.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        !self.words.is_empty() && self.words == other.words
    }

    /// Whether it has any distinctive word.
    #[must_use]
    pub fn is_telling(&self) -> bool {
        !self.words.is_empty()
    }
}

impl From<String> for Name {
    fn from(text: String) -> Self {
        let outside = without_parentheses(&text);
        let mut words = search::words(if outside.trim().is_empty() { &text } else { &outside });
        words.retain(|word| !search::is_filler(word) && !PLAIN.contains(&word.as_str()));
        words.sort_unstable();
        words.dedup();
        Self { text, words: words.into() }
    }
}

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl From<Name> for String {
    fn from(name: Name) -> Self {
        name.text
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialSchema for Name {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A name. The order of words, case, punctuation and small words do not matter."))
            .min_length(Some(1))
            .build()
            .into()
    }
}

impl ToSchema for Name {}

fn without_parentheses(text: &str) -> String {
    let mut depth = 0_usize;
    let outside = |c: &char| {
        match c {
            '(' => depth += 1,
            ')' if depth > 0 => {
                depth -= 1;
                return false;
            }
            _ => {}
        }
        depth == 0
    };
    text.chars().filter(outside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_be_worded_differently() {
        let same = |a: &str, b: &str| Name::from(a).is_same_as(&Name::from(b));
        assert!(same("Mentoring/Education", "Mentoring and education"));
        assert!(same("Recovery support and wellness", "Recovery/Wellness Support"));
        assert!(same("IC&RC Peer Recovery (PR) examination", "the ic rc peer recovery exam"));
        assert!(
            !same("Ethics", "Advocacy") && !same("Exam", "Test"),
            "a name without distinctive words equals no other"
        );
    }

    #[test]
    fn a_name_with_more_or_fewer_words_is_another() {
        let same = |a: &str, b: &str| Name::from(a).is_same_as(&Name::from(b));
        assert!(!same("IC&RC exam", "IC&RC Peer Recovery exam"));
        assert!(!same("IC&RC Peer Recovery exam or Minnesota state-based exam", "IC&RC Peer Recovery exam"));
        assert!(!Name::from("!?").is_telling() && !Name::from("the exam").is_telling());
    }
}
