//! The frame of the HTML pages.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};

/// A page that must not be stored or framed. `title` and `body` are HTML.
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

/// Escapes text for HTML.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}
