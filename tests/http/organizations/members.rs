//! Members of organizations: their roles, and the last owner.

use peerpath_tests::answer::{Answer, at_once, ids, with_status};
use peerpath_tests::eventually;
use peerpath_tests::people::{PASSWORD, Person};
use peerpath_tests::service::Service;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{member, path_of};

/// An organization with two of each role.
struct Staff {
    service: Service,
    organization: String,
    owners: [Person; 2],
    managers: [Person; 2],
    members: [Person; 2],
}

impl Staff {
    async fn new() -> Self {
        let service = Service::without_catalog().await;
        let (olga, otto, mia, max, ben, bea) = tokio::join!(
            service.person("olga"),
            service.person("otto"),
            service.person("mia"),
            service.person("max"),
            service.person("ben"),
            service.person("bea"),
        );
        let organization = service.organization(&olga, "Academy").await;
        let others = [(&otto, "owner"), (&mia, "manager"), (&max, "manager"), (&ben, "member"), (&bea, "member")];
        for (person, role) in others {
            service.join(&olga, &organization, person, role).await;
        }
        Self { service, organization, owners: [olga, otto], managers: [mia, max], members: [ben, bea] }
    }

    async fn make(&self, by: &Person, whom: &Person, role: &str) -> Answer {
        let path = member(&self.organization, whom);
        self.service.change(by, Method::PUT, &path, "*", &json!({"role": role})).await
    }

    async fn remove(&self, by: &Person, whom: &Person) -> Answer {
        self.service.delete_by(by, &member(&self.organization, whom)).await
    }

    async fn role_of(&self, whom: &Person) -> Value {
        let found = self.service.get_by(&self.owners[0], &member(&self.organization, whom)).await;
        if found.status == 404 { Value::Null } else { found.private(200)["role"].clone() }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn managers_invite_and_remove_members_and_owners_anybody() {
    let staff = Staff::new().await;
    let ([olga, otto], [mia, max], [ben, bea]) = (&staff.owners, &staff.managers, &staff.members);
    let before = staff.service.database.state().await;
    for (by, whom, role) in [
        (mia, ben, "member"),
        (mia, ben, "manager"),
        (mia, ben, "owner"),
        (mia, max, "member"),
        (mia, mia, "owner"),
        (mia, mia, "member"),
        (mia, otto, "member"),
        (ben, bea, "member"),
        (ben, ben, "owner"),
    ] {
        let _ = staff.make(by, whom, role).await.problem(403, "forbidden");
    }
    for (by, whom) in [(mia, max), (mia, otto), (ben, bea), (ben, mia), (ben, otto)] {
        let _ = staff.remove(by, whom).await.problem(403, "forbidden");
    }
    for role in ["manager", "owner"] {
        let draft = json!({"email": "new@example.org", "role": role});
        let path = format!("{}/invitations", path_of(&staff.organization));
        let _ = staff.service.post_by(mia, &path, &draft).await.problem(403, "forbidden");
    }
    let _ = staff.make(olga, ben, "administrator").await.problem(422, "invalid");
    assert_eq!(staff.service.database.state().await, before);

    assert_eq!(staff.remove(mia, bea).await.status, 204);
    assert_eq!(staff.role_of(bea).await, Value::Null);
    assert_eq!(staff.make(olga, ben, "owner").await.private(200)["role"], "owner");
    assert_eq!(staff.make(ben, otto, "member").await.private(200)["role"], "member", "who was an owner until now");
    assert_eq!(staff.remove(ben, max).await.status, 204);
    assert_eq!(staff.remove(mia, mia).await.status, 204, "everybody may leave");
    let left = staff.service.get_by(olga, &format!("{}/members", path_of(&staff.organization))).await.private(200);
    let mut expected = [olga, otto, ben].map(|person| person.account.clone());
    expected.sort();
    assert_eq!(ids(&left), expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_is_changed_from_its_version() {
    let staff = Staff::new().await;
    let (olga, ben) = (&staff.owners[0], &staff.members[0]);
    let path = member(&staff.organization, ben);
    let seen = staff.service.get_by(olga, &path).await;
    let tag = seen.header("etag");
    let change =
        async |tag: &str| staff.service.change(olga, Method::PUT, &path, tag, &json!({"role": "manager"})).await;
    let changed = change(tag).await;
    assert_eq!(changed.private(200)["role"], "manager");
    assert_ne!(changed.header("etag"), tag);
    let _ = change(tag).await.problem(412, "stale");
    assert_eq!(staff.service.get_by(olga, &path).await.header("etag"), changed.header("etag"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_owner_can_neither_leave_nor_be_demoted_nor_delete_their_account() {
    let staff = Staff::new().await;
    let ([olga, otto], [mia, _]) = (&staff.owners, &staff.managers);
    assert_eq!(staff.remove(olga, otto).await.status, 204);
    let before = staff.service.database.state().await;
    let _ = staff.remove(olga, olga).await.problem(409, "last-owner");
    for role in ["manager", "member"] {
        let _ = staff.make(olga, olga, role).await.problem(409, "last-owner");
    }
    let deletion = json!({"current_password": PASSWORD});
    let refused = staff.service.post_by(olga, "/v1/me/deletion", &deletion).await.problem(409, "last-owner");
    assert!(refused["detail"].as_str().unwrap().contains(&staff.organization), "{refused}");
    assert_eq!(staff.service.database.state().await, before);
    assert_eq!(staff.make(olga, mia, "owner").await.status, 200);
    assert_eq!(staff.make(olga, olga, "member").await.status, 200);
    assert_eq!(staff.service.post_by(olga, "/v1/me/deletion", &deletion).await.status, 204);
}

/// The answers to two requests, both of which reach the audit log before either ends.
async fn interleaved(service: &Service, requests: [RequestBuilder; 2]) -> Vec<Answer> {
    let held = service.database.hold("audit_events").await;
    tokio::join!(at_once(requests.into()), held.release_when_waiting(2)).0
}

/// Two owners of an organization.
async fn owned_together(service: &Service, olga: &Person, otto: &Person) -> String {
    let organization = service.organization(olga, "Academy").await;
    // Not by invitation, because the number of mails to an address is limited.
    let row = format!("('{organization}', '{}', 'owner', now())", otto.account);
    service
        .database
        .run(&format!("insert into members (organization_id, account_id, role, joined_at) values {row}"))
        .await;
    organization
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_two_owners_who_leave_at_the_same_time_remains() {
    let service = Service::without_catalog().await;
    let (olga, otto) = tokio::join!(service.person("olga"), service.person("otto"));
    let leave = |organization: &str, person: &Person| service.by(person, Method::DELETE, &member(organization, person));
    let demote = |organization: &str, by: &Person, whom: &Person| {
        let request = service.by(by, Method::PUT, &member(organization, whom)).header("if-match", "*");
        request.json(&json!({"role": "member"}))
    };
    for round in 0..3 {
        let organization = owned_together(&service, &olga, &otto).await;
        let (one, other): (RequestBuilder, RequestBuilder) = match round {
            0 => (leave(&organization, &olga), leave(&organization, &otto)),
            1 => (demote(&organization, &olga, &olga), demote(&organization, &otto, &otto)),
            _ => (leave(&organization, &olga), demote(&organization, &otto, &otto)),
        };
        let answers = interleaved(&service, [one, other]).await;
        let statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
        assert_eq!(with_status(&answers, 409), 1, "{statuses:?}");
        let owners =
            format!("select count(*) from members where organization_id = '{organization}' and role = 'owner'");
        assert_eq!(service.database.number(&owners).await, 1, "round {round}");
        let kept = if answers[0].status == 409 { &olga } else { &otto };
        assert_eq!(service.delete_by(kept, &path_of(&organization)).await.status, 204, "round {round}");
    }
    let organization = owned_together(&service, &olga, &otto).await;
    let delete = |person: &Person| {
        service.by(person, Method::POST, "/v1/me/deletion").json(&json!({"current_password": PASSWORD}))
    };
    let answers = interleaved(&service, [delete(&olga), delete(&otto)]).await;
    assert_eq!((with_status(&answers, 204), with_status(&answers, 409)), (1, 1));
    let owners = format!("select count(*) from members where organization_id = '{organization}' and role = 'owner'");
    assert_eq!(service.database.number(&owners).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organization_keeps_an_owner_while_a_new_owner_deletes_their_account() {
    let service = Service::without_catalog().await;
    let (olga, mia) = tokio::join!(service.person("olga"), service.person("mia"));
    let organization = service.organization(&olga, "Academy").await;
    service.join(&olga, &organization, &mia, "manager").await;
    // The deletion of Mia's account has checked her organizations.
    let held = service.database.hold("sessions").await;
    let delete = service.by(&mia, Method::POST, "/v1/me/deletion").json(&json!({"current_password": PASSWORD}));
    let deleting = tokio::spawn(Answer::to(delete));
    eventually("the deletion to wait", async || (service.database.waiting().await == 1).then_some(())).await;
    let promote = service.by(&olga, Method::PUT, &member(&organization, &mia)).header("if-match", "*");
    let promote = promote.json(&json!({"role": "owner"}));
    let leave = service.by(&olga, Method::DELETE, &member(&organization, &olga));
    let going = tokio::spawn(async { [Answer::to(promote).await, Answer::to(leave).await] });
    // Either both are done, or the first waits for the deletion.
    eventually("Olga to go or wait", async || {
        (going.is_finished() || service.database.waiting().await == 2).then_some(())
    })
    .await;
    held.release().await;
    let (deleted, gone) = (deleting.await.unwrap(), going.await.unwrap());
    let statuses = [deleted.status, gone[0].status, gone[1].status];
    let without = "organizations where not exists (select from members where organization_id = id and role = 'owner')";
    assert_eq!(service.database.number(&format!("select count(*) from {without}")).await, 0, "{statuses:?}");
    assert!(statuses.iter().all(|status| !status.is_server_error()), "{statuses:?}");
}
