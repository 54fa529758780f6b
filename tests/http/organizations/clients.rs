//! Clients of organizations: creation, new secrets, scopes, revocation.

use peerpath_tests::answer::{Answer, ids};
use peerpath_tests::people::Person;
use peerpath_tests::service::{Machine, Service};
use reqwest::Method;
use serde_json::{Value, json};

/// A person with an organization.
struct Provider {
    service: Service,
    ada: Person,
    organization: String,
}

impl Provider {
    async fn new() -> Self {
        let service = Service::start().await;
        let ada = service.person("ada").await;
        let organization = service.organization(&ada, "Academy").await;
        Self { service, ada, organization }
    }

    fn clients(&self) -> String {
        format!("/v1/organizations/{}/clients", self.organization)
    }

    fn path(&self, client: &Machine) -> String {
        format!("{}/{}", self.clients(), client.id)
    }

    async fn make(&self, scopes: &[&str]) -> Answer {
        self.service.post_by(&self.ada, &self.clients(), &json!({"name": "Our LMS", "scopes": scopes})).await
    }

    async fn rotate(&self, client: &Machine, body: Value) -> Answer {
        self.service.post_by(&self.ada, &format!("{}/secrets", self.path(client)), &body).await
    }

    /// Whether the token endpoint accepts a secret, in a word.
    async fn accepted(&self, client: &Machine, secret: &str) -> bool {
        let answer = self.service.ask_for_token(&Machine { secret: secret.into(), ..client.clone() }.form()).await;
        assert!(answer.status == 200 || answer.json()["error"] == "invalid_client", "{}", answer.text());
        answer.status == 200
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_client_reads_the_catalog_with_a_secret_that_is_shown_once() {
    let provider = Provider::new().await;
    let made = provider.make(&["catalog:read"]).await;
    let mut client = made.private(201);
    let secret = client.as_object_mut().unwrap().shift_remove("client_secret").unwrap();
    let (id, secret) = (client["client_id"].as_str().unwrap().to_owned(), secret.as_str().unwrap().to_owned());
    assert!(secret.starts_with("peerpath_secret_") && secret.len() >= "peerpath_secret_".len() + 43, "256 bits");
    assert_eq!(made.header("location"), format!("{}/{id}", provider.clients()));
    let machine = Machine { id: id.clone(), secret: secret.clone() };
    let token = provider.service.token_of(&machine).await;
    assert_eq!(provider.service.get_with(&token, "/v1/credentials/us-tx-mhps").await.status, 200);

    let read = provider.service.get_by(&provider.ada, &provider.path(&machine)).await;
    assert_eq!(read.private(200), client);
    assert_eq!((&client["name"], &client["revoked_at"]), (&json!("Our LMS"), &Value::Null));
    let other = provider.service.client_of(&provider.ada, &provider.organization).await;
    let list = provider.service.get_by(&provider.ada, &provider.clients()).await;
    assert_eq!(ids(&list.private(200)), [id, other.id.clone()], "oldest first, and none of the operators'");
    assert!(!list.text().contains(&secret) && !read.text().contains("secret"), "a secret is shown once");
    let stored = format!("select count(*) from client_secrets where encode(digest, 'escape') like '%{secret}%'");
    assert_eq!(provider.service.database.number(&stored).await, 0, "a secret is stored as a digest");
    for (body, pointers) in [
        (json!({"name": "", "scopes": ["catalog:read"]}), vec!["/name"]),
        (json!({"name": "", "scopes": ["magic", "account"]}), vec!["/name", "/scopes/0", "/scopes/1"]),
        (json!({"name": "x".repeat(101), "scopes": []}), vec!["/name", "/scopes"]),
        (json!({"name": 1, "scopes": "catalog:read"}), vec!["/name", "/scopes"]),
    ] {
        let answer = provider.service.post_by(&provider.ada, &provider.clients(), &body).await;
        assert_eq!(answer.pointers(), pointers, "{body}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn administrators_set_the_scopes_of_an_organization_which_cap_those_of_its_clients() {
    let provider = Provider::new().await;
    let service = &provider.service;
    let root = service.administrator("root").await;
    let path = format!("/v1/organizations/{}/scopes", provider.organization);
    let set = async |person: &Person, scopes: Value| {
        service.change(person, Method::PUT, &path, "*", &json!({"scopes": scopes})).await
    };
    let both = ["catalog:read", "introspection"];
    assert_eq!(provider.make(&both).await.pointers(), ["/scopes/1"]);
    assert_eq!(provider.make(&["introspection"]).await.pointers(), ["/scopes/0"]);
    for person in ["account", "organizations", "administration"] {
        assert_eq!(provider.make(&[person]).await.pointers(), ["/scopes/0"], "{person} is for people");
        assert_eq!(set(&root, json!(["catalog:read", person])).await.pointers(), ["/scopes/1"], "{person}");
    }
    let _ = set(&provider.ada, json!(both)).await.problem(403, "forbidden");
    let widened = set(&root, json!(both)).await;
    assert_eq!((&widened.private(200)["scopes"], widened.header("etag")), (&json!(both), "\"2\""));
    let narrow =
        async |tag: &str| service.change(&root, Method::PUT, &path, tag, &json!({"scopes": ["catalog:read"]})).await;
    let _ = narrow("\"1\"").await.problem(412, "stale");

    let made = provider.make(&both).await.private(201);
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    let machine = Machine { id: text("client_id"), secret: text("client_secret") };
    assert_eq!(service.ask_for_token(&machine.form()).await.ok()["scope"], both.join(" "));
    assert_eq!(narrow("\"2\"").await.status, 200);
    let next = service.ask_for_token(&machine.form()).await.ok();
    assert_eq!(next["scope"], "catalog:read", "what the organization lost, its clients lose with the next token");
    let asked = [machine.form(), vec![("scope", "introspection")]].concat();
    assert_eq!(service.ask_for_token(&asked).await.json()["error"], "invalid_scope");
    let inspect = service.anonymous(Method::POST, "/oauth/introspect").basic_auth(&machine.id, Some(&machine.secret));
    let inspected = Answer::to(inspect.form(&[("token", &service.token)])).await.ok();
    assert_eq!(inspected, json!({"active": false}), "it no longer introspects the tokens of others");
    assert_eq!(set(&root, json!([])).await.private(200)["scopes"], json!([]));
    let refused = service.ask_for_token(&machine.form()).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["error"]), (400, &json!("unauthorized_client")));

    // An organization without scopes is suspended: its clients get no tokens.
    assert_eq!(set(&root, json!([])).await.private(200)["scopes"], json!([]));
    let suspended = service.ask_for_token(&machine.form()).await;
    assert_eq!((suspended.status.as_u16(), suspended.json()["error"].as_str()), (400, Some("unauthorized_client")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_secret_works_at_once_and_the_previous_one_for_the_stated_time() {
    let provider = Provider::new().await;
    let client = provider.service.client_of(&provider.ada, &provider.organization).await;
    let secret = |answer: &Answer| answer.private(201)["client_secret"].as_str().unwrap().to_owned();
    let first = client.secret.clone();
    let second = secret(&provider.rotate(&client, json!({})).await);
    assert!(provider.accepted(&client, &first).await && provider.accepted(&client, &second).await);
    let token = provider.service.token_of(&client).await;
    let third = secret(&provider.rotate(&client, json!({"grace_hours": 0})).await);
    assert_ne!(third, second);
    for old in [&first, &second] {
        assert!(!provider.accepted(&client, old).await, "a secret without grace is refused at once");
    }
    assert!(provider.accepted(&client, &third).await);
    assert_eq!(provider.service.get_with(&token, "/v1/catalog").await.status, 200, "tokens last on");
    for hours in [json!(-1), json!(721), json!(0.5), json!("1")] {
        let answer = provider.rotate(&client, json!({"grace_hours": hours})).await;
        assert_eq!(answer.pointers(), ["/grace_hours"], "{hours}");
    }
    let last = provider.rotate(&client, json!({"grace_hours": 720})).await.private(201);
    assert_eq!(
        provider.service.database.number("select count(*) from client_secrets").await,
        5,
        "{}",
        last["client_id"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revoked_client_is_soon_refused_on_every_instance() {
    let provider = Provider::new().await;
    let service = &provider.service;
    let another = service.another_instance().await;
    let client = service.client_of(&provider.ada, &provider.organization).await;
    let (used, unused) = (service.token_of(&client).await, another.token_of(&client).await);
    for instance in [service, &another] {
        assert_eq!(instance.get_with(&used, "/v1/catalog").await.status, 200);
    }
    assert_eq!(service.delete_by(&provider.ada, &provider.path(&client)).await.status, 204);
    for instance in [&another, service] {
        instance.refuses(&used, "/v1/catalog").await;
        instance.refuses(&unused, "/v1/catalog").await;
        assert_eq!(instance.ask_for_token(&client.form()).await.json()["error"], "invalid_client");
        assert_eq!(instance.get("/v1/catalog").await.status, 200, "others are not");
    }
    let shown = service.get_by(&provider.ada, &provider.path(&client)).await.private(200);
    assert!(shown["revoked_at"].is_string(), "{shown}");
    let _ = provider.rotate(&client, json!({})).await.problem(409, "conflict");
    assert_eq!(service.delete_by(&provider.ada, &provider.path(&client)).await.status, 204, "again changes nothing");
    let revoked = "select count(*) from audit_events where action = 'client.revoke'";
    assert_eq!(service.database.number(revoked).await, 1);
}
