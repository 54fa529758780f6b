//! Imports while the service runs, and catalogs that cannot be served.

use peerpath_persistence::catalog::Imported;
use peerpath_tests::answer::{Answer, id};
use peerpath_tests::database::TestDatabase;
use peerpath_tests::eventually;
use peerpath_tests::files::Files;
use peerpath_tests::service::{MHPS, Service};
use reqwest::Method;
use serde_json::{Value, json};

/// The files with another title of MHPS.
fn titled(title: &str) -> Files {
    Files::of_repository().with_texan("us-tx-mhps", |credential| credential["title"] = title.into())
}

async fn ready(service: &Service) -> Value {
    Answer::to(service.anonymous(Method::GET, "/health/ready")).await.json()
}

/// Waits until a metric has a value, because it is set after the event that it counts.
async fn metric(service: &Service, name: &str, value: f64) {
    eventually(name, async || (service.metric(name).await == Some(value)).then_some(())).await;
}

/// Waits until the service serves another title.
async fn retitled(service: &Service, title: &str) {
    eventually(title, async || (service.get_json(MHPS).await["title"] == title).then_some(())).await;
}

/// Writes a version with only a revision of MHPS with this body, bypassing the import.
async fn write_revision(database: &TestDatabase, number: i32, body: &Value) {
    let statement = format!(
        "with version as (
            insert into catalog_versions (effective, digest, counts)
            select effective, digest, counts from catalog_versions order by id desc limit 1 returning id)
        insert into catalog_revisions (kind, id, number, version_id, body)
        select 'credential', 'us-tx-mhps', {number}, version.id, '{}' from version;
        notify peerpath_catalog",
        body.to_string().replace('\'', "''")
    );
    database.run(&statement).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_is_noticed_and_served_and_unchanged_items_keep_their_tags() {
    let service = Service::start().await;
    let paths = [MHPS, "/v1/credentials?jurisdiction=US-TX", "/v1/jurisdictions/US-TX"];
    let mut old = Vec::new();
    for path in paths {
        old.push(service.get(path).await.header("etag").to_owned());
    }
    let untouched = ["/v1/credentials/us-tx-rsps", "/v1/roles/peer-support-specialist", "/v1/jurisdictions/US-WA"];
    let mut kept = Vec::new();
    for path in untouched {
        kept.push(service.get(path).await.header("etag").to_owned());
    }

    let imported = service.database.import(&titled("Mental Health Peer, renamed"), "2026-03-01").await;
    assert_eq!(imported, Imported::Version { version: 2, added: 0, changed: 1, withdrawn: 0 });
    retitled(&service, "Mental Health Peer, renamed").await;
    for (path, tag) in paths.iter().zip(&old) {
        assert_eq!(service.get_unless(tag, path).await.status, 200, "{path} has changed");
    }
    for (path, tag) in untouched.iter().zip(&kept) {
        assert_eq!(service.get_unless(tag, path).await.status, 304, "{path} has not changed");
    }
    assert_eq!(service.get_json("/v1/catalog").await["version"], 2);
    assert_eq!(ready(&service).await["catalog"]["version"], 2);
    metric(&service, "peerpath_catalog_version", 2.0).await;
    let list = service.get_json("/v1/credentials?q=renamed").await;
    assert_eq!(list["items"].as_array().unwrap().iter().map(id).collect::<Vec<_>>(), ["us-tx-mhps"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn importing_the_same_files_again_makes_no_version() {
    let database = TestDatabase::with_catalog();
    let again = database.import(&Files::of_repository(), "2026-05-01").await;
    assert_eq!(again, Imported::Unchanged { version: 1 });
    assert_eq!(database.number("select count(*) from catalog_versions").await, 1);
    let early = database.import(&titled("Too early"), "2025-12-31").await;
    assert_eq!(early, Imported::TooEarly { earliest: "2026-01-01".parse().unwrap() });
    assert_eq!(database.number("select count(*) from catalog_versions").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_imports_run_one_after_the_other() {
    let database = TestDatabase::with_catalog();
    let (one, other) = (titled("One title"), titled("Another title"));
    let (one, other) = tokio::join!(database.import(&one, "2026-03-01"), database.import(&other, "2026-03-01"));
    let version = |imported: Imported| match imported {
        Imported::Version { version, changed: 1, .. } => version,
        other => panic!("{other:?}"),
    };
    let mut versions = [version(one), version(other)];
    versions.sort_unstable();
    assert_eq!(versions, [2, 3]);
    let numbers = "select count(*) from catalog_revisions where id = 'us-tx-mhps' and number in (2, 3)";
    assert_eq!(database.number(numbers).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn imported_revisions_cannot_be_overwritten() {
    use diesel_async::SimpleAsyncConnection;

    let database = TestDatabase::with_catalog();
    for statement in [
        "update catalog_revisions set body = null",
        "delete from catalog_revisions",
        "truncate catalog_revisions",
        "update catalog_versions set effective = '2000-01-01'",
        "delete from catalog_versions",
    ] {
        let refused = database.connection().await.batch_execute(statement).await.unwrap_err();
        assert!(refused.to_string().contains("append-only"), "{statement}: {refused}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revision_in_the_earlier_form_is_served_in_todays_form() {
    let service = Service::start().await;
    let before = service.get_json(MHPS).await;
    let mut record = Files::of_repository().record("credentials", "us-tx-mhps");
    for route in record["routes"].as_array_mut().unwrap() {
        for requirement in route["requirements"].as_array_mut().unwrap() {
            // In the earlier form, the fields of the condition are next to those of the requirement.
            let condition = requirement.as_object_mut().unwrap().remove("condition").unwrap();
            requirement.as_object_mut().unwrap().extend(condition.as_object().unwrap().clone());
        }
    }
    write_revision(&service.database, 2, &record).await;
    let served = eventually("the earlier form", async || {
        let served = service.get_json(MHPS).await;
        (served["revision"]["number"] == 2).then_some(served)
    })
    .await;
    assert_eq!(served["routes"], before["routes"]);
    let again = service.database.import(&Files::of_repository(), "2026-05-01").await;
    assert_eq!(again, Imported::Unchanged { version: 2 });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_catalog_is_reported_and_the_previous_one_served_until_it_is_repaired() {
    let service = Service::start().await;
    let before = service.get(MHPS).await;
    let record = Files::of_repository().record("credentials", "us-tx-mhps");
    let mut dangling = record.clone();
    dangling["routes"][0]["requirements"][0]["source"] = "us-tx/nothing".into();
    let mut number = 1;
    for broken in [json!({"id": "us-tx-mhps", "title": "Half a credential"}), dangling] {
        let failures = service.metric("peerpath_catalog_load_failures_total").await.unwrap();
        number += 1;
        write_revision(&service.database, number, &broken).await;
        eventually("the failure to be counted", async || {
            (service.metric("peerpath_catalog_load_failures_total").await? > failures).then_some(())
        })
        .await;
        let answer = eventually("the failure to be reported", async || {
            let answer = Answer::to(service.anonymous(Method::GET, "/health/ready")).await;
            (answer.json()["status"] == "degraded").then_some(answer)
        })
        .await;
        assert_eq!(answer.status, 200, "the service still answers");
        let readiness = answer.json();
        assert_eq!(readiness["database"], "up");
        assert_eq!((&readiness["catalog"]["state"], &readiness["catalog"]["version"]), (&json!("stale"), &json!(1)));
        let since = readiness["catalog"]["stale_since"].as_str().unwrap();
        assert!(chrono::DateTime::parse_from_rfc3339(since).is_ok(), "{since}");
        assert_eq!(service.get(MHPS).await.body, before.body);
        assert_eq!(service.get_json("/v1/catalog").await["version"], 1);
    }

    write_revision(&service.database, number + 1, &record).await;
    eventually("the mended catalog", async || (ready(&service).await["status"] == "ready").then_some(())).await;
    let readiness = ready(&service).await;
    assert_eq!(readiness["catalog"], json!({"state": "current", "version": 4, "stale_since": null}));
    assert_eq!(service.get_json(MHPS).await["revision"]["number"], number + 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_starts_with_a_broken_catalog_waits_for_a_repaired_one() {
    let database = TestDatabase::with_catalog();
    write_revision(&database, 2, &json!({"id": "us-tx-mhps", "title": "Half a credential"})).await;
    let service = Service::start_with(database, |_| {}).await;
    assert_eq!(ready(&service).await["status"], "unavailable");
    eventually("the failure to be counted", async || {
        (service.metric("peerpath_catalog_load_failures_total").await? >= 1.0).then_some(())
    })
    .await;
    let _ = service.get(MHPS).await.problem(503, "unavailable");
    write_revision(&service.database, 3, &Files::of_repository().record("credentials", "us-tx-mhps")).await;
    eventually("the mended catalog", async || (ready(&service).await["status"] == "ready").then_some(())).await;
    assert_eq!(service.get_json(MHPS).await["revision"]["number"], 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_is_ready_only_after_the_first_import() {
    let service = Service::start_with(TestDatabase::empty(), |_| {}).await;
    let answer = Answer::to(service.anonymous(Method::GET, "/health/ready")).await;
    assert_eq!(answer.status, 503);
    assert_ne!(answer.header("retry-after"), "");
    let missing = json!({"state": "missing", "version": null, "stale_since": null});
    assert_eq!(answer.json(), json!({"status": "unavailable", "database": "up", "catalog": missing}));
    for path in ["/v1/credentials", MHPS, "/v1/catalog", "/v1/credentials/us-tx-mhps/revisions"] {
        let answer = service.get(path).await;
        let _ = answer.problem(503, "unavailable");
        assert!(answer.header("retry-after").parse::<u32>().is_ok(), "{path}");
    }
    assert_eq!(Answer::to(service.anonymous(Method::GET, "/health/live")).await.status, 200);

    service.database.import(&Files::of_repository(), "2026-01-01").await;
    eventually("the first catalog", async || (ready(&service).await["status"] == "ready").then_some(())).await;
    assert_eq!(service.get_json(MHPS).await["acronym"], "MHPS");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_catalog_is_found_even_if_the_notification_was_missed() {
    let service = Service::start().await;
    metric(&service, "peerpath_listening", 1.0).await;
    service.database.close().await;
    metric(&service, "peerpath_listening", 0.0).await;
    service.database.reopen();
    service.database.import(&titled("Imported unheard"), "2026-03-01").await;
    retitled(&service, "Imported unheard").await;

    metric(&service, "peerpath_listening", 1.0).await;
    service.database.import(&titled("Heard again"), "2026-03-02").await;
    retitled(&service, "Heard again").await;
}
