//! Ids as types: parsed once at the edge, impossible to mix up afterwards.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::catalog::kind::Kind;

/// The most characters an id may have, a requirement's full id included.
pub const LONGEST_ID: usize = 160;

/// A text that is no id of the kind it was meant for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {expected}")]
pub struct InvalidId {
    text: String,
    expected: &'static str,
}

impl InvalidId {
    pub(crate) fn new(text: &str, expected: &'static str) -> Self {
        Self { text: text.chars().take(LONGEST_ID).collect(), expected }
    }
}

/// An id that names one record, or one part of a record, of the catalog.
pub trait Identifier {
    /// What it names.
    const KIND: Kind;

    /// The id as it stands in files, in the database and in URLs.
    fn as_str(&self) -> &str;
}

/// Words of lower-case letters and digits, joined by hyphens or dots.
fn is_plain(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.')
}

/// An id of `segments` plain ids joined by slashes.
fn is_path(text: &str, segments: usize) -> bool {
    text.len() <= LONGEST_ID && text.split('/').count() == segments && text.split('/').all(is_plain)
}

/// `US-` and two capital letters, as ISO 3166-2 has it.
fn is_jurisdiction(text: &str) -> bool {
    text.strip_prefix("US-").is_some_and(|rest| rest.len() == 2 && rest.chars().all(|c| c.is_ascii_uppercase()))
}

const PLAIN: &str = "[a-z0-9][a-z0-9.-]*";

fn text_schema(description: &str, pattern: &str, example: &str) -> Object {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
        .pattern(Some(pattern))
        .examples([serde_json::Value::from(example)])
        .build()
}

macro_rules! identifiers {
    ($($(#[doc = $doc:literal])+ $name:ident: $kind:ident, $expected:literal, $valid:expr, $pattern:expr, $example:literal;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Box<str>);

        impl Identifier for $name {
            const KIND: Kind = Kind::$kind;

            fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                let valid: fn(&str) -> bool = $valid;
                if valid(text) { Ok(Self(text.into())) } else { Err(InvalidId::new(text, $expected)) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;

            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.into()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                text_schema(concat!($($doc, "\n"),+).trim(), &$pattern, $example).into()
            }
        }

        impl ToSchema for $name {}
    )+};
}

identifiers! {
    /// The ISO 3166-2 code of a state, the District or a territory.
    JurisdictionCode: Jurisdiction, "the ISO 3166-2 code of a jurisdiction, such as US-TX", is_jurisdiction, "^US-[A-Z]{2}$", "US-TX";
    /// A source, qualified by the file that lists it.
    SourceId: Source, "the id of a source, such as us-tx/tx-hhsc-peer", |text| is_path(text, 2), format!("^{PLAIN}/{PLAIN}$"), "us-tx/tx-hhsc-peer";
    /// A credential. A state's begins with the state's code, a national one with its owner.
    CredentialId: Credential, "the id of a credential, such as us-tx-mhps", |text| is_path(text, 1), format!("^{PLAIN}$"), "us-tx-mhps";
    /// A route, unique within its credential.
    RouteId: Route, "the id of a route, such as standard", |text| is_path(text, 1), format!("^{PLAIN}$"), "standard";
    /// A requirement, unique within its route and stable: others refer to it as `credential/route/requirement`.
    RequirementId: Requirement, "the id of a requirement, such as training", |text| is_path(text, 1), format!("^{PLAIN}$"), "other-self-directed-recovery";
    /// A requirement, told from all others: its credential, its route and its own id.
    RequirementPath: Requirement, "the id of a requirement with its credential and route, such as us-tx-mhps/standard/training", |text| is_path(text, 3), format!("^{PLAIN}/{PLAIN}/{PLAIN}$"), "us-tx-mhps/standard/training";
    /// A competency framework, or a set of model standards.
    FrameworkId: Framework, "the id of a framework, such as samhsa-core-competencies", |text| is_path(text, 1), format!("^{PLAIN}$"), "samhsa-core-competencies";
    /// A category of a framework.
    CategoryId: Category, "the id of a category, such as samhsa-cc-1", |text| is_path(text, 1), format!("^{PLAIN}$"), "samhsa-cc-1";
    /// A competency: its category's id and a number.
    CompetencyId: Competency, "the id of a competency, such as samhsa-cc-1.2", |text| is_path(text, 1), format!("^{PLAIN}$"), "samhsa-cc-1.2";
    /// A foundational principle of a framework.
    PrincipleId: Principle, "the id of a principle, such as samhsa-fp-1", |text| is_path(text, 1), format!("^{PLAIN}$"), "samhsa-fp-1";
    /// One of a set of model standards.
    StandardId: Standard, "the id of a standard, such as nms-training", |text| is_path(text, 1), format!("^{PLAIN}$"), "nms-training";
    /// A step of the pathway.
    StepId: Step, "the id of a step, such as complete-core-training", |text| is_path(text, 1), format!("^{PLAIN}$"), "complete-core-training";
    /// A task of a step.
    TaskId: Task, "the id of a task, such as understand-the-role-read", |text| is_path(text, 1), format!("^{PLAIN}$"), "understand-the-role-read";
    /// A pitfall on the pathway.
    PitfallId: Pitfall, "the id of a pitfall, such as burnout", |text| is_path(text, 1), format!("^{PLAIN}$"), "burnout";
    /// A good practice on the pathway.
    PracticeId: Practice, "the id of a practice, such as trauma-informed-care", |text| is_path(text, 1), format!("^{PLAIN}$"), "trauma-informed-care";
    /// A passage of an article that the pathway was drawn from.
    PassageId: Passage, "the id of a passage, such as seed-key-qualifications-01", |text| is_path(text, 1), format!("^{PLAIN}$"), "seed-key-qualifications-01";
    /// A rung of the career ladder.
    CareerLevelId: CareerLevel, "the id of a career level, such as entry", |text| is_path(text, 1), format!("^{PLAIN}$"), "entry";
    /// A role: a job title with what it means.
    RoleId: Role, "the id of a role, such as peer-advocate", |text| is_path(text, 1), format!("^{PLAIN}$"), "peer-advocate";
    /// A responsibility of the work.
    ResponsibilityId: Responsibility, "the id of a responsibility, such as advocacy", |text| is_path(text, 1), format!("^{PLAIN}$"), "advocacy";
    /// A skill.
    SkillId: Skill, "the id of a skill, such as active-listening", |text| is_path(text, 1), format!("^{PLAIN}$"), "active-listening";
    /// A training that is known by name in several places.
    TrainingId: Training, "the id of a training, such as wrap", |text| is_path(text, 1), format!("^{PLAIN}$"), "wrap";
    /// A resource: an organization, a publication, a help line.
    ResourceId: Resource, "the id of a resource, such as 988-lifeline", |text| is_path(text, 1), format!("^{PLAIN}$"), "988-lifeline";
    /// A question that people ask.
    FaqId: Faq, "the id of a question, such as how-long-it-takes", |text| is_path(text, 1), format!("^{PLAIN}$"), "how-long-it-takes";
    /// A claim about what peer support achieves, costs or asks.
    OutcomeId: Outcome, "the id of an outcome, such as training-hours", |text| is_path(text, 1), format!("^{PLAIN}$"), "training-hours";
    /// A note on records of the catalog.
    NoteId: Note, "the id of a note, such as ncps-hours-changed", |text| is_path(text, 1), format!("^{PLAIN}$"), "ncps-hours-changed";
}

impl CredentialId {
    /// The jurisdiction whose code the id begins with; `None` for a national credential's.
    #[must_use]
    pub fn jurisdiction(&self) -> Option<JurisdictionCode> {
        let (code, rest) = self.0.split_at_checked("us-xx".len())?;
        rest.starts_with('-').then(|| code.to_ascii_uppercase().parse().ok()).flatten()
    }
}

impl RequirementPath {
    /// The ids of its credential and its route, and its own within that.
    #[must_use]
    pub fn parts(&self) -> (&str, &str, &str) {
        let (credential, rest) = self.as_str().split_once('/').unwrap_or_default();
        let (route, requirement) = rest.split_once('/').unwrap_or_default();
        (credential, route, requirement)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_id_tells_its_jurisdiction() {
        let of = |id: &str| id.parse::<CredentialId>().unwrap().jurisdiction().map(|code| code.to_string());
        assert_eq!(of("us-tx-mhps").as_deref(), Some("US-TX"));
        assert_eq!(of("nff-cfps"), None);
        assert_eq!(of("us-1"), None);
    }

    #[test]
    fn ids_that_cannot_exist_are_refused() {
        for text in ["", "-tx", "US-TX", "us-tx/mhps", "us tx", "us-tx\0", "ü"] {
            assert!(text.parse::<CredentialId>().is_err(), "{text:?}");
        }
        for text in ["tx-hhsc-peer", "us-tx/", "/tx", "a/b/c"] {
            assert!(text.parse::<SourceId>().is_err(), "{text:?}");
        }
        for text in ["us-tx", "US-T", "US-TXX", "CA-ON", "US-tx"] {
            assert!(text.parse::<JurisdictionCode>().is_err(), "{text:?}");
        }
    }
}
