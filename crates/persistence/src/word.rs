//! The domain's closed sets, stored as words in text columns.

use std::str::FromStr;

use diesel::deserialize::{Queryable, Result};
use diesel::pg::Pg;
use diesel::sql_types::{Nullable, Text};
use peerpath_domain::people::account::PlatformRole;
use peerpath_domain::people::audit::ActorKind;
use peerpath_domain::people::organization::{MemberRole, OrganizationKind};

/// A value of a closed set, read from its word. An unknown word makes the row unreadable.
pub struct Word<T>(pub T);

fn parse<T: FromStr<Err: std::fmt::Display>>(word: &str) -> Result<T> {
    word.parse().map_err(|error| format!("{word:?} {error}").into())
}

impl<T: FromStr<Err: std::fmt::Display>> Queryable<Text, Pg> for Word<T> {
    type Row = String;

    fn build(word: String) -> Result<Self> {
        parse(&word).map(Self)
    }
}

impl<T: FromStr<Err: std::fmt::Display>> Queryable<Nullable<Text>, Pg> for Word<Option<T>> {
    type Row = Option<String>;

    fn build(word: Option<String>) -> Result<Self> {
        word.as_deref().map(parse).transpose().map(Self)
    }
}

macro_rules! unwrapped {
    ($($set:ty),+) => {
        $(impl From<Word<$set>> for $set {
            fn from(word: Word<$set>) -> Self {
                word.0
            }
        })+
    };
}

unwrapped!(ActorKind, MemberRole, OrganizationKind, Option<PlatformRole>);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn an_unknown_word_makes_the_row_unreadable() {
        assert_eq!(Word::<ActorKind>::build("machine".into()).unwrap().0, ActorKind::Machine);
        assert_eq!(Word::<Option<PlatformRole>>::build(None).unwrap().0, None);
        for refused in [
            Word::<ActorKind>::build("robot".into()).err(),
            Word::<MemberRole>::build(String::new()).err(),
            Word::<Option<PlatformRole>>::build(Some("robot".into())).err(),
        ] {
            let error = Error::from(diesel::result::Error::DeserializationError(refused.unwrap()));
            assert!(matches!(&error, Error::Corrupt(detail) if detail.contains("is not one of: ")), "{error}");
        }
    }
}
