//! Competency frameworks, and SAMHSA's model standards for certification.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::credential::Specialty;
use super::entry::Entry;
use super::identifier::{
    CategoryId, CompetencyId, CredentialId, FrameworkId, Identifier, PrincipleId, SourceId, StandardId,
};
use super::quantity::{Hours, PartialDate};
use super::requirement::Experience;
use super::search::Texts;
use super::source::Completeness;
use super::visit::{TRAINING_HOURS, Visit};

/// A set of competencies, or of model standards, with what is known to be missing of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Its id.
    pub id: FrameworkId,
    /// Its title.
    #[schema(min_length = 1)]
    pub title: String,
    /// Who publishes it.
    pub publisher: String,
    /// The number that the publisher gave it; null where it has none.
    #[serde(default)]
    pub publication_number: Option<String>,
    /// When it appeared; null: not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub published: Option<PartialDate>,
    /// What may be reproduced of it.
    pub license: License,
    /// What it is, in this catalog's words.
    #[schema(max_length = 300)]
    pub summary: String,
    /// The credentials whose training it describes.
    #[serde(default)]
    pub credential_ids: Vec<CredentialId>,
    /// Whom it is for; null: not stated.
    #[serde(default)]
    pub specialties: Option<FrameworkSpecialties>,
    /// The length of the training that it describes; null: not stated.
    #[serde(default)]
    pub training_hours: Option<Hours>,
    /// Its foundational principles.
    #[serde(default)]
    pub principles: Vec<Principle>,
    /// How many categories it has; null where it is no set of competencies.
    #[serde(default)]
    pub categories_total: Option<u16>,
    /// How much of its list of categories is here; null where it is no set of competencies.
    #[serde(default)]
    pub categories_completeness: Option<Completeness>,
    /// Its categories.
    #[serde(default)]
    pub categories: Vec<Category>,
    /// How many standards it has; null where it is no set of standards.
    #[serde(default)]
    pub standards_total: Option<u16>,
    /// How much of its list of standards is here; null where it is no set of standards.
    #[serde(default)]
    pub standards_completeness: Option<Completeness>,
    /// Its standards.
    #[serde(default)]
    pub standards: Vec<Standard>,
    /// The sources that it rests on as a whole.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Framework {
    type Id = FrameworkId;

    fn id(&self) -> &FrameworkId {
        &self.id
    }

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

/// Whom a framework is for, and who says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FrameworkSpecialties {
    /// The specialties.
    pub value: Vec<Specialty>,
    /// The source that states it.
    pub source: SourceId,
}

/// What may be reproduced of a framework.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum License {
    /// All of it: a work of the U.S. government.
    PublicDomainUsGovernmentWork,
    /// All of it: the text of a law.
    PublicDomainLawText,
    /// It is copyrighted: titles and numbers only.
    CopyrightedTitlesOnly,
    /// Titles only.
    TitlesOnly,
}

/// A foundational principle.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Principle {
    /// Its id.
    pub id: PrincipleId,
    /// Its place in the list, from 1.
    pub order: u16,
    /// Its title.
    pub title: String,
    /// Its text.
    pub statement: String,
    /// Whether the text is whole.
    pub statement_completeness: Completeness,
    /// The source that states it.
    pub source: SourceId,
}

/// A group of competencies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Its id.
    pub id: CategoryId,
    /// Its number; where the framework does not number them, its place in the list.
    #[schema(minimum = 1)]
    pub number: u16,
    /// Its title.
    pub title: String,
    /// False where the title is another's wording of it.
    pub title_verbatim: bool,
    /// What it is about, in this catalog's words; null where nothing is known of it but the title.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required, max_length = 300)]
    pub summary: Option<String>,
    /// How much of the training goes to it; null: not stated.
    #[serde(default)]
    pub training_hours: Option<Hours>,
    /// How many of its competencies are here.
    pub competencies_completeness: Completeness,
    /// Its competencies.
    pub competencies: Vec<Competency>,
    /// The sources that it rests on.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

/// One thing that a peer specialist is able to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Competency {
    /// Its id.
    pub id: CompetencyId,
    /// Its text.
    pub statement: String,
    /// The source that states it.
    pub source: SourceId,
}

/// One of a set of model standards.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Standard {
    /// Its id.
    pub id: StandardId,
    /// Its official number; null: not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub number: Option<u16>,
    /// Its place in the list as the pages give it, from 1.
    pub listed_position: u16,
    /// Its title.
    pub title: String,
    /// What it recommends, in this catalog's words; null: not retrieved.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required, max_length = 300)]
    pub recommendation: Option<String>,
    /// What of it can be measured.
    pub measures: Vec<Measure>,
    /// The sources that it rests on.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

/// What of a standard can be held against a credential, by `kind`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Measure {
    /// Lived experience, shown by the applicant's own attestation where `attested`.
    LivedExperience {
        /// One of these is enough.
        any_of: Vec<Experience>,
        /// Whether the applicant's own attestation shows it.
        attested: bool,
        /// What the fields cannot say.
        #[serde(default)]
        note: Option<String>,
        /// The source that states it.
        source: SourceId,
    },
    /// Hours of training.
    TrainingHours {
        /// The fewest recommended; null: no lower bound is given.
        min: Option<Hours>,
        /// The most recommended; null: no upper bound is given.
        max: Option<Hours>,
        /// What the fields cannot say.
        #[serde(default)]
        note: Option<String>,
        /// The source that states it.
        source: SourceId,
    },
    /// Hours of supervised work.
    SupervisedWorkHours {
        /// The fewest recommended; null: no lower bound is given.
        min: Option<Hours>,
        /// The most recommended; null: no upper bound is given.
        max: Option<Hours>,
        /// What the fields cannot say.
        #[serde(default)]
        note: Option<String>,
        /// The source that states it.
        source: SourceId,
    },
    /// Who supervises.
    Supervisor {
        /// Whether supervisors should be certified as such.
        certified: bool,
        /// Whether supervisors should have worked as peers themselves.
        peer_experience: bool,
        /// What the fields cannot say.
        #[serde(default)]
        note: Option<String>,
        /// The source that states it.
        source: SourceId,
    },
}

impl Measure {
    /// The source that states it.
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
