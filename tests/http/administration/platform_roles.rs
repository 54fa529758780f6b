//! Platform roles, and finding accounts.

use peerpath_tests::answer::{Answer, ids};
use peerpath_tests::people::{PASSWORD, Person, SCOPES};
use peerpath_tests::program::peerpath_on;
use peerpath_tests::service::Service;
use reqwest::Method;
use serde_json::{Value, json};

fn role_of(person: &Person) -> String {
    format!("/v1/accounts/{}/platform-role", person.account)
}

async fn scope_of(service: &Service, person: &Person) -> String {
    let answer = service.post("/v1/sessions", &json!({"email": person.email, "password": PASSWORD})).await;
    answer.private(201)["scope"].as_str().unwrap().into()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_grants_lists_and_revokes_roles() {
    let service = Service::without_catalog().await;
    let (ada, eddy) = tokio::join!(service.person("ada"), service.person("eddy"));
    let run = async |arguments: &[&str]| peerpath_on(&service.database, arguments).await;
    assert_eq!(run(&["role", "list"]).await.ok(), "");
    let granted = run(&["role", "grant", "--email", "ADA@Example.org", "--role", "administrator"]).await.json();
    let administrator = json!({"account_id": ada.account, "email": ada.email, "platform_role": "administrator"});
    assert_eq!(granted, administrator);
    let editor = run(&["role", "grant", "--email", &eddy.email, "--role", "editor"]).await.json();
    assert_eq!(editor["platform_role"], "editor");
    let listed = run(&["role", "list"]).await;
    let listed: Vec<Value> = listed.ok().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(listed.len() == 2 && listed.contains(&administrator) && listed.contains(&editor), "{listed:?}");

    let _ = service.get_by(&ada, "/v1/accounts").await.problem(403, "forbidden");
    let ada = service.sign_in(&ada.email, PASSWORD).await;
    assert_eq!(service.get_by(&ada, "/v1/accounts").await.status, 200, "the next token has the granted role");
    assert_eq!(service.get_by(&ada, "/v1/me").await.ok()["platform_role"], "administrator");
    let taken = run(&["role", "revoke", "--email", &ada.email]).await.json();
    assert_eq!(taken["platform_role"], Value::Null);
    let _ = service.get_by(&ada, "/v1/accounts").await.problem(403, "forbidden");
    assert_eq!(run(&["role", "list"]).await.ok().lines().count(), 1);

    let before = service.database.state().await;
    for arguments in [
        ["role", "grant", "--email", "nobody@example.org", "--role", "editor"].as_slice(),
        &["role", "revoke", "--email", "nobody@example.org"],
        &["role", "grant", "--email", &ada.email, "--role", "god"],
        &["role", "grant", "--email", "nonsense", "--role", "editor"],
        &["role", "grant", "--email", &ada.email],
    ] {
        let outcome = run(arguments).await;
        let short = outcome.code != 0 && outcome.out.is_empty() && outcome.err.lines().count() == 1;
        assert!(short, "{arguments:?}: {outcome:?}");
    }
    assert_eq!(service.database.state().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn administrators_grant_and_revoke_roles_and_editors_cannot() {
    let service = Service::without_catalog().await;
    let (root, eddy, mary) =
        tokio::join!(service.administrator("root"), service.person("eddy"), service.person("mary"));
    let set = async |by: &Person, whom: &Person, tag: &str, role: Value| {
        service.change(by, Method::PUT, &role_of(whom), tag, &json!({"platform_role": role})).await
    };
    let read = service.get_by(&root, &format!("/v1/accounts/{}", eddy.account)).await;
    assert_eq!((read.header("etag"), &read.private(200)["platform_role"]), ("\"1\"", &Value::Null));
    let granted = set(&root, &eddy, "\"1\"", json!("editor")).await;
    assert_eq!((granted.header("etag"), &granted.private(200)["platform_role"]), ("\"2\"", &json!("editor")));
    let _ = set(&root, &eddy, "\"1\"", json!("administrator")).await.problem(412, "stale");
    let bare = service.by(&root, Method::PUT, &role_of(&eddy)).json(&json!({"platform_role": "editor"}));
    let _ = Answer::to(bare).await.problem(428, "precondition-required");
    for (body, pointer) in [(json!({}), ""), (json!({"platform_role": "god"}), "/platform_role")] {
        let answer = service.change(&root, Method::PUT, &role_of(&eddy), "*", &body).await;
        assert_eq!(answer.pointers(), [pointer], "{body}");
    }
    assert_eq!(scope_of(&service, &eddy).await, SCOPES);
    let eddy = service.sign_in(&eddy.email, PASSWORD).await;
    for (by, whom) in [(&eddy, &mary), (&eddy, &eddy), (&mary, &mary)] {
        let _ = set(by, whom, "*", json!("administrator")).await.problem(403, "forbidden");
    }
    let mut made = service.sign_in(&mary.email, PASSWORD).await;
    assert_eq!(set(&root, &mary, "*", json!("administrator")).await.status, 200);
    assert_eq!(scope_of(&service, &mary).await, format!("{SCOPES} administration"));
    let next = service.post("/v1/sessions/refresh", &json!({"refresh_token": made.refresh_token})).await.private(200);
    made.token = next["access_token"].as_str().unwrap().into();
    assert_eq!(set(&made, &root, "*", json!(null)).await.status, 200, "with a refreshed token");
    let _ = set(&root, &mary, "*", json!(null)).await.problem(403, "forbidden");
    assert_eq!(service.get_by(&root, "/v1/me").await.status, 200, "only the role was revoked");
    let roles = "select count(*) from accounts where platform_role is not null";
    assert_eq!(service.database.number(roles).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn administrators_find_accounts_by_address_and_role_and_see_no_secrets() {
    let service = Service::without_catalog().await;
    let (root, ada, mary) = tokio::join!(service.administrator("root"), service.person("ada"), service.person("mary"));
    let list = async |query: &str| service.get_by(&root, &format!("/v1/accounts{query}")).await;
    let all = list("").await.private(200);
    let mut everybody = [&root, &ada, &mary].map(|person| person.account.clone());
    everybody.sort();
    assert_eq!((ids(&all), &all["meta"]["total"]), (everybody.to_vec(), &json!(3)));
    for (query, expected) in [
        ("?email=ADA@Example.org", vec![&ada]),
        ("?email=nobody@example.org", vec![]),
        ("?with_role=true", vec![&root]),
        ("?email=ada@example.org&with_role=true", vec![]),
    ] {
        let found = list(query).await.private(200);
        let expected: Vec<String> = expected.iter().map(|person| person.account.clone()).collect();
        assert_eq!((ids(&found), &found["meta"]["total"]), (expected.clone(), &json!(expected.len())), "{query}");
    }
    for (query, parameter) in
        [("?email=nonsense", "email"), ("?with_role=yes", "with_role"), ("?email=a@b.org&email=c@d.org", "email")]
    {
        assert_eq!(list(query).await.violations()[0].0, parameter, "{query}");
    }
    let one = service.get_by(&root, &format!("/v1/accounts/{}", ada.account)).await.private(200);
    assert_eq!((&one["email"], &one["display_name"]), (&json!(ada.email), &json!("ada")));
    assert!(!format!("{all}{one}").contains("argon2"), "{one}");
}
