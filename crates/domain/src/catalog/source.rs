//! Sources: the pages and rules that facts rest on.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entry::Entry;
use super::identifier::SourceId;
use super::quantity::PartialDate;
use super::search::Texts;
use super::visit::{Visit, YEARS};

/// The page or rule that a fact rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// In a file: unique within it. In the service: qualified by the file's name.
    pub id: SourceId,
    /// The title of the page or rule.
    #[schema(min_length = 1)]
    pub title: String,
    /// Who publishes it, as far as the text says.
    #[schema(min_length = 1)]
    pub publisher: String,
    /// Where it was read; null for an article without an address.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required, pattern = "^https?://")]
    pub url: Option<String>,
    /// How close it is to whoever decides.
    pub tier: Tier,
    /// The newest date that it states itself; null where it states none.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub published: Option<PartialDate>,
}

impl Entry for Source {
    type Id = SourceId;

    fn id(&self) -> &SourceId {
        &self.id
    }

    fn search_texts(&self) -> Texts<'_> {
        vec![(2, &self.title), (1, &self.publisher)]
    }

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        if let Some(year) = self.published.and_then(PartialDate::first_day) {
            visit.in_range("published", chrono::Datelike::year(&year), &YEARS);
        }
    }
}

/// How close a source is to whoever decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// Law, regulation, a government agency or the certifying body itself, read at its own address.
    Official,
    /// Such a text, read on somebody else's site.
    OfficialCopy,
    /// Anybody else's account.
    Secondary,
}

/// How old an item's sources are and how many of its facts rest on official ones.
///
/// A fact is here what names a source of its own: a requirement, a fee, the renewal, the reciprocity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Freshness {
    /// The newest date that a source of the item states; null where none states any.
    pub newest_source: Option<PartialDate>,
    /// The oldest date that a source of the item states; null where none states any.
    pub oldest_source: Option<PartialDate>,
    /// How many of its sources state no date.
    pub undated_sources: usize,
    /// How many facts it states.
    pub facts: usize,
    /// How many of them rest on an official source.
    pub facts_official: usize,
    /// How many of them rest on a copy of an official source.
    pub facts_official_copy: usize,
    /// How many of them rest on a secondary source.
    pub facts_secondary: usize,
}

impl Freshness {
    /// Sums up the sources of an item and the tiers of its facts.
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

/// How much of what there is stands in the catalog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Completeness {
    /// A source that lists all of it was read whole, and every entry is here.
    Complete,
    /// Some of it is here; more may exist.
    Partial,
    /// It exists, and none of it could be read.
    NotRetrieved,
}
