//! Choosing, changing and resetting passwords.

use argon2::password_hash::PasswordHasher;
use argon2::{Algorithm, Argon2, Params, Version};
use peerpath_tests::answer::Answer;
use peerpath_tests::database::TestDatabase;
use peerpath_tests::eventually;
use peerpath_tests::people::PASSWORD;
use peerpath_tests::service::Service;
use reqwest::Method;
use serde_json::json;

const ADA: &str = "ada@example.org";
const NEW: &str = "nine herons on a cold pier";

async fn sign_in(service: &Service, password: &str) -> Answer {
    service.post("/v1/sessions", &json!({"email": ADA, "password": password})).await
}

/// The token in Ada's newest mail for a password reset.
async fn ask_for_reset(service: &Service) -> String {
    let known = service.mails.about(ADA, "Choose").len();
    assert_eq!(service.post("/v1/password-resets", &json!({"email": ADA})).await.status, 202);
    service.mails.after(known, ADA, "Choose").await.token()
}

async fn complete(service: &Service, token: &str, password: &str) -> Answer {
    service.post("/v1/password-resets/complete", &json!({"token": token, "new_password": password})).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requesting_a_password_reset_does_not_reveal_whether_there_is_an_account() {
    let service = Service::without_catalog().await;
    let body = json!({"email": ADA});
    let without = service.post("/v1/password-resets", &body).await;
    service.person("ada").await;
    let with = service.post("/v1/password-resets", &body).await;
    service.mails.one(ADA, "Choose").await;
    for (header, value) in &without.headers {
        if !["date", "x-request-id", "ratelimit"].contains(&header.as_str()) {
            assert_eq!(with.headers.get(header), Some(value), "{header}");
        }
    }
    assert_eq!((without.status, without.headers.len()), (with.status, with.headers.len()));
    assert_eq!(without.text(), with.text());
    let asked = "select count(*) from audit_events where action = 'account.ask_for_password'";
    assert_eq!(service.database.number(asked).await, 1);
    assert_eq!(service.mails.about(ADA, "Choose").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reset_link_works_once_and_ends_all_sessions() {
    let service = Service::without_catalog().await;
    let (ada, phone) = (service.person("ada").await, service.sign_in(ADA, PASSWORD).await);
    let token = ask_for_reset(&service).await;
    assert_eq!(sign_in(&service, PASSWORD).await.status, 201, "asking changes nothing");

    for weak in ["password1234", "short", "ada@example.org"] {
        assert_eq!(complete(&service, &token, weak).await.pointers(), ["/new_password"], "{weak}");
    }
    assert_eq!(sign_in(&service, PASSWORD).await.status, 201, "a weak one does not, either");
    let answer = complete(&service, &token, NEW).await;
    assert_eq!((answer.status.as_u16(), answer.body.len()), (204, 0), "and it does not use the link up");
    let _ = complete(&service, &token, "another long and odd one").await.problem(401, "invalid-credentials");

    let _ = sign_in(&service, PASSWORD).await.problem(401, "invalid-credentials");
    service.sign_in(ADA, NEW).await;
    service.mails.one(ADA, "password was changed").await;
    for person in [&ada, &phone] {
        let refreshed = service.post("/v1/sessions/refresh", &json!({"refresh_token": person.refresh_token})).await;
        let _ = refreshed.problem(401, "invalid-credentials");
        eventually("the end of the access tokens", async || {
            (service.get_by(person, "/v1/me").await.status == 401).then_some(())
        })
        .await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reset_link_used_twice_at_once_works_once() {
    let service = Service::without_catalog().await;
    service.person("ada").await;
    let token = ask_for_reset(&service).await;
    let passwords = [NEW, "six otters beneath the bridge", "two quiet lanterns by the sea"];
    let answers = Answer::to_all(passwords.map(|password| {
        let body = json!({"token": token, "new_password": password});
        service.anonymous(Method::POST, "/v1/password-resets/complete").json(&body)
    }))
    .await;
    let chosen: Vec<usize> = (0..passwords.len()).filter(|&index| answers[index].status == 204).collect();
    assert_eq!(chosen.len(), 1, "{answers:?}");
    for (index, password) in passwords.iter().enumerate() {
        let expected = if chosen.contains(&index) { 201 } else { 401 };
        assert_eq!(
            (answers[index].status == 204, sign_in(&service, password).await.status.as_u16()),
            (expected == 201, expected)
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_reset_keeps_the_second_factor() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let (app, recovery_codes) = service.second_factor(&ada).await;
    let token = ask_for_reset(&service).await;
    assert_eq!(complete(&service, &token, NEW).await.status, 204);
    let _ = sign_in(&service, NEW).await.problem(401, "second-factor-required");
    service.forget_codes().await;
    for code in [&app.code(), &recovery_codes[0]] {
        let body = json!({"email": ADA, "password": NEW, "code": code});
        assert_eq!(service.post("/v1/sessions", &body).await.status, 201, "{code}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_newest_reset_link_works_and_only_for_an_hour() {
    let service = Service::without_catalog().await;
    service.person("ada").await;
    let old = ask_for_reset(&service).await;
    let new = ask_for_reset(&service).await;
    let _ = complete(&service, &old, NEW).await.problem(401, "invalid-credentials");
    let open = "select count(*) from mail_tokens where expires_at between now() + interval '55 minutes' and now() + interval '1 hour'";
    assert_eq!(service.database.number(open).await, 1);
    service.database.run("update mail_tokens set expires_at = expires_at - interval '1 hour'").await;
    let _ = complete(&service, &new, NEW).await.problem(401, "invalid-credentials");
    service.database.run("update mail_tokens set expires_at = expires_at + interval '1 hour'").await;
    assert_eq!(complete(&service, &new, NEW).await.status, 204);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_token_of_a_mail_works_only_for_its_purpose() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let change = json!({"email": "ada@new.example", "current_password": PASSWORD});
    assert_eq!(service.put_by(&ada, "/v1/me/email", &change).await.status, 202);
    let of_address = service.mails.one("ada@new.example", "Confirm your new address").await.token();
    service.mails.one(ADA, "about to change").await;
    let of_reset = ask_for_reset(&service).await;
    assert_eq!(
        service
            .post("/v1/accounts", &json!({"email": "eve@example.org", "password": PASSWORD, "display_name": "Eve"}))
            .await
            .status,
        202
    );
    let of_sign_up = service.mails.one("eve@example.org", "Confirm").await.token();

    let confirm_address = |token: &str| {
        service
            .anonymous(Method::POST, "/v1/accounts/confirm-address")
            .json(&json!({"token": token, "password": PASSWORD}))
    };
    for token in [&of_address, &of_sign_up] {
        let _ = complete(&service, token, NEW).await.problem(401, "invalid-credentials");
    }
    for token in [&of_reset, &of_sign_up] {
        let _ = Answer::to(confirm_address(token)).await.problem(401, "invalid-credentials");
    }
    for token in [&of_reset, &of_address] {
        let body = json!({"token": token, "password": PASSWORD});
        let _ = service.post("/v1/accounts/confirm", &body).await.problem(401, "invalid-credentials");
        let accepted = service.post_by(&ada, "/v1/invitations/accept", &json!({"token": token})).await;
        let _ = accepted.problem(404, "not-found");
    }
    // None of this has used up a token. A new address invalidates the token for the old one.
    assert_eq!(Answer::to(confirm_address(&of_address)).await.status, 204);
    let _ = complete(&service, &of_reset, NEW).await.problem(401, "invalid-credentials");
    assert_eq!(
        service.post("/v1/accounts/confirm", &json!({"token": of_sign_up, "password": PASSWORD})).await.status,
        201
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changing_the_password_invalidates_all_links_and_other_sessions() {
    let service = Service::without_catalog().await;
    let (ada, phone) = (service.person("ada").await, service.sign_in(ADA, PASSWORD).await);
    let reset = ask_for_reset(&service).await;
    let change = json!({"email": "ada@new.example", "current_password": PASSWORD});
    assert_eq!(service.put_by(&ada, "/v1/me/email", &change).await.status, 202);
    let address = service.mails.one("ada@new.example", "Confirm").await.token();

    let wrong = json!({"current_password": "wrong", "new_password": NEW});
    assert_eq!(service.put_by(&ada, "/v1/me/password", &wrong).await.pointers(), ["/current_password"]);
    for weak in ["password1234", "adaadaadaada", "short"] {
        let weak = json!({"current_password": PASSWORD, "new_password": weak});
        assert_eq!(service.put_by(&ada, "/v1/me/password", &weak).await.pointers(), ["/new_password"]);
    }
    let right = json!({"current_password": PASSWORD, "new_password": NEW});
    assert_eq!(service.put_by(&ada, "/v1/me/password", &right).await.status, 204);
    let _ = complete(&service, &reset, "another long and odd one").await.problem(401, "invalid-credentials");
    let confirmed = service.post("/v1/accounts/confirm-address", &json!({"token": address, "password": NEW})).await;
    let _ = confirmed.problem(401, "invalid-credentials");

    let refresh =
        |token: &str| service.anonymous(Method::POST, "/v1/sessions/refresh").json(&json!({"refresh_token": token}));
    let _ = Answer::to(refresh(&phone.refresh_token)).await.problem(401, "invalid-credentials");
    assert_eq!(Answer::to(refresh(&ada.refresh_token)).await.status, 200, "the session that changes it stays open");
    assert_eq!(service.get_by(&ada, "/v1/me").await.ok()["email"], ADA);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_must_only_be_long_and_hard_to_guess() {
    let service = Service::without_catalog().await;
    let asked = |password: &str, place: usize| {
        let email = format!("grace.hopper{place}@navy.example");
        let body = json!({"email": email, "password": password, "display_name": "Grace Brewster"});
        service.anonymous(Method::POST, "/v1/accounts").json(&body)
    };
    let long = "x7#kQ9!mZ2p ".repeat(22)[..257].to_owned();
    for (place, weak) in [
        "x7#kQ9!mZ2p",
        "",
        &long,
        "password1234",
        "aaaaaaaaaaaaaaaa",
        "qwertyuiop12",
        "123456789012",
        "BrewsterBrewster",
        "grace.hopper8@navy.example",
        "peerpathpeerpath",
    ]
    .into_iter()
    .enumerate()
    {
        let answer = Answer::to(asked(weak, place)).await;
        let violations = answer.body_violations();
        assert_eq!((violations.len(), violations[0].0.as_str()), (1, "/password"), "{weak}: {violations:?}");
        assert!(weak.is_empty() || !answer.text().contains(weak), "{weak} is repeated");
    }
    let longest = &long[..256];
    for (place, strong) in [
        "тихий омут и черти",
        "静かな夜に星を数える人たち",
        "🦫🪿🦤🦭🦦🦥🦨🦔🐿🦡🦃🦚",
        "x7#kQ9!mZ2pw",
        "seven geese in tall grass",
        longest,
    ]
    .into_iter()
    .enumerate()
    {
        let answer = Answer::to(asked(strong, place + 100)).await;
        assert_eq!(answer.status, 202, "{strong}: {}", answer.text());
    }
    assert_eq!(service.database.number("select count(*) from sign_ups").await, 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_is_the_same_on_every_keyboard() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let composed = "caf\u{e9} au lait, s'il vous pla\u{ee}t";
    let body = json!({"current_password": PASSWORD, "new_password": composed});
    assert_eq!(service.put_by(&ada, "/v1/me/password", &body).await.status, 204);
    for same in
        [composed, "cafe\u{301} au lait, s'il vous plai\u{302}t", "\u{ff43}afe\u{301} au lait, s'il vous plai\u{302}t"]
    {
        assert_eq!(sign_in(&service, same).await.status, 201, "{same:?}");
    }
    for other in [
        "cafe au lait, s'il vous plait",
        "Caf\u{e9} au lait, s'il vous pla\u{ee}t",
        " caf\u{e9} au lait, s'il vous pla\u{ee}t",
    ] {
        assert_eq!(sign_in(&service, other).await.status, 401, "{other:?}");
    }
    let endless = format!("{composed}{}", "x".repeat(900));
    assert_eq!(sign_in(&service, &endless).await.status, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hash_with_weaker_parameters_is_replaced_at_sign_in() {
    let service = Service::without_catalog().await;
    service.person("ada").await;
    let cheap = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(1024, 1, 1, None).unwrap());
    let old = cheap.hash_password(PASSWORD.as_bytes()).unwrap().to_string();
    service.database.run(&format!("update accounts set password_hash = '{old}'")).await;
    let stored = || service.database.text("select password_hash from accounts");
    assert_eq!(sign_in(&service, "wrong").await.status, 401);
    assert_eq!(stored().await, old, "a wrong password replaces nothing");
    assert_eq!(sign_in(&service, PASSWORD).await.status, 201);
    let new = stored().await;
    assert!(new.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{new}");
    assert_eq!(sign_in(&service, PASSWORD).await.status, 201);
    assert_eq!(stored().await, new, "what is as it should be is left alone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn when_the_queue_for_hashing_is_full_some_sign_ins_get_a_503() {
    for queue in [0, 1] {
        let service = Service::start_with(TestDatabase::with_catalog(), |setup| {
            (setup.config.hashing_threads, setup.config.hashing_queue) = (1, queue);
        })
        .await;
        service.person("ada").await;
        let sign_in = || {
            let body = json!({"email": ADA, "password": PASSWORD});
            service.anonymous(Method::POST, "/v1/sessions").json(&body)
        };
        let read = || service.request(Method::GET, "/v1/credentials/us-tx-mhps");
        let answers = Answer::to_all((0..24).flat_map(|_| [sign_in(), read()])).await;
        let (sign_ins, reads): (Vec<_>, Vec<_>) = answers.iter().enumerate().partition(|(index, _)| index % 2 == 0);
        assert!(reads.iter().all(|(_, answer)| answer.status == 200), "{reads:?}");
        let (served, refused): (Vec<_>, Vec<_>) = sign_ins.iter().partition(|(_, answer)| answer.status == 201);
        assert!(!served.is_empty() && !refused.is_empty(), "{} of {}", served.len(), sign_ins.len());
        for (_, answer) in refused {
            let _ = answer.problem(503, "unavailable");
            let wait: u32 = answer.header("retry-after").parse().unwrap();
            assert!((1..=60).contains(&wait), "{wait}");
        }
        eventually("the places to be free again", async || (Answer::to(sign_in()).await.status == 201).then_some(()))
            .await;
    }
}
