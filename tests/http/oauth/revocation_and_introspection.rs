//! Revoking and introspecting tokens, and ending sessions on every instance.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use peerpath_tests::answer::Answer;
use peerpath_tests::clock;
use peerpath_tests::keys::{Draft, private_key};
use peerpath_tests::people::{PASSWORD, Person, SCOPES};
use peerpath_tests::service::{ISSUER, Machine, Service};
use reqwest::Method;
use serde_json::{Value, json};

const CATALOG: &str = "/v1/catalog";

/// Sends a form to an endpoint of OAuth, with or without a client.
async fn ask(service: &Service, path: &str, machine: Option<&Machine>, form: &[(&str, &str)]) -> Answer {
    let request = service.anonymous(Method::POST, path);
    let request = match machine {
        Some(machine) => request.basic_auth(&machine.id, Some(&machine.secret)),
        None => request,
    };
    Answer::to(request.form(form)).await
}

async fn revoke(service: &Service, machine: Option<&Machine>, token: &str) -> Answer {
    ask(service, "/oauth/revoke", machine, &[("token", token)]).await
}

async fn inspect(service: &Service, machine: &Machine, token: &str) -> Value {
    let answer = ask(service, "/oauth/introspect", Some(machine), &[("token", token)]).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    answer.ok()
}

fn assert_done(answer: &Answer) {
    assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 0), "{}", answer.text());
    assert_eq!(answer.header("cache-control"), "no-store");
}

fn assert_refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (status, &json!(error)));
    assert_eq!(answer.header("cache-control"), "no-store");
}

fn claims(token: &str) -> Value {
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

async fn refresh(service: &Service, token: &str) -> Answer {
    service.post("/v1/sessions/refresh", &json!({"refresh_token": token})).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_revokes_only_its_own_tokens_on_every_instance() {
    let service = Service::start().await;
    let another = service.another_instance().await;
    let (mine, kept) = (service.token_of(&service.machine).await, service.token_of(&service.machine).await);
    let stranger = Machine::in_database(&service.database).await;
    for instance in [&service, &another] {
        assert_eq!(instance.get_with(&mine, CATALOG).await.status, 200);
    }
    let before = service.database.state().await;
    assert_refused(&revoke(&service, Some(&stranger), &mine).await, 400, "unauthorized_client");
    assert_refused(&revoke(&service, None, &mine).await, 400, "unauthorized_client");
    let impostor = Machine { secret: "peerpath_secret_wrong".into(), ..service.machine.clone() };
    assert_refused(&revoke(&service, Some(&impostor), &mine).await, 401, "invalid_client");
    assert_eq!(service.database.state().await, before);
    assert_eq!(service.get_with(&mine, CATALOG).await.status, 200);

    assert_done(&revoke(&service, Some(&service.machine), &mine).await);
    for instance in [&another, &service] {
        instance.refuses(&mine, CATALOG).await;
        assert_eq!(instance.get_with(&kept, CATALOG).await.status, 200, "its other tokens stay valid");
    }
    assert_done(&revoke(&service, Some(&service.machine), &mine).await);
    let in_body =
        [service.machine.form(), vec![("token", kept.as_str()), ("token_type_hint", "refresh_token")]].concat();
    assert_done(&ask(&service, "/oauth/revoke", None, &in_body).await);
    service.refuses(&kept, CATALOG).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn anybody_can_revoke_a_persons_token_and_a_refresh_token_ends_the_session() {
    let service = Service::without_catalog().await;
    let another = service.another_instance().await;
    let ada = service.person("ada").await;
    for instance in [&service, &another] {
        assert_eq!(instance.get_by(&ada, "/v1/me").await.status, 200);
    }
    assert_done(&revoke(&service, None, &ada.token).await);
    for instance in [&another, &service] {
        instance.refuses(&ada.token, "/v1/me").await;
    }
    let next = refresh(&another, &ada.refresh_token).await.private(200);
    let (token, turn) = (next["access_token"].as_str().unwrap(), next["refresh_token"].as_str().unwrap());
    assert_eq!(another.get_with(token, "/v1/me").await.status, 200, "the session continues");

    let hinted = [("token", turn), ("token_type_hint", "access_token")];
    assert_done(&ask(&another, "/oauth/revoke", None, &hinted).await);
    for instance in [&service, &another] {
        instance.refuses(token, "/v1/me").await;
        let _ = refresh(instance, turn).await.problem(401, "invalid-credentials");
    }
    let (one, other) = (service.sign_in(&ada.email, PASSWORD).await, service.sign_in(&ada.email, PASSWORD).await);
    let _ = refresh(&service, &one.refresh_token).await.private(200);
    assert_done(&revoke(&service, None, &one.refresh_token).await);
    service.refuses(&one.token, "/v1/me").await;
    assert_eq!(service.get_by(&other, "/v1/me").await.status, 200, "a used token ends only its own session");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn revoking_an_unknown_token_is_no_error_but_revoking_none_is() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let before = service.database.state().await;
    let forged = Draft::new(ISSUER, &service.machine.id, &service.signing_key).signed(&private_key());
    let foreign = format!("{}AAAA", &ada.refresh_token[..ada.refresh_token.len() - 4]);
    let (_, rest) = ada.refresh_token.split_at("peerpath_refresh_".len() + 45);
    let other_family = format!("peerpath_refresh_{}{rest}", "A".repeat(45));
    for token in ["unknown", &forged, "peerpath_refresh_", &other_family, &service.machine.secret] {
        for machine in [None, Some(&service.machine)] {
            assert_done(&revoke(&service, machine, token).await);
        }
    }
    assert_ne!(foreign, ada.refresh_token);
    for path in ["/oauth/revoke", "/oauth/introspect"] {
        let asked = ask(&service, path, Some(&service.machine), &[]).await;
        assert_refused(&asked, 400, "invalid_request");
        let asked = ask(&service, path, Some(&service.machine), &[("token", "")]).await;
        assert_refused(&asked, 400, "invalid_request");
        let asked = ask(&service, path, Some(&service.machine), &[("token", "a"), ("token", "b")]).await;
        assert_refused(&asked, 400, "invalid_request");
        let in_query = service.anonymous(Method::POST, &format!("{path}?token={}", ada.token)).form(&[("x", "y")]);
        assert!(Answer::to(in_query).await.status.is_client_error(), "{path} reads no token of the address");
    }
    assert_refused(&ask(&service, "/oauth/revoke", None, &[]).await, 400, "invalid_request");
    assert_eq!(service.database.state().await, before);
    assert_eq!(service.get_by(&ada, "/v1/me").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_introspects_its_own_tokens_and_others_only_with_the_scope() {
    let service = Service::start().await;
    let ada = service.person("ada").await;
    let (plain, auditor) =
        (Machine::in_database(&service.database).await, Machine::in_database(&service.database).await);
    let scopes =
        format!("update clients set scopes = array['catalog:read', 'introspection'] where id = '{}'", auditor.id);
    service.database.run(&scopes).await;
    let own = service.token_of(&plain).await;
    let reported = inspect(&service, &plain, &own).await;
    let issued = claims(&own);
    let expected = json!({
        "active": true, "scope": "catalog:read guidance", "client_id": plain.id, "token_type": "Bearer", "exp": issued["exp"],
        "iat": issued["iat"], "sub": plain.id, "aud": ISSUER, "iss": ISSUER, "jti": issued["jti"],
    });
    assert_eq!(reported, expected);
    let nothing = json!({"active": false});
    for (what, token) in [("another machine's", &service.token), ("a person's", &ada.token)] {
        assert_eq!(inspect(&service, &plain, token).await, nothing, "{what}");
        assert_eq!(inspect(&service, &auditor, token).await["active"], true, "{what}");
    }
    let of_ada = inspect(&service, &auditor, &ada.token).await;
    assert_eq!((&of_ada["sub"], &of_ada["client_id"]), (&json!(ada.account), &json!("peerpath")));
    assert_eq!(of_ada["scope"], SCOPES);

    let key = &service.signing_key;
    let draft = Draft::new(ISSUER, &plain.id, key);
    let (expired, forged) =
        (draft.clone().claim("exp", clock::now().timestamp() - 1).signed(key), draft.signed(&private_key()));
    assert_done(&revoke(&service, None, &ada.token).await);
    service.refuses(&ada.token, "/v1/me").await;
    for token in [&expired, &forged, &ada.token, &ada.refresh_token, &plain.secret, "garbage"] {
        assert_eq!(inspect(&service, &auditor, token).await, nothing, "{token}");
    }
    for machine in [None, Some(&Machine { secret: "wrong".into(), ..plain.clone() })] {
        let answer = ask(&service, "/oauth/introspect", machine, &[("token", &own)]).await;
        assert_refused(&answer, 401, "invalid_client");
        assert!(answer.header("www-authenticate").starts_with("Basic "));
    }
    let bearer = service.anonymous(Method::POST, "/oauth/introspect").bearer_auth(&own).form(&[("token", &own)]);
    assert_refused(&Answer::to(bearer).await, 401, "invalid_client");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_end_soon_on_every_instance() {
    let service = Service::without_catalog().await;
    let another = service.another_instance().await;
    let ada = service.person("ada").await;
    let signed_in = async || {
        let person = service.sign_in(&ada.email, PASSWORD).await;
        for instance in [&service, &another] {
            assert_eq!(instance.get_by(&person, "/v1/me").await.status, 200);
        }
        person
    };
    let ended = async |people: &[&Person]| {
        for person in people {
            for instance in [&another, &service] {
                instance.refuses(&person.token, "/v1/me").await;
                let _ = refresh(instance, &person.refresh_token).await.problem(401, "invalid-credentials");
            }
        }
    };
    let lost = signed_in().await;
    let end = format!("/v1/sessions/{}", lost.session);
    assert_eq!(service.delete_by(&ada, &end).await.status, 204);
    ended(&[&lost]).await;
    assert_eq!(another.get_by(&ada, "/v1/me").await.status, 200);
    let _ = service.delete_by(&ada, &end).await.problem(404, "not-found");

    let (one, other) = (signed_in().await, signed_in().await);
    assert_eq!(another.delete_by(&one, "/v1/sessions").await.status, 204);
    ended(&[&ada, &one, &other]).await;

    let (kept, other) = (signed_in().await, signed_in().await);
    let change = json!({"current_password": PASSWORD, "new_password": "nine herons on a quiet lake"});
    let changed = Answer::to(service.by(&kept, Method::PUT, "/v1/me/password").json(&change)).await;
    assert_eq!(changed.status, 204, "{}", changed.text());
    ended(&[&other]).await;
    assert_eq!(another.get_by(&kept, "/v1/me").await.status, 200);

    let deletion = json!({"current_password": "nine herons on a quiet lake"});
    assert_eq!(another.post_by(&kept, "/v1/me/deletion", &deletion).await.status, 204);
    ended(&[&kept]).await;
}
