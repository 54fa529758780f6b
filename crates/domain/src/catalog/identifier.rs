//! A type for the ids of each kind.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::kind::{Kind, for_each_kind};

/// Maximum characters of an id, including the full id of a requirement.
pub const LONGEST_ID: usize = 160;

/// A text that is not an id of the expected kind.
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

/// The id of a record, or of a part of a record.
pub trait Identifier {
    /// The kind of the record.
    const KIND: Kind;

    /// The id as text, the same in the database and in URLs.
    fn as_str(&self) -> &str;
}

/// Lower-case letters, digits, hyphens and dots; the first is a letter or digit.
fn is_plain(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase() || first.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.')
}

/// An id of `segments` plain ids joined by slashes.
fn is_path(text: &str, segments: usize) -> bool {
    text.len() <= LONGEST_ID && text.split('/').count() == segments && text.split('/').all(is_plain)
}

fn is_jurisdiction(text: &str) -> bool {
    text.strip_prefix("US-").is_some_and(|rest| rest.len() == 2 && rest.chars().all(|c| c.is_ascii_uppercase()))
}

struct Form {
    fits: fn(&str) -> bool,
    pattern: &'static str,
}

const JURISDICTION: Form = Form { fits: is_jurisdiction, pattern: "^US-[A-Z]{2}$" };
const PLAIN: Form = Form { fits: |text| is_path(text, 1), pattern: "^[a-z0-9][a-z0-9.-]*$" };
const IN_FILE: Form = Form { fits: |text| is_path(text, 2), pattern: "^[a-z0-9][a-z0-9.-]*/[a-z0-9][a-z0-9.-]*$" };
const IN_ROUTE: Form =
    Form { fits: |text| is_path(text, 3), pattern: "^[a-z0-9][a-z0-9.-]*/[a-z0-9][a-z0-9.-]*/[a-z0-9][a-z0-9.-]*$" };

/// The schema of a text that must match a pattern.
pub(super) fn text_schema(description: &str, pattern: &str, examples: &[&str]) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
        .pattern(Some(pattern))
        .examples(examples.iter().copied().map(serde_json::Value::from))
        .build()
        .into()
}

macro_rules! define {
    ($(
        $(#[doc = $doc:literal])+
        $kind:ident $singular:literal $plural:ident: $name:ident($form:ident, $called:literal, $example:literal)
            $(, record of $module:ident)? $(, at $path:literal)?;
    )+) => {$(
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
                let expected = concat!($called, ", such as ", $example);
                if ($form.fits)(text) { Ok(Self(text.into())) } else { Err(InvalidId::new(text, expected)) }
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
                text_schema(concat!($($doc, "\n"),+).trim(), $form.pattern, &[$example])
            }
        }

        impl ToSchema for $name {}
    )+};
}

for_each_kind!(define);

define! {
    /// A requirement: the ids of its credential and route, and its own.
    Requirement "requirement" requirements: RequirementPath(
        IN_ROUTE, "the id of a requirement with its credential and route", "us-tx-mhps/standard/training"
    );
}

impl CredentialId {
    /// The jurisdiction with whose code the id begins; `None` for a national credential.
    #[must_use]
    pub fn jurisdiction(&self) -> Option<JurisdictionCode> {
        let (code, rest) = self.0.split_at_checked("us-xx".len())?;
        rest.starts_with('-').then(|| code.to_ascii_uppercase().parse().ok()).flatten()
    }
}

impl RequirementPath {
    /// The ids of its credential and route, and its own.
    #[must_use]
    pub fn parts(&self) -> (&str, &str, &str) {
        let (credential, rest) = self.as_str().split_once('/').unwrap_or_default();
        let (route, requirement) = rest.split_once('/').unwrap_or_default();
        (credential, route, requirement)
    }

    /// The id of its credential.
    #[must_use]
    pub fn credential(&self) -> CredentialId {
        CredentialId(self.parts().0.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_id_begins_with_its_jurisdiction() {
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
