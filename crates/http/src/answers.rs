//! Answers that depend on who asks: JSON that nobody keeps.

use actix_web::HttpResponse;
use actix_web::body::MessageBody;
use actix_web::http::header;
use actix_web::http::{StatusCode, header::CacheDirective};
use serde::Serialize;

use crate::input::entity_tag;
use crate::problem::Problem;

fn answer(status: StatusCode, body: &impl Serialize) -> Result<HttpResponse, Problem> {
    Ok(answer_json(status, serde_json::to_vec(body).map_err(Problem::internal)?))
}

fn answer_json(status: StatusCode, body: impl MessageBody + 'static) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CONTENT_TYPE, "application/json"));
    response.insert_header(header::CacheControl(vec![CacheDirective::NoStore]));
    response.body(body)
}

/// An answer that is written as JSON already.
#[must_use]
pub fn private_json(body: impl MessageBody + 'static) -> HttpResponse {
    answer_json(StatusCode::OK, body)
}

/// An answer.
///
/// # Errors
/// None in practice: what is sent has a JSON form.
pub fn private(body: &impl Serialize) -> Result<HttpResponse, Problem> {
    answer(StatusCode::OK, body)
}

/// An answer with a version, for changes that go out from it.
///
/// # Errors
/// None in practice: what is sent has a JSON form.
pub fn versioned(version: i32, body: &impl Serialize) -> Result<HttpResponse, Problem> {
    let response = answer(StatusCode::OK, body)?;
    with_header(response, header::ETAG, &entity_tag(version))
}

/// Something that was made, and where it is.
///
/// # Errors
/// None in practice: what is sent has a JSON form.
pub fn created(location: &str, body: &impl Serialize) -> Result<HttpResponse, Problem> {
    with_header(answer(StatusCode::CREATED, body)?, header::LOCATION, location)
}

/// Something that was made, with a version.
///
/// # Errors
/// None in practice: what is sent has a JSON form.
pub fn created_versioned(location: &str, version: i32, body: &impl Serialize) -> Result<HttpResponse, Problem> {
    with_header(created(location, body)?, header::ETAG, &entity_tag(version))
}

/// Something that goes on after the answer.
///
/// # Errors
/// None in practice: what is sent has a JSON form.
pub fn accepted(body: &impl Serialize) -> Result<HttpResponse, Problem> {
    answer(StatusCode::ACCEPTED, body)
}

/// Nothing more to say.
#[must_use]
pub fn done() -> HttpResponse {
    let mut response = HttpResponse::NoContent();
    response.insert_header(header::CacheControl(vec![CacheDirective::NoStore]));
    response.finish()
}

fn with_header(mut response: HttpResponse, name: header::HeaderName, value: &str) -> Result<HttpResponse, Problem> {
    response.headers_mut().insert(name, value.parse().map_err(Problem::internal)?);
    Ok(response)
}
