//! What a token allows.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

macro_rules! scopes {
    ($($(#[doc = $doc:literal])+ $name:ident: $word:literal, $machines:literal, $people:literal, $about:literal;)+) => {
        /// One thing that a token may allow.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Scope { $($(#[doc = $doc])+ $name,)+ }

        impl Scope {
            /// Every scope.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The word for it in tokens and requests.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// Whether machine clients may have it.
            #[must_use]
            pub const fn is_for_machines(self) -> bool {
                match self { $(Self::$name => $machines,)+ }
            }

            /// Whether people have it when they sign in. Administration is for those of them who have the role.
            #[must_use]
            pub const fn is_for_people(self) -> bool {
                match self { $(Self::$name => $people,)+ }
            }

            /// What it allows, in a sentence for people.
            #[must_use]
            pub const fn about(self) -> &'static str {
                match self { $(Self::$name => $about,)+ }
            }
        }
    };
}

scopes! {
    /// Reading the catalog.
    CatalogRead: "catalog:read", true, true, "Read the catalog: jurisdictions, credentials, frameworks, the pathway and all else that is published.";
    /// Being guided: where one person stands, what comes next, what counts.
    Guidance: "guidance", true, true, "Ask where somebody stands, what comes next, what transfers and what a course counts for; what is sent is not kept.";
    /// Looking at tokens of others.
    Introspection: "introspection", true, false, "Ask whether any access token is valid, not only one's own; granted by the operators.";
    /// One's own account.
    Account: "account", false, true, "Read and change one's own account, second factor and sessions.";
    /// The organizations that one belongs to.
    Organizations: "organizations", false, true, "Act in the organizations that one belongs to, as far as one's role there allows.";
    /// The whole service.
    Administration: "administration", false, true, "Grant platform roles, set what organizations may do, and read the audit log; for administrators.";
}

/// A word that is no scope.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no scope; there are: {known}", known = Scope::ALL.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", "))]
pub struct UnknownScope(String);

impl FromStr for Scope {
    type Err = UnknownScope;

    fn from_str(word: &str) -> Result<Self, UnknownScope> {
        Self::ALL
            .iter()
            .copied()
            .find(|scope| scope.as_str() == word)
            .ok_or_else(|| UnknownScope(word.chars().take(64).collect()))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of scopes, written as words between spaces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// Whether it has the scope.
    #[must_use]
    pub fn allow(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Its scopes.
    pub fn iter(&self) -> impl Iterator<Item = Scope> {
        self.0.iter().copied()
    }

    /// Whether it has every scope of the other.
    #[must_use]
    pub fn include(&self, others: &Self) -> bool {
        self.0.is_superset(&others.0)
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The words of its scopes.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        self.0.iter().map(ToString::to_string).collect()
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl FromStr for Scopes {
    type Err = UnknownScope;

    fn from_str(words: &str) -> Result<Self, UnknownScope> {
        words.split_ascii_whitespace().map(str::parse).collect()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().join(" "))
    }
}
