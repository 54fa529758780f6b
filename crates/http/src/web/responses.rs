//! Answers of handlers. JSON answers here depend on the caller, so caches must not store them.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use serde::Serialize;
use utoipa::ToSchema;

use super::document::{OperationDocument, description_of};
use super::preconditions::entity_tag;
use super::problem::Problem;

/// A successful answer, which documents itself.
pub trait Reply: 'static {
    /// Adds the answer to the documentation of an operation.
    fn document(operation: &mut OperationDocument);

    /// Builds the response.
    fn respond(self, request: &HttpRequest) -> Result<HttpResponse, Problem>;
}

/// 200 with a JSON body.
pub struct Json<T>(pub T);

impl<T: Serialize + ToSchema + 'static> Reply for Json<T> {
    fn document(operation: &mut OperationDocument) {
        let schema = operation.schema::<T>();
        operation.response(StatusCode::OK, &description_of::<T>(), &[("application/json", schema)], &[]);
    }

    fn respond(self, _: &HttpRequest) -> Result<HttpResponse, Problem> {
        let body = serde_json::to_vec(&self.0).map_err(Problem::internal)?;
        let mut response = HttpResponse::Ok();
        response.insert_header((header::CONTENT_TYPE, "application/json"));
        response.insert_header((header::CACHE_CONTROL, "no-store"));
        Ok(response.body(body))
    }
}

/// 200 with a JSON body and its version. A change sends the version in `If-Match`.
pub struct Versioned<T> {
    pub version: i32,
    pub body: T,
}

impl<T: Serialize + ToSchema + 'static> Reply for Versioned<T> {
    fn document(operation: &mut OperationDocument) {
        Json::<T>::document(operation);
        operation.response_header("ETag");
    }

    fn respond(self, request: &HttpRequest) -> Result<HttpResponse, Problem> {
        with_header(Json(self.body).respond(request)?, header::ETAG, &entity_tag(self.version))
    }
}

/// 201 with the new resource and its path.
pub struct Created<R> {
    /// Path of the new resource.
    pub location: String,
    /// The body that a read of the resource would return.
    pub reply: R,
}

impl<R: Reply> Reply for Created<R> {
    fn document(operation: &mut OperationDocument) {
        R::document(operation);
        operation.response_header("Location");
        operation.move_response(StatusCode::OK, StatusCode::CREATED);
    }

    fn respond(self, request: &HttpRequest) -> Result<HttpResponse, Problem> {
        let mut response = with_header(self.reply.respond(request)?, header::LOCATION, &self.location)?;
        *response.status_mut() = StatusCode::CREATED;
        Ok(response)
    }
}

/// 202: the work continues after the answer.
pub struct Accepted<T>(pub T);

impl<T: Serialize + ToSchema + 'static> Reply for Accepted<T> {
    fn document(operation: &mut OperationDocument) {
        Json::<T>::document(operation);
        operation.move_response(StatusCode::OK, StatusCode::ACCEPTED);
    }

    fn respond(self, request: &HttpRequest) -> Result<HttpResponse, Problem> {
        let mut response = Json(self.0).respond(request)?;
        *response.status_mut() = StatusCode::ACCEPTED;
        Ok(response)
    }
}

/// 204: success without a body.
pub struct NoContent;

impl Reply for NoContent {
    fn document(operation: &mut OperationDocument) {
        operation.response(StatusCode::NO_CONTENT, "Done", &[], &[]);
    }

    fn respond(self, _: &HttpRequest) -> Result<HttpResponse, Problem> {
        Ok(HttpResponse::NoContent().insert_header((header::CACHE_CONTROL, "no-store")).finish())
    }
}

/// A response that the handler documents itself.
impl Reply for HttpResponse {
    fn document(_: &mut OperationDocument) {}

    fn respond(self, _: &HttpRequest) -> Result<HttpResponse, Problem> {
        Ok(self)
    }
}

fn with_header(mut response: HttpResponse, name: header::HeaderName, value: &str) -> Result<HttpResponse, Problem> {
    response.headers_mut().insert(name, value.parse().map_err(Problem::internal)?);
    Ok(response)
}
