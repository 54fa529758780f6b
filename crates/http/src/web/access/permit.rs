//! The extractor that checks the caller's permission before it reads the request.

use std::ops::{Deref, DerefMut};

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use peerpath_domain::people::audit::Action;
use peerpath_domain::people::key::{AccountId, ClientId, OrganizationId};
use peerpath_persistence::{Connection, Database};
use uuid::Uuid;

use super::origin::origin;
use super::permission::{Permission, RightLock};
use super::shared::Shared;
use crate::service::audit::{Event, Origin};
use crate::service::tokens::Subject;
use crate::service::{Service, clock};
use crate::web::body::{Creation, Draft};
use crate::web::idempotency::made_before;
use crate::web::input::Input;
use crate::web::problem::Problem;
use crate::web::query::QueryReader;

/// Proof that the caller has permission `P`, with access to the service but without the input.
#[derive(Clone)]
pub struct Context<P> {
    granted: P,
    /// Origin of the request.
    pub origin: Origin,
    pub service: Data<Service>,
    database: Database,
    /// Time of the request.
    pub now: DateTime<Utc>,
}

impl<P> Deref for Context<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.granted
    }
}

/// Proof that the caller has permission `P`, with the input.
pub struct Permit<P, I = ()> {
    pub context: Context<P>,
    pub input: I,
}

impl<P, I> Deref for Permit<P, I> {
    type Target = Context<P>;

    fn deref(&self) -> &Context<P> {
        &self.context
    }
}

/// A transaction with the caller's right checked and locked, and with an audit event to complete.
pub struct Transaction<'a, H> {
    db: &'a mut Connection,
    /// The caller's right as the database states it.
    pub right: H,
    event: Option<Event>,
}

impl<H> Deref for Transaction<'_, H> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.db
    }
}

impl<H> DerefMut for Transaction<'_, H> {
    fn deref_mut(&mut self) -> &mut Connection {
        self.db
    }
}

impl<H> Transaction<'_, H> {
    fn change_event(&mut self, change: impl FnOnce(Event) -> Event) {
        self.event = self.event.take().map(change);
    }

    /// Sets the account that the event concerns.
    pub fn about(&mut self, account: AccountId) {
        self.change_event(|event| event.about(account));
    }

    /// Sets the account as both actor and subject, after the person has proven their identity.
    pub fn by(&mut self, account: AccountId) {
        self.change_event(|event| event.by(account));
    }

    /// Sets the machine client as actor, after the client has authenticated.
    pub fn by_machine(&mut self, client: ClientId) {
        self.change_event(|event| event.by_machine(client));
    }

    /// Sets the organization of the event.
    pub fn within(&mut self, organization: OrganizationId) {
        self.change_event(|event| event.within(organization));
    }

    /// Sets the other object of the event.
    pub fn object(&mut self, id: impl ToString) {
        self.change_event(|event| event.object(id));
    }

    /// Drops the event, because nothing changed.
    pub fn nothing_changed(&mut self) {
        self.event = None;
    }
}

impl<P: Permission> Context<P> {
    /// Runs `work` in one transaction, to the end even when the client disconnects. Checks and locks the caller's right
    /// first, and records `action` in the audit log.
    ///
    /// # Errors
    /// The error of `work`, or `Unavailable` when the database cannot be reached.
    pub async fn transaction<T: 'static>(
        &self,
        action: Action,
        work: impl AsyncFnOnce(&mut Transaction<'_, P::Right>, Self) -> Result<T, Problem> + 'static,
    ) -> Result<T, Problem> {
        let event = self.granted.place(Event::new(action, self.granted.subject(), &self.origin, self.now));
        self.run(Some(event), work).await
    }

    /// Like [`Context::transaction`], but without an audit event.
    pub async fn unaudited<T: 'static>(
        &self,
        work: impl AsyncFnOnce(&mut Transaction<'_, P::Right>, Self) -> Result<T, Problem> + 'static,
    ) -> Result<T, Problem> {
        self.run(None, work).await
    }

    async fn run<T: 'static>(
        &self,
        event: Option<Event>,
        work: impl AsyncFnOnce(&mut Transaction<'_, P::Right>, Self) -> Result<T, Problem> + 'static,
    ) -> Result<T, Problem> {
        let context = self.clone();
        let writing = actix_web::rt::spawn(async move {
            let mut db = context.database.connection().await?;
            peerpath_persistence::transaction(&mut db, async move |db| {
                let right = context.granted.check(db, RightLock::UntilCommit).await?;
                let mut transaction = Transaction { db, right, event };
                let done = work(&mut transaction, context).await?;
                if let Some(event) = transaction.event {
                    event.record(transaction.db).await?;
                }
                Ok(done)
            })
            .await
        });
        writing.await.map_err(Problem::internal)?
    }

    /// Runs `work` to the end even when the client disconnects, without a transaction around its statements.
    pub async fn statements<T: 'static>(
        &self,
        work: impl AsyncFnOnce(&mut Connection) -> Result<T, Problem> + 'static,
    ) -> Result<T, Problem> {
        let database = self.database.clone();
        let working = actix_web::rt::spawn(async move { work(&mut *database.connection().await?).await });
        working.await.map_err(Problem::internal)?
    }

    /// Reads from the database after checking the caller's right.
    pub async fn read<T, E: Into<Problem>>(
        &self,
        work: impl AsyncFnOnce(&mut Connection, P::Right) -> Result<T, E>,
    ) -> Result<T, Problem> {
        let mut db = self.database.connection().await?;
        let right = self.granted.check(&mut db, RightLock::None).await?;
        work(&mut db, right).await.map_err(Into::into)
    }

    /// Whether the database responds.
    pub async fn database_answers(&self) -> bool {
        self.database.ping().await.is_ok()
    }
}

impl<P: Permission, I: Input> Permit<P, I> {
    /// Like [`Context::transaction`], with the input of the request.
    pub async fn write<T: 'static>(
        self,
        action: Action,
        work: impl AsyncFnOnce(&mut Transaction<'_, P::Right>, Context<P>, I) -> Result<T, Problem> + 'static,
    ) -> Result<T, Problem> {
        let Self { context, input } = self;
        context.transaction(action, async move |transaction, context| work(transaction, context, input).await).await
    }
}

impl<P: Permission, T: Draft> Permit<P, Creation<T>> {
    /// Creates something once per idempotency key. `make` gets the id for the new resource. When the caller repeats a
    /// request under its key, `again` answers from the id that the first request created.
    ///
    /// # Errors
    /// Like [`Context::transaction`]; also a problem when another request used the idempotency key.
    pub async fn create<M: 'static>(
        self,
        action: Action,
        make: impl AsyncFnOnce(&mut Transaction<'_, P::Right>, Context<P>, T::Checked, Uuid) -> Result<M, Problem> + 'static,
        again: impl AsyncFnOnce(&mut Transaction<'_, P::Right>, Context<P>, Uuid) -> Result<M, Problem> + 'static,
    ) -> Result<M, Problem> {
        let Self { context, input: Creation { draft, key } } = self;
        let owner = context.granted.subject().map(Subject::key);
        let owner = owner.ok_or_else(|| Problem::internal("a creation without a caller"))?;
        let create = async move |transaction: &mut Transaction<'_, P::Right>, context: Context<P>| {
            let (id, now) = (Uuid::now_v7(), context.now);
            match made_before(transaction, owner, key.as_ref(), id, now).await? {
                Some(existing) => {
                    transaction.nothing_changed();
                    again(transaction, context, existing).await
                }
                None => make(transaction, context, draft, id).await,
            }
        };
        context.transaction(action, create).await
    }
}

impl<P: Permission, I: Input> FromRequest for Permit<P, I> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        async move {
            let Shared { service, database } = Shared::of(&request)?.clone();
            let mut granted = P::grant(&request, &service)?;
            let mut reader = QueryReader::new(request.query_string());
            let query = I::query(&mut reader);
            reader.finish()?;
            let input = I::read(&request, query, &mut payload).await?;
            // The token may have been revoked while the body arrived.
            if request.method() != Method::GET {
                granted = P::grant(&request, &service)?;
            }
            let origin = origin(&request, &service);
            let context = Context { granted, origin, service, database, now: clock::now() };
            Ok(Self { context, input })
        }
        .boxed_local()
    }
}
