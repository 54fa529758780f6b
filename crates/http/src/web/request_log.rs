//! The outermost layer of every request.
//!
//! It gives each request an id, answers `HEAD` as `GET`, enforces the time limit, turns panics and the framework's own
//! errors into problem documents, and logs and counts each answer. It logs the pattern of the route, never a query, a
//! header or a body: these may hold tokens and facts about people.

use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue, InvalidHeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use futures_util::FutureExt;
use tokio::time::timeout;

use super::problem::Problem;
use super::route_table::{MatchedRoute, RouteTable};
use crate::service::metrics::{Metrics, method_label};

/// The header with the id of a request; the log has the same id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request.
#[derive(Debug, Clone)]
pub struct RequestId(pub HeaderValue);

/// Maximum length of path and query, in bytes.
const LONGEST_URI: usize = 8 * 1024;

/// The parts of the service that observe requests.
pub struct Observer {
    pub routes: Arc<RouteTable>,
    pub metrics: Arc<Metrics>,
    /// Maximum time from the head of a request to the head of its answer.
    pub time_limit: Duration,
}

/// Handles a request; see the module. Every error is a [`Problem`].
pub async fn observe(
    observer: Rc<Observer>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let begun = Instant::now();
    let id = request_id(request.headers());
    let method = request.method().clone();
    let uri = request.uri().clone();
    if method == Method::HEAD {
        // The connection remembers that it was HEAD, and sends no body.
        request.head_mut().method = Method::GET;
    } else if method != Method::GET {
        request.extensions_mut().insert(RequestId(id.clone()));
    }

    let route = observer.routes.find(uri.path()).cloned();
    request.extensions_mut().insert(MatchedRoute(route.clone()));

    let outcome = if uri.path_and_query().is_some_and(|uri| uri.as_str().len() > LONGEST_URI) {
        Err(Problem::of_status(StatusCode::URI_TOO_LONG).into())
    } else {
        let handled = timeout(observer.time_limit, AssertUnwindSafe(next.call(request)).catch_unwind());
        match handled.await {
            Ok(Ok(outcome)) => outcome.map(ServiceResponse::map_into_boxed_body),
            Ok(Err(panic)) => Err(Problem::internal(format_args!("panicked: {}", message_of(&*panic))).into()),
            Err(_) => Err(Problem::unavailable("The request took too long", "time limit").into()),
        }
    };

    let (outcome, status, cause) = match outcome {
        Ok(mut response) => {
            let cause = explain(&mut response, uri.path());
            response.headers_mut().insert(REQUEST_ID, id.clone());
            let status = response.status();
            (Ok(response), status, cause)
        }
        Err(error) => {
            let problem = into_problem(&error);
            let mut response = problem.to_response(uri.path());
            response.headers_mut().insert(REQUEST_ID, id.clone());
            let status = response.status();
            let outcome = Err(InternalError::from_response(error.to_string(), response).into());
            (outcome, status, problem.cause().map(Into::into))
        }
    };
    let duration = begun.elapsed();
    let pattern = route.map(|route| Arc::clone(&route.pattern));
    log(&id, &method, pattern.as_deref().unwrap_or("other"), status, duration, cause.as_deref());
    observer.metrics.answered(&method, pattern, status, duration);
    outcome
}

fn log(id: &HeaderValue, method: &Method, route: &str, status: StatusCode, duration: Duration, cause: Option<&str>) {
    let request_id = id.to_str().unwrap_or_default();
    let duration_us = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX);
    let (method, status) = (method_label(method), status.as_u16());
    if let Some(cause) = cause {
        tracing::error!(target: "peerpath::request", request_id, method, route, status, duration_us, cause, "request failed");
    } else {
        tracing::info!(target: "peerpath::request", request_id, method, route, status, duration_us, "request");
    }
}

/// The trace id of the caller's `traceparent` (W3C Trace Context), or a random one of the same form.
fn request_id(headers: &HeaderMap) -> HeaderValue {
    let given = headers.get("traceparent").and_then(|value| value.to_str().ok()).and_then(trace_id);
    let id = given.map_or_else(random_id, HeaderValue::from_str);
    // Hexadecimal digits are always valid in a header.
    id.unwrap_or(HeaderValue::from_static("0"))
}

fn random_id() -> Result<HeaderValue, InvalidHeaderValue> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut random = fastrand::u128(..);
    let mut id = [b'0'; 32];
    for digit in &mut id {
        *digit = DIGITS.get(usize::try_from(random & 0xf).unwrap_or(0)).copied().unwrap_or(b'0');
        random >>= 4;
    }
    HeaderValue::from_bytes(&id)
}

fn trace_id(traceparent: &str) -> Option<&str> {
    let mut parts = traceparent.split('-');
    let (version, trace) = (parts.next()?, parts.next()?);
    let hexadecimal = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let valid =
        version.len() == 2 && version != "ff" && hexadecimal(version) && trace.len() == 32 && hexadecimal(trace);
    (valid && trace.bytes().any(|byte| byte != b'0')).then_some(trace)
}

fn message_of(panic: &(dyn std::any::Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("without a message")
}

fn into_problem(error: &Error) -> Problem {
    match error.as_error::<Problem>() {
        Some(problem) => problem.clone(),
        None => Problem::of_status(error.as_response_error().status_code()),
    }
}

/// Gives an error without a body its problem document; returns the cause for the log.
fn explain(response: &mut ServiceResponse<BoxBody>, path: &str) -> Option<String> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    let problem = match response.response().error() {
        Some(error) => into_problem(error),
        // A handler that sets the content type has its own form of errors.
        None if response.headers().contains_key(header::CONTENT_TYPE) => return None,
        None => Problem::of_status(status),
    };
    let document = problem.to_response(path);
    let cause =
        problem.cause().map(Into::into).or_else(|| status.is_server_error().then(|| problem.kind().title().to_owned()));
    for (name, value) in document.headers() {
        response.headers_mut().insert(name.clone(), value.clone());
    }
    let head = response.response_mut();
    *head.status_mut() = document.status();
    let body = document.into_body();
    let original = std::mem::replace(head, actix_web::HttpResponse::Ok().finish());
    *head = original.set_body(body);
    cause
}

#[cfg(test)]
mod tests {
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, init_service, try_call_service};
    use actix_web::{App, HttpResponse, web};
    use serde_json::Value;

    use super::*;

    #[test]
    fn a_request_has_the_callers_trace_id_or_a_new_one() {
        let mut headers = HeaderMap::new();
        let new = request_id(&headers);
        assert_eq!(new.len(), 32);
        let given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        headers.insert(HeaderName::from_static("traceparent"), HeaderValue::from_static(given));
        assert_eq!(request_id(&headers), "4bf92f3577b34da6a3ce929d0e0e4736");
        for wrong in [
            "00-0-0-0",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "x",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-0-1",
        ] {
            assert_eq!(trace_id(wrong), None, "{wrong}");
        }
    }

    async fn explode() -> HttpResponse {
        panic!("secret of the service")
    }

    async fn dawdle() -> HttpResponse {
        std::future::pending().await
    }

    async fn problem_at(path: &str) -> (StatusCode, Value) {
        let routes = Arc::default();
        let metrics = Arc::default();
        let observer = Rc::new(Observer { routes, metrics, time_limit: Duration::from_millis(50) });
        let app = App::new()
            .route("/explode", web::get().to(explode))
            .route("/dawdle", web::get().to(dawdle))
            .wrap(from_fn(move |request, next| observe(Rc::clone(&observer), request, next)));
        let app = init_service(app).await;
        let error = try_call_service(&app, TestRequest::get().uri(path).to_request()).await.unwrap_err();
        let response = error.error_response();
        assert!(response.headers().contains_key(REQUEST_ID));
        let status = response.status();
        let body = response.into_body().try_into_bytes().unwrap();
        (status, serde_json::from_slice(&body).unwrap())
    }

    #[actix_web::test]
    async fn a_panic_is_a_problem_without_internal_details() {
        let (status, problem) = problem_at("/explode").await;
        assert_eq!((status.as_u16(), &problem["type"]), (500, &"/problems/internal".into()));
        assert_eq!(problem["instance"], "/explode");
        assert!(!problem.to_string().contains("secret"));
    }

    #[actix_web::test]
    async fn a_slow_request_is_cut_off() {
        let (status, problem) = problem_at("/dawdle").await;
        assert_eq!((status.as_u16(), &problem["type"]), (503, &"/problems/unavailable".into()));
    }
}
