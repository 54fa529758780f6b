//! The endpoints of the catalog, compared with its files.

use std::collections::{BTreeSet, HashMap};

use peerpath_domain::catalog::Record;
use peerpath_tests::answer::{assert_states, id, ids};
use peerpath_tests::files::Files;
use peerpath_tests::service::Service;
use reqwest::Url;
use serde_json::{Value, json};

/// Each list of the files that is served on its own, with its path.
fn lists() -> impl Iterator<Item = (&'static str, String)> {
    Record::KINDS.iter().filter_map(|kind| Some((kind.plural(), format!("/v1/{}", kind.collection()?))))
}

/// The fields that items have in addition to their records.
const ADDED: [&str; 10] = [
    "notes",
    "revision",
    "sources",
    "credentials",
    "completeness",
    "freshness",
    "pitfalls",
    "practices",
    "passages",
    "facts",
];

/// All items of a list, page by page.
async fn all_items(service: &Service, path: &str) -> Vec<Value> {
    let mut items = Vec::new();
    let mut next = format!("{path}?limit=200");
    loop {
        let page = service.get_json(&next).await;
        items.extend(page["items"].as_array().unwrap().clone());
        match page["next_cursor"].as_str() {
            Some(cursor) => next = format!("{path}?limit=200&cursor={cursor}"),
            None => return items,
        }
    }
}

/// The record in an item, without the added fields.
fn record_of(item: &Value, record: &Value) -> Value {
    let mut left = item.clone();
    left.as_object_mut().unwrap().retain(|key, _| record.get(key).is_some() || !ADDED.contains(&key.as_str()));
    left
}

/// All sources that a value names.
fn named_sources(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match (key.as_str(), value) {
                    ("source", Value::String(id)) => {
                        found.insert(id.clone());
                    }
                    ("source_ids", Value::Array(ids)) => {
                        found.extend(ids.iter().map(|id| id.as_str().unwrap().to_owned()));
                    }
                    ("sources", _) => {}
                    (_, other) => named_sources(other, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| named_sources(item, found)),
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_board_reads_the_requirements_of_a_credential_of_texas() {
    let service = Service::start().await;
    let list = service.get_json("/v1/credentials?jurisdiction=US-TX&specialty=mental_health").await;
    assert_eq!(ids(&list), ["us-tx-mhps"]);
    assert_eq!(list["meta"]["total"], 1);
    assert_eq!(list["next_cursor"], Value::Null);

    let item = &list["items"][0];
    let files = Files::of_repository();
    let record = files.record("credentials", "us-tx-mhps");
    assert_states(&record_of(item, &record), &record, "us-tx-mhps");
    let requirements = item["routes"][0]["requirements"].as_array().unwrap();
    let training = requirements.iter().find(|requirement| requirement["id"] == "training").unwrap();
    assert_eq!(training["condition"]["hours"], json!(59.5));

    let sources = item["sources"].as_array().unwrap();
    let mut named = BTreeSet::new();
    named_sources(&record, &mut named);
    assert_eq!(sources.iter().map(id).collect::<BTreeSet<_>>(), named);
    for source in sources {
        assert_eq!(*source, files.record("sources", &id(source)));
    }
    assert_eq!(service.get_json("/v1/credentials/us-tx-mhps").await, *item);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_record_of_the_files_is_served_with_every_fact() {
    let service = Service::start().await;
    let files = Files::of_repository();
    for (list, path) in lists() {
        let items = all_items(&service, &path).await;
        let by_id: HashMap<String, &Value> = items.iter().map(|item| (id(item), item)).collect();
        let records = files.records(list);
        assert_eq!(by_id.len(), records.len(), "{list}");
        assert_eq!(items.len(), records.len(), "{list}");
        for record in records {
            let id = id(&record.body);
            let item = by_id.get(&id).unwrap_or_else(|| panic!("{path} has no {id}"));
            assert_states(&record_of(item, &record.body), &record.body, &format!("{path}/{id}"));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_item_has_all_sources_that_it_names_and_no_others() {
    let service = Service::start().await;
    let files = Files::of_repository();
    let sources: HashMap<String, Value> =
        files.records("sources").into_iter().map(|source| (id(&source.body), source.body)).collect();
    let with_sources = lists().filter(|(list, _)| *list != "sources").map(|(_, path)| path);
    for path in with_sources.chain(["/v1/competencies".into()]) {
        for item in all_items(&service, &path).await {
            let mut named = BTreeSet::new();
            named_sources(&item, &mut named);
            let given = item["sources"].as_array().unwrap();
            assert_eq!(given.iter().map(id).collect::<BTreeSet<_>>(), named, "{path} {}", id(&item));
            for source in given {
                assert_eq!(*source, sources[&id(source)]);
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_has_the_facts_that_cite_it() {
    let service = Service::start().await;
    let record = Files::of_repository().record("credentials", "us-tx-mhps");
    let requirements = record["routes"][0]["requirements"].as_array().unwrap();
    let place = requirements.iter().position(|requirement| requirement["id"] == "training").unwrap();
    let source = service.get_json(&format!("/v1/sources/{}", requirements[place]["source"].as_str().unwrap())).await;
    assert_eq!(source["id"], requirements[place]["source"]);
    let fact = json!({
        "kind": "credential", "id": "us-tx-mhps", "pointer": format!("/routes/0/requirements/{place}/source"),
        "href": "/v1/credentials/us-tx-mhps",
    });
    assert!(source["facts"].as_array().unwrap().contains(&fact), "{source:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fact_of_a_source_is_at_its_place_and_cites_the_source() {
    let service = Service::start().await;
    let mut records: HashMap<String, Value> = HashMap::new();
    let mut checked = 0;
    for source in all_items(&service, "/v1/sources").await {
        for fact in source["facts"].as_array().unwrap() {
            let Some(href) = fact["href"].as_str() else { continue };
            if !records.contains_key(href) {
                records.insert(href.into(), service.get_json(href).await);
            }
            let place = records[href].pointer(fact["pointer"].as_str().unwrap());
            assert_eq!(place, Some(&source["id"]), "{fact}");
            checked += 1;
        }
    }
    let named: usize = Files::of_repository()
        .records("credentials")
        .iter()
        .map(|record| record.body["source_ids"].as_array().unwrap().len())
        .sum();
    assert!(checked > named, "{checked} facts are listed, and credentials alone name {named} sources");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_summary_counts_the_records_of_the_files() {
    let service = Service::start().await;
    let summary = service.get_json("/v1/catalog").await;
    assert_eq!(summary["version"], 1);
    assert_eq!(summary["effective"], "2026-01-01");
    assert_eq!(summary["digest"].as_str().unwrap().len(), 64);
    let files = Files::of_repository();
    for (kind, list) in Record::KINDS.iter().map(|kind| (kind.singular(), kind.plural())) {
        assert_eq!(summary["counts"][kind], files.records(list).len(), "{kind} of {summary}");
    }
    let dates: Vec<String> = files
        .records("sources")
        .iter()
        .filter_map(|source| source.body["published"].as_str().map(ToOwned::to_owned))
        .collect();
    let freshness = &summary["freshness"];
    assert_eq!(freshness["newest_source"].as_str(), dates.iter().max().map(String::as_str));
    assert_eq!(freshness["oldest_source"].as_str(), dates.iter().min().map(String::as_str));
    assert_eq!(freshness["undated_sources"], files.records("sources").len() - dates.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_credential_states_how_fresh_and_official_its_facts_are() {
    let service = Service::start().await;
    let files = Files::of_repository();
    let sources: HashMap<String, Value> =
        files.records("sources").into_iter().map(|source| (id(&source.body), source.body)).collect();
    for item in all_items(&service, "/v1/credentials").await {
        let parts =
            item["routes"].as_array().unwrap().iter().flat_map(|route| route["requirements"].as_array().unwrap());
        let parts = parts.chain(item["fees"].as_array().unwrap()).chain([&item["renewal"], &item["reciprocity"]]);
        let tiers: Vec<&Value> = parts
            .filter(|part| !part.is_null())
            .map(|part| &sources[part["source"].as_str().unwrap()]["tier"])
            .collect();
        let of_tier = |tier: &str| tiers.iter().filter(|found| **found == tier).count();
        let freshness = &item["freshness"];
        assert_eq!(freshness["facts"], tiers.len(), "{}", id(&item));
        assert_eq!(freshness["facts_official"], of_tier("official"), "{}", id(&item));
        assert_eq!(freshness["facts_official_copy"], of_tier("official_copy"), "{}", id(&item));
        assert_eq!(freshness["facts_secondary"], of_tier("secondary"), "{}", id(&item));
        let dates = || item["sources"].as_array().unwrap().iter().filter_map(|source| source["published"].as_str());
        assert_eq!(freshness["newest_source"].as_str(), dates().max(), "{}", id(&item));
        assert_eq!(freshness["oldest_source"].as_str(), dates().min(), "{}", id(&item));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_jurisdiction_lists_its_credentials() {
    let service = Service::start().await;
    let credentials = Files::of_repository().records("credentials");
    for item in all_items(&service, "/v1/jurisdictions").await {
        let own = credentials.iter().map(|record| &record.body).filter(|record| record["jurisdiction"] == item["code"]);
        let expected: BTreeSet<String> = own
            .map(|record| {
                json!([record["id"], record["title"], record["acronym"], record["status"], record["specialties"]])
                    .to_string()
            })
            .collect();
        let given: BTreeSet<String> = item["credentials"]
            .as_array()
            .unwrap()
            .iter()
            .map(|own| json!([own["id"], own["title"], own["acronym"], own["status"], own["specialties"]]).to_string())
            .collect();
        assert_eq!(given, expected, "{}", item["code"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn steps_come_in_order_after_their_dependencies_with_pitfalls_and_practices() {
    let service = Service::start().await;
    let files = Files::of_repository();
    let mut earlier = BTreeSet::new();
    let mut orders = Vec::new();
    for step in all_items(&service, "/v1/steps").await {
        let step_id = id(&step);
        for needed in step["depends_on"].as_array().unwrap() {
            assert!(earlier.contains(needed.as_str().unwrap()), "{step_id} comes before {needed}");
        }
        for list in ["pitfalls", "practices", "passages"] {
            let concerns = |record: &Value| record["step_ids"].as_array().unwrap().contains(&json!(step_id));
            let expected: BTreeSet<String> = files
                .records(list)
                .iter()
                .filter(|record| concerns(&record.body))
                .map(|record| id(&record.body))
                .collect();
            let given: BTreeSet<String> = step[list].as_array().unwrap().iter().map(id).collect();
            assert_eq!(given, expected, "{list} of {step_id}");
        }
        orders.push(step["order"].as_u64().unwrap());
        earlier.insert(step_id);
    }
    assert!(orders.is_sorted() && orders.len() > 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn competencies_are_filtered_by_framework_category_and_words() {
    let service = Service::start().await;
    let frameworks = Files::of_repository().records("frameworks");
    let mut total = 0;
    for framework in &frameworks {
        let framework_id = id(&framework.body);
        let mut of_framework = Vec::new();
        for category in framework.body["categories"].as_array().into_iter().flatten() {
            let expected: Vec<String> = category["competencies"].as_array().unwrap().iter().map(id).collect();
            let list = service.get_json(&format!("/v1/competencies?limit=200&category={}", id(category))).await;
            assert_eq!(ids(&list), expected, "{}", id(category));
            for item in list["items"].as_array().unwrap() {
                assert_eq!(item["category"]["id"], category["id"]);
                assert_eq!(item["framework"]["id"], framework_id);
            }
            of_framework.extend(expected);
        }
        let list = service.get_json(&format!("/v1/competencies?limit=200&framework={framework_id}")).await;
        assert_eq!(ids(&list), of_framework, "{framework_id}");
        total += of_framework.len();
    }
    let all = service.get_json("/v1/competencies").await;
    assert_eq!(all["meta"]["total"], total);
    let one = all["items"][0].clone();
    let word = one["statement"].as_str().unwrap().split(' ').max_by_key(|word| word.len()).unwrap();
    let framework = one["framework"]["id"].as_str().unwrap();
    let found = service.get_json(&format!("/v1/competencies?q={word}&framework={framework}")).await;
    assert!(ids(&found).contains(&id(&one)), "{word}");
    assert!(found["items"].as_array().unwrap().iter().all(|item| item["framework"]["id"] == framework));
    let violations = service.get("/v1/competencies?framework=magic").await.violations();
    assert_eq!(violations[0].0, "framework");
    assert!(violations[0].1.contains("samhsa-core-competencies"), "{violations:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_role_is_found_by_its_other_titles() {
    let service = Service::start().await;
    let mut aliases = 0;
    for role in Files::of_repository().records("roles") {
        for alias in role.body["aliases"].as_array().into_iter().flatten() {
            let url = Url::parse_with_params("http://x/v1/roles", [("q", alias.as_str().unwrap())]).unwrap();
            let found = service.get_json(&url.as_str()["http://x".len()..]).await;
            assert_eq!(ids(&found).first(), Some(&id(&role.body)), "{alias}");
            aliases += 1;
        }
    }
    assert!(aliases > 10, "{aliases} other titles");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sources_are_filtered_by_tier() {
    let service = Service::start().await;
    for tier in ["official", "official_copy", "secondary"] {
        let list = service.get_json(&format!("/v1/sources?tier={tier}&limit=200")).await;
        let records = Files::of_repository().records("sources");
        assert_eq!(
            list["meta"]["total"],
            records.iter().filter(|source| source.body["tier"] == tier).count(),
            "{tier}"
        );
        assert!(list["items"].as_array().unwrap().iter().all(|item| item["tier"] == tier));
    }
}
