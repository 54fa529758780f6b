//! What a course counts toward.

use peerpath_tests::files::Files;
use peerpath_tests::service::Service;
use serde_json::{Value, json};

use super::ask;

async fn aligned(service: &Service, body: Value) -> Value {
    ask(service, "/v1/alignments", &body).await.private(200)
}

fn found<'a>(list: &'a Value, requirement: &str) -> &'a Value {
    let items = list["items"].as_array().unwrap();
    items.iter().find(|item| item["requirement"] == requirement).unwrap_or_else(|| panic!("{requirement} is there"))
}

/// A course in the four domains of IC&RC.
fn course() -> Value {
    json!({
        "hours": 46, "topics": [
            {"name": "advocacy", "hours": 10}, {"name": "Mentoring and Education", "hours": 10},
            {"name": "Wellness/Recovery support", "hours": 10}, {"name": "Ethical Responsibility", "hours": 16},
        ],
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_required_training_is_compared_with_the_course() {
    let service = Service::start().await;
    let list = aligned(&service, json!({"course": course(), "limit": 200})).await;
    let mut trainings = 0;
    for record in Files::of_repository().records("credentials") {
        for route in record.body["routes"].as_array().unwrap() {
            for requirement in
                route["requirements"].as_array().unwrap().iter().filter(|one| one["condition"]["kind"] == "training")
            {
                trainings += 1;
                let text = |value: &Value| value["id"].as_str().unwrap().to_owned();
                let path = format!("{}/{}/{}", text(&record.body), text(route), text(requirement));
                let item = found(&list, &path);
                let asked = requirement["condition"]["hours"].as_f64();
                assert_eq!(item["hours_asked"].as_f64(), asked, "{path}");
                assert_eq!(item["hours_beyond"].as_f64(), asked.map(|asked| (46.0 - asked).max(0.0)), "{path}");
                assert!(item["hours_missing"].as_f64() >= asked.map(|asked| (asked - 46.0).max(0.0)), "{path}");
                assert_eq!(item["counts"] == "not_stated", asked.is_none(), "{path}");
                assert_eq!(item["approval_asked"], requirement["condition"]["approved_provider"], "{path}");
                assert_eq!(item["source"], requirement["source"], "{path}");
            }
        }
    }
    assert_eq!(list["meta"]["total"], trainings);
    let reported: u64 = list["meta"]["counts"].as_object().unwrap().values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(reported, trainings);
    assert_eq!(found(&list, "us-az-cprs/standard/training")["counts"], "fully");
    let indiana = found(&list, "us-in-cprc/standard/training");
    assert_eq!(
        (&indiana["counts"], &indiana["hours_missing"]),
        (&json!("perhaps"), &json!(0)),
        "its topics have other names"
    );
    let maryland = found(&list, "us-md-cprs/standard/training");
    assert_eq!((&maryland["counts"], &maryland["hours_missing"]), (&json!("partly"), &json!(4)));
    let california = found(&list, "us-ca-cmpss/standard/training");
    assert_eq!(california["topics_beyond"], json!([]), "no topic is asked for there");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_approval_counts_where_it_is_required() {
    let service = Service::start().await;
    let counts = async |approved_for: Value| {
        let mut course = course();
        course["hours"] = json!(100);
        course["approved_for"] = approved_for;
        let list = aligned(&service, json!({"course": course, "credentials": ["US-WA", "US-VA"], "limit": 200})).await;
        let washington = found(&list, "us-wa-cpss/standard/training");
        (washington["counts"].clone(), washington["approved"].clone())
    };
    let files = Files::of_repository().record("credentials", "us-wa-cpss");
    let training = files["routes"][0]["requirements"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["condition"]["kind"] == "training")
        .unwrap()["condition"]
        .clone();
    assert_eq!(training["approved_provider"], true);
    assert_eq!(counts(Value::Null).await, (json!("once_approved"), Value::Null));
    assert_eq!(counts(json!([])).await, (json!("once_approved"), json!(false)));
    assert_eq!(counts(json!(["US-WA"])).await, (json!("unless_noted"), json!(true)));
    assert_eq!(counts(json!(["us-wa-cpss"])).await, (json!("unless_noted"), json!(true)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_addition_satisfies_the_requirements_that_it_names() {
    let service = Service::start().await;
    let list = aligned(&service, json!({"course": course()})).await;
    let additions = list["additions"].as_array().unwrap();
    assert!(!additions.is_empty());
    let number = |addition: &Value, name: &str| addition[name].as_f64().unwrap();
    assert!(additions.is_sorted_by(|a, b| number(a, "hours") < number(b, "hours")
        && number(a, "further_jurisdictions") < number(b, "further_jurisdictions")));
    for addition in additions {
        let mut longer = course();
        longer["hours"] = json!(46.0 + number(addition, "hours"));
        for topic in addition["topics"].as_array().unwrap() {
            let known = longer["topics"].as_array_mut().unwrap();
            let same = known.iter_mut().find(|one| {
                one["name"].as_str().unwrap().to_lowercase().split(|c: char| !c.is_alphanumeric()).next()
                    == topic["name"].as_str().unwrap().to_lowercase().split(|c: char| !c.is_alphanumeric()).next()
            });
            match same {
                Some(one) => one["hours"] = json!(number(one, "hours") + number(topic, "hours")),
                None => known.push(topic.clone()),
            }
        }
        let opens = &addition["opens"];
        let after = aligned(&service, json!({"course": longer, "credentials": opens, "limit": 200})).await;
        for id in opens.as_array().unwrap() {
            let own = after["items"].as_array().unwrap().iter().filter(|item| item["credential"]["id"] == *id);
            assert!(
                own.into_iter()
                    .any(|item| ["fully", "unless_noted", "once_approved"].contains(&item["counts"].as_str().unwrap())),
                "{id} by {addition}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn coverage_of_categories_depends_on_the_known_competencies() {
    let service = Service::start().await;
    let mut course = course();
    course["competencies"] = json!(["samhsa-cc-1.1", "samhsa-cc-1.2"]);
    course["categories"] = json!(["samhsa-cc-5"]);
    let list = aligned(&service, json!({"course": course})).await;
    let frameworks = list["frameworks"].as_array().unwrap();
    let samhsa = frameworks.iter().find(|one| one["id"] == "samhsa-core-competencies").unwrap();
    let category = |id: &str| samhsa["categories"].as_array().unwrap().iter().find(|one| one["id"] == id).unwrap();
    let first = category("samhsa-cc-1");
    assert_eq!((&first["coverage"], &first["covered"]), (&json!("part"), &json!(2)));
    assert_eq!(json!(first["missing"].as_array().unwrap().len() + 2), first["competencies"]);
    assert_eq!(category("samhsa-cc-5")["coverage"], "whole", "the provider says so");
    assert_eq!(category("samhsa-cc-6")["coverage"], "not_retrieved");
    assert_eq!(category("samhsa-cc-3")["coverage"], "none");
    let sources = list["sources"].as_array().unwrap();
    for id in samhsa["source_ids"].as_array().unwrap() {
        assert!(sources.iter().any(|source| source["id"] == *id));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn notes_about_the_form_of_delivery_are_pointed_out() {
    let service = Service::start().await;
    let list = aligned(&service, json!({"course": {"hours": 80, "delivery": "online_live"}, "limit": 200})).await;
    assert_eq!(found(&list, "us-nc-cpss/standard/training")["delivery_noted"], true, "40 hours face to face");
    assert_eq!(found(&list, "us-az-cprs/standard/training")["delivery_noted"], false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_impossible_course_is_refused() {
    let service = Service::start().await;
    for (body, expected) in [
        (json!({}), vec![""]),
        (json!({"course": {}}), vec!["/course"]),
        (json!({"course": {"hours": 0}}), vec!["/course/hours"]),
        (json!({"course": {"hours": -1}}), vec!["/course/hours"]),
        (json!({"course": {"hours": 20_000}}), vec!["/course/hours"]),
        (json!({"course": {"hours": 10, "topics": [{"name": "Ethics", "hours": 11}]}}), vec!["/course/topics"]),
        (
            json!({"course": {"hours": 10, "competencies": ["samhsa-cc-1.1", "samhsa-cc-99.1"], "categories": ["magic"]}}),
            vec!["/course/categories/0", "/course/competencies/1"],
        ),
        (json!({"course": {"hours": 10, "approved_for": ["ic-rc"]}}), vec!["/course/approved_for/0"]),
        (json!({"course": {"hours": 10, "delivery": "by_owl"}}), vec!["/course/delivery"]),
        (json!({"course": {"hours": 10}, "credentials": ["US-XX"]}), vec!["/credentials/0"]),
    ] {
        let answer = ask(&service, "/v1/alignments", &body).await;
        assert_eq!(answer.pointers(), expected, "{body}: {}", answer.text());
    }
}
