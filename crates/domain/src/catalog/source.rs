//! Sources of facts: web pages, laws, articles.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entry::{Entry, identified_by};
use super::identifier::SourceId;
use super::quantity::PartialDate;
use super::search::Texts;
use super::visit::{Visit, YEARS};

/// The source of a fact: a web page, a law, an article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Stable id. In a file, it lacks the name of the file.
    pub id: SourceId,
    /// Title of the page, law or article.
    #[schema(min_length = 1)]
    pub title: String,
    /// Publisher, as the text names it.
    #[schema(min_length = 1)]
    pub publisher: String,
    /// Address where it was read; null for an article without one.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required, pattern = "^https?://")]
    pub url: Option<String>,
    /// Official, official copy, or secondary.
    pub tier: Tier,
    /// Newest date stated in the source; null if it states none.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub published: Option<PartialDate>,
}

impl Entry for Source {
    identified_by!(SourceId);

    fn search_texts(&self) -> Texts<'_> {
        vec![(2, &self.title), (1, &self.publisher)]
    }

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        if let Some(year) = self.published.and_then(PartialDate::first_day) {
            visit.in_range("published", chrono::Datelike::year(&year), &YEARS);
        }
    }
}

/// How official a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// A law, a regulation, a government agency or the certifying body, at its own address.
    Official,
    /// A copy of such a text on another site.
    OfficialCopy,
    /// Any other account.
    Secondary,
}

/// How old and how official an item's sources are.
///
/// Facts are the requirements, fees, renewal and reciprocity: each names its own source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Freshness {
    /// Date of the newest source; null if no source states a date.
    pub newest_source: Option<PartialDate>,
    /// Date of the oldest source; null if no source states a date.
    pub oldest_source: Option<PartialDate>,
    /// Number of sources without a date.
    pub undated_sources: usize,
    /// Number of facts.
    pub facts: usize,
    /// Number of facts with an official source.
    pub facts_official: usize,
    /// Number of facts with a copy of an official source.
    pub facts_official_copy: usize,
    /// Number of facts with a secondary source.
    pub facts_secondary: usize,
}

impl Freshness {
    /// Summarizes the sources of an item and the tiers of its facts.
    pub fn of<'a>(sources: impl IntoIterator<Item = &'a Source>, facts: impl IntoIterator<Item = Tier>) -> Self {
        let (mut newest_source, mut oldest_source, mut undated_sources) = (None, None, 0);
        for source in sources {
            match source.published {
                Some(date) => {
                    newest_source = newest_source.max(Some(date));
                    oldest_source = Some(oldest_source.map_or(date, |oldest: PartialDate| oldest.min(date)));
                }
                None => undated_sources += 1,
            }
        }
        let facts: Vec<Tier> = facts.into_iter().collect();
        let resting_on = |tier| facts.iter().filter(|&&fact| fact == tier).count();
        Self {
            newest_source,
            oldest_source,
            undated_sources,
            facts: facts.len(),
            facts_official: resting_on(Tier::Official),
            facts_official_copy: resting_on(Tier::OfficialCopy),
            facts_secondary: resting_on(Tier::Secondary),
        }
    }
}

/// How much of a list or text is in the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Completeness {
    /// All of it: a complete source was read in full.
    Complete,
    /// Part of it; more may exist.
    Partial,
    /// None of it: it exists, but could not be read.
    NotRetrieved,
}
