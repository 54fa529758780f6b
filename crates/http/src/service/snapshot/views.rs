//! What is sent of each kind of record: its facts, what follows from them, and its sources in full.

use std::collections::BTreeMap;

use peerpath_domain::catalog::credential::{Credential, CredentialStatus, Specialty};
use peerpath_domain::catalog::framework::{Category, Competency, Framework};
use peerpath_domain::catalog::identifier::{CategoryId, CredentialId, FrameworkId, Identifier};
use peerpath_domain::catalog::jurisdiction::Jurisdiction;
use peerpath_domain::catalog::kind::Kind;
use peerpath_domain::catalog::library::{Faq, Note, Outcome, Resource, Training};
use peerpath_domain::catalog::pathway::{Passage, Pitfall, Practice, Step};
use peerpath_domain::catalog::profession::{CareerLevel, Responsibility, Role, Skill};
use peerpath_domain::catalog::search::Texts;
use peerpath_domain::catalog::source::{Completeness, Freshness, Source};
use peerpath_domain::catalog::{self, Catalog, Citation, Entry};
use serde::Serialize;
use utoipa::ToSchema;

use super::collection::{Collection, Item};

/// The revision of a record that an item shows.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct ItemRevision {
    /// Its number, from 1. Items that are parts of a record have the record's.
    #[schema(minimum = 1)]
    pub number: i32,
    /// The day from which it holds.
    pub effective: chrono::NaiveDate,
}

/// The revision that a record of a kind has, by its id.
pub(super) type Revisions<'a> = dyn Fn(Kind, &str) -> ItemRevision + 'a;

/// Defines what is sent of each kind: the list of the catalog, the record, and what every item has. A kind that adds fields
/// names the function that makes its item, and one that is found by more than its own texts the function for them.
macro_rules! items {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident of $list:ident: $type:ty
        $(, made by $make:ident with { $($(#[doc = $field_doc:literal])+ $field:ident: $field_type:ty,)+ })?
        $(, found by $texts:ident)?;
    )+) => {
        $(
            $(#[doc = $doc])+
            #[derive(Debug, Serialize, ToSchema)]
            pub struct $name<'a> {
                #[serde(flatten)]
                record: &'a $type,
                $($($(#[doc = $field_doc])+ $field: $field_type,)+)?
                /// What could not be read, and where sources disagree.
                notes: Vec<&'a Note>,
                /// The revision that this is.
                revision: ItemRevision,
                /// The sources of it all, in full; facts name theirs by id.
                sources: Vec<&'a Source>,
            }
        )+

        /// The items of every kind.
        pub(super) fn collections(
            catalog: &Catalog,
            revision: &Revisions<'_>,
        ) -> Result<BTreeMap<Kind, Collection>, serde_json::Error> {
            Ok(BTreeMap::from([
                $(render(
                    &catalog.$list,
                    revision,
                    |record, revision| item!($name, catalog, record, revision $(, $make)?),
                    |record| texts!(catalog, record $(, $texts)?),
                )?,)+
                render(&catalog.sources, revision, |record, revision| source_item(catalog, record, revision), Entry::search_texts)?,
                (Kind::Competency, competencies(catalog, revision)?),
            ]))
        }
    };
}

macro_rules! item {
    ($name:ident, $catalog:ident, $record:ident, $revision:ident) => {{
        let Surroundings { notes, sources, .. } = Surroundings::of($catalog, $record);
        $name { record: $record, notes, revision: $revision, sources }
    }};
    ($name:ident, $catalog:ident, $record:ident, $revision:ident, $make:ident) => {
        $make($catalog, $record, $revision)
    };
}

macro_rules! texts {
    ($catalog:ident, $record:ident) => {
        $record.search_texts()
    };
    ($catalog:ident, $record:ident, $texts:ident) => {
        $texts($catalog, $record)
    };
}

items! {
    /// A jurisdiction with its credentials.
    JurisdictionItem of jurisdictions: Jurisdiction, made by jurisdiction_item with {
        /// Its credentials.
        credentials: Vec<CredentialSummary<'a>>,
    };
    /// A credential with what is known of it.
    CredentialItem of credentials: Credential, made by credential_item with {
        /// How much of what it takes is known: complete only if every route is.
        completeness: Completeness,
        /// How old its sources are, and how official.
        freshness: Freshness,
    }, found by credential_texts;
    /// A framework with its categories and competencies, or its standards.
    FrameworkItem of frameworks: Framework;
    /// A step of the pathway with what goes wrong and well there.
    StepItem of steps: Step, made by step_item with {
        /// What goes wrong there.
        pitfalls: Vec<&'a Pitfall>,
        /// What goes well there.
        practices: Vec<&'a Practice>,
        /// The passages of articles that it was drawn from.
        passages: Vec<&'a Passage>,
    };
    /// A role.
    RoleItem of roles: Role;
    /// A career level.
    CareerLevelItem of career_levels: CareerLevel;
    /// A responsibility.
    ResponsibilityItem of responsibilities: Responsibility;
    /// A skill.
    SkillItem of skills: Skill;
    /// A training.
    TrainingItem of trainings: Training;
    /// A resource.
    ResourceItem of resources: Resource;
    /// A question with its answer.
    FaqItem of faqs: Faq;
    /// A claim, and how well it stands.
    OutcomeItem of outcomes: Outcome;
}

/// A competency with where it belongs.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompetencyItem<'a> {
    #[serde(flatten)]
    record: &'a Competency,
    /// The category that it is in.
    category: CategorySummary<'a>,
    /// The framework that it is in.
    framework: FrameworkSummary<'a>,
    /// What could not be read, and where sources disagree.
    notes: Vec<&'a Note>,
    /// The revision that this is.
    revision: ItemRevision,
    /// The sources of it all, in full; facts name theirs by id.
    sources: Vec<&'a Source>,
}

/// A credential in a few words.
#[derive(Debug, Serialize, ToSchema)]
pub struct CredentialSummary<'a> {
    /// Its id.
    id: &'a CredentialId,
    /// Its title.
    title: &'a str,
    /// Its acronym; null where it has none.
    acronym: Option<&'a str>,
    /// Whether it can be applied for.
    status: CredentialStatus,
    /// Whom its holders support.
    specialties: &'a [Specialty],
}

/// A category in a few words.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategorySummary<'a> {
    /// Its id.
    id: &'a CategoryId,
    /// Its number.
    number: u16,
    /// Its title.
    title: &'a str,
}

/// A framework in a few words.
#[derive(Debug, Serialize, ToSchema)]
pub struct FrameworkSummary<'a> {
    /// Its id.
    id: &'a FrameworkId,
    /// Its title.
    title: &'a str,
}

/// A source with the facts that rest on it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceItem<'a> {
    #[serde(flatten)]
    record: &'a Source,
    /// The places that rest on it.
    facts: Vec<FactPlace<'a>>,
    /// The revision that this is.
    revision: ItemRevision,
}

/// A place in a record that rests on a source.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactPlace<'a> {
    /// The kind of record.
    kind: Kind,
    /// Its id.
    id: &'a str,
    /// The JSON Pointer of the place in the record; of `source_ids` where the record rests on it as a whole.
    pointer: &'a str,
    /// Where the record can be read; null where it is shown with others only.
    href: Option<String>,
}

/// The path of an item, below the service's address.
#[must_use]
pub fn path_of(kind: Kind, id: &str) -> Option<String> {
    kind.collection().map(|collection| format!("/v1/{collection}/{id}"))
}

/// What every item has beside its record.
struct Surroundings<'a> {
    catalog: &'a Catalog,
    notes: Vec<&'a Note>,
    sources: Vec<&'a Source>,
}

impl<'a> Surroundings<'a> {
    fn of<T: Entry>(catalog: &'a Catalog, record: &T) -> Self {
        let notes: Vec<&Note> = catalog.notes_on(T::KIND, record.id().as_str()).collect();
        let mut surroundings = Self { catalog, notes: Vec::new(), sources: catalog.sources_of(record) };
        for note in &notes {
            surroundings.rest_on(*note);
        }
        Self { notes, ..surroundings }
    }

    /// Adds the sources of a record that is shown along.
    fn rest_on(&mut self, record: &impl Entry) {
        for source in self.catalog.sources_of(record) {
            if !self.sources.iter().any(|known| known.id == source.id) {
                self.sources.push(source);
            }
        }
    }
}

/// Renders the items of one kind.
fn render<'a, T: Entry, V: Serialize>(
    records: &'a catalog::Collection<T>,
    revision: &Revisions<'_>,
    view: impl Fn(&'a T, ItemRevision) -> V,
    texts: impl Fn(&'a T) -> Texts<'a>,
) -> Result<(Kind, Collection), serde_json::Error> {
    let item = |record: &'a T| {
        let id = record.id().as_str();
        Item::render(id, record.order(), &view(record, revision(T::KIND, id)))
    };
    let items = records.iter().map(item).collect::<Result<_, _>>()?;
    Ok((T::KIND, Collection::new(items, records.iter().map(texts))))
}

/// Renders the competencies, which are parts of frameworks.
fn competencies(catalog: &Catalog, revision: &Revisions<'_>) -> Result<Collection, serde_json::Error> {
    let all: Vec<_> = catalog.competencies().collect();
    let item = |(place, found): (u16, &(&Framework, &Category, &Competency))| {
        let (framework, _, competency) = *found;
        let view = competency_item(catalog, *found, revision(Kind::Framework, framework.id.as_str()));
        Item::render(competency.id.as_str(), place, &view)
    };
    let items = (0..).zip(&all).map(item).collect::<Result<_, _>>()?;
    let texts = all.iter().map(|(_, category, competency)| vec![(3, &*competency.statement), (1, &*category.title)]);
    Ok(Collection::new(items, texts))
}

/// A credential is found by the name of its jurisdiction, too.
fn credential_texts<'a>(catalog: &'a Catalog, credential: &'a Credential) -> Texts<'a> {
    let jurisdiction = credential.jurisdiction.as_ref().and_then(|code| catalog.jurisdictions.get(code));
    let mut texts = credential.search_texts();
    texts.extend(jurisdiction.map(|jurisdiction| (2, &*jurisdiction.name)));
    texts
}

fn jurisdiction_item<'a>(
    catalog: &'a Catalog,
    record: &'a Jurisdiction,
    revision: ItemRevision,
) -> JurisdictionItem<'a> {
    let Surroundings { notes, sources, .. } = Surroundings::of(catalog, record);
    let credentials = catalog
        .credentials_of(&record.code)
        .map(|credential| CredentialSummary {
            id: &credential.id,
            title: &credential.title,
            acronym: credential.acronym.as_deref(),
            status: credential.status,
            specialties: &credential.specialties,
        })
        .collect();
    JurisdictionItem { record, credentials, notes, revision, sources }
}

fn credential_item<'a>(catalog: &'a Catalog, record: &'a Credential, revision: ItemRevision) -> CredentialItem<'a> {
    let Surroundings { notes, sources, .. } = Surroundings::of(catalog, record);
    let (completeness, freshness) = (record.completeness(), catalog.freshness(record));
    CredentialItem { record, completeness, freshness, notes, revision, sources }
}

fn competency_item<'a>(
    catalog: &'a Catalog,
    (framework, category, record): (&'a Framework, &'a Category, &'a Competency),
    revision: ItemRevision,
) -> CompetencyItem<'a> {
    let mut surroundings =
        Surroundings { catalog, notes: Vec::new(), sources: catalog.sources.get(&record.source).into_iter().collect() };
    for note in catalog.notes_on(Kind::Competency, record.id.as_str()) {
        surroundings.rest_on(note);
        surroundings.notes.push(note);
    }
    CompetencyItem {
        record,
        category: CategorySummary { id: &category.id, number: category.number, title: &category.title },
        framework: FrameworkSummary { id: &framework.id, title: &framework.title },
        notes: surroundings.notes,
        revision,
        sources: surroundings.sources,
    }
}

fn step_item<'a>(catalog: &'a Catalog, record: &'a Step, revision: ItemRevision) -> StepItem<'a> {
    let mut surroundings = Surroundings::of(catalog, record);
    let pitfalls: Vec<&Pitfall> =
        catalog.pitfalls.iter().filter(|pitfall| pitfall.step_ids.contains(&record.id)).collect();
    let practices: Vec<&Practice> =
        catalog.practices.iter().filter(|practice| practice.step_ids.contains(&record.id)).collect();
    let passages: Vec<&Passage> =
        catalog.passages.iter().filter(|passage| passage.step_ids.contains(&record.id)).collect();
    for pitfall in &pitfalls {
        surroundings.rest_on(*pitfall);
    }
    for practice in &practices {
        surroundings.rest_on(*practice);
    }
    for passage in &passages {
        surroundings.rest_on(*passage);
    }
    let Surroundings { notes, sources, .. } = surroundings;
    StepItem { record, pitfalls, practices, passages, notes, revision, sources }
}

fn source_item<'a>(catalog: &'a Catalog, record: &'a Source, revision: ItemRevision) -> SourceItem<'a> {
    let facts = catalog
        .citations(&record.id)
        .iter()
        .map(|Citation { kind, id, pointer }| FactPlace { kind: *kind, id, pointer, href: path_of(*kind, id) })
        .collect();
    SourceItem { record, facts, revision }
}
