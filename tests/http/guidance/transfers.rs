//! Using a credential in another jurisdiction.

use std::collections::BTreeSet;

use peerpath_tests::files::Files;
use peerpath_tests::service::Service;
use serde_json::{Value, json};

use super::ask;

async fn transferred(service: &Service, body: Value) -> Value {
    ask(service, "/v1/transfers", &body).await.private(200)
}

fn worth<'a>(list: &'a Value, credential: &str) -> &'a Value {
    let items = list["items"].as_array().unwrap();
    let mut all = items.iter().flat_map(|item| item["credentials"].as_array().unwrap());
    all.find(|one| one["credential"]["id"] == credential).unwrap_or_else(|| panic!("{credential} is there"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_jurisdiction_and_credential_appears_once_and_the_best_come_first() {
    let service = Service::start().await;
    let list = transferred(&service, json!({"held": {"credential": "us-wa-cpss"}, "limit": 200})).await;
    let items = list["items"].as_array().unwrap();
    let codes: Vec<&Value> = items.iter().map(|item| &item["jurisdiction"]).collect();
    let files = Files::of_repository();
    assert_eq!(codes.len(), files.records("jurisdictions").len() + 1, "and the national ones");
    assert_eq!(codes.iter().map(ToString::to_string).collect::<BTreeSet<_>>().len(), codes.len());
    let credentials = items.iter().map(|item| item["credentials"].as_array().unwrap().len()).sum::<usize>();
    assert_eq!(credentials, files.records("credentials").len());
    let order = ["held", "accepted", "in_part", "unknown", "not_stated", "not_accepted"];
    let rank = |item: &Value| order.iter().position(|word| item["acceptance"] == *word).unwrap();
    assert!(items.iter().filter(|item| item["credentials"] != json!([])).is_sorted_by_key(rank));
    for item in items {
        let own: Vec<usize> = item["credentials"].as_array().unwrap().iter().map(rank).collect();
        assert!(own.is_sorted(), "{own:?}");
        assert!(own.first().is_none_or(|best| *best == rank(item)));
    }
    assert_eq!(items[0]["jurisdiction"], "US-WA");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reciprocity_has_its_text_and_source() {
    let service = Service::start().await;
    let list = transferred(
        &service,
        json!({"held": {"credential": "us-wa-cpss"}, "jurisdictions": ["US-OR", "US-NC", "US-CA", "US-TX"]}),
    )
    .await;
    let files = Files::of_repository();
    for (credential, acceptance) in [
        ("us-or-pss", "accepted"),
        ("us-nc-cpss", "not_accepted"),
        ("us-ca-cmpss", "in_part"),
        ("us-tx-mhps", "in_part"),
    ] {
        let found = worth(&list, credential);
        assert_eq!(found["acceptance"], acceptance, "{credential}");
        let stated = &files.record("credentials", credential)["reciprocity"];
        assert_eq!(
            (&found["reciprocity"]["accepts"], &found["reciprocity"]["note"]),
            (&stated["accepts"], &stated["note"])
        );
        let source = &found["reciprocity"]["source"];
        assert_eq!(*source, stated["source"]);
        assert!(list["sources"].as_array().unwrap().iter().any(|one| one["id"] == *source));
    }
    assert_eq!(worth(&list, "us-ca-cmpss")["route"], "out-of-state");
    assert_eq!(list["items"].as_array().unwrap().len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_facts_that_a_credential_implies_are_credited() {
    let service = Service::start().await;
    let held = json!({"credential": "us-az-cprs", "issued_on": "2024-05-31"});
    let list = transferred(&service, json!({"held": held, "jurisdictions": ["us-de-cprs"]})).await;
    let implied = &list["implied"];
    assert_eq!((&implied["training"][0]["hours"], &implied["volunteer_hours"]), (&json!(46), &json!(500)));
    assert_eq!(implied["birth_date"], Value::Null);
    let missing = |list: &Value| -> BTreeSet<String> {
        let missing = worth(list, "us-de-cprs")["missing"].as_array().unwrap();
        missing.iter().map(|verdict| verdict["kind"].as_str().unwrap().to_owned()).collect()
    };
    let kinds = missing(&list);
    assert!(!kinds.contains("training"), "46 hours in the same four topics: {kinds:?}");
    let files = Files::of_repository();
    let asked = |id: &str| -> BTreeSet<String> {
        let requirements = files.record("credentials", id)["routes"][0]["requirements"].clone();
        requirements
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["condition"]["kind"].as_str().unwrap().to_owned())
            .collect()
    };
    let beyond: BTreeSet<String> = asked("us-de-cprs").difference(&asked("us-az-cprs")).cloned().collect();
    assert!(beyond.is_subset(&kinds), "{beyond:?} {kinds:?}");
    let profile = json!({"work_hours": 500});
    let more = transferred(&service, json!({"held": held, "profile": profile, "jurisdictions": ["us-de-cprs"]})).await;
    assert!(!missing(&more).contains("work_experience"));
    assert_eq!(more["implied"], *implied, "what is implied is the credential's, whatever its holder says");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn membership_of_a_board_in_ic_rc_is_not_guessed() {
    let service = Service::start().await;
    let acceptance = async |through: Value| {
        let body = json!({"held": {"credential": "us-az-cprs"}, "through_ic_rc": through, "jurisdictions": ["US-MD"]});
        worth(&transferred(&service, body).await, "us-md-cprs")["acceptance"].clone()
    };
    assert_eq!(acceptance(json!(null)).await, "unknown");
    assert_eq!(acceptance(json!(true)).await, "accepted");
    assert_eq!(acceptance(json!(false)).await, "not_stated");
    let free = transferred(&service, json!({"held": {"title": "Peer Worker of Ontario"}, "limit": 200})).await;
    for item in free["items"].as_array().unwrap() {
        assert!(["unknown", "not_stated", "not_accepted"].contains(&item["acceptance"].as_str().unwrap()), "{item}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invalid_held_credentials_and_destinations_are_refused() {
    let service = Service::start().await;
    for (body, expected) in [
        (json!({}), vec![""]),
        (json!({"held": {}}), vec!["/held"]),
        (json!({"held": {"credential": "us-tx-magic"}}), vec!["/held/credential"]),
        (json!({"held": {"credential": "us-wa-cpss", "issued_on": "2999-01-01"}}), vec!["/held/issued_on"]),
        (json!({"held": {"credential": "us-wa-cpss", "expires_on": "2020-01-01"}}), vec!["/held/expires_on"]),
        (json!({"held": {"title": "x".repeat(201)}}), vec!["/held/title"]),
        (
            json!({"held": {"title": "Peer"}, "jurisdictions": ["US-XX"], "profile": {"age_years": 200}}),
            vec!["/jurisdictions/0", "/profile/age_years"],
        ),
    ] {
        let answer = ask(&service, "/v1/transfers", &body).await;
        assert_eq!(answer.pointers(), expected, "{body}: {}", answer.text());
    }
    let first = transferred(&service, json!({"held": {"credential": "us-wa-cpss"}, "limit": 30})).await;
    let second = json!({"held": {"credential": "us-wa-cpss"}, "limit": 200, "cursor": first["next_cursor"]});
    let second = transferred(&service, second).await;
    let total = first["meta"]["total"].as_u64().unwrap();
    assert_eq!(json!(second["items"].as_array().unwrap().len() + 30), json!(total));
    assert_eq!(second["next_cursor"], Value::Null);
}
