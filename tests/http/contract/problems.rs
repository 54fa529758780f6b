//! Invalid input gets the right problem and status, never a 500.

use std::collections::{BTreeMap, BTreeSet};

use peerpath_tests::answer::Answer;
use peerpath_tests::document::committed;
use peerpath_tests::service::Service;
use reqwest::Method;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends raw bytes. The service may stop reading before the end.
async fn raw(service: &Service, request: &[u8]) -> String {
    let stream = TcpStream::connect(service.url.trim_start_matches("http://")).await.unwrap();
    let (mut reading, mut writing) = stream.into_split();
    let mut answer = Vec::new();
    let _ = tokio::join!(writing.write_all(request), reading.read_to_end(&mut answer));
    String::from_utf8(answer).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_violations_of_a_query_are_reported_at_once_with_the_allowed_values() {
    let service = Service::start().await;
    let query = "specialty=magic&status=open&limit=0&medicaid=maybe&max_age=200&accepts=US-XX&jurisdiction=US-ZZ&color=blue&sort=color";
    let violations = service.get(&format!("/v1/credentials?{query}")).await.violations();
    let named: BTreeSet<&str> = violations.iter().map(|(name, _)| name.as_str()).collect();
    let expected = ["specialty", "status", "limit", "medicaid", "max_age", "accepts", "jurisdiction", "color", "sort"];
    assert_eq!(named, BTreeSet::from(expected));
    assert_eq!(violations.len(), expected.len(), "one entry for each violation: {violations:?}");
    let detail = |name: &str| &violations.iter().find(|(violation, _)| violation == name).unwrap().1;
    for (name, allowed) in [
        ("specialty", "mental_health, substance_use"),
        ("status", "active, announced, closed"),
        ("limit", "1 to 200"),
        ("medicaid", "true, false"),
        ("accepts", "any-state"),
        ("jurisdiction", "US-TX"),
        ("color", "max_training_hours"),
        ("sort", "-training_hours"),
    ] {
        assert!(detail(name).contains(allowed), "{name}: {}", detail(name));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_parameter_with_a_wrong_value_is_named() {
    let service = Service::start().await;
    let long = "x".repeat(201);
    for (name, values) in [
        ("limit", vec!["0", "201", "-1", "x", "", "1.5", "%2B5", "99999999999999999999"]),
        ("max_training_hours", vec!["-1", "x", "", "NaN", "Infinity", "null", "\"40\""]),
        ("max_work_hours", vec!["-0.25", "many"]),
        ("max_recovery_months", vec!["601", "-1", "x"]),
        ("min_age", vec!["-1", "121", "x"]),
        ("max_age", vec!["256", "1.5"]),
        ("max_fee_usd", vec!["-1", "free"]),
        ("education", vec!["none", "", "Bachelor"]),
        ("requires_exam", vec!["yes", "1", "", "TRUE"]),
        ("requires_background_check", vec!["no"]),
        ("medicaid", vec!["0"]),
        ("accepts", vec!["", "us-tx-magic", "US-QQ", "%00"]),
        ("jurisdiction", vec!["", "Texas", "us-tx", "US-", "%00"]),
        ("certifying_body", vec!["", "Nobody"]),
        ("completeness", vec!["whole"]),
        ("status", vec!["Active"]),
        ("sort", vec!["", "--id", "id,title"]),
        ("q", vec!["", "%FF", &long]),
        ("fields", vec!["", ",", "id,", "color"]),
        ("as_of", vec!["yesterday"]),
    ] {
        for value in values {
            let answer = service.get(&format!("/v1/credentials?{name}={value}")).await;
            assert_eq!(answer.status, 400, "{name}={value}: {}", answer.text());
            let violations = answer.violations();
            assert_eq!(violations.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), [name], "{name}={value}");
        }
    }
    for name in ["limit", "sort", "q", "max_age", "medicaid", "as_of", "fields", "cursor"] {
        let value = match name {
            "limit" | "max_age" => "20",
            "sort" | "fields" => "id",
            "medicaid" => "true",
            "as_of" => "2026-01-01",
            _ => "peer",
        };
        let violations = service.get(&format!("/v1/credentials?{name}={value}&{name}={value}")).await.violations();
        assert!(
            violations.iter().all(|(violation, _)| violation == name) && !violations.is_empty(),
            "{name} twice: {violations:?}"
        );
    }
    let many = "specialty=youth&".repeat(61);
    assert_eq!(service.get(&format!("/v1/credentials?{many}")).await.violations()[0].0, "specialty");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missing_things_are_not_found() {
    let service = Service::start().await;
    let mut wrong = Vec::new();
    for path in [
        "/",
        "/nowhere",
        "/v1",
        "/v1/",
        "/v2/credentials",
        "/v1/credentials/",
        "/v1/credentials/us-tx-magic",
        "/v1/credentials/US-TX-MHPS",
        "/v1/credentials/us-tx-mhps/",
        "/v1/credentials/us-tx-mhps/revisions/99999999999999999999",
        "/v1/credentials/%00",
        "/v1/credentials/us-tx-mhps%00",
        "/v1/credentials/%FF%FE",
        "/v1/credentials/..%2f..%2fetc",
        "/v1/credentials/'%20or%201=1",
        "/v1/jurisdictions/us-tx",
        "/v1/jurisdictions/US-ZZ",
        "/v1/frameworks/magic",
        "/v1/competencies/magic",
        "/v1/steps/magic",
        "/v1/roles/magic",
        "/v1/career-levels/magic",
        "/v1/skills/magic",
        "/v1/responsibilities/magic",
        "/v1/trainings/magic",
        "/v1/resources/magic",
        "/v1/faqs/magic",
        "/v1/outcomes/magic",
        "/v1/sources/us-tx",
        "/v1/sources/us-tx/magic",
        "/v1/sources/us-ca/tx-hhsc-peer",
        "/problems/magic",
        "/metrics",
        "/.well-known/magic",
    ] {
        let answer = service.get(path).await;
        let is_problem = answer.header("content-type") == "application/problem+json";
        if !(answer.status == 404 && is_problem && answer.json()["type"] == "/problems/not-found") {
            wrong.push(format!("{path}: {} {}", answer.status, answer.text()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let problem = service.get("/v1/credentials/us-tx-magic").await.problem(404, "not-found");
    assert!(problem["detail"].as_str().unwrap().contains("us-tx-magic"), "{problem}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nonsensical_requests_are_refused_without_a_500() {
    let service = Service::start().await;
    let token = &service.token;
    for request in [
        "GET / HTTP/1.1\r\n\r\n".to_owned(),
        "MAGIC\r\n\r\n".into(),
        "GET  HTTP/1.1\r\nhost: x\r\n\r\n".into(),
        "GET /v1/credentials HTTP/9.9\r\nhost: x\r\n\r\n".into(),
        "BREW /v1/credentials HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n".into(),
        format!("GET /v1/credentials?%ZZ=%GG&=&&&=x HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"),
        format!("GET /v1/credentials?q=%FF%FE HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nconnection: close\r\n\r\n"),
        format!("GET /v1/credentials HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\naccept-encoding: gzip;q=x, ;;;, br;q=-1\r\nconnection: close\r\n\r\n"),
        format!("GET /v1/credentials/us-tx-mhps HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\nif-none-match: \"\r\nconnection: close\r\n\r\n"),
        "POST /oauth/token HTTP/1.1\r\nhost: x\r\ncontent-length: x\r\nconnection: close\r\n\r\n".into(),
        "POST /oauth/token HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\nZZ\r\n".into(),
        "POST /oauth/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 4\r\nconnection: close\r\n\r\n%ZZ=".into(),
    ] {
        let answer = raw(&service, request.as_bytes()).await;
        let status = answer.split(' ').nth(1).unwrap_or_default();
        // Invalid headers that only state a preference are ignored.
        let passed_over = request.contains("if-none-match") || request.contains("accept-encoding");
        assert!(status.starts_with('4') || (passed_over && status == "200"), "{request:?}: {answer:?}");
    }
    let bytes =
        [b"GET /v1/credentials HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer \xff\xfe\r\n\r\n"
            .as_slice()]
        .concat();
    assert!(raw(&service, &bytes).await.starts_with("HTTP/1.1 401"));
    assert_eq!(service.get("/health/live").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_are_too_large_or_too_long_are_refused() {
    let service = Service::start().await;
    let form = "grant_type=client_credentials&padding=".to_owned() + &"x".repeat(70_000);
    let typed =
        service.anonymous(Method::POST, "/oauth/token").header("content-type", "application/x-www-form-urlencoded");
    let _ = Answer::to(typed.body(form)).await.problem(413, "too-large");
    let path = format!("/v1/credentials?q={}", "x".repeat(9000));
    let _ = service.get(&path).await.problem(414, "uri-too-long");
    let padding = "x".repeat(140_000);
    let head = format!("GET /v1/credentials HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-padding: {padding}\r\n\r\n");
    assert!(raw(&service, head.as_bytes()).await.starts_with("HTTP/1.1 431"), "the header is too large");
    assert_eq!(service.get("/health/live").await.status, 200);
}

/// Kinds that the document names for no operation.
const OF_NO_OPERATION: [&str; 5] =
    ["idempotency-key-reused", "malformed", "method-not-allowed", "second-factor-required", "timeout"];

/// The kinds of problem that the document names.
fn documented_kinds() -> BTreeSet<String> {
    let document = committed().to_string();
    let after = document.split("(`/problems/").skip(1);
    after.map(|rest| rest.split('`').next().unwrap().to_owned()).collect()
}

/// The texts between two marks of a page.
fn between<'a>(page: &'a str, start: &str, end: &str) -> Vec<&'a str> {
    page.split(start).skip(1).map(|rest| rest.split(end).next().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_problem_has_a_page_with_its_title_and_remedy() {
    let service = Service::start().await;
    let page = async |path: &str| {
        let answer = Answer::to(service.anonymous(Method::GET, path).header("accept", "text/html")).await;
        let reported = (answer.status.as_u16(), answer.header("content-type"));
        assert_eq!(reported, (200, "text/html; charset=utf-8"), "{path}");
        answer.text()
    };
    let list = page("/problems").await;
    let listed: BTreeMap<&str, &str> = between(&list, "<a href=\"/problems/", "</a>")
        .into_iter()
        .map(|link| link.split_once("\">").unwrap())
        .collect();
    let mut expected = documented_kinds();
    expected.extend(OF_NO_OPERATION.map(Into::into));
    assert_eq!(listed.keys().map(|kind| (*kind).to_owned()).collect::<BTreeSet<_>>(), expected);
    let (mut titles, mut ways) = (BTreeSet::new(), BTreeSet::new());
    for (kind, title) in &listed {
        let explained = page(&format!("/problems/{kind}")).await;
        assert_eq!(between(&explained, "<h1>", "</h1>"), [*title], "{kind}");
        let [status, mend] = between(&explained, "<p>", "</p>")[..] else { panic!("{kind}: {explained}") };
        assert!(status.contains(&format!("/problems/{kind}")), "{kind}: {status}");
        assert!(mend.len() > 15 && mend.ends_with('.'), "the remedy for {kind}: {mend}");
        assert!(titles.insert(*title) && ways.insert(mend.to_owned()), "{kind} has the same text as another kind");
    }
    for (path, status) in [("/v1/credentials?limit=0", 400), ("/v1/credentials/magic", 404), ("/nowhere", 404)] {
        let problem = service.get(path).await.json();
        assert_eq!(problem["status"], status, "{path}");
        let kind = problem["type"].as_str().unwrap().strip_prefix("/problems/").unwrap();
        assert_eq!(problem["title"], listed[kind], "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_problem_reveals_nothing_internal() {
    let service = Service::start().await;
    service.database.close().await;
    let answer = service.ask_for_token(&service.machine.form()).await;
    let problem = answer.problem(503, "unavailable");
    assert!(answer.header("retry-after").parse::<u32>().is_ok());
    let text = problem.to_string().to_lowercase();
    for inside in ["postgres", "peerpath_test", "127.0.0.1", "connection", "diesel", "pool", &service.machine.secret] {
        assert!(!text.contains(inside), "{text} reveals {inside}");
    }
    service.database.reopen();
}
