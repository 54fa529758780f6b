//! Pages for people: what each kind of problem means.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, get, web};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::access::{Anyone, Permit, Raw};
use crate::problem::{Problem, ProblemKind};

/// Adds the pages.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(list_problems).service(get_problem);
}

/// List the kinds of problem
///
/// A page for people.
#[utoipa::path(
    tag = "problems",
    responses((status = OK, description = "A page", content_type = "text/html", body = String)),
    security(())
)]
#[get("/problems")]
async fn list_problems(_: Permit<Anyone, Raw>) -> HttpResponse {
    let items = ProblemKind::ALL.iter().fold(String::new(), |items, kind| {
        let (word, title, status) = (kind.word(), kind.title(), kind.status().as_u16());
        items + &format!("<li><a href=\"/problems/{word}\">{title}</a> ({status})</li>\n")
    });
    page("Problems", &format!("<h1>Problems</h1>\n<ul>\n{items}</ul>"))
}

/// Read what a kind of problem means
///
/// A page for people: what went wrong, and how to mend it.
#[utoipa::path(
    tag = "problems",
    params(("kind" = String, Path, description = "The kind of problem", example = "invalid-parameters")),
    responses((status = OK, description = "A page", content_type = "text/html", body = String)),
    security(())
)]
#[get("/problems/{kind}")]
async fn get_problem(_: Permit<Anyone, Raw>, kind: web::Path<String>) -> Result<HttpResponse, Problem> {
    let found = ProblemKind::ALL.iter().find(|known| known.word() == kind.as_str());
    let kind = found.ok_or_else(|| Problem::not_found("problem of that kind"))?;
    let status = kind.status().as_u16();
    let mend = kind.mend().split('`').enumerate().fold(String::new(), |text, (place, part)| {
        let part = escaped(part);
        if place % 2 == 1 { text + "<code>" + &part + "</code>" } else { text + &part }
    });
    let body = format!(
        "<h1>{}</h1>\n<p>Status {status}, <code>/problems/{}</code></p>\n<p>{mend}</p>",
        kind.title(),
        kind.word()
    );
    Ok(page(kind.title(), &body))
}

fn page(title: &str, body: &str) -> HttpResponse {
    let mut response = html(StatusCode::OK, title, body);
    response.headers_mut().insert(header::CACHE_CONTROL, header::HeaderValue::from_static("public, max-age=3600"));
    response
}

/// A page for people, which nobody keeps and which leads nowhere else. `title` and `body` are HTML.
#[must_use]
pub fn html(status: StatusCode, title: &str, body: &str) -> HttpResponse {
    let style = "body{font:1.1em/1.5 system-ui,sans-serif;max-width:40em;margin:3em auto;padding:0 1em}\
                 input,button{font:inherit;padding:.3em .6em}label{display:block;margin:1em 0}";
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"));
    response.insert_header((header::CACHE_CONTROL, "no-store"));
    response.insert_header((header::CONTENT_SECURITY_POLICY, policy));
    response.insert_header((header::REFERRER_POLICY, "no-referrer"));
    response.body(format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{title} · PeerPath</title><style>{style}</style>\n{body}\n</html>\n"
    ))
}

/// A text as HTML shows it.
#[must_use]
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
