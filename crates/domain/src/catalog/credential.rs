//! Jurisdictions and the credentials that can be held in them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::catalog::identifier::{CredentialId, Identifier, JurisdictionCode, RouteId, SourceId};
use crate::catalog::quantity::{Hours, Usd};
use crate::catalog::reference::{CredentialReference, IC_RC_CREDENTIAL};
use crate::catalog::requirement::Requirement;
use crate::catalog::source::Completeness;

/// A state, the District or a territory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Jurisdiction {
    /// Its ISO 3166-2 code.
    pub code: JurisdictionCode,
    /// Its name in English.
    #[schema(min_length = 3)]
    pub name: String,
    /// Whether it certifies peer specialists.
    pub program_status: ProgramStatus,
    /// Whether its Medicaid program pays for peer support; null: not stated.
    #[serde(default)]
    pub medicaid_reimbursement: Option<MedicaidReimbursement>,
}

/// Whether a jurisdiction certifies peer specialists, and who says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgramStatus {
    /// The status.
    pub value: ProgramStage,
    /// The source that states it; null where none was found.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub source: Option<SourceId>,
}

/// How far a jurisdiction's program has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProgramStage {
    /// It certifies today.
    Established,
    /// Announced or legislated.
    InDevelopment,
    /// A source says that there is no program.
    None,
    /// No usable source was found.
    Unknown,
}

/// Whether a jurisdiction's Medicaid program pays for peer support, as far as the source says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MedicaidReimbursement {
    /// Whether it pays.
    pub value: bool,
    /// The specialties that the answer holds for; empty: the source does not limit it.
    #[serde(default)]
    pub specialties: Vec<Specialty>,
    /// What the fields cannot say.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub note: Option<String>,
    /// The source that states it.
    pub source: SourceId,
}

/// One certification that a person can hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credential {
    /// Its id.
    pub id: CredentialId,
    /// The jurisdiction that it is for; null: a national credential, which no state issues.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub jurisdiction: Option<JurisdictionCode>,
    /// Its title.
    #[schema(min_length = 3)]
    pub title: String,
    /// Its acronym; null where it has none.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub acronym: Option<String>,
    /// Titles that it had before.
    #[serde(default)]
    pub former_titles: Vec<String>,
    /// Active unless a source says otherwise.
    pub status: CredentialStatus,
    /// Whom its holders support.
    #[schema(min_items = 1)]
    pub specialties: Vec<Specialty>,
    /// True where it is held only until the full certification: a trainee's, a temporary one. Null: no source says so.
    #[serde(default)]
    pub provisional: Option<bool>,
    /// The credential that this one is an endorsement or specialty of; null: it stands by itself.
    #[serde(default)]
    pub endorsement_of: Option<CredentialId>,
    /// Who certifies.
    pub certifying_body: CertifyingBody,
    /// The ways to earn it. Empty: it exists, and no source for its requirements was found.
    pub routes: Vec<Route>,
    /// What it costs, as far as sources say; there may be more.
    pub fees: Vec<Fee>,
    /// How it is kept; null: not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub renewal: Option<Renewal>,
    /// Which other credentials it accepts; null: not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub reciprocity: Option<Reciprocity>,
    /// Every source that it rests on.
    #[schema(min_items = 1)]
    pub source_ids: Vec<SourceId>,
}

impl Credential {
    /// Whether it is held only until the full certification, as far as a source says.
    #[must_use]
    pub fn is_provisional(&self) -> bool {
        self.provisional == Some(true)
    }

    /// Whether a reference means this credential: who holds it has what the reference asks for.
    #[must_use]
    pub fn is_meant_by(&self, reference: &CredentialReference) -> bool {
        match reference {
            CredentialReference::AnyState => self.jurisdiction.is_some(),
            CredentialReference::IcRc => self.id.as_str() == IC_RC_CREDENTIAL,
            CredentialReference::None => false,
            CredentialReference::Jurisdiction(code) => self.jurisdiction.as_ref() == Some(code),
            CredentialReference::Credential(id) => *id == self.id,
        }
    }

    /// How much of what it takes is known: complete only if every route is.
    #[must_use]
    pub fn completeness(&self) -> Completeness {
        if self.routes.is_empty() {
            Completeness::NotRetrieved
        } else if self.routes.iter().all(|route| route.completeness == Completeness::Complete) {
            Completeness::Complete
        } else {
            Completeness::Partial
        }
    }

    /// The source of each fact that names one of its own.
    pub fn fact_sources(&self) -> impl Iterator<Item = &SourceId> {
        let requirements =
            self.routes.iter().flat_map(|route| &route.requirements).map(|requirement| &requirement.source);
        requirements
            .chain(self.fees.iter().map(|fee| &fee.source))
            .chain(self.renewal.iter().map(|renewal| &renewal.source))
            .chain(self.reciprocity.iter().map(|reciprocity| &reciprocity.source))
    }
}

/// Whether a credential can be applied for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CredentialStatus {
    /// It can be applied for.
    Active,
    /// It is announced for a later date.
    Announced,
    /// It is closed to new applicants.
    Closed,
}

/// Whom a credential's holders support, or in what function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Specialty {
    /// People with mental health conditions.
    MentalHealth,
    /// People who use or used substances.
    SubstanceUse,
    /// Families and caregivers.
    Family,
    /// Young people.
    Youth,
    /// Veterans.
    Veteran,
    /// People who met the justice system.
    JusticeInvolved,
    /// People in crisis.
    Crisis,
    /// Older adults.
    OlderAdult,
    /// People without stable housing.
    Housing,
    /// Other peer specialists, as their supervisor.
    Supervisor,
}

/// Who certifies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CertifyingBody {
    /// Its name.
    #[schema(min_length = 1)]
    pub name: String,
    /// What sort of body it is.
    pub kind: CertifyingBodyKind,
    /// Its page; null: not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required, pattern = "^https?://")]
    pub url: Option<String>,
}

/// What sort of body certifies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CertifyingBodyKind {
    /// An agency of the state.
    StateAgency,
    /// A certification board.
    CertificationBoard,
    /// Another nonprofit.
    Nonprofit,
    /// A university.
    University,
    /// Something else.
    Other,
}

/// One way to earn a credential: all its requirements must be met.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// Unique within its credential.
    pub id: RouteId,
    /// What it is called.
    #[schema(min_length = 1)]
    pub name: String,
    /// Whether the list of requirements is known to be whole: `complete` or `partial`.
    pub completeness: Completeness,
    /// The last day on which it can be taken; null: not stated.
    #[serde(default)]
    pub closes_on: Option<NaiveDate>,
    /// What it asks.
    #[schema(min_items = 1)]
    pub requirements: Vec<Requirement>,
}

/// Something to be paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Fee {
    /// What it is paid for.
    pub kind: FeeKind,
    /// The amount; where the source gives a range, its lower end.
    pub amount_usd: Usd,
    /// The upper end, where the source gives a range; null otherwise.
    #[serde(default)]
    pub amount_usd_max: Option<Usd>,
    /// What the fields cannot say.
    #[serde(default)]
    pub note: Option<String>,
    /// The source that states it.
    pub source: SourceId,
}

/// What a fee is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FeeKind {
    /// The application.
    Application,
    /// The certification itself.
    Certification,
    /// The examination.
    Exam,
    /// The training.
    Training,
    /// Keeping the credential.
    Renewal,
    /// The background check.
    BackgroundCheck,
    /// Something that only some pay, as the note says.
    Other,
}

/// How a credential is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Renewal {
    /// How often, in months; null: not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required, minimum = 1, maximum = 120)]
    pub period_months: Option<u16>,
    /// Hours of continuing education; null: not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub continuing_education_hours: Option<Hours>,
    /// What these hours are counted over; null: not stated.
    #[serde(default)]
    pub continuing_education_per: Option<CountedOver>,
    /// How many of them are in ethics; null: not stated.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub ethics_hours: Option<Hours>,
    /// Hours of peer work that the period asks; null: not stated.
    #[serde(default)]
    pub service_hours: Option<Hours>,
    /// What the fields cannot say.
    #[serde(default)]
    pub note: Option<String>,
    /// The source that states it.
    pub source: SourceId,
}

/// What hours are counted over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CountedOver {
    /// The renewal period.
    Period,
    /// A year.
    Year,
}

/// Which other credentials a credential accepts in place of its own requirements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reciprocity {
    /// What it accepts; `none` where the source says that nothing is.
    #[schema(min_items = 1)]
    pub accepts: Vec<CredentialReference>,
    /// What the fields cannot say.
    #[serde(default)]
    pub note: Option<String>,
    /// The source that states it.
    pub source: SourceId,
}
