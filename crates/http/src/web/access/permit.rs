//! The extractor that lets only those in who may, and then reads what they sent.

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
use peerpath_persistence::Connection;
use uuid::Uuid;

use super::origin::origin;
use super::permission::{Hold, Permission};
use super::shared::Shared;
use crate::service::audit::{Event, Origin};
use crate::service::tokens::Subject;
use crate::service::{Service, clock};
use crate::web::body::{Creation, Draft};
use crate::web::idempotency::made_before;
use crate::web::input::Input;
use crate::web::problem::Problem;
use crate::web::query::QueryReader;

/// Proof that the caller may do `P`, and the service to do it with. It says nothing of what they sent.
#[derive(Clone)]
pub struct Context<P> {
    granted: P,
    /// Where the request came from.
    pub origin: Origin,
    /// The service.
    pub service: Data<Service>,
    /// When the request came.
    pub now: DateTime<Utc>,
}

impl<P> Deref for Context<P> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.granted
    }
}

/// Proof that the caller may do `P`, with what they sent.
pub struct Permit<P, I = ()> {
    /// Who they are, and the service.
    pub context: Context<P>,
    /// What they sent.
    pub input: I,
}

impl<P, I> Deref for Permit<P, I> {
    type Target = Context<P>;

    fn deref(&self) -> &Context<P> {
        &self.context
    }
}

/// A transaction of a permit: the caller's right is checked and locked, and the event of the audit log is ready.
pub struct Transaction<'a, H> {
    db: &'a mut Connection,
    /// What the database tells of the caller's right.
    pub held: H,
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

    /// Names the person whom the event concerns.
    pub fn about(&mut self, account: AccountId) {
        self.change_event(|event| event.about(account));
    }

    /// Names the person who acts, and whom it concerns: they have just shown who they are.
    pub fn by(&mut self, account: AccountId) {
        self.change_event(|event| event.by(account));
    }

    /// Names the machine that acts: it has just authenticated.
    pub fn by_machine(&mut self, client: ClientId) {
        self.change_event(|event| event.by_machine(client));
    }

    /// Names the organization within which it happens.
    pub fn within(&mut self, organization: OrganizationId) {
        self.change_event(|event| event.within(organization));
    }

    /// Names what else it is done to or with.
    pub fn object(&mut self, id: impl ToString) {
        self.change_event(|event| event.object(id));
    }

    /// Records nothing, because nothing changed.
    pub fn nothing_changed(&mut self) {
        self.event = None;
    }
}

impl<P: Permission> Context<P> {
    /// Does all of `work` or nothing, and to its end even when the caller hangs up. The caller's right is checked and
    /// locked first; `action` is recorded in the audit log with what `work` did.
    ///
    /// # Errors
    /// The error of `work`, or `Unavailable` when the database cannot be reached.
    pub async fn transaction<T: 'static>(
        &self,
        action: Action,
        work: impl AsyncFnOnce(&mut Transaction<'_, P::Held>, Self) -> Result<T, Problem> + 'static,
    ) -> Result<T, Problem> {
        let event = self.granted.place(Event::new(action, self.granted.subject(), &self.origin, self.now));
        self.run(Some(event), work).await
    }

    /// As [`Context::transaction`], for what the audit log does not tell.
    ///
    /// # Errors
    /// The same.
    pub async fn unaudited<T: 'static>(
        &self,
        work: impl AsyncFnOnce(&mut Transaction<'_, P::Held>, Self) -> Result<T, Problem> + 'static,
    ) -> Result<T, Problem> {
        self.run(None, work).await
    }

    async fn run<T: 'static>(
        &self,
        event: Option<Event>,
        work: impl AsyncFnOnce(&mut Transaction<'_, P::Held>, Self) -> Result<T, Problem> + 'static,
    ) -> Result<T, Problem> {
        let context = self.clone();
        let writing = actix_web::rt::spawn(async move {
            let mut db = context.service.database.connection().await?;
            peerpath_persistence::transaction(&mut db, async move |db| {
                let held = context.granted.hold(db, Hold::UntilCommit).await?;
                let mut transaction = Transaction { db, held, event };
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

    /// Does `work` to its end even when the caller hangs up, each statement for itself.
    ///
    /// # Errors
    /// The error of `work`, or `Unavailable` when the database cannot be reached.
    pub async fn statements<T: 'static>(
        &self,
        work: impl AsyncFnOnce(&mut Connection) -> Result<T, Problem> + 'static,
    ) -> Result<T, Problem> {
        let service = self.service.clone();
        let working = actix_web::rt::spawn(async move { work(&mut *service.database.connection().await?).await });
        working.await.map_err(Problem::internal)?
    }

    /// Reads from the database, once the caller's right is checked.
    ///
    /// # Errors
    /// The error of `work`, or `Unavailable` when the database cannot be reached.
    pub async fn read<T, E: Into<Problem>>(
        &self,
        work: impl AsyncFnOnce(&mut Connection, P::Held) -> Result<T, E>,
    ) -> Result<T, Problem> {
        let mut db = self.service.database.connection().await?;
        let held = self.granted.hold(&mut db, Hold::Now).await?;
        work(&mut db, held).await.map_err(Into::into)
    }

    /// Whether the database answers.
    pub async fn database_answers(&self) -> bool {
        self.service.database.ping().await.is_ok()
    }
}

impl<P: Permission, I: Input> Permit<P, I> {
    /// [`Context::transaction`] with what the caller sent.
    ///
    /// # Errors
    /// The same.
    pub async fn write<T: 'static>(
        self,
        action: Action,
        work: impl AsyncFnOnce(&mut Transaction<'_, P::Held>, Context<P>, I) -> Result<T, Problem> + 'static,
    ) -> Result<T, Problem> {
        let Self { context, input } = self;
        context.transaction(action, async move |transaction, context| work(transaction, context, input).await).await
    }
}

impl<P: Permission, T: Draft> Permit<P, Creation<T>> {
    /// Makes something, once for each idempotency key. `make` is given the key of the new thing. A request that was sent
    /// before under its idempotency key is answered by `again`, from the key of what it made then.
    ///
    /// # Errors
    /// As [`Context::transaction`]; a problem when the idempotency key belongs to another request.
    pub async fn create<M: 'static>(
        self,
        action: Action,
        make: impl AsyncFnOnce(&mut Transaction<'_, P::Held>, Context<P>, T::Checked, Uuid) -> Result<M, Problem> + 'static,
        again: impl AsyncFnOnce(&mut Transaction<'_, P::Held>, Context<P>, Uuid) -> Result<M, Problem> + 'static,
    ) -> Result<M, Problem> {
        let Self { context, input: Creation { draft, key } } = self;
        let owner = context.granted.subject().map(Subject::key);
        let owner = owner.ok_or_else(|| Problem::internal("a creation without a caller"))?;
        let create = async move |transaction: &mut Transaction<'_, P::Held>, context: Context<P>| {
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
            let service = Shared::of(&request)?.clone();
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
            let context = Context { granted, origin, service, now: clock::now() };
            Ok(Self { context, input })
        }
        .boxed_local()
    }
}
