//! Rate limits, and the network addresses of callers.

use std::num::NonZeroU32;

use peerpath_http::ForwardedHeader;
use peerpath_tests::answer::Answer;
use peerpath_tests::database::TestDatabase;
use peerpath_tests::people::PASSWORD;
use peerpath_tests::service::{MHPS, Machine, Service, Setup};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

const ADA: &str = "ada@example.org";

fn quota(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap()
}

async fn service(change: impl FnOnce(&mut Setup)) -> Service {
    Service::start_with(TestDatabase::with_catalog(), change).await
}

/// Trusts a proxy on this machine, and others of a network behind it.
fn behind_proxies(setup: &mut Setup) {
    setup.config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap(), "10.0.0.0/8".parse().unwrap()];
}

/// A request that a proxy forwards from an address.
fn from(service: &Service, address: &str, method: Method, path: &str) -> RequestBuilder {
    service.anonymous(method, path).header("x-forwarded-for", address)
}

async fn post_from(service: &Service, address: &str, path: &str, body: &Value) -> Answer {
    Answer::to(from(service, address, Method::POST, path).json(body)).await
}

/// Asserts a 429 with at most this many seconds to wait.
fn assert_too_many(answer: &Answer, longest: u64) {
    let _ = answer.problem(429, "too-many-requests");
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=longest).contains(&wait), "{wait}");
}

/// The number of remaining requests in an answer.
fn left(answer: &Answer) -> u32 {
    let standing = answer.header("ratelimit");
    let (name, numbers) = standing.split_once(";r=").unwrap_or_else(|| panic!("{standing:?}"));
    assert!(["\"requests\"", "\"attempts\""].contains(&name), "{standing}");
    let (left, reset) = numbers.split_once(";t=").unwrap();
    assert!(reset.parse::<u64>().unwrap() <= 60, "{standing}");
    left.parse().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attempts_are_limited_for_each_address() {
    let service = service(|setup| {
        behind_proxies(setup);
        setup.config.attempts_per_minute = quota(3);
    })
    .await;
    let token = "A".repeat(64);
    let attempts = [
        ("/v1/sessions", json!({"email": "nobody@example.org", "password": "wrong"})),
        ("/v1/accounts", json!({"email": "new@example.org", "password": PASSWORD, "display_name": "New"})),
        ("/v1/password-resets", json!({"email": "forgetful@example.org"})),
        ("/v1/accounts/confirm", json!({"token": token, "password": PASSWORD})),
        ("/v1/accounts/confirm-address", json!({"token": token, "password": PASSWORD})),
        ("/v1/password-resets/complete", json!({"token": token, "new_password": "nine herons on a cold pier"})),
    ];
    for (number, (path, body)) in attempts.iter().enumerate() {
        let (address, other) = (format!("203.0.113.{number}"), format!("198.51.100.{number}"));
        for _ in 0..3 {
            let answer = post_from(&service, &address, path, body).await;
            assert!([202, 401].contains(&answer.status.as_u16()), "{path}: {}", answer.text());
        }
        assert_too_many(&post_from(&service, &address, path, body).await, 60);
        // Attempts come back with time, so the other operations are tried while the attempts are used up.
        let (elsewhere, body_of_other) = &attempts[(number + 1) % attempts.len()];
        assert_too_many(&post_from(&service, &address, elsewhere, body_of_other).await, 60);
        let form = from(&service, &address, Method::POST, "/account/confirmation").form(&[("token", &token)]);
        assert_eq!(Answer::to(form).await.status, 429, "pages cannot bypass the limit");
        let answer = post_from(&service, &other, path, body).await;
        assert!([202, 401].contains(&answer.status.as_u16()), "{path} from elsewhere: {}", answer.text());
    }
    let read = from(&service, "203.0.113.0", Method::GET, MHPS).bearer_auth(&service.token);
    assert_eq!(Answer::to(read).await.status, 200, "reading does not count as an attempt");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_caller_is_told_that_nothing_remains() {
    let service = service(|setup| setup.config.attempts_per_minute = quota(1)).await;
    let body = json!({"email": "nobody@example.org", "password": "wrong"});
    assert_eq!(service.post("/v1/sessions", &body).await.status, 401);
    let answer = service.post("/v1/sessions", &body).await;
    assert_too_many(&answer, 60);
    assert_eq!(left(&answer), 0, "{}", answer.header("ratelimit"));
    assert!(answer.header("ratelimit-policy").contains("q=1;"), "{}", answer.header("ratelimit-policy"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn attempts_on_an_account_are_limited_for_each_address_and_for_all_together() {
    let service = service(|setup| {
        behind_proxies(setup);
        setup.config.account_attempts_per_hour = quota(4);
    })
    .await;
    let (ada, eve) = (service.person("ada").await, service.person("eve").await);
    let body = |email: &str, password: &str| json!({"email": email, "password": password});
    let spellings = [ADA, "ADA@example.org", "Ada@EXAMPLE.ORG", ADA];
    // An address without an account behaves the same.
    for email in ["nobody@example.org", ADA] {
        let spelled = |place: usize| if email == ADA { spellings[place] } else { email };
        for place in 0..4 {
            let answer = post_from(&service, "203.0.113.7", "/v1/sessions", &body(spelled(place), "wrong")).await;
            let _ = answer.problem(401, "invalid-credentials");
        }
        for password in ["wrong", PASSWORD] {
            assert_too_many(&post_from(&service, "203.0.113.7", "/v1/sessions", &body(email, password)).await, 3600);
        }
    }
    // Attempts from elsewhere do not lock the owner out.
    let owner = post_from(&service, "198.51.100.1", "/v1/sessions", &body(ADA, PASSWORD)).await;
    assert_eq!(owner.status, 201, "{}", owner.text());
    let other = post_from(&service, "203.0.113.7", "/v1/sessions", &body(&eve.email, PASSWORD)).await;
    assert_eq!(other.status, 201, "{}", other.text());
    // All addresses together have ten times as many attempts, including the successful one; one comes back in a minute and a half.
    let mut tried = 0;
    while post_from(&service, &format!("192.0.2.{tried}"), "/v1/sessions", &body(ADA, "wrong")).await.status == 401 {
        tried += 1;
        assert!(tried < 40, "more than ten times as many from everywhere");
    }
    assert!(tried > 25, "{tried}");

    // Signed-in people cannot guess the password either.
    let guess = json!({"current_password": "wrong"});
    for _ in 0..4 {
        assert_eq!(service.post_by(&ada, "/v1/me/deletion", &guess).await.pointers(), ["/current_password"]);
    }
    for path in ["/v1/me/deletion", "/v1/me/second-factor", "/v1/me/recovery-codes", "/v1/me/second-factor/removal"] {
        assert_too_many(&service.post_by(&ada, path, &json!({"current_password": PASSWORD})).await, 3600);
    }
    assert_eq!(service.get_by(&ada, "/v1/me").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mails_to_an_address_are_limited() {
    let service = service(behind_proxies).await;
    let eve = service.person("eve").await;
    let sign_up = |email: &str| json!({"email": email, "password": PASSWORD, "display_name": "Ada"});
    let change = json!({"email": ADA, "current_password": PASSWORD});
    let spellings = [ADA, "ADA@example.org", "Ada@Example.ORG"];
    for (number, spelling) in spellings.into_iter().cycle().take(6).enumerate() {
        let address = format!("203.0.113.{number}");
        assert_eq!(post_from(&service, &address, "/v1/accounts", &sign_up(spelling)).await.status, 202);
        let reset = json!({"email": spelling});
        assert_eq!(post_from(&service, &address, "/v1/password-resets", &reset).await.status, 202);
        assert_eq!(service.put_by(&eve, "/v1/me/email", &change).await.status, 202);
    }
    let address = "203.0.113.77";
    assert_too_many(&post_from(&service, address, "/v1/accounts", &sign_up(ADA)).await, 3600);
    assert_too_many(&post_from(&service, address, "/v1/password-resets", &json!({"email": ADA})).await, 3600);
    assert_too_many(&service.put_by(&eve, "/v1/me/email", &change).await, 3600);
    service.mails.after(11, ADA, "Confirm").await;
    assert_eq!(service.mails.to(ADA).len(), 12, "resets without an account send no mails");
    assert_eq!(post_from(&service, address, "/v1/accounts", &sign_up("kim@example.org")).await.status, 202);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_sees_its_quota_and_is_refused_when_it_is_used_up() {
    let service = service(|setup| setup.config.requests_per_minute = quota(5)).await;
    for expected in (0..5).rev() {
        let answer = service.get(MHPS).await;
        assert_eq!((answer.status.as_u16(), left(&answer)), (200, expected));
        assert_eq!(answer.header("ratelimit-policy"), "\"requests\";q=5;w=60");
    }
    let refused = service.get(MHPS).await;
    assert_too_many(&refused, 12);
    assert_eq!((left(&refused), refused.header("ratelimit-policy")), (0, "\"requests\";q=5;w=60"));
    let fresh = service.token_of(&service.machine).await;
    assert_too_many(&service.get_with(&fresh, MHPS).await, 12);

    let other = Machine::in_database(&service.database).await;
    let answer = service.get_with(&service.token_of(&other).await, MHPS).await;
    assert_eq!((answer.status.as_u16(), left(&answer)), (200, 4), "others have their own quota");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_has_one_quota_on_all_devices() {
    let service = service(|setup| setup.config.requests_per_minute = quota(10)).await;
    let (ada, eve) = (service.person("ada").await, service.person("eve").await);
    let tablet = service.sign_in(ADA, PASSWORD).await;
    let mut served = 0;
    let refused = loop {
        let answer = service.get_by(if served % 2 == 0 { &ada } else { &tablet }, MHPS).await;
        if answer.status != 200 {
            break answer;
        }
        served += 1;
        assert!(served <= 12, "{}", answer.header("ratelimit"));
    };
    assert_too_many(&refused, 6);
    assert!(served >= 8, "each of the two had signed in with one request: {served}");
    assert_eq!(service.get_by(&eve, MHPS).await.status, 200);
    assert_eq!(service.get(MHPS).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_states_the_remaining_quota() {
    let service = Service::start().await;
    let ada = service.person("ada").await;
    let tag = service.get(MHPS).await.header("etag").to_owned();
    for (status, answer) in [
        (200, service.get(MHPS).await),
        (200, service.get("/v1/credentials?limit=2").await),
        (304, service.get_unless(&tag, MHPS).await),
        (400, service.get("/v1/credentials?limit=0").await),
        (404, service.get("/v1/credentials/magic").await),
        (404, service.get("/v1/nowhere").await),
        (405, Answer::to(service.request(Method::DELETE, MHPS)).await),
        (403, service.get("/v1/me").await),
        (401, service.post("/v1/sessions", &json!({"email": ADA, "password": "wrong"})).await),
        (401, Answer::to(service.anonymous(Method::GET, MHPS)).await),
        (415, Answer::to(service.anonymous(Method::POST, "/v1/sessions").body("x")).await),
        (422, service.post("/v1/sessions", &json!({})).await),
        (200, service.get_by(&ada, "/v1/me").await),
        (428, Answer::to(service.by(&ada, Method::PATCH, "/v1/me").json(&json!({}))).await),
        (202, service.post("/v1/password-resets", &json!({"email": ADA})).await),
        (204, Answer::to(service.by(&ada, Method::DELETE, "/v1/sessions")).await),
    ] {
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text());
        assert!((59_000..60_000).contains(&left(&answer)), "{status}: {}", answer.header("ratelimit"));
        assert_eq!(answer.header("ratelimit-policy"), "\"requests\";q=60000;w=60", "{status}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn callers_without_a_token_share_the_quota_of_their_address() {
    let service = service(|setup| {
        behind_proxies(setup);
        setup.config.requests_per_minute = quota(3);
    })
    .await;
    let ask = async |address: &str| Answer::to(from(&service, address, Method::GET, MHPS)).await;
    for _ in 0..3 {
        let _ = ask("203.0.113.7").await.problem(401, "unauthenticated");
    }
    assert_too_many(&ask("203.0.113.7").await, 20);
    let _ = ask("203.0.113.8").await.problem(401, "unauthenticated");
    assert_eq!(service.get(MHPS).await.status, 200, "callers with a token have their own quota");
    // One person has a whole IPv6 network.
    for host in 1..=3 {
        let _ = ask(&format!("2001:db8:1:2::{host}")).await.problem(401, "unauthenticated");
    }
    assert_too_many(&ask("2001:db8:1:2:ffff::1").await, 20);
    let _ = ask("2001:db8:1:3::1").await.problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_header_cannot_bypass_a_limit() {
    let service = service(|setup| setup.config.requests_per_minute = quota(3)).await;
    let mut answers = Vec::new();
    for number in 0..4 {
        let address = format!("203.0.113.{number}");
        let request = from(&service, &address, Method::GET, MHPS).header("forwarded", format!("for={address}"));
        answers.push(Answer::to(request.header("x-real-ip", address)).await);
    }
    assert_too_many(&answers.pop().unwrap(), 20);
}

/// The address in a session that began with these headers.
async fn noted(service: &Service, headers: &[(&str, &str)]) -> String {
    let request = service.anonymous(Method::POST, "/v1/sessions");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let begun = Answer::to(request.json(&json!({"email": ADA, "password": PASSWORD}))).await;
    assert_eq!(begun.status, 201, "{}", begun.text());
    let body = begun.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let token = text(&body["access_token"]);
    let session = text(&body["session"]["id"]);
    let address = text(&service.get_with(&token, &format!("/v1/sessions/{session}")).await.ok()["address"]);
    let events = service.get_with(&token, "/v1/me/audit-events?limit=1").await.ok();
    assert_eq!(events["items"][0]["action"], "session.begin");
    assert_eq!(events["items"][0]["address"], *address, "the log has the same address");
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_configured_proxies_set_the_client_address() {
    let plain = Service::start().await;
    plain.person("ada").await;
    let claims = [("x-forwarded-for", "203.0.113.7"), ("forwarded", "for=203.0.113.8")];
    assert_eq!(noted(&plain, &claims).await, "127.0.0.1");

    let proxied = service(behind_proxies).await;
    proxied.person("ada").await;
    for (expected, headers) in [
        ("203.0.113.7", claims.as_slice()),
        ("127.0.0.1", &[]),
        ("127.0.0.1", &[("forwarded", "for=203.0.113.8")]),
        ("203.0.113.7", &[("x-forwarded-for", "6.6.6.6, 203.0.113.7")]),
        ("203.0.113.7", &[("x-forwarded-for", "6.6.6.6, 203.0.113.7, 10.1.2.3")]),
        ("203.0.113.7", &[("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "203.0.113.7")]),
        ("10.1.2.3", &[("x-forwarded-for", "6.6.6.6, unknown, 10.1.2.3")]),
        ("127.0.0.1", &[("x-forwarded-for", "'; drop table sessions; --")]),
        ("2001:db8::7", &[("x-forwarded-for", "2001:db8::7")]),
        ("203.0.113.7", &[("x-forwarded-for", "::ffff:203.0.113.7")]),
    ] {
        assert_eq!(noted(&proxied, headers).await, expected, "{headers:?}");
    }

    let standard = service(|setup| {
        behind_proxies(setup);
        setup.config.forwarded_header = ForwardedHeader::Forwarded;
    })
    .await;
    standard.person("ada").await;
    for (expected, headers) in [
        ("203.0.113.8", claims.as_slice()),
        ("127.0.0.1", &[("x-forwarded-for", "203.0.113.7")]),
        (
            "2001:db8::7",
            &[("forwarded", "for=6.6.6.6, For=\"[2001:db8::7]:4711\";proto=https, for=10.1.2.3;by=127.0.0.1")],
        ),
        ("127.0.0.1", &[("forwarded", "for=_hidden")]),
    ] {
        assert_eq!(noted(&standard, headers).await, expected, "{headers:?}");
    }
}
