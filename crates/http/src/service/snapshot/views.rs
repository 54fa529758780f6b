//! What is sent of each kind of record: its facts, what follows from them, and its sources in full.

use peerpath_domain::catalog::credential::{Credential, CredentialStatus, Specialty};
use peerpath_domain::catalog::framework::{Category, Competency, Framework};
use peerpath_domain::catalog::identifier::{CategoryId, CredentialId, FrameworkId, Identifier};
use peerpath_domain::catalog::jurisdiction::Jurisdiction;
use peerpath_domain::catalog::kind::Kind;
use peerpath_domain::catalog::library::{Faq, Note, Outcome, Resource, Training};
use peerpath_domain::catalog::pathway::{Passage, Pitfall, Practice, Step};
use peerpath_domain::catalog::profession::{CareerLevel, Responsibility, Role, Skill};
use peerpath_domain::catalog::source::{Completeness, Freshness, Source};
use peerpath_domain::catalog::{Catalog, Citation, Entry};
use serde::Serialize;
use utoipa::ToSchema;

/// The revision of a record that an item shows.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct ItemRevision {
    /// Its number, from 1. Items that are parts of a record have the record's.
    #[schema(minimum = 1)]
    pub number: i32,
    /// The day from which it holds.
    pub effective: chrono::NaiveDate,
}

/// Defines what is sent of a kind: the record, the fields that are added, and what every item has.
macro_rules! items {
    ($($(#[doc = $doc:literal])+ $name:ident { $record:ident: $type:ty $(, $(#[doc = $field_doc:literal])+ $field:ident: $field_type:ty)* })+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Serialize, ToSchema)]
        pub struct $name<'a> {
            #[serde(flatten)]
            $record: &'a $type,
            $($(#[doc = $field_doc])+ $field: $field_type,)*
            /// What could not be read, and where sources disagree.
            notes: Vec<&'a Note>,
            /// The revision that this is.
            revision: ItemRevision,
            /// The sources of it all, in full; facts name theirs by id.
            sources: Vec<&'a Source>,
        }
    )+};
}

items! {
    /// A jurisdiction with its credentials.
    JurisdictionItem { record: Jurisdiction,
        /// Its credentials.
        credentials: Vec<CredentialSummary<'a>> }
    /// A credential with what is known of it.
    CredentialItem { record: Credential,
        /// How much of what it takes is known: complete only if every route is.
        completeness: Completeness,
        /// How old its sources are, and how official.
        freshness: Freshness }
    /// A framework with its categories and competencies, or its standards.
    FrameworkItem { record: Framework }
    /// A competency with where it belongs.
    CompetencyItem { record: Competency,
        /// The category that it is in.
        category: CategorySummary<'a>,
        /// The framework that it is in.
        framework: FrameworkSummary<'a> }
    /// A step of the pathway with what goes wrong and well there.
    StepItem { record: Step,
        /// What goes wrong there.
        pitfalls: Vec<&'a Pitfall>,
        /// What goes well there.
        practices: Vec<&'a Practice>,
        /// The passages of articles that it was drawn from.
        passages: Vec<&'a Passage> }
    /// A role.
    RoleItem { record: Role }
    /// A career level.
    CareerLevelItem { record: CareerLevel }
    /// A responsibility.
    ResponsibilityItem { record: Responsibility }
    /// A skill.
    SkillItem { record: Skill }
    /// A training.
    TrainingItem { record: Training }
    /// A resource.
    ResourceItem { record: Resource }
    /// A question with its answer.
    FaqItem { record: Faq }
    /// A claim, and how well it stands.
    OutcomeItem { record: Outcome }
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

/// Makes the item of a record that is shown as it is.
macro_rules! plain_items {
    ($($function:ident: $type:ident -> $item:ident;)+) => {$(
        #[doc = concat!("The item of a [`", stringify!($type), "`].")]
        #[must_use]
        pub fn $function<'a>(catalog: &'a Catalog, record: &'a $type, revision: ItemRevision) -> $item<'a> {
            let Surroundings { notes, sources, .. } = Surroundings::of(catalog, record);
            $item { record, notes, revision, sources }
        }
    )+};
}

plain_items! {
    framework_item: Framework -> FrameworkItem;
    role_item: Role -> RoleItem;
    career_level_item: CareerLevel -> CareerLevelItem;
    responsibility_item: Responsibility -> ResponsibilityItem;
    skill_item: Skill -> SkillItem;
    training_item: Training -> TrainingItem;
    resource_item: Resource -> ResourceItem;
    faq_item: Faq -> FaqItem;
    outcome_item: Outcome -> OutcomeItem;
}

/// The item of a [`Jurisdiction`].
#[must_use]
pub fn jurisdiction_item<'a>(
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

/// The item of a [`Credential`].
#[must_use]
pub fn credential_item<'a>(catalog: &'a Catalog, record: &'a Credential, revision: ItemRevision) -> CredentialItem<'a> {
    let Surroundings { notes, sources, .. } = Surroundings::of(catalog, record);
    let (completeness, freshness) = (record.completeness(), catalog.freshness(record));
    CredentialItem { record, completeness, freshness, notes, revision, sources }
}

/// The item of a [`Competency`].
#[must_use]
pub fn competency_item<'a>(
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

/// The item of a [`Step`].
#[must_use]
pub fn step_item<'a>(catalog: &'a Catalog, record: &'a Step, revision: ItemRevision) -> StepItem<'a> {
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

/// The item of a [`Source`].
#[must_use]
pub fn source_item<'a>(catalog: &'a Catalog, record: &'a Source, revision: ItemRevision) -> SourceItem<'a> {
    let facts = catalog
        .citations(&record.id)
        .iter()
        .map(|Citation { kind, id, pointer }| FactPlace { kind: *kind, id, pointer, href: path_of(*kind, id) })
        .collect();
    SourceItem { record, facts, revision }
}
