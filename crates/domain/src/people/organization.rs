//! Organizations: training providers, job boards and employers, and what their members may do.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Makes a closed set: an enum with one stored word for each value.
macro_rules! words {
    ($(#[doc = $doc:literal])+ $name:ident, $unknown:ident, $expected:literal: $($(#[doc = $about:literal])+ $variant:ident = $word:literal,)+) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[doc = $about])+ $variant,)+ }

        impl $name {
            /// The word for it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        /// A word that stands for none of them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
        #[error($expected)]
        pub struct $unknown;

        impl FromStr for $name {
            type Err = $unknown;

            fn from_str(word: &str) -> Result<Self, $unknown> {
                match word { $($word => Ok(Self::$variant),)+ _ => Err($unknown) }
            }
        }

        impl From<$name> for String {
            fn from(one: $name) -> Self {
                one.as_str().into()
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What an organization is.
    OrganizationKind, UnknownOrganizationKind, "is not one of: training_provider, job_board, employer":
    /// Teaches courses that lead to credentials.
    TrainingProvider = "training_provider",
    /// Publishes postings of others.
    JobBoard = "job_board",
    /// Employs peer support specialists.
    Employer = "employer",
}

words! {
    /// What a member may do in an organization. Each role has what the one before has.
    MemberRole, UnknownMemberRole, "is not one of: member, manager, owner":
    /// Sees the organization and its members.
    Member = "member",
    /// Changes the organization, its members and invitations, and its machine clients; reads its audit log.
    Manager = "manager",
    /// Assigns roles, and closes the organization.
    Owner = "owner",
}

impl MemberRole {
    /// Whether this role may invite and remove the other: owners anybody, managers members, members nobody.
    #[must_use]
    pub fn manages(self, other: Self) -> bool {
        match self {
            Self::Owner => true,
            Self::Manager => other == Self::Member,
            Self::Member => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::MemberRole::{Manager, Member, Owner};

    #[test]
    fn nobody_invites_or_removes_their_equal_but_owners() {
        for (who, whom) in [(Owner, Owner), (Owner, Manager), (Owner, Member), (Manager, Member)] {
            assert!(who.manages(whom));
        }
        for (who, whom) in [(Manager, Owner), (Manager, Manager), (Member, Member), (Member, Owner)] {
            assert!(!who.manages(whom));
        }
        assert!(Owner > Manager && Manager > Member);
    }
}
