//! Health checks, and the service without its database.

use peerpath_tests::answer::Answer;
use peerpath_tests::eventually;
use peerpath_tests::files::Files;
use peerpath_tests::service::{MHPS, Service};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_checks_are_public() {
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
async fn the_catalog_is_served_without_the_database() {
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
