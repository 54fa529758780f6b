//! The work: its roles, career levels, responsibilities and skills.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::credential::Specialty;
use super::entry::Entry;
use super::identifier::{CareerLevelId, CategoryId, ResponsibilityId, RoleId, SkillId, SourceId};
use super::search::Texts;
use super::visit::Visit;

/// A job title with what it means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// Its usual title.
    pub title: String,
    /// Other titles for the same role.
    pub aliases: Vec<String>,
    /// What its holder does.
    #[schema(max_length = 300)]
    pub summary: String,
    /// Where it is found.
    pub settings: Vec<String>,
    /// Whom it serves.
    pub specialties: Vec<Specialty>,
    /// The categories of competencies that it draws on: this catalog's own judgment, not a source's.
    pub competency_categories: Vec<CategoryId>,
    /// Its rung of the career ladder; null: it is found at several.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub career_level: Option<CareerLevelId>,
    /// Its code in the Standard Occupational Classification; null: not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub soc_code: Option<String>,
    /// The sources that it rests on.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Role {
    type Id = RoleId;

    fn id(&self) -> &RoleId {
        &self.id
    }

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

/// A rung of the career ladder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CareerLevel {
    /// Its id.
    pub id: CareerLevelId,
    /// Its place, from 1, lowest first.
    #[schema(minimum = 1)]
    pub order: u16,
    /// Its title.
    pub title: String,
    /// What it is.
    #[schema(max_length = 300)]
    pub summary: String,
    /// What sources say of its pay and of the experience it takes.
    pub estimates: Vec<Estimate>,
    /// The sources that it rests on.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for CareerLevel {
    type Id = CareerLevelId;

    fn id(&self) -> &CareerLevelId {
        &self.id
    }

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

/// What one source says of a career level's pay and of the experience it takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Estimate {
    /// The title that the source uses.
    pub job_title: String,
    /// The fewest years of experience; null: the source gives no figure.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub experience_years_min: Option<u8>,
    /// The most years of experience; null: the source gives no figure.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub experience_years_max: Option<u8>,
    /// The lower end of the pay, in U.S. dollars a year.
    pub salary_usd_min: u32,
    /// The upper end of the pay, in U.S. dollars a year.
    pub salary_usd_max: u32,
    /// Whether the source says that it may be more.
    pub salary_open_ended: bool,
    /// The source that states it.
    pub source: SourceId,
}

/// What the work consists of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Responsibility {
    /// Its id.
    pub id: ResponsibilityId,
    /// Its title.
    pub title: String,
    /// What belongs to it.
    pub duties: Vec<String>,
    /// The categories of competencies that it draws on: this catalog's own judgment, not a source's.
    pub competency_categories: Vec<CategoryId>,
    /// The sources that it rests on.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Responsibility {
    type Id = ResponsibilityId;

    fn id(&self) -> &ResponsibilityId {
        &self.id
    }

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

/// What the work takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Skill {
    /// Its id.
    pub id: SkillId,
    /// Its title.
    pub title: String,
    /// What it is.
    #[schema(max_length = 300)]
    pub summary: String,
    /// The categories of competencies that it belongs to: this catalog's own judgment, not a source's.
    pub competency_categories: Vec<CategoryId>,
    /// The sources that it rests on.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Skill {
    type Id = SkillId;

    fn id(&self) -> &SkillId {
        &self.id
    }

    fn search_texts(&self) -> Texts<'_> {
        vec![(3, &self.title), (1, &self.summary)]
    }

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        visit.mentions_all("competency_categories", &self.competency_categories);
        visit.mentions_all("source_ids", &self.source_ids);
    }
}
