//! Verdicts on requirements, and their gaps and questions.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::catalog::name::Name;
use crate::catalog::quantity::Hours;
use crate::catalog::reference::CredentialReference;
use crate::catalog::requirement::{EducationLevel, Experience, Requirement};
use crate::catalog::selection::Bounds;
use crate::words::requirement::questions;

/// A requirement with its verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgment<'a> {
    /// The requirement.
    pub requirement: &'a Requirement,
    /// The verdict.
    pub verdict: Verdict<'a>,
    /// The remaining hours: at least those that are known to be missing, at most those that may be.
    pub hours_ahead: Bounds<Hours>,
    /// Whether the applicant confirms it.
    pub confirmed: bool,
}

/// Whether an applicant meets a requirement.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict<'a> {
    /// Yes, as far as its fields say.
    Met,
    /// No.
    Unmet(Gap<'a>),
    /// The profile does not decide.
    Unknown(Question),
}

/// What is missing from an unmet requirement.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Gap<'a> {
    /// Hours of training, work, supervision or practicum.
    Hours {
        /// Hours that are missing at least; null: some are, and no source states how many are required.
        hours: Option<Hours>,
        /// Topics that lack hours.
        topics: Vec<TopicGap<'a>>,
    },
    /// Months of recovery.
    Months {
        /// Months that are missing.
        months: u16,
        /// The day on which time alone will meet it, or the latest such day if only months are known.
        met_on: NaiveDate,
    },
    /// Years of age.
    Years {
        /// Years that are missing.
        years: u8,
        /// The day on which time alone will meet it, or the latest such day if only an age is known.
        met_on: NaiveDate,
    },
    /// A maximum age: the applicant is too old, and time will not change that.
    Youth {
        /// Years above the maximum.
        years: u8,
    },
    /// Education.
    Education {
        /// The required level.
        level: EducationLevel,
    },
    /// Lived experience.
    Experience {
        /// One of these is required, and the applicant has none; empty: the applicant has one.
        any_of: &'a [Experience],
        /// These are required as well, and the applicant lacks them.
        also: Vec<Experience>,
    },
    /// References.
    References {
        /// References that are missing.
        count: u8,
    },
    /// The examination.
    Examination,
    /// The background check.
    BackgroundCheck,
    /// The signed code of ethics.
    CodeOfEthics,
    /// Living or working in the jurisdiction.
    Residency,
    /// Another credential.
    Credential {
        /// One of these is required.
        any_of: &'a [CredentialReference],
    },
}

/// Missing hours of a topic.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TopicGap<'a> {
    /// The topic, as the source calls it.
    pub name: &'a Name,
    /// Hours that are missing at least.
    pub hours: Hours,
}

impl Gap<'_> {
    /// Whether neither action nor time can close the gap.
    #[must_use]
    pub const fn is_for_good(&self) -> bool {
        matches!(self, Self::Youth { .. } | Self::Experience { .. })
    }

    /// The day on which time alone closes the gap, if it does.
    #[must_use]
    pub const fn met_on(&self) -> Option<NaiveDate> {
        match self {
            Self::Months { met_on, .. } | Self::Years { met_on, .. } => Some(*met_on),
            _ => None,
        }
    }
}

/// A question that would decide an unknown verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Date of birth.
    BirthDate,
    /// Lived experience of this kind.
    LivedExperience(Experience),
    /// First day of recovery.
    RecoverySince,
    /// Highest level of education.
    Education,
    /// Finished trainings.
    Training,
    /// Hours of the trainings by topic.
    TrainingTopics,
    /// Where the providers of the trainings are approved.
    TrainingApproval,
    /// Hours of paid work.
    WorkHours,
    /// Hours of unpaid work.
    VolunteerHours,
    /// Hours of supervision.
    SupervisionHours,
    /// Hours of practicum.
    PracticumHours,
    /// Passed examinations.
    ExamsPassed,
    /// Credentials held.
    CredentialsHeld,
    /// Whether a background check was passed.
    BackgroundCheckPassed,
    /// Whether the code of ethics was signed.
    CodeOfEthicsSigned,
    /// Number of references.
    References,
    /// Jurisdiction of residence.
    LivesIn,
    /// Jurisdictions of work.
    WorksIn,
    /// Confirmation of the requirement itself: no field decides it.
    Confirmed,
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
