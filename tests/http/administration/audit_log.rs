//! The audit log: who did what to whom, from where and when; without secrets and names.

use std::collections::BTreeSet;
use std::fs;

use peerpath_tests::answer::Answer;
use peerpath_tests::authenticator::Authenticator;
use peerpath_tests::clock;
use peerpath_tests::document::{Operation, operations};
use peerpath_tests::files::repository;
use peerpath_tests::people::{PASSWORD, Person};
use peerpath_tests::program::{command, outcome, peerpath_on};
use peerpath_tests::service::{SEALING_KEY, Service};
use peerpath_tests::world::{World, in_order};
use reqwest::Method;
use serde_json::{Value, json};

/// All recorded actions.
const ACTIONS: [&str; 32] = [
    "account.add_second_factor",
    "account.ask_for_address",
    "account.ask_for_password",
    "account.change_address",
    "account.change_password",
    "account.create",
    "account.delete",
    "account.remove_second_factor",
    "account.rename",
    "account.renew_recovery_codes",
    "account.reset_password",
    "account.set_platform_role",
    "client.create",
    "client.revoke",
    "client.rotate",
    "invitation.create",
    "invitation.take_back",
    "member.join",
    "member.remove",
    "member.set_role",
    "organization.close",
    "organization.create",
    "organization.set_scopes",
    "organization.update",
    "session.begin",
    "session.end",
    "session.end_all",
    "session.refuse",
    "session.reuse",
    "signing_key.revoke",
    "signing_key.rotate",
    "token.revoke",
];

const NEW_PASSWORD: &str = "nine herons on a quiet lake";

/// Collects the texts of an answer, none of which may be in the log.
fn remember(secrets: &mut BTreeSet<String>, value: &Value) {
    match value {
        Value::Object(object) => object.iter().for_each(|(name, value)| {
            let known = ["id", "role", "platform_role", "address", "_id", "_at", "_by", "kind", "type", "scope"];
            if !known.iter().any(|known| name.ends_with(known)) && name != "scopes" {
                remember(secrets, value);
            }
        }),
        Value::Array(items) => items.iter().for_each(|item| remember(secrets, item)),
        Value::String(text) if text.len() > 4 => {
            secrets.insert(text.clone());
        }
        _ => {}
    }
}

/// Does everything with an account that is not a single request of [`World`].
async fn live_through(service: &Service, ines: &Person, secrets: &mut BTreeSet<String>) {
    let post = async |path: &str, body: Value| service.post(path, &body).await;
    let refused = post("/v1/sessions", json!({"email": ines.email, "password": "a wrong password"})).await;
    assert_eq!(refused.status, 401);
    let mut turn = ines.refresh_token.clone();
    for _ in 0..2 {
        let next = post("/v1/sessions/refresh", json!({"refresh_token": turn})).await.private(200);
        remember(secrets, &next);
        turn = next["refresh_token"].as_str().unwrap().into();
    }
    assert_eq!(post("/v1/sessions/refresh", json!({"refresh_token": ines.refresh_token})).await.status, 401);

    assert_eq!(post("/v1/password-resets", json!({"email": ines.email})).await.status, 202);
    let token = service.mails.one(&ines.email, "Choose a new").await.token();
    let complete = json!({"token": token, "new_password": NEW_PASSWORD});
    assert_eq!(post("/v1/password-resets/complete", complete).await.status, 204);
    let ines = service.sign_in(&ines.email, NEW_PASSWORD).await;
    let mine = async |method: Method, path: &str, body: Value| {
        let answer = Answer::to(service.by(&ines, method, path).json(&body)).await;
        assert!(answer.status.is_success(), "{path}: {}", answer.text());
        answer
    };
    let proof = json!({"current_password": NEW_PASSWORD});
    mine(Method::PUT, "/v1/me/email", json!({"email": "other@example.org", "current_password": NEW_PASSWORD})).await;
    let link = service.mails.one("other@example.org", "Confirm your new").await.token();
    assert_eq!(
        post("/v1/accounts/confirm-address", json!({"token": link, "password": NEW_PASSWORD})).await.status,
        204
    );
    let proposed = mine(Method::POST, "/v1/me/second-factor", proof.clone()).await.private(200);
    let code = Authenticator::reading(proposed["otpauth_url"].as_str().unwrap()).code();
    let codes = mine(Method::PUT, "/v1/me/second-factor", json!({"code": code})).await.private(200);
    let renewed = mine(Method::POST, "/v1/me/recovery-codes", proof.clone()).await.private(200);
    for reported in [&proposed, &codes, &renewed] {
        remember(secrets, reported);
    }
    mine(Method::POST, "/v1/me/second-factor/removal", proof.clone()).await;
    mine(Method::POST, "/v1/me/deletion", proof).await;
    secrets.extend([ines.token.clone(), ines.refresh_token.clone(), token, link, "other@example.org".into()]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_action_is_recorded_without_secrets_names_and_addresses() {
    let world = World::new().await;
    let service = &world.service;
    let mut secrets: BTreeSet<String> = [PASSWORD, NEW_PASSWORD, SEALING_KEY].map(Into::into).into();
    for person in [&world.ada, &world.mary, &world.ines, &world.other_session] {
        secrets.extend([&person.email, &person.token, &person.refresh_token].map(Clone::clone));
    }
    secrets.extend([world.client.secret.clone(), world.token_of_ines.clone(), "grace@example.org".into()]);
    let private = operations().into_iter().filter(Operation::is_private).collect();
    for operation in in_order(private) {
        if operation.media_type().is_some() {
            remember(&mut secrets, &world.body(&operation));
        }
        let answer = Answer::to(world.rightful(&operation)).await;
        assert!(!answer.status.is_server_error(), "{}: {}", operation.name(), answer.text());
        if !answer.body.is_empty() && operation.method != Method::GET {
            remember(&mut secrets, &answer.json());
        }
    }
    live_through(service, &world.ines, &mut secrets).await;
    let revoke = service.anonymous(Method::POST, "/oauth/revoke").form(&[("token", &world.mary.token)]);
    assert_eq!(Answer::to(revoke).await.status, 200);
    let email = &world.mary.email;
    let granted = peerpath_on(&service.database, &["role", "grant", "--email", email, "--role", "editor"]).await;
    assert_eq!(granted.json()["platform_role"], "editor");
    let keys = async |arguments: &[&str]| {
        let mut command = command(arguments);
        command.env("DATABASE_URL", &service.database.url).env("PEERPATH_SEALING_KEYS", SEALING_KEY);
        outcome(command).await.ok().to_owned()
    };
    let rotated: Value = serde_json::from_str(&keys(&["keys", "rotate"]).await).unwrap();
    keys(&["keys", "revoke", rotated["key_id"].as_str().unwrap()]).await;

    let noted =
        service.database.text("select string_agg(distinct action, ' ' order by action) from audit_events").await;
    let noted: BTreeSet<&str> = noted.split(' ').collect();
    let expected: BTreeSet<&str> = ACTIONS.into();
    assert!(noted == expected, "{:?}", noted.symmetric_difference(&expected));
    let log = service.database.text("select string_agg(one::text, e'\\n') from audit_events one").await.to_lowercase();
    secrets.retain(|secret| !["member", "manager", "owner", "editor", "catalog:read"].contains(&secret.as_str()));
    assert!(secrets.len() > 60, "{} secret texts", secrets.len());
    for secret in secrets {
        assert!(!log.contains(&secret.to_lowercase()), "the log contains {secret}");
    }
}

#[test]
fn every_action_is_documented() {
    let operations = fs::read_to_string(repository().join("docs/operations.md")).unwrap();
    for action in ACTIONS {
        let (object, verb) = action.split_once('.').unwrap();
        let row = operations.lines().find(|line| line.starts_with(&format!("| `{object}.` |")));
        assert!(row.is_some_and(|row| row.contains(&format!("`{verb}`"))), "{action}");
    }
}

/// The newest event of an action, as administrators see it.
async fn newest(service: &Service, root: &Person, action: &str) -> Value {
    let list = service.get_by(root, &format!("/v1/audit-events?action={action}&limit=1")).await.private(200);
    list["items"][0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_states_who_did_what_to_whom_from_where_and_when() {
    let world = World::new().await;
    let (service, ada, mary) = (&world.service, &world.ada, &world.mary);
    let path = format!("/v1/organizations/{}/members/{}", world.organization, mary.account);
    let begun = clock::now();
    let changed = service.change(ada, Method::PUT, &path, "*", &json!({"role": "manager"})).await;
    let event = newest(service, ada, "member.set_role").await;
    let at: chrono::DateTime<chrono::Utc> = event["at"].as_str().unwrap().parse().unwrap();
    assert!(begun <= at && at <= clock::now(), "{event}");
    let expected = json!({
        "id": event["id"], "at": event["at"], "action": "member.set_role", "actor_kind": "person", "actor_id": ada.account,
        "account_id": mary.account, "organization_id": world.organization, "object_id": "manager", "address": "127.0.0.1",
        "request_id": changed.header("x-request-id"),
    });
    assert_eq!(event, expected);

    let refused = service.post("/v1/sessions", &json!({"email": mary.email, "password": "wrong"})).await;
    let event = newest(service, ada, "session.refuse").await;
    assert_eq!((&event["actor_kind"], &event["actor_id"]), (&json!("anonymous"), &Value::Null));
    assert_eq!((&event["account_id"], &event["request_id"]), (&Value::Null, &json!(refused.header("x-request-id"))));
    let again = service.sign_in(&mary.email, PASSWORD).await;
    let event = newest(service, ada, "session.begin").await;
    assert_eq!((&event["actor_id"], &event["object_id"]), (&json!(mary.account), &json!(again.session)));
    let client = service.client_of(ada, &world.organization).await;
    assert_eq!(newest(service, ada, "client.create").await["object_id"], *client.id);
    let grant = ["role", "grant", "--email", &mary.email, "--role", "editor"];
    let _ = peerpath_on(&service.database, &grant).await.json();
    let event = newest(service, ada, "account.set_platform_role").await;
    assert_eq!((&event["actor_kind"], &event["actor_id"]), (&json!("operator"), &Value::Null));
    assert_eq!((&event["account_id"], &event["object_id"]), (&json!(mary.account), &json!("editor")));
    assert_eq!((&event["address"], &event["request_id"]), (&Value::Null, &Value::Null));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_revokes_its_token_is_the_actor_of_the_event() {
    let service = Service::without_catalog().await;
    let root = service.administrator("root").await;
    let machine = &service.machine;
    let revoke = service.anonymous(Method::POST, "/oauth/revoke").basic_auth(&machine.id, Some(&machine.secret));
    assert_eq!(Answer::to(revoke.form(&[("token", &service.token)])).await.status, 200);
    let event = newest(&service, &root, "token.revoke").await;
    assert_eq!((&event["actor_kind"], &event["actor_id"]), (&json!("machine"), &json!(machine.id)), "{event}");
}

/// Events as a person who is not an administrator sees them: without the network addresses of others.
fn seen_by(person: &Person, events: &[Value]) -> Vec<Value> {
    let mut seen = events.to_vec();
    for event in seen.iter_mut().filter(|event| event["actor_id"] != *person.account) {
        (event["address"], event["request_id"]) = (Value::Null, Value::Null);
    }
    seen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everybody_sees_only_their_part_of_the_log() {
    let world = World::new().await;
    let (service, ada, mary, ines) = (&world.service, &world.ada, &world.mary, &world.ines);
    let other = service.organization(ines, "Elsewhere").await;
    let all = async |person: &Person, path: &str| {
        let list =
            service.get_by(person, &format!("{path}{}limit=200", if path.contains('?') { '&' } else { '?' })).await;
        list.private(200)["items"].as_array().unwrap().clone()
    };
    let whole = all(ada, "/v1/audit-events").await;
    let concerns =
        |event: &Value, person: &Person| event["account_id"] == *person.account || event["actor_id"] == *person.account;
    for person in [mary, ines] {
        let expected: Vec<Value> = whole.iter().filter(|event| concerns(event, person)).cloned().collect();
        assert!(expected.len() >= 3 && expected.len() < whole.len());
        assert_eq!(all(person, "/v1/me/audit-events").await, seen_by(person, &expected));
        assert_eq!(all(ada, &format!("/v1/audit-events?account={}", person.account)).await, expected);
    }
    for (organization, owner) in [(&world.organization, ada), (&other, ines)] {
        let within = |event: &&Value| event["organization_id"] == **organization;
        let expected: Vec<Value> = whole.iter().filter(within).cloned().collect();
        assert!(!expected.is_empty());
        let path = format!("/v1/organizations/{organization}/audit-events");
        assert_eq!(all(owner, &path).await, seen_by(owner, &expected));
        assert_eq!(all(ada, &format!("/v1/audit-events?organization={organization}")).await, expected);
    }
    let begun = all(ada, "/v1/audit-events?action=session.begin").await;
    assert!(!begun.is_empty() && begun.iter().all(|event| event["action"] == "session.begin"));
    assert_eq!(all(ada, &format!("/v1/audit-events?action=session.begin&account={}", mary.account)).await.len(), 1);
    assert!(all(ada, "/v1/audit-events?action=magic.happen").await.is_empty());
    for (query, parameter) in [("account=ada", "account"), ("organization=x", "organization"), ("action=A B", "action")]
    {
        let violations = service.get_by(ada, &format!("/v1/audit-events?{query}")).await.violations();
        assert_eq!(violations[0].0, parameter, "{query}");
    }
    let times: Vec<&str> = whole.iter().map(|event| event["id"].as_str().unwrap()).collect();
    assert!(times.is_sorted_by(|newer, older| newer > older), "newest first");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_the_log_stay_the_same_while_events_are_added() {
    let service = Service::without_catalog().await;
    let root = service.administrator("root").await;
    let whole = service.get_by(&root, "/v1/me/audit-events").await.private(200)["items"].as_array().unwrap().clone();
    assert!(whole.len() >= 3, "{whole:?}");
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = service.get_by(&root, &format!("/v1/me/audit-events?limit=1{cursor}")).await.private(200);
        seen.extend(page["items"].as_array().unwrap().clone());
        let _ = service.sign_in(&root.email, PASSWORD).await;
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, whole);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_keeps_the_events_of_deleted_accounts_and_cannot_be_changed() {
    let service = Service::without_catalog().await;
    let (root, ada) = tokio::join!(service.administrator("root"), service.person("ada"));
    let deletion = json!({"current_password": PASSWORD});
    assert_eq!(service.post_by(&ada, "/v1/me/deletion", &deletion).await.status, 204);
    let kept = service.get_by(&root, &format!("/v1/audit-events?account={}", ada.account)).await.private(200);
    let actions: Vec<&str> =
        kept["items"].as_array().unwrap().iter().map(|event| event["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["account.delete", "session.begin", "account.create"]);
    let before = service.database.state().await;
    for statement in [
        "update audit_events set action = 'nothing.happen'",
        "delete from audit_events",
        "truncate audit_events",
        "update audit_events set address = null where false",
    ] {
        assert!(service.database.refuses(statement).await, "{statement}");
    }
    assert_eq!(service.database.state().await, before);
}
