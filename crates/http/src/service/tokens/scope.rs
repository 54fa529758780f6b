//! Scopes: the operations that a token allows.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

macro_rules! scopes {
    ($($(#[doc = $doc:literal])+ $name:ident: $word:literal, $machines:literal, $people:literal, $about:literal;)+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Scope { $($(#[doc = $doc])+ $name,)+ }

        impl Scope {
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The scope as written in tokens and requests.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $word,)+ }
            }

            /// Whether machine clients may have the scope.
            pub const fn is_for_machines(self) -> bool {
                match self { $(Self::$name => $machines,)+ }
            }

            /// Whether people get the scope when they sign in. `administration` also requires the platform role.
            pub const fn is_for_people(self) -> bool {
                match self { $(Self::$name => $people,)+ }
            }

            /// The description of the scope for readers of the API documentation.
            pub const fn about(self) -> &'static str {
                match self { $(Self::$name => $about,)+ }
            }
        }
    };
}

scopes! {
    /// Reading the catalog.
    CatalogRead: "catalog:read", true, true, "Read the catalog: jurisdictions, credentials, frameworks, the pathway and the rest of the reference data.";
    /// Calling the guidance endpoints.
    Guidance: "guidance", true, true, "Call the guidance endpoints: eligibility, plans, transfers, alignments and more. Nothing that you send is stored.";
    /// Introspecting the tokens of other clients and people.
    Introspection: "introspection", true, false, "Introspect any access token, not only your own. Granted by the operators.";
    /// Managing the caller's own account.
    Account: "account", false, true, "Read and change your own account, second factor and sessions.";
    /// Acting in the caller's organizations.
    Organizations: "organizations", false, true, "Act in your organizations, as your role in each allows.";
    /// Administering the service.
    Administration: "administration", false, true, "Grant platform roles, set the scopes of organizations, and read the audit log. For administrators.";
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a scope; the scopes are: {known}", known = Scope::ALL.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", "))]
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

/// A set of scopes. The text form is a list of words, separated by spaces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// The scopes of a new organization's clients, until an administrator changes them.
    pub fn machine_defaults() -> Self {
        Scope::ALL.iter().copied().filter(|scope| scope.is_for_machines() && *scope != Scope::Introspection).collect()
    }

    /// Whether the set contains the scope.
    pub fn allow(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }

    /// Whether the set contains every scope of the other set.
    pub fn include(&self, others: &Self) -> bool {
        self.0.is_superset(&others.0)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

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
