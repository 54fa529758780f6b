//! Access tokens: how to get them, their contents, and which are refused.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use peerpath_tests::answer::Answer;
use peerpath_tests::clock;
use peerpath_tests::eventually;
use peerpath_tests::keys::{Draft, key_id, private_key, public_bytes, public_key};
use peerpath_tests::people::SCOPES;
use peerpath_tests::program::peerpath_on;
use peerpath_tests::service::{ISSUER, MHPS, Machine, Service};
use reqwest::Method;
use serde_json::{Value, json};

/// A part of a token, decoded.
fn part(token: &str, place: usize) -> Value {
    let part = token.split('.').nth(place).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

/// Asserts an error of the token endpoint by RFC 6749.
fn assert_refused(answer: &Answer, status: u16, error: &str, what: &str) {
    assert_eq!(answer.status, status, "{what}: {}", answer.text());
    assert_eq!(answer.header("content-type"), "application/json", "{what}");
    assert_eq!(answer.header("cache-control"), "no-store", "{what}");
    let body = answer.json();
    assert_eq!(body["error"], error, "{what}: {body}");
    assert!(body["error_description"].as_str().is_some_and(|text| !text.is_empty()), "{what}: {body}");
    assert_eq!(answer.header("www-authenticate").starts_with("Basic "), status == 401, "{what}");
}

fn draft(service: &Service) -> Draft {
    Draft::new(ISSUER, &service.machine.id, &service.signing_key)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_of_a_client_states_subject_scopes_and_expiry() {
    let service = Service::start().await;
    let answer = service.ask_for_token(&service.machine.form()).await;
    let body = answer.ok();
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(
        (&body["token_type"], &body["expires_in"], &body["scope"]),
        (&json!("Bearer"), &json!(900), &json!("catalog:read guidance"))
    );
    let token = body["access_token"].as_str().unwrap();
    let (header, claims) = (part(token, 0), part(token, 1));
    assert_eq!(header, json!({"typ": "at+jwt", "alg": "EdDSA", "kid": key_id(&service.signing_key)}));
    assert_eq!(
        (&claims["iss"], &claims["aud"], &claims["scope"]),
        (&json!(ISSUER), &json!(ISSUER), &json!("catalog:read guidance"))
    );
    assert_eq!((&claims["sub"], &claims["client_id"]), (&json!(service.machine.id), &json!(service.machine.id)));
    let (issued, expires) = (claims["iat"].as_i64().unwrap(), claims["exp"].as_i64().unwrap());
    assert!(expires - issued == 900 && (clock::now().timestamp() - issued).abs() < 60);
    let another = service.token_of(&service.machine).await;
    assert_ne!(part(&another, 1)["jti"], claims["jti"]);
    assert_eq!(service.get_with(token, MHPS).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_can_authenticate_by_header_and_choose_scopes() {
    let service = Service::start().await;
    let machine = &service.machine;
    let ask = |form: &'static [(&str, &str)]| {
        service.anonymous(Method::POST, "/oauth/token").basic_auth(&machine.id, Some(&machine.secret)).form(form)
    };
    let all = "catalog:read guidance";
    for (form, scope) in [
        ([("grant_type", "client_credentials")].as_slice(), all),
        (&[("grant_type", "client_credentials"), ("scope", "catalog:read")], "catalog:read"),
        (&[("grant_type", "client_credentials"), ("scope", "")], all),
        (&[("grant_type", "client_credentials"), ("something_else", "ignored")], all),
    ] {
        assert_eq!(Answer::to(ask(form)).await.ok()["scope"], scope, "{form:?}");
    }
    assert_eq!(service.metric("peerpath_tokens_issued_total").await, Some(5.0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_token_endpoint_reports_errors_in_the_form_of_oauth() {
    let service = Service::start().await;
    let (id, secret) = (service.machine.id.as_str(), service.machine.secret.as_str());
    let stranger = uuid::Uuid::now_v7().to_string();
    let grant = ("grant_type", "client_credentials");
    let (client, shown) = (("client_id", id), ("client_secret", secret));
    for (what, form, status, error) in [
        ("no grant", vec![client, shown], 400, "invalid_request"),
        ("a parameter twice", vec![grant, grant, client, shown], 400, "invalid_request"),
        (
            "a scope twice",
            vec![grant, client, shown, ("scope", "catalog:read"), ("scope", "catalog:read")],
            400,
            "invalid_request",
        ),
        ("another grant", vec![("grant_type", "password"), client, shown], 400, "unsupported_grant_type"),
        ("an unknown scope", vec![grant, client, shown, ("scope", "catalog:write")], 400, "invalid_scope"),
        ("a scope too many", vec![grant, client, shown, ("scope", "catalog:read admin")], 400, "invalid_scope"),
        ("no client", vec![grant], 401, "invalid_client"),
        ("no secret", vec![grant, client], 401, "invalid_client"),
        ("a wrong secret", vec![grant, client, ("client_secret", "peerpath_secret_wrong")], 401, "invalid_client"),
        ("an unknown client", vec![grant, ("client_id", &stranger), shown], 401, "invalid_client"),
        ("no client's id", vec![grant, ("client_id", "magic' or 1=1"), shown], 401, "invalid_client"),
    ] {
        assert_refused(&service.ask_for_token(&form).await, status, error, what);
    }
    let post = |path: &str| service.anonymous(Method::POST, path);
    let basic = || post("/oauth/token").basic_auth(id, Some(secret));
    let both = Answer::to(basic().form(&service.machine.form())).await;
    assert_refused(&both, 400, "invalid_request", "authenticated in two ways at once");
    let two = Answer::to(basic().form(&[grant, ("client_id", &stranger)])).await;
    assert_refused(&two, 400, "invalid_request", "two clients at once");
    let json = Answer::to(post("/oauth/token").json(&json!({"grant_type": "client_credentials"}))).await;
    assert_refused(&json, 400, "invalid_request", "JSON");
    for (what, value) in [("no credentials", "Basic"), ("no base64", "Basic !!"), ("a token", "Bearer abc")] {
        let answer = Answer::to(post("/oauth/token").header("authorization", value).form(&[grant])).await;
        assert_refused(&answer, 401, "invalid_client", what);
    }
    let in_query = format!("/oauth/token?grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let answer = Answer::to(post(&in_query).form(&[grant])).await;
    assert_refused(&answer, 401, "invalid_client", "credentials in the address");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_publishes_its_metadata_and_public_keys() {
    let service = Service::start().await;
    let old = service.signing_key.clone();
    let new = service.rotate_keys(Duration::from_hours(1)).await;
    let keys = || Answer::to(service.anonymous(Method::GET, "/.well-known/jwks.json"));
    eventually("the key to come", async || (keys().await.ok()["keys"].as_array().unwrap().len() == 2).then_some(()))
        .await;
    let metadata = Answer::to(service.anonymous(Method::GET, "/.well-known/oauth-authorization-server")).await.ok();
    assert_eq!(metadata["issuer"], ISSUER);
    assert_eq!(metadata["token_endpoint"], format!("{ISSUER}/oauth/token"));
    assert_eq!(metadata["jwks_uri"], format!("{ISSUER}/.well-known/jwks.json"));
    assert_eq!(metadata["grant_types_supported"], json!(["client_credentials"]));
    assert_eq!(metadata["token_endpoint_auth_methods_supported"], json!(["client_secret_basic", "client_secret_post"]));
    assert_eq!(metadata["revocation_endpoint"], format!("{ISSUER}/oauth/revoke"));
    assert_eq!(metadata["introspection_endpoint"], format!("{ISSUER}/oauth/introspect"));
    assert_eq!(metadata["scopes_supported"], json!(["catalog:read", "guidance", "introspection"]));
    assert_eq!(metadata["response_types_supported"], json!([]));

    let set = keys().await.ok();
    let mut ids: Vec<&str> = Vec::new();
    for key in set["keys"].as_array().unwrap() {
        assert_eq!(
            (&key["kty"], &key["crv"], &key["alg"], &key["use"]),
            (&json!("OKP"), &json!("Ed25519"), &json!("EdDSA"), &json!("sig"))
        );
        assert!(key.get("d").is_none(), "the private part is not published");
        ids.push(key["kid"].as_str().unwrap());
    }
    let mut expected = [key_id(&old), new.clone()];
    ids.sort_unstable();
    expected.sort();
    assert_eq!(ids, expected);
    let signing = set["keys"].as_array().unwrap().iter().find(|key| key["kid"] == *key_id(&old)).unwrap();
    assert_eq!(signing["x"], BASE64_URL_SAFE_NO_PAD.encode(public_bytes(&old)));
    assert_eq!(
        part(&service.token_of(&service.machine).await, 0)["kid"],
        *key_id(&old),
        "the new key does not sign yet"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_services_own_tokens_are_accepted() {
    let service = Service::start().await;
    let key = &service.signing_key;
    let stranger = private_key();
    let own = draft(&service);
    let (now, issued) = (clock::now().timestamp(), own.signed(key));
    assert_eq!(service.get_with(&issued, MHPS).await.status, 200, "the unchanged token");

    let kid = |kid: Option<&str>| {
        let mut draft = own.clone();
        draft.header.kid = kid.map(Into::into);
        draft
    };
    let typed = |kind: Option<&str>| {
        let mut draft = own.clone();
        draft.header.typ = kind.map(Into::into);
        draft.signed(key)
    };
    let parts: Vec<&str> = issued.split('.').collect();
    let admin = BASE64_URL_SAFE_NO_PAD.encode(own.clone().claim("scope", "admin").claims.to_string());
    for (what, token) in [
        ("malformed", "magic".into()),
        ("of two parts", format!("{}.{}", parts[0], parts[1])),
        ("of four parts", format!("{issued}.x")),
        ("without its signature", format!("{}.{}.", parts[0], parts[1])),
        ("with other claims", format!("{}.{admin}.{}", parts[0], parts[2])),
        ("expired", own.clone().claim("exp", now - 1).signed(key)),
        ("for ever", own.clone().claim("exp", Value::Null).signed(key)),
        ("of another issuer", own.clone().claim("iss", "https://evil.example").signed(key)),
        ("of no issuer", own.clone().claim("iss", Value::Null).signed(key)),
        ("for another audience", own.clone().claim("aud", "https://other.example").signed(key)),
        ("for no audience", own.clone().claim("aud", Value::Null).signed(key)),
        ("of no client", own.clone().claim("client_id", "magic").signed(key)),
        ("signed by none", own.with_algorithm("none", "")),
        ("signed by None", own.with_algorithm("None", parts[2])),
        ("HS256 with the public key", own.signed_with_secret(&public_bytes(key))),
        ("HS256 with the public key in PEM", own.signed_with_secret(public_key(key).as_bytes())),
        ("HS256 by name only", own.with_algorithm("HS256", parts[2])),
        ("of an unknown key", kid(Some(&key_id(&stranger))).signed(&stranger)),
        ("of another key under a known name", own.signed(&stranger)),
        ("of a key without a name", kid(None).signed(key)),
        ("a JWT of another kind", typed(Some("JWT"))),
        ("a JWT of no kind", typed(None)),
        ("too long", own.clone().claim("padding", "x".repeat(6000)).signed(key)),
    ] {
        let answer = service.get_with(&token, MHPS).await;
        assert_eq!(answer.status, 401, "a token {what} is accepted");
        let problem = answer.problem(401, "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"peerpath\", error=\"invalid_token\"", "{what}");
        let detail = problem["detail"].as_str().unwrap();
        assert_eq!(detail.contains("expired"), what == "expired", "{what}: {detail}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_services_own_tokens_of_people_are_accepted() {
    let service = Service::without_catalog().await;
    let (key, stranger) = (&service.signing_key, private_key());
    let ada = service.person("ada").await;
    let own = Draft::of_person(ISSUER, &ada, key);
    let issued = own.signed(key);
    assert_eq!(service.get_with(&issued, "/v1/me").await.status, 200, "the unchanged token");
    let claims = part(&ada.token, 1);
    assert_eq!(claims["sub"], *ada.account);
    assert_eq!((&claims["sid"], &claims["client_id"]), (&json!(ada.session), &json!("peerpath")));
    assert_eq!(claims["scope"], SCOPES);
    let parts: Vec<&str> = issued.split('.').collect();
    for (what, token) in [
        ("signed by none", own.with_algorithm("none", "")),
        ("signed by None", own.with_algorithm("None", parts[2])),
        ("HS256 with the public key", own.signed_with_secret(&public_bytes(key))),
        ("HS256 with the public key in PEM", own.signed_with_secret(public_key(key).as_bytes())),
        ("HS256 by name only", own.with_algorithm("HS256", parts[2])),
        ("ES256 by name only", own.with_algorithm("ES256", parts[2])),
        ("of another key under a known name", own.signed(&stranger)),
        ("of no session", own.clone().claim("sid", Value::Null).signed(key)),
        ("of a session that is none", own.clone().claim("sid", "magic").signed(key)),
        ("of an account that is none", own.clone().claim("sub", "magic").signed(key)),
        ("of no account", own.clone().claim("sub", Value::Null).signed(key)),
        ("without its own key", own.clone().claim("jti", Value::Null).signed(key)),
    ] {
        let answer = service.get_with(&token, "/v1/me").await;
        assert_eq!(answer.status, 401, "a token {what} is accepted");
        let _ = answer.problem(401, "unauthenticated");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_accepted_only_in_a_single_authorization_header() {
    let service = Service::start().await;
    let token = &service.token;
    let anonymous = || service.anonymous(Method::GET, MHPS);
    let missing = Answer::to(anonymous()).await;
    let _ = missing.problem(401, "unauthenticated");
    assert_eq!(
        missing.header("www-authenticate"),
        "Bearer realm=\"peerpath\"",
        "nothing is wrong with a token that is not there"
    );
    for (what, request) in [
        ("no token", anonymous().header("authorization", "Bearer")),
        ("another scheme", anonymous().basic_auth(&service.machine.id, Some(&service.machine.secret))),
        ("no scheme", anonymous().header("authorization", token)),
        ("two headers", anonymous().bearer_auth(token).header("authorization", format!("Bearer {token}"))),
        ("the address", service.anonymous(Method::GET, &format!("{MHPS}?access_token={token}"))),
    ] {
        let answer = Answer::to(request).await;
        assert_eq!(answer.status, 401, "{what}");
        assert!(answer.header("www-authenticate").starts_with("Bearer realm=\"peerpath\""), "{what}");
        let _ = answer.problem(401, "unauthenticated");
    }
    assert_eq!(Answer::to(anonymous().header("authorization", format!("bEARER {token}"))).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_names_the_missing_scope() {
    let service = Service::start().await;
    let token = draft(&service).claim("scope", "").signed(&service.signing_key);
    for path in [MHPS, "/v1/credentials", "/v1/catalog", "/v1/roles"] {
        let answer = service.get_with(&token, path).await;
        let _ = answer.problem(403, "forbidden");
        let asked = "Bearer realm=\"peerpath\", error=\"insufficient_scope\", scope=\"catalog:read\"";
        assert_eq!(answer.header("www-authenticate"), asked, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_in_the_cache_expires() {
    let service = Service::start().await;
    let token = eventually("a token to be verified before it expires", async || {
        let token = draft(&service).claim("exp", clock::now().timestamp() + 2).signed(&service.signing_key);
        (service.get_with(&token, MHPS).await.status == 200).then_some(token)
    })
    .await;
    eventually("the end of the token", async || (service.get_with(&token, MHPS).await.status == 401).then_some(()))
        .await;
    let problem = service.get_with(&token, MHPS).await.problem(401, "unauthenticated");
    assert!(problem["detail"].as_str().unwrap().contains("expired"), "{problem}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_client_is_soon_refused_even_with_a_token_in_the_cache() {
    let service = Service::start().await;
    let (used, unused) = (service.token.clone(), service.token_of(&service.machine).await);
    assert_eq!(service.get_with(&used, MHPS).await.status, 200);
    let _ = peerpath_on(&service.database, &["client", "revoke", &service.machine.id]).await.ok();
    eventually("the revocation", async || (service.get_with(&used, MHPS).await.status == 401).then_some(())).await;
    for token in [&used, &unused] {
        let answer = service.get_with(token, MHPS).await;
        let _ = answer.problem(401, "unauthenticated");
        assert!(answer.header("www-authenticate").contains("invalid_token"));
    }
    assert_refused(&service.ask_for_token(&service.machine.form()).await, 401, "invalid_client", "a revoked client");

    let other = Machine::in_database(&service.database).await;
    let token = service.token_of(&other).await;
    assert_eq!(service.get_with(&token, MHPS).await.status, 200, "other clients stay valid");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rotating_keys_signs_nobody_out() {
    let service = Service::start().await;
    let (old, used, unused) = (key_id(&service.signing_key), &service.token, service.token_of(&service.machine).await);
    assert_eq!(service.get_with(used, MHPS).await.status, 200);
    let new = service.rotate_keys(Duration::from_secs(2)).await;
    let token = eventually("the new key", async || {
        let token = service.token_of(&service.machine).await;
        assert_eq!(service.get_with(&token, MHPS).await.status, 200, "at every moment");
        (part(&token, 0)["kid"] == *new).then_some(token)
    })
    .await;
    assert_ne!(new, old);
    for token in [used, &unused, &token] {
        assert_eq!(service.get_with(token, MHPS).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_key_is_soon_refused_even_with_a_token_in_the_cache() {
    let service = Service::start().await;
    let (used, unused) = (service.token.clone(), service.token_of(&service.machine).await);
    assert_eq!(service.get_with(&used, MHPS).await.status, 200);
    let left = service.keys(&["revoke", &key_id(&service.signing_key)]).await;
    assert_eq!(left.ok().lines().count(), 1, "another key signs in its place: {left:?}");
    eventually("the revocation", async || (service.get_with(&used, MHPS).await.status == 401).then_some(())).await;
    let _ = service.get_with(&unused, MHPS).await.problem(401, "unauthenticated");
    assert_eq!(service.get_with(&service.token_of(&service.machine).await, MHPS).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_request_with_thousands_of_parameters_is_refused() {
    let service = Service::start().await;
    let form: Vec<String> = (0..8_000).map(|number| format!("p{number}=")).collect();
    let request = service
        .anonymous(Method::POST, "/oauth/token")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form.join("&"));
    let answer = Answer::to(request).await;
    assert_eq!((answer.status.as_u16(), answer.json()["error"].as_str()), (400, Some("invalid_request")));
}
