//! What can only be in an applicant's favor.

use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::profiles::{hours, paths, trainings};
use super::{credentials, today};
use crate::catalog::credential::{Credential, FeeKind};
use crate::catalog::identifier::RequirementPath;
use crate::catalog::quantity::Hours;
use crate::catalog::requirement::{Condition, Experience};
use crate::guidance::profile::{CompletedTraining, HeldCredential, PaidFee, PassedExam, Profile, Schooling};

/// Something that can only be in an applicant's favor.
#[derive(Debug, Clone)]
pub enum Favor {
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

/// Any of them.
pub fn favor() -> impl Strategy<Value = Favor> {
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
pub fn favored(mut profile: Profile, favor: &Favor) -> (Profile, NaiveDate) {
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

/// Whether a favor may turn against an applicant: time where a maximum age is reached, an experience that others lack where a
/// requirement is only for those who have it.
pub fn is_two_edged(favor: &Favor, credential: &Credential) -> bool {
    let mut requirements = credential.routes.iter().flat_map(|route| &route.requirements);
    match favor {
        Favor::Older(_) => requirements.any(|one| matches!(one.condition, Condition::MaximumAge { .. })),
        Favor::Lived(kind) => requirements.any(|one| one.applies_to.contains(kind)),
        _ => false,
    }
}
