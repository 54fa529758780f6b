//! Applicants and their gaps: hours, topics, approvals, recovery, unconfirmed notes.

use chrono::{Days, Months, NaiveDate};
use peerpath_tests::service::Service;
use serde_json::json;

use super::{ONLY, expect, june, paths, with, words};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texas_requires_topics_and_hours_after_a_provisional_certification() {
    let (service, day) = (Service::start().await, june());
    let profile = json!({
        "birth_date": "1990-05-17", "education": "high_school_or_equivalent",
        "lived_experience": {"mental_health": true}, "exams_passed": [],
        "training": [{
            "hours": 46, "approved_for": ["US-TX"],
            "topics": [{"name": "core", "hours": 19.5}, {"name": "Mental Health Supplemental Training", "hours": 26.5}],
        }],
        "work_hours": 120, "volunteer_hours": 0, "code_of_ethics_signed": true, "background_check_passed": true,
        "fees_paid": [{"credential": "us-tx-mhps", "kind": "application"}],
    });
    let to_confirm = json!({
        "other-self-directed-recovery": "confirmed", "attestation-recovery-story": "confirmed",
        "attestation-orientation": "confirmed", "attestation-self-assessment": "confirmed",
        "other-identification": "confirmed",
    });
    let expected = json!({
        "id": "standard", "outcome": "not_yet",
        "met": ["minimum-age", "education", "lived-experience", "code-of-ethics", "background-check"],
        "unmet": {
            // 40 hours of the supplement less 26.5; the total of 59.5 lacks as many.
            "training": {
                "kind": "hours", "hours": 13.5, "topics": [{"name": "Mental health supplemental", "hours": 13.5}],
            },
            "examination": {"kind": "examination"},
            "work-experience": {"kind": "hours", "hours": 130, "topics": []},
        },
        "unknown": to_confirm,
        // Perhaps none of the 120 hours was worked after the provisional certification.
        "hours": {"training": [13.5, 13.5], "work_experience": [130, 250]},
        // The application is paid. Of two fees for training, at least the lower is due, at most both: 300 and 600.
        "fees": [200, 900], "earliest": day,
    });
    expect(&service, ("us-tx-mhps", day), &profile, ONLY, [expected]).await;

    let rest: Vec<&str> = to_confirm.as_object().unwrap().keys().map(String::as_str).collect();
    let later = with(
        &profile,
        json!({
            "training": [
                {"hours": 19.5, "approved_for": ["us-tx-mhps"], "topics": [{"name": "Core", "hours": 19.5}]},
                {
                    "hours": 40, "approved_for": ["US-OK", "US-TX"],
                    "topics": [{"name": "Mental health supplemental", "hours": 40}],
                },
            ],
            "exams_passed": [{"credential": "us-tx-mhps"}], "work_hours": 400, "fees_paid": [],
            "confirmed": paths("us-tx-mhps/standard", &rest),
        }),
    );
    let requirements = words(
        "minimum-age education lived-experience other-self-directed-recovery attestation-recovery-story \
         attestation-orientation attestation-self-assessment training examination code-of-ethics \
         background-check work-experience other-identification",
    );
    let but_work: Vec<&str> = requirements.iter().copied().filter(|id| *id != "work-experience").collect();
    // Even more hours than required do not say when they were worked.
    let expected = json!({
        "id": "standard", "outcome": "undetermined", "met": but_work, "unknown": {"work-experience": "confirmed"},
        "hours": {"work_experience": [0, 250]}, "fees": [60, 60], "earliest": day,
    });
    expect(&service, ("us-tx-mhps", day), &later, ONLY, [expected]).await;
    let last = with(&later, json!({"confirmed": paths("us-tx-mhps/standard", &requirements)}));
    // The list of requirements may be incomplete, so nobody is eligible.
    let expected = json!({
        "id": "standard", "outcome": "no_known_gap", "met": requirements, "fees": [60, 60], "earliest": day,
    });
    expect(&service, ("us-tx-mhps", day), &last, ONLY, [expected]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn california_has_a_standard_route_and_one_for_people_certified_elsewhere() {
    let (service, day) = (Service::start().await, june());
    let standard = words(
        "minimum-age education lived-experience other-dedication-to-recovery attestation-orientation \
         code-of-ethics training examination",
    );
    let profile = json!({
        "age_years": 44, "education": "associate", "lived_experience": {"family": true}, "code_of_ethics_signed": true,
        "training": [{"hours": 80, "approved_for": ["us-ca-cmpss"]}], "exams_passed": [{"credential": "us-ca-cmpss"}],
        "work_hours": 900, "volunteer_hours": 400, "references": 3,
        "credentials_held": [{"credential": "us-or-pss", "issued_on": "2020-03-01"}],
        "confirmed": paths("us-ca-cmpss/standard", &["other-dedication-to-recovery", "attestation-orientation"]),
    });
    let out_of_state = json!({
        "id": "out-of-state", "outcome": "not_yet", "met": ["holds-credential", "references"],
        "unmet": {"work-experience": {"kind": "hours", "hours": 250, "topics": []}},
        // There are 20 hours of any kind, of which 6 must be on law and ethics.
        "unknown": {"training": "training_topics"},
        "hours": {"training": [0, 6], "work_experience": [250, 250]},
        // The route lists no examination, but the credential has a fee for one, so it may be ahead.
        "fees": [100, 250], "earliest": day,
    });
    // The notes on experience, training and examination are not confirmed.
    let mut expected = json!({
        "id": "standard", "outcome": "no_known_gap", "met": standard, "fees": [100, 100], "earliest": day,
    });
    let routes = [expected.clone(), out_of_state.clone()];
    expect(&service, ("us-ca-cmpss", day), &profile, "better_outcome", routes).await;
    let confirmed = with(&profile, json!({"confirmed": paths("us-ca-cmpss/standard", &standard)}));
    expected["outcome"] = json!("eligible");
    expect(&service, ("us-ca-cmpss", day), &confirmed, "better_outcome", [expected, out_of_state]).await;

    // A credential of California is not one of another state. A person of 17 turns 18 within a year.
    let at_home = json!({"age_years": 17, "credentials_held": [{"credential": "us-ca-ccapp-prs"}]});
    let next_year = day + Months::new(12);
    let standard = json!({
        "id": "standard", "outcome": "not_yet", "met": [],
        "unmet": {"minimum-age": {"kind": "years", "years": 1, "met_on": next_year}},
        "unknown": {
            "education": "education", "lived-experience": "lived_experience.mental_health",
            "other-dedication-to-recovery": "confirmed", "attestation-orientation": "confirmed",
            "code-of-ethics": "code_of_ethics_signed", "training": "training", "examination": "exams_passed",
        },
        "hours": {"training": [0, 80]}, "fees": [100, 250], "earliest": next_year,
    });
    let out_of_state = json!({
        "id": "out-of-state", "outcome": "not_yet", "met": [],
        "unmet": {"holds-credential": {"kind": "credential", "any_of": ["any-state"]}},
        "unknown": {"work-experience": "work_hours", "training": "training", "references": "references"},
        "hours": {"training": [0, 20], "work_experience": [0, 1550]}, "fees": [100, 250], "earliest": day,
    });
    expect(&service, ("us-ca-cmpss", day), &at_home, "fewer_hours", [standard, out_of_state]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn complete_routes_with_all_notes_confirmed_make_eligible() {
    let (service, day) = (Service::start().await, june());
    let nd = words(
        "minimum-age lived-experience recovery-time education training code-of-ethics residency references \
         attestation-personal-statement",
    );
    let confirmed = |requirements: &[&str]| json!({"confirmed": paths("us-nd-cpss-i/standard", requirements)});
    // Working in the state is enough, because no percentage is required.
    let profile = json!({
        "birth_date": "1996-02-29", "lived_experience": {"family": true, "mental_health": false}, "recovery_months": 12,
        "education": "master", "training": [{"hours": 40, "approved_for": ["US-ND"]}], "code_of_ethics_signed": true,
        "lives_in": "US-MN", "works_in": ["US-MN", "US-ND"], "references": 4,
        "fees_paid": [{"credential": "us-nd-cpss-i", "kind": "application"}],
    });
    let all = with(&profile, confirmed(&nd[1..]));
    let expected = json!({
        "id": "standard", "outcome": "eligible", "met": nd, "fees": [0, 0], "earliest": day,
    });
    expect(&service, ("us-nd-cpss-i", day), &all, ONLY, [expected]).await;
    let but_a_note = with(&profile, confirmed(&["attestation-personal-statement", "training", "lived-experience"]));
    let expected = json!({
        "id": "standard", "outcome": "no_known_gap", "met": nd, "fees": [0, 0], "earliest": day,
    });
    expect(&service, ("us-nd-cpss-i", day), &but_a_note, ONLY, [expected]).await;
    // No source states the length of the training: a finished course may be enough, and no number is invented.
    let but_training = with(&profile, confirmed(&["attestation-personal-statement"]));
    let but: Vec<&str> = nd.iter().copied().filter(|id| *id != "training").collect();
    let expected = json!({
        "id": "standard", "outcome": "undetermined", "met": but, "unknown": {"training": "confirmed"},
        "hours": {"training": [0, null]}, "fees": [0, 0], "earliest": day,
    });
    expect(&service, ("us-nd-cpss-i", day), &but_training, ONLY, [expected]).await;

    let ky = words(
        "minimum-age education lived-experience recovery-time training other-topic-minimums examination \
         code-of-ethics references residency other-suicide-training other-registration-fee",
    );
    let profile = json!({
        "age_years": 18, "education": "high_school_or_equivalent", "lived_experience": {"substance_use": true},
        "recovery_since": day - Months::new(12), "training": [{"hours": 40, "approved_for": ["US-KY"]}],
        "exams_passed": [{"credential": "us-ky-radpss-temporary"}], "code_of_ethics_signed": true, "references": 2,
        "lives_in": "US-OH", "works_in": ["US-KY"],
    });
    for (outcome, noted) in [("eligible", &ky[3..]), ("no_known_gap", &ky[4..])] {
        let profile = with(&profile, json!({"confirmed": paths("us-ky-radpss-temporary/standard", noted)}));
        let expected = json!({
            "id": "standard", "outcome": outcome, "met": ky, "fees": null, "earliest": day,
        });
        expect(&service, ("us-ky-radpss-temporary", day), &profile, ONLY, [expected]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn maine_requires_two_trainings_one_of_unknown_length() {
    let (service, day) = (Service::start().await, june());
    let profile = json!({
        "education": "bachelor", "lived_experience": {"substance_use": false, "family": true},
        "code_of_ethics_signed": true, "training": [],
    });
    let expected = json!({
        "id": "standard", "outcome": "not_yet", "met": ["education", "lived-experience", "code-of-ethics"],
        "unmet": {
            "training-recovery-coach-academy": {"kind": "hours", "hours": 30, "topics": []},
            "training-ethics": {"kind": "hours", "hours": null, "topics": []},
        },
        "unknown": {"other-affirmation-of-recovery": "confirmed"},
        "hours": {"training": [30, null]}, "fees": null, "earliest": day,
    });
    expect(&service, ("us-me-rprc", day), &profile, ONLY, [expected]).await;
    let trained = with(&profile, json!({"training": [{"hours": 30}]}));
    let expected = json!({
        "id": "standard", "outcome": "undetermined",
        "met": ["education", "lived-experience", "training-recovery-coach-academy", "code-of-ethics"],
        "unknown": {"training-ethics": "confirmed", "other-affirmation-of-recovery": "confirmed"},
        "hours": {"training": [0, null]}, "fees": null, "earliest": day,
    });
    expect(&service, ("us-me-rprc", day), &trained, ONLY, [expected]).await;
    let requirements = words(
        "education lived-experience training-recovery-coach-academy training-ethics code-of-ethics \
         other-affirmation-of-recovery",
    );
    let confirmed = with(&trained, json!({"confirmed": paths("us-me-rprc/standard", &requirements[1..])}));
    let expected = json!({
        "id": "standard", "outcome": "eligible", "met": requirements, "fees": null, "earliest": day,
    });
    expect(&service, ("us-me-rprc", day), &confirmed, ONLY, [expected]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn maryland_requires_recovery_only_with_substance_use() {
    let (service, day) = (Service::start().await, june());
    let profile = json!({
        "birth_date": "2000-02-29", "lives_in": "US-VA", "works_in": ["US-DC", "US-MD"],
        "education": "high_school_or_equivalent",
        "lived_experience": {"family": true, "mental_health": false, "substance_use": false},
        "training": [{"hours": 46, "topics": [
            {"name": "Advocacy", "hours": 10}, {"name": "Education/Mentoring", "hours": 10},
            {"name": "recovery & wellness", "hours": 10}, {"name": "Ethical Responsibility (ethics)", "hours": 16},
        ]}],
        "work_hours": 300, "volunteer_hours": 250, "supervision_hours": 20,
        "exams_passed": [{"name": "State history examination"}], "code_of_ethics_signed": false,
    });
    let expected = json!({
        "id": "standard", "outcome": "not_yet",
        "met": ["minimum-age", "education", "lived-experience", "recovery-time", "work-experience"],
        "unmet": {
            "training": {"kind": "hours", "hours": 4, "topics": [{"name": "Harm reduction", "hours": 4}]},
            "supervision": {"kind": "hours", "hours": 5, "topics": []},
            "code-of-ethics": {"kind": "code_of_ethics"},
        },
        "unknown": {
            // The applicant works here and elsewhere, and no field says whether 51 percent of the time.
            "residency": "confirmed", "other-core-course": "confirmed",
            // The source does not name the examination, so one with any name may be it.
            "examination": "confirmed",
        },
        "hours": {"training": [4, 4], "supervision": [5, 5]}, "fees": null, "earliest": day,
    });
    expect(&service, ("us-md-cprs", day), &profile, ONLY, [expected]).await;

    // Neither substance use nor recovery is stated. The first question is whether recovery is required.
    let silent = json!({"lived_experience": {"family": true, "mental_health": false}, "lives_in": "US-VA"});
    let unknown = json!({
        "minimum-age": "birth_date", "residency": "works_in", "education": "education",
        "recovery-time": "lived_experience.substance_use", "training": "training", "other-core-course": "confirmed",
        "work-experience": "work_hours", "supervision": "supervision_hours", "examination": "exams_passed",
        "code-of-ethics": "code_of_ethics_signed",
    });
    let hours = json!({"training": [0, 50], "work_experience": [0, 500], "supervision": [0, 25]});
    let expected = json!({
        "id": "standard", "outcome": "undetermined", "met": ["lived-experience"], "unknown": unknown, "hours": hours,
        "fees": null, "earliest": null,
    });
    expect(&service, ("us-md-cprs", day), &silent, ONLY, [expected]).await;
    // Two years to the day are enough, required or not. Living and working in two other states is not residency.
    let recovered = with(
        &silent,
        json!({
            "recovery_since": day - Months::new(24), "works_in": ["US-DC", "US-VA"], "age_years": 60,
        }),
    );
    let mut unknown = unknown;
    for known in ["recovery-time", "residency", "minimum-age"] {
        unknown.as_object_mut().unwrap().remove(known);
    }
    let expected = json!({
        "id": "standard", "outcome": "not_yet", "met": ["minimum-age", "lived-experience", "recovery-time"],
        "unmet": {"residency": {"kind": "residency"}}, "unknown": unknown, "hours": hours,
        "fees": null, "earliest": day,
    });
    expect(&service, ("us-md-cprs", day), &recovered, ONLY, [expected]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_required_approval_is_given_here_or_elsewhere_or_unknown() {
    let (service, day) = (Service::start().await, june());
    let tomorrow = day + Days::new(1);
    let profile = json!({
        "birth_date": "1985-11-30", "lived_experience": {"mental_health": true}, "training": [{"hours": 80}],
        // Twelve months end tomorrow.
        "recovery_since": tomorrow - Months::new(12), "background_check_passed": false,
    });
    let mut expected = json!({
        "id": "standard", "outcome": "not_yet", "met": ["minimum-age", "lived-experience"],
        "unmet": {
            "recovery-time": {"kind": "months", "months": 1, "met_on": tomorrow},
            "background-check": {"kind": "background_check"},
        },
        "unknown": {"training": "training_approval", "examination": "exams_passed", "work-experience": "work_hours"},
        "hours": {"training": [0, 80], "work_experience": [0, 1000]}, "fees": null, "earliest": tomorrow,
    });
    expect(&service, ("us-wa-cpss", day), &profile, ONLY, [expected.clone()]).await;

    let elsewhere = with(&profile, json!({"training": [{"hours": 80, "approved_for": ["US-OR"]}]}));
    expected["unmet"]["training"] = json!({"kind": "hours", "hours": 80, "topics": []});
    expected["unknown"].as_object_mut().unwrap().remove("training");
    expected["hours"]["training"] = json!([80, 80]);
    expect(&service, ("us-wa-cpss", day), &elsewhere, ONLY, [expected]).await;

    // One of two courses is approved: the hours of the other may count, and the fee for a training may be ahead.
    let virginia = json!({
        "birth_date": "1971-01-31", "lived_experience": {"mental_health": false, "substance_use": true},
        "recovery_months": 100, "education": "bachelor", "work_hours": 0, "volunteer_hours": 499.75,
        "training": [{"hours": 60, "approved_for": ["US-VA"]}, {"hours": 12}],
        "exams_passed": [{"name": "IC&RC Peer Recovery exam"}], "code_of_ethics_signed": true,
    });
    let expected = json!({
        "id": "standard", "outcome": "not_yet",
        "met": ["minimum-age", "lived-experience", "recovery-time", "education", "examination", "code-of-ethics"],
        "unmet": {"work-experience": {"kind": "hours", "hours": 0.25, "topics": []}},
        "unknown": {"training": "training_approval"},
        "hours": {"training": [0, 12], "work_experience": [0.25, 0.25]}, "fees": [175, 975], "earliest": day,
    });
    expect(&service, ("us-va-cprs", day), &virginia, ONLY, [expected]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn north_carolina_counts_quarters_of_hours_and_has_an_endorsement_for_veterans() {
    let (service, day) = (Service::start().await, june());
    let in_fall = day + Months::new(4);
    let profile = json!({
        "age_years": 18, "lived_experience": {"substance_use": true}, "recovery_months": 8, "references": 1,
        "training": [
            {
                "hours": 50, "approved_for": ["us-nc-cpss"],
                "topics": [{"name": "State-approved peer support course", "hours": 50}],
            },
            {
                "hours": 19.75, "approved_for": ["US-NC"],
                "topics": [{"name": "additional related training", "hours": 19.75}],
            },
        ],
    });
    let short =
        json!({"kind": "hours", "hours": 0.25, "topics": [{"name": "Additional related training", "hours": 0.25}]});
    let expected = json!({
        "id": "standard", "outcome": "not_yet", "met": ["minimum-age", "lived-experience"],
        "unmet": {
            "recovery-time": {"kind": "months", "months": 4, "met_on": in_fall},
            "training": short, "references": {"kind": "references", "count": 1},
        },
        "unknown": {
            "education": "education", "other-application-within-two-years": "confirmed",
            "code-of-ethics": "code_of_ethics_signed",
        },
        // Only the certification: renewal fees and late fees do not count.
        "hours": {"training": [0.25, 0.25]}, "fees": [20, 20], "earliest": in_fall,
    });
    expect(&service, ("us-nc-cpss", day), &profile, ONLY, [expected]).await;

    let all = words("holds-credential lived-experience other-military-record");
    let soldier = |expires_on: NaiveDate| {
        json!({
            "lived_experience": {"mental_health": true}, "veteran": true,
            "confirmed": paths("us-nc-cpss-military/standard", &all),
            "credentials_held": [{"credential": "us-nc-cpss", "expires_on": expires_on}],
        })
    };
    // It is still valid on its last day.
    let expected = json!({
        "id": "standard", "outcome": "eligible", "met": all, "fees": null, "earliest": day,
    });
    expect(&service, ("us-nc-cpss-military", day), &soldier(day), ONLY, [expected]).await;
    // It is not valid the day after, but the note allows applying for it at the same time.
    let mut late = soldier(day - Days::new(1));
    let expected = json!({
        "id": "standard", "outcome": "eligible", "met": all, "fees": null, "earliest": day,
    });
    expect(&service, ("us-nc-cpss-military", day), &late, ONLY, [expected]).await;
    late["confirmed"] = json!(paths("us-nc-cpss-military/standard", &all[1..]));
    let expected = json!({
        "id": "standard", "outcome": "not_yet", "met": &all[1..],
        "unmet": {"holds-credential": {"kind": "credential", "any_of": ["us-nc-cpss"]}}, "fees": null, "earliest": day,
    });
    expect(&service, ("us-nc-cpss-military", day), &late, ONLY, [expected]).await;
    // A title can be that of any credential, and military service is not assumed.
    let titled = json!({
        "lived_experience": {"mental_health": true}, "credentials_held": [{"title": "Peer Support Specialist (NC)"}],
    });
    let expected = json!({
        "id": "standard", "outcome": "undetermined", "met": [],
        "unknown": {
            "holds-credential": "confirmed", "lived-experience": "veteran", "other-military-record": "confirmed",
        },
        "fees": null, "earliest": day,
    });
    expect(&service, ("us-nc-cpss-military", day), &titled, ONLY, [expected]).await;
    // A person who never served cannot close this gap, so there is no date.
    let civilian = json!({
        "lived_experience": {"mental_health": true}, "veteran": false,
        "credentials_held": [{"credential": "us-nc-cpss"}],
    });
    let expected = json!({
        "id": "standard", "outcome": "not_yet", "met": ["holds-credential"],
        "unmet": {"lived-experience": {"kind": "experience", "any_of": [], "also": ["veteran"]}},
        "unknown": {"other-military-record": "confirmed"}, "fees": null, "earliest": null,
    });
    expect(&service, ("us-nc-cpss-military", day), &civilian, ONLY, [expected]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unstated_facts_are_asked_and_denied_facts_are_gaps() {
    let (service, day) = (Service::start().await, june());
    let mut expected = json!({
        "id": "standard", "outcome": "undetermined", "met": [],
        "unknown": {
            "minimum-age": "birth_date", "lived-experience": "lived_experience.mental_health",
            "other-treatment": "confirmed", "education": "education", "other-pattern-of-recovery": "confirmed",
            "training": "training", "examination": "exams_passed",
        },
        "hours": {"training": [0, 30]}, "fees": null, "earliest": null,
    });
    expect(&service, ("us-ky-apss", day), &json!({}), ONLY, [expected.clone()]).await;
    // If one of two is denied, the other is asked.
    let half = json!({"lived_experience": {"mental_health": false}});
    expected["unknown"]["lived-experience"] = json!("lived_experience.substance_use");
    expect(&service, ("us-ky-apss", day), &half, ONLY, [expected.clone()]).await;
    // If both are denied, the requirement is unmet, unless its note allows another way and the applicant confirms it.
    let neither = json!({
        "lived_experience": {"mental_health": false, "substance_use": false}, "age_years": 50,
        "confirmed": paths("us-ky-apss/standard", &["education", "other-treatment"]),
        "education": "less_than_high_school",
    });
    let expected = json!({
        "id": "standard", "outcome": "not_yet", "met": ["minimum-age", "other-treatment"],
        "unmet": {
            "lived-experience": {"kind": "experience", "any_of": ["mental_health", "substance_use"], "also": []},
            "education": {"kind": "education", "level": "high_school_or_equivalent"},
        },
        "unknown": {"other-pattern-of-recovery": "confirmed", "training": "training", "examination": "exams_passed"},
        "hours": {"training": [0, 30]}, "fees": null, "earliest": null,
    });
    expect(&service, ("us-ky-apss", day), &neither, ONLY, [expected]).await;
}
