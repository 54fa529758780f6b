//! Dates the steps of a plan: earliest dates forward, slack backward, and the critical path.

use std::ptr;

use chrono::NaiveDate;

use super::assign::Assignment;
use super::parts::{Milestone, Pace, StepState, Wait};
use crate::catalog::identifier::StepId;
use crate::catalog::quantity::Hours;
use crate::catalog::requirement::{Requirement, RequirementKind};
use crate::guidance::assessment::RouteAssessment;
use crate::guidance::calendar::{days_after, days_between, months_after};
use crate::guidance::verdict::{Judgment, Verdict};

/// The steps with their hours and dates, and the waits.
pub struct Network<'s, 'a> {
    nodes: Vec<Node<'a>>,
    waits: Vec<Wait<'a>>,
    assignment: &'s Assignment<'s, 'a>,
    pace: Pace,
}

/// Hours and dates of a step.
pub struct Node<'a> {
    id: &'a StepId,
    pub training: Hours,
    /// Hours of work, practicum and supervision.
    pub work: Hours,
    /// The months allowed for its hours.
    months: Option<u16>,
    /// The earliest start.
    pub begins: Option<NaiveDate>,
    /// The earliest end.
    pub ends: Option<NaiveDate>,
    /// The latest end.
    pub ends_by: Option<NaiveDate>,
    /// Indices of the steps that come before it, including steps that use the same weekly hours.
    after: Vec<usize>,
}

/// The days that these hours take at a weekly pace.
pub fn days(hours: Hours, per_week: Hours) -> u32 {
    let days = (hours.steps() * 7).div_ceil(per_week.steps().max(1));
    u32::try_from(days).unwrap_or(u32::MAX)
}

/// The weekly hours needed to finish within these days, rounded up to whole hours.
pub fn hours_a_week(hours: Hours, within_days: u32) -> Hours {
    let quarters = (hours.steps() * 7).div_ceil(u64::from(within_days.max(1)));
    Hours::whole(u32::try_from(quarters.div_ceil(4)).unwrap_or(u32::MAX))
}

impl<'s, 'a> Network<'s, 'a> {
    pub fn new(assignment: &'s Assignment<'s, 'a>, standing: &RouteAssessment<'a>, pace: Pace) -> Self {
        let nodes = assignment.steps.iter().map(|assigned| {
            let hours = |of_training: bool| -> Hours {
                let wanted = |judgment: &&&Judgment<'a>| {
                    (judgment.requirement.condition.kind() == RequirementKind::Training) == of_training
                };
                let ahead =
                    |judgment: &&Judgment<'a>| judgment.hours_ahead.at_most.unwrap_or(judgment.hours_ahead.at_least);
                assigned.requirements.iter().filter(wanted).map(ahead).sum()
            };
            let to_do = assigned.state == StepState::ToDo;
            let open = assigned.requirements.iter().filter(|judgment| judgment.verdict != Verdict::Met);
            Node {
                id: &assigned.step.id,
                training: if to_do { hours(true) } else { Hours::ZERO },
                work: if to_do { hours(false) } else { Hours::ZERO },
                months: open.filter_map(|judgment| judgment.requirement.condition.months_allowed()).min(),
                begins: None,
                ends: None,
                ends_by: None,
                after: assigned.depends_on.clone(),
            }
        });
        let nodes = nodes.collect();
        let application = assignment.id(assignment.application);
        let waits =
            standing.judgments.iter().filter(|judgment| judgment.requirement.condition.kind().is_wait()).filter_map(
                |judgment| {
                    let until = match &judgment.verdict {
                        Verdict::Met => return None,
                        Verdict::Unmet(gap) => gap.met_on(),
                        Verdict::Unknown(_) => None,
                    };
                    Some(Wait { requirement: judgment.requirement, until, before: application? })
                },
            );
        let waits = waits.collect();
        Self { nodes, waits, assignment, pace }
    }

    /// Dates every step as early as possible.
    pub fn schedule(&mut self) {
        let Pace { start, training_per_week, work_per_week } = self.pace;
        // The last step so far that uses the hours of each week.
        let (mut trains, mut works): (Option<usize>, Option<usize>) = (None, None);
        for place in 0..self.nodes.len() {
            let Some(node) = self.nodes.get(place) else { break };
            let (training, work, months) = (node.training, node.work, node.months);
            let mut after = node.after.clone();
            after.extend(trains.filter(|_| training > Hours::ZERO));
            after.extend(works.filter(|_| work > Hours::ZERO));
            after.sort_unstable();
            after.dedup();
            let mut dated = after.iter().map(|earlier| self.nodes.get(*earlier).and_then(|node| node.ends));
            let begins = dated.try_fold(start, |latest, ends| Some(latest.max(ends?)));
            let long = days(training, training_per_week).max(days(work, work_per_week));
            let mut ends = begins.map(|begins| days_after(begins, long));
            if place == self.assignment.application {
                for wait in &self.waits {
                    ends = ends.zip(wait.until).map(|(ends, until)| ends.max(until));
                }
            }
            if let Some(node) = self.nodes.get_mut(place) {
                (node.begins, node.ends, node.after) = (begins, ends, after);
                node.ends_by = begins.zip(months).map(|(begins, months)| months_after(begins, months));
            }
            trains = if training > Hours::ZERO { Some(place) } else { trains };
            works = if work > Hours::ZERO { Some(place) } else { works };
        }
    }

    pub fn node(&self, place: usize) -> Option<&Node<'a>> {
        self.nodes.get(place)
    }

    /// The step of a requirement.
    pub fn node_of(&self, requirement: &Requirement) -> Option<&Node<'a>> {
        let place = self.assignment.steps.iter().position(|assigned| {
            assigned.requirements.iter().any(|judgment| ptr::eq(judgment.requirement, requirement))
        });
        self.nodes.get(place?)
    }

    /// The day on which everything is done; `None`: something has no date.
    pub fn finish(&self) -> Option<NaiveDate> {
        self.nodes.iter().try_fold(self.pace.start, |latest, node| Some(latest.max(node.ends?)))
    }

    /// The last known date.
    pub fn latest(&self) -> NaiveDate {
        let ends = self.nodes.iter().filter_map(|node| node.ends);
        let waits = self.waits.iter().filter_map(|wait| wait.until);
        ends.chain(waits).fold(self.pace.start, NaiveDate::max)
    }

    pub fn waits(&self) -> impl Iterator<Item = Wait<'a>> {
        self.waits.iter().cloned()
    }

    /// The days that each step can be late without delaying the finish.
    pub fn slack(&self, finish: NaiveDate) -> Vec<Option<u32>> {
        let mut latest = vec![Some(finish); self.nodes.len()];
        for (place, node) in self.nodes.iter().enumerate().rev() {
            let slack = node.ends.zip(latest.get(place).copied().flatten());
            let slack = slack.map(|(ends, latest)| days_between(ends, latest));
            // The step can begin this much later, and so can the steps before it end.
            for earlier in &node.after {
                let begins = node.begins.zip(slack).map(|(begins, slack)| days_after(begins, slack));
                // A wait at the end of a step leaves room at its beginning.
                let begins = begins.map(|begins| days_after(begins, self.room(place)));
                if let Some(before) = latest.get_mut(*earlier) {
                    *before = (*before).zip(begins).map(|(before, begins)| before.min(begins));
                }
            }
        }
        let both = self.nodes.iter().zip(latest);
        both.map(|(node, latest)| node.ends.zip(latest).map(|(ends, latest)| days_between(ends, latest))).collect()
    }

    /// The days of a step that are only waiting.
    fn room(&self, place: usize) -> u32 {
        let Some(node) = self.nodes.get(place) else { return 0 };
        let long = days(node.training, self.pace.training_per_week).max(days(node.work, self.pace.work_per_week));
        node.begins.zip(node.ends).map_or(0, |(begins, ends)| days_between(days_after(begins, long), ends))
    }

    /// The steps and waits that decide the finish, in order.
    pub fn critical_path(&self, finish: NaiveDate) -> Vec<Milestone<'a>> {
        let mut path = Vec::new();
        let mut place = self.nodes.iter().rposition(|node| node.ends == Some(finish) && finish > self.pace.start);
        while let Some(node) = place.and_then(|place| self.nodes.get(place)) {
            path.push(Milestone::Step(node.id));
            if place.is_some_and(|place| self.room(place) > 0) {
                let deciding = self.waits.iter().find(|wait| wait.until == node.ends);
                path.extend(deciding.map(|wait| Milestone::Wait(wait.requirement)));
                break;
            }
            let begins = node.begins.filter(|begins| *begins > self.pace.start);
            let decides = |earlier: &&usize| self.nodes.get(**earlier).is_some_and(|node| node.ends == begins);
            place = begins.and_then(|_| node.after.iter().rev().find(decides).copied());
        }
        path.reverse();
        path
    }
}
