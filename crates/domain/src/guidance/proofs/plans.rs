//! Of plans: whoever follows one arrives.

use chrono::TimeDelta;
use proptest::prelude::*;
use proptest::sample::select;

use super::profiles::profile;
use super::{cases, catalog, credentials, today};
use crate::catalog::credential::{Credential, CredentialStatus};
use crate::catalog::identifier::RequirementPath;
use crate::catalog::quantity::Hours;
use crate::catalog::requirement::{Condition, Experience};
use crate::guidance::applicant::Applicant;
use crate::guidance::assessment::{Outcome, RouteAssessment, assess_route};
use crate::guidance::judge::is_meant;
use crate::guidance::plan::{Milestone, Pace, Plan, PlannedStep, plan};
use crate::guidance::profile::{CompletedTraining, HeldCredential, PassedExam, Profile, Schooling, TopicHours};
use crate::guidance::training::cover;
use crate::guidance::verdict::{Judgment, Question, Verdict};

/// Whoever follows a plan to its end: what they can say of themself then.
fn followed(profile: &Profile, plan: &Plan<'_>) -> Profile {
    let mut after = profile.clone();
    let credential = plan.credential;
    let more = |there: &mut Option<Hours>, hours: Hours| *there = Some(there.unwrap_or_default() + hours);
    for judgment in plan.standing.judgments.iter().filter(|judgment| judgment.verdict != Verdict::Met) {
        let ahead = judgment.hours_ahead.at_most.unwrap_or_default();
        match &judgment.requirement.condition {
            Condition::LivedExperience { any_of, also } => {
                let open = |kind: &&Experience| after.experience(**kind).is_none();
                let first = any_of.iter().find(open).copied();
                first.into_iter().chain(also.iter().copied()).for_each(|kind| *after.experience_mut(kind) = Some(true));
            }
            Condition::Education { .. } => after.education = Some(Schooling::Master),
            // Whoever says nothing of their training may have confirmed another one of the route.
            Condition::Training { hours: None, .. } if after.training.is_none() => {}
            Condition::Training { topics, .. } => {
                let before = after.training.clone().unwrap_or_default();
                let needs_approval =
                    matches!(judgment.requirement.condition, Condition::Training { approved_provider: Some(true), .. });
                let coverage = cover(&before, topics, needs_approval, credential);
                let lacking = coverage.topics.iter().map(|part| TopicHours {
                    name: part.topic.name.clone(),
                    hours: part.topic.hours.less(part.surely),
                });
                after.training.get_or_insert_default().push(CompletedTraining {
                    hours: ahead.max(Hours::whole(1)),
                    topics: Some(lacking.collect()),
                    approved_for: Some(vec![credential.id.to_string().parse().unwrap()]),
                });
            }
            Condition::WorkExperience { .. } => more(&mut after.work_hours, ahead.max(Hours::whole(1))),
            Condition::Supervision { .. } => more(&mut after.supervision_hours, ahead),
            Condition::Practicum { .. } => more(&mut after.practicum_hours, ahead),
            Condition::Examination { .. } => after.exams_passed.get_or_insert_default().push(PassedExam {
                credential: Some(credential.id.clone()),
                name: None,
                passed_on: None,
            }),
            Condition::BackgroundCheck {} => after.background_check_passed = Some(true),
            Condition::CodeOfEthics {} => after.code_of_ethics_signed = Some(true),
            Condition::References { count } => after.references = Some(*count),
            Condition::Residency { .. } => after.lives_in = credential.jurisdiction.clone(),
            Condition::HoldsCredential { any_of } => {
                let asked = |held: &&Credential| any_of.iter().any(|one| is_meant(one, held, credential));
                let held = catalog().credentials.iter().find(asked).unwrap();
                after.credentials_held.get_or_insert_default().push(HeldCredential {
                    credential: Some(held.id.clone()),
                    title: None,
                    issued_on: None,
                    expires_on: None,
                });
            }
            // Time alone, and what is for the applicant to confirm.
            Condition::MinimumAge { .. }
            | Condition::MaximumAge { .. }
            | Condition::RecoveryTime { .. }
            | Condition::Attestation { .. }
            | Condition::Other { .. } => {}
        }
    }
    after
}

/// The paths of what no field can tell.
fn to_confirm(credential: &Credential, route: &RouteAssessment<'_>) -> Vec<RequirementPath> {
    let said = |judgment: &&Judgment<'_>| match judgment.verdict {
        Verdict::Unknown(Question::Confirmed | Question::Training) => true,
        Verdict::Unknown(_) => matches!(judgment.requirement.condition, Condition::Other { .. }),
        _ => false,
    };
    let open = route.judgments.iter().filter(said);
    open.map(|judgment| format!("{}/{}/{}", credential.id, route.route.id, judgment.requirement.id).parse().unwrap())
        .collect()
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
    fn whoever_follows_a_plan_to_its_end_has_no_known_gap_on_that_day(
        profile in profile(), credential in select(credentials()), pace in pace(),
    ) {
        let applicant = Applicant::new(&profile, catalog(), today());
        let Some(plan) = plan(catalog(), credential, None, &applicant, pace) else { return Ok(()) };
        let Some(finish) = plan.finish else {
            prop_assert!(!plan.obstacles.is_empty() || !plan.questions.is_empty());
            return Ok(());
        };
        prop_assert!(finish >= pace.start);
        let mut after = followed(&profile, &plan);
        let route = |profile: &Profile| {
            let applicant = Applicant::new(profile, catalog(), finish);
            let route = assess_route(credential, plan.route(), &applicant);
            (route.outcome, to_confirm(credential, &route), format!("{:#?}", route.judgments))
        };
        let (_, confirmed, _) = route(&after);
        after.confirmed.get_or_insert_default().extend(confirmed);
        let (outcome, _, told) = route(&after);
        let closed = credential.status != CredentialStatus::Active;
        prop_assert!(closed || outcome <= Outcome::NoKnownGap, "{} by {finish}: {told}", credential.id);
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
