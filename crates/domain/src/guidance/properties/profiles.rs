//! Any profile in which nothing is impossible.

use chrono::{NaiveDate, TimeDelta};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::{catalog, credentials, today};
use crate::catalog::credential::{Credential, FeeKind, Route};
use crate::catalog::identifier::{JurisdictionCode, RequirementPath};
use crate::catalog::quantity::Hours;
use crate::catalog::reference::CredentialReference;
use crate::catalog::requirement::Requirement;
use crate::guidance::profile::{
    CompletedTraining, HeldCredential, LivedExperience, PaidFee, PassedExam, Profile, Schooling, TopicHours,
};

/// Every requirement of the catalog.
pub fn paths() -> Vec<RequirementPath> {
    let of = |credential: &Credential| {
        let of_route = |route: &Route| {
            let path = |requirement: &Requirement| {
                format!("{}/{}/{}", credential.id, route.id, requirement.id).parse().unwrap()
            };
            route.requirements.iter().map(path).collect::<Vec<RequirementPath>>()
        };
        credential.routes.iter().flat_map(of_route).collect::<Vec<_>>()
    };
    catalog().credentials.iter().flat_map(of).collect()
}

pub fn hours(most: u32) -> impl Strategy<Value = Hours> {
    prop_oneof![
        Just(Hours::ZERO),
        (0..most).prop_map(Hours::whole),
        (0..most).prop_map(|n| Hours::whole(n) + Hours::QUARTER)
    ]
}

pub fn trainings() -> impl Strategy<Value = Vec<CompletedTraining>> {
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

fn code(text: &str) -> JurisdictionCode {
    text.parse().unwrap()
}

/// Any profile in which nothing is impossible.
pub fn profile() -> impl Strategy<Value = Profile> {
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
