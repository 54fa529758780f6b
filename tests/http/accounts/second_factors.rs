//! The second factor: codes of an authenticator app, and recovery codes.

use std::collections::BTreeSet;

use peerpath_tests::answer::Answer;
use peerpath_tests::authenticator::Authenticator;
use peerpath_tests::database::hex;
use peerpath_tests::people::PASSWORD;
use peerpath_tests::service::Service;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use totp_rs::Secret;

const ADA: &str = "ada@example.org";
const PATH: &str = "/v1/me/second-factor";

fn proof() -> Value {
    json!({"current_password": PASSWORD})
}

fn signing_in(service: &Service, email: &str, code: &str) -> RequestBuilder {
    let body = json!({"email": email, "password": PASSWORD, "code": code});
    service.anonymous(Method::POST, "/v1/sessions").json(&body)
}

async fn sign_in(service: &Service, code: &str) -> Answer {
    Answer::to(signing_in(service, ADA, code)).await
}

async fn sign_in_without(service: &Service) -> Answer {
    service.post("/v1/sessions", &json!({"email": ADA, "password": PASSWORD})).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_factor_is_required_once_it_is_confirmed() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let proposed = service.post_by(&ada, PATH, &proof()).await;
    assert_eq!(proposed.header("cache-control"), "no-store");
    let proposed = proposed.ok();
    let (secret, url) = (proposed["secret"].as_str().unwrap(), proposed["otpauth_url"].as_str().unwrap());
    assert_eq!(Secret::try_from_base32(secret).unwrap().to_base32(), secret);
    assert!(url.starts_with("otpauth://totp/PeerPath:ada%40example.org?"), "{url}");
    assert!(url.contains(&format!("secret={secret}")) && url.contains("issuer=PeerPath"), "{url}");
    let app = Authenticator::reading(url);
    assert_eq!(sign_in_without(&service).await.status, 201, "it is yet to be confirmed");
    assert_eq!(service.get_by(&ada, "/v1/me").await.ok()["second_factor"], false);

    let wrong = service.put_by(&ada, PATH, &json!({"code": app.wrong_code()})).await;
    assert_eq!(wrong.pointers(), ["/code"]);
    for malformed in ["", "12345", "1234567", "12345x", "１２３４５６", "\0\0\0\0\0\0"] {
        assert_eq!(
            service.put_by(&ada, PATH, &json!({"code": malformed})).await.pointers(),
            ["/code"],
            "{malformed:?}"
        );
    }
    assert_eq!(sign_in_without(&service).await.status, 201);
    let confirmed = service.put_by(&ada, PATH, &json!({"code": app.code()})).await;
    assert_eq!(confirmed.header("cache-control"), "no-store");
    let codes: BTreeSet<String> =
        confirmed.ok()["recovery_codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().into()).collect();
    assert_eq!(codes.len(), 10);
    assert!(codes.iter().all(|code| code.len() == 19), "{codes:?}");
    service.mails.one(ADA, "has a second factor").await;
    assert_eq!(service.get_by(&ada, "/v1/me").await.ok()["second_factor"], true);

    let missing = sign_in_without(&service).await;
    let _ = missing.problem(401, "second-factor-required");
    for wrong in [&app.wrong_code(), "", "magic", "abcd-efgh-ijkl-mnop", "\0", &"7".repeat(4_000)] {
        let _ = sign_in(&service, wrong).await.problem(401, "invalid-credentials");
    }
    let body = json!({"email": ADA, "password": "wrong", "code": app.code_after(1)});
    let _ = service.post("/v1/sessions", &body).await.problem(401, "invalid-credentials");
    let body = json!({"email": ADA, "password": "wrong"});
    let guessed = service.post("/v1/sessions", &body).await;
    let _ = guessed.problem(401, "invalid-credentials");
    assert_eq!(sign_in(&service, &app.code_after(1)).await.status, 201);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_accepted_once() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let proposed = service.post_by(&ada, PATH, &proof()).await.ok();
    let app = Authenticator::reading(proposed["otpauth_url"].as_str().unwrap());
    let code = app.code();
    assert_eq!(service.put_by(&ada, PATH, &json!({"code": code})).await.status, 200);
    let _ = sign_in(&service, &code).await.problem(401, "invalid-credentials");
    let next = app.code_after(1);
    assert_eq!(sign_in(&service, &next).await.status, 201);
    for used in [&next, &code] {
        let _ = sign_in(&service, used).await.problem(401, "invalid-credentials");
    }
    service.forget_codes().await;
    let _ = sign_in(&service, &app.code_after(-4)).await.problem(401, "invalid-credentials");
    let _ = sign_in(&service, &app.code_after(4)).await.problem(401, "invalid-credentials");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_sign_ins_with_one_code_succeed_once() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let (app, recovery_codes) = service.second_factor(&ada).await;
    service.forget_codes().await;
    for code in [&app.code(), &recovery_codes[3]] {
        let answers = Answer::to_all((0..6).map(|_| signing_in(&service, ADA, code))).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1, "{answers:?}");
        for answer in answers.iter().filter(|answer| answer.status != 201) {
            let _ = answer.problem(401, "invalid-credentials");
        }
    }
    assert_eq!(service.database.number("select count(*) from sessions").await, 3);
    assert_eq!(service.database.number("select count(*) from recovery_codes").await, 9);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recovery_code_works_once_and_causes_a_mail() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let (_, codes) = service.second_factor(&ada).await;
    assert_eq!(sign_in(&service, &codes[0]).await.status, 201);
    let mail = service.mails.one(ADA, "recovery code was used").await;
    assert!(mail.body.contains("9 recovery codes are left"), "{}", mail.body);
    let _ = sign_in(&service, &codes[0]).await.problem(401, "invalid-credentials");
    let typed = codes[1].to_uppercase().replace('-', " ");
    assert_eq!(sign_in(&service, &typed).await.status, 201, "however it is typed");
    let mail = service.mails.after(1, ADA, "recovery code was used").await;
    assert!(mail.body.contains("8 recovery codes are left"), "{}", mail.body);
    let body = json!({"email": ADA, "password": "wrong", "code": codes[2]});
    let _ = service.post("/v1/sessions", &body).await.problem(401, "invalid-credentials");
    assert_eq!(sign_in(&service, &codes[2]).await.status, 201, "a wrong password does not use it up");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn new_recovery_codes_replace_the_old_ones() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let renew = async |proof: &Value| service.post_by(&ada, "/v1/me/recovery-codes", proof).await;
    let _ = renew(&proof()).await.problem(409, "conflict");
    let (_, old) = service.second_factor(&ada).await;
    assert_eq!(renew(&json!({"current_password": "wrong"})).await.pointers(), ["/current_password"]);
    let renewed = renew(&proof()).await.ok();
    let new = renewed["recovery_codes"].as_array().unwrap();
    assert_eq!((new.len(), new.iter().any(|code| old.contains(&code.as_str().unwrap().to_owned()))), (10, false));
    let _ = sign_in(&service, &old[0]).await.problem(401, "invalid-credentials");
    assert_eq!(sign_in(&service, new[0].as_str().unwrap()).await.status, 201);
    let stored = service.database.texts("select encode(digest, 'escape') from recovery_codes").await;
    assert!(stored.iter().all(|digest| new.iter().all(|code| !digest.contains(code.as_str().unwrap()))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn adding_and_removing_a_second_factor_requires_the_password() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let wrong = json!({"current_password": "wrong"});
    let removal = "/v1/me/second-factor/removal";
    assert_eq!(service.post_by(&ada, PATH, &wrong).await.pointers(), ["/current_password"]);
    let _ = service.put_by(&ada, PATH, &json!({"code": "123456"})).await.problem(409, "conflict");
    let (app, _) = service.second_factor(&ada).await;
    let _ = service.post_by(&ada, PATH, &proof()).await.problem(409, "conflict");
    let _ = service.put_by(&ada, PATH, &json!({"code": app.code_after(1)})).await.problem(409, "conflict");
    assert_eq!(service.post_by(&ada, removal, &wrong).await.pointers(), ["/current_password"]);
    let _ = sign_in_without(&service).await.problem(401, "second-factor-required");

    assert_eq!(service.post_by(&ada, removal, &proof()).await.status, 204);
    service.mails.one(ADA, "no longer has a second factor").await;
    assert_eq!(sign_in_without(&service).await.status, 201);
    assert_eq!(service.get_by(&ada, "/v1/me").await.ok()["second_factor"], false);
    assert_eq!(service.database.number("select count(*) from recovery_codes").await, 0);
    assert_eq!(service.post_by(&ada, removal, &proof()).await.status, 204, "once more changes nothing");

    service.second_factor(&ada).await;
    assert_eq!(service.mails.about(ADA, "no longer has a second factor").len(), 1);
    let events = service.get_by(&ada, "/v1/me/audit-events").await.ok();
    let done =
        |action: &str| events["items"].as_array().unwrap().iter().filter(|event| event["action"] == action).count();
    assert_eq!((done("account.add_second_factor"), done("account.remove_second_factor")), (2, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unconfirmed_secret_is_replaced_by_the_next() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let propose = async || {
        let proposed = service.post_by(&ada, PATH, &proof()).await.ok();
        Authenticator::reading(proposed["otpauth_url"].as_str().unwrap())
    };
    let (first, second) = (propose().await, propose().await);
    assert_eq!(service.put_by(&ada, PATH, &json!({"code": first.code()})).await.pointers(), ["/code"]);
    assert_eq!(service.put_by(&ada, PATH, &json!({"code": second.code()})).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn confirming_a_second_factor_ends_sessions_that_began_without_it() {
    let service = Service::without_catalog().await;
    let (ada, phone) = (service.person("ada").await, service.sign_in(ADA, PASSWORD).await);
    service.second_factor(&ada).await;
    let refresh = async |token: &str| service.post("/v1/sessions/refresh", &json!({"refresh_token": token})).await;
    let _ = refresh(&phone.refresh_token).await.problem(401, "invalid-credentials");
    assert_eq!(refresh(&ada.refresh_token).await.status, 200);
    peerpath_tests::eventually("the end of the other access token", async || {
        (service.get_by(&phone, "/v1/me").await.status == 401).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stored_secret_works_only_for_its_owner() {
    let service = Service::without_catalog().await;
    let (ada, eve) = (service.person("ada").await, service.person("eve").await);
    let proposed = service.post_by(&ada, PATH, &proof()).await.ok();
    let secret = Secret::try_from_base32(proposed["secret"].as_str().unwrap()).unwrap();
    let hex = hex(secret.as_ref());
    for text in [hex.as_str(), proposed["secret"].as_str().unwrap()] {
        let rows =
            format!("select count(*) from second_factors one where strpos(upper(one::text), upper('{text}')) > 0");
        assert_eq!(service.database.number(&rows).await, 0);
    }
    let app = Authenticator::reading(proposed["otpauth_url"].as_str().unwrap());
    assert_eq!(service.put_by(&ada, PATH, &json!({"code": app.code()})).await.status, 200);
    let (app_of_eve, _) = service.second_factor(&eve).await;
    service.forget_codes().await;

    // Ada can write to the database, and replaces Eve's secret with her own.
    let copy = format!(
        "update second_factors set secret = (select secret from second_factors where account_id = '{}') where account_id = '{}'",
        ada.account, eve.account
    );
    service.database.run(&copy).await;
    let before = service.database.number("select count(*) from sessions").await;
    for app in [&app, &app_of_eve] {
        let answer = Answer::to(signing_in(&service, "eve@example.org", &app.code())).await;
        assert!(!answer.status.is_success(), "{}", answer.text());
    }
    assert_eq!(service.database.number("select count(*) from sessions").await, before);
    assert_eq!(sign_in(&service, &app.code()).await.status, 201, "Ada's own still opens");
}
