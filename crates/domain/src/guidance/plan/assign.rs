//! Chooses the steps of a plan and assigns each requirement to a step.

use std::collections::HashMap;

use super::parts::StepState;
use crate::catalog::Catalog;
use crate::catalog::identifier::StepId;
use crate::catalog::pathway::{Phase, Step};
use crate::catalog::requirement::{Requirement, RequirementKind};
use crate::guidance::assessment::RouteAssessment;
use crate::guidance::verdict::{Judgment, Verdict};

/// The steps of a plan, each after the steps that it depends on.
pub struct Assignment<'s, 'a> {
    pub steps: Vec<AssignedStep<'s, 'a>>,
    /// Index of the step with the application.
    pub application: usize,
}

/// A step with its requirements.
pub struct AssignedStep<'s, 'a> {
    pub step: &'a Step,
    pub state: StepState,
    pub requirements: Vec<&'s Judgment<'a>>,
    /// Indices of the steps that it directly depends on.
    pub depends_on: Vec<usize>,
    /// Indices of all steps that lead to it.
    before: Vec<usize>,
}

impl<'s, 'a> Assignment<'s, 'a> {
    /// Chooses the steps for a route and assigns its requirements; `None` if the catalog has no step for the
    /// application.
    pub fn new(catalog: &'a Catalog, standing: &'s RouteAssessment<'a>) -> Option<Self> {
        let all: Vec<&Step> = in_order(catalog);
        let application = step_for(&all, RequirementKind::Other)?;
        let home = |requirement: &Requirement| {
            let kind = requirement.condition.kind();
            if requirement.condition.months_allowed().is_some() {
                all.iter().rev().find(|step| step.satisfies.contains(&kind)).copied().unwrap_or(application)
            } else {
                step_for(&all, kind).unwrap_or(application)
            }
        };
        let mut by_step: HashMap<&StepId, Vec<&'s Judgment<'a>>> = HashMap::new();
        for judgment in &standing.judgments {
            by_step.entry(&home(judgment.requirement).id).or_default().push(judgment);
        }
        let mut chosen: Vec<&Step> = Vec::new();
        for step in &all {
            if step.phase <= Phase::Certify || by_step.contains_key(&step.id) {
                choose(step, &all, &mut chosen);
            }
        }
        let place = |id: &StepId| chosen.iter().position(|step| step.id == *id);
        let whole = standing.route.is_complete();
        let mut steps: Vec<AssignedStep<'s, 'a>> = Vec::with_capacity(chosen.len());
        for step in &chosen {
            let depends_on: Vec<usize> = step.depends_on.iter().filter_map(place).collect();
            let mut before = depends_on.clone();
            for earlier in &depends_on {
                before
                    .extend(steps.get(*earlier).into_iter().flat_map(|earlier: &AssignedStep<'_, '_>| &earlier.before));
            }
            before.sort_unstable();
            before.dedup();
            let requirements = by_step.remove(&step.id).unwrap_or_default();
            let state = state(step, &requirements, whole);
            steps.push(AssignedStep { step, state, requirements, depends_on, before });
        }
        conclude_from_what_follows(&mut steps);
        let application = place(&application.id)?;
        Some(Self { steps, application })
    }

    pub fn id(&self, place: usize) -> Option<&'a StepId> {
        self.steps.get(place).map(|assigned| &assigned.step.id)
    }

    /// Index of the step for requirements of a kind.
    pub fn place_for(&self, kind: RequirementKind) -> Option<usize> {
        let of_kind = |assigned: &AssignedStep<'_, '_>| {
            assigned.requirements.iter().any(|judgment| judgment.requirement.condition.kind() == kind)
        };
        let by_requirement = self.steps.iter().position(of_kind);
        let by_purpose = || {
            let fits = |assigned: &AssignedStep<'_, '_>| assigned.step.satisfies.contains(&kind);
            self.steps.iter().rposition(|assigned| assigned.step.phase <= Phase::Certify && fits(assigned))
        };
        by_requirement.or_else(by_purpose)
    }

    /// The other steps to do that neither lead to this one nor follow from it.
    pub fn side_by_side(&self, place: usize) -> Vec<&'a StepId> {
        let Some(own) = self.steps.get(place).filter(|own| own.state == StepState::ToDo) else { return Vec::new() };
        let apart = |(other, assigned): &(usize, &AssignedStep<'s, 'a>)| {
            let related = *other == place || own.before.contains(other) || assigned.before.contains(&place);
            !related && assigned.state == StepState::ToDo
        };
        self.steps.iter().enumerate().filter(apart).map(|(_, assigned)| &assigned.step.id).collect()
    }
}

/// The steps of the catalog, each after the steps that it depends on.
fn in_order(catalog: &Catalog) -> Vec<&Step> {
    let mut ordered = Vec::with_capacity(catalog.steps.len());
    for step in &catalog.steps {
        after_dependencies(step, catalog, &mut ordered);
    }
    ordered
}

fn after_dependencies<'a>(step: &'a Step, catalog: &'a Catalog, ordered: &mut Vec<&'a Step>) {
    if ordered.iter().any(|known| known.id == step.id) {
        return;
    }
    // The steps of a catalog have no cycle.
    for earlier in step.depends_on.iter().filter_map(|id| catalog.steps.get(id)) {
        after_dependencies(earlier, catalog, ordered);
    }
    ordered.push(step);
}

/// The last step before the certification that satisfies a kind of requirement.
fn step_for<'a>(steps: &[&'a Step], kind: RequirementKind) -> Option<&'a Step> {
    let mut up_to_certification = steps.iter().rev().filter(|step| step.phase <= Phase::Certify);
    up_to_certification.find(|step| step.satisfies.contains(&kind)).copied()
}

fn choose<'a>(step: &'a Step, all: &[&'a Step], chosen: &mut Vec<&'a Step>) {
    if chosen.iter().any(|known| known.id == step.id) {
        return;
    }
    for earlier in all.iter().filter(|earlier| step.depends_on.contains(&earlier.id)) {
        choose(earlier, all, chosen);
    }
    chosen.push(step);
}

fn state(step: &Step, requirements: &[&Judgment<'_>], whole: bool) -> StepState {
    let own: Vec<&&Judgment<'_>> =
        requirements.iter().filter(|judgment| !judgment.requirement.condition.kind().is_wait()).collect();
    if !own.is_empty() {
        let met = own.iter().all(|judgment| judgment.verdict == Verdict::Met);
        return if met { StepState::Done } else { StepState::ToDo };
    }
    if requirements.is_empty() && whole && !step.satisfies.is_empty() && step.phase >= Phase::Train {
        return StepState::NotAsked;
    }
    StepState::ToDo
}

/// A step without requirements is done if a step that follows from it is done.
fn conclude_from_what_follows(steps: &mut [AssignedStep<'_, '_>]) {
    let shown = |assigned: &AssignedStep<'_, '_>| assigned.state == StepState::Done;
    let led_to: Vec<usize> =
        steps.iter().filter(|assigned| shown(assigned)).flat_map(|assigned| assigned.before.clone()).collect();
    for (place, assigned) in steps.iter_mut().enumerate() {
        let nothing_required =
            assigned.requirements.iter().all(|judgment| judgment.requirement.condition.kind().is_wait());
        if assigned.state == StepState::ToDo && nothing_required && led_to.contains(&place) {
            assigned.state = StepState::Done;
        }
    }
}
