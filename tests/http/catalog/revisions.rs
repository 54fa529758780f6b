//! The catalog on other days: past facts, future facts, and the revisions of a credential.

use chrono::TimeDelta;
use peerpath_tests::answer::ids;
use peerpath_tests::clock;
use peerpath_tests::database::TestDatabase;
use peerpath_tests::files::Files;
use peerpath_tests::service::{MHPS, Service};
use serde_json::{Value, json};

/// The training of MHPS.
fn training(credential: &mut Value) -> &mut Value {
    let requirements = credential["routes"][0]["requirements"].as_array_mut().unwrap();
    requirements
        .iter_mut()
        .find(|requirement| requirement["id"] == "training")
        .map(|found| &mut found["condition"])
        .unwrap()
}

/// The files with another length of the training of MHPS.
fn with_training_of(files: Files, hours: i32) -> Files {
    files.with_texan("us-tx-mhps", |credential| training(credential)["hours"] = hours.into())
}

/// The hours of training of MHPS.
fn training_hours(credential: &Value) -> Value {
    training(&mut credential.clone())["hours"].clone()
}

/// The hours of training of MHPS in the repository's files.
fn first_hours() -> Value {
    training_hours(&Files::of_repository().record("credentials", "us-tx-mhps"))
}

/// A service whose catalog changed on February 1: another training of MHPS, another title of one of its sources, no RSPS.
async fn changed_in_february() -> Service {
    let database = TestDatabase::with_catalog();
    let files = with_training_of(Files::of_repository(), 64).without_texan("us-tx-rsps");
    let files =
        files.with("jurisdictions/us-tx.json", |file| file["sources"][0]["title"] = "Peer Support, renamed".into());
    database.import(&files, "2026-02-01").await;
    Service::start_with(database, |_| {}).await
}

fn source_title(credential: &Value) -> &Value {
    let sources = credential["sources"].as_array().unwrap();
    &sources.iter().find(|source| source["id"] == "us-tx/tx-copeland").unwrap()["title"]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_shows_the_facts_in_force_on_it() {
    let service = changed_in_february().await;
    let today = service.get_json(MHPS).await;
    assert_eq!(training_hours(&today), json!(64));
    assert_eq!(today["revision"], json!({"number": 2, "effective": "2026-02-01"}));
    for (day, hours, number) in [
        ("2026-01-01", first_hours(), 1),
        ("2026-01-31", first_hours(), 1),
        ("2026-02-01", json!(64), 2),
        ("2099-12-31", json!(64), 2),
    ] {
        let then = service.get_json(&format!("{MHPS}?as_of={day}")).await;
        assert_eq!(training_hours(&then), hours, "{day}");
        assert_eq!(then["revision"]["number"], number, "{day}");
    }
    let before = service.get(&format!("{MHPS}?as_of=2025-12-31")).await.problem(404, "not-found");
    assert!(before["detail"].as_str().unwrap().contains("2026-01-01"), "{before}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_of_a_day_has_the_records_of_that_day() {
    let service = changed_in_february().await;
    let path = "/v1/credentials?jurisdiction=US-TX&max_training_hours=60";
    let has = |list: &Value, id: &str| ids(list).contains(&id.to_owned());
    let (today, then) = (service.get_json(path).await, service.get_json(&format!("{path}&as_of=2026-01-15")).await);
    assert!(!has(&today, "us-tx-mhps") && has(&then, "us-tx-mhps"));
    assert_eq!((&today["meta"]["catalog_version"], &then["meta"]["catalog_version"]), (&json!(2), &json!(1)));
    let _ = service.get("/v1/credentials?as_of=2025-12-31").await.problem(404, "not-found");
    let _ = service.get("/v1/catalog?as_of=2025-12-31").await.problem(404, "not-found");
    assert_eq!(service.get_json("/v1/catalog?as_of=2026-01-15").await["version"], 1);
    let page = service.get_json("/v1/credentials?limit=1&jurisdiction=US-TX&as_of=2026-01-15").await;
    let cursor = page["next_cursor"].as_str().unwrap();
    let next = service
        .get_json(&format!("/v1/credentials?limit=200&jurisdiction=US-TX&as_of=2026-01-15&cursor={cursor}"))
        .await;
    assert!(has(&next, "us-tx-rsps"), "the cursor goes on on the same day");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_credential_lists_its_revisions_and_each_can_be_read() {
    let service = changed_in_february().await;
    let list = service.get_json(&format!("{MHPS}/revisions")).await;
    let reported: Vec<Value> = list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|revision| {
            json!([revision["number"], revision["effective"], revision["catalog_version"], revision["withdrawn"]])
        })
        .collect();
    assert_eq!(reported, [json!([1, "2026-01-01", 1, false]), json!([2, "2026-02-01", 2, false])]);
    assert_eq!((&list["meta"]["total"], &list["next_cursor"]), (&json!(2), &Value::Null));
    assert_eq!(training_hours(&service.get_json(&format!("{MHPS}/revisions/1")).await), first_hours());
    assert_eq!(service.get_json(&format!("{MHPS}/revisions/2")).await, service.get_json(MHPS).await);
    let sparse = service.get_json(&format!("{MHPS}/revisions/1?fields=id")).await;
    assert_eq!(sparse, json!({"id": "us-tx-mhps"}));
    for number in ["0", "3", "-1", "01", "one"] {
        let _ = service.get(&format!("{MHPS}/revisions/{number}")).await.problem(404, "not-found");
    }
    for path in ["/v1/credentials/us-tx-magic/revisions", "/v1/credentials/us-tx-magic/revisions/1"] {
        let _ = service.get(path).await.problem(404, "not-found");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unchanged_record_has_no_new_revision() {
    let service = changed_in_february().await;
    let other = service.get_json("/v1/credentials/us-wa-cpss?fields=revision").await;
    assert_eq!(other["revision"], json!({"number": 1, "effective": "2026-01-01"}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revision_shows_the_sources_of_its_time() {
    let service = changed_in_february().await;
    let path = "/v1/sources/us-tx/tx-hhsc-peer";
    assert_eq!(service.get_json(path).await["title"], "Peer Support, renamed");
    assert_eq!(service.get_json(&format!("{path}?as_of=2026-01-15")).await["title"], "Peer Support Services");
    let old = service.get_json(&format!("{MHPS}/revisions/1")).await;
    assert_eq!(*source_title(&old), "Peer specialist database: Texas");
    let jurisdiction = service.get_json("/v1/jurisdictions/US-TX?as_of=2026-01-15").await;
    assert_eq!(jurisdiction["sources"][0]["title"], "Peer Support Services");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawn_credential_is_gone_today_but_not_on_earlier_days() {
    let service = changed_in_february().await;
    let rsps = "/v1/credentials/us-tx-rsps";
    let _ = service.get(rsps).await.problem(404, "not-found");
    assert_eq!(service.get_json(&format!("{rsps}?as_of=2026-01-31")).await["acronym"], "RSPS");
    let list = service.get_json(&format!("{rsps}/revisions")).await;
    assert_eq!(list["items"][1]["withdrawn"], true);
    assert_eq!(service.get_json(&format!("{rsps}/revisions/1")).await["acronym"], "RSPS");
    let _ = service.get(&format!("{rsps}/revisions/2")).await.problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_withdrawn_credential_can_come_back_as_a_new_revision() {
    let database = TestDatabase::with_catalog();
    database.import(&Files::of_repository().without_texan("us-tx-rsps"), "2026-02-01").await;
    database.import(&Files::of_repository(), "2026-03-01").await;
    let service = Service::start_with(database, |_| {}).await;
    let rsps = "/v1/credentials/us-tx-rsps";
    assert_eq!(service.get_json(rsps).await["revision"], json!({"number": 3, "effective": "2026-03-01"}));
    let _ = service.get(&format!("{rsps}?as_of=2026-02-15")).await.problem(404, "not-found");
    let list = service.get_json(&format!("{rsps}/revisions")).await;
    let withdrawn: Vec<&Value> =
        list["items"].as_array().unwrap().iter().map(|revision| &revision["withdrawn"]).collect();
    assert_eq!(withdrawn, [false, true, false]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_is_shown_from_the_day_on_which_it_takes_effect() {
    let database = TestDatabase::with_catalog();
    let later = (clock::today() + TimeDelta::days(30)).to_string();
    database.import(&with_training_of(Files::of_repository(), 80), &later).await;
    let service = Service::start_with(database, |_| {}).await;
    assert_eq!(training_hours(&service.get_json(MHPS).await), first_hours());
    assert_eq!(training_hours(&service.get_json(&format!("{MHPS}?as_of={later}")).await), json!(80));
    assert_eq!(service.get_json(&format!("{MHPS}/revisions")).await["items"][1]["effective"], *later);
    assert_eq!(training_hours(&service.get_json(&format!("{MHPS}/revisions/2")).await), json!(80));
    assert_eq!(service.get_json("/v1/catalog").await["version"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_later_of_two_versions_of_a_day_is_in_force() {
    let database = TestDatabase::with_catalog();
    database.import(&with_training_of(Files::of_repository(), 70), "2026-02-01").await;
    database.import(&with_training_of(Files::of_repository(), 71), "2026-02-01").await;
    let service = Service::start_with(database, |_| {}).await;
    assert_eq!(training_hours(&service.get_json(&format!("{MHPS}?as_of=2026-02-01")).await), json!(71));
    assert_eq!(training_hours(&service.get_json(&format!("{MHPS}/revisions/2")).await), json!(70));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invalid_day_is_refused() {
    let service = Service::start().await;
    for day in ["", "today", "2026-02-30", "2026-2-1", "20260201", "2026-01-01T00:00:00Z", "99999-01-01", "-001-01-01"]
    {
        let violations = service.get(&format!("{MHPS}?as_of={day}")).await.violations();
        assert_eq!(violations.len(), 1, "{day}: {violations:?}");
        assert_eq!(violations[0].0, "as_of", "{day}");
    }
}
