//! From a request to prepared bytes: looked up, or built once and remembered.

use std::sync::Arc;

use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};

use crate::access::{ByScope, CatalogRead, Identified, Permit, Raw, by_token};
use crate::problem::{Problem, ProblemKind};
use crate::query::{QueryReader, date};
use crate::service::Service;
use crate::snapshot::{Coding, Form, Prepared, Snapshot};

/// How long an answer may be used without asking again. Revisions come rarely; a fact corrected is seen within minutes.
const CACHE_CONTROL: HeaderValue = HeaderValue::from_static("private, max-age=300");
const VARY: HeaderValue = HeaderValue::from_static("accept-encoding");
const VARY_BY_FORM: HeaderValue = HeaderValue::from_static("accept, accept-encoding");

/// The longest path and query whose answer is remembered.
const LONGEST_KEY: usize = 1024;

/// A request for the catalog of somebody who may read it.
pub type Reader = Permit<CatalogRead, Raw>;

/// What has been answered before, without asking the router which handler made it; `None`: nothing yet.
///
/// Whatever is prepared needs the scope that it was prepared for, and nothing else. Who would rather have another form,
/// or accepts none, is left to the handlers.
///
/// # Errors
/// As the handlers: a [`Problem`] where the caller lacks the scope.
pub async fn prepared(
    request: &HttpRequest,
    service: &Service,
    caller: &Identified,
) -> Option<Result<HttpResponse, Problem>> {
    let current = service.snapshots.current().ok().filter(|_| request.method() == Method::GET)?;
    let prepared = current.answer(key(request)).filter(|prepared| is_wanted(request.headers(), prepared.form()))?;
    match by_token(caller, prepared.scope()) {
        Ok(()) => Some(send(request, prepared).await),
        Err(problem) => Some(Err(problem)),
    }
}

/// Answers a request for the catalog of the day that `as_of` names, or of today.
///
/// `build` makes the body. As long as the answer is remembered, [`prepared`] sends it and nobody comes here.
///
/// # Errors
/// [`Problem`] where the query is wrong, nothing is there, or no catalog can be loaded.
pub async fn answer<P: ByScope>(
    reader: &Permit<P, Raw>,
    build: impl FnOnce(&Snapshot, QueryReader) -> Result<Prepared, Problem>,
) -> Result<HttpResponse, Problem> {
    let (service, Raw(request)) = (&reader.service, &reader.input);
    let current = service.snapshots.current()?;
    let mut query = QueryReader::new(request.query_string());
    let snapshot = match query.one("as_of", date) {
        None => Arc::clone(&current),
        Some(day) => service.snapshots.on(&current, day).await?.ok_or_else(|| {
            let first = current.versions.first().map(|version| version.effective.to_string()).unwrap_or_default();
            Problem::not_found(format_args!("catalog of {day}: the first one holds from {first}"))
        })?,
    };
    send(request, remember(request, &current, build(&snapshot, query)?.by_scope(P::SCOPE))).await
}

/// Answers a request whose day is fixed.
///
/// # Errors
/// [`Problem`] where the query is wrong or nothing is there.
pub async fn answer_from(
    reader: &Reader,
    current: &Snapshot,
    build: impl FnOnce(QueryReader) -> Result<Prepared, Problem>,
) -> Result<HttpResponse, Problem> {
    let Raw(request) = &reader.input;
    let answer = build(QueryReader::new(request.query_string()))?;
    send(request, remember(request, current, answer)).await
}

fn key(request: &HttpRequest) -> &str {
    request.uri().path_and_query().map_or("/", |path| path.as_str())
}

fn remember(request: &HttpRequest, current: &Snapshot, answer: Prepared) -> Arc<Prepared> {
    let answer = Arc::new(answer);
    if key(request).len() <= LONGEST_KEY && answer.form().is_usual() {
        current.remember(key(request), &answer);
    }
    answer
}

/// Sends a prepared answer in the coding that the caller likes best, or says that it has not changed.
///
/// Of several forms, the answer is in the one that [`representation`] chose.
///
/// # Errors
/// A not-acceptable [`Problem`] where no representation is.
pub async fn send(request: &HttpRequest, answer: Arc<Prepared>) -> Result<HttpResponse, Problem> {
    let headers = request.headers();
    let form = answer.form();
    representation(headers, form.offered)?;
    let coding = negotiate(headers, answer.is_worth_compressing())?;
    let etag = answer.etag(coding);
    let unchanged = headers.get_all(header::IF_NONE_MATCH).any(|value| names(value, etag));
    let mut response = if unchanged { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::ETAG, etag.clone()));
    response.insert_header((header::CACHE_CONTROL, CACHE_CONTROL));
    response.insert_header((header::VARY, if form.offered.len() > 1 { VARY_BY_FORM } else { VARY }));
    if unchanged {
        return Ok(response.finish());
    }
    response.insert_header((header::CONTENT_TYPE, form.content_type));
    if let Some(link) = answer.link() {
        response.insert_header((header::LINK, link.clone()));
    }
    if coding != Coding::Identity {
        response.insert_header((header::CONTENT_ENCODING, coding.word()));
    }
    let bytes = if answer.is_ready(coding) {
        answer.bytes(coding)
    } else {
        web::block(move || answer.bytes(coding)).await.map_err(Problem::internal)?
    };
    Ok(response.body(bytes))
}

/// How much a media type is liked, from 0 (not at all) to 1; the range that names it best decides.
fn liking(headers: &HeaderMap, media_type: &str) -> f32 {
    let ranges = lines_of(headers, header::ACCEPT);
    if ranges.iter().all(|line| line.trim().is_empty()) {
        return 1.0;
    }
    let family = media_type.split('/').next().unwrap_or_default();
    let named = |range: &str| {
        let (range, quality) = weighted(range);
        let range = range.to_ascii_lowercase();
        let closeness = match range.as_str() {
            "*/*" => 1_u8,
            _ if range == media_type => 3,
            _ if range.strip_suffix("/*") == Some(family) => 2,
            _ => return None,
        };
        Some((closeness, quality))
    };
    let best = ranges.iter().flat_map(|line| line.split(',')).filter_map(named).max_by_key(|(closeness, _)| *closeness);
    best.map_or(0.0, |(_, quality)| quality)
}

/// Whether a form is the one to send.
fn is_wanted(headers: &HeaderMap, form: &Form) -> bool {
    representation(headers, form.offered).is_ok_and(|media_type| media_type == form.media_type)
}

/// Which of several media types to send: the one that is liked best, and of those the first.
///
/// # Errors
/// A not-acceptable [`Problem`] where none is.
pub fn representation(headers: &HeaderMap, offered: &[&'static str]) -> Result<&'static str, Problem> {
    let mut best = None;
    for media_type in offered {
        let quality = liking(headers, media_type);
        if quality > best.map_or(0.0, |(_, quality)| quality) {
            best = Some((*media_type, quality));
        }
    }
    let refusal =
        || Problem::new(ProblemKind::NotAcceptable, format!("only {} is to be had here", offered.join(" or ")));
    best.map(|(media_type, _)| media_type).ok_or_else(refusal)
}

/// The best coding that is acceptable; where two are liked the same, the smaller.
fn negotiate(headers: &HeaderMap, worth_compressing: bool) -> Result<Coding, Problem> {
    let accept = lines_of(headers, header::ACCEPT_ENCODING);
    let (mut brotli, mut gzip, mut identity, mut others) = (None, None, None, None);
    for range in accept.iter().flat_map(|line| line.split(',')) {
        let (word, quality) = weighted(range);
        match word.to_ascii_lowercase().as_str() {
            "br" => brotli = Some(quality),
            "gzip" | "x-gzip" => gzip = Some(quality),
            "identity" => identity = Some(quality),
            "*" => others = Some(quality),
            _ => {}
        }
    }
    let brotli = brotli.or(others).unwrap_or(0.0);
    let gzip = gzip.or(others).unwrap_or(0.0);
    // Identity is acceptable unless it is excluded, by name or with all others.
    let excluded = identity.or(others) == Some(0.0);
    let preferred = identity.unwrap_or(0.0);
    if brotli > 0.0 && brotli >= gzip && brotli >= preferred && (worth_compressing || excluded) {
        Ok(Coding::Brotli)
    } else if gzip > 0.0 && gzip >= preferred && (worth_compressing || excluded) {
        Ok(Coding::Gzip)
    } else if !excluded {
        Ok(Coding::Identity)
    } else {
        Err(Problem::new(ProblemKind::NotAcceptable, "only the codings identity, gzip and br are to be had here"))
    }
}

/// The lines of a header, which are one list.
fn lines_of(headers: &HeaderMap, name: header::HeaderName) -> Vec<&str> {
    headers.get_all(name).filter_map(|line| line.to_str().ok()).collect()
}

/// An item of an `Accept` header, and how much it is liked.
fn weighted(range: &str) -> (&str, f32) {
    let mut parts = range.split(';').map(str::trim);
    let word = parts.next().unwrap_or_default();
    let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
    (word, quality.map_or(1.0, |quality| quality.parse().unwrap_or(0.0)))
}

/// Whether an `If-None-Match` header names the tag; weakly compared, as RFC 9110 has it for reads.
fn names(header: &HeaderValue, etag: &HeaderValue) -> bool {
    let (Ok(header), Ok(etag)) = (header.to_str(), etag.to_str()) else { return false };
    header.split(',').map(str::trim).any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn negotiated(accept: &str) -> Option<Coding> {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_str(accept).unwrap());
        negotiate(&headers, true).ok()
    }

    #[test]
    fn the_best_acceptable_coding_is_chosen() {
        assert_eq!(negotiated("gzip, deflate, br"), Some(Coding::Brotli));
        assert_eq!(negotiated("GZIP;Q=1.0, Br;q=0.5"), Some(Coding::Gzip));
        assert_eq!(negotiated("br;q=0"), Some(Coding::Identity));
        assert_eq!(negotiated("*"), Some(Coding::Brotli));
        assert_eq!(negotiated(""), Some(Coding::Identity));
        assert_eq!(negotiated("deflate"), Some(Coding::Identity));
        assert_eq!(negotiated("identity;q=0, deflate"), None);
        assert_eq!(negotiated("*;q=0"), None);
        assert_eq!(negotiated("gzip, *;q=0"), Some(Coding::Gzip));
        assert_eq!(negotiated("identity, gzip;q=0.5"), Some(Coding::Identity));
    }

    #[test]
    fn the_media_type_that_is_liked_best_is_sent() {
        let chosen = |accept: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_str(accept).unwrap());
            representation(&headers, &["application/json", "text/csv"]).ok()
        };
        for (accept, expected) in [
            ("", Some("application/json")),
            ("*/*", Some("application/json")),
            ("text/csv", Some("text/csv")),
            ("Text/*", Some("text/csv")),
            ("text/csv;q=0.4, application/json;q=0.5", Some("application/json")),
            ("text/csv, */*;q=0.1", Some("text/csv")),
            ("application/json;q=0, */*", Some("text/csv")),
            ("text/html", None),
            ("text/csv;q=0", None),
        ] {
            assert_eq!(chosen(accept), expected, "{accept}");
        }
    }

    #[test]
    fn a_tag_is_found_among_several() {
        let tag = HeaderValue::from_static("\"a\"");
        for (header, expected) in
            [("\"b\", \"a\"", true), ("W/\"a\"", true), ("*", true), ("\"b\"", false), ("a", false)]
        {
            assert_eq!(names(&HeaderValue::from_static(header), &tag), expected, "{header}");
        }
    }
}
