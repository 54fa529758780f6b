//! Jurisdictions: the states, the District of Columbia and the territories.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::credential::Specialty;
use super::entry::{Entry, identified_by};
use super::identifier::{Identifier, JurisdictionCode, SourceId};
use super::search::Texts;
use super::visit::Visit;

/// A state, the District of Columbia or a territory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Jurisdiction {
    /// ISO 3166-2 code.
    pub code: JurisdictionCode,
    /// English name.
    #[schema(min_length = 3)]
    pub name: String,
    /// Whether it certifies peer specialists.
    pub program_status: ProgramStatus,
    /// Whether its Medicaid program pays for peer support; null if not stated.
    #[serde(default)]
    pub medicaid_reimbursement: Option<MedicaidReimbursement>,
}

impl Entry for Jurisdiction {
    identified_by!(JurisdictionCode, code);

    fn search_texts(&self) -> Texts<'_> {
        vec![(2, &self.name), (2, self.code.as_str())]
    }

    fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        visit.may_mention("program_status/source", self.program_status.source.as_ref());
        if let Some(medicaid) = &self.medicaid_reimbursement {
            visit.mentions("medicaid_reimbursement/source", &medicaid.source);
        }
    }
}

/// Whether a jurisdiction certifies peer specialists, with the source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProgramStatus {
    /// Status of the program.
    pub value: ProgramStage,
    /// Source of this fact; null if none was found.
    #[serde(deserialize_with = "super::entry::stated")]
    #[schema(required)]
    pub source: Option<SourceId>,
}

/// Status of a jurisdiction's certification program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProgramStage {
    /// It certifies peer specialists today.
    Established,
    /// A program is announced or legislated.
    InDevelopment,
    /// There is no program, according to a source.
    None,
    /// No usable source was found.
    Unknown,
}

/// Whether a jurisdiction's Medicaid program pays for peer support.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MedicaidReimbursement {
    /// True if it pays.
    pub value: bool,
    /// Specialties to which this applies; empty if the source names none.
    #[serde(default)]
    pub specialties: Vec<Specialty>,
    /// Details that the other fields cannot express.
    #[serde(default)]
    #[schema(max_length = 200)]
    pub note: Option<String>,
    /// Source of this fact.
    pub source: SourceId,
}
