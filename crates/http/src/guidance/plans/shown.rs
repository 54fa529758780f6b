//! How a plan is written.

use chrono::NaiveDate;
use peerpath_domain::catalog::credential::{Credential, Fee, Route};
use peerpath_domain::catalog::identifier::{RequirementPath, RouteId, SourceId, StepId};
use peerpath_domain::catalog::pathway::{Phase, Pitfall, Practice, Step, Task};
use peerpath_domain::catalog::quantity::Hours;
use peerpath_domain::catalog::requirement::{Requirement, RequirementKind};
use peerpath_domain::catalog::source::{Completeness, Source};
use peerpath_domain::guidance::assessment::Outcome;
use peerpath_domain::guidance::plan::{
    FeeDue, Milestone, Obstacle, ObstacleReason, Pace, Plan, PlannedStep, StepState, Wait,
};
use peerpath_domain::guidance::verdict::AnswerForm;
use peerpath_domain::guidance::verdict::Question;
use serde::Serialize;
use utoipa::ToSchema;

use crate::guidance::asked::Day;
use crate::guidance::shown::{CredentialMention, FeesAhead, Path, RequirementVerdict};
use crate::guidance::sources;

/// A dated plan toward a credential.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanShown<'a> {
    /// The credential.
    credential: CredentialMention<'a>,
    /// The route.
    route: PlanRoute<'a>,
    /// Where the applicant stands at the outset.
    outcome: Outcome,
    /// The first day.
    start_date: NaiveDate,
    /// The first day on which everything can be done; null: something stands in the way (`obstacles`), or cannot be dated (`questions`).
    finish_date: Option<NaiveDate>,
    /// What no plan gets past.
    obstacles: Vec<ObstacleShown<'a>>,
    /// What would have to be known to date everything.
    questions: Vec<PlanQuestion>,
    /// Requirements that are not met and of which no source says how long they take: the plan gives them no time, and may end later for it.
    #[schema(value_type = Vec<RequirementPath>)]
    undated: Vec<Path<'a>>,
    /// The steps, each after those that it depends on.
    steps: Vec<StepShown<'a>>,
    /// What takes time and nothing else, side by side with the steps.
    waits: Vec<WaitShown<'a>>,
    /// The steps and waits of which none can be late without the finish being late, in order.
    critical_path: Vec<MilestoneShown<'a>>,
    /// The fees of the way, as they fall due.
    fees: Vec<FeeShown<'a>>,
    /// What they come to; null: none is stated.
    fees_total_usd: Option<FeesAhead<'a>>,
    /// The sources of it all, in full.
    sources: Vec<&'a Source>,
    /// What the plan says of itself.
    meta: PlanMeta,
}

/// The route of a plan.
#[derive(Debug, Serialize, ToSchema)]
struct PlanRoute<'a> {
    /// Its id.
    id: &'a RouteId,
    /// What it is called.
    name: &'a str,
    /// Whether the list of its requirements is known to be whole. Where it is not, the certifying body may ask for more.
    completeness: Completeness,
}

/// What a plan says of itself.
#[derive(Debug, Serialize, ToSchema)]
struct PlanMeta {
    /// The version of the catalog that it is from.
    catalog_version: i64,
    /// The day on which the profile is true.
    as_of: NaiveDate,
    /// Hours of a week for training.
    training_hours_per_week: Hours,
    /// Hours of a week for work.
    work_hours_per_week: Hours,
}

/// Something that no plan gets past.
#[derive(Debug, Serialize, ToSchema)]
struct ObstacleShown<'a> {
    /// The requirement; null: the route itself closes before.
    #[schema(value_type = Option<RequirementPath>)]
    requirement: Option<Path<'a>>,
    /// What it is.
    reason: ObstacleReason,
    /// The source that states the requirement; null where there is none.
    source: Option<&'a SourceId>,
}

/// A question of a plan.
#[derive(Debug, Serialize, ToSchema)]
struct PlanQuestion {
    /// What it is known by.
    id: &'static str,
    /// The JSON Pointer, in the profile, of the field that answers it.
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
struct StepShown<'a> {
    /// Its id.
    id: &'a StepId,
    /// Its title.
    title: &'a str,
    /// The stretch of the pathway that it belongs to.
    phase: Phase,
    /// What it is about.
    summary: &'a str,
    /// Whether it is behind the applicant.
    state: StepState,
    /// What there is to do.
    tasks: &'a [Task],
    /// The requirements that it helps to meet, with how they stand.
    requirements: Vec<RequirementVerdict<'a>>,
    /// The hours that it takes, as far as they are stated.
    hours: Hours,
    /// When it begins at the earliest; null: it is not to be done, or what it waits for cannot be dated.
    begins_on: Option<NaiveDate>,
    /// When it ends at the earliest; null likewise. A step of which no source says how long it takes ends on the day on which it begins.
    ends_on: Option<NaiveDate>,
    /// The last day for its hours, which follow a provisional certification; null: they have no limit.
    ends_by: Option<NaiveDate>,
    /// How many days it may be late without the finish being late; null: it is not to be done, or the plan has no finish.
    slack_days: Option<u32>,
    /// The steps that it depends on.
    depends_on: Vec<&'a StepId>,
    /// The steps to be done that may run side by side with it.
    side_by_side: Vec<&'a StepId>,
    /// What goes wrong there.
    pitfalls: Vec<&'a Pitfall>,
    /// What goes well there.
    practices: Vec<&'a Practice>,
    /// The sources that the step rests on.
    source_ids: &'a [SourceId],
}

/// Something that takes time and nothing else.
#[derive(Debug, Serialize, ToSchema)]
struct WaitShown<'a> {
    /// The requirement that it is for.
    #[schema(value_type = RequirementPath)]
    requirement: Path<'a>,
    /// Its kind.
    kind: RequirementKind,
    /// The day on which it is met; null: not known.
    until: Option<NaiveDate>,
    /// The step that cannot end before.
    before: &'a StepId,
    /// The source that states the requirement.
    source: &'a SourceId,
}

/// A step or a wait of the critical path.
#[derive(Debug, Serialize, ToSchema)]
struct MilestoneShown<'a> {
    /// The step; null: it is a wait.
    step: Option<&'a StepId>,
    /// The requirement that is waited for; null: it is a step.
    #[schema(value_type = Option<RequirementPath>)]
    wait: Option<Path<'a>>,
}

/// A fee, and when it falls due.
#[derive(Debug, Serialize, ToSchema)]
struct FeeShown<'a> {
    #[serde(flatten)]
    fee: &'a Fee,
    /// When it falls due at the earliest; null: what it is paid for cannot be dated, or an obstacle stands in the way.
    due_on: Option<NaiveDate>,
}

/// Puts a plan into the form in which it is written.
pub fn show<'a>(made: Plan<'a>, day: &'a Day, pace: Pace) -> PlanShown<'a> {
    let (credential, route) = (made.credential, made.standing.route);
    let path = |requirement: &'a Requirement| Path::new(credential, &route.id, &requirement.id);
    let fees_total = made.fees_total().map(|ahead| FeesAhead::new(credential, ahead));
    let steps: Vec<StepShown<'_>> = made.steps.into_iter().map(|step| show_step(step, credential, route)).collect();
    let of_fees = made.fees.iter().map(|due| &due.fee.source).chain(fees_total.iter().flat_map(FeesAhead::sources));
    let sources = sources(&day.snapshot, steps.iter().flat_map(named).chain(of_fees));
    let show_obstacle = |Obstacle { requirement, reason }: Obstacle<'a>| ObstacleShown {
        requirement: requirement.map(path),
        reason,
        source: requirement.map(|requirement| &requirement.source),
    };
    let show_wait = |Wait { requirement, until, before }: Wait<'a>| WaitShown {
        requirement: path(requirement),
        kind: requirement.condition.kind(),
        until,
        before,
        source: &requirement.source,
    };
    let show_milestone = |milestone: Milestone<'a>| match milestone {
        Milestone::Step(id) => MilestoneShown { step: Some(id), wait: None },
        Milestone::Wait(requirement) => MilestoneShown { step: None, wait: Some(path(requirement)) },
    };
    PlanShown {
        credential: credential.into(),
        route: PlanRoute { id: &route.id, name: &route.name, completeness: route.completeness },
        outcome: made.standing.outcome,
        start_date: pace.start,
        finish_date: made.finish,
        obstacles: made.obstacles.into_iter().map(show_obstacle).collect(),
        questions: made.questions.into_iter().map(Into::into).collect(),
        undated: made.undated.into_iter().map(path).collect(),
        steps,
        waits: made.waits.into_iter().map(show_wait).collect(),
        critical_path: made.critical_path.into_iter().map(show_milestone).collect(),
        fees: made.fees.into_iter().map(|FeeDue { fee, due }| FeeShown { fee, due_on: due }).collect(),
        fees_total_usd: fees_total,
        sources,
        meta: PlanMeta {
            catalog_version: day.snapshot.version.id,
            as_of: day.day,
            training_hours_per_week: pace.training_per_week,
            work_hours_per_week: pace.work_per_week,
        },
    }
}

fn show_step<'a>(planned: PlannedStep<'a>, credential: &'a Credential, route: &'a Route) -> StepShown<'a> {
    let step: &Step = planned.step;
    let verdicts = planned.requirements.into_iter().map(|one| RequirementVerdict::new(credential, &route.id, one));
    let open = planned.state == StepState::ToDo;
    StepShown {
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

/// Every source that a step names.
fn named<'a>(step: &StepShown<'a>) -> impl Iterator<Item = &'a SourceId> {
    let of_pitfalls = step.pitfalls.iter().flat_map(|pitfall| &pitfall.source_ids);
    let of_practices = step.practices.iter().flat_map(|practice| &practice.source_ids);
    let of_requirements = step.requirements.iter().map(RequirementVerdict::source);
    of_requirements.chain(step.source_ids).chain(of_pitfalls).chain(of_practices)
}
