//! The profession: roles, career levels, responsibilities and skills.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::credential::Specialty;
use super::entry::{Entry, identified_by};
use super::identifier::{CareerLevelId, CategoryId, ResponsibilityId, RoleId, SkillId, SourceId};
use super::search::Texts;
use super::visit::Visit;

/// A role: a job title and its meaning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Stable id.
    pub id: RoleId,
    /// Usual title.
    pub title: String,
    /// Other titles for the same role.
    pub aliases: Vec<String>,
    /// Short description.
    #[schema(max_length = 300)]
    pub summary: String,
    /// Settings in which it is found.
    pub settings: Vec<String>,
    /// Populations that it serves.
    pub specialties: Vec<Specialty>,
    /// Categories of competencies that it draws on, as judged by this catalog, not by a source.
    pub competency_categories: Vec<CategoryId>,
    /// Career level; null if the role is found at several.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub career_level: Option<CareerLevelId>,
    /// Code in the Standard Occupational Classification; null if not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub soc_code: Option<String>,
    /// Sources of the record as a whole.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Role {
    identified_by!(RoleId);

    fn search_texts(&self) -> Texts<'_> {
        let mut texts: Texts<'_> = vec![(4, &self.title), (1, &self.summary)];
        texts.extend(self.aliases.iter().map(|alias| (3, &**alias)));
        texts.extend(self.settings.iter().map(|setting| (1, &**setting)));
        texts
    }

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        visit.distinct("aliases", &self.aliases);
        visit.distinct("specialties", &self.specialties);
        visit.mentions_all("competency_categories", &self.competency_categories);
        visit.may_mention("career_level", self.career_level.as_ref());
        visit.mentions_all("source_ids", &self.source_ids);
    }
}

/// A career level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CareerLevel {
    /// Stable id.
    pub id: CareerLevelId,
    /// Position on the career ladder, from 1, lowest first.
    #[schema(minimum = 1)]
    pub order: u16,
    /// Title.
    pub title: String,
    /// Short description.
    #[schema(max_length = 300)]
    pub summary: String,
    /// Estimates of pay and experience, by source.
    pub estimates: Vec<Estimate>,
    /// Sources of the record as a whole.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for CareerLevel {
    identified_by!(CareerLevelId);

    fn order(&self) -> u16 {
        self.order
    }

    fn search_texts(&self) -> Texts<'_> {
        vec![(3, &self.title), (1, &self.summary)]
    }

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        visit.each("estimates", &self.estimates, |visit, estimate| {
            visit.check("salary_usd_max", estimate.salary_usd_min <= estimate.salary_usd_max, || {
                "is below salary_usd_min".into()
            });
            let ordered = estimate.experience_years_max.is_none_or(|max| estimate.experience_years_min <= Some(max));
            visit.check("experience_years_max", ordered, || "is below experience_years_min".into());
            visit.mentions("source", &estimate.source);
        });
        visit.mentions_all("source_ids", &self.source_ids);
    }
}

/// One source's estimate of pay and experience at a career level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    /// Job title in the source.
    pub job_title: String,
    /// Minimum years of experience; null if not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub experience_years_min: Option<u8>,
    /// Maximum years of experience; null if not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub experience_years_max: Option<u8>,
    /// Lower end of the pay, in U.S. dollars a year.
    pub salary_usd_min: u32,
    /// Upper end of the pay, in U.S. dollars a year.
    pub salary_usd_max: u32,
    /// Whether the pay can be higher, according to the source.
    pub salary_open_ended: bool,
    /// Source of this fact.
    pub source: SourceId,
}

/// A responsibility of the work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Responsibility {
    /// Stable id.
    pub id: ResponsibilityId,
    /// Title.
    pub title: String,
    /// Duties that belong to it.
    pub duties: Vec<String>,
    /// Categories of competencies that it draws on, as judged by this catalog, not by a source.
    pub competency_categories: Vec<CategoryId>,
    /// Sources of the record as a whole.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Responsibility {
    identified_by!(ResponsibilityId);

    fn search_texts(&self) -> Texts<'_> {
        let mut texts: Texts<'_> = vec![(3, &self.title)];
        texts.extend(self.duties.iter().map(|duty| (1, &**duty)));
        texts
    }

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        visit.mentions_all("competency_categories", &self.competency_categories);
        visit.mentions_all("source_ids", &self.source_ids);
    }
}

/// A skill that the work requires.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Skill {
    /// Stable id.
    pub id: SkillId,
    /// Title.
    pub title: String,
    /// Short description.
    #[schema(max_length = 300)]
    pub summary: String,
    /// Categories of competencies to which it belongs, as judged by this catalog, not by a source.
    pub competency_categories: Vec<CategoryId>,
    /// Sources of the record as a whole.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Skill {
    identified_by!(SkillId);

    fn search_texts(&self) -> Texts<'_> {
        vec![(3, &self.title), (1, &self.summary)]
    }

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        visit.mentions_all("competency_categories", &self.competency_categories);
        visit.mentions_all("source_ids", &self.source_ids);
    }
}
