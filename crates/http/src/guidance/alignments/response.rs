//! Alignments in JSON.

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

use crate::guidance::response::{CredentialMention, Path};

/// How many requirements a course counts for, and how.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct AlignmentCounts {
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

/// How far the course meets a training requirement.
#[derive(Debug, Serialize, ToSchema)]
pub struct Alignment<'a> {
    /// The credential.
    credential: CredentialMention<'a>,
    /// The requirement.
    #[schema(value_type = RequirementPath)]
    requirement: Path<'a>,
    /// Whether the list of requirements of its route is known to be complete.
    completeness: Completeness,
    /// How far the course counts.
    counts: Counts,
    /// The required hours; null if not stated.
    hours_asked: Option<Hours>,
    /// The hours that the course lacks at least; null if the required hours are not stated.
    hours_missing: Option<Hours>,
    /// The hours beyond the required ones; null if the required hours are not stated.
    hours_beyond: Option<Hours>,
    /// The required topics.
    topics: Vec<AlignmentTopic<'a>>,
    /// Topics of the course that the requirement does not name; empty if it names none.
    topics_beyond: Vec<&'a Name>,
    /// Whether the provider must be approved; null if not stated.
    approval_asked: Option<bool>,
    /// Whether the provider is approved for the credential; null if the request does not say.
    approved: Option<bool>,
    /// Conditions that the fields of the requirement cannot express, such as particular courses or time limits.
    note: Option<&'a str>,
    /// Whether the note mentions delivery, to compare with the delivery of the course; null if the request does not state it.
    delivery_noted: Option<bool>,
    /// The source that states the requirement.
    pub source: &'a SourceId,
}

/// A required topic.
#[derive(Debug, Serialize, ToSchema)]
struct AlignmentTopic<'a> {
    /// The topic, as the source calls it.
    name: &'a Name,
    /// The required hours.
    hours_asked: Hours,
    /// The hours of the course that certainly cover it.
    hours: Hours,
    /// The missing hours at least.
    hours_missing: Hours,
}

/// How far the course covers a framework.
#[derive(Debug, Serialize, ToSchema)]
pub struct FrameworkAlignment<'a> {
    /// The framework's id.
    id: &'a FrameworkId,
    /// The title.
    title: &'a str,
    /// Whether the catalog has all of its categories.
    categories_completeness: Option<Completeness>,
    /// The categories.
    categories: Vec<CategoryAlignment<'a>>,
    /// The sources of the framework.
    pub source_ids: &'a [SourceId],
}

/// How far the course covers a category.
#[derive(Debug, Serialize, ToSchema)]
struct CategoryAlignment<'a> {
    /// The category's id.
    id: &'a CategoryId,
    /// The title.
    title: &'a str,
    /// How much of the category is covered.
    coverage: Coverage,
    /// How many of its competencies in the catalog the course covers.
    covered: usize,
    /// How many of its competencies the catalog has.
    competencies: usize,
    /// Whether the catalog has all of its competencies.
    competencies_completeness: Completeness,
    /// The competencies that the course does not cover.
    missing: Vec<&'a CompetencyId>,
}

/// A possible addition to the course.
#[derive(Debug, Serialize, ToSchema)]
pub struct CourseAddition<'a> {
    /// The total hours to add.
    hours: Hours,
    /// The hours to add to each topic.
    topics: Vec<TopicHours>,
    /// In how many further jurisdictions the course would then meet a credential's training requirement, apart from approvals.
    further_jurisdictions: usize,
    /// The credentials whose training requirement the course would newly meet.
    opens: Vec<&'a CredentialId>,
    /// The ones among them whose requirement has a note: it may name a particular course.
    noted: Vec<&'a CredentialId>,
}

impl<'a> From<Aligned<'a>> for Alignment<'a> {
    fn from(one: Aligned<'a>) -> Self {
        Self {
            credential: one.credential.into(),
            requirement: Path::new(one.credential, one.route, one.requirement),
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

impl<'a> From<AlignedTopic<'a>> for AlignmentTopic<'a> {
    fn from(part: AlignedTopic<'a>) -> Self {
        Self { name: &part.topic.name, hours_asked: part.topic.hours, hours: part.hours, hours_missing: part.missing }
    }
}

impl<'a> From<FrameworkCoverage<'a>> for FrameworkAlignment<'a> {
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

impl<'a> From<CategoryCoverage<'a>> for CategoryAlignment<'a> {
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

impl<'a> From<Addition<'a>> for CourseAddition<'a> {
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

impl AlignmentCounts {
    /// Counts a requirement.
    pub const fn add(&mut self, counts: Counts) {
        match counts {
            Counts::Fully => self.fully += 1,
            Counts::UnlessNoted => self.unless_noted += 1,
            Counts::OnceApproved => self.once_approved += 1,
            Counts::Perhaps => self.perhaps += 1,
            Counts::Partly => self.partly += 1,
            Counts::NotStated => self.not_stated += 1,
        }
    }
}
