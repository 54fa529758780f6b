//! What handlers may need their caller to be allowed. Each permission is granted in its own way, written out here.

use std::marker::PhantomData;
use std::sync::Arc;

use actix_web::HttpRequest;
use peerpath_domain::people::account::PlatformRole;
use peerpath_domain::people::key::{AccountId, OrganizationId, SessionId};
use peerpath_domain::people::organization::MemberRole;
use peerpath_persistence::{accounts, members};

use super::gate::{Identified, caller};
use super::permit::Shared;
use crate::problem::Problem;
use crate::tokens::{Caller, Scope, Subject};

/// Something that a handler may need its caller to be allowed, with what it learns of them by it.
pub trait Permission: Sized + 'static {
    /// Grants it to whoever made a request, or does not.
    ///
    /// # Errors
    /// A [`Problem`]: 401 where nobody is signed in, 403 where it is not theirs to do, 404 where it is not theirs to know.
    fn grant(request: &HttpRequest, shared: &Shared) -> impl Future<Output = Result<Self, Problem>>;

    /// Who it was granted to.
    fn subject(&self) -> Option<Subject>;
}

/// The caller, if their token has the scope.
fn with_scope(request: &HttpRequest, shared: &Shared, scope: Scope) -> Result<Arc<Caller>, Problem> {
    let caller = caller(request, &shared.service)?;
    if caller.scopes.allow(scope) { Ok(caller) } else { Err(Problem::insufficient_scope(scope.as_str())) }
}

/// The person who calls, if their token has the scope.
fn person_with_scope(request: &HttpRequest, shared: &Shared, scope: Scope) -> Result<(AccountId, SessionId), Problem> {
    match with_scope(request, shared, scope)?.subject {
        Subject::Person { account, session } => Ok((account, session)),
        // No machine has a scope of people; a client that had one would still be no person.
        Subject::Machine(_) => Err(Problem::forbidden("this is for people, who sign in")),
    }
}

/// To do what needs no token: signing up and in, and what is public.
#[derive(Debug)]
pub struct Anyone;

impl Permission for Anyone {
    async fn grant(_: &HttpRequest, _: &Shared) -> Result<Self, Problem> {
        Ok(Self)
    }

    fn subject(&self) -> Option<Subject> {
        None
    }
}

/// Whether a token allows what takes nothing but a scope: the same as to ask for the permission, without waiting.
///
/// # Errors
/// As [`Permission::grant`].
pub fn by_token(caller: &Identified, scope: Scope) -> Result<(), Problem> {
    let caller = caller.as_ref().map_err(Clone::clone)?.as_ref().ok_or_else(Problem::no_token)?;
    if caller.scopes.allow(scope) { Ok(()) } else { Err(Problem::insufficient_scope(scope.as_str())) }
}

/// A permission that everybody has whose token has a scope, machine or person. What is answered by it may be remembered for others.
pub trait ByScope: Permission {
    /// The scope.
    const SCOPE: Scope;
}

/// Defines permissions that hang on a scope alone.
macro_rules! by_scope {
    ($($(#[doc = $doc:literal])+ $name:ident: $scope:ident;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug)]
        pub struct $name(Subject);

        impl Permission for $name {
            async fn grant(request: &HttpRequest, shared: &Shared) -> Result<Self, Problem> {
                Ok(Self(with_scope(request, shared, Scope::$scope)?.subject))
            }

            fn subject(&self) -> Option<Subject> {
                Some(self.0)
            }
        }

        impl ByScope for $name {
            const SCOPE: Scope = Scope::$scope;
        }
    )+};
}

by_scope! {
    /// To read the catalog.
    CatalogRead: CatalogRead;
    /// To be guided by what one says of oneself, of a course or of a post.
    Guided: Guidance;
}

/// To do with one's own account as one likes.
#[derive(Debug, Clone, Copy)]
pub struct OwnAccount {
    /// Whose it is.
    pub account: AccountId,
    /// On which device they are signed in.
    pub session: SessionId,
}

impl Permission for OwnAccount {
    async fn grant(request: &HttpRequest, shared: &Shared) -> Result<Self, Problem> {
        let (account, session) = person_with_scope(request, shared, Scope::Account)?;
        Ok(Self { account, session })
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Person { account: self.account, session: self.session })
    }
}

/// To found organizations, list one's own, and join those that one is invited to.
#[derive(Debug, Clone, Copy)]
pub struct Organizations {
    /// Who.
    pub account: AccountId,
    session: SessionId,
}

impl Permission for Organizations {
    async fn grant(request: &HttpRequest, shared: &Shared) -> Result<Self, Problem> {
        let (account, session) = person_with_scope(request, shared, Scope::Organizations)?;
        Ok(Self { account, session })
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Person { account: self.account, session: self.session })
    }
}

/// The least that somebody must be in an organization.
pub trait Rank: 'static {
    /// What they must be.
    const LEAST: MemberRole;
}

/// Any member.
#[derive(Debug)]
pub struct AsMember;
/// A manager or an owner.
#[derive(Debug)]
pub struct AsManager;
/// An owner.
#[derive(Debug)]
pub struct AsOwner;

impl Rank for AsMember {
    const LEAST: MemberRole = MemberRole::Member;
}

impl Rank for AsManager {
    const LEAST: MemberRole = MemberRole::Manager;
}

impl Rank for AsOwner {
    const LEAST: MemberRole = MemberRole::Owner;
}

/// To act within the organization that the path names, as somebody of a rank.
#[derive(Debug)]
pub struct Member<R> {
    /// Who.
    pub account: AccountId,
    session: SessionId,
    /// Within which organization.
    pub organization: OrganizationId,
    /// What they are there.
    pub role: MemberRole,
    rank: PhantomData<R>,
}

impl<R: Rank> Permission for Member<R> {
    async fn grant(request: &HttpRequest, shared: &Shared) -> Result<Self, Problem> {
        let (account, session) = person_with_scope(request, shared, Scope::Organizations)?;
        let unknown = || Problem::not_found("organization of yours with this id");
        let id = request.match_info().get("organization_id").and_then(|text| text.parse().ok());
        let organization: OrganizationId = id.ok_or_else(unknown)?;
        let mut db = shared.database.connection().await?;
        let role = members::role(&mut db, organization, account).await?.ok_or_else(unknown)?;
        if role < R::LEAST {
            let detail =
                format!("your role in the organization is {}; this takes {}", role.as_str(), R::LEAST.as_str());
            return Err(Problem::forbidden(detail));
        }
        Ok(Self { account, session, organization, role, rank: PhantomData })
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Person { account: self.account, session: self.session })
    }
}

/// To look after the whole service.
#[derive(Debug)]
pub struct Administers {
    /// Who.
    pub account: AccountId,
    session: SessionId,
}

impl Permission for Administers {
    async fn grant(request: &HttpRequest, shared: &Shared) -> Result<Self, Problem> {
        let (account, session) = person_with_scope(request, shared, Scope::Administration)?;
        let mut db = shared.database.connection().await?;
        let role = accounts::find(&mut db, account).await?.and_then(|account| account.platform_role);
        if role < Some(PlatformRole::Administrator) {
            return Err(Problem::forbidden("this takes an administrator"));
        }
        Ok(Self { account, session })
    }

    fn subject(&self) -> Option<Subject> {
        Some(Subject::Person { account: self.account, session: self.session })
    }
}
