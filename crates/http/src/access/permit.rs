//! The extractor that lets only those in who may, and then reads what they sent.

use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use peerpath_domain::audit::Action;
use peerpath_persistence::{Connection, Database};

use super::origin::{Event, Origin};
use super::permission::Permission;
use crate::clock;
use crate::problem::Problem;
use crate::query::QueryReader;
use crate::service::Service;

/// The service as the application of a worker holds it: only permits take it out.
#[derive(Clone)]
pub struct Shared {
    pub(super) service: Data<Service>,
    pub(super) database: Database,
}

impl Shared {
    /// Hands the service to the application of a worker, with connections to the database of its own: what they read and write
    /// is then done by the worker's thread, and no other need be woken.
    #[must_use]
    pub const fn new(service: Data<Service>, database: Database) -> Self {
        Self { service, database }
    }

    pub(super) fn of(request: &HttpRequest) -> Result<&Self, Problem> {
        request.app_data::<Self>().ok_or_else(|| Problem::internal("the application has no service"))
    }
}

/// Something that is read of a request, once it is known that its maker may.
///
/// The query is read first, so that a parameter that is not known is told of before a body is looked at.
pub trait Input: Sized + 'static {
    /// What is read of the query.
    type Query;

    /// Reads the query; what is left unread is refused.
    fn query(reader: &mut QueryReader) -> Self::Query;

    /// Reads the rest.
    ///
    /// # Errors
    /// A [`Problem`] where it is not what it should be.
    fn read(
        request: &HttpRequest,
        query: Self::Query,
        payload: &mut Payload,
    ) -> impl Future<Output = Result<Self, Problem>>;
}

/// Nothing but the path.
impl Input for () {
    type Query = ();

    fn query(_: &mut QueryReader) {}

    async fn read(_: &HttpRequest, (): (), _: &mut Payload) -> Result<Self, Problem> {
        Ok(())
    }
}

/// The request itself, for handlers that read it in a way of their own.
#[derive(Debug)]
pub struct Raw(pub HttpRequest);

impl Input for Raw {
    type Query = ();

    fn query(reader: &mut QueryReader) {
        reader.leave();
    }

    async fn read(request: &HttpRequest, (): (), _: &mut Payload) -> Result<Self, Problem> {
        Ok(Self(request.clone()))
    }
}

/// One after the other.
impl<A: Input, B: Input> Input for (A, B) {
    type Query = (A::Query, B::Query);

    fn query(reader: &mut QueryReader) -> Self::Query {
        (A::query(reader), B::query(reader))
    }

    async fn read(request: &HttpRequest, query: Self::Query, payload: &mut Payload) -> Result<Self, Problem> {
        Ok((A::read(request, query.0, payload).await?, B::read(request, query.1, payload).await?))
    }
}

/// Proof that the caller may do `P`, with what they sent, and the service to do it with.
pub struct Permit<P, I = ()> {
    granted: P,
    /// What they sent.
    pub input: I,
    /// Where the request came from.
    pub origin: Origin,
    /// The service.
    pub service: Data<Service>,
    /// The worker's connections to the database.
    pub database: Database,
    /// When the request came.
    pub now: DateTime<Utc>,
}

impl<P, I> Deref for Permit<P, I> {
    type Target = P;

    fn deref(&self) -> &P {
        &self.granted
    }
}

impl<P: Permission, I> Permit<P, I> {
    /// An event in the audit log, of the caller.
    #[must_use]
    pub fn event(&self, action: Action) -> Event {
        Event::new(action, self.granted.subject(), &self.origin, self.now)
    }

    /// Does all of `work` in one transaction, to its end even where the caller hangs up.
    ///
    /// # Errors
    /// Those of the work; unavailable, where the database is.
    pub async fn write<T: 'static>(
        &self,
        work: impl AsyncFnOnce(&mut Connection) -> Result<T, Problem> + 'static,
    ) -> Result<T, Problem> {
        let database = self.database.clone();
        let writing = actix_web::rt::spawn(async move {
            let mut db = database.connection().await?;
            peerpath_persistence::transaction(&mut db, work).await
        });
        writing.await.map_err(Problem::internal)?
    }

    /// Does `work` to its end even where the caller hangs up, each statement for itself.
    ///
    /// # Errors
    /// Those of the work; unavailable, where the database is.
    pub async fn persist<T: 'static>(
        &self,
        work: impl AsyncFnOnce(&mut Connection) -> Result<T, Problem> + 'static,
    ) -> Result<T, Problem> {
        let database = self.database.clone();
        let persisting = actix_web::rt::spawn(async move { work(&mut *database.connection().await?).await });
        persisting.await.map_err(Problem::internal)?
    }

    /// Reads something from the database.
    ///
    /// # Errors
    /// Those of the work; unavailable, where the database is.
    pub async fn read<T, E: Into<Problem>>(
        &self,
        work: impl AsyncFnOnce(&mut Connection) -> Result<T, E>,
    ) -> Result<T, Problem> {
        let mut db = self.database.connection().await?;
        work(&mut db).await.map_err(Into::into)
    }
}

impl<P: Permission, I: Input> FromRequest for Permit<P, I> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        async move {
            let shared = Shared::of(&request)?.clone();
            let mut granted = P::grant(&request, &shared).await?;
            let mut reader = QueryReader::new(request.query_string());
            let query = I::query(&mut reader);
            reader.finish()?;
            let input = I::read(&request, query, &mut payload).await?;
            // Whoever takes their time with the body may have lost what they were granted when they began.
            if request.method() != Method::GET {
                granted = P::grant(&request, &shared).await?;
            }
            let Shared { service, database } = shared;
            let origin = Origin::of(&request, &service);
            Ok(Self { granted, input, origin, service, database, now: clock::now() })
        }
        .boxed_local()
    }
}
