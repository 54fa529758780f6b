//! Rendering a version of the catalog, once.

use std::collections::{BTreeMap, HashMap};
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
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::{RawValue, to_raw_value};

use super::cached_body::CachedBody;
use super::views::{self, ItemRevision};

/// The most bytes of answers that are remembered.
const REMEMBERED: u64 = 8 << 20;

/// About how many answers that is.
const USUAL_ANSWERS: usize = 500;

/// One item, rendered field by field.
#[derive(Debug)]
pub struct Item {
    /// Its id.
    pub id: Box<str>,
    /// Its place among the items of its kind; of equals, the id decides.
    pub order: u16,
    fields: Vec<(Box<str>, Box<RawValue>)>,
}

impl Item {
    fn render(id: &str, order: u16, view: &impl Serialize) -> Result<Self, serde_json::Error> {
        let Value::Object(object) = serde_json::to_value(view)? else {
            return Err(serde::ser::Error::custom("an item is an object"));
        };
        let fields = object.into_iter().map(|(name, value)| Ok((name.into(), to_raw_value(&value)?)));
        Ok(Self { id: id.into(), order, fields: fields.collect::<Result<_, serde_json::Error>>()? })
    }

    /// The names of its fields.
    pub fn field_names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|(name, _)| &**name)
    }

    /// The item, or only these fields of it.
    pub const fn select<'a>(&'a self, only: Option<&'a [String]>) -> SelectedItem<'a> {
        SelectedItem { item: self, only }
    }
}

/// An item, or only some of its fields.
#[derive(Debug)]
pub struct SelectedItem<'a> {
    item: &'a Item,
    only: Option<&'a [String]>,
}

impl Serialize for SelectedItem<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let is_wanted = |name: &str| self.only.is_none_or(|only| only.iter().any(|wanted| wanted == name));
        serializer
            .collect_map(self.item.fields.iter().filter(|(name, _)| is_wanted(name)).map(|(name, value)| (name, value)))
    }
}

/// The items of one kind, in their order.
#[derive(Debug, Default)]
pub struct Collection {
    items: Vec<Item>,
    places: HashMap<Box<str>, usize>,
    search: SearchIndex,
}

impl Collection {
    fn new<'a>(items: Vec<Item>, texts: impl IntoIterator<Item = Texts<'a>>) -> Self {
        let places = items.iter().enumerate().map(|(place, item)| (item.id.clone(), place)).collect();
        Self { items, places, search: SearchIndex::new(texts) }
    }

    /// Every item, in order.
    pub fn items(&self) -> &[Item] {
        &self.items
    }

    /// The item with this id.
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
    /// The titles of its roles and credentials, to hold those of postings against.
    pub titles: TitleIndex,
    collections: BTreeMap<Kind, Collection>,
    /// Answers prepared when they were first asked for, by path and query.
    remembered: Cache<Box<str>, Arc<CachedBody>, Bytes>,
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
        let StoredCatalog { version, records, revisions: current } = stored;
        let catalog = Catalog::build(records).map_err(|faults| {
            let first =
                faults.first().map(|fault| format!("{} at {}", fault.detail, fault.pointer)).unwrap_or_default();
            Unservable::Inconsistent(format!("{first} ({} faults)", faults.len()))
        })?;
        let collections = render(&catalog, &|kind, id| {
            let (number, effective) = current.get(&(kind, id.to_owned())).copied().unwrap_or((1, version.effective));
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
        let titles = TitleIndex::new(&catalog);
        Ok(Self { version, versions, revisions, catalog, titles, collections, remembered })
    }

    /// The items of a kind.
    pub fn collection(&self, kind: Kind) -> &Collection {
        static EMPTY: std::sync::LazyLock<Collection> = std::sync::LazyLock::new(Collection::default);
        self.collections.get(&kind).unwrap_or(&EMPTY)
    }

    /// The kinds that have items.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> {
        self.collections.keys().copied()
    }

    /// The answer that is remembered for this path and query.
    pub fn remembered(&self, path_and_query: &str) -> Option<Arc<CachedBody>> {
        self.remembered.get(path_and_query)
    }

    /// Remembers an answer for the next who asks for the same.
    pub fn remember(&self, path_and_query: &str, answer: &Arc<CachedBody>) {
        self.remembered.insert(path_and_query.into(), Arc::clone(answer));
    }
}

/// Weighs a remembered answer by the bytes that it takes.
#[derive(Debug, Clone)]
struct Bytes;

impl Weighter<Box<str>, Arc<CachedBody>> for Bytes {
    fn weight(&self, key: &Box<str>, answer: &Arc<CachedBody>) -> u64 {
        u64::try_from(key.len() + answer.size()).unwrap_or(u64::MAX)
    }
}

type Revisions<'a> = dyn Fn(Kind, &str) -> ItemRevision + 'a;

fn render(catalog: &Catalog, revision: &Revisions<'_>) -> Result<BTreeMap<Kind, Collection>, serde_json::Error> {
    let mut collections = BTreeMap::new();
    macro_rules! collection {
        ($list:ident, $view:ident) => {
            collection!($list, $view, |record| record.search_texts())
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
                collections.insert(kind, Collection::new(items, catalog.$list.iter().map(|$record| $texts)));
            }
        }};
    }
    collection!(sources, source_item);
    collection!(jurisdictions, jurisdiction_item);
    collection!(credentials, credential_item, |credential| {
        let jurisdiction = credential.jurisdiction.as_ref().and_then(|code| catalog.jurisdictions.get(code));
        let mut texts = credential.search_texts();
        texts.extend(jurisdiction.map(|jurisdiction| (2, &*jurisdiction.name)));
        texts
    });
    collection!(frameworks, framework_item);
    collection!(steps, step_item);
    collection!(roles, role_item);
    collection!(career_levels, career_level_item);
    collection!(responsibilities, responsibility_item);
    collection!(skills, skill_item);
    collection!(trainings, training_item);
    collection!(resources, resource_item);
    collection!(faqs, faq_item);
    collection!(outcomes, outcome_item);

    let competencies: Vec<_> = catalog.competencies().collect();
    let mut items = Vec::with_capacity(competencies.len());
    for (place, found) in (0..).zip(&competencies) {
        let (framework, _, competency) = found;
        let view = views::competency_item(catalog, *found, revision(Kind::Framework, framework.id.as_str()));
        items.push(Item::render(competency.id.as_str(), place, &view)?);
    }
    let texts =
        competencies.iter().map(|(_, category, competency)| vec![(3, &*competency.statement), (1, &*category.title)]);
    collections.insert(Kind::Competency, Collection::new(items, texts));
    Ok(collections)
}

const fn kind_of<T: Entry>(_: &T) -> Kind {
    T::KIND
}
