//! An applicant’s profile. Every field is optional, and a missing field is unknown.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::catalog::credential::FeeKind;
use crate::catalog::identifier::{CredentialId, JurisdictionCode, RequirementPath};
use crate::catalog::name::Name;
use crate::catalog::quantity::Hours;
use crate::catalog::reference::CredentialReference;
use crate::catalog::requirement::{EducationLevel, Experience};

/// An applicant’s profile. A field that is null or missing is unknown and never counts as no.
///
/// Contains health information, so it has no form that could be logged.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Date of birth. Better than an age, because it shows when an age will be reached.
    pub birth_date: Option<NaiveDate>,
    /// Age in whole years on the day of the request.
    #[schema(maximum = 120)]
    pub age_years: Option<u8>,
    /// Lived experience.
    pub lived_experience: Option<LivedExperience>,
    /// Whether the applicant served in the military.
    pub veteran: Option<bool>,
    /// First day of recovery. Better than months, because it stays true.
    pub recovery_since: Option<NaiveDate>,
    /// Whole months of recovery on the day of the request.
    #[schema(maximum = 1200)]
    pub recovery_months: Option<u16>,
    /// Highest level of education completed.
    pub education: Option<Schooling>,
    /// Every finished training for the role; empty: none.
    #[schema(max_items = 100)]
    pub training: Option<Vec<CompletedTraining>>,
    /// Hours of paid work in the role.
    #[schema(maximum = 200_000)]
    pub work_hours: Option<Hours>,
    /// Hours of unpaid work in the role.
    #[schema(maximum = 200_000)]
    pub volunteer_hours: Option<Hours>,
    /// Hours of practicum.
    #[schema(maximum = 200_000)]
    pub practicum_hours: Option<Hours>,
    /// Hours of supervision received.
    #[schema(maximum = 200_000)]
    pub supervision_hours: Option<Hours>,
    /// Every passed examination for the role; empty: none.
    #[schema(max_items = 100)]
    pub exams_passed: Option<Vec<PassedExam>>,
    /// Every credential for the role that the applicant holds; empty: none.
    #[schema(max_items = 100)]
    pub credentials_held: Option<Vec<HeldCredential>>,
    /// Whether the applicant passed a background check.
    pub background_check_passed: Option<bool>,
    /// Whether the applicant signed the code of ethics.
    pub code_of_ethics_signed: Option<bool>,
    /// Number of people who gave a written reference.
    #[schema(maximum = 100)]
    pub references: Option<u8>,
    /// The jurisdiction that the applicant lives in.
    pub lives_in: Option<JurisdictionCode>,
    /// Every jurisdiction that the applicant works in; empty: none.
    #[schema(max_items = 100)]
    pub works_in: Option<Vec<JurisdictionCode>>,
    /// Fees that are already paid.
    #[schema(max_items = 100)]
    pub fees_paid: Option<Vec<PaidFee>>,
    /// Requirements that the applicant confirms. For some kinds, such as `other`, only this decides. If a requirement
    /// has a note, a confirmation overrules its fields, except for ages, lengths of time and hours of learning.
    #[schema(max_items = 1000)]
    pub confirmed: Option<Vec<RequirementPath>>,
}

/// Lived experience by kind; null: unknown.
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(default, deny_unknown_fields)]
pub struct LivedExperience {
    /// A mental health condition.
    pub mental_health: Option<bool>,
    /// Substance use.
    pub substance_use: Option<bool>,
    /// Raising or caring for someone with a mental health condition or substance use.
    pub family: Option<bool>,
    /// A mental health condition or substance use as a young person.
    pub youth: Option<bool>,
    /// Arrest, incarceration or probation.
    pub justice_involved: Option<bool>,
    /// Homelessness or unstable housing.
    pub housing: Option<bool>,
}

/// The highest level of education completed, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Schooling {
    /// Less than a high school diploma.
    LessThanHighSchool,
    /// A high school diploma or its equivalent.
    HighSchoolOrEquivalent,
    /// An associate degree.
    Associate,
    /// A bachelor’s degree.
    Bachelor,
    /// A master’s degree or higher.
    Master,
}

/// A finished training.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompletedTraining {
    /// Its length.
    #[schema(maximum = 10_000)]
    pub hours: Hours,
    /// Hours by topic, as far as known; null: unknown.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub topics: Option<Vec<TopicHours>>,
    /// Where the provider is approved: jurisdiction codes and credential ids; empty: nowhere; null: unknown.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub approved_for: Option<Vec<CredentialReference>>,
}

/// Hours of a training about one topic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TopicHours {
    /// The topic.
    #[schema(max_length = 200)]
    pub name: Name,
    /// Its hours.
    #[schema(maximum = 10_000)]
    pub hours: Hours,
}

/// A passed examination, by credential or by name.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct PassedExam {
    /// The credential that it was taken for.
    #[serde(default)]
    pub credential: Option<CredentialId>,
    /// Its name, such as `IC&RC Peer Recovery exam`.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub name: Option<Name>,
    /// The day on which it was passed.
    #[serde(default)]
    pub passed_on: Option<NaiveDate>,
}

/// A credential that somebody holds, by id or by title.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct HeldCredential {
    /// The credential, if it is in the catalog.
    #[serde(default)]
    pub credential: Option<CredentialId>,
    /// The title, if it is not in the catalog. Nothing is concluded from it.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub title: Option<String>,
    /// The day of issue.
    #[serde(default)]
    pub issued_on: Option<NaiveDate>,
    /// The last valid day; null: it does not expire, or unknown.
    #[serde(default)]
    pub expires_on: Option<NaiveDate>,
}

/// A paid fee.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct PaidFee {
    /// The credential.
    pub credential: CredentialId,
    /// The kind of fee: all fees of this kind for the credential count as paid.
    pub kind: FeeKind,
}

impl Profile {
    /// Whether the applicant has this experience; `None`: unknown.
    #[must_use]
    pub fn experience(&self, kind: Experience) -> Option<bool> {
        let lived = self.lived_experience.unwrap_or_default();
        match kind {
            Experience::MentalHealth => lived.mental_health,
            Experience::SubstanceUse => lived.substance_use,
            Experience::Family => lived.family,
            Experience::Youth => lived.youth,
            Experience::Veteran => self.veteran,
            Experience::JusticeInvolved => lived.justice_involved,
            Experience::Housing => lived.housing,
        }
    }

    /// The same, mutable.
    pub fn experience_mut(&mut self, kind: Experience) -> &mut Option<bool> {
        let lived = self.lived_experience.get_or_insert_default();
        match kind {
            Experience::MentalHealth => &mut lived.mental_health,
            Experience::SubstanceUse => &mut lived.substance_use,
            Experience::Family => &mut lived.family,
            Experience::Youth => &mut lived.youth,
            Experience::Veteran => &mut self.veteran,
            Experience::JusticeInvolved => &mut lived.justice_involved,
            Experience::Housing => &mut lived.housing,
        }
    }
}

impl Schooling {
    /// Whether it reaches a required level.
    #[must_use]
    pub fn reaches(self, level: EducationLevel) -> bool {
        self >= level.into()
    }
}

impl From<EducationLevel> for Schooling {
    fn from(level: EducationLevel) -> Self {
        match level {
            EducationLevel::HighSchoolOrEquivalent => Self::HighSchoolOrEquivalent,
            EducationLevel::Associate => Self::Associate,
            EducationLevel::Bachelor => Self::Bachelor,
            EducationLevel::Master => Self::Master,
        }
    }
}
