//! Requests with an idempotency key create one thing, however often they are repeated.

use std::collections::HashSet;

use peerpath_tests::answer::{Answer, at_once};
use peerpath_tests::document::{Operation, operations};
use peerpath_tests::people::Person;
use peerpath_tests::service::Service;
use peerpath_tests::world::World;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// A person with an organization.
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
}

/// The id of the created thing; `None` if there is none.
fn made(answer: &Answer) -> String {
    let body = answer.private(201);
    let key = ["id", "client_id"].iter().find_map(|name| body[*name].as_str());
    key.unwrap_or_else(|| panic!("{body} has a key")).to_owned()
}

/// The operations that document an `Idempotency-Key`.
fn repeatable() -> Vec<Operation> {
    let repeatable: Vec<_> =
        operations().into_iter().filter(|operation| operation.takes("header", "Idempotency-Key")).collect();
    assert!(repeatable.len() >= 4, "{} operations", repeatable.len());
    repeatable
}

fn under(world: &World, operation: &Operation, key: &str, body: &Value) -> RequestBuilder {
    world.bare(operation, &world.path(operation)).header("idempotency-key", key).json(body)
}

/// Another valid body for the operation.
fn other(body: &Value) -> Value {
    let mut other = body.clone();
    for (name, value) in other.as_object_mut().unwrap() {
        match (name.as_str(), value.as_u64()) {
            (_, Some(number)) => *value = json!(number + 1),
            ("name" | "email", None) => *value = json!(format!("x{}", value.as_str().unwrap())),
            _ => {}
        }
    }
    assert_ne!(other, *body, "it has a field that can be changed");
    other
}

fn has_secret(answer: &Answer) -> bool {
    answer.json()["client_secret"].is_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_documented_key_is_honored_and_another_request_under_it_is_refused() {
    let world = World::new().await;
    let (database, mails) = (&world.service.database, &world.service.mails);
    for operation in repeatable() {
        let (name, body) = (operation.name(), world.body(&operation));
        let before = database.state().await;
        let first = Answer::to(under(&world, &operation, &name, &body)).await;
        let reported = first.private(201);
        let (after, mailed) = (database.state().await, mails.all().len());
        assert_ne!(after, before, "{name} creates something");
        let second = Answer::to(under(&world, &operation, &name, &body)).await;
        assert_eq!((made(&second), second.header("location")), (made(&first), first.header("location")), "{name}");
        for (field, value) in second.json().as_object().unwrap() {
            assert!(value.is_null() || *value == reported[field], "{name} has another {field}: {value}");
        }
        assert!(!has_secret(&second), "{name} shows a secret once");
        let reused = Answer::to(under(&world, &operation, &name, &other(&body))).await;
        let _ = reused.problem(422, "idempotency-key-reused");
        assert_eq!(database.state().await, after, "{name} repeated, or under a used key, changes nothing");
        assert_eq!(mails.all().len(), mailed, "{name} repeated sends no mail");
        let another = Answer::to(under(&world, &operation, &format!("another {name}"), &body)).await;
        assert_eq!(another.status, 201, "{name}: {}", another.text());
        assert_ne!(database.state().await, after, "{name} under another key creates another");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_requests_under_one_key_create_one_thing() {
    let world = World::new().await;
    let noted = async || world.service.database.number("select count(*) from audit_events").await;
    for operation in repeatable() {
        let (name, body) = (operation.name(), world.body(&operation));
        let before = noted().await;
        let answers = at_once((0..6).map(|_| under(&world, &operation, &name, &body)).collect()).await;
        let things: HashSet<(String, &str)> = answers.iter().map(|one| (made(one), one.header("location"))).collect();
        assert_eq!(things.len(), 1, "{name}: {things:?}");
        assert!(answers.iter().filter(|one| has_secret(one)).count() <= 1, "{name} shows a secret once");
        assert_eq!(noted().await, before + 1, "{name} is recorded once");
    }
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
async fn a_key_is_a_short_text_and_a_refused_request_does_not_use_it_up() {
    let founder = Founder::new().await;
    let clients = founder.within("clients");
    let draft = |scope: &str| json!({"name": "LMS", "scopes": [scope]});
    for key in ["", "\"\"", &"x".repeat(201)] {
        let _ = founder.post(key, &clients, &draft("catalog:read")).await.problem(400, "malformed");
    }
    assert_eq!(founder.number("clients").await, 1, "only the service's own client exists");
    assert_eq!(founder.post("key", &clients, &draft("introspection")).await.pointers(), ["/scopes/0"]);
    let _ = made(&founder.post("key", &clients, &draft("catalog:read")).await);
    assert_eq!(founder.post(&"x".repeat(200), &clients, &draft("catalog:read")).await.status, 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_answer_is_shown_only_to_callers_who_may_still_see_it() {
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
    assert_ne!(again.json()["role"], "owner", "a removed member is no owner: {}", again.text());
}
