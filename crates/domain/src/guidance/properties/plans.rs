//! Plans: an applicant who follows one arrives.

use std::collections::HashSet;

use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::json;

use super::profiles::profile;
use super::{cases, catalog, credentials, today};
use crate::catalog::credential::CredentialStatus;
use crate::catalog::quantity::Hours;
use crate::catalog::requirement::{Condition, Requirement, RequirementKind};
use crate::guidance::applicant::Applicant;
use crate::guidance::assessment::assess_route;
use crate::guidance::plan::{Milestone, Pace, Plan, PlannedStep, StepState, plan};
use crate::guidance::profile::{CompletedTraining, Profile, TopicHours};
use crate::guidance::training::cover;
use crate::guidance::verdict::{Judgment, Verdict};

/// Kinds of requirement that plans leave open on the finish date that they name.
///
/// The reason is the same for each: a requirement of which no source says how long it takes counts as no time at all, so a
/// plan names a finish although the requirement is neither met nor dated. A kind goes from here once no plan leaves it open.
const OPEN_AT_THE_FINISH: [RequirementKind; 12] = [
    RequirementKind::LivedExperience,
    RequirementKind::Education,
    RequirementKind::Training,
    RequirementKind::WorkExperience,
    RequirementKind::Examination,
    RequirementKind::BackgroundCheck,
    RequirementKind::CodeOfEthics,
    RequirementKind::References,
    RequirementKind::Residency,
    RequirementKind::HoldsCredential,
    RequirementKind::Attestation,
    RequirementKind::Other,
];

/// Does the hours that the steps of a plan tell, by the days that they tell, and nothing else.
fn followed(profile: &Profile, plan: &Plan<'_>, pace: Pace) -> Profile {
    let mut after = profile.clone();
    let mut steps: Vec<&PlannedStep<'_>> = plan.steps.iter().filter(|step| step.state == StepState::ToDo).collect();
    steps.sort_by_key(|step| step.ends);
    let (mut trained, mut worked) = (Hours::ZERO, Hours::ZERO);
    for step in steps {
        let Some(ends) = step.ends else { continue };
        let mut told = step.hours;
        for judgment in step.requirements.iter().filter(|judgment| judgment.verdict != Verdict::Met) {
            let of_training = judgment.requirement.condition.kind() == RequirementKind::Training;
            let (spent, week) =
                if of_training { (&mut trained, pace.training_per_week) } else { (&mut worked, pace.work_per_week) };
            let ahead = judgment.hours_ahead.at_most.unwrap_or(judgment.hours_ahead.at_least);
            let hours = ahead.min(told).min(hours_until(ends, week, pace).less(*spent));
            (*spent, told) = (*spent + hours, told.less(hours));
            if hours > Hours::ZERO {
                spend(&mut after, hours, judgment, plan);
            }
        }
    }
    after
}

/// How many hours fit into the weeks until a day.
fn hours_until(day: NaiveDate, per_week: Hours, pace: Pace) -> Hours {
    let days = u32::try_from((day - pace.start).num_days()).unwrap();
    // A millionth more: the division may end just below a quarter of an hour.
    Hours::up_to(per_week.as_f64() * f64::from(days) / 7.0 + 1e-6).unwrap()
}

/// Spends hours on a requirement.
fn spend(after: &mut Profile, hours: Hours, judgment: &Judgment<'_>, plan: &Plan<'_>) {
    let credential = plan.credential;
    let more = |there: &mut Option<Hours>| *there = Some(there.unwrap_or_default() + hours);
    match &judgment.requirement.condition {
        Condition::Training { topics, approved_provider, .. } => {
            let before = after.training.get_or_insert_default();
            let coverage = cover(before, topics, *approved_provider == Some(true), credential);
            let mut left = hours;
            let topics = coverage.topics.iter().map(|part| {
                let lacking = part.topic.hours.less(part.surely).min(left);
                left = left.less(lacking);
                TopicHours { name: part.topic.name.clone(), hours: lacking }
            });
            let topics = Some(topics.collect());
            let approved_for = Some(vec![credential.id.to_string().parse().unwrap()]);
            before.push(CompletedTraining { hours, topics, approved_for });
        }
        Condition::WorkExperience { within_months_after, .. } => {
            more(&mut after.work_hours);
            // No field tells that hours were worked after a provisional certification.
            if within_months_after.is_some() && Some(hours) == judgment.hours_ahead.at_most {
                let path = format!("{}/{}/{}", credential.id, plan.route().id, judgment.requirement.id);
                after.confirmed.get_or_insert_default().push(path.parse().unwrap());
            }
        }
        Condition::Supervision { .. } => more(&mut after.supervision_hours),
        Condition::Practicum { .. } => more(&mut after.practicum_hours),
        other => panic!("{other:?} takes no hours"),
    }
}

/// The requirements that are open on the finish date for an applicant who followed the plan; `None`: the plan names no finish.
fn left_open<'a>(profile: &Profile, plan: &Plan<'a>, pace: Pace) -> Option<Vec<&'a Requirement>> {
    let after = followed(profile, plan, pace);
    let applicant = Applicant::new(&after, catalog(), plan.finish?);
    let arrived = assess_route(plan.credential, plan.route(), &applicant);
    assert!(arrived.open, "{}: the route is closed by then", plan.credential.id);
    let open = plan.standing.route.requirements.iter().zip(&arrived.judgments);
    Some(open.filter(|(_, judgment)| judgment.verdict != Verdict::Met).map(|(requirement, _)| requirement).collect())
}

fn pace() -> impl Strategy<Value = Pace> {
    (0_i64..200, 1_u32..60, 1_u32..60).prop_map(|(days, training, work)| Pace {
        start: today() + TimeDelta::days(days),
        training_per_week: Hours::whole(training),
        work_per_week: Hours::whole(work),
    })
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn an_applicant_who_follows_the_steps_of_a_plan_has_no_known_gap_on_the_finish_date(
        profile in profile(), credential in select(credentials()), pace in pace(),
    ) {
        let applicant = Applicant::new(&profile, catalog(), today());
        let Some(plan) = plan(catalog(), credential, None, &applicant, pace) else { return Ok(()) };
        if credential.status != CredentialStatus::Active {
            return Ok(());
        }
        let Some(open) = left_open(&profile, &plan, pace) else {
            prop_assert!(!plan.obstacles.is_empty() || !plan.questions.is_empty());
            return Ok(());
        };
        prop_assert!(plan.finish >= Some(pace.start));
        for requirement in open {
            let known = plan.undated.contains(&requirement) && OPEN_AT_THE_FINISH.contains(&requirement.condition.kind());
            prop_assert!(known, "{}/{}: {requirement:?}", credential.id, plan.route().id);
        }
    }

    #[test]
    fn the_steps_of_a_plan_respect_every_dependency(profile in profile(), credential in select(credentials()), pace in pace()) {
        let applicant = Applicant::new(&profile, catalog(), today());
        let Some(plan) = plan(catalog(), credential, None, &applicant, pace) else { return Ok(()) };
        let mut seen: Vec<&PlannedStep<'_>> = Vec::new();
        for step in &plan.steps {
            for earlier in &step.step.depends_on {
                let earlier = seen.iter().find(|known| known.step.id == *earlier).unwrap();
                if let (Some(ends), Some(begins)) = (earlier.ends, step.begins) {
                    prop_assert!(ends <= begins);
                }
                prop_assert!(earlier.ends.is_some() || step.begins.is_none());
            }
            prop_assert!(step.begins.is_none_or(|begins| begins >= pace.start));
            prop_assert!(step.begins <= step.ends || step.ends.is_none());
            if let (Some(finish), Some(ends), Some(slack)) = (plan.finish, step.ends, step.slack_days) {
                prop_assert!(ends + TimeDelta::days(slack.into()) <= finish);
            }
            seen.push(step);
        }
        let shown: usize = plan.steps.iter().map(|step| step.requirements.len()).sum();
        prop_assert_eq!(shown, plan.route().requirements.len());
        if let Some(finish) = plan.finish {
            let last = plan.steps.iter().filter_map(|step| step.ends).max();
            prop_assert_eq!(last, Some(finish));
            let late = |milestone: &Milestone<'_>| match milestone {
                Milestone::Step(id) => plan.steps.iter().any(|step| step.step.id == **id && step.slack_days == Some(0)),
                Milestone::Wait(requirement) => plan.waits.iter().any(|wait| wait.requirement == *requirement),
            };
            prop_assert!(plan.critical_path.iter().all(late), "{:?}", plan.critical_path);
            prop_assert_eq!(plan.critical_path.is_empty(), finish == pace.start);
        }
        prop_assert!(plan.fees.iter().all(|fee| plan.finish.is_none() || fee.due <= plan.finish));
    }

    #[test]
    fn a_slower_pace_never_brings_the_finish_nearer(profile in profile(), credential in select(credentials()), pace in pace()) {
        let applicant = Applicant::new(&profile, catalog(), today());
        let finish = |pace| plan(catalog(), credential, None, &applicant, pace).and_then(|plan| plan.finish);
        let faster = Pace {
            training_per_week: pace.training_per_week + Hours::whole(1),
            work_per_week: pace.work_per_week + Hours::whole(1),
            ..pace
        };
        if let Some(slow) = finish(pace) {
            prop_assert!(finish(faster).is_some_and(|fast| fast <= slow));
        }
    }
}

/// Applicants whose plans leave open what any plan does: one who says nothing, one of whom only age and recovery are known, and
/// one who has done nothing.
fn applicants() -> [Profile; 3] {
    [
        json!({}),
        json!({"age_years": 40, "recovery_months": 120}),
        json!({
            "age_years": 40, "recovery_months": 120, "education": "less_than_high_school", "training": [],
            "work_hours": 0, "volunteer_hours": 0, "supervision_hours": 0, "practicum_hours": 0, "exams_passed": [],
            "credentials_held": [], "references": 0, "background_check_passed": false,
            "code_of_ethics_signed": false, "works_in": [],
        }),
    ]
    .map(|profile| serde_json::from_value(profile).unwrap())
}

#[test]
fn the_kinds_that_plans_leave_open_are_the_listed_ones_and_each_was_told_to_have_no_length() {
    let pace = Pace { start: today(), training_per_week: Hours::whole(10), work_per_week: Hours::whole(20) };
    let mut left = HashSet::new();
    for profile in applicants() {
        let applicant = Applicant::new(&profile, catalog(), today());
        for credential in credentials().into_iter().filter(|one| one.status == CredentialStatus::Active) {
            for route in &credential.routes {
                let plan = plan(catalog(), credential, Some(&route.id), &applicant, pace).unwrap();
                for requirement in left_open(&profile, &plan, pace).unwrap_or_default() {
                    assert!(plan.undated.contains(&requirement), "{}/{}: {requirement:?}", credential.id, route.id);
                    left.insert(requirement.condition.kind());
                }
            }
        }
    }
    assert_eq!(left, OPEN_AT_THE_FINISH.into());
}
