//! The items that the service sends: each record with its notes, its revision and its sources in full.

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

/// The revision of the record behind an item.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct ItemRevision {
    /// The number, from 1. An item that is part of a record has the record's number.
    #[schema(minimum = 1)]
    pub number: i32,
    /// First day on which the revision applies.
    pub effective: chrono::NaiveDate,
}

/// Finds the revision of a record by its kind and id.
pub(super) type Revisions<'a> = dyn Fn(Kind, &str) -> ItemRevision + 'a;

/// Defines the item of each kind: the list of the catalog, the type of the record, and the fields of every item. A kind
/// with more fields names the function that makes its item; a kind with more searchable texts, the function that lists
/// the texts.
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
                /// Editors' notes: unreadable passages, and sources that disagree.
                notes: Vec<&'a Note>,
                /// The revision of this item.
                revision: ItemRevision,
                /// Full sources; facts refer to them by id.
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
        /// The credentials of the jurisdiction.
        credentials: Vec<CredentialSummary<'a>>,
    };
    /// A credential, with how complete and how fresh its facts are.
    CredentialItem of credentials: Credential, made by credential_item with {
        /// Whether the requirements of the credential are complete: only if every route is complete.
        completeness: Completeness,
        /// Age and authority of the credential's sources.
        freshness: Freshness,
    }, found by credential_texts;
    /// A framework with its categories and competencies, or its standards.
    FrameworkItem of frameworks: Framework;
    /// A step of the pathway, with its pitfalls and good practices.
    StepItem of steps: Step, made by step_item with {
        /// Pitfalls at this step.
        pitfalls: Vec<&'a Pitfall>,
        /// Good practices at this step.
        practices: Vec<&'a Practice>,
        /// The passages of articles that describe this step.
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
    /// A claim, and how well it is supported.
    OutcomeItem of outcomes: Outcome;
}

/// A competency, with its category and framework.
#[derive(Debug, Serialize, ToSchema)]
pub struct CompetencyItem<'a> {
    #[serde(flatten)]
    record: &'a Competency,
    /// The category of the competency.
    category: CategorySummary<'a>,
    /// The framework of the competency.
    framework: FrameworkSummary<'a>,
    /// Editors' notes: unreadable passages, and sources that disagree.
    notes: Vec<&'a Note>,
    /// The revision of this item.
    revision: ItemRevision,
    /// Full sources; facts refer to them by id.
    sources: Vec<&'a Source>,
}

/// A summary of a credential.
#[derive(Debug, Serialize, ToSchema)]
pub struct CredentialSummary<'a> {
    /// Id of the credential.
    id: &'a CredentialId,
    /// Title of the credential.
    title: &'a str,
    /// Acronym of the credential; null if it has none.
    acronym: Option<&'a str>,
    /// Whether applications are open.
    status: CredentialStatus,
    /// The people whom holders of the credential support.
    specialties: &'a [Specialty],
}

/// A summary of a category.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategorySummary<'a> {
    /// Id of the category.
    id: &'a CategoryId,
    /// The number of the category in its framework.
    number: u16,
    /// Title of the category.
    title: &'a str,
}

/// A summary of a framework.
#[derive(Debug, Serialize, ToSchema)]
pub struct FrameworkSummary<'a> {
    /// Id of the framework.
    id: &'a FrameworkId,
    /// Title of the framework.
    title: &'a str,
}

/// A source, with the facts that cite it.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceItem<'a> {
    #[serde(flatten)]
    record: &'a Source,
    /// The facts that cite the source.
    facts: Vec<FactPlace<'a>>,
    /// The revision of this item.
    revision: ItemRevision,
}

/// A fact that cites a source.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactPlace<'a> {
    /// Kind of the record.
    kind: Kind,
    /// Id of the record.
    id: &'a str,
    /// The JSON Pointer of the fact in the record; of `source_ids` if the whole record cites the source.
    pointer: &'a str,
    /// The path of the record; null if it is only part of other records.
    href: Option<String>,
}

/// The path of an item.
pub fn path_of(kind: Kind, id: &str) -> Option<String> {
    kind.collection().map(|collection| format!("/v1/{collection}/{id}"))
}

/// The notes and sources of an item.
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
            surroundings.add_sources(*note);
        }
        Self { notes, ..surroundings }
    }

    /// Adds the sources of a record that is part of the item.
    fn add_sources(&mut self, record: &impl Entry) {
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

/// The name of a credential's jurisdiction also finds the credential.
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
        surroundings.add_sources(note);
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
        surroundings.add_sources(*pitfall);
    }
    for practice in &practices {
        surroundings.add_sources(*practice);
    }
    for passage in &passages {
        surroundings.add_sources(*passage);
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
