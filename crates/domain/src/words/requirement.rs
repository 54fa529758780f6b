//! A requirement in words: as an item of a list, as a cell of a table, as a question.
//!
//! [`Words::of`] has the words of every kind, and nothing else in the crate does.

use super::grammar::{all_of, any_of, counted, hours, with_details};
use super::nouns;
use crate::catalog::Catalog;
use crate::catalog::credential::Credential;
use crate::catalog::quantity::Hours;
use crate::catalog::requirement::{
    AttestationSubject, Condition, EducationLevel, Experience, Requirement, TrainingTopic,
};

/// The cell of a kind that a route does not require.
pub(crate) const NOT_REQUIRED: &str = "none";

const REQUIRED: &str = "required";

/// A condition for a credential as an item of a list, such as `at least 12 months in recovery`.
#[must_use]
pub fn item(catalog: &Catalog, credential: &Credential, condition: &Condition) -> String {
    Words::of(catalog, credential, condition).item
}

/// A requirement as an item, with its note, and with the applicants to whom it applies if it is not for everyone.
pub(super) fn item_in_full(catalog: &Catalog, credential: &Credential, requirement: &Requirement) -> String {
    let item = item(catalog, credential, &requirement.condition);
    let note = requirement.note.as_deref().map(|note| note.trim_end_matches('.').to_owned());
    let item = with_details(item.trim_end_matches('.'), note);
    match requirement.applies_to.as_slice() {
        [] => item,
        applies_to => format!("for {}: {item}", applicants(applies_to)),
    }
}

/// A table cell with the requirements of one kind, such as `12 months`.
pub(crate) fn cell(catalog: &Catalog, credential: &Credential, requirements: &[&Requirement]) -> String {
    let one = |requirement: &&Requirement| {
        let cell = Words::of(catalog, credential, &requirement.condition).cell;
        match requirement.applies_to.as_slice() {
            [] => cell,
            applies_to => format!("{cell}, only for {}", applicants(applies_to)),
        }
    };
    requirements.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// Asks an applicant whether they meet a requirement.
#[must_use]
pub fn question(catalog: &Catalog, credential: &Credential, requirement: &Requirement) -> String {
    let question = Words::of(catalog, credential, &requirement.condition).question;
    let note = requirement.note.as_deref().map(|note| format!(" Note: {}.", note.trim_end_matches('.')));
    format!("{}: {question}{}", credential.title, note.unwrap_or_default())
}

fn applicants(experiences: &[Experience]) -> String {
    format!("applicants with lived experience {}", any_of(experiences.iter().copied().map(of_experience)))
}

fn of_experience(experience: Experience) -> String {
    format!("of {}", nouns::experience(experience).long)
}

/// The words of one condition.
struct Words {
    item: String,
    cell: String,
    question: String,
}

impl Words {
    fn new(item: impl Into<String>, cell: impl Into<String>, question: impl Into<String>) -> Self {
        Self { item: item.into(), cell: cell.into(), question: question.into() }
    }

    fn of(catalog: &Catalog, credential: &Credential, condition: &Condition) -> Self {
        match condition {
            Condition::MinimumAge { years } => Self::new(
                format!("age {years} or older"),
                counted(*years, "year"),
                format!("Are you at least {years} years old?"),
            ),
            Condition::MaximumAge { years } => Self::new(
                format!("age {years} or younger"),
                counted(*years, "year"),
                format!("Are you {years} years old or younger?"),
            ),
            Condition::LivedExperience { any_of, also } => lived_experience(any_of, also),
            Condition::RecoveryTime { months } => {
                let time = counted(*months, "month");
                let question = format!("Have you been in recovery for at least {time}?");
                Self::new(format!("at least {time} in recovery"), time, question)
            }
            Condition::Education { level } => education(*level),
            Condition::Training { hours, topics, approved_provider } => training(*hours, topics, *approved_provider),
            Condition::WorkExperience { hours, volunteer_counts, within_months_after } => {
                work(*hours, *volunteer_counts, *within_months_after)
            }
            Condition::Supervision { hours: length } => {
                let item = format!("{} of supervision", hours(*length));
                let question = format!("Have you received {item}?");
                Self::new(item, hours(*length), question)
            }
            Condition::Practicum { hours: length } => {
                let item = format!("{} of practicum", hours(*length));
                let question = format!("Have you completed {item}?");
                Self::new(item, hours(*length), question)
            }
            Condition::Examination { name, administered_by, passing_percent } => {
                let given_by = administered_by.as_ref().map(|body| format!("given by {body}"));
                let passing = passing_percent.map(|percent| format!("{percent} percent to pass"));
                let details: Vec<String> =
                    name.iter().map(ToString::to_string).chain(given_by).chain(passing).collect();
                let cell = if details.is_empty() { REQUIRED.into() } else { details.join(", ") };
                let examination = with_details("an examination", details);
                Self::new(format!("passing {examination}"), cell, format!("Have you passed {examination}?"))
            }
            Condition::BackgroundCheck {} => {
                Self::new("passing a background check", REQUIRED, "Have you passed a background check?")
            }
            Condition::CodeOfEthics {} => Self::new(
                "signing or following a code of ethics",
                REQUIRED,
                "Have you signed, or do you follow, a code of ethics?",
            ),
            Condition::References { count } => {
                let references = counted(*count, "reference");
                Self::new(references.clone(), references.clone(), format!("Do you have {references}?"))
            }
            Condition::Residency { live_or_work_percent } => {
                let share = live_or_work_percent.map(|percent| format!(" at least {percent} percent of the time"));
                let place = format!("in {}{}", nouns::home(catalog, credential), share.unwrap_or_default());
                Self::new(
                    format!("living or working {place}"),
                    format!("live or work {place}"),
                    format!("Do you live or work {place}?"),
                )
            }
            Condition::HoldsCredential { any_of: accepted } => {
                let accepted = any_of(accepted.iter().map(|one| nouns::reference(catalog, one)));
                Self::new(format!("holding {accepted}"), accepted.clone(), format!("Do you hold {accepted}?"))
            }
            Condition::Attestation { of } => attestation(*of),
            Condition::Other { summary } => {
                Self::new(summary, summary, format!("Do you meet this requirement: {}?", summary.trim_end_matches('.')))
            }
        }
    }
}

fn lived_experience(one_of: &[Experience], also: &[Experience]) -> Words {
    let mut item = format!("lived experience {}", any_of(one_of.iter().copied().map(of_experience)));
    let mut cell = short_experiences(one_of);
    if !also.is_empty() {
        item = format!("{item}, and also {}", all_of(also.iter().copied().map(of_experience)));
        cell = format!("{cell}; and also {}", all_of(also.iter().map(|one| nouns::experience(*one).short)));
    }
    let question = format!("Do you have {item}?");
    Words::new(item, cell, question)
}

/// `mental health, substance use or family`.
pub(crate) fn short_experiences(any_of: &[Experience]) -> String {
    super::grammar::any_of(any_of.iter().map(|one| nouns::experience(*one).short))
}

fn education(level: EducationLevel) -> Words {
    let noun = nouns::education(level);
    let item = match level {
        // The lowest level: “or its equivalent” says the rest.
        EducationLevel::HighSchoolOrEquivalent => noun.long.to_owned(),
        _ => format!("at least {}", noun.long),
    };
    let question = format!("Do you have {item}?");
    Words::new(item, noun.short, question)
}

fn length(length: Option<Hours>) -> String {
    length.map_or_else(|| "required, hours not stated".into(), hours)
}

fn training(hours: Option<Hours>, topics: &[TrainingTopic], approved_provider: Option<bool>) -> Words {
    let provider = match approved_provider {
        Some(true) => " by an approved provider",
        Some(false) => " by any provider",
        None => "",
    };
    let topics = topics.iter().map(|topic| format!("{} {}", topic.name, topic.hours));
    let item = with_details(&item_of_hours(hours, &format!("training{provider}")), topics.clone());
    let question = format!("Have you completed {item}?");
    Words::new(item, with_details(&length(hours), topics), question)
}

fn work(hours: Option<Hours>, volunteer_counts: Option<bool>, within_months_after: Option<u16>) -> Words {
    let work = match volunteer_counts {
        Some(true) => "paid or unpaid work in the role",
        Some(false) => "paid work in the role",
        None => "work in the role",
    };
    let after = within_months_after
        .map(|months| format!(", within {} after a provisional certification", counted(months, "month")))
        .unwrap_or_default();
    let item = format!("{}{after}", item_of_hours(hours, work));
    let question = format!("Have you done {item}?");
    Words::new(item, format!("{}{after}", length(hours)), question)
}

/// `40 hours of training`, `training (hours not stated)`.
fn item_of_hours(length: Option<Hours>, of: &str) -> String {
    length.map_or_else(|| format!("{of} (hours not stated)"), |length| format!("{} of {of}", hours(length)))
}

fn attestation(of: AttestationSubject) -> Words {
    let (item, cell, question) = match of {
        AttestationSubject::RecoveryStory => (
            "telling a personal recovery story, or being willing to",
            "recovery story",
            "Have you told your recovery story, or are you willing to?",
        ),
        AttestationSubject::Orientation => ("an orientation", "orientation", "Have you completed an orientation?"),
        AttestationSubject::Interview => ("an interview", "interview", "Have you had an interview?"),
        AttestationSubject::PersonalStatement => {
            ("a written personal statement", "personal statement", "Have you written a personal statement?")
        }
        AttestationSubject::SelfAssessment => {
            ("a self-assessment", "self-assessment", "Have you completed a self-assessment?")
        }
        AttestationSubject::EmploymentInRole => {
            ("already working in the role", "employment in the role", "Do you already work in the role?")
        }
    };
    Words::new(item, cell, question)
}

/// Questions to an applicant, each about a field of a profile.
pub(crate) mod questions {
    use crate::catalog::requirement::Experience;

    pub const BIRTH_DATE: &str = "When were you born?";
    pub const RECOVERY_SINCE: &str = "Since when have you been in recovery?";
    pub const EDUCATION: &str = "What is the highest level of school that you finished?";
    pub const TRAINING: &str = "Which trainings for the role have you finished, and how many hours did each have?";
    pub const TRAINING_TOPICS: &str = "How many hours of your trainings were about each topic?";
    pub const TRAINING_APPROVAL: &str = "Where are the providers of your trainings approved?";
    pub const WORK_HOURS: &str = "How many hours of paid work in the role have you done?";
    pub const VOLUNTEER_HOURS: &str = "How many hours of unpaid work in the role have you done?";
    pub const SUPERVISION_HOURS: &str = "How many hours of supervision have you received?";
    pub const PRACTICUM_HOURS: &str = "How many hours of practicum have you completed?";
    pub const EXAMS_PASSED: &str = "Which examinations for the role have you passed?";
    pub const CREDENTIALS_HELD: &str = "Which peer support credentials do you hold?";
    pub const BACKGROUND_CHECK_PASSED: &str = "Have you passed a background check?";
    pub const CODE_OF_ETHICS_SIGNED: &str = "Have you signed the code of ethics?";
    pub const REFERENCES: &str = "How many people have given you a written reference?";
    pub const LIVES_IN: &str = "Which state do you live in?";
    pub const WORKS_IN: &str = "Which states do you work in?";
    pub const CONFIRMED: &str = "Do you meet this requirement?";

    pub const fn experience(experience: Experience) -> &'static str {
        match experience {
            Experience::MentalHealth => "Have you lived with a mental health condition?",
            Experience::SubstanceUse => "Have you lived with substance use?",
            Experience::Family => {
                "Have you raised or cared for someone with a mental health condition or substance use?"
            }
            Experience::Youth => "Did you live with a mental health condition or substance use as a young person?",
            Experience::Veteran => "Did you serve in the military?",
            Experience::JusticeInvolved => "Have you been arrested, incarcerated or on probation?",
            Experience::Housing => "Have you been without a home or stable housing?",
        }
    }
}
