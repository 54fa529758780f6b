//! The pathway from first interest to a career as a peer specialist.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entry::{Entry, identified_by};
use super::identifier::{CategoryId, PassageId, PitfallId, PracticeId, SourceId, StepId, TaskId};
use super::requirement::RequirementKind;
use super::search::Texts;
use super::visit::Visit;

/// One step of the pathway.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Stable id.
    pub id: StepId,
    /// Position on the pathway, from 1. The order suits most states; some require experience before certification, others after.
    #[schema(minimum = 1)]
    pub order: u16,
    /// Phase of the pathway.
    pub phase: Phase,
    /// Title.
    pub title: String,
    /// Short description.
    #[schema(max_length = 300)]
    pub summary: String,
    /// Tasks of the step.
    pub tasks: Vec<Task>,
    /// Steps to finish first.
    pub depends_on: Vec<StepId>,
    /// Kinds of requirement that this step helps to meet.
    pub satisfies: Vec<RequirementKind>,
    /// Categories of competencies that it builds, as judged by this catalog, not by a source.
    pub competency_categories: Vec<CategoryId>,
    /// Sources of the record as a whole.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Step {
    identified_by!(StepId);

    fn order(&self) -> u16 {
        self.order
    }

    fn search_texts(&self) -> Texts<'_> {
        let mut texts: Texts<'_> = vec![(3, &self.title), (1, &self.summary)];
        texts.extend(self.tasks.iter().map(|task| (1, &*task.title)));
        texts
    }

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        visit.each("tasks", &self.tasks, |visit, task| visit.defines(&task.id));
        visit.mentions_all("depends_on", &self.depends_on);
        visit.distinct("satisfies", &self.satisfies);
        visit.mentions_all("competency_categories", &self.competency_categories);
        visit.mentions_all("source_ids", &self.source_ids);
    }
}

/// A phase of the pathway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Finding out whether the work suits you.
    Explore,
    /// Preparing to train.
    Prepare,
    /// Taking the training.
    Train,
    /// Getting certified.
    Certify,
    /// Finding and doing a job.
    Work,
    /// Staying well and developing further.
    Sustain,
}

/// One thing to do in a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// Stable id.
    pub id: TaskId,
    /// What to do.
    pub title: String,
    /// Evidence that the task was done.
    pub evidence: Evidence,
}

/// Evidence that a task was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The person's own word.
    SelfAttestation,
    /// A document.
    Document,
    /// A date.
    Date,
    /// A number of hours.
    Hours,
    /// No evidence.
    None,
}

/// A common pitfall on the pathway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pitfall {
    /// Stable id.
    pub id: PitfallId,
    /// Title.
    pub title: String,
    /// Short description.
    #[schema(max_length = 300)]
    pub summary: String,
    /// Signs by which to notice it.
    pub warning_signs: Vec<String>,
    /// What helps.
    pub remedy: String,
    /// Steps to which it applies.
    pub step_ids: Vec<StepId>,
    /// Sources of the record as a whole.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Pitfall {
    identified_by!(PitfallId);

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        visit.mentions_all("step_ids", &self.step_ids);
        visit.mentions_all("source_ids", &self.source_ids);
    }
}

/// A good practice on the pathway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Practice {
    /// Stable id.
    pub id: PracticeId,
    /// Title.
    pub title: String,
    /// Short description.
    #[schema(max_length = 300)]
    pub summary: String,
    /// Steps to which it applies.
    pub step_ids: Vec<StepId>,
    /// Sources of the record as a whole.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Practice {
    identified_by!(PracticeId);

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        visit.mentions_all("step_ids", &self.step_ids);
        visit.mentions_all("source_ids", &self.source_ids);
    }
}

/// A passage of an article, and the steps based on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Passage {
    /// The article's id and a number.
    pub id: PassageId,
    /// Topic of the passage.
    pub topic: String,
    /// Steps based on the passage.
    pub step_ids: Vec<StepId>,
    /// The article that contains it.
    pub source: SourceId,
}

impl Entry for Passage {
    identified_by!(PassageId);

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        visit.mentions_all("step_ids", &self.step_ids);
        visit.mentions("source", &self.source);
    }
}
