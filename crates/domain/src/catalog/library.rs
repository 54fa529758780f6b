//! What there is to read and to take: trainings, resources, questions, claims, and notes on all records.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::entry::Entry;
use super::identifier::{CategoryId, FaqId, InvalidId, NoteId, OutcomeId, ResourceId, SourceId, StepId, TrainingId};
use super::kind::Kind;
use super::quantity::Hours;
use super::requirement::RequirementKind;
use super::search::Texts;
use super::visit::{TRAINING_HOURS, Visit};

/// A course known by name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// Its id.
    pub id: TrainingId,
    /// Its title.
    pub title: String,
    /// Its acronym; null where it has none.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub acronym: Option<String>,
    /// Who gives it; null: not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub provider: Option<String>,
    /// Its page; null: not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required, pattern = "^https?://")]
    pub url: Option<String>,
    /// Its length; null where no source gives one figure: days, a range or nothing.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub hours: Option<Hours>,
    /// What it is.
    #[schema(max_length = 300)]
    pub summary: String,
    /// The categories of competencies that it touches: this catalog's own judgment, not a source's.
    pub competency_categories: Vec<CategoryId>,
    /// The sources that it rests on.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Training {
    type Id = TrainingId;

    fn id(&self) -> &TrainingId {
        &self.id
    }

    fn search_texts(&self) -> Texts<'_> {
        let mut texts: Texts<'_> = vec![(4, &self.title), (1, &self.summary)];
        texts.extend(self.acronym.iter().map(|acronym| (4, &**acronym)));
        texts.extend(self.provider.iter().map(|provider| (2, &**provider)));
        texts
    }

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        if let Some(hours) = self.hours {
            visit.in_range("hours", hours, &TRAINING_HOURS);
        }
        visit.mentions_all("competency_categories", &self.competency_categories);
        visit.mentions_all("source_ids", &self.source_ids);
    }
}

/// An organization, a publication, a help line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// Its id.
    pub id: ResourceId,
    /// Its title.
    pub title: String,
    /// What sort of resource it is.
    pub kind: ResourceKind,
    /// Its page; null: not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required, pattern = "^https?://")]
    pub url: Option<String>,
    /// What it is.
    #[schema(max_length = 300)]
    pub summary: String,
    /// False where an article names it, and no page confirms it.
    pub verified: bool,
    /// What became of it, where a source says so; null otherwise.
    #[serde(default)]
    pub status: Option<ResourceStatus>,
    /// The sources that it rests on.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Resource {
    type Id = ResourceId;

    fn id(&self) -> &ResourceId {
        &self.id
    }

    fn search_texts(&self) -> Texts<'_> {
        vec![(3, &self.title), (1, &self.summary)]
    }

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        visit.mentions_all("source_ids", &self.source_ids);
    }
}

/// What sort of resource it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ResourceKind {
    Book,
    CertificationBody,
    Community,
    Database,
    FederalAgency,
    Helpline,
    LearningCommunity,
    Nonprofit,
    OnlineCourses,
    ProfessionalAssociation,
    Publication,
    TechnicalAssistanceCenter,
    TrainingProvider,
}

/// What became of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResourceStatus {
    /// A source says that it no longer exists.
    ReportedDissolved,
    /// It goes by another name now.
    FormerName,
}

/// A question that people ask, with an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Faq {
    /// Its id.
    pub id: FaqId,
    /// Its place, from 1, in an order to read them in.
    #[schema(minimum = 1)]
    pub order: u16,
    /// The question.
    pub question: String,
    /// The answer.
    #[schema(max_length = 300)]
    pub answer: String,
    /// The steps and the kinds of requirement that it is about.
    pub topics: Vec<Topic>,
    /// Where a figure of the answer is held against other sources.
    #[serde(default)]
    pub outcome_ids: Vec<OutcomeId>,
    /// The sources that it rests on.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Faq {
    type Id = FaqId;

    fn id(&self) -> &FaqId {
        &self.id
    }

    fn order(&self) -> u16 {
        self.order
    }

    fn search_texts(&self) -> Texts<'_> {
        vec![(3, &self.question), (1, &self.answer)]
    }

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        for (index, topic) in self.topics.iter().enumerate() {
            if let Topic::Step(id) = topic {
                visit.mentions(&format!("topics/{index}"), id);
            }
        }
        visit.mentions_all("outcome_ids", &self.outcome_ids);
        visit.mentions_all("source_ids", &self.source_ids);
    }
}

/// What a question is about: a step, by id, or a kind of requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Topic {
    /// A kind of requirement.
    Requirement(RequirementKind),
    /// A step.
    Step(StepId),
}

impl TryFrom<String> for Topic {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        match RequirementKind::deserialize(serde_json::Value::from(text.as_str())) {
            Ok(kind) => Ok(Self::Requirement(kind)),
            Err(_) => text.parse().map(Self::Step),
        }
    }
}

impl From<Topic> for String {
    fn from(topic: Topic) -> Self {
        topic.to_string()
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Requirement(kind) => kind.serialize(f),
            Self::Step(id) => id.fmt(f),
        }
    }
}

impl PartialSchema for Topic {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("What a question is about: the id of a step, or a kind of requirement."))
            .pattern(Some("^[a-z0-9][a-z0-9._-]*$"))
            .examples(["understand-the-role", "examination"].map(serde_json::Value::from))
            .build()
            .into()
    }
}

impl ToSchema for Topic {}

/// A claim about what peer support achieves, costs or asks, and how well it stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Its id.
    pub id: OutcomeId,
    /// What sort of claim it is.
    pub kind: OutcomeKind,
    /// The claim.
    #[schema(max_length = 300)]
    pub claim: String,
    /// Its figure; where the source gives a range, the lower end; null where it has none.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required, value_type = Option<f64>)]
    pub value: Option<Number>,
    /// The upper end, where the source gives a range; null otherwise.
    #[serde(default)]
    #[schema(value_type = Option<f64>)]
    pub value_max: Option<Number>,
    /// The same measure in the group without peer support; null: not stated.
    #[serde(default)]
    #[schema(value_type = Option<f64>)]
    pub comparison_value: Option<Number>,
    /// What the figure counts; null where there is none.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub unit: Option<OutcomeUnit>,
    /// How the source limits the figure; null: it does not.
    #[serde(default)]
    pub qualifier: Option<Qualifier>,
    /// Whose claim it is, as the source says.
    pub attributed_to: String,
    /// How well it stands.
    pub standing: Standing,
    /// What the fields cannot say.
    #[serde(default)]
    pub note: Option<String>,
    /// Outcomes that bear on this one; no claim that one is the other's origin.
    pub related_ids: Vec<OutcomeId>,
    /// The sources that it rests on.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Outcome {
    type Id = OutcomeId;

    fn id(&self) -> &OutcomeId {
        &self.id
    }

    fn search_texts(&self) -> Texts<'_> {
        vec![(2, &self.claim), (1, &self.attributed_to)]
    }

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        visit.check("unit", self.value.is_some() || self.unit.is_none(), || "stands without a value".into());
        visit.mentions_all("related_ids", &self.related_ids);
        visit.mentions_all("source_ids", &self.source_ids);
    }
}

/// What sort of claim an outcome is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// What peer support does for people.
    Effect,
    /// Who pays for it.
    Payment,
    /// What it costs or saves.
    Cost,
    /// What certification asks.
    Requirement,
    /// How many posts there are or will be.
    Demand,
    /// How many people do it.
    Workforce,
}

/// What the figure of an outcome counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum OutcomeUnit {
    BenefitToCostRatio,
    Hours,
    PercentFewer,
    PercentMore,
    RehospitalizationsMean,
    States,
    Times,
    UsdPerEnrolledMonth,
    UsdPerParticipant,
    Years,
}

/// How a source limits a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Qualifier {
    /// At most so much.
    UpTo,
    /// Not quite so much.
    Nearly,
}

/// How well a claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It stands in an article only.
    AsReported,
    /// Another source says the same.
    Confirmed,
    /// It is not an article's claim, but evidence beside it.
    Independent,
}

/// A remark on records: what could not be read, where sources disagree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// The records that it is on.
    #[schema(min_items = 1)]
    pub about: Vec<NoteTarget>,
    /// What of them it concerns; null: the text says it.
    #[serde(default)]
    pub subject: Option<String>,
    /// The remark.
    #[schema(min_length = 1)]
    pub text: String,
    /// The sources that it rests on.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Note {
    type Id = NoteId;

    fn id(&self) -> &NoteId {
        &self.id
    }

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        visit.each("about", &self.about, |visit, target| {
            visit.check("kind", target.kind.collection().is_some() && target.kind != Kind::Source, || {
                "is of a kind that is shown with others only, without its notes".into()
            });
            if let Some(id) = &target.id {
                visit.mentions_any("id", target.kind, id);
            }
        });
        visit.mentions_all("source_ids", &self.source_ids);
    }
}

/// A record that a note is on, or all records of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteTarget {
    /// The kind of record.
    pub kind: Kind,
    /// Which one; null: every record of the kind.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub id: Option<String>,
}

impl Note {
    /// Whether the note is on the record of this kind and id.
    #[must_use]
    pub fn is_on(&self, kind: Kind, id: &str) -> bool {
        self.about.iter().any(|target| target.kind == kind && target.id.as_deref().is_none_or(|target| target == id))
    }
}
