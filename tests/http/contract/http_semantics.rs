//! HTTP semantics of reads: entity tags, codings, headers, methods, CORS.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use peerpath_tests::answer::{Answer, id};
use peerpath_tests::database::TestDatabase;
use peerpath_tests::document::{Operation, operations};
use peerpath_tests::service::{MHPS, Service};
use peerpath_tests::world::World;
use reqwest::Method;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Every list of the catalog and the first item of each, by the document.
async fn readable(service: &Service) -> Vec<String> {
    let mut paths = vec!["/v1/catalog".to_owned(), format!("{MHPS}/revisions"), format!("{MHPS}/revisions/1")];
    for operation in operations().into_iter().filter(Operation::is_of_the_catalog) {
        let path = operation.pattern;
        if !path.contains('{') && path != "/v1/catalog" {
            let list = service.get_json(&format!("{path}?limit=1")).await;
            paths.extend([path.clone(), format!("{path}/{}", id(&list["items"][0]))]);
        }
    }
    assert!(paths.len() >= 3 + 2 * 14, "{paths:?}");
    paths
}

async fn get_coded(service: &Service, coding: &str, path: &str) -> Answer {
    Answer::to(service.request(Method::GET, path).header("accept-encoding", coding)).await
}

fn is_strong(tag: &str) -> bool {
    tag.len() > 10 && tag.starts_with('"') && tag.ends_with('"')
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_list_and_item_has_a_tag_and_answers_304_to_it() {
    let service = Service::start().await;
    for path in readable(&service).await {
        let answer = service.get(&path).await;
        let _ = answer.ok();
        let tag = answer.header("etag");
        assert!(is_strong(tag), "{path}: {tag}");
        assert_eq!(answer.header("cache-control"), "private, max-age=300", "{path}");
        assert!(answer.header("vary").to_lowercase().contains("accept-encoding"), "{path}");
        let again = service.get_unless(tag, &path).await;
        assert_eq!(again.status, 304, "{path}");
        assert!(again.body.is_empty(), "{path}");
        assert_eq!(again.header("etag"), tag, "{path}");
        assert_eq!(again.header("cache-control"), "private, max-age=300", "{path}");
        assert!(again.header("vary").to_lowercase().contains("accept-encoding"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn private_answers_are_not_cached_and_head_has_the_same_headers() {
    let world = World::new().await;
    let mut met = 0;
    for operation in operations().iter().filter(|one| one.is_private() && one.method == Method::GET) {
        let ask = |method: Method| {
            let request = world.service.by(&world.ada, method, &world.path(operation));
            Answer::to(request.header("if-none-match", "*").header("accept-encoding", "gzip, br"))
        };
        let (get, head) = (ask(Method::GET).await, ask(Method::HEAD).await);
        let _ = get.private(200);
        assert_eq!(head.status, 200, "{}", operation.name());
        assert!(head.body.is_empty(), "{}", operation.name());
        for name in ["content-type", "content-length", "content-encoding", "etag", "cache-control", "vary", "link"] {
            assert_eq!(head.header(name), get.header(name), "{name} of {}", operation.name());
        }
        met += 1;
    }
    assert!(met >= 15, "{met} operations");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tag_matches_among_others_as_weak_and_by_a_star() {
    let service = Service::start().await;
    let tag = service.get(MHPS).await.header("etag").to_owned();
    for (tags, status) in [
        (format!("\"other\", {tag}"), 304),
        (format!("W/{tag}"), 304),
        ("*".into(), 304),
        ("\"other\"".into(), 200),
        (tag.trim_matches('"').into(), 200),
    ] {
        assert_eq!(service.get_unless(&tags, MHPS).await.status, status, "{tags}");
    }
    assert_eq!(service.get_unless(&tag, "/v1/credentials/us-tx-rsps").await.status, 200);
    let _ = service.get_unless("*", "/v1/credentials/us-tx-magic").await.problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn gzip_and_brotli_have_the_same_body_and_their_own_tags() {
    let service = Service::start().await;
    for path in [
        "/v1/credentials",
        "/v1/credentials?limit=200",
        "/v1/credentials?q=family&sort=title",
        MHPS,
        "/v1/steps",
        "/openapi.json",
    ] {
        let plain = service.get(path).await;
        let (gzip, brotli) = (get_coded(&service, "gzip", path).await, get_coded(&service, "br", path).await);
        assert_eq!(plain.header("content-encoding"), "", "{path}");
        assert_eq!(gzip.header("content-encoding"), "gzip", "{path}");
        assert_eq!(brotli.header("content-encoding"), "br", "{path}");

        let mut unzipped = Vec::new();
        flate2::read::GzDecoder::new(gzip.body.as_slice()).read_to_end(&mut unzipped).unwrap();
        assert!(unzipped == plain.body, "{path}: gzip has another body");
        let mut decoded = Vec::new();
        brotli::BrotliDecompress(&mut brotli.body.as_slice(), &mut decoded).unwrap();
        assert!(decoded == plain.body, "{path}: br has another body");
        assert!(gzip.body.len() * 2 < plain.body.len() && brotli.body.len() * 2 < plain.body.len(), "{path}");

        let tags = [plain.header("etag"), gzip.header("etag"), brotli.header("etag")];
        assert!(tags.iter().all(|tag| is_strong(tag)), "{path}: {tags:?}");
        assert!(tags[0] != tags[1] && tags[1] != tags[2] && tags[0] != tags[2], "{path}: {tags:?}");
        let unless = |tag: &str| {
            service.request(Method::GET, path).header("accept-encoding", "br").header("if-none-match", tag.to_owned())
        };
        assert_eq!(Answer::to(unless(tags[2])).await.status, 304, "{path}");
        assert_eq!(Answer::to(unless(tags[0])).await.status, 200, "{path}: that is the tag of another representation");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_best_acceptable_coding_is_chosen() {
    let service = Service::start().await;
    for (accepted, coding) in [
        ("gzip, deflate, br", "br"),
        ("gzip;q=1.0, br;q=0.5", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("deflate", ""),
        ("identity", ""),
        ("*", "br"),
        ("br;q=0.001, *;q=0", "br"),
        ("GZIP", "gzip"),
    ] {
        let answer = get_coded(&service, accepted, MHPS).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-encoding")), (200, coding), "{accepted}");
    }
    for accepted in ["identity;q=0", "*;q=0", "deflate, identity;q=0"] {
        let _ = get_coded(&service, accepted, MHPS).await.problem(406, "not-acceptable");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_json_is_available() {
    let service = Service::start().await;
    for (accepted, status) in [
        ("application/json", 200),
        ("*/*", 200),
        ("application/*;q=0.1", 200),
        ("text/html, application/json;q=0.9", 200),
        ("text/html,application/xhtml+xml,*/*;q=0.8", 200),
        ("application/json; charset=utf-8", 200),
        ("text/html", 406),
        ("application/xml, text/*", 406),
        ("application/json;q=0", 406),
    ] {
        let answer = Answer::to(service.request(Method::GET, MHPS).header("accept", accepted)).await;
        assert_eq!(answer.status, status, "{accepted}");
    }
    let answer = Answer::to(service.request(Method::GET, MHPS).header("accept", "text/html")).await;
    let _ = answer.problem(406, "not-acceptable");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn head_has_the_headers_of_get() {
    let service = Service::start().await;
    for path in readable(&service).await.iter().map(String::as_str).chain([
        "/openapi.json",
        "/health/live",
        "/v1/credentials/us-tx-magic",
    ]) {
        for coding in ["identity", "gzip"] {
            let ask = |method: Method| Answer::to(service.request(method, path).header("accept-encoding", coding));
            let (get, head) = (ask(Method::GET).await, ask(Method::HEAD).await);
            assert_eq!(head.status, get.status, "{path}");
            assert!(head.body.is_empty(), "{path}");
            for name in ["content-type", "content-length", "content-encoding", "etag", "cache-control", "vary", "link"]
            {
                assert_eq!(head.header(name), get.header(name), "{name} of {path}");
            }
        }
    }
    let tag = service.get(MHPS).await.header("etag").to_owned();
    assert_eq!(Answer::to(service.request(Method::HEAD, MHPS).header("if-none-match", tag)).await.status, 304);
}

/// The answers to two pipelined requests.
async fn pipelined(service: &Service, first: &str, second: &str) -> String {
    let mut stream = TcpStream::connect(service.url.trim_start_matches("http://")).await.unwrap();
    let token = &service.token;
    let first = format!("{first} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\r\n");
    let second = format!("{second} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    stream.write_all(format!("{first}{second}").as_bytes()).await.unwrap();
    let mut answers = String::new();
    stream.read_to_string(&mut answers).await.unwrap();
    answers
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn head_sends_no_body_and_keeps_the_connection_usable() {
    let service = Service::start().await;
    for (path, status) in [(MHPS, "200"), ("/v1/credentials/us-tx-magic", "404"), ("/nowhere", "404")] {
        let answers = pipelined(&service, &format!("HEAD {path}"), "GET /health/live").await;
        let (first, second) = answers.split_once("\r\n\r\n").unwrap();
        assert!(first.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {first}");
        assert!(second.starts_with("HTTP/1.1 200") && second.ends_with("{\"status\":\"live\"}"), "{path}: {second}");
    }
}

fn fits(path: &str, pattern: &str) -> bool {
    let same = path.split('/').count() == pattern.split('/').count();
    same && path.split('/').zip(pattern.split('/')).all(|(part, of)| part == of || of.starts_with('{'))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn options_lists_the_methods_and_other_methods_are_refused_with_the_list() {
    let world = World::new().await;
    let before = world.service.database.state().await;
    let mut paths: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for operation in operations() {
        let methods = paths.entry(world.path(&operation)).or_insert_with(|| ["OPTIONS".into()].into());
        methods.insert(operation.method.to_string());
        if operation.method == Method::GET {
            methods.insert("HEAD".into());
        }
    }
    // A path can match two patterns: `/v1/sessions/refresh` is also a session with that name, which is not found.
    let elsewhere = |path: &str, method: &Method| {
        let method = if *method == Method::HEAD { &Method::GET } else { method };
        operations().iter().any(|one| one.method == *method && fits(path, &one.pattern))
    };
    for (path, methods) in paths {
        let allowed = methods.iter().cloned().collect::<Vec<_>>().join(", ");
        let options = Answer::to(world.service.anonymous(Method::OPTIONS, &path)).await;
        assert_eq!(options.status, 204, "{path}");
        assert_eq!(options.header("allow"), allowed, "{path}");
        for method in [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            if methods.contains(method.as_str()) || elsewhere(&path, &method) {
                continue;
            }
            let answer = Answer::to(world.service.by(&world.ada, method.clone(), &path)).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            assert_eq!(answer.header("allow"), allowed, "{method} {path}");
            if method != Method::HEAD {
                let _ = answer.problem(405, "method-not-allowed");
            }
        }
    }
    assert_eq!(world.service.database.state().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_pages_of_configured_origins_may_call() {
    let configured =
        |setup: &mut peerpath_tests::service::Setup| setup.config.cors_origins = vec!["https://app.example".into()];
    let service = Service::start_with(TestDatabase::with_catalog(), configured).await;
    let preflight = |origin: &str| {
        let asked = service.anonymous(Method::OPTIONS, MHPS).header("access-control-request-method", "GET");
        asked
            .header("access-control-request-headers", "authorization,if-none-match")
            .header("origin", origin.to_owned())
    };
    let answer = Answer::to(preflight("https://app.example")).await;
    assert!(answer.status.is_success(), "{answer:?}");
    assert_eq!(answer.header("access-control-allow-origin"), "https://app.example");
    let allowed = answer.header("access-control-allow-headers").to_lowercase();
    assert!(allowed.contains("authorization") && allowed.contains("if-none-match"), "{allowed}");
    assert!(answer.header("access-control-allow-methods").contains("GET"));
    assert_eq!(Answer::to(preflight("https://evil.example")).await.header("access-control-allow-origin"), "");

    for (path, token, status) in
        [(MHPS, true, 200), (MHPS, false, 401), ("/v1/credentials/us-tx-magic", true, 404), ("/nowhere", true, 404)]
    {
        let request = if token { service.request(Method::GET, path) } else { service.anonymous(Method::GET, path) };
        let answer = Answer::to(request.header("origin", "https://app.example")).await;
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), "https://app.example", "{path}: {status}");
        let exposed = answer.header("access-control-expose-headers").to_lowercase();
        for name in ["etag", "link", "retry-after", "www-authenticate", "x-request-id"] {
            assert!(exposed.contains(name), "{path}: {name} is not among {exposed}");
        }
        let vary: Vec<&str> = answer.headers.get_all("vary").iter().map(|value| value.to_str().unwrap()).collect();
        assert!(vary.join(",").to_lowercase().contains("origin"), "{path}: {vary:?}");
        if status == 200 {
            assert!(vary.join(",").to_lowercase().contains("accept-encoding"), "{path}: {vary:?}");
        }
    }
    let other = Answer::to(service.request(Method::GET, MHPS).header("origin", "https://evil.example")).await;
    assert_eq!((other.status.as_u16(), other.header("access-control-allow-origin")), (200, ""));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn allowed_origins_can_be_none_or_all() {
    for (origins, allowed) in [(vec![], ""), (vec!["*".to_owned()], "*")] {
        let database = TestDatabase::with_catalog();
        let service = Service::start_with(database, |setup| setup.config.cors_origins = origins).await;
        let answer = Answer::to(service.request(Method::GET, MHPS).header("origin", "https://app.example")).await;
        assert_eq!((answer.status.as_u16(), answer.header("access-control-allow-origin")), (200, allowed));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_has_the_callers_trace_id_or_a_new_one() {
    let service = Service::start().await;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    for (path, status) in [(MHPS, 200), ("/nowhere", 404), ("/health/live", 200), ("/oauth/token", 405)] {
        let traced =
            service.request(Method::GET, path).header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"));
        let answer = Answer::to(traced).await;
        assert_eq!((answer.status.as_u16(), answer.header("x-request-id")), (status, trace), "{path}");
        let (one, other) = (service.get(path).await, service.get(path).await);
        assert_ne!(one.header("x-request-id"), other.header("x-request-id"), "{path}");
    }
    let malformed = Answer::to(service.request(Method::GET, MHPS).header("traceparent", "00-xyz-1-01")).await;
    assert_eq!(malformed.header("x-request-id").len(), 32);
    let value: Value = malformed.ok();
    assert_eq!(value["id"], "us-tx-mhps");
}
