//! Lists in each order, page by page.

use std::collections::HashMap;
use std::sync::LazyLock;

use peerpath_tests::answer::{id, ids};
use peerpath_tests::document::operations;
use peerpath_tests::files::{FileRecord, Files};
use peerpath_tests::service::Service;
use peerpath_tests::world::World;
use reqwest::Url;
use serde_json::Value;

static CREDENTIALS: LazyLock<Vec<FileRecord>> = LazyLock::new(|| Files::of_repository().records("credentials"));

/// Follows `Link: rel="next"`, and returns all pages.
async fn follow(service: &Service, path: &str) -> Vec<Value> {
    follow_with(service, &service.token, path).await
}

/// [`follow`] with another token.
async fn follow_with(service: &Service, token: &str, path: &str) -> Vec<Value> {
    let mut pages = Vec::new();
    let mut next = path.to_owned();
    loop {
        let answer = service.get_with(token, &next).await;
        let page = answer.ok();
        let cursor = page["next_cursor"].as_str().map(ToOwned::to_owned);
        pages.push(page);
        let Some(cursor) = cursor else {
            assert_eq!(answer.header("link"), "", "the last page has no next page");
            return pages;
        };
        let link = answer.header("link");
        let target = link.strip_prefix('<').and_then(|link| link.strip_suffix(">; rel=\"next\""));
        next = target.map_or_else(|| panic!("{link} leads to the next page"), Into::into);
        let url: Url = format!("http://x{next}").parse().unwrap();
        assert!(url.query_pairs().any(|(name, value)| name == "cursor" && value == cursor), "{next} has {cursor}");
    }
}

/// The exact amount that a route requires, in hours or months; `None` if it is not known exactly.
fn exactly(route: &Value, kind: &str, amount: &str, add: fn(f64, f64) -> f64) -> Option<f64> {
    let requirements = route["requirements"].as_array().unwrap().iter();
    let of_some_only = |found: &Value| found["applies_to"].as_array().is_some_and(|whom| !whom.is_empty());
    let amounts: Vec<Option<f64>> = requirements
        .filter(|requirement| requirement["condition"]["kind"] == kind)
        .map(|found| found["condition"][amount].as_f64().filter(|_| !of_some_only(found)))
        .collect();
    if amounts.is_empty() && route["completeness"] != "complete" {
        return None;
    }
    amounts.into_iter().try_fold(0.0, |sum, amount| Some(add(sum, amount?)))
}

/// The sort key of a credential, computed from its file.
fn sort_key(credential: &Value, sort: &str) -> Option<f64> {
    let least = |kind: &str, amount: &str, add: fn(f64, f64) -> f64| {
        let routes = credential["routes"].as_array().unwrap().iter();
        routes.filter_map(|route| exactly(route, kind, amount, add)).min_by(f64::total_cmp)
    };
    match sort {
        "training_hours" => least("training", "hours", |a, b| a + b),
        "work_hours" => least("work_experience", "hours", |a, b| a + b),
        "recovery_months" => least("recovery_time", "months", f64::max),
        "fee_usd" => {
            let fees = credential["fees"].as_array().unwrap();
            let mut least: HashMap<&str, f64> = HashMap::new();
            for fee in fees.iter().filter(|fee| fee["kind"] != "renewal" && fee["kind"] != "other") {
                let held = least.entry(fee["kind"].as_str().unwrap()).or_insert(f64::INFINITY);
                *held = held.min(fee["amount_usd"].as_f64().unwrap());
            }
            (!least.is_empty()).then(|| least.values().sum())
        }
        _ => panic!("{sort} is a sort by amount"),
    }
}

async fn assert_complete_in_pages_of_seven(service: &Service, query: &str) -> Vec<String> {
    let pages = follow(service, &format!("/v1/credentials?limit=7&{query}")).await;
    let found: Vec<String> = pages.iter().flat_map(ids).collect();
    let mut once = found.clone();
    once.sort();
    let mut all: Vec<String> = CREDENTIALS.iter().map(|record| id(&record.body)).collect();
    all.sort();
    assert_eq!(once, all, "{query}");
    assert!(pages.iter().rev().skip(1).all(|page| ids(page).len() == 7), "{query}");
    assert!(pages.iter().all(|page| page["meta"]["total"] == all.len()), "{query}");
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_contain_each_credential_once_in_the_order_of_ids_and_titles() {
    let service = Service::start().await;
    let titles: HashMap<String, String> = CREDENTIALS
        .iter()
        .map(|record| (id(&record.body), record.body["title"].as_str().unwrap().to_lowercase()))
        .collect();
    assert!(assert_complete_in_pages_of_seven(&service, "sort=id").await.is_sorted());
    assert!(assert_complete_in_pages_of_seven(&service, "sort=-id").await.is_sorted_by(|a, b| a >= b));
    let found = assert_complete_in_pages_of_seven(&service, "sort=title").await;
    assert!(found.is_sorted_by_key(|id| &titles[id]));
    let found = assert_complete_in_pages_of_seven(&service, "sort=-title").await;
    assert!(found.is_sorted_by(|a, b| titles[a] >= titles[b]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_contain_each_credential_once_in_the_order_of_an_amount_with_unstated_ones_last() {
    let service = Service::start().await;
    for sort in ["training_hours", "work_hours", "recovery_months", "fee_usd"] {
        let keys: HashMap<String, Option<f64>> =
            CREDENTIALS.iter().map(|record| (id(&record.body), sort_key(&record.body, sort))).collect();
        let stated = keys.values().flatten().count();
        assert!(stated > 7 && stated < keys.len(), "{sort}");
        for (query, descending) in [(format!("sort={sort}"), false), (format!("sort=-{sort}"), true)] {
            let found = assert_complete_in_pages_of_seven(&service, &query).await;
            let (first, last) = found.split_at(stated);
            assert!(last.iter().all(|id| keys[id].is_none()), "{query}: unstated amounts come last");
            let amounts: Vec<f64> =
                first.iter().map(|id| keys[id].unwrap_or_else(|| panic!("{query}: {id}"))).collect();
            assert!(amounts.is_sorted_by(|a, b| if descending { a >= b } else { a <= b }), "{query}: {amounts:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_by_relevance_equal_a_single_page() {
    let service = Service::start().await;
    let whole = ids(&service.get_json("/v1/credentials?q=peer+specialist&limit=200").await);
    assert!(whole.len() > 21);
    for query in ["q=peer+specialist", "q=peer+specialist&sort=relevance"] {
        let pages = follow(&service, &format!("/v1/credentials?limit=7&{query}")).await;
        assert_eq!(pages.iter().flat_map(ids).collect::<Vec<_>>(), whole, "{query}");
    }
    let pages =
        follow(&service, "/v1/credentials?q=peer+%26+%22specialist%22%3F&specialty=family&specialty=youth&limit=7")
            .await;
    let whole = service.get_json("/v1/credentials?q=peer+specialist&specialty=youth&specialty=family&limit=200").await;
    assert!(pages.len() > 1);
    assert_eq!(
        pages.iter().flat_map(ids).collect::<Vec<_>>(),
        ids(&whole),
        "the next page has the parameters as they were"
    );
    let pages = follow(&service, "/v1/resources?limit=3&q=recovery").await;
    let whole = service.get_json("/v1/resources?q=recovery").await;
    assert!(pages.len() > 1);
    assert_eq!(pages.iter().flat_map(ids).collect::<Vec<_>>(), ids(&whole));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_list_can_be_paged_through() {
    let world = World::new().await;
    let mut lists = 0;
    for operation in operations().iter().filter(|operation| operation.takes("query", "cursor")) {
        lists += 1;
        let (path, token) = (world.path(operation), world.token(operation).unwrap());
        let all = async |limit: usize| {
            let pages = follow_with(&world.service, token, &format!("{path}?limit={limit}")).await;
            assert!(pages.iter().all(|page| ids(page).len() <= limit), "{path}");
            let found: Vec<String> = pages.iter().flat_map(ids).collect();
            let totals: Vec<&Value> = pages.iter().map(|page| &page["meta"]["total"]).collect();
            assert!(totals.iter().all(|total| **total == found.len()), "{path}: {totals:?}");
            found
        };
        let whole = all(200).await;
        assert_eq!(all(if operation.is_private() { 1 } else { 23 }).await, whole, "{path}");
        assert!(!operation.is_private() || whole.len() > 1, "{path} has more than one page of one");
        let usual = world.service.get_with(token, &path).await.ok();
        assert_eq!(ids(&usual), whole.iter().take(50).cloned().collect::<Vec<_>>(), "{path} has 50 items a page");
    }
    assert!(lists >= 22, "{lists} lists");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_works_only_for_its_query() {
    let service = Service::start().await;
    let page = service.get_json("/v1/credentials?limit=7&specialty=family").await;
    let cursor = page["next_cursor"].as_str().unwrap();
    let next = service.get_json(&format!("/v1/credentials?specialty=family&limit=2&cursor={cursor}")).await;
    assert_eq!(ids(&next).len(), 2, "the size of pages can change");
    for path in [
        format!("/v1/credentials?limit=7&cursor={cursor}"),
        format!("/v1/credentials?limit=7&specialty=youth&cursor={cursor}"),
        format!("/v1/credentials?limit=7&specialty=family&sort=-id&cursor={cursor}"),
        format!("/v1/roles?cursor={cursor}"),
        "/v1/credentials?cursor=made-up".into(),
        "/v1/credentials?cursor=".into(),
        "/v1/credentials?cursor=eyJrZXkiOiJhIn0".into(),
        format!("/v1/credentials?specialty=family&cursor={}A", &cursor[..cursor.len() - 1]),
    ] {
        let violations = service.get(&path).await.violations();
        assert_eq!(violations.len(), 1, "{path}: {violations:?}");
        assert_eq!(violations[0].0, "cursor", "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_of_a_private_list_works_only_for_that_list() {
    let world = World::new().await;
    let get = async |path: &str| world.service.get_by(&world.ada, path).await;
    let page = get("/v1/sessions?limit=1").await.private(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    let total = page["meta"]["total"].as_u64().unwrap();
    let rest = get(&format!("/v1/sessions?limit=7&cursor={cursor}")).await.private(200);
    assert_eq!(u64::try_from(ids(&rest).len()).unwrap(), total - 1, "the size of pages can change");
    let filtered = get("/v1/audit-events?limit=1&action=session.begin").await.private(200);
    let of_filter = filtered["next_cursor"].as_str().unwrap();
    for path in [
        format!("/v1/organizations?cursor={cursor}"),
        format!("/v1/me/audit-events?cursor={cursor}"),
        format!("/v1/audit-events?cursor={of_filter}"),
        format!("/v1/audit-events?action=session.refuse&cursor={of_filter}"),
        "/v1/sessions?cursor=made-up".into(),
        "/v1/sessions?cursor=".into(),
    ] {
        let violations = get(&path).await.violations();
        assert_eq!(violations.len(), 1, "{path}: {violations:?}");
        assert_eq!(violations[0].0, "cursor", "{path}");
    }
    for limit in ["0", "201", "-1", "ten", ""] {
        assert_eq!(get(&format!("/v1/sessions?limit={limit}")).await.violations()[0].0, "limit", "{limit}");
    }
}
