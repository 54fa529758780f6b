//! Judging at the edges: what is just enough, what is just not, and what would have to be known.

mod assessments;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::applicant::Applicant;
use super::assessment::assess_route;
use super::catalog;
use super::judge::judge;
use super::profile::Profile;
use super::verdict::{Gap, Question, Verdict};
use crate::catalog::credential::Credential;
use crate::catalog::quantity::Hours;
use crate::catalog::requirement::Requirement;

fn today() -> NaiveDate {
    "2026-11-25".parse().unwrap()
}

/// A requirement whose note, and whom it concerns, stand beside the fields of its condition.
fn named(id: char, mut condition: Value) -> Requirement {
    let mut take = |field: &str| condition.as_object_mut().unwrap().remove(field);
    let (note, applies_to) = (take("note"), take("applies_to").unwrap_or_else(|| json!([])));
    let whole = json!({"id": id, "condition": condition, "applies_to": applies_to, "note": note, "source": "us-tx/a"});
    serde_json::from_value(whole).unwrap()
}

/// A verdict in a word: `met`, what is missing, or what is asked. A requirement of Texas unless another credential is named.
fn told_of(credential: &str, requirement: Value, profile: Value) -> String {
    let requirement = named('a', requirement);
    let profile: Profile = serde_json::from_value(profile).unwrap();
    let mut credential: Credential = catalog().credentials.get(&credential.parse().unwrap()).unwrap().clone();
    credential.routes.truncate(1);
    credential.routes[0].id = "r".parse().unwrap();
    credential.routes[0].requirements = vec![requirement];
    let route = &credential.routes[0];
    let applicant = Applicant::new(&profile, catalog(), today());
    let judgment =
        judge(&route.requirements[0], (&credential, route), &applicant, applicant.confirmed(&credential, route));
    let ahead = judgment.hours_ahead;
    assert!(judgment.verdict != Verdict::Met || ahead.at_most.is_some_and(|most| most.steps() == 0));
    match judgment.verdict {
        Verdict::Met => "met".into(),
        Verdict::Unknown(question) => {
            assert_eq!(ahead.at_least.steps(), 0, "what is not known to be missing is not surely ahead");
            question.id().into()
        }
        Verdict::Unmet(Gap::Hours { hours: Some(hours), .. }) => {
            assert_eq!(hours, ahead.at_least);
            format!("-{hours}")
        }
        Verdict::Unmet(Gap::Hours { hours: None, .. }) => "-?".into(),
        Verdict::Unmet(Gap::Months { months, met_on }) => format!("-{months} {met_on}"),
        Verdict::Unmet(Gap::Years { years, met_on }) => format!("-{years} {met_on}"),
        Verdict::Unmet(Gap::Youth { years }) => format!("+{years}"),
        Verdict::Unmet(Gap::References { count }) => format!("-{count}"),
        Verdict::Unmet(_) => "unmet".into(),
    }
}

fn told(requirement: Value, profile: Value) -> String {
    told_of("us-tx-mhps", requirement, profile)
}

#[test]
fn ages_and_recoveries_are_reached_on_the_day() {
    let adult = || json!({"kind": "minimum_age", "years": 18});
    let young = || json!({"kind": "maximum_age", "years": 26});
    let recovered = || json!({"kind": "recovery_time", "months": 12});
    for (requirement, profile, expected) in [
        (adult(), json!({"birth_date": "2008-11-25"}), "met"),
        (adult(), json!({"birth_date": "2008-11-26"}), "-1 2026-11-26"),
        (adult(), json!({"age_years": 18}), "met"),
        (adult(), json!({"age_years": 16}), "-2 2028-11-25"),
        (adult(), json!({}), "birth_date"),
        (young(), json!({"birth_date": "1999-11-26"}), "met"),
        (young(), json!({"birth_date": "1999-11-25"}), "+1"),
        (young(), json!({"age_years": 26}), "met"),
        (young(), json!({"age_years": 29}), "+3"),
        (young(), json!({}), "birth_date"),
        (recovered(), json!({"recovery_since": "2025-11-25"}), "met"),
        (recovered(), json!({"recovery_since": "2025-11-26"}), "-1 2026-11-26"),
        (recovered(), json!({"recovery_months": 12}), "met"),
        (recovered(), json!({"recovery_months": 9}), "-3 2027-02-25"),
        (recovered(), json!({}), "recovery_since"),
    ] {
        assert_eq!(told(requirement.clone(), profile.clone()), expected, "{requirement} {profile}");
    }
}

/// A credential of Texas with one route, which asks for this.
fn asking(requirements: &[Value]) -> Credential {
    let mut credential: Credential = catalog().credentials.get(&"us-tx-mhps".parse().unwrap()).unwrap().clone();
    credential.routes.truncate(1);
    let numbered = requirements.iter().zip('a'..).map(|(requirement, id)| named(id, requirement.clone()));
    credential.routes[0].requirements = numbered.collect();
    credential
}

#[test]
fn hours_and_counts_are_enough_or_a_quarter_short() {
    let training = |more: Value| {
        let mut whole = json!({"kind": "training", "hours": 40});
        whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        whole
    };
    let work = |counts: Value| json!({"kind": "work_experience", "hours": 500, "volunteer_counts": counts});
    let of = |hours: f64| json!({"training": [{"hours": hours}]});
    let topics = || json!({"topics": [{"name": "Ethics", "hours": 16}, {"name": "Advocacy", "hours": 10}]});
    let named = |ethics: f64, advocacy: f64| {
        let topics = json!([{"name": "ethics", "hours": ethics}, {"name": "Advocacy", "hours": advocacy}]);
        json!({"training": [{"hours": 40, "topics": topics}]})
    };
    for (requirement, profile, expected) in [
        (json!({"kind": "supervision", "hours": 25}), json!({"supervision_hours": 25}), "met"),
        (json!({"kind": "supervision", "hours": 25}), json!({"supervision_hours": 24.75}), "-0.25"),
        (json!({"kind": "supervision", "hours": 25}), json!({}), "supervision_hours"),
        (json!({"kind": "practicum", "hours": 80}), json!({"practicum_hours": 80}), "met"),
        (json!({"kind": "practicum", "hours": 80}), json!({"practicum_hours": 0}), "-80"),
        (json!({"kind": "practicum", "hours": 80}), json!({}), "practicum_hours"),
        (json!({"kind": "references", "count": 2}), json!({"references": 2}), "met"),
        (json!({"kind": "references", "count": 3}), json!({"references": 1}), "-2"),
        (training(json!({})), of(40.0), "met"),
        (training(json!({})), of(39.75), "-0.25"),
        (training(json!({})), json!({"training": [{"hours": 20}, {"hours": 20}]}), "met"),
        (training(json!({})), json!({"training": []}), "-40"),
        (training(json!({"hours": null})), json!({"training": []}), "-?"),
        (training(json!({"hours": null})), of(80.0), "confirmed"),
        (training(json!({"approved_provider": true})), of(40.0), "training_approval"),
        (training(json!({"approved_provider": true})), of(39.0), "-1"),
        (
            training(json!({"approved_provider": true})),
            json!({"training": [{"hours": 40, "approved_for": ["US-TX"]}]}),
            "met",
        ),
        (
            training(json!({"approved_provider": true})),
            json!({"training": [{"hours": 40, "approved_for": ["US-WA"]}, {"hours": 9, "approved_for": ["us-tx-mhps"]}]}),
            "-31",
        ),
        (training(topics()), of(40.0), "training_topics"),
        (training(topics()), named(16.0, 10.0), "met"),
        (training(topics()), named(15.0, 10.0), "confirmed"),
        (training(topics()), named(2.0, 37.75), "-13.75"),
        (work(json!(true)), json!({"work_hours": 300, "volunteer_hours": 200}), "met"),
        (work(json!(true)), json!({"work_hours": 300, "volunteer_hours": 199.75}), "-0.25"),
        (work(json!(true)), json!({"work_hours": 300}), "volunteer_hours"),
        (work(json!(true)), json!({"volunteer_hours": 300}), "work_hours"),
        (work(json!(true)), json!({"volunteer_hours": 500}), "met"),
        (work(json!(false)), json!({"work_hours": 300, "volunteer_hours": 900}), "-200"),
        (work(json!(false)), json!({"work_hours": 500}), "met"),
        (work(json!(null)), json!({"work_hours": 500}), "met"),
        (work(json!(null)), json!({"work_hours": 300, "volunteer_hours": 200}), "confirmed"),
        (work(json!(null)), json!({"work_hours": 300, "volunteer_hours": 100}), "-100"),
        (work(json!(null)), json!({"work_hours": 300}), "volunteer_hours"),
        (json!({"kind": "work_experience", "hours": null}), json!({"work_hours": 0, "volunteer_hours": 0}), "-?"),
        (json!({"kind": "work_experience", "hours": null}), json!({"work_hours": 900}), "confirmed"),
        (json!({"kind": "work_experience", "hours": null}), json!({"work_hours": 0}), "volunteer_hours"),
        (json!({"kind": "work_experience", "hours": null}), json!({"volunteer_hours": 0}), "work_hours"),
        (
            json!({"kind": "work_experience", "hours": 250, "within_months_after": 6}),
            json!({"work_hours": 250}),
            "confirmed",
        ),
        (
            json!({"kind": "work_experience", "hours": 250, "within_months_after": 6}),
            json!({"work_hours": 249, "volunteer_hours": 0}),
            "-1",
        ),
    ] {
        assert_eq!(told(requirement.clone(), profile.clone()), expected, "{requirement} {profile}");
    }
}

#[test]
fn the_topics_of_a_training_are_told_that_lack_hours_and_what_would_have_to_be_known_of_it() {
    let topics = json!([{"name": "Ethics", "hours": 16}, {"name": "Advocacy", "hours": 10}]);
    let requirement = json!({"kind": "training", "hours": 40, "topics": topics, "approved_provider": true});
    let credential = asking(std::slice::from_ref(&requirement));
    for (hours, ethics, advocacy, expected) in [
        (25, 16, 9, vec![("Advocacy", 1)]),
        (25, 15, 10, vec![("Ethics", 1)]),
        (26, 16, 10, vec![]),
        (12, 6, 4, vec![("Ethics", 8), ("Advocacy", 4)]),
    ] {
        let named = json!([{"name": "Ethics", "hours": ethics}, {"name": "Advocacy", "hours": advocacy}]);
        let training = json!([{"hours": hours, "topics": named, "approved_for": ["US-TX"]}]);
        let profile: Profile = serde_json::from_value(json!({"training": training})).unwrap();
        let applicant = Applicant::new(&profile, catalog(), today());
        let judged = assess_route(&credential, &credential.routes[0], &applicant).judgments;
        let Verdict::Unmet(Gap::Hours { topics, .. }) = &judged[0].verdict else { panic!("{:?}", judged[0].verdict) };
        let lacking: Vec<_> = topics.iter().map(|lack| (lack.name.to_string(), lack.hours)).collect();
        let expected: Vec<_> =
            expected.into_iter().map(|(name, hours)| (name.to_owned(), Hours::whole(hours))).collect();
        assert_eq!(lacking, expected, "{training}");
    }
    for (approved, expected) in [(40, "training_topics"), (39, "training_approval")] {
        let training = json!([{"hours": approved, "approved_for": ["US-TX"]}, {"hours": 5}]);
        assert_eq!(told(requirement.clone(), json!({"training": training})), expected);
    }
}

#[test]
fn what_was_lived_learned_passed_held_and_where_one_lives_is_judged() {
    let lived = |also: Value| json!({"kind": "lived_experience", "any_of": ["mental_health", "family"], "also": also});
    let educated = || json!({"kind": "education", "level": "associate"});
    let exam = |name: Value| json!({"kind": "examination", "name": name});
    let held = |any_of: Value| json!({"kind": "holds_credential", "any_of": any_of});
    let holds = |id: &str| json!({"credentials_held": [{"credential": id}]});
    let here = |percent: Value| json!({"kind": "residency", "live_or_work_percent": percent});
    for (requirement, profile, expected) in [
        (lived(json!([])), json!({"lived_experience": {"family": true}}), "met"),
        (lived(json!([])), json!({"lived_experience": {"mental_health": false}}), "lived_experience.family"),
        (lived(json!([])), json!({"lived_experience": {"mental_health": false, "family": false}}), "unmet"),
        (lived(json!(["veteran"])), json!({"lived_experience": {"family": true}}), "veteran"),
        (lived(json!(["veteran"])), json!({"lived_experience": {"family": true}, "veteran": true}), "met"),
        (lived(json!(["veteran"])), json!({"veteran": false}), "unmet"),
        (educated(), json!({"education": "associate"}), "met"),
        (educated(), json!({"education": "high_school_or_equivalent"}), "unmet"),
        (educated(), json!({}), "education"),
        (exam(json!(null)), json!({}), "exams_passed"),
        (exam(json!(null)), json!({"exams_passed": []}), "unmet"),
        (exam(json!(null)), json!({"exams_passed": [{"credential": "us-tx-mhps"}]}), "met"),
        (exam(json!(null)), json!({"exams_passed": [{"credential": "us-tx-rsps"}]}), "confirmed"),
        (exam(json!("IC&RC PR")), json!({"exams_passed": [{"name": "ic rc pr examination"}]}), "met"),
        (exam(json!("IC&RC PR")), json!({"exams_passed": [{"name": "not the IC&RC PR exam"}]}), "confirmed"),
        (held(json!(["US-WA"])), holds("us-wa-cpss"), "met"),
        (held(json!(["US-WA"])), holds("us-wa-cpsst"), "confirmed"),
        (held(json!(["us-wa-cpsst"])), holds("us-wa-cpsst"), "met"),
        (held(json!(["any-state"])), holds("us-wa-cpss"), "met"),
        (held(json!(["any-state"])), holds("us-tx-rsps"), "unmet"),
        (held(json!(["any-state"])), holds("mha-ncps"), "unmet"),
        (held(json!(["ic-rc"])), holds("ic-rc-pr"), "met"),
        (
            held(json!(["US-WA"])),
            json!({"credentials_held": [{"credential": "us-wa-cpss", "expires_on": "2026-11-25"}]}),
            "met",
        ),
        (
            held(json!(["US-WA"])),
            json!({"credentials_held": [{"credential": "us-wa-cpss", "expires_on": "2026-11-24"}]}),
            "unmet",
        ),
        (here(json!(null)), json!({}), "lives_in"),
        (here(json!(null)), json!({"lives_in": "US-TX"}), "met"),
        (here(json!(null)), json!({"lives_in": "US-WA"}), "works_in"),
        (here(json!(null)), json!({"lives_in": "US-WA", "works_in": []}), "unmet"),
        (here(json!(null)), json!({"lives_in": "US-WA", "works_in": ["US-WA", "US-TX"]}), "met"),
        (here(json!(51)), json!({"works_in": ["US-WA", "US-TX"]}), "confirmed"),
        (here(json!(51)), json!({"works_in": ["US-TX", "US-TX"]}), "met"),
        (here(json!(51)), json!({"works_in": ["US-WA"]}), "lives_in"),
    ] {
        assert_eq!(told(requirement.clone(), profile.clone()), expected, "{requirement} {profile}");
    }
    assert_eq!(told_of("ic-rc-pr", here(json!(51)), json!({"lives_in": "US-TX"})), "confirmed");
}

#[test]
fn whom_a_requirement_does_not_concern_has_met_it_and_a_confirmation_settles_what_no_field_does() {
    let some = |note: Value| json!({"kind": "recovery_time", "months": 12, "applies_to": ["mental_health", "substance_use"], "note": note});
    let confirmed = |mut profile: Value| {
        profile["confirmed"] = json!(["us-tx-mhps/r/a"]);
        profile
    };
    let short = || json!({"recovery_since": "2026-11-01"});
    let of = |kind: &str, lived: bool| {
        let mut profile = short();
        profile["lived_experience"] = json!({kind: lived});
        profile
    };
    let nobody = json!({"lived_experience": {"mental_health": false, "substance_use": false}});
    let work = |note: Value| json!({"kind": "work_experience", "hours": 500, "volunteer_counts": false, "note": note});
    let training = || json!({"kind": "training", "hours": 40, "note": "Or another"});
    let none = || json!({"work_hours": 0, "training": []});
    let other = || json!({"kind": "other", "summary": "A driver's license"});
    for (requirement, profile, expected) in [
        (some(json!(null)), nobody, "met"),
        (some(json!(null)), short(), "lived_experience.mental_health"),
        (some(json!(null)), of("mental_health", false), "lived_experience.substance_use"),
        (some(json!(null)), of("substance_use", true), "-12 2027-11-01"),
        (some(json!("Or so")), confirmed(of("substance_use", true)), "-12 2027-11-01"),
        (some(json!(null)), json!({"recovery_since": "2020-01-01"}), "met"),
        (
            json!({"kind": "supervision", "hours": 25, "applies_to": ["family"]}),
            json!({"supervision_hours": 5}),
            "lived_experience.family",
        ),
        (other(), json!({}), "confirmed"),
        (other(), confirmed(json!({})), "met"),
        (work(json!(null)), confirmed(none()), "-500"),
        (work(json!("A year of college will do")), confirmed(none()), "met"),
        (work(json!("A year of college will do")), none(), "-500"),
        (training(), confirmed(none()), "-40"),
        (training(), confirmed(json!({})), "met"),
        (json!({"kind": "attestation", "of": "interview"}), json!({}), "confirmed"),
        (json!({"kind": "background_check"}), json!({"background_check_passed": true}), "met"),
        (json!({"kind": "background_check"}), json!({"background_check_passed": false}), "unmet"),
        (json!({"kind": "background_check"}), json!({}), "background_check_passed"),
        (json!({"kind": "code_of_ethics"}), json!({"code_of_ethics_signed": true}), "met"),
        (json!({"kind": "code_of_ethics"}), json!({"code_of_ethics_signed": false}), "unmet"),
        (json!({"kind": "code_of_ethics"}), json!({}), "code_of_ethics_signed"),
    ] {
        assert_eq!(told(requirement.clone(), profile.clone()), expected, "{requirement} {profile}");
    }
    assert_eq!(Question::Confirmed.pointer(), "/confirmed/-");
}
