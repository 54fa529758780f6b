//! Permissions: whom an operation serves. Each is granted in its own way, written out here.

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

/// How the database is asked about a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// As it is now, to read.
    Now,
    /// Locked until the transaction ends, to write.
    UntilCommit,
}

/// What a handler may need its caller to be allowed, with what it learns of the caller by it.
pub trait Permission: Clone + 'static {
    /// The scope that the token must have; `None` serves anybody.
    const SCOPE: Option<Scope>;

    /// What the database tells of the caller's right.
    type Held: 'static;

    /// Grants it by the request's token and path, or refuses.
    ///
    /// # Errors
    /// A [`Problem`]: 401 without a valid token, 403 without the scope.
    fn grant(request: &HttpRequest, service: &Service) -> Result<Self, Problem>;

    /// Asks the database for what the token cannot tell, each time the permit uses it.
    ///
    /// # Errors
    /// A [`Problem`]: 403 when it is not the caller's to do, 404 when it is not theirs to know.
    fn hold(&self, db: &mut Connection, hold: Hold) -> impl Future<Output = Result<Self::Held, Problem>>;

    /// Who it was granted to.
    fn subject(&self) -> Option<Subject>;

    /// Adds whom and what an event of this caller concerns.
    fn place(&self, event: Event) -> Event {
        event
    }

    /// Adds it to the documentation of an operation.
    fn document(operation: &mut OperationDocument) {
        operation.scope(Self::SCOPE);
    }
}

/// The caller, if their token has the scope.
fn with_scope(request: &HttpRequest, service: &Service, scope: Scope) -> Result<Arc<Caller>, Problem> {
    let caller = caller(request, service)?;
    if caller.scopes.allow(scope) { Ok(caller) } else { Err(Problem::insufficient_scope(scope.as_str())) }
}

/// A signed-in person.
#[derive(Debug, Clone, Copy)]
pub struct Person {
    /// Their account.
    pub account: AccountId,
    /// The session that the token belongs to.
    pub session: SessionId,
}

impl Person {
    fn with_scope(request: &HttpRequest, service: &Service, scope: Scope) -> Result<Self, Problem> {
        match with_scope(request, service, scope)?.subject {
            Subject::Person { account, session } => Ok(Self { account, session }),
            // No machine is given a scope of people; a client that had one would still be no person.
            Subject::Machine(_) => Err(Problem::forbidden("This is for people who sign in")),
        }
    }

    const fn subject(self) -> Subject {
        Subject::Person { account: self.account, session: self.session }
    }
}

/// May do what needs no token: sign up and in, and read what is public.
#[derive(Debug, Clone)]
pub struct Anyone;

impl Permission for Anyone {
    const SCOPE: Option<Scope> = None;
    type Held = ();

    fn grant(_: &HttpRequest, _: &Service) -> Result<Self, Problem> {
        Ok(Self)
    }

    async fn hold(&self, _: &mut Connection, _: Hold) -> Result<(), Problem> {
        Ok(())
    }

    fn subject(&self) -> Option<Subject> {
        None
    }
}

/// A permission that a scope alone gives, to machines and people. The same answer serves everybody who has it.
pub trait ByScope: Permission {}

/// Defines permissions that a scope alone gives.
macro_rules! by_scope {
    ($($(#[doc = $doc:literal])+ $name:ident: $scope:ident;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone)]
        pub struct $name(Subject);

        impl Permission for $name {
            const SCOPE: Option<Scope> = Some(Scope::$scope);
            type Held = ();

            fn grant(request: &HttpRequest, service: &Service) -> Result<Self, Problem> {
                Ok(Self(with_scope(request, service, Scope::$scope)?.subject))
            }

            async fn hold(&self, _: &mut Connection, _: Hold) -> Result<(), Problem> {
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

/// Defines permissions that a scope gives to signed-in people.
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
            type Held = ();

            fn grant(request: &HttpRequest, service: &Service) -> Result<Self, Problem> {
                Person::with_scope(request, service, Scope::$scope).map(Self)
            }

            async fn hold(&self, _: &mut Connection, _: Hold) -> Result<(), Problem> {
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
    /// May found organizations, list their own, and join those that invite them.
    OrganizationUser: Organizations, |_person, event| event;
}

/// The least role in an organization that an operation takes.
pub trait LeastRole: Clone + 'static {
    /// The role.
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

/// May act within the organization that the path names, with at least a role.
#[derive(Debug, Clone)]
pub struct Member<R> {
    /// Who.
    pub account: AccountId,
    session: SessionId,
    /// Within which organization.
    pub organization: OrganizationId,
    least: PhantomData<R>,
}

/// An organization, and the caller's role in it.
#[derive(Debug)]
pub struct Membership {
    /// The organization.
    pub organization: Organization,
    /// The role.
    pub role: MemberRole,
}

/// The organization that a path names.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct OrganizationPath {
    /// The organization.
    organization_id: OrganizationId,
}

impl<R: LeastRole> Permission for Member<R> {
    const SCOPE: Option<Scope> = Some(Scope::Organizations);
    type Held = Membership;

    fn grant(request: &HttpRequest, service: &Service) -> Result<Self, Problem> {
        let Person { account, session } = Person::with_scope(request, service, Scope::Organizations)?;
        let path: OrganizationPath = request.match_info().load().map_err(|_| not_a_member())?;
        Ok(Self { account, session, organization: path.organization_id, least: PhantomData })
    }

    async fn hold(&self, db: &mut Connection, hold: Hold) -> Result<Membership, Problem> {
        let organization = match hold {
            Hold::Now => organizations::find(db, self.organization).await?,
            Hold::UntilCommit => organizations::lock(db, self.organization).await?,
        };
        let organization = organization.ok_or_else(not_a_member)?;
        let role = members::role(db, self.organization, self.account).await?.ok_or_else(not_a_member)?;
        if role < R::LEAST {
            let (role, least) = (role.as_str(), R::LEAST.as_str());
            return Err(Problem::forbidden(format!("Your role in the organization is {role}; this takes {least}")));
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

/// An organization that does not exist, or that the caller does not belong to: they are not told which.
fn not_a_member() -> Problem {
    Problem::not_found("You have no organization with this id")
}

/// May look after the whole service.
#[derive(Debug, Clone, Copy)]
pub struct Administrator(Person);

impl Permission for Administrator {
    const SCOPE: Option<Scope> = Some(Scope::Administration);
    type Held = ();

    fn grant(request: &HttpRequest, service: &Service) -> Result<Self, Problem> {
        Person::with_scope(request, service, Scope::Administration).map(Self)
    }

    async fn hold(&self, db: &mut Connection, hold: Hold) -> Result<(), Problem> {
        // Administrators change things one after the other, so that two who take each other's role cannot both succeed.
        if hold == Hold::UntilCommit {
            accounts::lock_administration(db).await?;
        }
        let role = accounts::find(db, self.0.account).await?.and_then(|account| account.platform_role);
        if role == Some(PlatformRole::Administrator) {
            Ok(())
        } else {
            Err(Problem::forbidden("This takes an administrator"))
        }
    }

    fn subject(&self) -> Option<Subject> {
        Some(self.0.subject())
    }
}
