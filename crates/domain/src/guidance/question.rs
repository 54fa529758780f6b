//! The questions to ask an applicant next.

use serde::Serialize;
use utoipa::ToSchema;

use super::assessment::Assessment;
use super::verdict::{Question, Verdict};
use crate::catalog::credential::{Credential, Route};
use crate::catalog::requirement::{Experience, Requirement};
use crate::words::questions;

/// A question, and how much depends on its answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OpenQuestion<'a> {
    /// The question.
    pub question: Question,
    /// The requirement to confirm, if no field of the profile decides it.
    pub about: Option<(&'a Credential, &'a Route, &'a Requirement)>,
    /// The number of verdicts that depend on it.
    pub verdicts: usize,
    /// The number of credentials with such verdicts.
    pub credentials: usize,
}

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnswerForm {
    /// True or false.
    Boolean,
    /// A date.
    Date,
    /// A number of hours.
    Hours,
    /// A whole number.
    Count,
    /// One of several words.
    Choice,
    /// A jurisdiction code.
    Jurisdiction,
    /// A list.
    List,
}

/// The open questions of assessments; those that decide most verdicts come first.
#[must_use]
pub fn open_questions<'a>(assessments: &[Assessment<'a>]) -> Vec<OpenQuestion<'a>> {
    let mut of_fields: Vec<OpenQuestion<'a>> = Vec::new();
    let mut of_requirements: Vec<OpenQuestion<'a>> = Vec::new();
    // Counts a credential once for each question.
    let mut met: Vec<Question> = Vec::new();
    for assessment in assessments {
        met.clear();
        for route in &assessment.routes {
            for judgment in &route.judgments {
                let Verdict::Unknown(question) = judgment.verdict else { continue };
                if question == Question::Confirmed {
                    let about = Some((assessment.credential, route.route, judgment.requirement));
                    of_requirements.push(OpenQuestion { question, about, verdicts: 1, credentials: 1 });
                    continue;
                }
                let place = of_fields.iter().position(|open| open.question == question).unwrap_or_else(|| {
                    of_fields.push(OpenQuestion { question, about: None, verdicts: 0, credentials: 0 });
                    of_fields.len() - 1
                });
                if let Some(open) = of_fields.get_mut(place) {
                    open.verdicts += 1;
                    if !met.contains(&question) {
                        met.push(question);
                        open.credentials += 1;
                    }
                }
            }
        }
    }
    of_fields.sort_by(|a, b| {
        b.verdicts.cmp(&a.verdicts).then(b.credentials.cmp(&a.credentials)).then(a.question.cmp(&b.question))
    });
    of_fields.extend(of_requirements);
    of_fields
}

impl Question {
    /// The id of the question.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.parts().0
    }

    /// JSON Pointer to the field of the profile that answers it.
    #[must_use]
    pub const fn pointer(self) -> &'static str {
        self.parts().1
    }

    /// The form of the answer.
    #[must_use]
    pub const fn answer(self) -> AnswerForm {
        self.parts().2
    }

    /// The question in words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        self.parts().3
    }

    const fn parts(self) -> (&'static str, &'static str, AnswerForm, &'static str) {
        use AnswerForm::{Boolean, Choice, Count, Date, Hours, Jurisdiction, List};
        match self {
            Self::BirthDate => ("birth_date", "/birth_date", Date, questions::BIRTH_DATE),
            Self::LivedExperience(kind) => {
                let (id, pointer) = field_of(kind);
                (id, pointer, Boolean, questions::experience(kind))
            }
            Self::RecoverySince => ("recovery_since", "/recovery_since", Date, questions::RECOVERY_SINCE),
            Self::Education => ("education", "/education", Choice, questions::EDUCATION),
            Self::Training => ("training", "/training", List, questions::TRAINING),
            Self::TrainingTopics => ("training_topics", "/training", List, questions::TRAINING_TOPICS),
            Self::TrainingApproval => ("training_approval", "/training", List, questions::TRAINING_APPROVAL),
            Self::WorkHours => ("work_hours", "/work_hours", Hours, questions::WORK_HOURS),
            Self::VolunteerHours => ("volunteer_hours", "/volunteer_hours", Hours, questions::VOLUNTEER_HOURS),
            Self::SupervisionHours => ("supervision_hours", "/supervision_hours", Hours, questions::SUPERVISION_HOURS),
            Self::PracticumHours => ("practicum_hours", "/practicum_hours", Hours, questions::PRACTICUM_HOURS),
            Self::ExamsPassed => ("exams_passed", "/exams_passed", List, questions::EXAMS_PASSED),
            Self::CredentialsHeld => ("credentials_held", "/credentials_held", List, questions::CREDENTIALS_HELD),
            Self::BackgroundCheckPassed => {
                ("background_check_passed", "/background_check_passed", Boolean, questions::BACKGROUND_CHECK_PASSED)
            }
            Self::CodeOfEthicsSigned => {
                ("code_of_ethics_signed", "/code_of_ethics_signed", Boolean, questions::CODE_OF_ETHICS_SIGNED)
            }
            Self::References => ("references", "/references", Count, questions::REFERENCES),
            Self::LivesIn => ("lives_in", "/lives_in", Jurisdiction, questions::LIVES_IN),
            Self::WorksIn => ("works_in", "/works_in", List, questions::WORKS_IN),
            Self::Confirmed => ("confirmed", "/confirmed/-", Boolean, questions::CONFIRMED),
        }
    }
}

const fn field_of(kind: Experience) -> (&'static str, &'static str) {
    match kind {
        Experience::MentalHealth => ("lived_experience.mental_health", "/lived_experience/mental_health"),
        Experience::SubstanceUse => ("lived_experience.substance_use", "/lived_experience/substance_use"),
        Experience::Family => ("lived_experience.family", "/lived_experience/family"),
        Experience::Youth => ("lived_experience.youth", "/lived_experience/youth"),
        Experience::Veteran => ("veteran", "/veteran"),
        Experience::JusticeInvolved => ("lived_experience.justice_involved", "/lived_experience/justice_involved"),
        Experience::Housing => ("lived_experience.housing", "/lived_experience/housing"),
    }
}
