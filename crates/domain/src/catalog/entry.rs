//! What all kinds of record have in common.

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

    /// Its place among the records of its kind; those with the same are ordered by id.
    fn order(&self) -> u16 {
        0
    }

    /// The texts by which a search finds it, with their weights; none where it cannot be searched for.
    fn search_texts(&self) -> Texts<'_> {
        Texts::new()
    }

    /// Reports what it names, what it defines and what is wrong with it.
    fn visit<'a>(&'a self, visit: &mut Visit<'a>);
}

/// Reads a fact that must be written down even where it is null, so that a gap is never an oversight.
pub(super) fn stated<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}
