//! Every documented parameter of a query has an effect.

use peerpath_tests::answer::{Answer, id, ids};
use peerpath_tests::document::{Operation, committed, operations, with_query};
use peerpath_tests::files::Files;
use peerpath_tests::world::World;
use reqwest::{Method, Url};
use serde_json::{Value, json};

/// Parameters that are not filters. Each has its own check here, except `cursor` (see the tests of paging) and `as_of` (see the
/// answers for days before the first version).
const OTHERS: [&str; 6] = ["limit", "cursor", "fields", "as_of", "sort", "q"];

fn name(parameter: &Value) -> &str {
    parameter["name"].as_str().unwrap()
}

/// Operations that read with a query.
fn reading() -> impl Iterator<Item = Operation> {
    let by_query = |operation: &Operation| operation.parameters("query").next().is_some();
    operations()
        .into_iter()
        .filter(|one| one.is_of_the_api() && one.method == Method::GET)
        .filter(move |one| by_query(one))
}

fn is_list(operation: &Operation) -> bool {
    operation.takes("query", "cursor")
}

/// Whether a parameter is a filter.
fn is_filter(parameter: &Value) -> bool {
    parameter["required"] != true && !OTHERS.contains(&name(parameter))
}

/// Values of a parameter, at least one of which must have an effect. Add some for every new parameter without documented values.
fn values(world: &World, parameter: &Value, document: &Value) -> Vec<String> {
    let mut schema = &parameter["schema"];
    if schema["type"] == "array" {
        schema = &schema["items"];
    }
    if let Some(reference) = schema["$ref"].as_str() {
        schema = document.pointer(reference.trim_start_matches('#')).unwrap();
    }
    if let Some(words) = schema["enum"].as_array() {
        return words.iter().map(|word| word.as_str().unwrap().to_owned()).collect();
    }
    match schema["type"].as_str() {
        Some("boolean") => return vec!["true".into(), "false".into()],
        Some("number" | "integer") => return ["0", "17", "40", "120"].map(Into::into).into(),
        _ => {}
    }
    if name(parameter) == "framework" {
        return Files::of_repository().records("frameworks").iter().map(|framework| id(&framework.body)).collect();
    }
    let value = match name(parameter) {
        "account" => &world.mary.account,
        "organization" => &world.organization,
        "email" => &world.mary.email,
        "action" => "session.begin",
        "jurisdiction" | "accepts" => "US-TX",
        "certifying_body" => "Texas Certification Board",
        "category" => "samhsa-cc-1",
        "baseline" => "us-tx-mhps",
        "setting" => "hospital",
        other => panic!("what values does {other} take?"),
    };
    vec![value.into()]
}

/// The answer with one more parameter.
async fn with(world: &World, operation: &Operation, parameter: &str, value: &str) -> Value {
    let pair = Url::parse_with_params("http://x", [(parameter, value)]).unwrap();
    get(world, operation, &with_query(&world.path(operation), pair.query().unwrap())).await
}

async fn get(world: &World, operation: &Operation, path: &str) -> Value {
    Answer::to(world.bare(operation, path)).await.ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_documented_filter_has_an_effect() {
    let world = World::new().await;
    let document = committed();
    let (mut met, mut idle) = (0, Vec::new());
    for operation in reading() {
        // For a list, compare the number of items and of those left out for lack of a fact; otherwise, the whole answer.
        let reported = |answer: &Value| {
            if is_list(&operation) {
                json!([answer["meta"]["total"], answer["meta"]["unstated"]])
            } else {
                answer.clone()
            }
        };
        let without = reported(&get(&world, &operation, &world.path(&operation)).await);
        for parameter in operation.parameters("query").filter(|one| is_filter(one)) {
            let mut effect = false;
            for value in values(&world, parameter, &document) {
                effect |= reported(&with(&world, &operation, name(parameter), &value).await) != without;
            }
            met += 1;
            if !effect {
                idle.push(format!("{} of {}", name(parameter), operation.name()));
            }
        }
    }
    assert!(met > 25, "{met} filters");
    assert!(idle.is_empty(), "without an effect: {idle:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn q_sort_fields_and_limit_have_an_effect_wherever_they_are_documented() {
    let world = World::new().await;
    let document = committed();
    for operation in reading() {
        let (what, whole) = (operation.name(), get(&world, &operation, &world.path(&operation)).await);
        let takes = |parameter: &str| operation.takes("query", parameter);
        let item = |answer: &Value| if is_list(&operation) { answer["items"][0].clone() } else { answer.clone() };
        assert_eq!(takes("limit"), is_list(&operation), "{what}");
        if takes("limit") {
            assert_eq!(ids(&with(&world, &operation, "limit", "1").await).len(), 1, "{what}");
        }
        if takes("q") {
            let found = with(&world, &operation, "q", "xylophone").await;
            assert!(ids(&found).is_empty() && !ids(&whole).is_empty(), "{what}");
        }
        if takes("fields") {
            let one = item(&whole);
            let (field, value) = one.as_object().unwrap().iter().next().unwrap();
            assert_eq!(item(&with(&world, &operation, "fields", field).await), json!({field: value}), "{what}");
        }
        for parameter in operation.parameters("query").filter(|one| name(one) == "sort") {
            let mut turned = 0;
            for value in values(&world, parameter, &document) {
                turned += usize::from(ids(&with(&world, &operation, "sort", &value).await) != ids(&whole));
            }
            assert!(turned > 8, "{what}: {turned} orders differ from the default");
        }
    }
}
