//! Concurrent requests for one account. Each test stops two requests at the account's row and releases them in a known order.

use diesel_async::SimpleAsyncConnection;
use peerpath_persistence::Connection;
use peerpath_tests::answer::Answer;
use peerpath_tests::authenticator::Authenticator;
use peerpath_tests::eventually;
use peerpath_tests::people::{PASSWORD, Person};
use peerpath_tests::service::Service;
use reqwest::{Method, RequestBuilder};
use serde_json::json;
use tokio::task::JoinHandle;

const ADA: &str = "ada@example.org";
const NEW: &str = "nine herons on a cold pier";
const OTHER: &str = "six otters beneath the bridge";

/// Requests that wait, one after the other, for the row of the only account.
struct Queue<'a> {
    service: &'a Service,
    holding: Connection,
    waiting: Vec<JoinHandle<Answer>>,
}

impl<'a> Queue<'a> {
    async fn before(service: &'a Service) -> Self {
        let mut holding = service.database.connection().await;
        holding.batch_execute("begin; select from accounts for no key update").await.unwrap();
        Self { service, holding, waiting: Vec::new() }
    }

    /// Sends a request, and waits until it waits for the row.
    async fn add(&mut self, request: RequestBuilder) {
        self.waiting.push(tokio::spawn(Answer::to(request)));
        let waiting =
            "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
        let expected = i64::try_from(self.waiting.len()).unwrap();
        eventually("the request to wait", async || {
            (self.service.database.number(waiting).await == expected).then_some(())
        })
        .await;
    }

    /// Releases the requests, and returns their answers.
    async fn release(mut self) -> Vec<u16> {
        self.holding.batch_execute("commit").await.unwrap();
        let mut statuses = Vec::new();
        for waiting in self.waiting {
            statuses.push(waiting.await.unwrap().status.as_u16());
        }
        statuses
    }
}

/// A request that resets the password by the link in a mail.
async fn reset(service: &Service) -> RequestBuilder {
    assert_eq!(service.post("/v1/password-resets", &json!({"email": ADA})).await.status, 202);
    let token = service.mails.one(ADA, "Choose").await.token();
    let body = json!({"token": token, "new_password": NEW});
    service.anonymous(Method::POST, "/v1/password-resets/complete").json(&body)
}

fn signing_in(service: &Service, password: &str) -> RequestBuilder {
    service.anonymous(Method::POST, "/v1/sessions").json(&json!({"email": ADA, "password": password}))
}

async fn signs_in(service: &Service, password: &str) -> bool {
    Answer::to(signing_in(service, password)).await.status == 201
}

/// Resets the password while a request with the earlier one is in flight.
async fn reset_overtakes(request: impl FnOnce(&Service, &Person) -> RequestBuilder) -> (Service, u16) {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let reset = reset(&service).await;
    let mut queue = Queue::before(&service).await;
    queue.add(reset).await;
    queue.add(request(&service, &ada)).await;
    let statuses = queue.release().await;
    assert_eq!(statuses[0], 204);
    assert!(statuses[1] < 500, "{statuses:?}");
    (service, statuses[1])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_fails_if_the_password_is_reset_meanwhile() {
    let (service, status) = reset_overtakes(|service, _| signing_in(service, PASSWORD)).await;
    assert_eq!(status, 401);
    assert_eq!(service.database.number("select count(*) from sessions").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_of_password_fails_if_it_is_reset_meanwhile() {
    let (service, status) = reset_overtakes(|service, ada| {
        let body = json!({"current_password": PASSWORD, "new_password": OTHER});
        service.by(ada, Method::PUT, "/v1/me/password").json(&body)
    })
    .await;
    assert!(signs_in(&service, NEW).await, "the owner of the address is locked out: {status}");
    assert!(!signs_in(&service, OTHER).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deletion_fails_if_the_password_is_reset_meanwhile() {
    let (service, status) = reset_overtakes(|service, ada| {
        service.by(ada, Method::POST, "/v1/me/deletion").json(&json!({"current_password": PASSWORD}))
    })
    .await;
    assert!(signs_in(&service, NEW).await, "the account is gone: {status}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_in_requires_a_second_factor_that_is_confirmed_meanwhile() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let proposed = service.post_by(&ada, "/v1/me/second-factor", &json!({"current_password": PASSWORD})).await.ok();
    let app = Authenticator::reading(proposed["otpauth_url"].as_str().unwrap());
    let mut queue = Queue::before(&service).await;
    queue.add(signing_in(&service, PASSWORD)).await;
    let confirming = service.by(&ada, Method::PUT, "/v1/me/second-factor").json(&json!({"code": app.code()}));
    // It may wait for the row, or finish first.
    let confirming = tokio::spawn(Answer::to(confirming));
    let confirmed = "(select count(*) from second_factors where confirmed_at is not null)
        + (select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock') - 1";
    eventually("the confirmation", async || (service.database.number(confirmed).await == 1).then_some(())).await;
    queue.release().await;
    assert_eq!(confirming.await.unwrap().status, 200);
    let others = format!("select count(*) from sessions where id <> '{}'", ada.session);
    assert_eq!(service.database.number(&others).await, 0, "no session began without a code");
}
