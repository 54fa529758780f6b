//! A dated plan toward a credential: the steps of the pathway with what remains to be done in each.
//!
//! A requirement belongs to the last step before the certification that satisfies its kind. Hours worked after a
//! provisional certification belong to the last such step of all. Age and recovery only take time: they are waits, run
//! beside the steps, and must be over by the end of the application. Hours take as long as the applicant’s week
//! allows. Work without a stated length takes no time, so the finish is the earliest possible one.

mod assign;
mod parts;
mod schedule;

use chrono::NaiveDate;

use super::applicant::Applicant;
use super::assessment::{RouteAssessment, assess, assess_route};
use super::calendar::{days_after, months_after};
use super::verdict::{Gap, Judgment, Question, Verdict};
use crate::catalog::Catalog;
use crate::catalog::credential::{Credential, Fee, FeeKind, Route};
use crate::catalog::identifier::RouteId;
use crate::catalog::quantity::{Hours, Usd};
use crate::catalog::requirement::{Condition, Requirement, RequirementKind};
use crate::catalog::selection::{Ahead, Bounds, FEES_ON_THE_WAY};

use assign::Assignment;
pub use parts::{FeeDue, Milestone, Obstacle, ObstacleReason, Pace, PlannedStep, StepState, Wait};
use schedule::{Network, Node};

/// A dated plan toward a credential by one route.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan<'a> {
    /// The credential.
    pub credential: &'a Credential,
    /// The assessment of the route at the start.
    pub standing: RouteAssessment<'a>,
    /// The steps, each after the steps that it depends on.
    pub steps: Vec<PlannedStep<'a>>,
    /// The waits for age and recovery.
    pub waits: Vec<Wait<'a>>,
    /// The first day on which everything is done; `None`: an obstacle, or something without a date.
    pub finish: Option<NaiveDate>,
    /// What no plan can overcome.
    pub obstacles: Vec<Obstacle<'a>>,
    /// The questions that must be answered to date everything.
    pub questions: Vec<Question>,
    /// Unmet requirements whose length no source states.
    pub undated: Vec<&'a Requirement>,
    /// The steps and waits that decide the finish, in order: a delay of one delays the finish.
    pub critical_path: Vec<Milestone<'a>>,
    /// The fees up to the certification, in order of their due dates.
    pub fees: Vec<FeeDue<'a>>,
}

/// Plans the way to a credential by the given route, or by the best one.
///
/// `None` if the credential has no such route, or the catalog no step for the application.
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
        // Nobody should pay for a plan that leads nowhere.
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

    /// The total of the fees; `None`: no fee is stated.
    #[must_use]
    pub const fn fees_total(&self) -> Option<Bounds<Usd>> {
        self.standing.fees_ahead
    }
}

/// The questions about age and recovery that must be answered to date everything.
fn questions(standing: &RouteAssessment<'_>) -> Vec<Question> {
    let of_time = |judgment: &&Judgment<'_>| judgment.requirement.condition.kind().is_time();
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
        let hours = judgment.requirement.condition.kind().is_hours();
        let dated =
            judgment.requirement.condition.kind().is_wait() || (hours && judgment.hours_ahead.at_most.is_some());
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
    // Not before this day, even if something has no date.
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

/// Finds hours that miss their time limit at this pace.
fn too_slow(judgment: &Judgment<'_>, network: &Network<'_, '_>, pace: Pace) -> Option<ObstacleReason> {
    let months = judgment.requirement.condition.months_allowed()?;
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

/// Training, examination and background check are paid when their step begins, the application when its step ends, the
/// certification at the finish.
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
