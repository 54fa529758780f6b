//! Mails are sent with their change and only then, once, with retries until they arrive.

use peerpath_tests::database::TestDatabase;
use peerpath_tests::eventually;
use peerpath_tests::people::PASSWORD;
use peerpath_tests::program::Served;
use peerpath_tests::service::{ISSUER, Service};
use peerpath_tests::smtp::{Mood, SmtpServer};
use reqwest::Method;
use serde_json::json;

const ADA: &str = "ada@example.org";

/// A service that sends its mails to a server.
async fn service_with(server: &SmtpServer) -> Service {
    Service::start_with(TestDatabase::empty(), |setup| setup.config.smtp_url = Some(server.url.clone())).await
}

async fn sign_up(service: &Service, email: &str) {
    let draft = json!({"email": email, "password": PASSWORD, "display_name": "Ada"});
    assert_eq!(service.post("/v1/accounts", &draft).await.status, 202);
}

/// Makes all postponed mails due.
async fn hurry(service: &Service) {
    service.database.run("update outbox set due_at = now() - interval '1 second'; notify peerpath_mail").await;
}

async fn waiting(service: &Service) -> i64 {
    service.database.number("select count(*) from outbox").await
}

/// Waits until the only mail has had this many attempts. The delay starts at five seconds and doubles each time.
async fn put_off(service: &Service, attempts: i32) {
    let wait = "interval '5 seconds' * power(2, attempts - 1)";
    let rows = format!(
        "select count(*) from outbox where attempts >= {attempts} and error is not null and failed_at is null
            and due_at between created_at + {wait} and now() + {wait} + interval '1 second'"
    );
    eventually("the mail to be postponed", async || (service.database.number(&rows).await == 1).then_some(())).await;
}

async fn only_one_waits(service: &Service) {
    eventually("all mails but one to be sent", async || (waiting(service).await == 1).then_some(())).await;
}

async fn wait_until_sent(service: &Service) {
    eventually("the outbox to be empty", async || (waiting(service).await == 0).then_some(())).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_arrives_unchanged() {
    let server = SmtpServer::start(Mood::Taking);
    let service = service_with(&server).await;
    sign_up(&service, "Ada@Example.org").await;
    let delivery = server.one(ADA, "Confirm").await;
    assert_eq!((delivery.from.as_str(), &delivery.to), ("no-reply@peerpath.test", &vec!["Ada@example.org".to_owned()]));
    let text = String::from_utf8(delivery.bytes.clone()).unwrap();
    assert!(text.is_ascii() && text.lines().all(|line| line.len() <= 998), "{text}");
    let (headers, body) = text.split_once("\r\n\r\n").unwrap();
    let header =
        |name: &str| headers.lines().find_map(|line| line.strip_prefix(&format!("{name}: "))).unwrap_or_default();
    assert_eq!(header("From"), "PeerPath <no-reply@peerpath.test>");
    assert_eq!(header("To"), "Ada@example.org");
    assert_eq!(header("Subject"), "Confirm your PeerPath account");
    assert_eq!(header("Content-Transfer-Encoding"), "7bit");
    assert!(header("Message-ID").ends_with("@peerpath.test>") && !header("Date").is_empty(), "{headers}");
    // The link has its own line, so that it can be copied.
    let token = delivery.mail().token();
    assert_eq!(token.len(), 64);
    assert!(body.lines().any(|line| line == format!("{ISSUER}/account/confirmation?token={token}")), "{body}");
    let confirmed = service.post("/v1/accounts/confirm", &json!({"token": token, "password": PASSWORD})).await;
    assert_eq!(confirmed.status, 201, "{}", confirmed.text());
    wait_until_sent(&service).await;
    assert_eq!(server.deliveries().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_in_any_script_arrives_as_it_was_written() {
    let server = SmtpServer::start(Mood::Taking);
    let service = service_with(&server).await;
    sign_up(&service, "eve@example.org").await;
    let token = server.one("eve@example.org", "Confirm").await.mail().token();
    assert_eq!(service.post("/v1/accounts/confirm", &json!({"token": token, "password": PASSWORD})).await.status, 201);
    let eve = service.sign_in("eve@example.org", PASSWORD).await;
    let name = "Académie «Пример» 回復の学校 – عافية ✨";
    let academy = service.organization(&eve, name).await;
    let path = format!("/v1/organizations/{academy}/invitations");
    let invited = service.post_by(&eve, &path, &json!({"email": ADA, "role": "member"})).await;
    assert_eq!(invited.status, 201, "{}", invited.text());
    let delivery = server.one(ADA, "invited").await;
    assert!(delivery.bytes.is_ascii(), "plain text names an encoding");
    let mail = delivery.mail();
    assert!(mail.body.contains(name), "{}", mail.body);
    assert!(mail.body.contains(&format!("{ISSUER}/account/invitation?token={}", mail.token())), "{}", mail.body);
    assert_eq!(mail.token().len(), 64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_deletion_sends_no_mail() {
    let server = SmtpServer::start(Mood::Taking);
    let service = service_with(&server).await;
    sign_up(&service, ADA).await;
    let token = server.one(ADA, "Confirm").await.mail().token();
    assert_eq!(service.post("/v1/accounts/confirm", &json!({"token": token, "password": PASSWORD})).await.status, 201);
    let ada = service.sign_in(ADA, PASSWORD).await;
    service.organization(&ada, "Recovery Academy").await;
    let refused = service.post_by(&ada, "/v1/me/deletion", &json!({"current_password": PASSWORD})).await;
    let _ = refused.problem(409, "last-owner");
    wait_until_sent(&service).await;
    assert_eq!(server.to(ADA).len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_waits_for_a_server_that_is_down_or_refuses_for_now() {
    for mood in [Mood::Down, Mood::PuttingOff] {
        let server = SmtpServer::start(mood);
        let service = service_with(&server).await;
        sign_up(&service, ADA).await;
        put_off(&service, 1).await;
        hurry(&service).await;
        put_off(&service, 2).await;
        assert!(server.refused() >= 2 && server.deliveries().is_empty(), "{mood:?}");
        // A mail that arrives in between has its own attempts.
        sign_up(&service, "eve@example.org").await;

        server.turn(Mood::Taking);
        eventually("both to arrive", async || {
            hurry(&service).await;
            (waiting(&service).await == 0).then_some(())
        })
        .await;
        assert_eq!((server.to(ADA).len(), server.to("eve@example.org").len()), (1, 1), "{mood:?}");
        let token = server.one(ADA, "Confirm").await.mail().token();
        let confirmed = service.post("/v1/accounts/confirm", &json!({"token": token, "password": PASSWORD})).await;
        assert_eq!(confirmed.status, 201, "{}", confirmed.text());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_is_refused_for_good_is_deleted_and_delays_no_other() {
    let server = SmtpServer::start(Mood::Taking);
    server.disown("nobody@example.org");
    let service = service_with(&server).await;
    sign_up(&service, "nobody@example.org").await;
    sign_up(&service, ADA).await;
    server.one(ADA, "Confirm").await;
    let given_up = "select count(*) from outbox
        where recipient = 'nobody@example.org' and failed_at is not null and body = '' and error like '%550%'";
    eventually("the other mail to be deleted", async || (service.database.number(given_up).await == 1).then_some(()))
        .await;
    only_one_waits(&service).await;
    assert_eq!(server.refused(), 1);
    // It is not tried again, even when it is due.
    hurry(&service).await;
    sign_up(&service, "eve@example.org").await;
    server.one("eve@example.org", "Confirm").await;
    assert_eq!((server.refused(), server.to("nobody@example.org").len()), (1, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_instances_send_each_mail_once() {
    let server = SmtpServer::start(Mood::Taking);
    let first = service_with(&server).await;
    let second = first.another_instance_with(|setup| setup.config.smtp_url = Some(server.url.clone())).await;
    let addresses: Vec<String> = (0..60).map(|number| format!("person{number}@example.org")).collect();
    let mails = "insert into outbox (id, recipient, subject, body, created_at, due_at)
        select gen_random_uuid(), 'person' || number || '@example.org', 'News', 'Hello', now(), now()
        from generate_series(0, 59) number; notify peerpath_mail";
    first.database.run(mails).await;
    sign_up(&first, ADA).await;
    sign_up(&second, "eve@example.org").await;
    eventually("all mails to arrive", async || (server.deliveries().len() >= 62).then_some(())).await;
    wait_until_sent(&first).await;
    let mut reached: Vec<String> = server.deliveries().into_iter().flat_map(|delivery| delivery.to).collect();
    reached.sort();
    let mut expected: Vec<String> = addresses.into_iter().chain([ADA.into(), "eve@example.org".into()]).collect();
    expected.sort();
    assert_eq!(reached, expected);
    let ids: std::collections::BTreeSet<String> = server.deliveries().iter().map(|one| one.mail().id).collect();
    assert_eq!(ids.len(), 62);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_is_sent_without_a_notification() {
    let server = SmtpServer::start(Mood::Taking);
    let service = service_with(&server).await;
    // As if the instance that wrote it had died: no notification, and claimed by an instance that is gone.
    let row = format!(
        "insert into outbox (id, recipient, subject, body, created_at, due_at, attempts)
        values (gen_random_uuid(), '{ADA}', 'Left behind', 'Hello', now(), now(), 1)"
    );
    service.database.run(&row).await;
    eventually("the next look", async || (waiting(&service).await == 0).then_some(())).await;
    assert_eq!(server.one(ADA, "Left behind").await.mail().body.trim(), "Hello");
    service.database.run(&row.replace("now(), 1", "now() + interval '1 hour', 1")).await;
    sign_up(&service, "eve@example.org").await;
    server.one("eve@example.org", "Confirm").await;
    only_one_waits(&service).await;
    assert_eq!(server.to(ADA).len(), 1, "a mail that is not due stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_server_mails_are_files_that_the_log_names() {
    let database = TestDatabase::empty();
    let served = Served::on(&database).await;
    let place = eventually("the line", async || {
        let log = served.log();
        log.iter().find_map(|line| line["place"].as_str().map(ToOwned::to_owned))
    })
    .await;
    let folder = std::path::PathBuf::from(&place);
    assert!(folder.is_absolute() && folder.is_dir(), "{place}");
    let draft = json!({"email": ADA, "password": PASSWORD, "display_name": "Ada"});
    let request = peerpath_tests::service::client().request(Method::POST, format!("{}/v1/accounts", served.url));
    assert_eq!(request.json(&draft).send().await.unwrap().status(), 202);
    let file = eventually("the file", async || {
        let mut names = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
        names.find(|path| path.extension().is_some_and(|extension| extension == "eml"))
    })
    .await;
    // A file under this name is complete, because it is written under another name first.
    let mail = peerpath_tests::mails::Mail::parse(&std::fs::read(&file).unwrap());
    assert_eq!((mail.to.as_str(), mail.token().len()), (ADA, 64));
    let sent = eventually("the line in the log", async || {
        served.log().into_iter().find(|line| line["message"].as_str().is_some_and(|text| text.contains("handed over")))
    })
    .await;
    let log = format!("{:?}", served.log());
    assert!(!log.contains(ADA) && !log.contains(&mail.token()) && sent["mail"].is_string(), "{log}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 1, "nothing else is left");
}
