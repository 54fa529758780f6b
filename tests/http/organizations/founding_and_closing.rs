//! Founding, changing and closing organizations.

use peerpath_tests::answer::{Answer, at_once, with_status};
use peerpath_tests::people::PASSWORD;
use peerpath_tests::service::Service;
use reqwest::Method;
use serde_json::{Value, json};

use super::path_of;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_organization_is_founded_read_and_changed_from_its_version() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let draft = json!({"kind": "training_provider", "name": " Académie ", "website": "https://academy.example"});
    let made = service.post_by(&ada, "/v1/organizations", &draft).await;
    let organization = made.private(201);
    let path = path_of(organization["id"].as_str().unwrap());
    assert_eq!((made.header("location"), made.header("etag")), (path.as_str(), "\"1\""));
    assert_eq!((&organization["name"], &organization["role"]), (&json!("Académie"), &json!("owner")));
    assert_eq!(
        (&organization["kind"], &organization["scopes"]),
        (&json!("training_provider"), &json!(["catalog:read", "guidance"]))
    );
    assert_eq!(service.get_by(&ada, &path).await.private(200), organization);
    let listed = service.get_by(&ada, "/v1/organizations").await.private(200);
    assert_eq!((&listed["items"], &listed["meta"]["total"]), (&json!([organization]), &json!(1)));

    let change = async |tag: &str, body: Value| service.change(&ada, Method::PATCH, &path, tag, &body).await;
    let renamed = change("\"1\"", json!({"name": "Academy"})).await;
    assert_eq!(renamed.header("etag"), "\"2\"");
    let body = renamed.private(200);
    assert_eq!((&body["name"], &body["website"]), (&json!("Academy"), &json!("https://academy.example")));
    let _ = change("\"1\"", json!({"name": "Too late"})).await.problem(412, "stale");
    let bare = service.by(&ada, Method::PATCH, &path).json(&json!({"name": "Blind"}));
    let _ = Answer::to(bare).await.problem(428, "precondition-required");
    let moved = change("\"1\", \"2\"", json!({"website": null})).await;
    assert_eq!((moved.header("etag"), &moved.private(200)["website"]), ("\"3\"", &Value::Null));
    let merge = service.by(&ada, Method::PATCH, &path).header("if-match", "*");
    let merge =
        merge.header("content-type", "application/merge-patch+json; charset=utf-8").body("{\"name\":\"Merged\"}");
    assert_eq!(Answer::to(merge).await.private(200)["name"], "Merged");
    let now = service.get_by(&ada, &path).await;
    assert_eq!((now.header("etag"), &now.private(200)["name"]), ("\"4\"", &json!("Merged")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_organization_can_be_founded_and_all_violations_are_reported_at_once() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    for kind in ["training_provider", "job_board", "employer"] {
        let made = service.post_by(&ada, "/v1/organizations", &json!({"kind": kind, "name": kind})).await.private(201);
        assert_eq!((&made["kind"], &made["website"]), (&json!(kind), &Value::Null));
    }
    let before = service.database.state().await;
    let long = "x".repeat(101);
    let far = format!("https://academy.example/{}", "x".repeat(500));
    for (draft, pointers) in [
        (json!({"kind": "school", "name": "", "website": 5}), vec!["/kind", "/name", "/website"]),
        (json!({"kind": "employer", "name": " ", "website": "ftp://academy.example"}), vec!["/name", "/website"]),
        (json!({"kind": "employer", "name": long, "website": "academy.example"}), vec!["/name", "/website"]),
        (
            json!({"kind": "employer", "name": "A\u{202e}B", "website": "javascript:alert(1)"}),
            vec!["/name", "/website"],
        ),
        (json!({"kind": "employer", "name": "A", "website": far}), vec!["/website"]),
        (json!({"kind": null, "name": null}), vec!["/kind", "/name"]),
        (json!({}), vec![""]),
    ] {
        let answer = service.post_by(&ada, "/v1/organizations", &draft).await;
        assert_eq!(answer.pointers(), pointers, "{draft}");
    }
    assert_eq!(service.database.state().await, before);
    let organization = service.organization(&ada, "A").await;
    let draft = json!({"name": "", "website": "nowhere"});
    let answer = service.change(&ada, Method::PATCH, &path_of(&organization), "*", &draft).await;
    assert_eq!(answer.pointers(), ["/name", "/website"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_one_of_several_changes_from_one_version_succeeds() {
    let service = Service::without_catalog().await;
    let ada = service.person("ada").await;
    let path = path_of(&service.organization(&ada, "Academy").await);
    for round in 1..=3 {
        let change = |number: usize| {
            let request = service.by(&ada, Method::PATCH, &path).header("if-match", format!("\"{round}\""));
            request.json(&json!({"name": format!("Number {number}")}))
        };
        let answers = at_once((0..8).map(change).collect()).await;
        assert_eq!((with_status(&answers, 200), with_status(&answers, 412)), (1, 7), "round {round}");
        let won = answers.iter().find(|answer| answer.status == 200).unwrap().json();
        assert_eq!(service.get_by(&ada, &path).await.private(200), won);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_organization_is_gone_with_its_clients_and_invitations() {
    let service = Service::start().await;
    let (ada, ines, mary) = tokio::join!(service.person("ada"), service.person("ines"), service.person("mary"));
    let organization = service.organization(&ada, "Academy").await;
    let path = path_of(&organization);
    service.join(&ada, &organization, &mary, "manager").await;
    let machine = service.client_of(&ada, &organization).await;
    let token = service.token_of(&machine).await;
    assert_eq!(service.get_with(&token, "/v1/catalog").await.status, 200);
    let draft = json!({"email": ines.email, "role": "member"});
    assert_eq!(service.post_by(&ada, &format!("{path}/invitations"), &draft).await.status, 201);
    let invitation = service.mails.one(&ines.email, "invited").await.token();

    let close = |tag: &str| service.by(&ada, Method::DELETE, &path).header("if-match", tag.to_owned());
    let _ = Answer::to(service.by(&ada, Method::DELETE, &path)).await.problem(428, "precondition-required");
    let _ = Answer::to(close("\"7\"")).await.problem(412, "stale");
    let _ =
        Answer::to(service.by(&mary, Method::DELETE, &path).header("if-match", "*")).await.problem(403, "forbidden");
    assert_eq!(service.get_with(&token, "/v1/catalog").await.status, 200);
    let closed = Answer::to(close("\"1\"")).await;
    assert_eq!((closed.status.as_u16(), closed.body.len()), (204, 0));

    service.refuses(&token, "/v1/catalog").await;
    assert_eq!(service.ask_for_token(&machine.form()).await.json()["error"], "invalid_client");
    for path in [path.clone(), format!("{path}/members"), format!("{path}/clients"), format!("{path}/audit-events")] {
        let _ = service.get_by(&ada, &path).await.problem(404, "not-found");
    }
    let _ = Answer::to(close("\"1\"")).await.problem(404, "not-found");
    let accepted = service.post_by(&ines, "/v1/invitations/accept", &json!({"token": invitation})).await;
    let _ = accepted.problem(404, "not-found");
    assert_eq!(service.get_by(&ada, "/v1/organizations").await.private(200)["meta"]["total"], 0);
    let deletion = json!({"current_password": PASSWORD});
    assert_eq!(service.post_by(&ada, "/v1/me/deletion", &deletion).await.status, 204);
}
