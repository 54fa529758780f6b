//! A plan in JSON.

use chrono::NaiveDate;
use peerpath_domain::catalog::credential::{Credential, Fee, Route};
use peerpath_domain::catalog::identifier::{RequirementPath, RouteId, SourceId, StepId};
use peerpath_domain::catalog::pathway::{Phase, Pitfall, Practice, Task};
use peerpath_domain::catalog::quantity::Hours;
use peerpath_domain::catalog::requirement::{Requirement, RequirementKind};
use peerpath_domain::catalog::source::{Completeness, Source};
use peerpath_domain::guidance::assessment::Outcome;
use peerpath_domain::guidance::plan::{
    self, FeeDue, Milestone, Obstacle, ObstacleReason, Pace, PlannedStep, StepState, Wait,
};
use peerpath_domain::guidance::verdict::AnswerForm;
use peerpath_domain::guidance::verdict::Question;
use serde::Serialize;
use utoipa::ToSchema;

use crate::guidance::request::AsOf;
use crate::guidance::response::{CredentialMention, FeesAhead, Path, RequirementVerdict, sources};

/// A dated plan toward a credential.
#[derive(Debug, Serialize, ToSchema)]
pub struct Plan<'a> {
    /// The credential.
    credential: CredentialMention<'a>,
    /// The route.
    route: PlanRoute<'a>,
    /// The applicant's outcome at the start.
    outcome: Outcome,
    /// The first day.
    start_date: NaiveDate,
    /// The first day on which everything can be done; null if something stands in the way (`obstacles`) or cannot be dated (`questions`).
    finish_date: Option<NaiveDate>,
    /// Obstacles that no plan can overcome.
    obstacles: Vec<PlanObstacle<'a>>,
    /// Questions whose answers would date everything.
    questions: Vec<PlanQuestion>,
    /// Unmet requirements whose duration no source states: the plan gives them no time, and may end later because of them.
    #[schema(value_type = Vec<RequirementPath>)]
    undated: Vec<Path<'a>>,
    /// The steps, each after the steps that it depends on.
    steps: Vec<PlanStep<'a>>,
    /// Waiting periods, side by side with the steps.
    waits: Vec<PlanWait<'a>>,
    /// The steps and waits that delay the finish if they are late, in order.
    critical_path: Vec<PlanMilestone<'a>>,
    /// The fees, as they fall due.
    fees: Vec<PlanFee<'a>>,
    /// The total of the fees; null if none is stated.
    fees_total_usd: Option<FeesAhead<'a>>,
    /// Full sources; facts refer to them by id.
    sources: Vec<&'a Source>,
    /// Plan metadata.
    meta: PlanMeta,
}

/// The route of a plan.
#[derive(Debug, Serialize, ToSchema)]
struct PlanRoute<'a> {
    /// The route's id.
    id: &'a RouteId,
    /// The route's name.
    name: &'a str,
    /// Whether the list of its requirements is known to be complete. If not, the certifying body may ask for more.
    completeness: Completeness,
}

/// Plan metadata.
#[derive(Debug, Serialize, ToSchema)]
struct PlanMeta {
    /// The version of the catalog that was used.
    catalog_version: i64,
    /// The date on which the profile is true.
    as_of: NaiveDate,
    /// Hours of a week for training.
    training_hours_per_week: Hours,
    /// Hours of a week for work, practicum and supervision together.
    work_hours_per_week: Hours,
}

/// An obstacle that no plan can overcome.
#[derive(Debug, Serialize, ToSchema)]
struct PlanObstacle<'a> {
    /// The requirement; null if the route itself closes too early.
    #[schema(value_type = Option<RequirementPath>)]
    requirement: Option<Path<'a>>,
    /// Why it cannot be overcome.
    reason: ObstacleReason,
    /// The source that states the requirement; null if there is no requirement.
    source: Option<&'a SourceId>,
}

/// A question whose answer would date more of a plan.
#[derive(Debug, Serialize, ToSchema)]
struct PlanQuestion {
    /// The question's id.
    id: &'static str,
    /// The JSON Pointer of the profile field that answers it.
    field: &'static str,
    /// The form of the answer.
    answer: AnswerForm,
    /// The question in words.
    text: &'static str,
}

impl From<Question> for PlanQuestion {
    fn from(question: Question) -> Self {
        Self { id: question.id(), field: question.pointer(), answer: question.answer(), text: question.text() }
    }
}

/// A step of a plan.
#[derive(Debug, Serialize, ToSchema)]
struct PlanStep<'a> {
    /// The step's id.
    id: &'a StepId,
    /// The step's title.
    title: &'a str,
    /// The phase of the pathway.
    phase: Phase,
    /// A summary of the step.
    summary: &'a str,
    /// Whether the step is done.
    state: StepState,
    /// The tasks of the step.
    tasks: &'a [Task],
    /// Verdicts on the requirements that the step helps to meet.
    requirements: Vec<RequirementVerdict<'a>>,
    /// The remaining hours of the step, as far as they are stated.
    hours: Hours,
    /// The earliest start; null if there is nothing to do, or an earlier step cannot be dated.
    begins_on: Option<NaiveDate>,
    /// The earliest end; null likewise. A step whose duration no source states ends on the day on which it begins.
    ends_on: Option<NaiveDate>,
    /// The last day for its hours, which follow a provisional certification; null if they have no limit.
    ends_by: Option<NaiveDate>,
    /// How many days the step may be late without delaying the finish; null if there is nothing to do, or the plan has no finish.
    slack_days: Option<u32>,
    /// The steps that it depends on.
    depends_on: Vec<&'a StepId>,
    /// The steps that can run side by side with it.
    side_by_side: Vec<&'a StepId>,
    /// What often goes wrong in this step.
    pitfalls: Vec<&'a Pitfall>,
    /// What works well in this step.
    practices: Vec<&'a Practice>,
    /// The sources of the step.
    source_ids: &'a [SourceId],
}

/// A waiting period.
#[derive(Debug, Serialize, ToSchema)]
struct PlanWait<'a> {
    /// The requirement to wait for.
    #[schema(value_type = RequirementPath)]
    requirement: Path<'a>,
    /// The kind of requirement.
    kind: RequirementKind,
    /// The day on which it is met; null if not known.
    until: Option<NaiveDate>,
    /// The step that cannot end earlier.
    before: &'a StepId,
    /// The source that states the requirement.
    source: &'a SourceId,
}

/// A step or a wait of the critical path.
#[derive(Debug, Serialize, ToSchema)]
struct PlanMilestone<'a> {
    /// The step; null for a wait.
    step: Option<&'a StepId>,
    /// The requirement to wait for; null for a step.
    #[schema(value_type = Option<RequirementPath>)]
    wait: Option<Path<'a>>,
}

/// A fee and its due date.
#[derive(Debug, Serialize, ToSchema)]
struct PlanFee<'a> {
    #[serde(flatten)]
    fee: &'a Fee,
    /// The earliest due date; null if it cannot be dated, or an obstacle stands in the way.
    due_on: Option<NaiveDate>,
}

impl<'a> Plan<'a> {
    /// The plan as it is sent.
    pub fn new(plan: plan::Plan<'a>, as_of: &'a AsOf, pace: Pace) -> Self {
        let (credential, route) = (plan.credential, plan.standing.route);
        let path = |requirement: &'a Requirement| Path::new(credential, route, requirement);
        let fees_total_usd = plan.fees_total().map(|ahead| FeesAhead::new(credential, ahead));
        let steps: Vec<PlanStep<'_>> =
            plan.steps.into_iter().map(|step| PlanStep::new(step, credential, route)).collect();
        let of_fees =
            plan.fees.iter().map(|due| &due.fee.source).chain(fees_total_usd.iter().flat_map(FeesAhead::sources));
        let sources = sources(&as_of.snapshot, steps.iter().flat_map(PlanStep::sources).chain(of_fees));
        let obstacle = |Obstacle { requirement, reason }: Obstacle<'a>| PlanObstacle {
            requirement: requirement.map(path),
            reason,
            source: requirement.map(|requirement| &requirement.source),
        };
        let wait = |Wait { requirement, until, before }: Wait<'a>| PlanWait {
            requirement: path(requirement),
            kind: requirement.condition.kind(),
            until,
            before,
            source: &requirement.source,
        };
        let milestone = |milestone: Milestone<'a>| match milestone {
            Milestone::Step(id) => PlanMilestone { step: Some(id), wait: None },
            Milestone::Wait(requirement) => PlanMilestone { step: None, wait: Some(path(requirement)) },
        };
        Self {
            credential: credential.into(),
            route: PlanRoute { id: &route.id, name: &route.name, completeness: route.completeness },
            outcome: plan.standing.outcome,
            start_date: pace.start,
            finish_date: plan.finish,
            obstacles: plan.obstacles.into_iter().map(obstacle).collect(),
            questions: plan.questions.into_iter().map(Into::into).collect(),
            undated: plan.undated.into_iter().map(path).collect(),
            steps,
            waits: plan.waits.into_iter().map(wait).collect(),
            critical_path: plan.critical_path.into_iter().map(milestone).collect(),
            fees: plan.fees.into_iter().map(|FeeDue { fee, due }| PlanFee { fee, due_on: due }).collect(),
            fees_total_usd,
            sources,
            meta: PlanMeta {
                catalog_version: as_of.snapshot.version.id,
                as_of: as_of.date,
                training_hours_per_week: pace.training_per_week,
                work_hours_per_week: pace.work_per_week,
            },
        }
    }
}

impl<'a> PlanStep<'a> {
    fn new(planned: PlannedStep<'a>, credential: &'a Credential, route: &'a Route) -> Self {
        let step = planned.step;
        let verdicts = planned.requirements.into_iter().map(|one| RequirementVerdict::new(credential, route, one));
        let open = planned.state == StepState::ToDo;
        Self {
            id: &step.id,
            title: &step.title,
            phase: step.phase,
            summary: &step.summary,
            state: planned.state,
            tasks: &step.tasks,
            requirements: verdicts.collect(),
            hours: planned.hours,
            begins_on: planned.begins.filter(|_| open),
            ends_on: planned.ends.filter(|_| open),
            ends_by: planned.ends_by.filter(|_| open),
            slack_days: planned.slack_days.filter(|_| open),
            depends_on: planned.depends_on,
            side_by_side: planned.side_by_side,
            pitfalls: planned.pitfalls,
            practices: planned.practices,
            source_ids: &step.source_ids,
        }
    }

    fn sources(&self) -> impl Iterator<Item = &'a SourceId> {
        let of_pitfalls = self.pitfalls.iter().flat_map(|pitfall| &pitfall.source_ids);
        let of_practices = self.practices.iter().flat_map(|practice| &practice.source_ids);
        let of_requirements = self.requirements.iter().map(RequirementVerdict::source);
        of_requirements.chain(self.source_ids).chain(of_pitfalls).chain(of_practices)
    }
}
