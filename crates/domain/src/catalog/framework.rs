//! Competency frameworks, and SAMHSA's model standards for certification.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::credential::Specialty;
use super::entry::{Entry, identified_by};
use super::identifier::{
    CategoryId, CompetencyId, CredentialId, FrameworkId, Identifier, PrincipleId, SourceId, StandardId,
};
use super::quantity::{Hours, PartialDate};
use super::requirement::Experience;
use super::search::Texts;
use super::source::Completeness;
use super::visit::{TRAINING_HOURS, Visit};

/// A set of competencies or of model standards. It states how complete it is here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Stable id.
    pub id: FrameworkId,
    /// Title.
    #[schema(min_length = 1)]
    pub title: String,
    /// Publisher.
    pub publisher: String,
    /// The publisher's number for it; null if there is none.
    #[serde(default)]
    pub publication_number: Option<String>,
    /// Date of publication; null if not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub published: Option<PartialDate>,
    /// How much of it may be reproduced.
    pub license: License,
    /// Short description, in this catalog's words.
    #[schema(max_length = 300)]
    pub summary: String,
    /// Credentials whose training it describes.
    #[serde(default)]
    pub credential_ids: Vec<CredentialId>,
    /// Populations that it is written for; null if not stated.
    #[serde(default)]
    pub specialties: Option<FrameworkSpecialties>,
    /// Hours of the training that it describes; null if not stated.
    #[serde(default)]
    pub training_hours: Option<Hours>,
    /// Foundational principles.
    #[serde(default)]
    pub principles: Vec<Principle>,
    /// Number of its categories; null for standards.
    #[serde(default)]
    pub categories_total: Option<u16>,
    /// How many of its categories are in the catalog; null for standards.
    #[serde(default)]
    pub categories_completeness: Option<Completeness>,
    /// The categories in the catalog.
    #[serde(default)]
    pub categories: Vec<Category>,
    /// Number of its standards; null for competencies.
    #[serde(default)]
    pub standards_total: Option<u16>,
    /// How many of its standards are in the catalog; null for competencies.
    #[serde(default)]
    pub standards_completeness: Option<Completeness>,
    /// The standards in the catalog.
    #[serde(default)]
    pub standards: Vec<Standard>,
    /// Sources of the record as a whole.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Framework {
    identified_by!(FrameworkId);

    fn search_texts(&self) -> Texts<'_> {
        vec![(3, &self.title), (1, &self.summary), (1, &self.publisher)]
    }

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        visit.mentions_all("credential_ids", &self.credential_ids);
        if let Some(specialties) = &self.specialties {
            visit.mentions("specialties/source", &specialties.source);
        }
        if let Some(hours) = self.training_hours {
            visit.in_range("training_hours", hours, &TRAINING_HOURS);
        }
        visit.each("principles", &self.principles, |visit, principle| {
            visit.defines(&principle.id);
            visit.mentions("source", &principle.source);
        });
        for (field, whole, total, here) in [
            ("categories", self.categories_completeness, self.categories_total, self.categories.len()),
            ("standards", self.standards_completeness, self.standards_total, self.standards.len()),
        ] {
            let agrees = match whole {
                Some(Completeness::Complete) => total.is_none_or(|total| usize::from(total) == here),
                Some(Completeness::Partial) => total.is_none_or(|total| usize::from(total) > here),
                Some(Completeness::NotRetrieved) | None => here == 0,
            };
            visit.check(&format!("{field}_completeness"), agrees, || {
                format!("does not fit the {here} {field} here and the total")
            });
        }
        visit.each("categories", &self.categories, |visit, category| {
            visit.defines(&category.id);
            let agrees =
                (category.competencies_completeness == Completeness::NotRetrieved) == category.competencies.is_empty();
            visit.check("competencies_completeness", agrees, || "does not fit the competencies here".into());
            visit.each("competencies", &category.competencies, |visit, competency| {
                visit.defines(&competency.id);
                let numbered =
                    competency.id.as_str().strip_prefix(category.id.as_str()).is_some_and(|rest| rest.starts_with('.'));
                visit.check("id", numbered, || format!("does not begin with {}.", category.id));
                visit.mentions("source", &competency.source);
            });
            visit.mentions_all("source_ids", &category.source_ids);
        });
        visit.each("standards", &self.standards, |visit, standard| {
            visit.defines(&standard.id);
            visit.each("measures", &standard.measures, |visit, measure| {
                if let Measure::TrainingHours { min: Some(min), max: Some(max), .. }
                | Measure::SupervisedWorkHours { min: Some(min), max: Some(max), .. } = measure
                {
                    visit.check("max", min <= max, || "is below min".into());
                }
                visit.mentions("source", measure.source());
            });
            visit.mentions_all("source_ids", &standard.source_ids);
        });
        visit.mentions_all("source_ids", &self.source_ids);
    }
}

/// The populations that a framework is written for, with the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FrameworkSpecialties {
    /// Specialties.
    pub value: Vec<Specialty>,
    /// Source of this fact.
    pub source: SourceId,
}

/// How much of a framework may be reproduced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum License {
    /// All of it, as a work of the U.S. government.
    PublicDomainUsGovernmentWork,
    /// All of it, as the text of a law.
    PublicDomainLawText,
    /// Titles and numbers only, because it is copyrighted.
    CopyrightedTitlesOnly,
    /// Titles only.
    TitlesOnly,
}

/// A foundational principle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Principle {
    /// Stable id.
    pub id: PrincipleId,
    /// Position in the list, from 1.
    pub order: u16,
    /// Title.
    pub title: String,
    /// Full text.
    pub statement: String,
    /// Whether the text is complete.
    pub statement_completeness: Completeness,
    /// Source of this fact.
    pub source: SourceId,
}

/// A group of competencies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Stable id.
    pub id: CategoryId,
    /// Number in the framework; without numbering, the position in the list.
    #[schema(minimum = 1)]
    pub number: u16,
    /// Title.
    pub title: String,
    /// False if the title is not the framework's own wording.
    pub title_verbatim: bool,
    /// Short description, in this catalog's words; null if only the title is known.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required, max_length = 300)]
    pub summary: Option<String>,
    /// Hours of the training on this category; null if not stated.
    #[serde(default)]
    pub training_hours: Option<Hours>,
    /// How many of its competencies are in the catalog.
    pub competencies_completeness: Completeness,
    /// The competencies in the catalog.
    pub competencies: Vec<Competency>,
    /// Sources of the record as a whole.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

/// One thing that a peer specialist can do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Competency {
    /// Stable id.
    pub id: CompetencyId,
    /// Full text.
    pub statement: String,
    /// Source of this fact.
    pub source: SourceId,
}

/// A model standard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Standard {
    /// Stable id.
    pub id: StandardId,
    /// Official number; null if not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub number: Option<u16>,
    /// Position in the published list, from 1.
    pub listed_position: u16,
    /// Title.
    pub title: String,
    /// The recommendation, in this catalog's words; null if not retrieved.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required, max_length = 300)]
    pub recommendation: Option<String>,
    /// The parts that can be measured.
    pub measures: Vec<Measure>,
    /// Sources of the record as a whole.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

/// A part of a standard that can be compared with credentials, by `kind`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Measure {
    /// Lived experience. If `attested`, the applicant's own statement is enough.
    LivedExperience {
        /// One of these is enough.
        any_of: Vec<Experience>,
        /// Whether the applicant's own statement is enough.
        attested: bool,
        /// Details that the other fields cannot express.
        #[serde(default)]
        note: Option<String>,
        /// Source of this fact.
        source: SourceId,
    },
    /// Hours of training.
    TrainingHours {
        /// Recommended minimum; null if none is given.
        min: Option<Hours>,
        /// Recommended maximum; null if none is given.
        max: Option<Hours>,
        /// Details that the other fields cannot express.
        #[serde(default)]
        note: Option<String>,
        /// Source of this fact.
        source: SourceId,
    },
    /// Hours of supervised work.
    SupervisedWorkHours {
        /// Recommended minimum; null if none is given.
        min: Option<Hours>,
        /// Recommended maximum; null if none is given.
        max: Option<Hours>,
        /// Details that the other fields cannot express.
        #[serde(default)]
        note: Option<String>,
        /// Source of this fact.
        source: SourceId,
    },
    /// Qualifications of supervisors.
    Supervisor {
        /// Whether supervisors should be certified as supervisors.
        certified: bool,
        /// Whether supervisors should have worked as peers.
        peer_experience: bool,
        /// Details that the other fields cannot express.
        #[serde(default)]
        note: Option<String>,
        /// Source of this fact.
        source: SourceId,
    },
}

impl Measure {
    /// Source of this fact.
    #[must_use]
    pub const fn source(&self) -> &SourceId {
        match self {
            Self::LivedExperience { source, .. }
            | Self::TrainingHours { source, .. }
            | Self::SupervisedWorkHours { source, .. }
            | Self::Supervisor { source, .. } => source,
        }
    }
}
