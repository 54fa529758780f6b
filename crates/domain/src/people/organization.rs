//! Organizations: training providers, job boards and employers, and the roles of their members.

use super::word::words;

words! {
    /// The kind of an organization.
    OrganizationKind:
    /// Offers courses that lead to credentials.
    TrainingProvider = "training_provider",
    /// Publishes the job postings of others.
    JobBoard = "job_board",
    /// Employs peer support specialists.
    Employer = "employer",
}

words! {
    /// The role of a member in an organization. Each role includes the one before.
    MemberRole:
    /// Sees the organization and its members.
    Member = "member",
    /// Manages the organization, its members, invitations and clients, and reads its audit log.
    Manager = "manager",
    /// Assigns roles, and closes the organization.
    Owner = "owner",
}

impl MemberRole {
    /// Whether this role may invite and remove the other: owners any, managers only members, members none.
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
    fn only_owners_invite_or_remove_their_equals() {
        for (who, whom) in [(Owner, Owner), (Owner, Manager), (Owner, Member), (Manager, Member)] {
            assert!(who.manages(whom));
        }
        for (who, whom) in [(Manager, Owner), (Manager, Manager), (Member, Member), (Member, Owner)] {
            assert!(!who.manages(whom));
        }
        assert!(Owner > Manager && Manager > Member);
    }
}
