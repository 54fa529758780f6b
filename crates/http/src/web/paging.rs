//! Lists from the database, with keyset cursors.

use std::borrow::Cow;

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use serde_json::json;
use utoipa::openapi::path::ParameterIn;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};
use uuid::Uuid;

use super::cursor;
use super::document::OperationDocument;
use super::input::Input;
use super::problem::Problem;
use super::query::{QueryReader, within};
use super::responses::{Json, Reply};

/// Page size without `limit`.
pub const DEFAULT_LIMIT: usize = 50;

/// Maximum page size.
pub const MAXIMUM_LIMIT: usize = 200;

/// The page that a caller requests, in key order.
#[derive(Debug)]
pub struct PageRequest {
    limit: usize,
    /// The page starts after this key.
    pub after: Option<Uuid>,
    path: String,
    reader: QueryReader,
}

/// The parameters that choose a page.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageParameters {
    /// Maximum number of items on the page.
    #[param(minimum = 1, maximum = 200, default = 50, value_type = Option<u16>)]
    pub limit: usize,
    /// `next_cursor` of the previous page. Keep the other parameters unchanged.
    pub cursor: Option<String>,
}

impl PageParameters {
    /// Reads the parameters. The cursor is checked later, when the path is known.
    pub fn read(reader: &mut QueryReader) -> Self {
        let limit = reader.one("limit", |text| within(text, 1, MAXIMUM_LIMIT)).unwrap_or(DEFAULT_LIMIT);
        Self { limit, cursor: reader.one("cursor", |text| Ok(text.to_owned())) }
    }
}

impl Input for PageRequest {
    type Query = PageParameters;

    fn query(reader: &mut QueryReader) -> Self::Query {
        PageParameters::read(reader)
    }

    async fn read(
        request: &HttpRequest,
        PageParameters { limit, cursor }: Self::Query,
        _: &mut Payload,
    ) -> Result<Self, Problem> {
        let (path, mut reader) = (request.path().to_owned(), QueryReader::new(request.query_string()));
        let print = cursor::fingerprint(&path, &reader);
        match cursor.map(|cursor| cursor::decode::<Uuid>(&cursor, &print)).transpose() {
            Ok(after) => Ok(Self { limit, after, path, reader }),
            Err(detail) => {
                reader.fault("cursor", detail);
                Err(Problem::invalid_parameters(reader.into_faults()))
            }
        }
    }

    fn document(operation: &mut OperationDocument) {
        operation.parameters::<PageParameters>(ParameterIn::Query);
    }
}

impl PageRequest {
    /// Number of rows to read: one extra row shows whether another page exists.
    pub fn rows(&self) -> i64 {
        i64::try_from(self.limit).unwrap_or(i64::MAX) + 1
    }

    /// Builds the page from its rows. `total` counts the items on all pages.
    pub fn page<R, T>(
        self,
        (mut rows, total): (Vec<R>, i64),
        key: impl Fn(&R) -> Uuid,
        item: impl Fn(R) -> T,
    ) -> Page<T> {
        let more = rows.len() > self.limit;
        rows.truncate(self.limit);
        let print = cursor::fingerprint(&self.path, &self.reader);
        let next_cursor = rows.last().filter(|_| more).map(|last| cursor::encode(&key(last), &print));
        let link = next_cursor.as_deref().and_then(|next| cursor::next_link(&self.path, &self.reader, next));
        Page { list: List { items: rows.into_iter().map(item).collect(), next_cursor, meta: PageMeta { total } }, link }
    }
}

/// List metadata.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageMeta {
    /// Number of items on all pages.
    pub total: i64,
}

/// A page of a list.
#[derive(Debug, Serialize)]
pub struct List<T, M = PageMeta> {
    /// The items on this page.
    pub items: Vec<T>,
    /// Cursor of the next page; null on the last page.
    pub next_cursor: Option<String>,
    /// Metadata of the list.
    pub meta: M,
}

impl<T: ToSchema, M: ToSchema> PartialSchema for List<T, M> {
    fn schema() -> RefOr<Schema> {
        let schema = json!({
            "type": "object",
            "description": format!("A page of a list of `{}`.", T::name()),
            "required": ["items", "next_cursor", "meta"],
            "properties": {
                "items": {"type": "array", "description": "The items.", "items": {"$ref": format!("#/components/schemas/{}", T::name())}},
                "next_cursor": {
                    "type": ["string", "null"], "description": "Cursor of the next page; null on the last page.",
                },
                "meta": {"$ref": format!("#/components/schemas/{}", M::name()), "description": "List metadata."},
            },
        });
        serde_json::from_value(schema).unwrap_or_else(|_| RefOr::T(Schema::default()))
    }
}

impl<T: ToSchema, M: ToSchema> ToSchema for List<T, M> {
    fn name() -> Cow<'static, str> {
        format!("{}List", T::name().trim_end_matches("Item")).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into(), T::schema()));
        T::schemas(schemas);
        schemas.push((M::name().into(), M::schema()));
        M::schemas(schemas);
    }
}

/// 200 with a page and a `Link` to the next page.
pub struct Page<T> {
    list: List<T>,
    link: Option<header::HeaderValue>,
}

impl<T: Serialize + ToSchema + 'static> Reply for Page<T> {
    fn document(operation: &mut OperationDocument) {
        let schema = operation.schema::<List<T>>();
        operation.response(StatusCode::OK, "A page", &[("application/json", schema)], &["Link"]);
    }

    fn respond(self, request: &HttpRequest) -> Result<HttpResponse, Problem> {
        let mut response = Json(self.list).respond(request)?;
        if let Some(link) = self.link {
            response.headers_mut().insert(header::LINK, link);
        }
        Ok(response)
    }
}
