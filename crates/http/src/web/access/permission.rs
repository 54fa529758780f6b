//! Permissions: the callers that an operation accepts.

use std::marker::PhantomData;
use std::sync::Arc;

use actix_web::HttpRequest;
use peerpath_domain::people::account::PlatformRole;
use peerpath_domain::people::key::{AccountId, OrganizationId, SessionId};
use peerpath_domain::people::organization::MemberRole;
use peerpath_persistence::organizations::Organization;
use peerpath_persistence::{Connection, accounts, members, organizations};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa::openapi::path::ParameterIn;

use super::gate::caller;
use crate::service::Service;
use crate::service::audit::Event;
use crate::service::tokens::{Caller, Scope, Subject};
use crate::web::document::OperationDocument;
use crate::web::problem::{Problem, ProblemKind};

/// How the database check reads the caller's right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RightLock {
    /// Reads the current right without a lock.
    None,
    /// Locks the right until the transaction ends.
    UntilCommit,
}

/// A right that a handler requires, with the facts about the caller that the check finds.
pub trait Permission: Clone + 'static {
    /// The required scope of the token; `None` for a public operation.
    const SCOPE: Option<Scope>;

    /// The caller's right as the database states it.
    type Right: 'static;

    /// Checks the token and the path of the request.
    ///
    /// # Errors
    /// A [`Problem`]: 401 without a valid token, 403 without the scope.
    fn grant(request: &HttpRequest, service: &Service) -> Result<Self, Problem>;

    /// Checks in the database what a token cannot prove. Runs at each use of the permit.
    ///
    /// # Errors
    /// A [`Problem`]: 403 when the caller may not do this, 404 when the caller may not know that the resource exists.
    fn check(&self, db: &mut Connection, lock: RightLock) -> impl Future<Output = Result<Self::Right, Problem>>;

    /// The caller, if the permission identifies one.
    fn subject(&self) -> Option<Subject>;

    /// Adds the account and the organization to an audit event of this caller.
    fn place(&self, event: Event) -> Event {
        event
    }

    /// Adds the permission to the documentation of an operation.
    fn document(operation: &mut OperationDocument) {
        operation.scope(Self::SCOPE);
    }
}

/// Returns the caller if the token has the scope.
fn with_scope(request: &HttpRequest, service: &Service, scope: Scope) -> Result<Arc<Caller>, Problem> {
    let caller = caller(request, service)?;
    if caller.scopes.allow(scope) { Ok(caller) } else { Err(Problem::insufficient_scope(scope.as_str())) }
}

/// A signed-in person.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    pub account: AccountId,
    /// The session of the token.
    pub session: SessionId,
}

impl Person {
    fn with_scope(request: &HttpRequest, service: &Service, scope: Scope) -> Result<Self, Problem> {
        match with_scope(request, service, scope)?.subject {
            Subject::Person { account, session } => Ok(Self { account, session }),
            // Machines never get scopes for people. Even a machine client with such a scope is not a person.
            Subject::Machine(_) => Err(Problem::forbidden("Only people who sign in may do this")),
        }
    }

    const fn subject(self) -> Subject {
        Subject::Person { account: self.account, session: self.session }
    }
}

/// May use public operations: sign up, sign in, and read public data.
#[derive(Debug, Clone)]
pub struct Anyone;

impl Permission for Anyone {
    const SCOPE: Option<Scope> = None;
    type Right = ();

    fn grant(_: &HttpRequest, _: &Service) -> Result<Self, Problem> {
        Ok(Self)
    }

    async fn check(&self, _: &mut Connection, _: RightLock) -> Result<(), Problem> {
        Ok(())
    }

    fn subject(&self) -> Option<Subject> {
        None
    }
}

/// A permission that needs only a scope, for machines and people. All callers with the scope get the same answer.
pub trait ByScope: Permission {}

/// Defines permissions that need only a scope.
macro_rules! by_scope {
    ($($(#[doc = $doc:literal])+ $name:ident: $scope:ident;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone)]
        pub struct $name(Subject);

        impl Permission for $name {
            const SCOPE: Option<Scope> = Some(Scope::$scope);
            type Right = ();

            fn grant(request: &HttpRequest, service: &Service) -> Result<Self, Problem> {
                Ok(Self(with_scope(request, service, Scope::$scope)?.subject))
            }

            async fn check(&self, _: &mut Connection, _: RightLock) -> Result<(), Problem> {
                Ok(())
            }

            fn subject(&self) -> Option<Subject> {
                Some(self.0)
            }
        }

        impl ByScope for $name {}
    )+};
}

by_scope! {
    /// May read the catalog.
    CatalogReader: CatalogRead;
    /// May call the guidance endpoints.
    GuidanceReader: Guidance;
}

/// Defines permissions of signed-in people that need only a scope.
macro_rules! by_person {
    ($($(#[doc = $doc:literal])+ $name:ident: $scope:ident, |$person:ident, $event:ident| $place:expr;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy)]
        pub struct $name(Person);

        impl std::ops::Deref for $name {
            type Target = Person;

            fn deref(&self) -> &Person {
                &self.0
            }
        }

        impl Permission for $name {
            const SCOPE: Option<Scope> = Some(Scope::$scope);
            type Right = ();

            fn grant(request: &HttpRequest, service: &Service) -> Result<Self, Problem> {
                Person::with_scope(request, service, Scope::$scope).map(Self)
            }

            async fn check(&self, _: &mut Connection, _: RightLock) -> Result<(), Problem> {
                Ok(())
            }

            fn subject(&self) -> Option<Subject> {
                Some(self.0.subject())
            }

            fn place(&self, $event: Event) -> Event {
                let $person = self.0;
                $place
            }
        }
    )+};
}

by_person! {
    /// May manage their own account.
    OwnAccount: Account, |person, event| event.about(person.account);
    /// May create organizations, list their own organizations, and accept invitations.
    OrganizationUser: Organizations, |_person, event| event;
}

/// The minimum role in an organization.
pub trait LeastRole: Clone + 'static {
    const LEAST: MemberRole;
}

/// Any member.
#[derive(Debug, Clone)]
pub struct AsMember;
/// A manager or an owner.
#[derive(Debug, Clone)]
pub struct AsManager;
/// An owner.
#[derive(Debug, Clone)]
pub struct AsOwner;

impl LeastRole for AsMember {
    const LEAST: MemberRole = MemberRole::Member;
}

impl LeastRole for AsManager {
    const LEAST: MemberRole = MemberRole::Manager;
}

impl LeastRole for AsOwner {
    const LEAST: MemberRole = MemberRole::Owner;
}

/// May act in the organization of the path, with at least the role `R`.
#[derive(Debug, Clone)]
pub struct Member<R> {
    pub account: AccountId,
    session: SessionId,
    pub organization: OrganizationId,
    least: PhantomData<R>,
}

/// An organization and the caller's role in it.
#[derive(Debug)]
pub struct Membership {
    pub organization: Organization,
    pub role: MemberRole,
}

/// The organization in the path.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct OrganizationPath {
    /// The organization.
    organization_id: OrganizationId,
}

impl<R: LeastRole> Permission for Member<R> {
    const SCOPE: Option<Scope> = Some(Scope::Organizations);
    type Right = Membership;

    fn grant(request: &HttpRequest, service: &Service) -> Result<Self, Problem> {
        let Person { account, session } = Person::with_scope(request, service, Scope::Organizations)?;
        let path: OrganizationPath = request.match_info().load().map_err(|_| not_a_member())?;
        Ok(Self { account, session, organization: path.organization_id, least: PhantomData })
    }

    async fn check(&self, db: &mut Connection, lock: RightLock) -> Result<Membership, Problem> {
        let organization = match lock {
            RightLock::None => organizations::find(db, self.organization).await?,
            RightLock::UntilCommit => organizations::lock(db, self.organization).await?,
        };
        let organization = organization.ok_or_else(not_a_member)?;
        let role = members::role(db, self.organization, self.account).await?.ok_or_else(not_a_member)?;
        if role < R::LEAST {
            let (role, least) = (role.as_str(), R::LEAST.as_str());
            return Err(Problem::forbidden(format!(
                "Your role in the organization is {role}; the operation requires {least}"
            )));
        }
        Ok(Membership { organization, role })
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Person { account: self.account, session: self.session })
    }

    fn place(&self, event: Event) -> Event {
        event.within(self.organization)
    }

    fn document(operation: &mut OperationDocument) {
        operation.scope(Self::SCOPE);
        operation.parameters::<OrganizationPath>(ParameterIn::Path);
        operation.problems(&[ProblemKind::NotFound]);
    }
}

/// The same answer whether the organization does not exist or the caller is not a member, so that callers cannot tell.
fn not_a_member() -> Problem {
    Problem::not_found("You have no organization with this id")
}

/// May administer the whole service.
#[derive(Debug, Clone, Copy)]
pub struct Administrator(Person);

impl Permission for Administrator {
    const SCOPE: Option<Scope> = Some(Scope::Administration);
    type Right = ();

    fn grant(request: &HttpRequest, service: &Service) -> Result<Self, Problem> {
        Person::with_scope(request, service, Scope::Administration).map(Self)
    }

    async fn check(&self, db: &mut Connection, lock: RightLock) -> Result<(), Problem> {
        // Changes by administrators run one at a time. Otherwise two administrators could revoke each other's role.
        if lock == RightLock::UntilCommit {
            accounts::lock_administration(db).await?;
        }
        let role = accounts::find(db, self.0.account).await?.and_then(|account| account.platform_role);
        if role == Some(PlatformRole::Administrator) {
            Ok(())
        } else {
            Err(Problem::forbidden("Only administrators may do this"))
        }
    }

    fn subject(&self) -> Option<Subject> {
        Some(self.0.subject())
    }
}
