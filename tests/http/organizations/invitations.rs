//! Only the recipient of an invitation can accept it, and only once.

use peerpath_tests::answer::{Answer, at_once, ids, with_status};
use peerpath_tests::people::Person;
use peerpath_tests::service::Service;
use reqwest::Method;
use serde_json::{Value, json};

/// A person with an organization, and a person to invite.
struct Hosts {
    service: Service,
    ada: Person,
    ines: Person,
    organization: String,
}

impl Hosts {
    async fn new() -> Self {
        let service = Service::without_catalog().await;
        let (ada, ines) = tokio::join!(service.person("ada"), service.person("ines"));
        let organization = service.organization(&ada, "Academy").await;
        Self { service, ada, ines, organization }
    }

    fn invitations(&self) -> String {
        format!("/v1/organizations/{}/invitations", self.organization)
    }

    async fn invite(&self, email: &str, role: &str) -> Value {
        let draft = json!({"email": email, "role": role});
        self.service.post_by(&self.ada, &self.invitations(), &draft).await.private(201)
    }

    async fn token_for(&self, email: &str) -> String {
        self.service.mails.one(email, "invited").await.token()
    }

    async fn accept(&self, person: &Person, token: &str) -> Answer {
        self.service.post_by(person, "/v1/invitations/accept", &json!({"token": token})).await
    }

    async fn members(&self) -> i64 {
        let of = format!("select count(*) from members where organization_id = '{}'", self.organization);
        self.service.database.number(&of).await
    }

    async fn open(&self) -> Vec<String> {
        ids(&self.service.get_by(&self.ada, &self.invitations()).await.private(200))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_recipient_accepts_however_the_address_was_written() {
    let hosts = Hosts::new().await;
    let invitation = hosts.invite("INES@Example.ORG", "manager").await;
    assert_eq!((&invitation["email"], &invitation["role"]), (&json!("INES@example.org"), &json!("manager")));
    assert_eq!(invitation["invited_by"], *hosts.ada.account);
    let id = invitation["id"].as_str().unwrap().to_owned();
    let path = format!("{}/{id}", hosts.invitations());
    assert_eq!(hosts.service.get_by(&hosts.ada, &path).await.private(200), invitation);
    assert_eq!(hosts.open().await, [id]);

    let mail = hosts.service.mails.one("ines@example.org", "invited").await;
    assert!(mail.body.contains("Academy"), "{mail:?}");
    let accepted = hosts.accept(&hosts.ines, &mail.token()).await;
    let location = format!("/v1/organizations/{}/members/{}", hosts.organization, hosts.ines.account);
    assert_eq!(accepted.header("location"), location);
    let member = accepted.private(201);
    assert_eq!((&member["role"], &member["account_id"]), (&json!("manager"), &json!(hosts.ines.account)));
    assert_eq!(hosts.service.get_by(&hosts.ines, &location).await.private(200), member);
    assert!(hosts.open().await.is_empty());
    let _ = hosts.service.get_by(&hosts.ada, &path).await.problem(404, "not-found");
    let _ = hosts.accept(&hosts.ines, &mail.token()).await.problem(404, "not-found");
    assert_eq!(hosts.members().await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invitation_is_useless_to_others() {
    let hosts = Hosts::new().await;
    let eve = hosts.service.person("eve").await;
    hosts.invite(&hosts.ines.email, "owner").await;
    let token = hosts.token_for(&hosts.ines.email).await;
    let before = hosts.service.database.state().await;
    let _ = hosts.accept(&eve, &token).await.problem(404, "not-found");
    let _ = hosts.accept(&hosts.ada, &token).await.problem(404, "not-found");
    let alone = hosts.service.post("/v1/invitations/accept", &json!({"token": token})).await;
    let _ = alone.problem(401, "unauthenticated");
    for wrong in ["", "nonsense", &token[1..], &format!("{token}AAAA")] {
        assert_eq!(hosts.accept(&hosts.ines, wrong).await.pointers(), ["/token"], "{wrong}");
    }
    let other = format!("{}{}", &token[..60], if token.ends_with("AAAA") { "BBBB" } else { "AAAA" });
    let _ = hosts.accept(&hosts.ines, &other).await.problem(404, "not-found");
    assert_eq!(hosts.service.database.state().await, before);
    assert_eq!(hosts.accept(&hosts.ines, &token).await.private(201)["role"], "owner");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_expired_withdrawn_or_replaced_invitation_is_invalid() {
    let hosts = Hosts::new().await;
    let ines = &hosts.ines;
    let first = hosts.invite(&ines.email, "member").await;
    let expired = hosts.token_for(&ines.email).await;
    hosts.service.database.run("update invitations set expires_at = now() - interval '1 second'").await;
    let path = |invitation: &Value| format!("{}/{}", hosts.invitations(), invitation["id"].as_str().unwrap());
    let _ = hosts.accept(ines, &expired).await.problem(404, "not-found");
    let _ = hosts.service.get_by(&hosts.ada, &path(&first)).await.problem(404, "not-found");
    assert!(hosts.open().await.is_empty());

    let next = async |before: &str| {
        peerpath_tests::eventually("the next mail", async || {
            let token = hosts.token_for(&ines.email).await;
            (token != before).then_some(token)
        })
        .await
    };
    let second = hosts.invite(&ines.email, "member").await;
    let taken_back = next(&expired).await;
    assert_eq!(hosts.service.delete_by(&hosts.ada, &path(&second)).await.status, 204);
    let _ = hosts.accept(ines, &taken_back).await.problem(404, "not-found");
    let _ = hosts.service.delete_by(&hosts.ada, &path(&second)).await.problem(404, "not-found");

    hosts.invite(&ines.email, "owner").await;
    let replaced = next(&taken_back).await;
    let last = hosts.invite(&ines.email.to_uppercase(), "member").await;
    let token = next(&replaced).await;
    assert_eq!(hosts.open().await, [last["id"].as_str().unwrap()]);
    let _ = hosts.accept(ines, &replaced).await.problem(404, "not-found");
    assert_eq!(hosts.members().await, 1);
    assert_eq!(hosts.accept(ines, &token).await.private(201)["role"], "member");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accepting_an_invitation_several_times_at_once_makes_one_member() {
    let hosts = Hosts::new().await;
    hosts.invite(&hosts.ines.email, "member").await;
    let token = hosts.token_for(&hosts.ines.email).await;
    let accept =
        || hosts.service.by(&hosts.ines, Method::POST, "/v1/invitations/accept").json(&json!({"token": token}));
    let answers = at_once((0..6).map(|_| accept()).collect()).await;
    assert_eq!((with_status(&answers, 201), with_status(&answers, 404)), (1, 5));
    assert_eq!(hosts.members().await, 2);
    let joined = "select count(*) from audit_events where action = 'member.join'";
    assert_eq!(hosts.service.database.number(joined).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_cannot_be_invited_and_new_people_join_with_a_new_account() {
    let hosts = Hosts::new().await;
    let invite = async |email: &str| {
        hosts.service.post_by(&hosts.ada, &hosts.invitations(), &json!({"email": email, "role": "member"})).await
    };
    let _ = invite("ADA@example.org").await.problem(409, "conflict");
    assert_eq!(invite("no address").await.pointers(), ["/email"]);
    hosts.invite("nora@example.org", "member").await;
    let token = hosts.token_for("nora@example.org").await;
    let nora = hosts.service.person("nora").await;
    assert_eq!(hosts.accept(&nora, &token).await.status, 201);
    let _ = invite("nora@example.org").await.problem(409, "conflict");
}
