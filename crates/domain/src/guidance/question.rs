//! What to ask an applicant next.

use serde::Serialize;
use utoipa::ToSchema;

use super::assessment::Assessment;
use super::verdict::{Question, Verdict};
use crate::catalog::credential::{Credential, Route};
use crate::catalog::requirement::{Experience, Requirement};

/// A question, and how much hangs on its answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OpenQuestion<'a> {
    /// What is asked.
    pub question: Question,
    /// The requirement that it is about, where no field of the profile can tell.
    pub about: Option<(&'a Credential, &'a Route, &'a Requirement)>,
    /// How many verdicts hang on it.
    pub verdicts: usize,
    /// Of how many credentials.
    pub credentials: usize,
}

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnswerForm {
    /// Yes or no.
    Boolean,
    /// A day.
    Date,
    /// A number of hours.
    Hours,
    /// A whole number.
    Count,
    /// One of some words.
    Choice,
    /// The code of a jurisdiction.
    Jurisdiction,
    /// A list.
    List,
}

/// What is not known in some assessments, what settles most first.
#[must_use]
pub fn open_questions<'a>(assessments: &[Assessment<'a>]) -> Vec<OpenQuestion<'a>> {
    let mut of_fields: Vec<OpenQuestion<'a>> = Vec::new();
    let mut of_requirements: Vec<OpenQuestion<'a>> = Vec::new();
    // So that a credential counts once for each question.
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
    /// What it is known by.
    #[must_use]
    pub const fn id(self) -> &'static str {
        self.parts().0
    }

    /// The JSON Pointer of the field of a profile that answers it.
    #[must_use]
    pub const fn pointer(self) -> &'static str {
        self.parts().1
    }

    /// The form of the answer.
    #[must_use]
    pub const fn answer(self) -> AnswerForm {
        self.parts().2
    }

    /// The question, to be asked of the applicant.
    #[must_use]
    pub const fn text(self) -> &'static str {
        self.parts().3
    }

    const fn parts(self) -> (&'static str, &'static str, AnswerForm, &'static str) {
        use AnswerForm::{Boolean, Choice, Count, Date, Hours, Jurisdiction, List};
        match self {
            Self::BirthDate => ("birth_date", "/birth_date", Date, "When were you born?"),
            Self::LivedExperience(kind) => of_experience(kind),
            Self::RecoverySince => ("recovery_since", "/recovery_since", Date, "Since when have you been in recovery?"),
            Self::Education => {
                ("education", "/education", Choice, "What is the highest level of school that you finished?")
            }
            Self::Training => (
                "training",
                "/training",
                List,
                "What trainings for the role have you finished, of how many hours each?",
            ),
            Self::TrainingTopics => {
                ("training_topics", "/training", List, "How do the hours of your trainings fall to their topics?")
            }
            Self::TrainingApproval => {
                ("training_approval", "/training", List, "Where are the providers of your trainings approved?")
            }
            Self::WorkHours => {
                ("work_hours", "/work_hours", Hours, "How many hours have you been paid to work in the role?")
            }
            Self::VolunteerHours => (
                "volunteer_hours",
                "/volunteer_hours",
                Hours,
                "How many hours have you worked in the role without pay?",
            ),
            Self::SupervisionHours => {
                ("supervision_hours", "/supervision_hours", Hours, "How many hours of supervision have you received?")
            }
            Self::PracticumHours => {
                ("practicum_hours", "/practicum_hours", Hours, "How many hours of practicum have you done?")
            }
            Self::ExamsPassed => {
                ("exams_passed", "/exams_passed", List, "Which examinations for the role have you passed?")
            }
            Self::CredentialsHeld => {
                ("credentials_held", "/credentials_held", List, "Which peer support credentials do you hold?")
            }
            Self::BackgroundCheckPassed => {
                ("background_check_passed", "/background_check_passed", Boolean, "Have you passed a background check?")
            }
            Self::CodeOfEthicsSigned => {
                ("code_of_ethics_signed", "/code_of_ethics_signed", Boolean, "Have you signed the code of ethics?")
            }
            Self::References => ("references", "/references", Count, "How many people vouch for you in writing?"),
            Self::LivesIn => ("lives_in", "/lives_in", Jurisdiction, "Which state do you live in?"),
            Self::WorksIn => ("works_in", "/works_in", List, "Which states do you work in?"),
            Self::Confirmed => ("confirmed", "/confirmed/-", Boolean, "Do you meet this requirement?"),
        }
    }
}

const fn of_experience(kind: Experience) -> (&'static str, &'static str, AnswerForm, &'static str) {
    let (id, pointer, text) = match kind {
        Experience::MentalHealth => (
            "lived_experience.mental_health",
            "/lived_experience/mental_health",
            "Have you lived with a mental health condition?",
        ),
        Experience::SubstanceUse => {
            ("lived_experience.substance_use", "/lived_experience/substance_use", "Have you lived with substance use?")
        }
        Experience::Family => (
            "lived_experience.family",
            "/lived_experience/family",
            "Have you raised or cared for somebody with a mental health condition or substance use?",
        ),
        Experience::Youth => (
            "lived_experience.youth",
            "/lived_experience/youth",
            "Did you live with a mental health condition or substance use as a young person?",
        ),
        Experience::Veteran => ("veteran", "/veteran", "Did you serve in the military?"),
        Experience::JusticeInvolved => (
            "lived_experience.justice_involved",
            "/lived_experience/justice_involved",
            "Have you been arrested, incarcerated or on probation?",
        ),
        Experience::Housing => {
            ("lived_experience.housing", "/lived_experience/housing", "Have you been without a home or stable housing?")
        }
    };
    (id, pointer, AnswerForm::Boolean, text)
}
