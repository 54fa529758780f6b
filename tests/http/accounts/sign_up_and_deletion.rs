//! Signing up, managing an account and deleting it.

use peerpath_tests::answer::Answer;
use peerpath_tests::eventually;
use peerpath_tests::mails::Mail;
use peerpath_tests::people::PASSWORD;
use peerpath_tests::service::Service;
use reqwest::Method;
use serde_json::{Value, json};

const ADA: &str = "ada@example.org";

fn draft(email: &str) -> Value {
    json!({"email": email, "password": PASSWORD, "display_name": "Ada"})
}

async fn confirm(service: &Service, token: &str, password: &str) -> Answer {
    service.post("/v1/accounts/confirm", &json!({"token": token, "password": password})).await
}

async fn sign_in(service: &Service, email: &str, password: &str) -> Answer {
    service.post("/v1/sessions", &json!({"email": email, "password": password})).await
}

/// Everything in an answer by which a caller could tell two answers apart.
fn visible(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let own = ["date", "x-request-id", "ratelimit"];
    let mut headers: Vec<(String, String)> = answer
        .headers
        .iter()
        .filter(|(name, _)| !own.contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    (answer.status.as_u16(), headers, answer.text())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_signs_up_manages_their_account_and_deletes_it() {
    let service = Service::without_catalog().await;
    let asked = service.post("/v1/accounts", &draft("Ada@Example.org")).await;
    assert_eq!((asked.status.as_u16(), asked.json()), (202, json!({"mail_sent_to": "Ada@example.org"})));
    assert_eq!(sign_in(&service, ADA, PASSWORD).await.status, 401, "the address is yet to be confirmed");
    let mail = service.mails.one("Ada@example.org", "Confirm").await;
    let made = confirm(&service, &mail.token(), PASSWORD).await;
    assert_eq!((made.status.as_u16(), made.header("location")), (201, "/v1/me"), "{}", made.text());
    let ada = service.sign_in(ADA, PASSWORD).await;

    let seen = service.get_by(&ada, "/v1/me").await;
    let me = seen.ok();
    assert_eq!((seen.header("etag"), seen.header("cache-control")), ("\"1\"", "no-store"));
    assert_eq!((&me["email"], &me["display_name"]), (&json!("Ada@example.org"), &json!("Ada")));
    assert_eq!((&me["platform_role"], &me["second_factor"]), (&Value::Null, &json!(false)));
    assert_eq!(made.json(), me);

    let change = |tag: Option<&str>, body: Value| {
        let request = service.by(&ada, Method::PATCH, "/v1/me").json(&body);
        Answer::to(tag.into_iter().fold(request, |request, tag| request.header("if-match", tag)))
    };
    let name = json!({"display_name": "Ada Lovelace"});
    let _ = change(None, name.clone()).await.problem(428, "precondition-required");
    let _ = change(Some("\"7\""), name.clone()).await.problem(412, "stale");
    assert_eq!(service.get_by(&ada, "/v1/me").await.ok(), me);
    let renamed = change(Some("\"1\""), name).await;
    assert_eq!((&renamed.ok()["display_name"], renamed.header("etag")), (&json!("Ada Lovelace"), "\"2\""));
    let untouched = change(Some("\"2\""), json!({})).await;
    assert_eq!((untouched.ok(), untouched.header("etag")), (renamed.ok(), "\"2\""));
    let _ = change(Some("\"1\""), json!({"display_name": "Eve"})).await.problem(412, "stale");

    let new = "nine herons on a cold pier";
    let changed = json!({"current_password": PASSWORD, "new_password": new});
    assert_eq!(service.put_by(&ada, "/v1/me/password", &changed).await.status, 204);
    service.mails.one("Ada@example.org", "password was changed").await;
    assert_eq!(sign_in(&service, ADA, PASSWORD).await.status, 401);
    let ada = service.sign_in(ADA, new).await;

    let left = service.post_by(&ada, "/v1/me/deletion", &json!({"current_password": new})).await;
    assert_eq!(left.status, 204, "{}", left.text());
    service.mails.one("Ada@example.org", "account was deleted").await;
    assert_eq!(sign_in(&service, ADA, new).await.status, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_has_a_log_of_its_events() {
    let service = Service::without_catalog().await;
    let (ada, eve) = (service.person("ada").await, service.person("eve").await);
    let events = service.get_by(&ada, "/v1/me/audit-events").await.ok();
    let actions: Vec<&str> =
        events["items"].as_array().unwrap().iter().map(|event| event["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["session.begin", "account.create"], "newest first, and only their own");
    for event in events["items"].as_array().unwrap() {
        assert_eq!((&event["account_id"], &event["actor_id"]), (&json!(ada.account), &json!(ada.account)));
        assert_eq!((&event["actor_kind"], &event["address"]), (&json!("person"), &json!("127.0.0.1")));
    }
    assert_ne!(service.get_by(&eve, "/v1/me/audit-events").await.ok(), events);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_up_does_not_reveal_whether_the_address_has_an_account() {
    let service = Service::without_catalog().await;
    let without = service.post("/v1/accounts", &draft(ADA)).await;
    let token = service.mails.one(ADA, "Confirm").await.token();
    assert_eq!(confirm(&service, &token, PASSWORD).await.status, 201);
    let with = service.post("/v1/accounts", &draft(ADA)).await;
    assert_eq!(without.status, 202);
    assert_eq!(visible(&without), visible(&with));
    let mail = service.mails.one(ADA, "already have").await;
    assert!(!mail.body.contains("token="), "{}", mail.body);
    assert_eq!(service.mails.to(ADA).len(), 2);
    // Another spelling is another text, but the same account.
    assert_eq!(service.post("/v1/accounts", &draft("ADA@Example.ORG")).await.status, 202);
    eventually("the second warning", async || (service.mails.to(ADA).len() == 3).then_some(())).await;
    assert_eq!(service.mails.about(ADA, "already have").len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    let service = Service::without_catalog().await;
    let unknown = sign_in(&service, ADA, "a wrong password").await;
    service.person("ada").await;
    let wrong = sign_in(&service, ADA, "a wrong password").await;
    let _ = unknown.problem(401, "invalid-credentials");
    assert_eq!(visible(&unknown), visible(&wrong));
    let refused = "select count(*) from audit_events where action = 'session.refuse' and account_id is null";
    assert_eq!(service.database.number(refused).await, 2, "neither says whom it concerns");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_sign_ups_with_one_address_make_one_account() {
    let service = Service::without_catalog().await;
    let spellings = [
        "andr\u{e9}@m\u{fc}nchen.example",
        "ANDR\u{c9}@M\u{dc}NCHEN.example",
        "andre\u{301}@mu\u{308}nchen.example",
        "Andr\u{e9}@XN--MNCHEN-3ya.example",
        "\u{ff41}ndr\u{e9}@m\u{fc}nchen.example",
    ];
    let post = |path: &str, body: Value| service.anonymous(Method::POST, path).json(&body);
    let asked = Answer::to_all(spellings.iter().map(|email| post("/v1/accounts", draft(email)))).await;
    assert!(asked.iter().all(|answer| answer.status == 202), "{asked:?}");
    let tokens: Vec<String> = eventually("a mail for each", async || {
        let mails = service.mails.all();
        (mails.len() == spellings.len()).then(|| mails.iter().map(Mail::token).collect())
    })
    .await;
    // Each of them twice, because people press buttons twice.
    let confirmations = tokens
        .iter()
        .chain(&tokens)
        .map(|token| post("/v1/accounts/confirm", json!({"token": token, "password": PASSWORD})));
    let answers = Answer::to_all(confirmations).await;
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1, "{answers:?}");
    for answer in answers.iter().filter(|answer| answer.status != 201) {
        let too_late = if answer.status == 409 { "conflict" } else { "invalid-credentials" };
        let _ = answer.problem(if answer.status == 409 { 409 } else { 401 }, too_late);
    }
    assert_eq!(service.database.number("select count(*) from accounts").await, 1);
    assert_eq!(service.database.number("select count(*) from sign_ups").await, 0, "the others lead nowhere");
    for spelling in spellings {
        assert_eq!(sign_in(&service, spelling, PASSWORD).await.status, 201, "{spelling}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_link_of_a_strangers_sign_up_does_not_work_without_their_password() {
    let service = Service::without_catalog().await;
    // Somebody else signs up with Ada's address, hoping that she opens the link.
    let theirs = json!({"email": ADA, "password": "the password of somebody else", "display_name": "Eve"});
    assert_eq!(service.post("/v1/accounts", &theirs).await.status, 202);
    let token_of_theirs = service.mails.one(ADA, "Confirm").await.token();
    let _ = confirm(&service, &token_of_theirs, PASSWORD).await.problem(401, "invalid-credentials");
    let _ = confirm(&service, &token_of_theirs, "").await.problem(401, "invalid-credentials");
    assert_eq!(service.database.number("select count(*) from accounts").await, 0);

    assert_eq!(service.post("/v1/accounts", &draft(ADA)).await.status, 202);
    eventually("the second mail", async || (service.mails.to(ADA).len() == 2).then_some(())).await;
    let own = service.mails.to(ADA).into_iter().map(|mail| mail.token()).find(|token| *token != token_of_theirs);
    let own = own.unwrap();
    let _ = confirm(&service, &own, "not what was chosen").await.problem(401, "invalid-credentials");
    assert_eq!(confirm(&service, &own, PASSWORD).await.status, 201, "a wrong password does not use the link up");
    let late = confirm(&service, &token_of_theirs, "the password of somebody else").await;
    let _ = late.problem(401, "invalid-credentials");
    assert_eq!(service.get_by(&service.sign_in(ADA, PASSWORD).await, "/v1/me").await.ok()["display_name"], "Ada");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_link_of_a_sign_up_works_once_and_expires() {
    let service = Service::without_catalog().await;
    assert_eq!(service.post("/v1/accounts", &draft(ADA)).await.status, 202);
    let token = service.mails.one(ADA, "Confirm").await.token();
    service.database.run("update sign_ups set expires_at = expires_at - interval '24 hours'").await;
    let _ = confirm(&service, &token, PASSWORD).await.problem(401, "invalid-credentials");
    service.database.run("update sign_ups set expires_at = expires_at + interval '24 hours'").await;
    assert_eq!(confirm(&service, &token, PASSWORD).await.status, 201);
    let _ = confirm(&service, &token, PASSWORD).await.problem(401, "invalid-credentials");
    let made_up = format!("{}{}", &token[..24], "A".repeat(40));
    for wrong in [&made_up, &token.to_lowercase()] {
        let _ = confirm(&service, wrong, PASSWORD).await.problem(401, "invalid-credentials");
    }
    for wrong in ["", "x", &token[1..], &format!("{token}AAAA")] {
        assert_eq!(confirm(&service, wrong, PASSWORD).await.pointers(), ["/token"], "{wrong:?}");
    }
    let stored = "select count(*) from sign_ups";
    assert_eq!(service.database.number(stored).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_can_have_any_script_but_no_invisible_characters() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let rename = |name: String| {
        let request = service.by(&ada, Method::PATCH, "/v1/me").header("if-match", "*");
        Answer::to(request.json(&json!({"display_name": name})))
    };
    let long = "ß".repeat(100);
    for name in ["アダ・ラブレス", "عائشة", "क्षिति", "👩\u{200d}🔬 Ada", "O'Brien-Smith, Jr. <&>", &long]
    {
        assert_eq!(rename(name.into()).await.ok()["display_name"], name);
    }
    assert_eq!(rename("  e\u{301}lan ".into()).await.ok()["display_name"], "\u{e9}lan");
    let long = "x".repeat(101);
    for name in
        ["", " ", &long, "Ada\nBcc: eve@example.org", "Ada\0", "Ada\u{202e}adA", "\u{2066}Ada", "A\u{7f}da", "\u{feff}"]
    {
        assert_eq!(rename(name.into()).await.pointers(), ["/display_name"], "{name:?}");
    }
    assert_eq!(service.get_by(&ada, "/v1/me").await.ok()["display_name"], "\u{e9}lan");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deleting_an_account_requires_the_password() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let wrong = service.post_by(&ada, "/v1/me/deletion", &json!({"current_password": "wrong"})).await;
    assert_eq!(wrong.pointers(), ["/current_password"]);
    assert_eq!(service.get_by(&ada, "/v1/me").await.status, 200);
    assert_eq!(sign_in(&service, ADA, PASSWORD).await.status, 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_account_looks_like_one_that_never_existed() {
    let service = Service::without_catalog().await;
    let unknown = sign_in(&service, ADA, PASSWORD).await;
    let ada = service.person("ada").await;
    let phone = service.sign_in(ADA, PASSWORD).await;
    let reset = json!({"email": ADA});
    assert_eq!(service.post("/v1/password-resets", &reset).await.status, 202);
    let link = service.mails.one(ADA, "Choose").await.token();
    assert_eq!(service.post_by(&ada, "/v1/me/deletion", &json!({"current_password": PASSWORD})).await.status, 204);

    let now_unknown = sign_in(&service, ADA, PASSWORD).await;
    assert_eq!(visible(&unknown), visible(&now_unknown));
    for person in [&ada, &phone] {
        let refreshed = service.post("/v1/sessions/refresh", &json!({"refresh_token": person.refresh_token})).await;
        let _ = refreshed.problem(401, "invalid-credentials");
        eventually("the end of the access tokens", async || {
            (service.get_by(person, "/v1/me").await.status == 401).then_some(())
        })
        .await;
        let _ = service.get_by(person, "/v1/credentials").await.problem(401, "unauthenticated");
    }
    let completed = json!({"token": link, "new_password": "nine herons on a cold pier"});
    let _ = service.post("/v1/password-resets/complete", &completed).await.problem(401, "invalid-credentials");

    let again = service.person("ada").await;
    assert_ne!(again.account, ada.account, "the address is free, and the account another one");
    assert_eq!(service.get_by(&again, "/v1/me/audit-events").await.ok()["meta"]["total"], 2);
}

/// Places in the database that contain the id or the address of an account.
async fn traces(service: &Service, account: &str, email: &str) -> Vec<String> {
    let columns = "select (table_name || ' ' || column_name)::text from information_schema.columns
        where table_schema = 'public' and table_name <> 'audit_events'
            and column_name in ('account_id', 'email', 'email_key', 'recipient')";
    let columns = service.database.texts(columns).await;
    assert!(columns.len() >= 10, "{columns:?}");
    let mut traces = Vec::new();
    for place in columns {
        let (table, column) = place.split_once(' ').unwrap();
        let rows = format!("select count(*) from {table} where lower({column}::text) in ('{account}', '{email}')");
        if service.database.number(&rows).await > 0 {
            traces.push(place);
        }
    }
    traces
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_id_of_a_deleted_account_remains_in_the_audit_log() {
    let service = Service::without_catalog().await;
    let (ada, eve) = (service.person("ada").await, service.person("eve").await);
    let academy = service.organization(&eve, "Recovery Academy").await;
    service.join(&eve, &academy, &ada, "member").await;
    service.second_factor(&ada).await;
    assert_eq!(service.post("/v1/password-resets", &json!({"email": ADA})).await.status, 202);
    service.mails.one(ADA, "Choose").await;
    let change = json!({"email": "ada@new.example", "current_password": PASSWORD});
    assert_eq!(service.put_by(&ada, "/v1/me/email", &change).await.status, 202);
    assert!(traces(&service, &ada.account, ADA).await.len() >= 5);

    assert_eq!(service.post_by(&ada, "/v1/me/deletion", &json!({"current_password": PASSWORD})).await.status, 204);
    // The last mail is not sent yet.
    service.mails.one(ADA, "account was deleted").await;
    let sent = "select count(*) from outbox";
    eventually("all mails to be sent", async || (service.database.number(sent).await == 0).then_some(())).await;
    assert_eq!(traces(&service, &ada.account, ADA).await, [""; 0]);
    assert_eq!(traces(&service, &ada.account, "ada@new.example").await, [""; 0]);
    let logged = format!("select count(*) from audit_events where account_id = '{}'", ada.account);
    assert!(service.database.number(&logged).await >= 5);
    assert!(!traces(&service, &eve.account, &eve.email).await.is_empty(), "others are still there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_deleted_account_remains_despite_a_new_sign_up_with_its_address() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    assert_eq!(service.post("/v1/accounts", &draft(ADA)).await.status, 202);
    service.mails.one(ADA, "already have").await;
    assert_eq!(service.post_by(&ada, "/v1/me/deletion", &json!({"current_password": PASSWORD})).await.status, 204);
    service.mails.one(ADA, "account was deleted").await;
    let sent = "select count(*) from outbox";
    eventually("all mails to be sent", async || (service.database.number(sent).await == 0).then_some(())).await;
    assert_eq!(traces(&service, &ada.account, ADA).await, [""; 0]);
}
