//! Pages about the kinds of problems.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::web::access::{Anyone, Permit};
use crate::web::document::OperationDocument;
use crate::web::endpoint::{Endpoints, endpoints};
use crate::web::html::{escaped, html};
use crate::web::input::Path;
use crate::web::problem::{Problem, ProblemKind};
use crate::web::responses::Reply;

pub fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: list_problems, get_problem);
}

/// 200 with a page that caches may store.
struct Page {
    title: &'static str,
    body: String,
}

impl Reply for Page {
    fn document(operation: &mut OperationDocument) {
        let text = serde_json::json!({"type": "string"});
        operation.response(StatusCode::OK, "A page", &[("text/html", text)], &[]);
    }

    fn respond(self, _: &HttpRequest) -> Result<HttpResponse, Problem> {
        let mut response = html(StatusCode::OK, self.title, &self.body);
        response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("public, max-age=3600"));
        Ok(response)
    }
}

/// List the kinds of problems
///
/// A page for people.
#[utoipa::path(get, path = "/problems", tag = "problems")]
async fn list_problems(_: Permit<Anyone>) -> Result<Page, Problem> {
    let items = ProblemKind::ALL.iter().fold(String::new(), |items, kind| {
        let (word, title, status) = (kind.word(), kind.title(), kind.status().as_u16());
        items + &format!("<li><a href=\"/problems/{word}\">{title}</a> ({status})</li>\n")
    });
    Ok(Page { title: "Problems", body: format!("<h1>Problems</h1>\n<ul>\n{items}</ul>") })
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ProblemPath {
    /// The word that ends the problem's `type`.
    #[param(example = "invalid-parameters")]
    kind: String,
}

/// Read about a kind of problem
///
/// A page for people: what went wrong, and how to fix it.
#[utoipa::path(get, path = "/problems/{kind}", tag = "problems")]
async fn get_problem(anyone: Permit<Anyone, Path<ProblemPath>>) -> Result<Page, Problem> {
    let Path(ProblemPath { kind }) = &anyone.input;
    let found = ProblemKind::ALL.iter().find(|known| known.word() == kind);
    let kind = found.ok_or_else(|| Problem::not_found("There is no problem of this kind"))?;
    let status = kind.status().as_u16();
    let remedy = kind.remedy().split('`').enumerate().fold(String::new(), |text, (place, part)| {
        let part = escaped(part);
        if place % 2 == 1 { text + "<code>" + &part + "</code>" } else { text + &part }
    });
    let body = format!(
        "<h1>{}</h1>\n<p>Status {status}, <code>/problems/{}</code></p>\n<p>{remedy}</p>",
        kind.title(),
        kind.word()
    );
    Ok(Page { title: kind.title(), body })
}
