//! Trainings, resources, questions, outcomes, and notes on all records.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Number;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::entry::{Entry, identified_by};
use super::identifier::{
    CategoryId, FaqId, InvalidId, NoteId, OutcomeId, ResourceId, SourceId, StepId, TrainingId, text_schema,
};
use super::kind::Kind;
use super::quantity::Hours;
use super::requirement::RequirementKind;
use super::search::Texts;
use super::visit::{TRAINING_HOURS, Visit};

/// A well-known training.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Training {
    /// Stable id.
    pub id: TrainingId,
    /// Title.
    pub title: String,
    /// Acronym; null if there is none.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub acronym: Option<String>,
    /// Organization that gives it; null if not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub provider: Option<String>,
    /// Web page; null if not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required, pattern = "^https?://")]
    pub url: Option<String>,
    /// Length in hours; null if no source gives a single figure.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub hours: Option<Hours>,
    /// Short description.
    #[schema(max_length = 300)]
    pub summary: String,
    /// Categories of competencies that it covers, as judged by this catalog, not by a source.
    pub competency_categories: Vec<CategoryId>,
    /// Sources of the record as a whole.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Training {
    identified_by!(TrainingId);

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

/// A resource: an organization, a publication, a help line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Resource {
    /// Stable id.
    pub id: ResourceId,
    /// Title.
    pub title: String,
    /// Type of resource.
    pub kind: ResourceKind,
    /// Web page; null if not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required, pattern = "^https?://")]
    pub url: Option<String>,
    /// Short description.
    #[schema(max_length = 300)]
    pub summary: String,
    /// False if an article names it but no page confirms it.
    pub verified: bool,
    /// Set if a source says that it was dissolved or renamed; otherwise null.
    #[serde(default)]
    pub status: Option<ResourceStatus>,
    /// Sources of the record as a whole.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Resource {
    identified_by!(ResourceId);

    fn search_texts(&self) -> Texts<'_> {
        vec![(3, &self.title), (1, &self.summary)]
    }

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        visit.mentions_all("source_ids", &self.source_ids);
    }
}

/// The type of a resource.
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

/// A change to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ResourceStatus {
    /// It no longer exists, according to a source.
    ReportedDissolved,
    /// It has another name now.
    FormerName,
}

/// A frequently asked question and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Faq {
    /// Stable id.
    pub id: FaqId,
    /// Position in the reading order, from 1.
    #[schema(minimum = 1)]
    pub order: u16,
    /// Question.
    pub question: String,
    /// Answer.
    #[schema(max_length = 300)]
    pub answer: String,
    /// Steps and kinds of requirement that it is about.
    pub topics: Vec<Topic>,
    /// Outcomes that compare the answer's figures with other sources.
    #[serde(default)]
    pub outcome_ids: Vec<OutcomeId>,
    /// Sources of the record as a whole.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Faq {
    identified_by!(FaqId);

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

/// The topic of a question: a step or a kind of requirement.
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
        text_schema(
            "The topic of a question: the id of a step, or a kind of requirement.",
            "^[a-z0-9][a-z0-9._-]*$",
            &["understand-the-role", "examination"],
        )
    }
}

impl ToSchema for Topic {}

/// A claim about peer support or the profession, and how well it is supported.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// Stable id.
    pub id: OutcomeId,
    /// Type of claim.
    pub kind: OutcomeKind,
    /// Claim.
    #[schema(max_length = 300)]
    pub claim: String,
    /// Figure, or the lower end of a range; null if the claim has none.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required, value_type = Option<f64>)]
    pub value: Option<Number>,
    /// Upper end if the source gives a range; otherwise null.
    #[serde(default)]
    #[schema(value_type = Option<f64>)]
    pub value_max: Option<Number>,
    /// The same figure for the group without peer support; null if not stated.
    #[serde(default)]
    #[schema(value_type = Option<f64>)]
    pub comparison_value: Option<Number>,
    /// Unit of the figure; null if there is none.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub unit: Option<OutcomeUnit>,
    /// How the source qualifies the figure; null if it does not.
    #[serde(default)]
    pub qualifier: Option<Qualifier>,
    /// Author of the claim, according to the source.
    pub attributed_to: String,
    /// How well the claim is supported.
    pub standing: Standing,
    /// Details that the other fields cannot express.
    #[serde(default)]
    pub note: Option<String>,
    /// Outcomes about the same subject.
    pub related_ids: Vec<OutcomeId>,
    /// Sources of the record as a whole.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Outcome {
    identified_by!(OutcomeId);

    fn search_texts(&self) -> Texts<'_> {
        vec![(2, &self.claim), (1, &self.attributed_to)]
    }

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        visit.check("unit", self.value.is_some() || self.unit.is_none(), || "requires a value".into());
        visit.mentions_all("related_ids", &self.related_ids);
        visit.mentions_all("source_ids", &self.source_ids);
    }
}

/// The type of an outcome's claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// Effects of peer support on people.
    Effect,
    /// Who pays for peer support.
    Payment,
    /// Costs or savings.
    Cost,
    /// Requirements for certification.
    Requirement,
    /// Number of jobs, now or expected.
    Demand,
    /// Number of people in the profession.
    Workforce,
}

/// The unit of an outcome's figure.
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

/// How a source qualifies a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Qualifier {
    /// The figure is a maximum.
    UpTo,
    /// The actual number is slightly lower.
    Nearly,
}

/// How well a claim is supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Only an article says so.
    AsReported,
    /// Another source says the same.
    Confirmed,
    /// It is evidence beyond the articles.
    Independent,
}

/// A note on records, such as what could not be read or where sources disagree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Stable id.
    pub id: NoteId,
    /// Records that the note is about.
    #[schema(min_items = 1)]
    pub about: Vec<NoteTarget>,
    /// Subject of the note; null if the text says it.
    #[serde(default)]
    pub subject: Option<String>,
    /// Text of the note.
    #[schema(min_length = 1)]
    pub text: String,
    /// Sources of the record as a whole.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Note {
    identified_by!(NoteId);

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        visit.each("about", &self.about, |visit, target| {
            visit.check("kind", target.kind.collection().is_some() && target.kind != Kind::Source, || {
                "is a kind that the service does not show with notes".into()
            });
            if let Some(id) = &target.id {
                visit.mentions_any("id", target.kind, id);
            }
        });
        visit.mentions_all("source_ids", &self.source_ids);
    }
}

/// A record that a note is about, or all records of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteTarget {
    /// Kind of record.
    pub kind: Kind,
    /// Id of the record; null for all records of the kind.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub id: Option<String>,
}

impl Note {
    /// Whether the note is about this record.
    #[must_use]
    pub fn is_on(&self, kind: Kind, id: &str) -> bool {
        self.about.iter().any(|target| target.kind == kind && target.id.as_deref().is_none_or(|target| target == id))
    }
}
