//! What verdicts come to at the edges: when, by which route, for how much.

use serde_json::{Value, json};

use super::super::applicant::Applicant;
use super::super::assessment::{Outcome, RankedBy, assess, assess_route, rank};
use super::super::catalog;
use super::super::profile::Profile;
use super::{asking, today};
use crate::catalog::credential::{Credential, CredentialStatus};
use crate::catalog::identifier::Identifier;
use crate::catalog::quantity::{Hours, Usd};
use crate::catalog::selection::Bounds;
use crate::catalog::source::Completeness;

/// The first day on which time alone stands in the way no more, of a route with these requirements.
fn earliest(requirements: &[Value], profile: Value) -> Option<String> {
    let profile: Profile = serde_json::from_value(profile).unwrap();
    let credential = asking(requirements);
    let applicant = Applicant::new(&profile, catalog(), today());
    assess_route(&credential, &credential.routes[0], &applicant).earliest_date.map(|day| day.to_string())
}

#[test]
fn whoever_outgrows_a_credential_while_they_wait_has_no_earliest_date() {
    let wanted = [json!({"kind": "maximum_age", "years": 26}), json!({"kind": "recovery_time", "months": 12})];
    for (profile, expected) in [
        (json!({"birth_date": "1999-11-26", "recovery_since": "2025-11-25"}), Some("2026-11-25")),
        (json!({"birth_date": "1999-11-26", "recovery_since": "2025-11-26"}), None),
        (json!({"birth_date": "1999-11-27", "recovery_since": "2025-11-26"}), Some("2026-11-26")),
        (json!({"birth_date": "1999-11-27", "recovery_since": "2025-11-27"}), None),
        (json!({"age_years": 26, "recovery_months": 12}), Some("2026-11-25")),
        (json!({"age_years": 26, "recovery_months": 11}), None),
        (json!({"age_years": 25, "recovery_months": 0}), Some("2027-11-25")),
        (json!({"recovery_months": 12}), None),
        (json!({"birth_date": "1999-11-27"}), None),
        (json!({"age_years": 27, "recovery_months": 12}), None),
    ] {
        assert_eq!(earliest(&wanted, profile.clone()).as_deref(), expected, "{profile}");
    }
    let adult = json!({"kind": "minimum_age", "years": 18});
    let later = json!({"birth_date": "2008-12-01", "recovery_since": "2026-01-31"});
    assert_eq!(earliest(&[adult, wanted[1].clone()], later).as_deref(), Some("2027-01-31"));
    // What is not known keeps nobody waiting, unless it is of time.
    assert_eq!(earliest(&[json!({"kind": "code_of_ethics"})], json!({})).as_deref(), Some("2026-11-25"));
    assert_eq!(earliest(&[json!({"kind": "recovery_time", "months": 12})], json!({})), None);
}

#[test]
fn the_hours_ahead_are_those_of_each_kind() {
    let credential = asking(&[
        json!({"kind": "training", "hours": 40}),
        json!({"kind": "work_experience", "hours": 500, "volunteer_counts": true}),
        json!({"kind": "supervision", "hours": 25}),
        json!({"kind": "practicum", "hours": 80}),
    ]);
    let done = json!({"training": [{"hours": 10}], "work_hours": 100, "volunteer_hours": 0, "supervision_hours": 5});
    let done: Profile = serde_json::from_value(done).unwrap();
    let applicant = Applicant::new(&done, catalog(), today());
    let ahead = assess_route(&credential, &credential.routes[0], &applicant).hours_ahead;
    let exactly = |hours| Bounds { at_least: Hours::whole(hours), at_most: Some(Hours::whole(hours)) };
    assert_eq!((ahead.training, ahead.work_experience, ahead.supervision), (exactly(30), exactly(400), exactly(20)));
    // Nobody has said that none of it is done.
    assert_eq!(ahead.practicum, Bounds { at_least: Hours::ZERO, ..exactly(80) });
}

#[test]
fn eligible_takes_a_whole_list_and_a_confirmation_of_every_note() {
    let adult = |note: Value| json!({"kind": "minimum_age", "years": 18, "note": note});
    let says_so = || json!({"age_years": 30, "confirmed": ["us-tx-mhps/standard/a"]});
    for (requirement, whole, profile, expected) in [
        (adult(json!(null)), true, json!({"age_years": 30}), Outcome::Eligible),
        (adult(json!(null)), false, json!({"age_years": 30}), Outcome::NoKnownGap),
        (adult(json!("Or so")), true, json!({"age_years": 30}), Outcome::NoKnownGap),
        (adult(json!("Or so")), true, says_so(), Outcome::Eligible),
        (adult(json!("Or so")), false, says_so(), Outcome::NoKnownGap),
        (adult(json!(null)), true, json!({}), Outcome::Undetermined),
        (adult(json!(null)), true, json!({"age_years": 17}), Outcome::NotYet),
    ] {
        let mut credential = asking(std::slice::from_ref(&requirement));
        credential.routes[0].completeness = if whole { Completeness::Complete } else { Completeness::Partial };
        let read: Profile = serde_json::from_value(profile.clone()).unwrap();
        let applicant = Applicant::new(&read, catalog(), today());
        let standing = assess_route(&credential, &credential.routes[0], &applicant);
        assert_eq!(standing.outcome, expected, "{requirement} {profile}");
    }
}

#[test]
fn a_route_that_nobody_can_take_any_more_is_worse_than_one_that_lacks_more() {
    let mut credential = asking(&[json!({"kind": "maximum_age", "years": 26})]);
    let mut other = asking(&[json!({"kind": "examination", "name": null}), json!({"kind": "code_of_ethics"})]);
    other.routes[0].id = "other".parse().unwrap();
    credential.routes.append(&mut other.routes);
    let profile = json!({"age_years": 40, "exams_passed": [], "code_of_ethics_signed": false});
    let profile: Profile = serde_json::from_value(profile).unwrap();
    let assessment = assess(&credential, &Applicant::new(&profile, catalog(), today()));
    assert_eq!((assessment.because, assessment.routes[0].route.id.as_str()), (Some(RankedBy::FewerObstacles), "other"));
}

#[test]
fn a_route_is_open_through_its_last_day_and_an_open_one_is_better_whatever_it_asks() {
    let profile = Profile::default();
    let applicant = Applicant::new(&profile, catalog(), today());
    let mut credential = asking(&[json!({"kind": "minimum_age", "years": 18}), json!({"kind": "code_of_ethics"})]);
    for (closes_on, open) in [(None, true), (Some("2026-11-25"), true), (Some("2026-11-24"), false)] {
        credential.routes[0].closes_on = closes_on.map(|day| day.parse().unwrap());
        assert_eq!(assess_route(&credential, &credential.routes[0], &applicant).open, open, "{closes_on:?}");
    }
    let mut other = credential.routes[0].clone();
    (other.id, other.closes_on) = ("other".parse().unwrap(), None);
    credential.routes[0].requirements.truncate(1);
    // What is closed and what lacks something have the same outcome: the one that is open still comes first.
    let profile = Profile { code_of_ethics_signed: Some(false), ..Profile::default() };
    credential.routes.push(other);
    let assessment = assess(&credential, &Applicant::new(&profile, catalog(), today()));
    assert_eq!((assessment.because, assessment.routes[0].route.id.as_str()), (Some(RankedBy::Open), "other"));
    assert_eq!(assessment.routes[0].outcome, assessment.routes[1].outcome);
}

#[test]
fn a_fee_is_ahead_until_it_is_paid_or_what_it_is_for_is_done() {
    let mut credential =
        asking(&[json!({"kind": "examination", "name": null}), json!({"kind": "training", "hours": 40})]);
    let fees = [("application", 60), ("exam", 100), ("training", 200), ("renewal", 40), ("other", 10)];
    let fees = fees.map(|(kind, amount)| json!({"kind": kind, "amount_usd": amount, "source": "us-tx/a"}));
    credential.fees = serde_json::from_value(json!(fees)).unwrap();
    let done = || json!({"exams_passed": [{"credential": "us-tx-mhps"}], "training": [{"hours": 40}]});
    let and_paid = |credential: &str, kind: &str| {
        let mut profile = done();
        profile["fees_paid"] = json!([{"credential": credential, "kind": kind}]);
        profile
    };
    for (profile, least, most) in [
        (json!({}), 60, 360),
        (json!({"exams_passed": [], "training": []}), 360, 360),
        (json!({"exams_passed": [], "training": [{"hours": 40}]}), 160, 160),
        (json!({"exams_passed": [{"credential": "us-tx-mhps"}], "training": []}), 260, 260),
        (done(), 60, 60),
        (and_paid("us-tx-mhps", "application"), 0, 0),
        (and_paid("us-tx-mhps", "exam"), 60, 60),
        (and_paid("us-tx-rsps", "application"), 60, 60),
    ] {
        let read: Profile = serde_json::from_value(profile.clone()).unwrap();
        let applicant = Applicant::new(&read, catalog(), today());
        let ahead = assess_route(&credential, &credential.routes[0], &applicant).fees_ahead.unwrap();
        assert_eq!((ahead.at_least, ahead.at_most), (Usd::whole(least), Some(Usd::whole(most))), "{profile}");
    }
}

#[test]
fn a_credential_of_which_no_route_is_known_comes_after_those_of_which_as_little_is_known() {
    let named = |id: &str, change: fn(&mut Credential)| {
        let mut credential = asking(&[json!({"kind": "training", "hours": 900}), json!({"kind": "code_of_ethics"})]);
        credential.id = id.parse().unwrap();
        change(&mut credential);
        credential
    };
    let unknown = named("us-tx-a", |credential| credential.routes.clear());
    let closed = named("us-tx-b", |credential| {
        credential.routes.clear();
        credential.status = CredentialStatus::Closed;
    });
    let (known, profile) = (named("us-tx-c", |_| ()), Profile::default());
    let refused = named("us-tx-d", |credential| {
        let route = &mut credential.routes[0];
        route.requirements = asking(&[json!({"kind": "maximum_age", "years": 26})]).routes[0].requirements.clone();
    });
    let old = Profile { age_years: Some(60), ..profile };
    let ranked = [&closed, &unknown, &refused, &known];
    let ranked = rank(ranked, &Applicant::new(&old, catalog(), today()));
    let ids: Vec<&str> = ranked.iter().map(|one| one.credential.id.as_str()).collect();
    assert_eq!(ids, ["us-tx-c", "us-tx-a", "us-tx-d", "us-tx-b"]);
}
