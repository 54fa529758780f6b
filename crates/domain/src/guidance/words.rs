//! What is asked, in words for people.

use super::phrase::{all_of, alternatives, counted, dollars, fee_for, in_hours, with_details};
use crate::catalog::credential::{CountedOver, Fee, Renewal};
use crate::catalog::quantity::{Hours, Usd};
use crate::catalog::reference::CredentialReference;
use crate::catalog::requirement::{AttestationSubject, Condition, EducationLevel, Experience, Requirement};
use crate::catalog::selection::Asked;

/// What is said where a whole list does not ask for something.
pub(super) const NONE: &str = "none";

/// Requirements of one kind, one after the other.
pub(super) fn requirements(requirements: &[&Requirement]) -> String {
    let texts: Vec<String> = requirements.iter().map(|requirement| one(requirement)).collect();
    texts.join("; ")
}

fn one(requirement: &Requirement) -> String {
    let text = condition(&requirement.condition);
    if requirement.applies_to.is_empty() {
        text
    } else {
        format!("{text}, only of applicants with {}", experiences(&requirement.applies_to))
    }
}

fn condition(condition: &Condition) -> String {
    match condition {
        Condition::MinimumAge { years } | Condition::MaximumAge { years } => counted((*years).into(), "year"),
        Condition::LivedExperience { any_of, also } if also.is_empty() => experiences(any_of),
        Condition::LivedExperience { any_of, also } => {
            format!("{}; and also {}", experiences(any_of), all_of(also.iter().map(|experience| lived(*experience))))
        }
        Condition::RecoveryTime { months } => counted((*months).into(), "month"),
        Condition::Education { level } => schooling(*level).into(),
        Condition::Training { hours: length, topics, .. } => {
            let topics = topics.iter().map(|topic| format!("{} {}", topic.name, topic.hours));
            let length = length.map_or_else(|| "asked, hours not stated".into(), in_hours);
            with_details(&length, topics)
        }
        Condition::WorkExperience { hours: length, within_months_after, .. } => {
            let length = length.map_or_else(|| "asked, hours not stated".into(), in_hours);
            match within_months_after {
                Some(months) => {
                    format!("{length}, within {} after provisional certification", counted((*months).into(), "month"))
                }
                None => length,
            }
        }
        Condition::Supervision { hours: length } | Condition::Practicum { hours: length } => in_hours(*length),
        Condition::Examination { name, administered_by, passing_percent } => {
            let by = administered_by.as_ref().map(|by| format!("given by {by}"));
            let passing = passing_percent.map(|percent| format!("passed with {percent}%"));
            let said: Vec<String> = name.iter().map(ToString::to_string).chain(by).chain(passing).collect();
            if said.is_empty() { "asked".into() } else { said.join(", ") }
        }
        Condition::BackgroundCheck {} | Condition::CodeOfEthics {} => "asked".into(),
        Condition::References { count } => counted((*count).into(), "reference"),
        Condition::Residency { live_or_work_percent: Some(percent) } => {
            format!("live or work in the jurisdiction {percent}% of the time")
        }
        Condition::Residency { live_or_work_percent: None } => "live or work in the jurisdiction".into(),
        Condition::HoldsCredential { any_of } => credentials(any_of),
        Condition::Attestation { of } => attestation(*of).into(),
        Condition::Other { summary } => summary.clone(),
    }
}

/// Experiences, of which one is enough.
pub(super) fn experiences(any_of: &[Experience]) -> String {
    alternatives(any_of.iter().map(|experience| lived(*experience)))
}

/// A list of credentials, of which one is enough.
pub(super) fn credentials(credentials: &[CredentialReference]) -> String {
    let named = credentials.iter().map(|reference| -> String {
        match reference {
            CredentialReference::AnyState => "any state's certification".into(),
            CredentialReference::IcRc => "a credential of an IC&RC member board".into(),
            CredentialReference::None => NONE.into(),
            CredentialReference::Jurisdiction(code) => format!("the certification of {code}"),
            CredentialReference::Credential(id) => id.to_string(),
        }
    });
    alternatives(named)
}

/// What is to be paid up to the certification, and what for.
pub(super) fn fees(asked: Asked<Usd>, counted: &[&Fee]) -> String {
    let range = |least: Usd, most: Usd| {
        if least == most { dollars(least) } else { format!("{} to {}", dollars(least), dollars(most)) }
    };
    let whole = asked
        .at_most
        .map_or_else(|| format!("at least {}", dollars(asked.at_least)), |most| range(asked.at_least, most));
    let each: Vec<String> = counted
        .iter()
        .map(|fee| {
            format!("{} {}", fee_for(fee.kind), range(fee.amount_usd, fee.amount_usd_max.unwrap_or(fee.amount_usd)))
        })
        .collect();
    format!("{whole} ({})", each.join(", "))
}

/// Continuing education as a renewal asks it.
pub(super) fn continuing_education(asked: Hours, renewal: &Renewal) -> String {
    let over = match (renewal.continuing_education_per, renewal.period_months) {
        (Some(CountedOver::Year), _) => " a year".into(),
        (Some(CountedOver::Period), Some(months)) => format!(" each {months} months"),
        (Some(CountedOver::Period), None) => " each renewal period".into(),
        (None, _) => String::new(),
    };
    let ethics = renewal.ethics_hours.map(|hours| format!(" ({hours} in ethics)")).unwrap_or_default();
    format!("{}{over}{ethics}", in_hours(asked))
}

const fn lived(experience: Experience) -> &'static str {
    match experience {
        Experience::MentalHealth => "mental health",
        Experience::SubstanceUse => "substance use",
        Experience::Family => "family",
        Experience::Youth => "youth",
        Experience::Veteran => "military service",
        Experience::JusticeInvolved => "justice involvement",
        Experience::Housing => "homelessness",
    }
}

const fn schooling(level: EducationLevel) -> &'static str {
    match level {
        EducationLevel::HighSchoolOrEquivalent => "high school diploma or equivalent",
        EducationLevel::Associate => "associate degree",
        EducationLevel::Bachelor => "bachelor's degree",
        EducationLevel::Master => "master's degree",
    }
}

const fn attestation(of: AttestationSubject) -> &'static str {
    match of {
        AttestationSubject::RecoveryStory => "recovery story",
        AttestationSubject::Orientation => "orientation",
        AttestationSubject::Interview => "interview",
        AttestationSubject::PersonalStatement => "personal statement",
        AttestationSubject::SelfAssessment => "self-assessment",
        AttestationSubject::EmploymentInRole => "employment in the role",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn said(mut requirement: Value) -> String {
        let applies_to = requirement.as_object_mut().unwrap().remove("applies_to").unwrap_or_else(|| json!([]));
        let whole = json!({"id": "a", "condition": requirement, "applies_to": applies_to, "source": "us-tx/a"});
        requirements(&[&serde_json::from_value(whole).unwrap()])
    }

    #[test]
    fn a_requirement_is_told_in_words() {
        for (requirement, expected) in [
            (json!({"kind": "minimum_age", "years": 18}), "18 years"),
            (json!({"kind": "references", "count": 1}), "1 reference"),
            (
                json!({"kind": "training", "hours": 46, "topics": [{"name": "Advocacy", "hours": 10}, {"name": "Ethics", "hours": 16}]}),
                "46 hours (Advocacy 10, Ethics 16)",
            ),
            (json!({"kind": "training", "hours": null}), "asked, hours not stated"),
            (
                json!({"kind": "recovery_time", "months": 12, "applies_to": ["mental_health", "substance_use"]}),
                "12 months, only of applicants with mental health or substance use",
            ),
            (
                json!({"kind": "lived_experience", "any_of": ["mental_health", "substance_use"], "also": ["veteran"]}),
                "mental health or substance use; and also military service",
            ),
            (
                json!({"kind": "work_experience", "hours": 250, "within_months_after": 6}),
                "250 hours, within 6 months after provisional certification",
            ),
            (
                json!({"kind": "examination", "administered_by": "IC&RC", "passing_percent": 80}),
                "given by IC&RC, passed with 80%",
            ),
            (json!({"kind": "examination"}), "asked"),
        ] {
            assert_eq!(said(requirement), expected);
        }
    }
}
