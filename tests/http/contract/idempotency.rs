//! Requests that make something, repeated under their key: one thing is made.

use std::collections::BTreeSet;

use peerpath_tests::answer::{Answer, at_once};
use peerpath_tests::people::Person;
use peerpath_tests::service::Service;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// Somebody with an organization.
struct Founder {
    service: Service,
    ada: Person,
    organization: String,
}

impl Founder {
    async fn new() -> Self {
        let service = Service::without_catalog().await;
        let ada = service.person("ada").await;
        let organization = service.organization(&ada, "Academy").await;
        Self { service, ada, organization }
    }

    fn within(&self, rest: &str) -> String {
        format!("/v1/organizations/{}/{rest}", self.organization)
    }

    fn request(&self, person: &Person, key: &str, path: &str, body: &Value) -> RequestBuilder {
        self.service.by(person, Method::POST, path).header("idempotency-key", key).json(body)
    }

    async fn post(&self, key: &str, path: &str, body: &Value) -> Answer {
        Answer::to(self.request(&self.ada, key, path, body)).await
    }

    async fn number(&self, table: &str) -> i64 {
        self.service.database.number(&format!("select count(*) from {table}")).await
    }

    /// What can be made: where, of which table, by what body.
    fn makeable(&self) -> [(String, &'static str, Value); 3] {
        [
            ("/v1/organizations".into(), "organizations", json!({"kind": "employer", "name": "Second"})),
            (self.within("invitations"), "invitations", json!({"email": "ines@example.org", "role": "member"})),
            (self.within("clients"), "clients", json!({"name": "LMS", "scopes": ["catalog:read"]})),
        ]
    }
}

/// What an answer made: its key, without which there is none.
fn made(answer: &Answer) -> String {
    let body = answer.private(201);
    let key = ["id", "client_id"].iter().find_map(|name| body[*name].as_str());
    key.unwrap_or_else(|| panic!("{body} has a key")).to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_is_repeated_under_its_key_makes_one_thing() {
    let founder = Founder::new().await;
    for (place, (path, table, body)) in founder.makeable().iter().enumerate() {
        let before = founder.number(table).await;
        let key = format!("key {place}");
        let first = founder.post(&key, path, body).await;
        let second = founder.post(&key, path, body).await;
        assert_eq!(made(&first), made(&second), "{path}");
        assert_eq!(first.header("location"), second.header("location"), "{path}");
        assert_eq!(founder.number(table).await, before + 1, "{path}");
        let (mut shown, mut again) = (first.json(), second.json());
        if *table == "clients" {
            assert!(shown["client_secret"].is_string() && again["client_secret"].is_null(), "{again}");
            (shown["client_secret"], again["client_secret"]) = (Value::Null, Value::Null);
        }
        assert_eq!(shown, again, "{path}");
        let other = founder.post(&format!("{key}, another"), path, body).await;
        assert_ne!(made(&other), made(&first), "{path}: another key makes another");
    }
    let mails = founder.service.mails.to("ines@example.org").len();
    let _ = founder.service.database.state().await;
    assert!(mails <= 2 && founder.service.mails.to("ines@example.org").len() == 2, "one mail for each key");
    let created = "audit_events where action in ('organization.create', 'invitation.create', 'client.create')";
    assert_eq!(founder.number(created).await, 1 + 2 * 3, "what is repeated is not done again, nor noted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_that_are_sent_at_once_under_one_key_make_one_thing() {
    let founder = Founder::new().await;
    for (path, table, body) in &founder.makeable() {
        let before = founder.number(table).await;
        let answers = at_once((0..6).map(|_| founder.request(&founder.ada, table, path, body)).collect()).await;
        let keys: BTreeSet<String> = answers.iter().map(made).collect();
        assert_eq!(keys.len(), 1, "{path}: {keys:?}");
        assert_eq!(founder.number(table).await, before + 1, "{path}");
        let secrets = answers.iter().filter(|answer| answer.json()["client_secret"].is_string()).count();
        assert_eq!(secrets, usize::from(*table == "clients"), "{path}: a secret is shown once");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_that_is_asked_for_twice_under_one_key_is_made_once() {
    let founder = Founder::new().await;
    let client = founder.service.client_of(&founder.ada, &founder.organization).await;
    let path = founder.within(&format!("clients/{}/secrets", client.id));
    let first = founder.post("rotation", &path, &json!({"grace_hours": 1})).await.private(201);
    let second = founder.post("rotation", &path, &json!({"grace_hours": 1})).await.private(201);
    assert!(first["client_secret"].is_string() && second["client_secret"].is_null(), "{second}");
    assert_eq!(founder.number("client_secrets").await, 1 + 1 + 1, "one of the service's own machine, two of this");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_belongs_to_one_request_of_one_person() {
    let founder = Founder::new().await;
    let (eve, other) = tokio::join!(founder.service.person("eve"), founder.service.organization(&founder.ada, "Other"));
    let (path, body) = ("/v1/organizations", json!({"kind": "employer", "name": "Mine"}));
    let mine = made(&founder.post("key", path, &body).await);
    let before = founder.service.database.state().await;
    for (path, body) in [
        (path.to_owned(), json!({"kind": "employer", "name": "Another"})),
        (founder.within("clients"), json!({"name": "LMS", "scopes": ["catalog:read"]})),
    ] {
        let _ = founder.post("key", &path, &body).await.problem(422, "idempotency-key-reused");
    }
    assert_eq!(founder.service.database.state().await, before);
    let client = json!({"name": "LMS", "scopes": ["catalog:read"]});
    let _ = made(&founder.post("client", &founder.within("clients"), &client).await);
    let elsewhere = founder.post("client", &format!("/v1/organizations/{other}/clients"), &client).await;
    let _ = elsewhere.problem(422, "idempotency-key-reused");
    let hers = made(&Answer::to(founder.request(&eve, "key", path, &body)).await);
    assert_ne!(hers, mine);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_a_short_text_and_is_not_used_up_by_what_is_refused() {
    let founder = Founder::new().await;
    let clients = founder.within("clients");
    let draft = |scope: &str| json!({"name": "LMS", "scopes": [scope]});
    for key in ["", "\"\"", &"x".repeat(201)] {
        let _ = founder.post(key, &clients, &draft("catalog:read")).await.problem(400, "malformed");
    }
    assert_eq!(founder.number("clients").await, 1, "none but the service's own machine");
    assert_eq!(founder.post("key", &clients, &draft("introspection")).await.pointers(), ["/scopes/0"]);
    let _ = made(&founder.post("key", &clients, &draft("catalog:read")).await);
    assert_eq!(founder.post(&"x".repeat(200), &clients, &draft("catalog:read")).await.status, 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_made_under_a_key_is_shown_again_only_to_who_may_still_see_it() {
    let founder = Founder::new().await;
    let otto = founder.service.person("otto").await;
    let (path, body) = ("/v1/organizations", json!({"kind": "employer", "name": "Ours"}));
    let organization = made(&founder.post("key", path, &body).await);
    founder.service.join(&founder.ada, &organization, &otto, "owner").await;
    let members = format!("/v1/organizations/{organization}/members");
    let removed = founder.service.delete_by(&otto, &format!("{members}/{}", founder.ada.account)).await;
    assert_eq!(removed.status, 204);
    let renamed = founder
        .service
        .change(
            &otto,
            Method::PATCH,
            &format!("/v1/organizations/{organization}"),
            "*",
            &json!({"name": "Secret plans"}),
        )
        .await;
    assert_eq!(renamed.status, 200);
    let again = founder.post("key", path, &body).await;
    assert!(!again.text().contains("Secret plans"), "{}", again.text());
    assert_ne!(again.json()["role"], "owner", "who was removed is no owner: {}", again.text());
}
