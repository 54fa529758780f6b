//! The audit log: kinds of actor, and the actions to record.

use super::word::words;

words! {
    /// The kind of an actor.
    ActorKind:
    /// A person, signed in.
    Person = "person",
    /// A machine client.
    Machine = "machine",
    /// A caller without a token.
    Anonymous = "anonymous",
    /// An operator of the service, on the command line.
    Operator = "operator",
}

macro_rules! actions {
    ($($variant:ident = $word:literal,)+) => {
        /// An action that the audit log records.
        ///
        /// The log is never rewritten, so a word must not change its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Action { $(#[doc = concat!("`", $word, "`")] $variant,)+ }

        impl Action {
            /// The stored word, `object.verb`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    };
}

actions! {
    AccountAddSecondFactor = "account.add_second_factor",
    AccountAskForAddress = "account.ask_for_address",
    AccountAskForPassword = "account.ask_for_password",
    AccountChangeAddress = "account.change_address",
    AccountChangePassword = "account.change_password",
    AccountCreate = "account.create",
    AccountDelete = "account.delete",
    AccountRemoveSecondFactor = "account.remove_second_factor",
    AccountRename = "account.rename",
    AccountRenewRecoveryCodes = "account.renew_recovery_codes",
    AccountResetPassword = "account.reset_password",
    AccountSetPlatformRole = "account.set_platform_role",
    ClientCreate = "client.create",
    ClientRevoke = "client.revoke",
    ClientRotate = "client.rotate",
    InvitationCreate = "invitation.create",
    InvitationTakeBack = "invitation.take_back",
    MemberJoin = "member.join",
    MemberRemove = "member.remove",
    MemberSetRole = "member.set_role",
    OrganizationClose = "organization.close",
    OrganizationCreate = "organization.create",
    OrganizationSetScopes = "organization.set_scopes",
    OrganizationUpdate = "organization.update",
    SessionBegin = "session.begin",
    SessionEnd = "session.end",
    SessionEndAll = "session.end_all",
    SessionRefuse = "session.refuse",
    SessionReuse = "session.reuse",
    SigningKeyRevoke = "signing_key.revoke",
    SigningKeyRotate = "signing_key.rotate",
    TokenRevoke = "token.revoke",
}

#[cfg(test)]
mod tests {
    use super::ActorKind::{self, Anonymous, Machine, Operator, Person};

    #[test]
    fn an_unknown_kind_of_actor_is_refused() {
        for kind in [Person, Machine, Anonymous, Operator] {
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        for word in ["", "Person", "robot"] {
            assert!(word.parse::<ActorKind>().is_err(), "{word:?}");
        }
    }
}
