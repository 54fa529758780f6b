//! Changing the address of an account.

use peerpath_tests::answer::Answer;
use peerpath_tests::eventually;
use peerpath_tests::mails::Mail;
use peerpath_tests::people::{PASSWORD, Person};
use peerpath_tests::service::Service;
use reqwest::{Method, RequestBuilder};
use serde_json::json;

const ADA: &str = "ada@example.org";
const NEW: &str = "ada@new.example";

async fn change(service: &Service, person: &Person, email: &str) -> Answer {
    service.put_by(person, "/v1/me/email", &json!({"email": email, "current_password": PASSWORD})).await
}

fn confirm(service: &Service, token: &str) -> RequestBuilder {
    service.anonymous(Method::POST, "/v1/accounts/confirm-address").json(&json!({"token": token, "password": PASSWORD}))
}

async fn signs_in(service: &Service, email: &str) -> bool {
    service.post("/v1/sessions", &json!({"email": email, "password": PASSWORD})).await.status == 201
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_changes_when_the_new_one_is_confirmed_and_the_old_one_gets_a_mail() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let asked = change(&service, &ada, "Ada@New.example").await;
    assert_eq!((asked.status.as_u16(), asked.json()), (202, json!({"mail_sent_to": "Ada@new.example"})));
    let token = service.mails.one(NEW, "Confirm your new address").await.token();
    let reported = service.mails.one(ADA, "about to change").await;
    assert!(!reported.body.contains("token="), "the old address cannot confirm the new one: {}", reported.body);
    assert_eq!(service.get_by(&ada, "/v1/me").await.ok()["email"], ADA);
    assert!(signs_in(&service, ADA).await && !signs_in(&service, NEW).await);

    assert_eq!(Answer::to(confirm(&service, &token)).await.status, 204);
    let me = service.get_by(&ada, "/v1/me").await;
    assert_eq!((&me.ok()["email"], me.header("etag")), (&json!("Ada@new.example"), "\"2\""));
    assert!(signs_in(&service, NEW).await && !signs_in(&service, ADA).await);
    service.mails.one(ADA, "address was changed").await;
    let _ = Answer::to(confirm(&service, &token)).await.problem(401, "invalid-credentials");
    service.person("ada").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changing_the_address_requires_the_password_and_a_valid_address() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let wrong = json!({"email": NEW, "current_password": "wrong"});
    assert_eq!(service.put_by(&ada, "/v1/me/email", &wrong).await.pointers(), ["/current_password"]);
    for none in ["", "ada", "ada@localhost", "Ada <ada@new.example>", "ada@new.example\r\nBcc: eve@example.org"] {
        assert_eq!(change(&service, &ada, none).await.pointers(), ["/email"], "{none:?}");
    }
    assert_eq!(service.database.number("select count(*) from mail_tokens").await, 0);
    assert_eq!(service.mails.to(NEW), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_newest_link_to_a_new_address_works_and_only_for_a_day() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    assert_eq!(change(&service, &ada, "ada@mistyped.example").await.status, 202);
    let old = service.mails.one("ada@mistyped.example", "Confirm").await.token();
    assert_eq!(change(&service, &ada, NEW).await.status, 202);
    let new = service.mails.one(NEW, "Confirm").await.token();
    let _ = Answer::to(confirm(&service, &old)).await.problem(401, "invalid-credentials");
    service.database.run("update mail_tokens set expires_at = expires_at - interval '24 hours'").await;
    let _ = Answer::to(confirm(&service, &new)).await.problem(401, "invalid-credentials");
    service.database.run("update mail_tokens set expires_at = expires_at + interval '24 hours'").await;
    assert_eq!(Answer::to(confirm(&service, &new)).await.status, 204);
    assert_eq!(service.get_by(&ada, "/v1/me").await.ok()["email"], NEW);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_address_of_another_account_is_answered_like_any_other_and_does_not_change_hands() {
    let service = Service::without_catalog().await;
    let (ada, eve) = (service.person("ada").await, service.person("eve").await);
    let free = change(&service, &ada, NEW).await;
    let taken = change(&service, &ada, "EVE@example.org").await;
    assert_eq!((free.status.as_u16(), taken.status.as_u16()), (202, 202));
    assert_eq!(taken.json(), json!({"mail_sent_to": "EVE@example.org"}));
    let names = |answer: &Answer| answer.headers.keys().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(names(&free), names(&taken));
    let warning = service.mails.one("eve@example.org", "belongs to another account").await;
    assert!(!warning.body.contains("token="), "{}", warning.body);
    service.mails.after(1, ADA, "about to change").await;
    assert_eq!(service.get_by(&ada, "/v1/me").await.ok()["email"], ADA);
    assert_eq!(service.get_by(&eve, "/v1/me").await.ok()["email"], "eve@example.org");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_can_change_only_in_spelling() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    assert_eq!(change(&service, &ada, "ADA@example.org").await.status, 202);
    let mail = eventually("the mail to the new spelling", async || {
        service.mails.to(ADA).into_iter().find(|mail| mail.to == "ADA@example.org")
    })
    .await;
    assert_eq!(Answer::to(confirm(&service, &mail.token())).await.status, 204);
    assert_eq!(service.get_by(&ada, "/v1/me").await.ok()["email"], "ADA@example.org");
    assert!(signs_in(&service, ADA).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_claims_of_an_address_succeed_once() {
    let service = Service::without_catalog().await;
    let mut people = Vec::new();
    for name in ["ada", "eve", "kim"] {
        let person = service.person(name).await;
        assert_eq!(change(&service, &person, "shared@example.org").await.status, 202);
        people.push(person);
    }
    let tokens: Vec<String> = eventually("a mail for each", async || {
        let mails = service.mails.to("shared@example.org");
        (mails.len() == people.len()).then(|| mails.iter().map(Mail::token).collect())
    })
    .await;
    let answers = Answer::to_all(tokens.iter().map(|token| confirm(&service, token))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 204).count(), 1, "{answers:?}");
    for answer in answers.iter().filter(|answer| answer.status != 204) {
        let _ = answer.problem(409, "conflict");
    }
    let mut owners = Vec::new();
    for person in &people {
        owners.push(service.get_by(person, "/v1/me").await.ok()["email"] == "shared@example.org");
    }
    assert_eq!(owners.iter().filter(|owner| **owner).count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_requested_address_can_be_taken_before_it_is_confirmed() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    assert_eq!(change(&service, &ada, "late@example.org").await.status, 202);
    let token = service.mails.one("late@example.org", "Confirm your new address").await.token();
    service.person("late").await;
    let _ = Answer::to(confirm(&service, &token)).await.problem(409, "conflict");
    assert_eq!(service.get_by(&ada, "/v1/me").await.ok()["email"], ADA);
}
