//! Cacheable answers: the same for every caller with access, rendered once and compressed on first use.

use std::marker::PhantomData;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::NaiveDate;
use utoipa::openapi::path::ParameterIn;
use utoipa::{IntoParams, ToSchema};

use super::access::{ByScope, Permit};
use super::document::{OperationDocument, description_of};
use super::input::Input;
use super::negotiation::{self, JSON, Representation};
use super::problem::{Problem, ProblemKind};
use super::query::{QueryReader, date};
use super::responses::Reply;
use crate::service::snapshot::{CachedBody, Coding, Snapshot};

/// Clients may use an answer for five minutes without revalidation, so a corrected fact shows within minutes.
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("private, max-age=300");
const VARY: HeaderValue = HeaderValue::from_static("accept-encoding");
const VARY_BY_REPRESENTATION: HeaderValue = HeaderValue::from_static("accept, accept-encoding");

/// Longest path and query, in bytes, whose answer is cached.
const LONGEST_KEY: usize = 1024;

/// The query of a cacheable read. It is parsed only on a cache miss, so this trait only documents it.
pub trait CacheableQuery: 'static {
    fn document(operation: &mut OperationDocument);
}

/// The parameter of a read that depends only on a day.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AsOf {
    /// Day whose facts are returned, past or future. Default: today.
    pub as_of: Option<NaiveDate>,
}

impl AsOf {
    pub fn read(reader: &mut QueryReader) -> Self {
        Self { as_of: reader.one("as_of", date) }
    }
}

impl CacheableQuery for AsOf {
    fn document(operation: &mut OperationDocument) {
        operation.parameters::<Self>(ParameterIn::Query);
        operation.problems(&[ProblemKind::NotFound]);
    }
}

impl CacheableQuery for () {
    fn document(_: &mut OperationDocument) {}
}

pub struct CacheableRead<Q> {
    pub request: HttpRequest,
    query: PhantomData<Q>,
}

impl<Q: CacheableQuery> Input for CacheableRead<Q> {
    type Query = ();

    fn query(reader: &mut QueryReader) {
        reader.leave();
    }

    async fn read(request: &HttpRequest, (): (), _: &mut Payload) -> Result<Self, Problem> {
        Ok(Self { request: request.clone(), query: PhantomData })
    }

    fn document(operation: &mut OperationDocument) {
        Q::document(operation);
    }
}

impl<Q> CacheableRead<Q> {
    pub fn path(&self, name: &str) -> &str {
        self.request.match_info().get(name).unwrap_or_default()
    }

    pub fn query(&self) -> QueryReader {
        QueryReader::new(self.request.query_string())
    }

    fn key(&self) -> &str {
        self.request.uri().path_and_query().map_or("/", |path| path.as_str())
    }
}

/// The representations of an answer.
pub trait Representations: 'static {
    /// The representations; the first is the default.
    const OFFERED: &'static [Representation];
}

pub struct JsonOnly;

impl Representations for JsonOnly {
    const OFFERED: &'static [Representation] = JSON;
}

/// The headers of 200 and 304.
const HEADERS: &[&str] = &["ETag", "Cache-Control", "Vary"];

/// 200 with a `T`, or 304 when the caller already has the current version.
pub struct Cached<T, F = JsonOnly> {
    body: Arc<CachedBody>,
    representation: &'static Representation,
    coding: Coding,
    /// The body in this coding; `None` for 304.
    bytes: Option<Bytes>,
    types: PhantomData<(T, F)>,
}

impl<T, F: Representations> Cached<T, F> {
    /// Answers from the catalog of the day in `as_of`, or of today. Calls `build` on a cache miss.
    pub async fn on_day<P: ByScope, Q: CacheableQuery>(
        permit: &Permit<P, CacheableRead<Q>>,
        build: impl FnOnce(&Snapshot, QueryReader, &'static Representation) -> Result<CachedBody, Problem>,
    ) -> Result<Self, Problem> {
        let current = permit.service.snapshots.current()?;
        let representation = negotiation::representation(&permit.input.request, F::OFFERED)?;
        let remembered = current.remembered(permit.input.key()).filter(|_| is_default::<F>(representation));
        let body = if let Some(body) = remembered {
            body
        } else {
            let mut query = permit.input.query();
            let snapshot = match AsOf::read(&mut query).as_of {
                None => Arc::clone(&current),
                Some(day) => permit.service.snapshots.on(&current, day).await?.ok_or_else(|| {
                    let first = current.versions.first().map(|version| version.effective.to_string());
                    let first = first.unwrap_or_default();
                    Problem::not_found(format!("The catalog has no version for {day}; the first is of {first}"))
                })?,
            };
            remember::<F, Q>(&permit.input, &current, representation, build(&snapshot, query, representation)?)
        };
        Self::send(&permit.input.request, body, representation).await
    }

    /// Answers with data that does not depend on a day. Calls `build` on a cache miss.
    pub async fn from<P: ByScope, Q: CacheableQuery>(
        permit: &Permit<P, CacheableRead<Q>>,
        current: &Snapshot,
        build: impl FnOnce(QueryReader) -> Result<CachedBody, Problem>,
    ) -> Result<Self, Problem> {
        let representation = negotiation::representation(&permit.input.request, F::OFFERED)?;
        let body = match current.remembered(permit.input.key()).filter(|_| is_default::<F>(representation)) {
            Some(body) => body,
            None => remember::<F, Q>(&permit.input, current, representation, build(permit.input.query())?),
        };
        Self::send(&permit.input.request, body, representation).await
    }

    /// Sends a body in the coding that the caller prefers.
    pub async fn send(
        request: &HttpRequest,
        body: Arc<CachedBody>,
        representation: &'static Representation,
    ) -> Result<Self, Problem> {
        let coding = negotiation::coding(request, body.is_worth_compressing())?;
        let unchanged = negotiation::is_unchanged(request, body.etag(coding).to_str().unwrap_or_default());
        let bytes = if unchanged {
            None
        } else if body.is_ready(coding) {
            Some(body.bytes(coding))
        } else {
            let body = Arc::clone(&body);
            Some(web::block(move || body.bytes(coding)).await.map_err(Problem::internal)?)
        };
        Ok(Self { body, representation, coding, bytes, types: PhantomData })
    }
}

fn is_default<F: Representations>(representation: &Representation) -> bool {
    F::OFFERED.first() == Some(representation)
}

fn remember<F: Representations, Q>(
    read: &CacheableRead<Q>,
    current: &Snapshot,
    representation: &Representation,
    body: CachedBody,
) -> Arc<CachedBody> {
    let body = Arc::new(body);
    if read.key().len() <= LONGEST_KEY && is_default::<F>(representation) {
        current.remember(read.key(), &body);
    }
    body
}

impl<T: ToSchema + 'static, F: Representations> Reply for Cached<T, F> {
    fn document(operation: &mut OperationDocument) {
        let schema = operation.schema::<T>();
        let text = serde_json::json!({"type": "string"});
        let content: Vec<_> = F::OFFERED
            .iter()
            .map(|one| {
                (one.media_type, if one.media_type == "application/json" { schema.clone() } else { text.clone() })
            })
            .collect();
        operation.response(StatusCode::OK, &description_of::<T>(), &content, HEADERS);
        let unchanged = "Nothing has changed since the `If-None-Match` of the request";
        operation.response(StatusCode::NOT_MODIFIED, unchanged, &[], HEADERS);
        operation.problems(&[ProblemKind::NotAcceptable]);
        let paged = operation.operation.parameters.as_ref().is_some_and(|all| {
            all.iter().any(|one| matches!(one, utoipa::openapi::RefOr::T(parameter) if parameter.name == "cursor"))
        });
        if operation.method == utoipa::openapi::path::HttpMethod::Get && paged {
            operation.response_header("Link");
        }
    }

    fn respond(self, _: &HttpRequest) -> Result<HttpResponse, Problem> {
        let mut response = if self.bytes.is_some() { HttpResponse::Ok() } else { HttpResponse::NotModified() };
        response.insert_header((header::ETAG, self.body.etag(self.coding).clone()));
        response.insert_header((header::CACHE_CONTROL, CACHE_CONTROL));
        response.insert_header((header::VARY, if F::OFFERED.len() > 1 { VARY_BY_REPRESENTATION } else { VARY }));
        let Some(bytes) = self.bytes else { return Ok(response.finish()) };
        response.insert_header((header::CONTENT_TYPE, self.representation.content_type));
        if let Some(link) = self.body.link() {
            response.insert_header((header::LINK, link.clone()));
        }
        if self.coding != Coding::Identity {
            response.insert_header((header::CONTENT_ENCODING, self.coding.word()));
        }
        Ok(response.body(bytes))
    }
}
