//! Every text of the real catalog, and exact examples of each kind of text.

use serde_json::{Value, json};

use super::requirement::questions;
use super::{calendar, comparison, nouns, posting, requirement};
use crate::catalog::credential::{Credential, CredentialStatus, Specialty};
use crate::catalog::requirement::{Condition, Experience, Requirement, RequirementKind};
use crate::catalog::selection;
use crate::catalog::source::Completeness;
use crate::guidance::catalog;

fn credential(id: &str) -> &'static Credential {
    catalog().credentials.get(&id.parse().unwrap()).unwrap()
}

fn read(condition: Value) -> Requirement {
    let condition = serde_json::from_value(condition).unwrap();
    let (id, source) = ("a".parse().unwrap(), "us-tx/a".parse().unwrap());
    Requirement { id, condition, applies_to: Vec::new(), note: None, source }
}

#[track_caller]
fn is_clean(text: &str) {
    assert!(!text.is_empty() && text.trim() == text, "{text:?}");
    for wrong in ["  ", "{", "}", "()", " ,", "..", " .", "'re", "None", "Some("] {
        assert!(!text.contains(wrong), "{wrong:?} in {text:?}");
    }
}

#[track_caller]
fn is_sentence(text: &str, end: char) {
    is_clean(text);
    assert!(text.ends_with(end) && text.starts_with(|first: char| !first.is_lowercase()), "{text:?}");
}

/// A condition, its item, its cell and its question.
const EXAMPLES: &str = r#"{"kind": "minimum_age", "years": 18}
age 18 or older
18 years
Are you at least 18 years old?

{"kind": "maximum_age", "years": 30}
age 30 or younger
30 years
Are you 30 years old or younger?

{"kind": "lived_experience", "any_of": ["mental_health", "substance_use"], "also": ["veteran"]}
lived experience of a mental health condition or of substance use, and also of military service
mental health or substance use; and also military service
Do you have lived experience of a mental health condition or of substance use, and also of military service?

{"kind": "recovery_time", "months": 12}
at least 12 months in recovery
12 months
Have you been in recovery for at least 12 months?

{"kind": "education", "level": "high_school_or_equivalent"}
a high school diploma or its equivalent
high school diploma or equivalent
Do you have a high school diploma or its equivalent?

{"kind": "education", "level": "bachelor"}
at least a bachelor’s degree
bachelor’s degree
Do you have at least a bachelor’s degree?

{"kind": "training", "hours": 59.5, "approved_provider": true, "topics": [{"name": "Core", "hours": 19.5}, {"name": "Supplemental", "hours": 40}]}
59.5 hours of training by an approved provider (Core 19.5, Supplemental 40)
59.5 hours (Core 19.5, Supplemental 40)
Have you completed 59.5 hours of training by an approved provider (Core 19.5, Supplemental 40)?

{"kind": "training", "hours": null}
training (hours not stated)
required, hours not stated
Have you completed training (hours not stated)?

{"kind": "work_experience", "hours": 250, "volunteer_counts": true, "within_months_after": 6}
250 hours of paid or unpaid work in the role, within 6 months after a provisional certification
250 hours, within 6 months after a provisional certification
Have you done 250 hours of paid or unpaid work in the role, within 6 months after a provisional certification?

{"kind": "work_experience", "hours": null, "volunteer_counts": false}
paid work in the role (hours not stated)
required, hours not stated
Have you done paid work in the role (hours not stated)?

{"kind": "supervision", "hours": 25}
25 hours of supervision
25 hours
Have you received 25 hours of supervision?

{"kind": "practicum", "hours": 1}
1 hour of practicum
1 hour
Have you completed 1 hour of practicum?

{"kind": "examination"}
passing an examination
required
Have you passed an examination?

{"kind": "examination", "name": "PR exam", "administered_by": "IC&RC", "passing_percent": 75}
passing an examination (PR exam, given by IC&RC, 75 percent to pass)
PR exam, given by IC&RC, 75 percent to pass
Have you passed an examination (PR exam, given by IC&RC, 75 percent to pass)?

{"kind": "background_check"}
passing a background check
required
Have you passed a background check?

{"kind": "code_of_ethics"}
signing or following a code of ethics
required
Have you signed, or do you follow, a code of ethics?

{"kind": "references", "count": 1}
1 reference
1 reference
Do you have 1 reference?

{"kind": "residency", "live_or_work_percent": 51}
living or working in Texas at least 51 percent of the time
live or work in Texas at least 51 percent of the time
Do you live or work in Texas at least 51 percent of the time?

{"kind": "holds_credential", "any_of": ["us-tx-rsps", "US-WA", "any-state"]}
holding Recovery Support Peer Specialist (RSPS), a certification from Washington or a certification from any state
Recovery Support Peer Specialist (RSPS), a certification from Washington or a certification from any state
Do you hold Recovery Support Peer Specialist (RSPS), a certification from Washington or a certification from any state?

{"kind": "attestation", "of": "self_assessment"}
a self-assessment
self-assessment
Have you completed a self-assessment?

{"kind": "other", "summary": "State-issued identification"}
State-issued identification
State-issued identification
Do you meet this requirement: State-issued identification?"#;

#[test]
fn every_kind_has_an_item_a_cell_and_a_question() {
    let texan = credential("us-tx-mhps");
    let mut without: Vec<RequirementKind> = RequirementKind::ALL.to_vec();
    for example in EXAMPLES.split("\n\n") {
        let [condition, item, cell, question] = example.lines().collect::<Vec<_>>()[..] else { panic!("{example}") };
        let requirement = read(serde_json::from_str(condition).unwrap());
        assert_eq!(requirement::item(catalog(), texan, &requirement.condition), item);
        assert_eq!(requirement::cell(catalog(), texan, &[&requirement]), cell);
        let asked = requirement::question(catalog(), texan, &requirement);
        assert_eq!(asked, format!("Mental Health Peer Specialist: {question}"));
        without.retain(|kind| *kind != requirement.condition.kind());
    }
    assert!(without.is_empty(), "no example of {without:?}");
}

#[test]
fn a_note_and_the_applicants_concerned_are_part_of_the_text() {
    let texan = credential("us-tx-mhps");
    let recovery = read(json!({"kind": "recovery_time", "months": 1}));
    let some = Requirement { applies_to: vec![Experience::SubstanceUse], ..recovery };
    assert_eq!(
        requirement::item_in_full(catalog(), texan, &some),
        "for applicants with lived experience of substance use: at least 1 month in recovery",
    );
    let practicum = read(json!({"kind": "practicum", "hours": 250}));
    let noted = Requirement { note: Some("A year of college will do.".into()), ..practicum };
    assert_eq!(
        requirement::item_in_full(catalog(), texan, &noted),
        "250 hours of practicum (A year of college will do)"
    );
    assert_eq!(
        requirement::cell(catalog(), texan, &[&some, &noted]),
        "1 month, only for applicants with lived experience of substance use; 250 hours",
    );
    assert_eq!(
        requirement::question(catalog(), texan, &noted),
        "Mental Health Peer Specialist: Have you completed 250 hours of practicum? Note: A year of college will do.",
    );
    let national = requirement::item(catalog(), credential("ic-rc-pr"), &read(json!({"kind": "residency"})).condition);
    assert_eq!(national, "living or working in the jurisdiction");
}

#[test]
fn every_requirement_of_the_catalog_reads_well() {
    for credential in &catalog().credentials {
        for requirement in credential.routes.iter().flat_map(|route| &route.requirements) {
            is_clean(&requirement::item(catalog(), credential, &requirement.condition));
            is_clean(&requirement::item_in_full(catalog(), credential, requirement));
            is_clean(&requirement::cell(catalog(), credential, &[requirement]));
            let question = requirement::question(catalog(), credential, requirement);
            is_sentence(&question, if requirement.note.is_some() { '.' } else { '?' });
            assert!(question.starts_with(&credential.title) && question.contains('?'), "{question}");
            if !matches!(requirement.condition, Condition::Other { .. }) && requirement.note.is_none() {
                assert!(!question.contains('\''), "{question}");
            }
        }
    }
}

#[test]
fn the_paragraph_says_all_that_is_stated_and_whether_more_may_be_required() {
    let text = posting::paragraph(catalog(), credential("us-tx-mhps"));
    let opening = "Applicants must hold, or be able to obtain, the Mental Health Peer Specialist (MHPS) certification from \
                   the Texas Certification Board. It requires: age 18 or older; a high school diploma or its equivalent; ";
    assert!(text.starts_with(opening), "{text}");
    assert!(text.contains("59.5 hours of training by an approved provider (Core 19.5, "), "{text}");
    assert!(text.ends_with(" This list may be incomplete; the certifying body decides."), "{text}");
    for credential in &catalog().credentials {
        let text = posting::paragraph(catalog(), credential);
        is_sentence(&text, '.');
        assert!(!text.contains(".;"), "{text}");
        let partial = credential.routes.iter().filter(|route| route.completeness != Completeness::Complete).count();
        assert_eq!(text.matches("may be incomplete").count(), partial, "{text}");
        assert_eq!(text.contains("No source for its requirements"), credential.routes.is_empty(), "{text}");
        let requirements = credential.routes.iter().flat_map(|route| &route.requirements);
        for note in requirements.filter_map(|one| one.note.as_deref()) {
            assert!(text.contains(&format!(" ({})", note.trim_end_matches('.'))), "{text} lacks {note}");
        }
    }
    let military = posting::paragraph(catalog(), credential("us-nc-cpss-military"));
    assert!(military.contains(" (Or is applying for it at the same time)"), "{military}");
}

#[test]
fn every_note_is_a_sentence() {
    let all = [Specialty::Family, Specialty::Supervisor];
    for jurisdiction in &catalog().jurisdictions {
        is_sentence(&posting::no_hint(jurisdiction), '.');
        is_sentence(&posting::none_for(jurisdiction, &all), '.');
        is_sentence(&posting::none_open(jurisdiction), '.');
    }
    for credential in &catalog().credentials {
        is_sentence(&posting::for_others(credential, &all), '.');
        let (closed, incomplete) = (posting::not_open(credential), posting::incomplete(credential));
        assert_eq!(closed.is_none(), credential.status == CredentialStatus::Active);
        for note in closed.iter().chain(&incomplete) {
            is_sentence(note, '.');
        }
    }
    is_sentence(posting::UNKNOWN_ROLE, '.');
    is_sentence(&posting::unknown_setting("submarine"), '.');
    let texas = catalog().jurisdictions.get(&"US-TX".parse().unwrap()).unwrap();
    assert_eq!(
        posting::none_for(texas, &all),
        "No known credential of Texas is for families and caregivers or supervisors of peer specialists.",
    );
}

#[test]
fn every_question_about_a_profile_is_one() {
    for question in [
        questions::BIRTH_DATE,
        questions::RECOVERY_SINCE,
        questions::TRAINING,
        questions::TRAINING_TOPICS,
        questions::CONFIRMED,
        questions::experience(Experience::Family),
        questions::experience(Experience::JusticeInvolved),
    ] {
        is_sentence(question, '?');
    }
}

#[test]
fn cells_of_a_credential_as_a_whole_read_well() {
    let texan = credential("us-tx-mhps");
    let fees: Vec<_> = texan.fees.iter().take(3).collect();
    assert_eq!(
        comparison::fees(selection::fees(texan).unwrap(), &fees),
        "$260 to $960 (application $60, training $200 to $300, training $450 to $600)",
    );
    let renewal = texan.renewal.as_ref().unwrap();
    let hours = renewal.continuing_education_hours.unwrap();
    assert_eq!(comparison::continuing_education(hours, renewal), "20 hours each 24 months (3 in ethics)");
    let accepted: Vec<_> = ["US-WA", "ic-rc", "US-DC"].iter().map(|word| word.parse().unwrap()).collect();
    assert_eq!(
        comparison::accepted(catalog(), &accepted),
        "a certification from Washington, a certification from an IC&RC member board or a certification from the District of \
         Columbia",
    );
    assert_eq!(comparison::accepted(catalog(), &["none".parse().unwrap()]), "none");
    let hours = |hours: &str| hours.parse().ok();
    assert_eq!(comparison::hours_between(hours("40"), hours("60")).unwrap(), "40 to 60 hours");
    assert_eq!(comparison::hours_between(hours("40"), hours("40")).unwrap(), "40 hours");
    assert_eq!(comparison::hours_between(None, hours("1")).unwrap(), "at most 1 hour");
    for credential in &catalog().credentials {
        is_clean(&nouns::credential(credential));
        if let Some(stated) = &credential.reciprocity {
            is_clean(&comparison::accepted(catalog(), &stated.accepts));
        }
        if let Some(total) = selection::fees(credential) {
            let fees: Vec<_> = credential.fees.iter().collect();
            is_clean(&comparison::fees(total, &fees));
        }
    }
}

#[test]
fn entries_of_a_calendar_say_what_happens() {
    let texan = credential("us-tx-mhps");
    let day = "2027-03-01".parse().unwrap();
    let wait = read(json!({"kind": "recovery_time", "months": 12}));
    assert_eq!(calendar::wait(catalog(), texan, &wait).0, "Requirement met: at least 12 months in recovery");
    assert_eq!(calendar::fee_due(&texan.fees[0]), "Fee due (application): $60");
    let (summary, description) = calendar::finish(texan);
    assert_eq!(summary, "Earliest finish: Mental Health Peer Specialist");
    assert_eq!(description, "The final decision is made by the Texas Certification Board.");
    for line in [
        calendar::never_met("age 30 or younger"),
        calendar::too_old("age 30 or younger", day),
        calendar::too_slow("250 hours of work in the role", crate::catalog::quantity::Hours::whole(20)),
        calendar::closes(day),
    ] {
        is_sentence(&line, '.');
    }
    for step in &catalog().steps {
        let pitfalls: Vec<_> = catalog().pitfalls.iter().filter(|one| one.step_ids.contains(&step.id)).collect();
        is_clean(&calendar::step(step, &pitfalls));
    }
}
