//! A dated plan toward a credential: the steps of the pathway, with what is still to be done for each.
//!
//! A requirement belongs to the last step up to the certification that helps to meet it; hours that are worked after a
//! provisional certification belong to the last such step of all. Age and recovery take time and nothing else: they are
//! waits, side by side with the steps, and are over when the application is made. Hours take as long as the applicant's
//! week allows. Whatever no source gives a length for takes no time here: a plan tells the earliest finish.

mod assign;
mod schedule;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::applicant::Applicant;
use super::assessment::{RouteAssessment, assess, assess_route};
use super::calendar::{days_after, months_after};
use super::verdict::{Gap, Judgment, Question, Verdict};
use crate::catalog::Catalog;
use crate::credential::{Credential, Fee, FeeKind, Route};
use crate::identifier::{RouteId, StepId};
use crate::pathway::{Pitfall, Practice, Step};
use crate::quantity::{Hours, Usd};
use crate::requirement::{Condition, Requirement, RequirementKind};
use crate::selection::{Ahead, Bounds, FEES_ON_THE_WAY};
use crate::source::Completeness;

use assign::Assignment;
use schedule::{Network, Node};

/// What a plan is asked to be like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The first day.
    pub start: NaiveDate,
    /// Hours of a week for training; more than none.
    pub training_per_week: Hours,
    /// Hours of a week for work, practicum and supervision together; more than none.
    pub work_per_week: Hours,
}

/// A dated plan toward a credential by one route.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan<'a> {
    /// The credential.
    pub credential: &'a Credential,
    /// Where the applicant stands at the outset.
    pub standing: RouteAssessment<'a>,
    /// The steps, each after those that it depends on.
    pub steps: Vec<PlannedStep<'a>>,
    /// What takes time alone.
    pub waits: Vec<Wait<'a>>,
    /// The first day on which everything is done; `None`: something stands in the way, or cannot be dated.
    pub finish: Option<NaiveDate>,
    /// What no plan gets past.
    pub obstacles: Vec<Obstacle<'a>>,
    /// What would have to be known to date everything.
    pub questions: Vec<Question>,
    /// Requirements that are not met and of which no source says how long they take.
    pub undated: Vec<&'a Requirement>,
    /// The chain of steps and waits of which none can be late without the finish being late, in order.
    pub critical_path: Vec<Milestone<'a>>,
    /// The fees of the way, as they fall due.
    pub fees: Vec<FeeDue<'a>>,
}

/// A step of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedStep<'a> {
    /// The step.
    pub step: &'a Step,
    /// Whether it is behind the applicant.
    pub state: StepState,
    /// The requirements that it helps to meet, with how they stand.
    pub requirements: Vec<Judgment<'a>>,
    /// The hours that it takes; more where no source says how many.
    pub hours: Hours,
    /// When it begins at the earliest; `None`: what it waits for cannot be dated.
    pub begins: Option<NaiveDate>,
    /// When it ends at the earliest.
    pub ends: Option<NaiveDate>,
    /// How many days it may be late without the finish being late; `None`: it has no dates, or the plan no finish.
    pub slack_days: Option<u32>,
    /// The day by which it must end: hours after a provisional certification have a limit.
    pub ends_by: Option<NaiveDate>,
    /// The steps of the plan that it depends on directly.
    pub depends_on: Vec<&'a StepId>,
    /// The steps to be done that neither lead to it nor follow from it.
    pub side_by_side: Vec<&'a StepId>,
    /// What goes wrong there.
    pub pitfalls: Vec<&'a Pitfall>,
    /// What goes well there.
    pub practices: Vec<&'a Practice>,
}

/// Whether a step is behind an applicant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// All that it is for is met, or something that follows from it is.
    Done,
    /// It is to be done.
    ToDo,
    /// The route, whose list of requirements is known to be whole, asks for nothing that it is for.
    NotAsked,
}

/// A requirement that takes time alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Wait<'a> {
    /// The requirement.
    pub requirement: &'a Requirement,
    /// The day on which it is met; `None`: not known.
    pub until: Option<NaiveDate>,
    /// The step that it is over before the end of.
    pub before: &'a StepId,
}

/// Something that no plan gets past.
#[derive(Debug, Clone, PartialEq)]
pub struct Obstacle<'a> {
    /// The requirement; `None`: the route itself closes before.
    pub requirement: Option<&'a Requirement>,
    /// What it is.
    pub reason: ObstacleReason,
}

/// Why no plan gets past something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ObstacleReason {
    /// Neither doing something nor waiting will meet it.
    Never,
    /// The applicant will be too old by the finish, or may be: where only an age was given, the day is the last one that is sure.
    TooOldByThen {
        /// The last day on which they are not.
        last_day: NaiveDate,
    },
    /// The week has too few hours for what must be done within a limit.
    TooSlow {
        /// How many hours of work a week it takes.
        work_hours_per_week: Hours,
    },
    /// The route closes before the finish.
    ClosesBefore {
        /// The last day on which it can be taken.
        last_day: NaiveDate,
    },
}

/// A fee, and when it falls due.
#[derive(Debug, Clone, PartialEq)]
pub struct FeeDue<'a> {
    /// The fee.
    pub fee: &'a Fee,
    /// When; `None`: what it is paid for cannot be dated, or something stands in the way.
    pub due: Option<NaiveDate>,
}

/// A step or a wait of a critical path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Milestone<'a> {
    /// A step.
    Step(&'a StepId),
    /// A wait for a requirement.
    Wait(&'a Requirement),
}

/// Plans the way to a credential by its best route, or by the one that is named.
///
/// `None` where the credential has no such route, or the catalog no step to apply by.
#[must_use]
pub fn plan<'a>(
    catalog: &'a Catalog,
    credential: &'a Credential,
    route: Option<&RouteId>,
    applicant: &Applicant<'a>,
    pace: Pace,
) -> Option<Plan<'a>> {
    let standing = match route {
        None => assess(credential, applicant).routes.into_iter().next()?,
        Some(id) => assess_route(credential, credential.routes.iter().find(|route| route.id == *id)?, applicant),
    };
    let assignment = Assignment::new(catalog, &standing)?;
    let mut network = Network::new(&assignment, &standing, pace);
    network.schedule();
    let obstacles = obstacles(&standing, &network, applicant, pace);
    let questions = questions(&standing);
    let finish = network.finish().filter(|_| obstacles.is_empty() && questions.is_empty());
    let slack = finish.map(|finish| network.slack(finish)).unwrap_or_default();
    let critical_path = finish.map(|finish| network.critical_path(finish)).unwrap_or_default();
    let mut fees = fees(credential, &standing, &assignment, &network, applicant);
    if !obstacles.is_empty() {
        // Nobody is to pay for what leads nowhere.
        for fee in &mut fees {
            fee.due = None;
        }
    }
    let undated = undated(&standing);
    let waits = network.waits().collect();
    let steps = assignment.steps.iter().enumerate().map(|(place, assigned)| {
        let node = network.node(place);
        PlannedStep {
            step: assigned.step,
            state: assigned.state,
            requirements: assigned.requirements.iter().map(|judgment| (*judgment).clone()).collect(),
            hours: node.map_or(Hours::ZERO, |node| node.training + node.work),
            begins: node.and_then(|node| node.begins),
            ends: node.and_then(|node| node.ends),
            slack_days: slack.get(place).copied().flatten(),
            ends_by: node.and_then(|node| node.ends_by),
            depends_on: assigned.depends_on.iter().filter_map(|place| assignment.id(*place)).collect(),
            side_by_side: assignment.side_by_side(place),
            pitfalls: catalog.pitfalls.iter().filter(|one| one.step_ids.contains(&assigned.step.id)).collect(),
            practices: catalog.practices.iter().filter(|one| one.step_ids.contains(&assigned.step.id)).collect(),
        }
    });
    let steps = steps.collect();
    Some(Plan { credential, standing, steps, waits, finish, obstacles, questions, undated, critical_path, fees })
}

impl Plan<'_> {
    /// The route.
    #[must_use]
    pub const fn route(&self) -> &Route {
        self.standing.route
    }

    /// What the fees come to; `None`: none is stated.
    #[must_use]
    pub const fn fees_total(&self) -> Option<Bounds<Usd>> {
        self.standing.fees_ahead
    }
}

/// Hours after a provisional certification: how many months there are for them.
fn months_allowed(requirement: &Requirement) -> Option<u16> {
    match requirement.condition {
        Condition::WorkExperience { within_months_after, .. } => within_months_after,
        _ => None,
    }
}

/// Whether a requirement takes time alone.
fn is_wait(requirement: &Requirement) -> bool {
    matches!(requirement.condition.kind(), RequirementKind::MinimumAge | RequirementKind::RecoveryTime)
}

/// What would have to be known of age and recovery to tell when, and whether in time, they are as they must be.
fn questions(standing: &RouteAssessment<'_>) -> Vec<Question> {
    let of_time = |judgment: &&Judgment<'_>| {
        is_wait(judgment.requirement) || judgment.requirement.condition.kind() == RequirementKind::MaximumAge
    };
    let open = standing.judgments.iter().filter(of_time).filter_map(|judgment| match judgment.verdict {
        Verdict::Unknown(question) => Some(question),
        _ => None,
    });
    let mut questions: Vec<Question> = open.collect();
    questions.sort_unstable();
    questions.dedup();
    questions
}

fn undated<'a>(standing: &RouteAssessment<'a>) -> Vec<&'a Requirement> {
    let lengthless = |judgment: &&Judgment<'a>| {
        let hours = matches!(
            judgment.requirement.condition.kind(),
            RequirementKind::Training
                | RequirementKind::WorkExperience
                | RequirementKind::Supervision
                | RequirementKind::Practicum
        );
        let dated = is_wait(judgment.requirement) || (hours && judgment.hours_ahead.at_most.is_some());
        judgment.verdict != Verdict::Met && !dated
    };
    standing.judgments.iter().filter(lengthless).map(|judgment| judgment.requirement).collect()
}

fn obstacles<'a>(
    standing: &RouteAssessment<'a>,
    network: &Network<'_, 'a>,
    applicant: &Applicant<'a>,
    pace: Pace,
) -> Vec<Obstacle<'a>> {
    let mut obstacles = Vec::new();
    // Not before this, whatever cannot be dated.
    let finish = Some(network.latest());
    for judgment in &standing.judgments {
        let requirement = judgment.requirement;
        let reason = match (&judgment.verdict, &requirement.condition) {
            (Verdict::Unmet(Gap::Youth { .. } | Gap::Experience { .. }), _) => Some(ObstacleReason::Never),
            (_, Condition::MaximumAge { years }) => {
                let last_day = applicant
                    .age
                    .map(|age| age.last_day_at(*years))
                    .filter(|last| finish.is_some_and(|day| day > *last));
                last_day.map(|last_day| ObstacleReason::TooOldByThen { last_day })
            }
            (Verdict::Unmet(_) | Verdict::Unknown(_), _) => too_slow(judgment, network, pace),
            _ => None,
        };
        obstacles.extend(reason.map(|reason| Obstacle { requirement: Some(requirement), reason }));
    }
    let closes = standing.route.closes_on.filter(|last| finish.is_some_and(|day| day > *last));
    obstacles.extend(
        closes.map(|last_day| Obstacle { requirement: None, reason: ObstacleReason::ClosesBefore { last_day } }),
    );
    obstacles
}

/// Hours that have a limit, at a pace that does not keep it.
fn too_slow(judgment: &Judgment<'_>, network: &Network<'_, '_>, pace: Pace) -> Option<ObstacleReason> {
    let months = months_allowed(judgment.requirement)?;
    let node: &Node<'_> = network.node_of(judgment.requirement)?;
    let begins = node.begins.unwrap_or(pace.start);
    let last_day = months_after(begins, months);
    let ends = node.ends.unwrap_or_else(|| days_after(begins, schedule::days(node.work, pace.work_per_week)));
    if ends <= last_day {
        return None;
    }
    let days = super::calendar::days_between(begins, last_day).max(1);
    Some(ObstacleReason::TooSlow { work_hours_per_week: schedule::hours_a_week(node.work, days) })
}

/// Training, examination and background check are paid for as their step begins, the application as its step ends,
/// the certification at the finish.
fn fees<'a>(
    credential: &'a Credential,
    standing: &RouteAssessment<'a>,
    assignment: &Assignment<'_, 'a>,
    network: &Network<'_, 'a>,
    applicant: &Applicant<'a>,
) -> Vec<FeeDue<'a>> {
    let step_for = |kind| assignment.place_for(kind).and_then(|place| network.node(place));
    let ahead = |fee: &&Fee| {
        FEES_ON_THE_WAY.contains(&fee.kind)
            && super::assessment::is_ahead(fee, credential, &standing.judgments, applicant) != Ahead::No
    };
    let due = |fee: &'a Fee| {
        let due = match fee.kind {
            FeeKind::Training => step_for(RequirementKind::Training).and_then(|node| node.begins),
            FeeKind::Exam => step_for(RequirementKind::Examination).and_then(|node| node.begins),
            FeeKind::BackgroundCheck => step_for(RequirementKind::BackgroundCheck).and_then(|node| node.begins),
            FeeKind::Application => network.node(assignment.application).and_then(|node| node.ends),
            FeeKind::Certification | FeeKind::Renewal | FeeKind::Other => network.finish(),
        };
        FeeDue { fee, due }
    };
    let mut fees: Vec<FeeDue<'_>> = credential.fees.iter().filter(ahead).map(due).collect();
    fees.sort_by_key(|fee| (fee.due.is_none(), fee.due));
    fees
}

/// Whether a route is known to ask for no more than is listed.
fn is_whole(route: &Route) -> bool {
    route.completeness == Completeness::Complete
}
