//! What must hold for every profile and every credential of the catalog.

use chrono::{NaiveDate, TimeDelta};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::applicant::Applicant;
use super::assessment::{Assessment, Outcome, RouteAssessment, assess, assess_route, rank};
use super::catalog;
use super::fault::Checker;
use super::plan::{Milestone, Pace, Plan, PlannedStep, plan};
use super::profile::{
    CompletedTraining, HeldCredential, LivedExperience, PaidFee, PassedExam, Profile, Schooling, TopicHours,
};
use super::verdict::{Judgment, Question, Verdict};
use crate::credential::{Credential, FeeKind};
use crate::identifier::RequirementPath;
use crate::quantity::Hours;
use crate::reference::CredentialReference;
use crate::requirement::{Condition, Experience};
use crate::source::Completeness;

/// What fails is to become an example beside these, not a file of numbers.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases) }
}

fn today() -> NaiveDate {
    "2026-11-25".parse().unwrap()
}

fn paths() -> Vec<RequirementPath> {
    let of = |credential: &Credential| {
        let of_route = |route: &crate::credential::Route| {
            let path = |requirement: &crate::requirement::Requirement| {
                format!("{}/{}/{}", credential.id, route.id, requirement.id).parse().unwrap()
            };
            route.requirements.iter().map(path).collect::<Vec<RequirementPath>>()
        };
        credential.routes.iter().flat_map(of_route).collect::<Vec<_>>()
    };
    catalog().credentials.iter().flat_map(of).collect()
}

fn credentials() -> Vec<&'static Credential> {
    catalog().credentials.iter().collect()
}

fn hours(most: u32) -> impl Strategy<Value = Hours> {
    prop_oneof![
        Just(Hours::ZERO),
        (0..most).prop_map(Hours::whole),
        (0..most).prop_map(|n| Hours::whole(n) + Hours::QUARTER)
    ]
}

fn trainings() -> impl Strategy<Value = Vec<CompletedTraining>> {
    let names = [
        "Advocacy",
        "Ethical responsibility",
        "Mentoring and education",
        "Recovery and wellness support",
        "Core",
        "Music",
    ];
    let topics = option::of(subsequence(names.to_vec(), 0..=names.len()));
    let approved = option::of(
        select(vec!["US-TX", "US-WA", "US-NC", "us-in-cprc", "us-ky-apss"])
            .prop_map(|place| vec![place.parse::<CredentialReference>().unwrap()]),
    );
    let one = (hours(130), topics, approved).prop_map(|(hours, topics, approved_for)| {
        let topics = topics.map(|names| {
            let share = Hours::whole(u32::try_from(hours.steps() / 4).unwrap() / 6);
            names.into_iter().map(|name| TopicHours { name: name.into(), hours: share }).collect()
        });
        CompletedTraining { hours, topics, approved_for }
    });
    proptest::collection::vec(one, 0..4)
}

fn lived() -> impl Strategy<Value = LivedExperience> {
    let said = || option::of(any::<bool>());
    (said(), said(), said(), said(), said(), said()).prop_map(
        |(mental_health, substance_use, family, youth, justice_involved, housing)| LivedExperience {
            mental_health,
            substance_use,
            family,
            youth,
            justice_involved,
            housing,
        },
    )
}

fn past(most: i64) -> impl Strategy<Value = NaiveDate> {
    (0..most).prop_map(|days| today() - TimeDelta::days(days))
}

fn code(text: &str) -> crate::identifier::JurisdictionCode {
    text.parse().unwrap()
}

/// Any profile in which nothing is impossible.
pub(super) fn profile() -> impl Strategy<Value = Profile> {
    let person = (
        option::of(past(30_000)),
        option::of(lived()),
        option::of(any::<bool>()),
        option::of(past(3_000)),
        option::of(select(vec![
            Schooling::LessThanHighSchool,
            Schooling::HighSchoolOrEquivalent,
            Schooling::Bachelor,
            Schooling::Master,
        ])),
        option::of(trainings()),
    );
    let work = (option::of(hours(2_500)), option::of(hours(800)), option::of(hours(150)), option::of(hours(40)));
    let exams = option::of(proptest::collection::vec(
        prop_oneof![
            select(credentials()).prop_map(|of| PassedExam {
                credential: Some(of.id.clone()),
                name: None,
                passed_on: None
            }),
            select(vec!["IC&RC Peer Recovery exam", "NCPS exam"]).prop_map(|name| PassedExam {
                credential: None,
                name: Some(name.into()),
                passed_on: None
            }),
        ],
        0..3,
    ));
    let held = option::of(proptest::collection::vec(
        prop_oneof![
            select(credentials()).prop_map(|of| HeldCredential {
                credential: Some(of.id.clone()),
                title: None,
                issued_on: None,
                expires_on: None,
            }),
            Just(HeldCredential { credential: None, title: Some("Peer".into()), issued_on: None, expires_on: None }),
        ],
        0..3,
    ));
    let papers = (exams, held, option::of(any::<bool>()), option::of(any::<bool>()), option::of(0_u8..5));
    let places = (
        option::of(select(vec![code("US-TX"), code("US-WA"), code("US-IN")])),
        option::of(subsequence(vec![code("US-TX"), code("US-KY"), code("US-RI")], 0..=3)),
    );
    let fees = option::of(
        select(credentials()).prop_map(|of| vec![PaidFee { credential: of.id.clone(), kind: FeeKind::Application }]),
    );
    let confirmed = option::of(subsequence(paths(), 0..200));
    (person, work, papers, places, fees, confirmed).prop_map(|(person, work, papers, places, fees_paid, confirmed)| {
        let (birth_date, lived_experience, veteran, recovery_since, education, training) = person;
        let (work_hours, volunteer_hours, practicum_hours, supervision_hours) = work;
        let (exams_passed, credentials_held, background_check_passed, code_of_ethics_signed, references) = papers;
        let recovery_since = recovery_since.map(|since| birth_date.map_or(since, |born: NaiveDate| born.max(since)));
        Profile {
            birth_date,
            age_years: None,
            lived_experience,
            veteran,
            recovery_since,
            recovery_months: None,
            education,
            training,
            work_hours,
            volunteer_hours,
            practicum_hours,
            supervision_hours,
            exams_passed,
            credentials_held,
            background_check_passed,
            code_of_ethics_signed,
            references,
            lives_in: places.0,
            works_in: places.1,
            fees_paid,
            confirmed,
        }
    })
}

/// Something that can only be in an applicant's favor.
#[derive(Debug, Clone)]
enum Favor {
    Training(CompletedTraining),
    Work(Hours),
    Volunteer(Hours),
    Practicum(Hours),
    Supervision(Hours),
    Exam(PassedExam),
    Held(HeldCredential),
    Check,
    Ethics,
    Reference,
    Diploma,
    Confirmed(Vec<RequirementPath>),
    Paid(PaidFee),
    Older(u16),
    Lived(Experience),
}

fn favor() -> impl Strategy<Value = Favor> {
    prop_oneof![
        trainings().prop_filter_map("one", |mut list| list.pop().map(Favor::Training)),
        hours(900).prop_map(Favor::Work),
        hours(900).prop_map(Favor::Volunteer),
        hours(100).prop_map(Favor::Practicum),
        hours(100).prop_map(Favor::Supervision),
        select(credentials()).prop_map(|of| Favor::Exam(PassedExam {
            credential: Some(of.id.clone()),
            name: None,
            passed_on: None
        })),
        select(credentials()).prop_map(|of| Favor::Held(HeldCredential {
            credential: Some(of.id.clone()),
            title: None,
            issued_on: None,
            expires_on: None,
        })),
        Just(Favor::Check),
        Just(Favor::Ethics),
        Just(Favor::Reference),
        Just(Favor::Diploma),
        subsequence(paths(), 1..300).prop_map(Favor::Confirmed),
        select(credentials()).prop_map(|of| Favor::Paid(PaidFee { credential: of.id.clone(), kind: FeeKind::Exam })),
        (1_u16..900).prop_map(Favor::Older),
        select(vec![
            Experience::MentalHealth,
            Experience::SubstanceUse,
            Experience::Family,
            Experience::Youth,
            Experience::Veteran,
            Experience::JusticeInvolved,
            Experience::Housing,
        ])
        .prop_map(Favor::Lived),
    ]
}

/// What was not said is not more by being said in part: hours are added only where some are there.
fn add(to: &mut Option<Hours>, hours: Hours) {
    *to = to.map(|there| there + hours);
}

fn push<T: Clone>(to: &mut Option<Vec<T>>, item: &T) {
    if let Some(list) = to {
        list.push(item.clone());
    }
}

/// The profile and the day afterwards.
fn favored(mut profile: Profile, favor: &Favor) -> (Profile, NaiveDate) {
    let mut day = today();
    match favor {
        Favor::Training(course) => push(&mut profile.training, course),
        Favor::Work(hours) => add(&mut profile.work_hours, *hours),
        Favor::Volunteer(hours) => add(&mut profile.volunteer_hours, *hours),
        Favor::Practicum(hours) => add(&mut profile.practicum_hours, *hours),
        Favor::Supervision(hours) => add(&mut profile.supervision_hours, *hours),
        Favor::Exam(exam) => push(&mut profile.exams_passed, exam),
        Favor::Held(held) => push(&mut profile.credentials_held, held),
        Favor::Check => profile.background_check_passed = Some(true),
        Favor::Ethics => profile.code_of_ethics_signed = Some(true),
        Favor::Reference => profile.references = profile.references.map(|count| count + 1),
        Favor::Diploma => profile.education = Some(Schooling::Master),
        Favor::Confirmed(paths) => profile.confirmed.get_or_insert_default().extend(paths.iter().cloned()),
        Favor::Paid(paid) => profile.fees_paid.get_or_insert_default().push(paid.clone()),
        Favor::Older(days) => day += TimeDelta::days((*days).into()),
        Favor::Lived(kind) => *profile.experience_mut(*kind) = Some(true),
    }
    (profile, day)
}

fn order(verdict: &Verdict<'_>) -> u8 {
    match verdict {
        Verdict::Unmet(_) => 0,
        Verdict::Unknown(_) => 1,
        Verdict::Met => 2,
    }
}

/// Whether a favor may turn against an applicant: time where a maximum age is reached, an experience that others lack where a
/// requirement is only for those who have it.
fn is_two_edged(favor: &Favor, credential: &Credential) -> bool {
    let mut requirements = credential.routes.iter().flat_map(|route| &route.requirements);
    match favor {
        Favor::Older(_) => requirements.any(|one| matches!(one.condition, Condition::MaximumAge { .. })),
        Favor::Lived(kind) => requirements.any(|one| one.applies_to.contains(kind)),
        _ => false,
    }
}

fn all(profile: &Profile, day: NaiveDate) -> Vec<Assessment<'_>> {
    let applicant = Applicant::new(profile, catalog(), day);
    catalog().credentials.iter().map(|credential| assess(credential, &applicant)).collect()
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn what_is_in_an_applicants_favor_never_worsens_a_verdict_an_outcome_or_a_distance(before in profile(), favor in favor()) {
        let (after, day) = favored(before.clone(), &favor);
        for (then, now) in all(&before, today()).iter().zip(&all(&after, day)) {
            if is_two_edged(&favor, then.credential) {
                continue;
            }
            prop_assert!(now.outcome <= then.outcome, "{}: {:?}", then.credential.id, favor);
            prop_assert!(now.distance <= then.distance, "{}: {:?} {:?}", then.credential.id, then.distance, now.distance);
            for route in &then.routes {
                let same = now.routes.iter().find(|other| other.route.id == route.route.id).unwrap();
                prop_assert!(same.outcome <= route.outcome);
                prop_assert!(same.distance <= route.distance);
                for (a, b) in route.judgments.iter().zip(&same.judgments) {
                    prop_assert!(order(&b.verdict) >= order(&a.verdict), "{}: {a:?} {b:?}", then.credential.id);
                    prop_assert!(b.hours_ahead.at_least <= a.hours_ahead.at_least);
                }
            }
        }
    }

    #[test]
    fn only_time_and_a_maximum_age_worsen_a_verdict(before in profile(), days in 1_i64..2_000) {
        let later = today() + TimeDelta::days(days);
        for (then, now) in all(&before, today()).iter().zip(&all(&before, later)) {
            for route in &then.routes {
                let same = now.routes.iter().find(|other| other.route.id == route.route.id).unwrap();
                for (a, b) in route.judgments.iter().zip(&same.judgments) {
                    let oldest = matches!(a.requirement.condition, Condition::MaximumAge { .. });
                    prop_assert!(oldest || order(&b.verdict) >= order(&a.verdict));
                }
            }
        }
    }

    #[test]
    fn no_profile_makes_a_partial_route_eligible(profile in profile()) {
        for assessment in all(&profile, today()) {
            for route in assessment.routes {
                prop_assert!(route.outcome != Outcome::Eligible || route.route.completeness == Completeness::Complete);
            }
        }
    }

    #[test]
    fn every_profile_that_is_made_here_is_possible(profile in profile()) {
        let mut checker = Checker::new(catalog(), today());
        checker.profile("", &profile);
        prop_assert_eq!(checker.into_faults(), vec![]);
    }

    #[test]
    fn the_order_of_requirements_and_routes_changes_nothing(profile in profile(), credential in select(credentials())) {
        let mut turned = credential.clone();
        turned.routes.reverse();
        turned.routes.iter_mut().for_each(|route| route.requirements.reverse());
        let applicant = Applicant::new(&profile, catalog(), today());
        let (straight, turned) = (assess(credential, &applicant), assess(&turned, &applicant));
        prop_assert_eq!((straight.outcome, straight.because, straight.distance), (turned.outcome, turned.because, turned.distance));
        for (a, b) in straight.routes.iter().zip(&turned.routes) {
            prop_assert_eq!(&a.route.id, &b.route.id);
            prop_assert_eq!((a.hours_ahead, a.fees_ahead, a.earliest_date), (b.hours_ahead, b.fees_ahead, b.earliest_date));
            prop_assert!(a.judgments.iter().eq(b.judgments.iter().rev()));
        }
    }

    #[test]
    fn what_is_ahead_at_least_is_not_more_than_what_is_at_most(profile in profile()) {
        for assessment in all(&profile, today()) {
            for route in assessment.routes {
                for judgment in &route.judgments {
                    let ahead = judgment.hours_ahead;
                    prop_assert!(ahead.at_most.is_none_or(|most| ahead.at_least <= most), "{judgment:?}");
                    prop_assert!(judgment.verdict != Verdict::Met || ahead.at_most == Some(Hours::ZERO));
                }
                prop_assert!(route.fees_ahead.is_none_or(|fees| fees.at_most.is_none_or(|most| fees.at_least <= most)));
            }
        }
    }

    #[test]
    fn a_requirement_is_met_by_time_on_the_day_that_is_told_and_not_the_day_before(profile in profile()) {
        for assessment in all(&profile, today()) {
            for (route, judgment) in assessment.routes.iter().flat_map(|route| route.judgments.iter().map(move |one| (route, one))) {
                let Verdict::Unmet(gap) = &judgment.verdict else { continue };
                let Some(day) = gap.met_on() else { continue };
                let on = |day| {
                    let applicant = Applicant::new(&profile, catalog(), day);
                    super::judge::judge(judgment.requirement, (assessment.credential, route.route), &applicant).verdict == Verdict::Met
                };
                prop_assert!(on(day) && !on(day.pred_opt().unwrap()), "{}: {gap:?}", assessment.credential.id);
            }
        }
    }
}

#[test]
fn an_empty_profile_has_nothing_unmet_and_everything_to_be_asked() {
    let profile = Profile::default();
    for assessment in all(&profile, today()) {
        for route in &assessment.routes {
            for judgment in &route.judgments {
                assert!(matches!(judgment.verdict, Verdict::Unknown(_)), "{}: {judgment:?}", assessment.credential.id);
                assert_eq!(judgment.hours_ahead.at_least, Hours::ZERO);
            }
        }
        let expected = if assessment.credential.status == crate::credential::CredentialStatus::Active {
            Outcome::Undetermined
        } else {
            Outcome::NotYet
        };
        assert_eq!(assessment.outcome, expected, "{}", assessment.credential.id);
    }
}

#[test]
fn what_is_not_confirmed_is_not_met_by_anything_else() {
    let told = |condition: &Condition| matches!(condition, Condition::Other { .. } | Condition::Attestation { .. });
    let profile = Profile { confirmed: Some(Vec::new()), ..Profile::default() };
    for assessment in all(&profile, today()) {
        for judgment in assessment.routes.iter().flat_map(|route| &route.judgments) {
            if told(&judgment.requirement.condition) {
                let open =
                    matches!(judgment.verdict, Verdict::Unknown(Question::Confirmed | Question::LivedExperience(_)));
                assert!(open, "{judgment:?}");
            }
        }
    }
}

#[test]
fn credentials_are_ranked_closest_first() {
    let profile = Profile { work_hours: Some(Hours::whole(300)), ..Profile::default() };
    let ranked = rank(&catalog().credentials, &Applicant::new(&profile, catalog(), today()));
    assert_eq!(ranked.len(), catalog().credentials.len());
    assert!(ranked.is_sorted_by_key(|assessment| assessment.distance));
}

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
                let coverage = super::training::cover(&before, topics, needs_approval, credential);
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
                let asked = |held: &&Credential| any_of.iter().any(|one| super::judge::is_meant(one, held, credential));
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
        let closed = credential.status != crate::credential::CredentialStatus::Active;
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
