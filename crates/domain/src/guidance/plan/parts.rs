//! What a plan consists of, and at what pace it goes.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::catalog::credential::Fee;
use crate::catalog::identifier::StepId;
use crate::catalog::pathway::{Pitfall, Practice, Step};
use crate::catalog::quantity::Hours;
use crate::catalog::requirement::Requirement;
use crate::guidance::verdict::Judgment;

/// Start and pace of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The first day.
    pub start: NaiveDate,
    /// Hours per week for training; more than 0.
    pub training_per_week: Hours,
    /// Hours per week for work, practicum and supervision together; more than 0.
    pub work_per_week: Hours,
}

/// A step of a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedStep<'a> {
    /// The step.
    pub step: &'a Step,
    /// Whether it is done.
    pub state: StepState,
    /// The requirements that belong to it, with their verdicts.
    pub requirements: Vec<Judgment<'a>>,
    /// Its hours; there are more if a length is not stated.
    pub hours: Hours,
    /// The earliest start; `None`: an earlier step has no date.
    pub begins: Option<NaiveDate>,
    /// The earliest end.
    pub ends: Option<NaiveDate>,
    /// Days that it can be late without delaying the finish; `None`: it has no dates, or the plan has no finish.
    pub slack_days: Option<u32>,
    /// The last day for hours after a provisional certification.
    pub ends_by: Option<NaiveDate>,
    /// The steps that it directly depends on.
    pub depends_on: Vec<&'a StepId>,
    /// The other steps to do that neither lead to it nor follow from it.
    pub side_by_side: Vec<&'a StepId>,
    /// What goes wrong in this step.
    pub pitfalls: Vec<&'a Pitfall>,
    /// What goes well in this step.
    pub practices: Vec<&'a Practice>,
}

/// Whether a step is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    /// Everything in it is met, or a step that follows from it is done.
    Done,
    /// There is something to do.
    ToDo,
    /// The complete list of the route’s requirements asks for nothing in this step.
    NotAsked,
}

/// A requirement that only takes time.
#[derive(Debug, Clone, PartialEq)]
pub struct Wait<'a> {
    /// The requirement.
    pub requirement: &'a Requirement,
    /// The day on which it is met; `None`: not known.
    pub until: Option<NaiveDate>,
    /// The step that cannot end before.
    pub before: &'a StepId,
}

/// Something that no plan can overcome.
#[derive(Debug, Clone, PartialEq)]
pub struct Obstacle<'a> {
    /// The requirement; `None`: the route closes too early.
    pub requirement: Option<&'a Requirement>,
    /// Why it cannot be overcome.
    pub reason: ObstacleReason,
}

/// Why no plan can overcome something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ObstacleReason {
    /// Neither action nor time will meet the requirement.
    Never,
    /// The applicant will, or may, be too old by the finish. If only an age is known, the day is the last certain one.
    TooOldByThen {
        /// The last day on which the applicant is young enough.
        last_day: NaiveDate,
    },
    /// The hours per week are too few for a time limit.
    TooSlow {
        /// The hours of work per week that are needed.
        work_hours_per_week: Hours,
    },
    /// The route closes before the finish.
    ClosesBefore {
        /// The last day of the route.
        last_day: NaiveDate,
    },
}

/// A fee, and when it is due.
#[derive(Debug, Clone, PartialEq)]
pub struct FeeDue<'a> {
    /// The fee.
    pub fee: &'a Fee,
    /// The due date; `None`: its step has no date, or there is an obstacle.
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
