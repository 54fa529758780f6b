//! What an applicant says of themself. Every field is optional: what is not said is not known.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::catalog::credential::FeeKind;
use crate::catalog::identifier::{CredentialId, JurisdictionCode, RequirementPath};
use crate::catalog::name::Name;
use crate::catalog::quantity::Hours;
use crate::catalog::reference::CredentialReference;
use crate::catalog::requirement::{EducationLevel, Experience};

/// What an applicant says of themself. What is null or left out is not known, and never taken for a no.
///
/// It tells of somebody's health: it has no form in which it could slip into a log.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// The day of birth. Better than an age: it tells when an age will be reached.
    pub birth_date: Option<NaiveDate>,
    /// The age in whole years on the day that is asked for.
    #[schema(maximum = 120)]
    pub age_years: Option<u8>,
    /// What the applicant has lived through.
    pub lived_experience: Option<LivedExperience>,
    /// Whether the applicant served in the military.
    pub veteran: Option<bool>,
    /// The day from which the applicant counts their recovery. Better than months: it goes on by itself.
    pub recovery_since: Option<NaiveDate>,
    /// Whole months of recovery on the day that is asked for.
    #[schema(maximum = 1200)]
    pub recovery_months: Option<u16>,
    /// The highest level of schooling that was finished.
    pub education: Option<Schooling>,
    /// Every training for the role that was finished; empty: none.
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
    /// Every examination for the role that was passed; empty: none.
    #[schema(max_items = 100)]
    pub exams_passed: Option<Vec<PassedExam>>,
    /// Every credential for the role that is held; empty: none.
    #[schema(max_items = 100)]
    pub credentials_held: Option<Vec<HeldCredential>>,
    /// Whether a background check was passed.
    pub background_check_passed: Option<bool>,
    /// Whether the code of ethics was signed.
    pub code_of_ethics_signed: Option<bool>,
    /// How many people vouch for the applicant in writing.
    #[schema(maximum = 100)]
    pub references: Option<u8>,
    /// The jurisdiction that the applicant lives in.
    pub lives_in: Option<JurisdictionCode>,
    /// Every jurisdiction that the applicant works in; empty: none.
    #[schema(max_items = 100)]
    pub works_in: Option<Vec<JurisdictionCode>>,
    /// The fees that were paid already.
    #[schema(max_items = 100)]
    pub fees_paid: Option<Vec<PaidFee>>,
    /// Requirements that the applicant says they meet. Where no field can tell, as with `other`, nothing else can. Where a
    /// requirement has a note, this outweighs its fields, but for ages, lengths of time and hours of learning.
    #[schema(max_items = 1000)]
    pub confirmed: Option<Vec<RequirementPath>>,
}

/// What somebody has lived through: for each kind yes or no; null: not said.
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(default, deny_unknown_fields)]
pub struct LivedExperience {
    /// A mental health condition.
    pub mental_health: Option<bool>,
    /// Substance use.
    pub substance_use: Option<bool>,
    /// Raising or caring for somebody with such a condition.
    pub family: Option<bool>,
    /// Such a condition as a young person.
    pub youth: Option<bool>,
    /// Arrest, incarceration or probation.
    pub justice_involved: Option<bool>,
    /// Homelessness or unstable housing.
    pub housing: Option<bool>,
}

/// The highest level of schooling that somebody finished, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Schooling {
    /// None of the others.
    LessThanHighSchool,
    /// A high school diploma or its equivalent.
    HighSchoolOrEquivalent,
    /// An associate degree.
    Associate,
    /// A bachelor's degree.
    Bachelor,
    /// A master's degree, or more.
    Master,
}

/// A training that somebody finished.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompletedTraining {
    /// Its length.
    #[schema(maximum = 10_000)]
    pub hours: Hours,
    /// How its hours fall to topics, as far as that is known; null: not known.
    #[serde(default)]
    #[schema(max_items = 100)]
    pub topics: Option<Vec<TopicHours>>,
    /// Where its provider is approved: codes of jurisdictions, ids of credentials; empty: nowhere; null: not known.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub approved_for: Option<Vec<CredentialReference>>,
}

/// Hours of a training that go to one topic.
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

/// An examination that somebody passed: for which credential, or what it is called.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct PassedExam {
    /// The credential that it was taken for.
    #[serde(default)]
    pub credential: Option<CredentialId>,
    /// What it is called: `IC&RC Peer Recovery exam`.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub name: Option<Name>,
    /// The day on which it was passed.
    #[serde(default)]
    pub passed_on: Option<NaiveDate>,
}

/// A credential that somebody holds: one of the catalog, or what is written on it.
#[derive(Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct HeldCredential {
    /// The credential, where the catalog has it.
    #[serde(default)]
    pub credential: Option<CredentialId>,
    /// Its title, where the catalog does not have it. Nothing is concluded from it.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub title: Option<String>,
    /// The day on which it was issued.
    #[serde(default)]
    pub issued_on: Option<NaiveDate>,
    /// The last day on which it is valid; null: it does not expire, or that is not known.
    #[serde(default)]
    pub expires_on: Option<NaiveDate>,
}

/// A fee that somebody paid.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct PaidFee {
    /// For which credential.
    pub credential: CredentialId,
    /// What it was paid for: all fees of this kind for the credential are taken for paid.
    pub kind: FeeKind,
}

impl Profile {
    /// Whether the applicant has lived through something; `None`: not said.
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

    /// The same, to be changed.
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
    /// Whether it is enough where a level is asked for.
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
