//! Metrics and the log.

use peerpath_tests::answer::Answer;
use peerpath_tests::database::TestDatabase;
use peerpath_tests::eventually;
use peerpath_tests::program::Served;
use peerpath_tests::service::{MHPS, Machine, Service, client};
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_separate_address_serves_counts_of_requests_by_route_and_status() {
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
async fn the_log_has_each_request_without_tokens_secrets_queries_and_bodies() {
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
    let log = eventually("each of the five requests to be logged", async || {
        let log = served.log();
        (log.iter().filter(|entry| entry["request_id"].is_string()).count() == 5).then_some(log)
    })
    .await;
    assert!(log.iter().any(|entry| entry["route"] == "/oauth/token" && entry["status"] == 401));
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
