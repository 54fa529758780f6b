//! How it is written what a course counts for.

use peerpath_domain::catalog::identifier::{
    CategoryId, CompetencyId, CredentialId, FrameworkId, RequirementPath, SourceId,
};
use peerpath_domain::catalog::name::Name;
use peerpath_domain::catalog::quantity::Hours;
use peerpath_domain::catalog::source::Completeness;
use peerpath_domain::guidance::alignment::{
    Addition, Aligned, AlignedTopic, CategoryCoverage, Counts, Coverage, FrameworkCoverage,
};
use peerpath_domain::guidance::profile::TopicHours;
use serde::Serialize;
use utoipa::ToSchema;

use crate::guidance::shown::{CredentialMention, Path};

/// How many requirements a course counts for in which way.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct CountsTold {
    /// Fully.
    fully: usize,
    /// Unless the note asks for something else.
    unless_noted: usize,
    /// Once the provider is approved.
    once_approved: usize,
    /// Perhaps.
    perhaps: usize,
    /// Partly.
    partly: usize,
    /// Not stated.
    not_stated: usize,
}

/// A requirement of training held against the course.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlignmentShown<'a> {
    /// The credential.
    credential: CredentialMention<'a>,
    /// The requirement.
    #[schema(value_type = RequirementPath)]
    pub requirement: Path<'a>,
    /// Whether the list of requirements of its route is known to be whole.
    completeness: Completeness,
    /// How far the course goes.
    counts: Counts,
    /// The hours that are asked for; null: not stated.
    hours_asked: Option<Hours>,
    /// Hours that the course lacks at least; null: not stated how many are asked for.
    hours_missing: Option<Hours>,
    /// Hours that it has beyond those that are asked for; null: not stated how many are.
    hours_beyond: Option<Hours>,
    /// The topics that are asked for.
    topics: Vec<TopicShown<'a>>,
    /// Topics of the course that the requirement does not name; empty where it names none.
    topics_beyond: Vec<&'a Name>,
    /// Whether the provider is asked to be approved; null: not stated.
    approval_asked: Option<bool>,
    /// Whether the provider is approved for the credential; null: not said.
    approved: Option<bool>,
    /// What the fields of the requirement cannot say: particular courses, limits in time.
    note: Option<&'a str>,
    /// Whether the note speaks of how the training is given, which the course's delivery is to be held against; null: that was not said.
    delivery_noted: Option<bool>,
    /// The source that states the requirement.
    pub source: &'a SourceId,
}

/// A topic that is asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct TopicShown<'a> {
    /// The topic, as the source calls it.
    name: &'a Name,
    /// The hours that are asked for.
    hours_asked: Hours,
    /// Hours of the course that surely go to it.
    hours: Hours,
    /// Hours that it lacks at least.
    hours_missing: Hours,
}

/// The course against a framework.
#[derive(Debug, Serialize, ToSchema)]
pub struct FrameworkShown<'a> {
    /// The framework.
    id: &'a FrameworkId,
    /// Its title.
    title: &'a str,
    /// Whether all of its categories are here.
    categories_completeness: Option<Completeness>,
    /// Its categories.
    categories: Vec<CategoryShown<'a>>,
    /// The sources that the framework rests on.
    pub source_ids: &'a [SourceId],
}

/// The course against a category.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryShown<'a> {
    /// The category.
    id: &'a CategoryId,
    /// Its title.
    title: &'a str,
    /// How much of it is covered.
    coverage: Coverage,
    /// How many of its competencies the course covers, of those that are here.
    covered: usize,
    /// How many of its competencies are here.
    competencies: usize,
    /// Whether all of its competencies are here.
    competencies_completeness: Completeness,
    /// The competencies that it does not cover.
    missing: Vec<&'a CompetencyId>,
}

/// Something that the course could be given.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdditionShown<'a> {
    /// The hours to add, all together.
    hours: Hours,
    /// How many of them would have to go to which topics.
    topics: Vec<TopicHours>,
    /// In how many further jurisdictions the course would then be enough for a credential, but for approvals.
    further_jurisdictions: usize,
    /// The credentials that it would then be enough for, and is not now.
    opens: Vec<&'a CredentialId>,
    /// Those of them whose requirement has a note: it may ask for a particular course, whatever its hours.
    noted: Vec<&'a CredentialId>,
}

impl<'a> From<Aligned<'a>> for AlignmentShown<'a> {
    fn from(one: Aligned<'a>) -> Self {
        Self {
            credential: one.credential.into(),
            requirement: Path::new(one.credential, &one.route.id, &one.requirement.id),
            completeness: one.route.completeness,
            counts: one.counts,
            hours_asked: one.hours_asked,
            hours_missing: one.hours_missing,
            hours_beyond: one.hours_beyond,
            topics: one.topics.into_iter().map(Into::into).collect(),
            topics_beyond: one.topics_beyond,
            approval_asked: one.approval_asked,
            approved: one.approved,
            note: one.requirement.note.as_deref(),
            delivery_noted: one.delivery_noted,
            source: &one.requirement.source,
        }
    }
}

impl<'a> From<AlignedTopic<'a>> for TopicShown<'a> {
    fn from(part: AlignedTopic<'a>) -> Self {
        Self { name: &part.topic.name, hours_asked: part.topic.hours, hours: part.hours, hours_missing: part.missing }
    }
}

impl<'a> From<FrameworkCoverage<'a>> for FrameworkShown<'a> {
    fn from(coverage: FrameworkCoverage<'a>) -> Self {
        let framework = coverage.framework;
        Self {
            id: &framework.id,
            title: &framework.title,
            categories_completeness: framework.categories_completeness,
            categories: coverage.categories.into_iter().map(Into::into).collect(),
            source_ids: &framework.source_ids,
        }
    }
}

impl<'a> From<CategoryCoverage<'a>> for CategoryShown<'a> {
    fn from(part: CategoryCoverage<'a>) -> Self {
        Self {
            id: &part.category.id,
            title: &part.category.title,
            coverage: part.coverage,
            covered: part.covered,
            competencies: part.category.competencies.len(),
            competencies_completeness: part.completeness,
            missing: part.missing,
        }
    }
}

impl<'a> From<Addition<'a>> for AdditionShown<'a> {
    fn from(addition: Addition<'a>) -> Self {
        let topics = addition.topics.into_iter().map(|(name, hours)| TopicHours { name: name.clone(), hours });
        Self {
            hours: addition.hours,
            topics: topics.collect(),
            further_jurisdictions: addition.further_jurisdictions,
            opens: addition.opens.into_iter().map(|credential| &credential.id).collect(),
            noted: addition.noted.into_iter().map(|credential| &credential.id).collect(),
        }
    }
}

impl CountsTold {
    pub const fn of(&mut self, counts: Counts) -> &mut usize {
        match counts {
            Counts::Fully => &mut self.fully,
            Counts::UnlessNoted => &mut self.unless_noted,
            Counts::OnceApproved => &mut self.once_approved,
            Counts::Perhaps => &mut self.perhaps,
            Counts::Partly => &mut self.partly,
            Counts::NotStated => &mut self.not_stated,
        }
    }
}
