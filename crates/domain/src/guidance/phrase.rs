//! What a requirement asks, in English words that stand in a list.

use std::fmt::Display;

use crate::catalog::Catalog;
use crate::catalog::credential::{FeeKind, Specialty};
use crate::catalog::identifier::Identifier;
use crate::catalog::quantity::{Hours, Usd};
use crate::catalog::reference::CredentialReference;
use crate::catalog::requirement::{
    AttestationSubject, Condition, EducationLevel, Experience, Requirement, TrainingTopic,
};

/// What a condition asks, such as `at least 18 years old`. Credentials that it mentions are called by their ids.
#[must_use]
pub fn phrase(condition: &Condition) -> String {
    phrase_with(condition, ToString::to_string)
}

/// What a condition asks, with the credentials and jurisdictions that it mentions called by their names.
#[must_use]
pub fn phrase_in(catalog: &Catalog, condition: &Condition) -> String {
    phrase_with(condition, |reference| named(catalog, reference))
}

/// What a requirement asks, as [`phrase_in`] has it, with its note, and with whom it concerns where that is not everybody.
#[must_use]
pub fn requirement(catalog: &Catalog, requirement: &Requirement) -> String {
    let asked = phrase_in(catalog, &requirement.condition);
    let note = requirement.note.as_deref().map(|note| note.trim_end_matches('.').to_owned());
    let asked = with_details(asked.trim_end_matches('.'), note);
    if requirement.applies_to.is_empty() {
        return asked;
    }
    let concerned = alternatives(requirement.applies_to.iter().map(|lived| format!("of {}", experience(*lived))));
    format!("for those with lived experience {concerned}: {asked}")
}

/// Whom somebody of this specialty supports.
#[must_use]
pub const fn specialty(specialty: Specialty) -> &'static str {
    match specialty {
        Specialty::MentalHealth => "people with mental health conditions",
        Specialty::SubstanceUse => "people who use or used substances",
        Specialty::Family => "families and caregivers",
        Specialty::Youth => "young people",
        Specialty::Veteran => "veterans",
        Specialty::JusticeInvolved => "people who met the justice system",
        Specialty::Crisis => "people in crisis",
        Specialty::OlderAdult => "older adults",
        Specialty::Housing => "people without stable housing",
        Specialty::Supervisor => "other peer specialists, as their supervisor",
    }
}

/// What was lived through, such as `substance use`.
#[must_use]
pub const fn experience(experience: Experience) -> &'static str {
    match experience {
        Experience::MentalHealth => "a mental health condition",
        Experience::SubstanceUse => "substance use",
        Experience::Family => "raising or caring for somebody with a mental health condition or substance use",
        Experience::Youth => "a mental health condition or substance use as a young person",
        Experience::Veteran => "military service",
        Experience::JusticeInvolved => "arrest, incarceration or probation",
        Experience::Housing => "homelessness or unstable housing",
    }
}

/// What a level of schooling ends with.
#[must_use]
pub const fn education(level: EducationLevel) -> &'static str {
    match level {
        EducationLevel::HighSchoolOrEquivalent => "a high school diploma or its equivalent",
        EducationLevel::Associate => "an associate degree",
        EducationLevel::Bachelor => "a bachelor’s degree",
        EducationLevel::Master => "a master’s degree",
    }
}

/// An amount of money, with cents where there are any.
#[must_use]
pub fn dollars(amount: Usd) -> String {
    if amount.steps().is_multiple_of(100) { format!("${amount}") } else { format!("${:.2}", amount.as_f64()) }
}

/// What a fee is paid for.
#[must_use]
pub const fn fee_for(kind: FeeKind) -> &'static str {
    match kind {
        FeeKind::Application => "application",
        FeeKind::Certification => "certification",
        FeeKind::Exam => "exam",
        FeeKind::Training => "training",
        FeeKind::Renewal => "renewal",
        FeeKind::BackgroundCheck => "background check",
        FeeKind::Other => "other",
    }
}

/// One of several, as a sentence has them: `a`, `a or b`, `a, b or c`.
#[must_use]
pub fn alternatives<T: Display>(of: impl IntoIterator<Item = T>) -> String {
    joined(of, "or")
}

/// All of several, as a sentence has them: `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn all_of<T: Display>(of: impl IntoIterator<Item = T>) -> String {
    joined(of, "and")
}

fn joined<T: Display>(of: impl IntoIterator<Item = T>, last: &str) -> String {
    let mut items: Vec<String> = of.into_iter().map(|item| item.to_string()).collect();
    match (items.pop(), items.is_empty()) {
        (None, _) => String::new(),
        (Some(only), true) => only,
        (Some(end), false) => format!("{} {last} {end}", items.join(", ")),
    }
}

fn phrase_with(condition: &Condition, name: impl Fn(&CredentialReference) -> String) -> String {
    match condition {
        Condition::MinimumAge { years } => format!("at least {years} years old"),
        Condition::MaximumAge { years } => format!("at most {years} years old"),
        Condition::LivedExperience { any_of, also } => lived(any_of, also),
        Condition::RecoveryTime { months } => format!("at least {} in recovery", counted(u32::from(*months), "month")),
        Condition::Education { level: EducationLevel::HighSchoolOrEquivalent } => {
            education(EducationLevel::HighSchoolOrEquivalent).into()
        }
        Condition::Education { level } => format!("at least {}", education(*level)),
        Condition::Training { hours, topics, approved_provider } => training(*hours, topics, *approved_provider),
        Condition::WorkExperience { hours, volunteer_counts, within_months_after } => {
            work(*hours, *volunteer_counts, *within_months_after)
        }
        Condition::Supervision { hours } => format!("{} of supervision", in_hours(*hours)),
        Condition::Practicum { hours } => format!("{} of practicum", in_hours(*hours)),
        Condition::Examination { name, administered_by, passing_percent } => {
            let given_by = administered_by.as_ref().map(|body| format!("given by {body}"));
            let passing = passing_percent.map(|percent| format!("passing at {percent} percent"));
            with_details("a passed examination", name.iter().map(ToString::to_string).chain(given_by).chain(passing))
        }
        Condition::BackgroundCheck {} => "a passed background check".into(),
        Condition::CodeOfEthics {} => "a code of ethics to sign or follow".into(),
        Condition::References { count } => counted(u32::from(*count), "reference"),
        Condition::Residency { live_or_work_percent: None } => "living or working in the jurisdiction".into(),
        Condition::Residency { live_or_work_percent: Some(percent) } => {
            format!("living or working in the jurisdiction at least {percent} percent of the time")
        }
        Condition::HoldsCredential { any_of } => format!("holding {}", alternatives(any_of.iter().map(name))),
        Condition::Attestation { of } => attestation(*of).into(),
        Condition::Other { summary } => summary.clone(),
    }
}

fn lived(any_of: &[Experience], also: &[Experience]) -> String {
    let of = |lived: &Experience| format!("of {}", experience(*lived));
    let one = alternatives(any_of.iter().map(of));
    if also.is_empty() {
        format!("lived experience {one}")
    } else {
        format!("lived experience {one}, and {}", all_of(also.iter().map(of)))
    }
}

fn training(hours: Option<Hours>, topics: &[TrainingTopic], approved_provider: Option<bool>) -> String {
    let length = hours.map_or_else(|| "training".into(), |hours| format!("{} of training", in_hours(hours)));
    let provider = match approved_provider {
        Some(true) => " by an approved provider",
        Some(false) => " by any provider",
        None => "",
    };
    let unstated = hours.is_none().then(|| "no source states its length".to_owned());
    let topics = topics.iter().map(|topic| format!("{} {}", topic.name, topic.hours));
    with_details(&format!("{length}{provider}"), unstated.into_iter().chain(topics))
}

fn work(hours: Option<Hours>, volunteer_counts: Option<bool>, within_months_after: Option<u16>) -> String {
    let length = hours.map_or_else(|| "work".into(), |hours| format!("{} of work", in_hours(hours)));
    let paid = match volunteer_counts {
        Some(true) => ", paid or unpaid",
        Some(false) => ", unpaid work not counted",
        None => "",
    };
    let after = within_months_after
        .map(|months| format!(", within {} of a provisional certification", counted(u32::from(months), "month")));
    let unstated = hours.is_none().then(|| "no source gives it in hours".to_owned());
    with_details(&format!("{length} in the role{paid}{}", after.unwrap_or_default()), unstated)
}

const fn attestation(of: AttestationSubject) -> &'static str {
    match of {
        AttestationSubject::RecoveryStory => "telling one’s recovery story, or being willing to",
        AttestationSubject::Orientation => "an orientation",
        AttestationSubject::Interview => "an interview",
        AttestationSubject::PersonalStatement => "a written statement about oneself",
        AttestationSubject::SelfAssessment => "holding oneself against the role",
        AttestationSubject::EmploymentInRole => "working in the role already",
    }
}

fn named(catalog: &Catalog, reference: &CredentialReference) -> String {
    match reference {
        CredentialReference::AnyState => "any state’s certification".into(),
        CredentialReference::IcRc => "a certification of an IC&RC member board".into(),
        CredentialReference::None => "no other certification".into(),
        CredentialReference::Jurisdiction(code) => {
            let known = catalog.jurisdictions.get(code);
            format!("the certification of {}", known.map_or(code.as_str(), |known| &known.name))
        }
        CredentialReference::Credential(id) => match catalog.credentials.get(id) {
            Some(known) => format!("the certification {}", with_details(&known.title, known.acronym.iter().cloned())),
            None => id.to_string(),
        },
    }
}

/// A text with details in parentheses, where there are some.
pub(super) fn with_details(text: &str, details: impl IntoIterator<Item = String>) -> String {
    let details: Vec<String> = details.into_iter().collect();
    if details.is_empty() { text.into() } else { format!("{text} ({})", details.join(", ")) }
}

/// A number of hours.
pub(super) fn in_hours(hours: Hours) -> String {
    if hours == Hours::whole(1) { "1 hour".into() } else { format!("{hours} hours") }
}

/// A number of things, of which there is one or are several.
pub(super) fn counted(count: u32, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::guidance::catalog;

    fn condition(value: Value) -> Condition {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn every_kind_has_words() {
        for (value, expected) in [
            (json!({"kind": "minimum_age", "years": 18}), "at least 18 years old"),
            (json!({"kind": "maximum_age", "years": 30}), "at most 30 years old"),
            (
                json!({"kind": "lived_experience", "any_of": ["mental_health", "substance_use"], "also": ["veteran"]}),
                "lived experience of a mental health condition or of substance use, and of military service",
            ),
            (json!({"kind": "recovery_time", "months": 12}), "at least 12 months in recovery"),
            (
                json!({"kind": "education", "level": "high_school_or_equivalent"}),
                "a high school diploma or its equivalent",
            ),
            (json!({"kind": "education", "level": "bachelor"}), "at least a bachelor’s degree"),
            (
                json!({"kind": "training", "hours": 59.5, "approved_provider": true, "topics": [
                    {"name": "Core", "hours": 19.5}, {"name": "Supplemental", "hours": 40},
                ]}),
                "59.5 hours of training by an approved provider (Core 19.5, Supplemental 40)",
            ),
            (json!({"kind": "training", "hours": null}), "training (no source states its length)"),
            (
                json!({"kind": "work_experience", "hours": 250, "volunteer_counts": true, "within_months_after": 6}),
                "250 hours of work in the role, paid or unpaid, within 6 months of a provisional certification",
            ),
            (
                json!({"kind": "work_experience", "hours": null, "volunteer_counts": false}),
                "work in the role, unpaid work not counted (no source gives it in hours)",
            ),
            (json!({"kind": "supervision", "hours": 25}), "25 hours of supervision"),
            (json!({"kind": "practicum", "hours": 1}), "1 hour of practicum"),
            (json!({"kind": "examination"}), "a passed examination"),
            (
                json!({"kind": "examination", "name": "PR exam", "administered_by": "IC&RC", "passing_percent": 75}),
                "a passed examination (PR exam, given by IC&RC, passing at 75 percent)",
            ),
            (json!({"kind": "background_check"}), "a passed background check"),
            (json!({"kind": "code_of_ethics"}), "a code of ethics to sign or follow"),
            (json!({"kind": "references", "count": 1}), "1 reference"),
            (json!({"kind": "residency"}), "living or working in the jurisdiction"),
            (
                json!({"kind": "residency", "live_or_work_percent": 51}),
                "living or working in the jurisdiction at least 51 percent of the time",
            ),
            (json!({"kind": "holds_credential", "any_of": ["us-tx-mhps", "US-WA"]}), "holding us-tx-mhps or US-WA"),
            (json!({"kind": "attestation", "of": "orientation"}), "an orientation"),
            (json!({"kind": "other", "summary": "State-issued identification"}), "State-issued identification"),
        ] {
            assert_eq!(phrase(&condition(value)), expected);
        }
    }

    #[test]
    fn credentials_and_jurisdictions_are_called_by_their_names() {
        let any_of = json!(["us-tx-mhps", "US-WA", "any-state"]);
        assert_eq!(
            phrase_in(catalog(), &condition(json!({"kind": "holds_credential", "any_of": any_of}))),
            "holding the certification Mental Health Peer Specialist (MHPS), the certification of Washington \
             or any state’s certification",
        );
    }

    #[test]
    fn a_requirement_says_whom_it_concerns() {
        let asked = json!({"id": "a", "condition": {"kind": "recovery_time", "months": 1}, "applies_to": ["substance_use"], "source": "a/b"});
        assert_eq!(
            requirement(catalog(), &serde_json::from_value(asked).unwrap()),
            "for those with lived experience of substance use: at least 1 month in recovery",
        );
    }

    #[test]
    fn dollars_have_cents_where_there_are_any() {
        assert_eq!(dollars("27.5".parse().unwrap()), "$27.50");
        assert_eq!(dollars(Usd::whole(1550)), "$1550");
    }

    #[test]
    fn a_requirement_says_what_its_note_says() {
        let asked = json!({"id": "a", "condition": {"kind": "work_experience", "hours": 250}, "note": "A year of college will do.", "source": "a/b"});
        assert_eq!(
            requirement(catalog(), &serde_json::from_value(asked).unwrap()),
            "250 hours of work in the role (A year of college will do)",
        );
    }
}
