//! The pathway: from wanting to become a peer specialist to a career in it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::entry::Entry;
use super::identifier::{CategoryId, PassageId, PitfallId, PracticeId, SourceId, StepId, TaskId};
use super::requirement::RequirementKind;
use super::search::Texts;
use super::visit::Visit;

/// One step of the pathway.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its id.
    pub id: StepId,
    /// Its place, from 1, in an order that works for most states: experience comes before certification in some and after it in others.
    #[schema(minimum = 1)]
    pub order: u16,
    /// The stretch of the pathway that it belongs to.
    pub phase: Phase,
    /// Its title.
    pub title: String,
    /// What it is about.
    #[schema(max_length = 300)]
    pub summary: String,
    /// What there is to do.
    pub tasks: Vec<Task>,
    /// The steps that come before it.
    pub depends_on: Vec<StepId>,
    /// The kinds of requirement that work on this step helps to meet.
    pub satisfies: Vec<RequirementKind>,
    /// The categories of competencies that it builds: this catalog's own judgment, not a source's.
    pub competency_categories: Vec<CategoryId>,
    /// The sources that it rests on.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Step {
    type Id = StepId;

    fn id(&self) -> &StepId {
        &self.id
    }

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

/// A stretch of the pathway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Finding out whether it fits.
    Explore,
    /// Getting ready.
    Prepare,
    /// Learning.
    Train,
    /// Getting certified.
    Certify,
    /// Finding and doing the work.
    Work,
    /// Staying well and going on.
    Sustain,
}

/// One thing to do in a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// What to do.
    pub title: String,
    /// What shows that it was done.
    pub evidence: Evidence,
}

/// What shows that a task was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// The person says so.
    SelfAttestation,
    /// A document.
    Document,
    /// A date.
    Date,
    /// A number of hours.
    Hours,
    /// Nothing needs to.
    None,
}

/// Something that goes wrong on the pathway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Pitfall {
    /// Its id.
    pub id: PitfallId,
    /// Its title.
    pub title: String,
    /// What it is.
    #[schema(max_length = 300)]
    pub summary: String,
    /// How one notices it.
    pub warning_signs: Vec<String>,
    /// What helps.
    pub remedy: String,
    /// The steps where it matters.
    pub step_ids: Vec<StepId>,
    /// The sources that it rests on.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Pitfall {
    type Id = PitfallId;

    fn id(&self) -> &PitfallId {
        &self.id
    }

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        visit.mentions_all("step_ids", &self.step_ids);
        visit.mentions_all("source_ids", &self.source_ids);
    }
}

/// Something that goes well on the pathway.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Practice {
    /// Its id.
    pub id: PracticeId,
    /// Its title.
    pub title: String,
    /// What it is.
    #[schema(max_length = 300)]
    pub summary: String,
    /// The steps where it matters.
    pub step_ids: Vec<StepId>,
    /// The sources that it rests on.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Entry for Practice {
    type Id = PracticeId;

    fn id(&self) -> &PracticeId {
        &self.id
    }

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        visit.mentions_all("step_ids", &self.step_ids);
        visit.mentions_all("source_ids", &self.source_ids);
    }
}

/// A passage of an article, and the steps that it became.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Passage {
    /// Its id: the article's and a number.
    pub id: PassageId,
    /// What the passage is about.
    pub topic: String,
    /// The steps that it became.
    pub step_ids: Vec<StepId>,
    /// The article.
    pub source: SourceId,
}

impl Entry for Passage {
    type Id = PassageId;

    fn id(&self) -> &PassageId {
        &self.id
    }

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        visit.mentions_all("step_ids", &self.step_ids);
        visit.mentions("source", &self.source);
    }
}
