//! Running the service: health, metrics, logs, limits, and an orderly end.

use std::time::Duration;

use peerpath_tests::answer::Answer;
use peerpath_tests::database::TestDatabase;
use peerpath_tests::files::Files;
use peerpath_tests::program::Served;
use peerpath_tests::service::{Machine, Service, client};
use peerpath_tests::{eventually, within};
use reqwest::Method;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const MHPS: &str = "/v1/credentials/us-tx-mhps";

async fn connect(url: &str) -> TcpStream {
    TcpStream::connect(url.trim_start_matches("http://")).await.unwrap()
}

/// Begins to ask for a token and waits until the service expects the body.
async fn begin_to_ask(url: &str, body: &str) -> TcpStream {
    let mut stream = connect(url).await;
    let head = format!(
        "POST /oauth/token HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 100");
    stream
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_healthy_service_says_so_to_anybody() {
    let service = Service::start().await;
    let live = Answer::to(service.anonymous(Method::GET, "/health/live")).await;
    assert_eq!(live.ok(), json!({"status": "live"}));
    let ready = Answer::to(service.anonymous(Method::GET, "/health/ready")).await;
    let catalog = json!({"state": "current", "version": 1, "stale_since": null});
    assert_eq!(ready.ok(), json!({"status": "ready", "database": "up", "catalog": catalog}));
    for answer in [live, ready] {
        assert_eq!(answer.header("cache-control"), "no-store");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_catalog_goes_on_being_served_while_the_database_is_away() {
    let service = Service::start().await;
    let unused = service.token_of(&service.machine).await;
    service.database.import(&Files::of_repository().without_texan("us-tx-rsps"), "2026-02-01").await;
    eventually("the second version", async || (service.get_json("/v1/catalog").await["version"] == 2).then_some(()))
        .await;
    service.database.close().await;
    let ready = Answer::to(service.anonymous(Method::GET, "/health/ready")).await;
    assert_eq!(ready.status, 503);
    assert!(ready.header("retry-after").parse::<u32>().is_ok());
    assert_eq!((&ready.json()["status"], &ready.json()["database"]), (&json!("unavailable"), &json!("down")));
    assert_eq!(Answer::to(service.anonymous(Method::GET, "/health/live")).await.status, 200);

    for token in [&service.token, &unused] {
        assert_eq!(service.get_with(token, MHPS).await.ok()["id"], "us-tx-mhps");
    }
    assert_eq!(
        service.get_json("/v1/credentials?q=peer&sort=title&limit=3").await["items"].as_array().unwrap().len(),
        3
    );
    let past = service.get(&format!("{MHPS}?as_of=2026-01-15")).await;
    let _ = past.problem(503, "unavailable");
    assert!(past.header("retry-after").parse::<u32>().is_ok());
    let _ = service.ask_for_token(&service.machine.form()).await.problem(503, "unavailable");

    service.database.reopen();
    eventually("readiness", async || {
        let ready = Answer::to(service.anonymous(Method::GET, "/health/ready")).await;
        (ready.status == 200 && ready.json()["status"] == "ready").then_some(())
    })
    .await;
    assert_eq!(service.get_json(&format!("{MHPS}?as_of=2026-01-15")).await["revision"]["number"], 1);
    let _ = service.token_of(&service.machine).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_are_counted_by_route_and_status_on_an_address_of_their_own() {
    let service = Service::start().await;
    for path in [
        MHPS,
        "/v1/credentials/us-tx-rsps",
        "/v1/credentials/us-tx-magic-word",
        "/nowhere-at-all",
        "/v1/roles?q=secret",
    ] {
        let _ = service.get(path).await;
    }
    let _ = Answer::to(service.anonymous(Method::GET, MHPS)).await;
    let count = async |labels: &str| service.metric(&format!("peerpath_http_requests_total{{{labels}}}")).await;
    let item = "method=\"GET\",route=\"/v1/credentials/{id}\"";
    assert_eq!(count(&format!("{item},status=\"200\"")).await, Some(2.0));
    assert_eq!(count(&format!("{item},status=\"404\"")).await, Some(1.0));
    assert_eq!(count(&format!("{item},status=\"401\"")).await, Some(1.0));
    assert_eq!(count("method=\"GET\",route=\"/v1/roles\",status=\"200\"").await, Some(1.0));
    let durations = "peerpath_http_request_duration_seconds_count{route=\"/v1/credentials/{id}\"}";
    assert_eq!(service.metric(durations).await, Some(4.0));
    assert_eq!(service.metric("peerpath_catalog_version").await, Some(1.0));
    assert_eq!(service.metric("peerpath_tokens_issued_total").await, Some(1.0));
    assert_eq!(service.metric("peerpath_catalog_load_failures_total").await, Some(0.0));

    let metrics = service.metrics().await;
    assert!(metrics.ends_with("# EOF\n"), "it is OpenMetrics");
    for secret in [&*service.token, &service.machine.id, "us-tx", "magic-word", "nowhere-at-all", "secret"] {
        assert!(!metrics.contains(secret), "{secret} is among the metrics");
    }
    let _ = service.get("/metrics").await.problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_takes_too_long_is_cut_off() {
    let quick = |setup: &mut peerpath_tests::service::Setup| setup.config.request_seconds = 1;
    let service = Service::start_with(TestDatabase::with_catalog(), quick).await;
    let mut stream = begin_to_ask(&service.url, "grant_type=client_credentials").await;
    let mut rest = String::new();
    // The body never comes.
    let cut_off = tokio::time::timeout(Duration::from_secs(5), stream.read_to_string(&mut rest)).await;
    assert!(cut_off.is_ok(), "the service waits for ever");
    assert!(rest.contains("HTTP/1.1 503") || rest.contains("HTTP/1.1 408"), "{rest}");
    assert!(rest.contains("content-type: application/problem+json"), "{rest}");
    assert_eq!(service.get(MHPS).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_is_told_to_stop_finishes_what_is_in_flight_and_nothing_else() {
    let database = TestDatabase::with_catalog();
    let machine = Machine::in_database(&database).await;
    let body = format!("grant_type=client_credentials&client_id={}&client_secret={}", machine.id, machine.secret);
    for signal in ["TERM", "INT"] {
        let mut served = Served::on(&database).await;
        let mut stream = begin_to_ask(&served.url, &body).await;
        served.signal(signal).await;
        let address = served.url.trim_start_matches("http://").to_owned();
        eventually("nobody to be let in any more", async || TcpStream::connect(&address).await.is_err().then_some(()))
            .await;
        assert!(served.process.try_wait().unwrap().is_none(), "{signal}: the request in flight is waited for");

        stream.write_all(body.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.contains("HTTP/1.1 200 OK") && answer.contains("access_token"), "{signal}: {answer}");
        let ended = tokio::time::timeout(Duration::from_secs(10), served.process.wait()).await;
        assert_eq!(ended.expect("it ends").unwrap().code(), Some(0), "{signal}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_tells_of_each_request_and_of_no_token_secret_query_or_body() {
    let database = TestDatabase::with_catalog();
    let machine = Machine::in_database(&database).await;
    let mut served = Served::on(&database).await;
    let url = |path: &str| format!("{}{path}", served.url);
    let http = client();
    let issued = Answer::to(http.post(url("/oauth/token")).form(&machine.form())).await.ok();
    let token = issued["access_token"].as_str().unwrap();
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let traced = http.get(url("/v1/credentials?q=heartbreak")).bearer_auth(token);
    let _ = Answer::to(traced.header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"))).await.ok();
    let _ = Answer::to(http.get(url("/v1/credentials")).bearer_auth("wrong-token-of-mine"))
        .await
        .problem(401, "unauthenticated");
    let _ =
        Answer::to(http.get(url("/v1/credentials/my-private-id")).bearer_auth(token)).await.problem(404, "not-found");
    let wrong =
        [("grant_type", "client_credentials"), ("client_id", &*machine.id), ("client_secret", "guessed-secret")];
    assert_eq!(Answer::to(http.post(url("/oauth/token")).form(&wrong)).await.status, 401);
    let asked = |entry: &Value| entry["route"] == "/oauth/token" && entry["status"] == 401;
    within(Duration::from_secs(10), "the last request to be logged", async || {
        served.log().iter().any(asked).then_some(())
    })
    .await;

    let log = served.log();
    let entry = log.iter().find(|entry| entry["request_id"] == trace).expect("the request is in the log");
    assert_eq!(
        (&entry["method"], &entry["route"], &entry["status"]),
        (&json!("GET"), &json!("/v1/credentials"), &json!(200))
    );
    assert!(entry["duration_us"].is_u64() && entry["timestamp"].is_string() && entry["level"] == "INFO", "{entry}");
    assert!(log.iter().any(|entry| entry["route"] == "/v1/credentials/{id}" && entry["status"] == 404));
    let text: String = log.iter().map(Value::to_string).collect();
    let signature = token.rsplit('.').next().unwrap();
    for secret in [
        token,
        signature,
        &*machine.secret,
        "heartbreak",
        "wrong-token-of-mine",
        "my-private-id",
        "guessed-secret",
        "grant_type",
    ] {
        assert!(!text.contains(secret), "{secret} is in the log");
    }
    served.signal("TERM").await;
    assert_eq!(served.process.wait().await.unwrap().code(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_documentation_is_served_whole_without_a_token_and_without_other_hosts() {
    let service = Service::start().await;
    let page = async |path: &str| Answer::to(service.anonymous(Method::GET, path)).await;
    let redirect = page("/docs").await;
    assert!(redirect.status.is_redirection(), "{redirect:?}");
    assert_eq!(redirect.header("location"), "/docs/");
    let start = page("/docs/").await;
    assert_eq!(start.status, 200);
    assert!(start.header("content-type").starts_with("text/html"));
    let page_text = start.text();
    let quoted: Vec<&str> = page_text.split(['"', '\'']).collect();
    let assets = quoted.windows(2).filter(|pair| pair[0].ends_with("src=") || pair[0].ends_with("href="));
    let assets: Vec<&str> = assets.map(|pair| pair[1]).collect();
    assert!(assets.len() >= 3, "{assets:?}");
    for part in assets {
        assert!(!part.contains("//"), "{part} is on another host");
        let asset = page(&format!("/docs/{}", part.trim_start_matches("./"))).await;
        assert!(asset.status == 200 && !asset.body.is_empty(), "{part}");
    }
    let setup = page("/docs/swagger-initializer.js").await.text();
    assert!(setup.contains("/openapi.json") && !setup.contains("petstore"), "{setup}");
    assert_eq!(page("/openapi.json").await.ok()["openapi"], "3.1.0");
}
