//! The trait of all records.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};

use super::identifier::Identifier;
use super::kind::Kind;
use super::search::Texts;
use super::visit::Visit;

/// A record of the catalog.
pub trait Entry: Serialize + DeserializeOwned {
    /// The type of its id.
    type Id: Identifier;

    /// Its kind.
    const KIND: Kind = Self::Id::KIND;

    /// Its id, unique among the records of its kind.
    fn id(&self) -> &Self::Id;

    /// Its position among the records of its kind. Records with equal positions are ordered by id.
    fn order(&self) -> u16 {
        0
    }

    /// The texts to search, with their weights; empty if it cannot be searched.
    fn search_texts(&self) -> Texts<'_> {
        Texts::new()
    }

    /// Reports the records that it mentions, the parts that it defines, and its violations.
    fn visit<'a>(&'a self, visit: &mut Visit<'a>);
}

/// The items of [`Entry`] for a record with an id of this type, in the field `id` or another one.
macro_rules! identified_by {
    ($id:ident) => {
        identified_by!($id, id);
    };
    ($id:ident, $field:ident) => {
        type Id = $id;

        fn id(&self) -> &$id {
            &self.$field
        }
    };
}
pub(super) use identified_by;

/// Reads a field that is required even if it is null, so that no gap is an oversight.
pub(super) fn stated<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}
