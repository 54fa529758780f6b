//! PeerPath's nouns and rules: what becoming a certified peer support specialist takes, jurisdiction by jurisdiction.
//!
//! Whoever learns, teaches or hires is here, too: accounts, organizations, and who manages whom.
//!
//! Everything here is pure: no input or output, no clock, no async. Facts are data with sources
//! ([`catalog`]); what is not known stays unknown.

pub mod account;
pub mod catalog;
pub mod credential;
pub mod framework;
pub mod guidance;
pub mod identifier;
pub mod key;
pub mod kind;
pub mod library;
pub mod name;
pub mod organization;
pub mod password;
pub mod pathway;
pub mod profession;
pub mod quantity;
pub mod reference;
pub mod requirement;
pub mod revision;
pub mod search;
pub mod selection;
pub mod source;
pub mod words;

use serde::{Deserialize, Deserializer};

/// Reads a fact that must be there even where it is null, so that a gap is never an oversight.
pub(crate) fn stated<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(deserializer)
}
