//! Bad input: each gets its problem with the right status, and none a 500.

use std::collections::BTreeSet;

use peerpath_tests::answer::Answer;
use peerpath_tests::service::Service;
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// The answer to a request as it stands, byte by byte.
async fn raw(service: &Service, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(service.url.trim_start_matches("http://")).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8(answer).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_of_a_query_is_told_at_once_with_what_is_allowed() {
    let service = Service::start().await;
    let query = "specialty=magic&status=open&limit=0&medicaid=maybe&max_age=200&accepts=US-XX&jurisdiction=US-ZZ&color=blue&sort=color";
    let faults = service.get(&format!("/v1/credentials?{query}")).await.faults();
    let named: BTreeSet<&str> = faults.iter().map(|(name, _)| name.as_str()).collect();
    let expected = ["specialty", "status", "limit", "medicaid", "max_age", "accepts", "jurisdiction", "color", "sort"];
    assert_eq!(named, BTreeSet::from(expected));
    assert_eq!(faults.len(), expected.len(), "one entry for each fault: {faults:?}");
    let detail = |name: &str| &faults.iter().find(|(fault, _)| fault == name).unwrap().1;
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
            let faults = answer.faults();
            assert_eq!(faults.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), [name], "{name}={value}");
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
        let faults = service.get(&format!("/v1/credentials?{name}={value}&{name}={value}")).await.faults();
        assert!(faults.iter().all(|(fault, _)| fault == name) && !faults.is_empty(), "{name} twice: {faults:?}");
    }
    let many = "specialty=youth&".repeat(61);
    assert_eq!(service.get(&format!("/v1/credentials?{many}")).await.faults()[0].0, "specialty");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_there_is_not_found() {
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
async fn requests_that_make_no_sense_are_refused_without_a_fault_of_the_service() {
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
        // Headers that only say what is liked best are passed over where they make no sense.
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
async fn what_is_too_large_or_too_long_is_refused() {
    let service = Service::start().await;
    let form = "grant_type=client_credentials&padding=".to_owned() + &"x".repeat(70_000);
    let typed =
        service.anonymous(Method::POST, "/oauth/token").header("content-type", "application/x-www-form-urlencoded");
    let _ = Answer::to(typed.body(form)).await.problem(413, "too-large");
    let path = format!("/v1/credentials?q={}", "x".repeat(9000));
    let _ = service.get(&path).await.problem(414, "uri-too-long");
    let header = service.request(Method::GET, "/v1/credentials").header("x-padding", "x".repeat(200_000));
    if let Ok(answer) = header.send().await {
        assert!(answer.status().is_client_error(), "{answer:?}");
    }
    assert_eq!(service.get("/health/live").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_problem_has_a_page_that_explains_it() {
    let service = Service::start().await;
    let page = |path: &str| Answer::to(service.anonymous(Method::GET, path).header("accept", "text/html"));
    let list = page("/problems").await;
    assert_eq!((list.status.as_u16(), list.header("content-type")), (200, "text/html; charset=utf-8"));
    let links: Vec<String> =
        list.text().split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
    assert!(links.len() >= 12, "{links:?}");
    for link in &links {
        let explained = page(link).await;
        assert_eq!(
            (explained.status.as_u16(), explained.header("content-type")),
            (200, "text/html; charset=utf-8"),
            "{link}"
        );
    }
    let met: [(&str, Value); 4] = [
        ("/v1/credentials?limit=0", json!(400)),
        ("/v1/credentials/magic", json!(404)),
        ("/v1/credentials?as_of=2000-01-01", json!(404)),
        ("/nowhere", json!(404)),
    ];
    for (path, status) in met {
        let problem = service.get(path).await.json();
        assert_eq!(problem["status"], status, "{path}");
        assert!(links.contains(&problem["type"].as_str().unwrap().to_owned()), "{problem}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_problem_tells_nothing_of_the_inside() {
    let service = Service::start().await;
    service.database.close().await;
    let answer = service.ask_for_token(&service.machine.form()).await;
    let problem = answer.problem(503, "unavailable");
    assert!(answer.header("retry-after").parse::<u32>().is_ok());
    let text = problem.to_string().to_lowercase();
    for inside in ["postgres", "peerpath_test", "127.0.0.1", "connection", "diesel", "pool", &service.machine.secret] {
        assert!(!text.contains(inside), "{text} tells of {inside}");
    }
    service.database.reopen();
}
