//! Unknown fields are refused, so callers cannot set the fields of the service.

use peerpath_tests::answer::Answer;
use peerpath_tests::document::operations;
use peerpath_tests::world::{World, nothings_key};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_field_is_named_and_nothing_is_changed() {
    let world = World::new().await;
    let before = world.service.database.state().await;
    let key = nothings_key();
    let foreign: Vec<(&str, Value)> = vec![
        ("id", json!(key)),
        ("account_id", json!(world.ada.account)),
        ("organization_id", json!(world.organization)),
        ("client_id", json!(key)),
        ("client_secret", json!("peerpath_secret_mine")),
        ("platform_role", json!("administrator")),
        ("role", json!("owner")),
        ("scope", json!("administration")),
        ("scopes", json!(["catalog:read", "introspection"])),
        ("version", json!(1)),
        ("owner", json!(world.mary.account)),
        ("members", json!([{"account_id": world.mary.account, "role": "owner"}])),
        ("invited_by", json!(world.mary.account)),
        ("second_factor", json!(false)),
        ("email_key", json!("mary@example.org")),
        ("password_hash", json!("$argon2id$")),
        ("digest", json!("AAAA")),
        ("confirmed_at", json!("2026-01-01T00:00:00Z")),
        ("created_at", json!("2026-01-01T00:00:00Z")),
        ("expires_at", json!("2099-01-01T00:00:00Z")),
        ("revoked_at", json!(null)),
        ("Role", json!("owner")),
        ("__proto__", json!({})),
        ("", json!(1)),
    ];
    for operation in operations().iter().filter(|operation| operation.media_type() == Some("application/json")) {
        let whole = world.body(operation);
        for (name, value) in &foreign {
            let mut body = whole.clone();
            if body.get(name).is_some() {
                continue;
            }
            body[name] = value.clone();
            let request = world.bare(operation, &world.path(operation)).header("if-match", "*").json(&body);
            let answer = Answer::to(request).await;
            let what = format!("{} with {name:?}", operation.name());
            assert_eq!(answer.status, 422, "{what}: {}", answer.text());
            let violations = answer.body_violations();
            let reported = violations.iter().any(|(_, detail)| detail.contains(&format!("'{name}' was unexpected")));
            assert!(reported, "{what}: the field is not reported: {violations:?}");
        }
    }
    assert_eq!(world.service.database.state().await, before, "a refused request changed something");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_duplicate_field_is_refused() {
    let world = World::new().await;
    let before = world.service.database.state().await;
    for operation in operations().iter().filter(|operation| operation.media_type() == Some("application/json")) {
        let whole = world.body(operation).to_string();
        let twice = format!("{},{}", whole.strip_suffix('}').unwrap(), whole.strip_prefix('{').unwrap());
        let request = world.bare(operation, &world.path(operation)).header("if-match", "*");
        let answer = Answer::to(request.header("content-type", "application/json").body(twice)).await;
        assert_eq!(answer.status, 422, "{}: {}", operation.name(), answer.text());
    }
    assert_eq!(world.service.database.state().await, before, "a refused request changed something");
}
