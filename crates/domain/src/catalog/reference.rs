//! References to credentials: single ones, or groups.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::identifier::{CredentialId, Identifier, InvalidId, JurisdictionCode, text_schema};
use super::visit::Visit;

/// A credential, or a group of credentials, that is accepted or required.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum CredentialReference {
    /// The certification of any state, decided case by case (`any-state`).
    AnyState,
    /// Holders through an IC&RC member board (`ic-rc`).
    IcRc,
    /// No credential is accepted, according to the source (`none`).
    None,
    /// The certification of a jurisdiction (`US-WA`).
    Jurisdiction(JurisdictionCode),
    /// One credential of the catalog, by id.
    Credential(CredentialId),
}

/// The national credential that IC&RC's member boards issue.
pub(crate) const IC_RC_CREDENTIAL: &str = "ic-rc-pr";

impl CredentialReference {
    /// Whether accepting `self` includes accepting `other`.
    ///
    /// `any-state` covers all jurisdictions and their credentials, a jurisdiction covers its credentials, and `ic-rc` covers the
    /// credential of IC&RC.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::AnyState, Self::Jurisdiction(_)) => true,
            (Self::AnyState, Self::Credential(id)) => id.jurisdiction().is_some(),
            (Self::Jurisdiction(code), Self::Credential(id)) => id.jurisdiction().as_ref() == Some(code),
            (Self::IcRc, Self::Credential(id)) => id.as_str() == IC_RC_CREDENTIAL,
            _ => self == other,
        }
    }
}

pub(super) fn visit_references<'a>(visit: &mut Visit<'a>, field: &str, references: &'a [CredentialReference]) {
    for (index, reference) in references.iter().enumerate() {
        let field = format!("{field}/{index}");
        match reference {
            CredentialReference::Jurisdiction(code) => visit.mentions(&field, code),
            CredentialReference::Credential(id) => visit.mentions(&field, id),
            CredentialReference::AnyState | CredentialReference::IcRc | CredentialReference::None => {}
        }
    }
    visit.distinct(field, references);
}

impl FromStr for CredentialReference {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text {
            "any-state" => Ok(Self::AnyState),
            "ic-rc" => Ok(Self::IcRc),
            "none" => Ok(Self::None),
            _ => text.parse().map(Self::Jurisdiction).or_else(|_| text.parse().map(Self::Credential)).map_err(
                |_: InvalidId| {
                    InvalidId::new(text, "any-state, ic-rc, none, the code of a jurisdiction or the id of a credential")
                },
            ),
        }
    }
}

impl TryFrom<String> for CredentialReference {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<CredentialReference> for String {
    fn from(reference: CredentialReference) -> Self {
        reference.to_string()
    }
}

impl fmt::Display for CredentialReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AnyState => f.write_str("any-state"),
            Self::IcRc => f.write_str("ic-rc"),
            Self::None => f.write_str("none"),
            Self::Jurisdiction(code) => code.fmt(f),
            Self::Credential(id) => id.fmt(f),
        }
    }
}

impl PartialSchema for CredentialReference {
    fn schema() -> RefOr<Schema> {
        text_schema(
            "`any-state` (the certification of any state, decided case by case), `ic-rc` (through an IC&RC member board), `none`, \
             the code of a jurisdiction, or the id of a credential.",
            "^(US-[A-Z]{2}|[a-z0-9][a-z0-9.-]*)$",
            &["any-state", "ic-rc", "US-WA", "naadac-ncprss"],
        )
    }
}

impl ToSchema for CredentialReference {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wider_reference_covers_the_narrower_one() {
        let covers = |a: &str, b: &str| a.parse::<CredentialReference>().unwrap().covers(&b.parse().unwrap());
        assert!(covers("any-state", "US-WA") && covers("any-state", "us-wa-cpc") && covers("US-WA", "us-wa-cpc"));
        assert!(covers("ic-rc", "ic-rc-pr") && covers("none", "none"));
        assert!(!covers("US-WA", "any-state") && !covers("US-WA", "us-id-cpss") && !covers("any-state", "nff-cfps"));
        assert!(!covers("none", "US-WA") && !covers("any-state", "none"));
    }
}
