//! A record of any kind, and files of records.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::earlier::updated;
use super::entry::Entry;
use super::identifier::Identifier;
use super::kind::{Kind, for_each_kind};
use super::visit::Visit;

/// A JSON value that is not a record of the expected kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {detail}")]
pub struct BodyError {
    /// The path to the violation, such as `routes[0].requirements[2]`.
    pub path: String,
    /// What is wrong.
    pub detail: String,
}

impl From<serde_path_to_error::Error<serde_json::Error>> for BodyError {
    fn from(error: serde_path_to_error::Error<serde_json::Error>) -> Self {
        Self { path: error.path().to_string(), detail: error.inner().to_string() }
    }
}

macro_rules! define {
    ($(
        $(#[doc = $doc:literal])+
        $kind:ident $singular:literal $list:ident: $id:ident $form:tt $(, record of $module:ident)? $(, at $path:literal)?;
    )+) => {
        /// A file of the catalog: records of any kinds, and their sources.
        ///
        /// Facts name their source by its `id` in the same file.
        #[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct CatalogFile {
            /// Path of this schema, for editors.
            #[serde(rename = "$schema", default, skip_serializing_if = "Option::is_none")]
            pub schema: Option<String>,
            $($(
                /// Records of this kind.
                #[serde(default, skip_serializing_if = "Vec::is_empty")]
                pub $list: Vec<super::$module::$kind>,
            )?)+
        }

        /// A record of any kind.
        #[derive(Debug, Clone, PartialEq)]
        #[expect(missing_docs, reason = "the variants are the kinds")]
        pub enum Record { $($($kind(super::$module::$kind),)?)+ }

        impl Record {
            /// The kinds of record, in the order of a file. The other kinds are parts of records.
            pub const KINDS: &[Kind] = &[$($(<super::$module::$kind as Entry>::KIND,)?)+];

            /// Its kind.
            #[must_use]
            pub const fn kind(&self) -> Kind {
                match self { $($(Self::$kind(_) => <super::$module::$kind as Entry>::KIND,)?)+ }
            }

            /// Its id, unique among the records of its kind.
            #[must_use]
            pub fn id(&self) -> &str {
                match self { $($(Self::$kind(record) => <super::$module::$kind as Entry>::id(record).as_str(),)?)+ }
            }

            pub(super) fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
                match self { $($(Self::$kind(record) => <super::$module::$kind as Entry>::visit(record, visit),)?)+ }
            }

            /// Its parts with ids, such as the routes and requirements of a credential.
            #[must_use]
            pub fn parts(&self) -> Vec<(Kind, String)> {
                let mut visit = Visit::default();
                self.visit(&mut visit);
                visit.definitions.into_iter().map(|part| (part.kind, part.id.into_owned())).collect()
            }

            /// The record as JSON.
            ///
            /// # Errors
            /// Never, because every record has a JSON form.
            pub fn to_body(&self) -> Result<Value, serde_json::Error> {
                match self { $($(Self::$kind(record) => serde_json::to_value::<&super::$module::$kind>(record),)?)+ }
            }

            /// Reads a record from JSON, in today's form or an earlier one.
            ///
            /// # Errors
            /// If the JSON does not have the form of the kind, or the kind is a part of records.
            pub fn from_body(kind: Kind, body: Value) -> Result<Self, BodyError> {
                let body = updated(kind, body);
                match kind {
                    $($(
                        Kind::$kind => serde_path_to_error::deserialize::<_, super::$module::$kind>(body)
                            .map(Self::$kind)
                            .map_err(BodyError::from),
                    )?)+
                    _ => Err(BodyError { path: ".".into(), detail: "is a kind that is only a part of records".into() }),
                }
            }
        }
    };
}

for_each_kind!(define);
