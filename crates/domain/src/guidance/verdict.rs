//! What holding a requirement against an applicant comes to.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::name::Name;
use crate::quantity::Hours;
use crate::reference::CredentialReference;
use crate::requirement::{EducationLevel, Experience, Requirement};
use crate::selection::Bounds;

/// A requirement held against an applicant.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgment<'a> {
    /// The requirement.
    pub requirement: &'a Requirement,
    /// What came of it.
    pub verdict: Verdict<'a>,
    /// The hours that are still ahead by it: at least what is known to be missing, at most what may be.
    pub hours_ahead: Bounds<Hours>,
    /// Whether the applicant says that they meet it.
    pub confirmed: bool,
}

/// Whether an applicant meets a requirement.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict<'a> {
    /// They do, as far as its fields say.
    Met,
    /// They do not.
    Unmet(Gap<'a>),
    /// They have not said enough.
    Unknown(Question),
}

/// What is missing where a requirement is not met.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Gap<'a> {
    /// Hours of training, work, supervision or practicum.
    Hours {
        /// How many are missing at least; null: some are, and no source says how many are asked for.
        hours: Option<Hours>,
        /// The topics that lack hours, each with how many.
        topics: Vec<TopicGap<'a>>,
    },
    /// Months of recovery.
    Months {
        /// How many are missing.
        months: u16,
        /// The day on which time alone will have met it; where only months were given, the latest that it can be.
        met_on: NaiveDate,
    },
    /// Years of age.
    Years {
        /// How many are missing.
        years: u8,
        /// The day on which time alone will have met it; where only an age was given, the latest that it can be.
        met_on: NaiveDate,
    },
    /// Younger age: the applicant is too old, and no time will change that.
    Youth {
        /// By how many years they are too old.
        years: u8,
    },
    /// Schooling.
    Education {
        /// The level that is asked for.
        level: EducationLevel,
    },
    /// Having lived through something.
    Experience {
        /// One of these is asked for, and none is there; empty: one of them is.
        any_of: &'a [Experience],
        /// These are asked for besides, and are not there.
        also: Vec<Experience>,
    },
    /// People who vouch for the applicant.
    References {
        /// How many are missing.
        count: u8,
    },
    /// The examination.
    Examination,
    /// The background check.
    BackgroundCheck,
    /// The signature under the code of ethics.
    CodeOfEthics,
    /// Living or working in the jurisdiction.
    Residency,
    /// Another credential.
    Credential {
        /// One of these is asked for.
        any_of: &'a [CredentialReference],
    },
}

/// Hours that a topic of a training lacks.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TopicGap<'a> {
    /// The topic, as the source calls it.
    pub name: &'a Name,
    /// How many are missing at least.
    pub hours: Hours,
}

impl Gap<'_> {
    /// Whether neither doing something nor waiting closes it.
    #[must_use]
    pub const fn is_for_good(&self) -> bool {
        matches!(self, Self::Youth { .. } | Self::Experience { .. })
    }

    /// The day on which time alone closes it, where it does.
    #[must_use]
    pub const fn met_on(&self) -> Option<NaiveDate> {
        match self {
            Self::Months { met_on, .. } | Self::Years { met_on, .. } => Some(*met_on),
            _ => None,
        }
    }
}

/// What an applicant has not said, and would have to for a verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// When they were born.
    BirthDate,
    /// Whether they lived through this.
    LivedExperience(Experience),
    /// Since when they have been in recovery.
    RecoverySince,
    /// What schooling they finished.
    Education,
    /// What training they finished.
    Training,
    /// How the hours of their training fall to topics.
    TrainingTopics,
    /// Where the providers of their training are approved.
    TrainingApproval,
    /// How much paid work they did.
    WorkHours,
    /// How much unpaid work they did.
    VolunteerHours,
    /// How much supervision they received.
    SupervisionHours,
    /// How much practicum they did.
    PracticumHours,
    /// Which examinations they passed.
    ExamsPassed,
    /// Which credentials they hold.
    CredentialsHeld,
    /// Whether they passed a background check.
    BackgroundCheckPassed,
    /// Whether they signed the code of ethics.
    CodeOfEthicsSigned,
    /// How many people vouch for them.
    References,
    /// Where they live.
    LivesIn,
    /// Where they work.
    WorksIn,
    /// Whether they meet this very requirement: no field can tell.
    Confirmed,
}
