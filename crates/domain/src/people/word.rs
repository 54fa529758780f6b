//! Closed sets of words.

/// A word outside its set; the text lists the set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnknownWord(pub(super) &'static str);

/// Defines an enum with a stored word for each value.
macro_rules! words {
    (
        $(#[doc = $doc:literal])+ $name:ident:
        $(#[doc = $first_about:literal])+ $first:ident = $first_word:literal,
        $($(#[doc = $about:literal])+ $variant:ident = $word:literal,)*
    ) => {
        $(#[doc = $doc])+
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $(#[doc = $first_about])+ $first, $($(#[doc = $about])+ $variant,)* }

        impl $name {
            /// The stored word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { Self::$first => $first_word, $(Self::$variant => $word,)* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::people::word::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $first_word => Ok(Self::$first),
                    $($word => Ok(Self::$variant),)*
                    _ => Err($crate::people::word::UnknownWord(concat!("is not one of: ", $first_word, $(", ", $word),*))),
                }
            }
        }

        impl From<$name> for String {
            fn from(one: $name) -> Self {
                one.as_str().into()
            }
        }
    };
}
pub(super) use words;
