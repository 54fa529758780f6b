//! Credentials with several routes, with age limits, or without known requirements.

use chrono::Datelike;
use peerpath_tests::service::Service;
use serde_json::{Value, json};

use super::{ONLY, date, expect, june, paths, standing, with, words};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_better_of_two_routes_comes_first() {
    let (service, day) = (Service::start().await, june());
    // Oregon: whether the rules on abstinence apply depends on facts that are not stated.
    let oregon = json!({
        "birth_date": "1999-12-31", "lived_experience": {"mental_health": true}, "background_check_passed": true,
        "training": [{"hours": 39.75, "approved_for": ["us-or-pss"]}],
    });
    let usual = json!({
        "other-abstinence-rules": "lived_experience.substance_use", "other-not-excluded-from-medicaid": "confirmed",
        "other-oral-health-training": "confirmed",
    });
    let mut certified = usual.clone();
    certified["other-certifying-body-standards"] = json!("confirmed");
    let met = words("minimum-age lived-experience background-check");
    let best = json!({
        "id": "outside-certification", "outcome": "undetermined", "met": met, "unknown": certified,
        "fees": null, "earliest": day,
    });
    let other = json!({
        "id": "standard", "outcome": "not_yet", "met": met, "unknown": usual,
        "unmet": {"training": {"kind": "hours", "hours": 0.25, "topics": []}},
        "hours": {"training": [0.25, 0.25]}, "fees": null, "earliest": day,
    });
    expect(&service, ("us-or-pss", day), &oregon, "better_outcome", [best, other]).await;
    // With a quarter of an hour more and no substance use, the standard route has one question less.
    let exactly = with(
        &oregon,
        json!({
            "training": [{"hours": 40, "approved_for": ["us-or-pss"]}],
            "lived_experience": {"mental_health": true, "substance_use": false},
        }),
    );
    let both = json!({"other-not-excluded-from-medicaid": "confirmed", "other-oral-health-training": "confirmed"});
    let mut three = both.clone();
    three["other-certifying-body-standards"] = json!("confirmed");
    let best = json!({
        "id": "standard", "outcome": "undetermined", "unknown": both, "fees": null, "earliest": day,
        "met": ["minimum-age", "lived-experience", "other-abstinence-rules", "training", "background-check"],
    });
    let other = json!({
        "id": "outside-certification", "outcome": "undetermined", "unknown": three, "fees": null, "earliest": day,
        "met": ["minimum-age", "lived-experience", "other-abstinence-rules", "background-check"],
    });
    expect(&service, ("us-or-pss", day), &exactly, "fewer_questions", [best, other]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_degree_halves_the_hours_after_the_first_certification() {
    let (service, day) = (Service::start().await, june());
    // Idaho: with a degree, half of the hours are enough. That they followed the first certification must be confirmed.
    let idaho = json!({
        "birth_date": "1994-07-04", "lived_experience": {"mental_health": true}, "recovery_months": 30,
        "training": [{"hours": 40, "approved_for": ["us-id-cpss"]}], "code_of_ethics_signed": true,
        "education": "bachelor", "work_hours": 60, "volunteer_hours": 45, "supervision_hours": 20,
    });
    let met = words("minimum-age lived-experience recovery-time training code-of-ethics education supervision");
    let best = json!({
        "id": "human-services-degree", "outcome": "undetermined", "met": met,
        "unknown": {"work-experience": "confirmed"},
        "hours": {"work_experience": [0, 100]}, "fees": null, "earliest": day,
    });
    let other = json!({
        "id": "standard", "outcome": "not_yet", "met": met,
        "unmet": {"work-experience": {"kind": "hours", "hours": 95, "topics": []}},
        "hours": {"work_experience": [95, 200]}, "fees": null, "earliest": day,
    });
    expect(&service, ("us-id-cpss", day), &idaho, "better_outcome", [best, other]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provisional_credential_opens_a_shorter_route_for_a_family_peer() {
    let (service, day) = (Service::start().await, june());
    // Florida: unpaid hours count on the route from the provisional certificate, and perhaps elsewhere.
    let florida = json!({
        "lived_experience": {"family": true}, "education": "high_school_or_equivalent", "training": [{"hours": 42}],
        "work_hours": 200, "volunteer_hours": 350, "exams_passed": [], "references": 1,
        "credentials_held": [{"title": "Notary"}, {"credential": "us-fl-crps-p"}],
    });
    let best = json!({
        "id": "provisional-upgrade", "outcome": "undetermined",
        "met": ["lived-experience", "education", "holds-credential", "work-experience", "references"],
        "unknown": {"other-on-the-job-supervision": "confirmed", "background-check": "background_check_passed"},
        "fees": null, "earliest": day,
    });
    let other = json!({
        "id": "standard", "outcome": "not_yet", "met": ["lived-experience", "education", "training"],
        "unmet": {"examination": {"kind": "examination"}},
        "unknown": {"work-experience": "confirmed", "background-check": "background_check_passed"},
        "hours": {"work_experience": [0, 300]}, "fees": null, "earliest": day,
    });
    expect(&service, ("us-fl-crps-f", day), &florida, "better_outcome", [best, other]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_applicant_can_pass_the_age_limit_while_waiting() {
    let (service, day) = (Service::start().await, june());
    // Georgia, up to 26: this applicant turns 27 in November, and nine months of recovery are missing.
    let (born, since) = (date(day.year() - 27, 11, 15), date(day.year(), 3, 15));
    let georgia = json!({
        "birth_date": born, "lived_experience": {"substance_use": true}, "recovery_since": since, "training": [],
    });
    let open = json!({
        "other-year-since-diagnosis": "confirmed", "education": "education",
        "other-letters-of-reference": "confirmed",
    });
    let untrained = json!({"kind": "hours", "hours": null, "topics": []});
    let mut expected = json!({
        "id": "standard", "outcome": "not_yet", "met": ["minimum-age", "maximum-age", "lived-experience"],
        "unmet": {
            "recovery-time": {"kind": "months", "months": 9, "met_on": date(day.year() + 1, 3, 15)},
            "training": untrained,
        },
        "unknown": open, "hours": {"training": [0, null]}, "fees": null, "earliest": null,
    });
    expect(&service, ("us-ga-cps-y", day), &georgia, ONLY, [expected.clone()]).await;
    // Turning 27 the day after the twelve months end is young enough; on that day, it is not.
    let full = date(day.year() + 1, 3, 15);
    for (day_of_march, earliest) in [(16, json!(full)), (15, Value::Null)] {
        let younger = with(&georgia, json!({"birth_date": date(full.year() - 27, 3, day_of_march)}));
        expected["earliest"] = earliest;
        expect(&service, ("us-ga-cps-y", day), &younger, ONLY, [expected.clone()]).await;
    }
    // The age limit cannot be met again. Recovery is not required without substance use.
    let too_old = json!({
        "age_years": 27, "lived_experience": {"mental_health": true, "substance_use": false}, "training": [],
    });
    let expected = json!({
        "id": "standard", "outcome": "not_yet", "met": ["minimum-age", "lived-experience", "recovery-time"],
        "unmet": {"maximum-age": {"kind": "youth", "years": 1}, "training": untrained},
        "unknown": open, "hours": {"training": [0, null]}, "fees": null, "earliest": null,
    });
    expect(&service, ("us-ga-cps-y", day), &too_old, ONLY, [expected]).await;

    // Ohio, up to and including 30: experience of any length can replace the training.
    let ohio = json!({
        "age_years": 30, "lived_experience": {"youth": true}, "education": "associate", "training": [],
        "volunteer_hours": 3000, "code_of_ethics_signed": true, "exams_passed": [{"credential": "us-oh-cyps"}],
    });
    let met = words("minimum-age maximum-age lived-experience education examination code-of-ethics");
    let best = json!({
        "id": "experience", "outcome": "undetermined", "met": met,
        "unknown": {"work-experience": "confirmed", "background-check": "background_check_passed"},
        "hours": {"work_experience": [0, null]}, "fees": null, "earliest": day,
    });
    let other = json!({
        "id": "standard", "outcome": "not_yet", "met": met,
        "unmet": {"training": {"kind": "hours", "hours": 40, "topics": []}},
        "unknown": {"background-check": "background_check_passed"},
        "hours": {"training": [40, 40]}, "fees": null, "earliest": day,
    });
    expect(&service, ("us-oh-cyps", day), &ohio, "better_outcome", [best, other]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_national_credential_leaves_residency_to_the_member_board() {
    let (service, day) = (Service::start().await, june());
    let profile = json!({
        "lived_experience": {"mental_health": true}, "education": "bachelor",
        "lives_in": "US-AZ", "works_in": ["US-AZ"],
        "training": [{"hours": 48, "topics": [
            {"name": "Advocacy", "hours": 10}, {"name": "Mentoring and Education", "hours": 12},
            {"name": "Recovery and Wellness Support", "hours": 10}, {"name": "Ethical Responsibility", "hours": 16},
        ]}],
        "exams_passed": [{"name": "IC&RC Peer Recovery Exam"}],
        "work_hours": 480, "volunteer_hours": 20, "supervision_hours": 24.75, "code_of_ethics_signed": true,
    });
    let met = words("lived-experience education training work-experience examination code-of-ethics");
    let expected = json!({
        "id": "minimum-standards", "outcome": "not_yet", "met": met,
        "unmet": {"supervision": {"kind": "hours", "hours": 0.25, "topics": []}}, "unknown": {"residency": "confirmed"},
        "hours": {"supervision": [0.25, 0.25]}, "fees": null, "earliest": day,
    });
    expect(&service, ("ic-rc-pr", day), &profile, ONLY, [expected]).await;
    let confirmed = paths("ic-rc-pr/minimum-standards", &["residency"]);
    let ready = with(&profile, json!({"supervision_hours": 25, "confirmed": confirmed}));
    let expected = json!({
        "id": "minimum-standards", "outcome": "eligible", "fees": null, "earliest": day,
        "met": [
            "lived-experience", "education", "training", "work-experience", "supervision", "residency", "examination",
            "code-of-ethics",
        ],
    });
    expect(&service, ("ic-rc-pr", day), &ready, ONLY, [expected]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_requirements_and_closed_credentials_are_reported() {
    let (service, day) = (Service::start().await, june());
    let profile = json!({"age_years": 40, "lived_experience": {"family": true, "substance_use": true}, "training": []});
    // Without known requirements, anybody may qualify. For a closed credential, nobody does.
    for (credential, outcome) in [("us-ct-cprs", "undetermined"), ("us-ia-mhpss", "not_yet")] {
        let found = standing(&service, credential, day, &profile).await;
        assert_eq!(found, json!({"outcome": outcome, "because": null, "routes": []}), "{credential}");
    }
    // An announced credential with requirements has verdicts, but no date.
    let expected = json!({
        "id": "standard", "outcome": "not_yet", "open": false, "met": ["lived-experience"],
        "unmet": {"training": {"kind": "hours", "hours": null, "topics": []}},
        "hours": {"training": [0, null]}, "fees": null, "earliest": null,
    });
    expect(&service, ("us-mt-fpss", day), &profile, ONLY, [expected]).await;
    // Without a stated fee for application or certification, there is no upper bound.
    for (exams, fees, verdict) in [
        (json!([]), [50, 0], json!({"unmet": {"examination": {"kind": "examination"}}})),
        (Value::Null, [0, 0], json!({"unknown": {"education": "education", "examination": "exams_passed"}})),
    ] {
        let profile = with(&profile, json!({"exams_passed": exams, "training": [{"hours": 20, "approved_for": []}]}));
        let mut expected = json!({
            "id": "standard", "outcome": "not_yet", "met": ["minimum-age", "lived-experience"],
            "unmet": {}, "unknown": {"education": "education"},
            "hours": {"training": [0, null]}, "fees": [fees[0], null], "earliest": day,
        });
        expected.as_object_mut().unwrap().extend(verdict.as_object().unwrap().clone());
        // The only finished course is not approved anywhere.
        expected["unmet"]["training"] = json!({"kind": "hours", "hours": null, "topics": []});
        expect(&service, ("us-wi-cps", day), &profile, ONLY, [expected]).await;
    }
}
