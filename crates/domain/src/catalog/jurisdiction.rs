//! Jurisdictions: the states, the District and the territories.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::credential::Specialty;
use super::entry::Entry;
use super::identifier::{Identifier, JurisdictionCode, SourceId};
use super::search::Texts;
use super::visit::Visit;

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

impl Entry for Jurisdiction {
    type Id = JurisdictionCode;

    fn id(&self) -> &JurisdictionCode {
        &self.code
    }

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
