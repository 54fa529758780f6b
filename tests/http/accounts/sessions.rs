//! Sessions with refresh tokens, and stolen tokens.

use std::collections::BTreeSet;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use peerpath_tests::answer::{Answer, ids};
use peerpath_tests::database::hex;
use peerpath_tests::eventually;
use peerpath_tests::people::{PASSWORD, Person, SCOPES};
use peerpath_tests::service::Service;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

const ADA: &str = "ada@example.org";
const PREFIX: &str = "peerpath_refresh_";

fn asking(service: &Service, token: &str) -> RequestBuilder {
    service.anonymous(Method::POST, "/v1/sessions/refresh").json(&json!({"refresh_token": token}))
}

async fn refresh(service: &Service, token: &str) -> Answer {
    Answer::to(asking(service, token)).await
}

/// The next refresh token; the given one must be accepted.
async fn next(service: &Service, token: &str) -> String {
    token_of(&refresh(service, token).await.ok())
}

fn token_of(answer: &Value) -> String {
    answer["refresh_token"].as_str().unwrap().into()
}

async fn assert_refused(service: &Service, token: &str) {
    let _ = refresh(service, token).await.problem(401, "invalid-credentials");
}

/// Waits until an access token is refused on every instance.
async fn assert_ends(service: &Service, token: &str) {
    eventually("the end of the access token", async || {
        (service.get_with(token, "/v1/me").await.status == 401).then_some(())
    })
    .await;
    let answer = service.get_with(token, "/v1/credentials").await;
    let _ = answer.problem(401, "unauthenticated");
    assert!(answer.header("www-authenticate").contains("invalid_token"));
}

async fn is_open(service: &Service, person: &Person) -> bool {
    let rows = format!("select count(*) from sessions where id = '{}'", person.session);
    service.database.number(&rows).await == 1
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_sees_their_sessions() {
    let service = Service::without_catalog().await;
    let (ada, eve) = (service.person("ada").await, service.person("eve").await);
    let body = json!({"email": ADA, "password": PASSWORD, "device": " Ada's ☎ "});
    let begun = service.post("/v1/sessions", &body).await;
    assert_eq!((begun.status.as_u16(), begun.header("cache-control")), (201, "no-store"));
    let phone = begun.json();
    let id = phone["session"]["id"].as_str().unwrap();
    assert_eq!(begun.header("location"), format!("/v1/sessions/{id}"));
    assert_eq!((&phone["token_type"], &phone["expires_in"]), (&json!("Bearer"), &json!(900)));
    assert_eq!(phone["scope"], SCOPES);
    let session = &phone["session"];
    assert_eq!((&session["device"], &session["address"]), (&json!("Ada's ☎"), &json!("127.0.0.1")));
    let nameless = service.post("/v1/sessions", &json!({"email": ADA, "password": PASSWORD})).await.json();
    assert_eq!(nameless["session"]["device"], Value::Null);

    let list = service.get_by(&ada, "/v1/sessions").await.ok();
    assert_eq!(ids(&list), [nameless["session"]["id"].as_str().unwrap(), id, &ada.session], "newest first");
    let current: Vec<bool> = list["items"].as_array().unwrap().iter().map(|one| one["current"] == true).collect();
    assert_eq!((current, &list["meta"]["total"]), (vec![false, false, true], &json!(3)));
    let token = phone["access_token"].as_str().unwrap();
    assert_eq!(service.get_with(token, &format!("/v1/sessions/{id}")).await.ok(), *session);
    assert_eq!(service.get_by(&ada, &format!("/v1/sessions/{id}")).await.ok()["current"], false);

    for unknown in [&*eve.session, "00000000-0000-7000-8000-000000000000", "magic"] {
        let path = format!("/v1/sessions/{unknown}");
        let _ = service.get_by(&ada, &path).await.problem(404, "not-found");
        let _ = Answer::to(service.by(&ada, Method::DELETE, &path)).await.problem(404, "not-found");
    }
    assert!(is_open(&service, &eve).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_tokens_of_an_ended_session_are_refused() {
    let service = Service::without_catalog().await;
    let (ada, phone) = (service.person("ada").await, service.sign_in(ADA, PASSWORD).await);
    let path = format!("/v1/sessions/{}", phone.session);
    let end = async || Answer::to(service.by(&ada, Method::DELETE, &path)).await;
    assert_eq!(end().await.status, 204);
    assert_refused(&service, &phone.refresh_token).await;
    assert_ends(&service, &phone.token).await;
    let _ = end().await.problem(404, "not-found");
    assert_eq!(service.get_by(&ada, "/v1/sessions").await.ok()["meta"]["total"], 1);

    // Signing out ends the caller's own session.
    let own = format!("/v1/sessions/{}", ada.session);
    assert_eq!(Answer::to(service.by(&ada, Method::DELETE, &own)).await.status, 204);
    assert_refused(&service, &ada.refresh_token).await;
    assert_ends(&service, &ada.token).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ending_all_sessions_includes_the_callers_own() {
    let service = Service::without_catalog().await;
    let eve = service.person("eve").await;
    let (ada, phone) = (service.person("ada").await, service.sign_in(ADA, PASSWORD).await);
    assert_eq!(Answer::to(service.by(&ada, Method::DELETE, "/v1/sessions")).await.status, 204);
    for person in [&ada, &phone] {
        assert_refused(&service, &person.refresh_token).await;
        assert_ends(&service, &person.token).await;
    }
    assert_eq!(service.get_by(&eve, "/v1/me").await.status, 200);
    assert_eq!(refresh(&service, &eve.refresh_token).await.status, 200);
    service.sign_in(ADA, PASSWORD).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_refresh_returns_a_new_refresh_token() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let (mut token, mut seen) = (ada.refresh_token.clone(), BTreeSet::new());
    for _ in 0..5 {
        let answer = refresh(&service, &token).await;
        assert_eq!(answer.header("cache-control"), "no-store");
        let tokens = answer.ok();
        assert_eq!(tokens["session"]["id"], *ada.session);
        let access = tokens["access_token"].as_str().unwrap();
        assert_eq!(service.get_with(access, "/v1/me").await.ok()["id"], *ada.account);
        token = token_of(&tokens);
        assert!(seen.insert(access.to_owned()) && seen.insert(token.clone()));
    }
    assert_eq!(service.get_by(&ada, "/v1/sessions").await.ok()["meta"]["total"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retry_after_a_lost_answer_gets_the_same_token() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let first = next(&service, &ada.refresh_token).await;
    assert_eq!(next(&service, &ada.refresh_token).await, first);
    let second = next(&service, &first).await;
    assert_eq!(next(&service, &first).await, second);
    assert!(is_open(&service, &ada).await);
    next(&service, &second).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reusing_an_older_token_ends_the_session_and_mails_its_owner() {
    let service = Service::without_catalog().await;
    let (ada, phone) = (service.person("ada").await, service.sign_in(ADA, PASSWORD).await);
    let first = refresh(&service, &phone.refresh_token).await.ok();
    let second = next(&service, &token_of(&first)).await;
    assert_refused(&service, &phone.refresh_token).await;
    for token in [&second, &token_of(&first), &phone.refresh_token] {
        assert_refused(&service, token).await;
    }
    for token in [&phone.token, first["access_token"].as_str().unwrap()] {
        assert_ends(&service, token).await;
    }
    let mail = service.mails.one(ADA, "signed out").await;
    assert!(mail.body.contains("(Test)"), "it names the device: {}", mail.body);
    let events = service.get_by(&ada, "/v1/me/audit-events").await.ok();
    let reuses: Vec<&Value> =
        events["items"].as_array().unwrap().iter().filter(|event| event["action"] == "session.reuse").collect();
    assert_eq!(reuses.len(), 1, "recorded once: {events}");
    assert_eq!((&reuses[0]["object_id"], &reuses[0]["actor_kind"]), (&json!(phone.session), &json!("anonymous")));
    assert_eq!(service.mails.about(ADA, "signed out").len(), 1);
    assert_eq!(refresh(&service, &ada.refresh_token).await.status, 200, "other sessions go on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_retry_is_a_reuse() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let first = next(&service, &ada.refresh_token).await;
    service.database.run("update sessions set refreshed_at = refreshed_at - interval '11 seconds'").await;
    assert_refused(&service, &ada.refresh_token).await;
    assert_refused(&service, &first).await;
    assert!(!is_open(&service, &ada).await);
    service.mails.one(ADA, "signed out").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_refreshes_with_one_token_get_the_same_token() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let answers = Answer::to_all((0..12).map(|_| asking(&service, &ada.refresh_token))).await;
    let mut tokens = BTreeSet::new();
    for answer in &answers {
        match answer.status.as_u16() {
            200 => drop(tokens.insert(token_of(&answer.ok()))),
            _ => drop(answer.problem(401, "invalid-credentials")),
        }
    }
    assert_eq!(tokens.len(), 1, "never two that are valid: {answers:?}");
    assert!(is_open(&service, &ada).await);
    next(&service, tokens.first().unwrap()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_refreshes_with_the_old_and_the_new_token_never_fork_the_session() {
    let service = Service::without_catalog().await;
    for _ in 0..3 {
        let ada = service.sign_in(&service.person("ada").await.email, PASSWORD).await;
        let (old, new) = (ada.refresh_token.clone(), next(&service, &ada.refresh_token).await);
        let shown = [&old, &new, &old, &new, &new, &old, &new, &old];
        let answers = Answer::to_all(shown.map(|token| asking(&service, token))).await;
        let (mut of_old, mut of_new, mut refused) = (BTreeSet::new(), BTreeSet::new(), 0);
        for (token, answer) in shown.into_iter().zip(&answers) {
            match answer.status.as_u16() {
                200 if *token == old => drop(of_old.insert(token_of(&answer.ok()))),
                200 => drop(of_new.insert(token_of(&answer.ok()))),
                _ => {
                    let _ = answer.problem(401, "invalid-credentials");
                    refused += 1;
                }
            }
        }
        assert!(of_old.iter().all(|token| *token == new), "a retry gives what the first gave");
        assert!(of_new.len() <= 1, "nor does the new token lead two ways");
        // An old token that arrives after the new one was used looks like a thief's.
        assert_eq!(is_open(&service, &ada).await, refused == 0);
        let last = of_new.first().unwrap_or(&new);
        assert_eq!(refresh(&service, last).await.status, if refused == 0 { 200 } else { 401 });
        service.database.run("delete from accounts").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invented_token_is_refused_and_ends_nothing() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(ada.refresh_token.strip_prefix(PREFIX).unwrap()).unwrap();
    assert_eq!((&bytes[..16], bytes.len()), (uuid::Uuid::parse_str(&ada.account).unwrap().as_bytes().as_slice(), 80));
    let encoded = |bytes: &[u8]| format!("{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(bytes));
    let other_family = [&bytes[..32], &[7; 16], &bytes[48..]].concat();
    let other_secrets = [&bytes[..32], &[7; 48]].concat();
    let other_session = [&bytes[..16], uuid::Uuid::now_v7().as_bytes().as_slice(), &bytes[32..]].concat();
    let other_account = [uuid::Uuid::now_v7().as_bytes().as_slice(), &bytes[16..]].concat();
    for made_up in [
        encoded(&other_family),
        encoded(&other_secrets),
        encoded(&other_session),
        encoded(&other_account),
        encoded(&bytes[..79]),
        encoded(&[&*bytes, &[0]].concat()),
        ada.refresh_token[PREFIX.len()..].to_owned(),
        ada.token.clone(),
        PREFIX.into(),
        "magic".into(),
        String::new(),
        "x".repeat(5_000),
        "\0".into(),
    ] {
        assert_refused(&service, &made_up).await;
    }
    assert!(is_open(&service, &ada).await);
    assert_eq!(service.database.number("select count(*) from audit_events where action = 'session.reuse'").await, 0);
    next(&service, &ada.refresh_token).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_when_unused_and_after_half_a_year() {
    let service = Service::without_catalog().await;
    let (ada, phone) = (service.person("ada").await, service.sign_in(ADA, PASSWORD).await);
    let expiry = "select round(extract(epoch from expires_at - refreshed_at) / 86400)::bigint from sessions";
    let of_phone = format!("{expiry} where id = '{}'", phone.session);
    assert_eq!(service.database.number(&of_phone).await, 30);

    let aged =
        format!("update sessions set created_at = created_at - interval '179 days' where id = '{}'", phone.session);
    service.database.run(&aged).await;
    let token = next(&service, &phone.refresh_token).await;
    assert_eq!(service.database.number(&of_phone).await, 1, "no use makes it last any longer");

    let expired = "update sessions set expires_at = now() - interval '1 second' where id = ";
    service.database.run(&format!("{expired} '{}'", phone.session)).await;
    assert_refused(&service, &token).await;
    let list = service.get_by(&ada, "/v1/sessions").await.ok();
    assert_eq!((ids(&list), &list["meta"]["total"]), (vec![ada.session.clone()], &json!(1)));
    let _ = service.get_by(&ada, &format!("/v1/sessions/{}", phone.session)).await.problem(404, "not-found");
    next(&service, &ada.refresh_token).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_table_contains_a_usable_token() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let token = next(&service, &ada.refresh_token).await;
    let mut secrets = vec![token.clone(), token[PREFIX.len()..].to_owned(), ada.token.clone()];
    for token in [&ada.refresh_token, &token] {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(&token[PREFIX.len()..]).unwrap();
        secrets.extend([hex(&bytes[32..48]), hex(&bytes[48..]), BASE64_URL_SAFE_NO_PAD.encode(&bytes[48..])]);
    }
    let tables = "select table_name::text from information_schema.tables where table_schema = 'public'";
    let tables = service.database.texts(tables).await;
    assert!(tables.contains(&"sessions".to_owned()) && tables.len() > 15, "{tables:?}");
    for table in tables {
        let rows: Vec<String> = secrets.iter().map(|secret| format!("strpos(one::text, '{secret}') > 0")).collect();
        let query = format!("select count(*) from {table} one where {}", rows.join(" or "));
        assert_eq!(service.database.number(&query).await, 0, "{table}");
    }
    // The search finds such a token if it is stored.
    let kept = format!("select count(*) from sessions one where strpos(one::text, '{}') > 0", ada.session);
    assert_eq!(service.database.number(&kept).await, 1);
}
