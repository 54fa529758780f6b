//! Rendering a version of the catalog, once.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::Arc;

use peerpath_domain::catalog::identifier::Identifier;
use peerpath_domain::catalog::kind::Kind;
use peerpath_domain::catalog::revision::{CatalogVersion, Revision};
use peerpath_domain::catalog::search::{SearchIndex, Texts};
use peerpath_domain::catalog::{Catalog, Entry};
use peerpath_domain::guidance::title::TitleIndex;
use peerpath_persistence::catalog::StoredCatalog;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use serde::Serialize;
use serde_json::Value;

use super::prepared::Prepared;
use super::views::{self, ItemRevision};
use crate::guidance::Ready;

/// How many bytes of answers are remembered beside those that are prepared ahead.
const REMEMBERED: u64 = 8 << 20;

/// About how many answers that is.
const USUAL_ANSWERS: usize = 500;

/// One item, rendered as JSON.
#[derive(Debug)]
pub struct Item {
    /// Its id.
    pub id: Box<str>,
    /// Its place among the items of its kind, before the id decides.
    pub order: u16,
    json: Box<str>,
    fields: Vec<(Box<str>, Range<usize>)>,
}

impl Item {
    fn render(id: &str, order: u16, view: &impl Serialize) -> Result<Self, serde_json::Error> {
        let Value::Object(object) = serde_json::to_value(view)? else {
            return Err(serde::ser::Error::custom("an item is an object"));
        };
        let mut json = String::from("{");
        let mut fields = Vec::with_capacity(object.len());
        for (name, value) in object {
            if json.len() > 1 {
                json.push(',');
            }
            let start = json.len();
            json.push_str(&serde_json::to_string(&name)?);
            json.push(':');
            json.push_str(&serde_json::to_string(&value)?);
            fields.push((name.into(), start..json.len()));
        }
        json.push('}');
        Ok(Self { id: id.into(), order, json: json.into(), fields })
    }

    /// The whole item.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }

    /// The names of its fields.
    pub fn field_names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(name, _)| &**name)
    }

    /// Writes the item, or only these fields of it.
    pub fn write(&self, only: Option<&[String]>, to: &mut String) {
        let Some(only) = only else {
            to.push_str(&self.json);
            return;
        };
        let start = to.len();
        to.push('{');
        for (_, range) in self.fields.iter().filter(|(name, _)| only.iter().any(|wanted| **wanted == **name)) {
            if to.len() > start + 1 {
                to.push(',');
            }
            to.push_str(self.json.get(range.clone()).unwrap_or_default());
        }
        to.push('}');
    }
}

/// The items of one kind, in their order.
#[derive(Debug, Default)]
pub struct Shelf {
    items: Vec<Item>,
    places: HashMap<Box<str>, usize>,
    search: SearchIndex,
}

impl Shelf {
    fn new<'a>(items: Vec<Item>, texts: impl IntoIterator<Item = Texts<'a>>) -> Self {
        let places = items.iter().enumerate().map(|(place, item)| (item.id.clone(), place)).collect();
        Self { items, places, search: SearchIndex::new(texts) }
    }

    /// Every item, in order.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The item with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Item> {
        self.items.get(*self.places.get(id)?)
    }

    /// The items that fit a query, with their scores: best first.
    pub fn find(&self, query: &str) -> impl Iterator<Item = (&Item, u64)> {
        self.search.find(query).into_iter().filter_map(|(place, score)| Some((self.items.get(place)?, score)))
    }
}

/// A version of the catalog, rendered. It never changes.
pub struct Snapshot {
    /// The version.
    pub version: CatalogVersion,
    /// Every version that there is, in their order.
    pub versions: Vec<CatalogVersion>,
    /// The revisions of each credential, in their order.
    pub revisions: HashMap<String, Vec<Revision>>,
    /// The catalog itself.
    pub catalog: Catalog,
    /// What answers of guidance say of it again and again.
    pub ready: Ready,
    /// The titles of its roles and credentials, to hold those of postings against.
    pub titles: TitleIndex,
    shelves: BTreeMap<Kind, Shelf>,
    /// Answers prepared ahead, by path and query.
    ahead: HashMap<Box<str>, Arc<Prepared>>,
    /// Answers prepared when they were first asked for, by path and query.
    remembered: Cache<Box<str>, Arc<Prepared>, Bytes>,
}

/// A catalog that cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum Unservable {
    /// Its records do not fit together.
    #[error("the stored catalog is inconsistent: {0}")]
    Inconsistent(String),
    /// It has no JSON form.
    #[error("the catalog cannot be rendered: {0}")]
    Unrenderable(#[from] serde_json::Error),
}

impl Snapshot {
    /// Builds and renders a stored catalog. It takes some tens of milliseconds.
    ///
    /// # Errors
    /// [`Unservable`] where the records do not fit together.
    pub fn build(
        stored: StoredCatalog,
        versions: Vec<CatalogVersion>,
        revisions: HashMap<String, Vec<Revision>>,
    ) -> Result<Self, Unservable> {
        let StoredCatalog { version, records, standing } = stored;
        let catalog = Catalog::build(records).map_err(|faults| {
            let first =
                faults.first().map(|fault| format!("{} at {}", fault.detail, fault.pointer)).unwrap_or_default();
            Unservable::Inconsistent(format!("{first} ({} faults)", faults.len()))
        })?;
        let shelves = render(&catalog, &|kind, id| {
            let (number, effective) = standing.get(&(kind, id.to_owned())).copied().unwrap_or((1, version.effective));
            ItemRevision { number, effective }
        })?;
        // One shard, so that a large answer has room on machines of many cores, too.
        let options = OptionsBuilder::new()
            .shards(1)
            .estimated_items_capacity(USUAL_ANSWERS)
            .weight_capacity(REMEMBERED)
            .build()
            .map_err(|error| Unservable::Inconsistent(error.to_string()))?;
        let remembered =
            Cache::with_options(options, Bytes, DefaultHashBuilder::default(), DefaultLifecycle::default());
        let (titles, ready) = (TitleIndex::new(&catalog), Ready::new(&catalog)?);
        let ahead = HashMap::new();
        Ok(Self { version, versions, revisions, catalog, ready, titles, shelves, ahead, remembered })
    }

    /// Keeps an answer ready, compressed, under its path and query.
    pub fn prepare(&mut self, path_and_query: impl Into<Box<str>>, answer: Prepared) {
        self.ahead.insert(path_and_query.into(), Arc::new(answer.compressed()));
    }

    /// The items of a kind.
    #[must_use]
    pub fn shelf(&self, kind: Kind) -> &Shelf {
        static EMPTY: std::sync::LazyLock<Shelf> = std::sync::LazyLock::new(Shelf::default);
        self.shelves.get(&kind).unwrap_or(&EMPTY)
    }

    /// The kinds that have items.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> {
        self.shelves.keys().copied()
    }

    /// An answer that was prepared for this path and query.
    #[must_use]
    pub fn answer(&self, path_and_query: &str) -> Option<Arc<Prepared>> {
        self.ahead.get(path_and_query).cloned().or_else(|| self.remembered.get(path_and_query))
    }

    /// Remembers an answer for the next who asks for the same.
    pub fn remember(&self, path_and_query: &str, answer: &Arc<Prepared>) {
        self.remembered.insert(path_and_query.into(), Arc::clone(answer));
    }
}

/// Weighs a remembered answer by the bytes that it takes.
#[derive(Debug, Clone)]
struct Bytes;

impl Weighter<Box<str>, Arc<Prepared>> for Bytes {
    fn weight(&self, key: &Box<str>, answer: &Arc<Prepared>) -> u64 {
        u64::try_from(key.len() + answer.size()).unwrap_or(u64::MAX)
    }
}

type Revisions<'a> = dyn Fn(Kind, &str) -> ItemRevision + 'a;

fn render(catalog: &Catalog, revision: &Revisions<'_>) -> Result<BTreeMap<Kind, Shelf>, serde_json::Error> {
    let mut shelves = BTreeMap::new();
    macro_rules! shelf {
        ($list:ident, $view:ident) => {
            shelf!($list, $view, |record| record.search_texts())
        };
        ($list:ident, $view:ident, |$record:ident| $texts:expr) => {{
            let mut items = Vec::with_capacity(catalog.$list.len());
            let mut kind = None;
            for record in &catalog.$list {
                kind = Some(kind_of(record));
                let view = views::$view(catalog, record, revision(kind_of(record), record.id().as_str()));
                items.push(Item::render(record.id().as_str(), record.order(), &view)?);
            }
            if let Some(kind) = kind {
                shelves.insert(kind, Shelf::new(items, catalog.$list.iter().map(|$record| $texts)));
            }
        }};
    }
    shelf!(sources, source_item);
    shelf!(jurisdictions, jurisdiction_item);
    shelf!(credentials, credential_item, |credential| {
        let jurisdiction = credential.jurisdiction.as_ref().and_then(|code| catalog.jurisdictions.get(code));
        let mut texts = credential.search_texts();
        texts.extend(jurisdiction.map(|jurisdiction| (2, &*jurisdiction.name)));
        texts
    });
    shelf!(frameworks, framework_item);
    shelf!(steps, step_item);
    shelf!(roles, role_item);
    shelf!(career_levels, career_level_item);
    shelf!(responsibilities, responsibility_item);
    shelf!(skills, skill_item);
    shelf!(trainings, training_item);
    shelf!(resources, resource_item);
    shelf!(faqs, faq_item);
    shelf!(outcomes, outcome_item);

    let competencies: Vec<_> = catalog.competencies().collect();
    let mut items = Vec::with_capacity(competencies.len());
    for (place, found) in (0..).zip(&competencies) {
        let (framework, _, competency) = found;
        let view = views::competency_item(catalog, *found, revision(Kind::Framework, framework.id.as_str()));
        items.push(Item::render(competency.id.as_str(), place, &view)?);
    }
    let texts =
        competencies.iter().map(|(_, category, competency)| vec![(3, &*competency.statement), (1, &*category.title)]);
    shelves.insert(Kind::Competency, Shelf::new(items, texts));
    Ok(shelves)
}

const fn kind_of<T: Entry>(_: &T) -> Kind {
    T::KIND
}
