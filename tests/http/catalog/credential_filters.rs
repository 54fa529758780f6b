//! Filters for credentials, each compared with the test's own selection from the files.

use std::collections::HashMap;
use std::sync::LazyLock;

use peerpath_tests::answer::{id, ids};
use peerpath_tests::files::{FileRecord, Files};
use peerpath_tests::service::Service;
use serde_json::Value;

use Fit::{No, Unstated, Yes};

static CREDENTIALS: LazyLock<Vec<FileRecord>> = LazyLock::new(|| Files::of_repository().records("credentials"));

/// Whether something fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    No,
    Unstated,
    Yes,
}

impl From<bool> for Fit {
    fn from(fits: bool) -> Self {
        if fits { Yes } else { No }
    }
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

fn of_kind<'a>(route: &'a Value, kind: &'a str) -> impl Iterator<Item = &'a Value> {
    list(route, "requirements").iter().filter(move |requirement| requirement["condition"]["kind"] == kind)
}

fn is_complete(route: &Value) -> bool {
    route["completeness"] == "complete"
}

/// The best result of a route; unstated for a credential without routes.
fn by_route(credential: &Value, fit: impl Fn(&Value) -> Fit) -> Fit {
    list(credential, "routes").iter().map(fit).max().unwrap_or(Unstated)
}

/// Whether the amounts of a kind of requirement add up to at most `most`.
fn at_most(route: &Value, kind: &str, amount: &str, most: f64) -> Fit {
    let amounts: Vec<Option<f64>> =
        of_kind(route, kind).map(|requirement| requirement["condition"][amount].as_f64()).collect();
    if amounts.iter().flatten().sum::<f64>() > most {
        No
    } else if amounts.contains(&None) || (amounts.is_empty() && !is_complete(route)) {
        Unstated
    } else {
        Yes
    }
}

/// Whether every requirement of a kind passes `enough`. A requirement for some applicants only that fails leaves it
/// unstated.
fn never_more(route: &Value, kind: &str, enough: impl Fn(&Value) -> bool) -> Fit {
    let asked = of_kind(route, kind).map(|asked| match (enough(asked), list(asked, "applies_to").is_empty()) {
        (true, _) => Yes,
        (false, true) => No,
        (false, false) => Unstated,
    });
    asked.min().unwrap_or(if is_complete(route) { Yes } else { Unstated })
}

fn asks(route: &Value, kind: &str, wanted: bool) -> Fit {
    match of_kind(route, kind).next() {
        Some(_) => wanted.into(),
        None if is_complete(route) => (!wanted).into(),
        None => Unstated,
    }
}

/// Compares a list with the credentials of the files for which `fit` holds, and the number of those left out for lack of a
/// fact. Returns the numbers, so that a test can check that it tested anything.
async fn assert_selects(service: &Service, query: &str, fit: impl Fn(&Value) -> Fit) -> (usize, usize) {
    let answer = service.get_json(&format!("/v1/credentials?limit=200&{query}")).await;
    let (mut expected, mut unstated) = (Vec::new(), 0);
    for record in &*CREDENTIALS {
        match fit(&record.body) {
            Yes => expected.push(id(&record.body)),
            Unstated => unstated += 1,
            No => {}
        }
    }
    expected.sort();
    assert_eq!(ids(&answer), expected, "{query}");
    assert_eq!(answer["meta"]["total"], expected.len(), "{query}");
    assert_eq!(answer["meta"]["unstated"]["total"], unstated, "{query}");
    let filters: Vec<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    let by_filter =
        |name: &str| usize::try_from(answer["meta"]["unstated"]["by_filter"][name].as_u64().unwrap_or(0)).unwrap();
    match filters.as_slice() {
        [only] => assert_eq!(by_filter(only), unstated, "{query}"),
        several => assert!(several.iter().all(|name| by_filter(name) <= unstated), "{query}"),
    }
    (expected.len(), unstated)
}

/// Asserts that some credentials matched, some were unstated, and some did not match.
fn assert_conclusive((selected, unstated): (usize, usize)) {
    assert!(
        selected > 0 && unstated > 0 && selected + unstated < CREDENTIALS.len(),
        "{selected} selected, {unstated} unstated"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fields_of_a_credential_select_it_and_parameters_can_be_repeated() {
    let service = Service::start().await;
    let is = |field: &'static str, values: &'static [&'static str]| {
        move |credential: &Value| Fit::from(values.iter().any(|value| credential[field] == *value))
    };
    assert_selects(&service, "jurisdiction=US-TX", is("jurisdiction", &["US-TX"])).await;
    assert_selects(&service, "jurisdiction=US-TX&jurisdiction=US-CA", is("jurisdiction", &["US-TX", "US-CA"])).await;
    assert_selects(&service, "jurisdiction=national", |credential| credential["jurisdiction"].is_null().into()).await;
    for status in ["active", "announced", "closed"] {
        assert_selects(&service, &format!("status={status}"), |credential| (credential["status"] == status).into())
            .await;
    }
    let (selected, _) = assert_selects(&service, "certifying_body=texas%20certification%20BOARD", |credential| {
        (credential["certifying_body"]["name"] == "Texas Certification Board").into()
    })
    .await;
    assert!(selected > 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_specialty_selects_the_credentials_that_list_it() {
    let service = Service::start().await;
    let has = |credential: &Value, wanted: &str| list(credential, "specialties").iter().any(|own| own == wanted);
    for specialty in [
        "mental_health",
        "substance_use",
        "family",
        "youth",
        "veteran",
        "justice_involved",
        "crisis",
        "older_adult",
        "housing",
        "supervisor",
    ] {
        assert_selects(&service, &format!("specialty={specialty}"), |credential| has(credential, specialty).into())
            .await;
    }
    let (selected, unstated) = assert_selects(&service, "specialty=youth&specialty=family", |credential| {
        (has(credential, "youth") || has(credential, "family")).into()
    })
    .await;
    assert!(selected > 0 && unstated == 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_credential_is_as_complete_as_its_least_complete_route() {
    let service = Service::start().await;
    let mut total = 0;
    for completeness in ["complete", "partial", "not_retrieved"] {
        let (selected, _) = assert_selects(&service, &format!("completeness={completeness}"), |credential| {
            let routes = list(credential, "routes");
            let found = match routes {
                [] => "not_retrieved",
                routes if routes.iter().all(is_complete) => "complete",
                _ => "partial",
            };
            (found == completeness).into()
        })
        .await;
        total += selected;
    }
    assert_eq!(total, CREDENTIALS.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_training_of_unknown_length_is_not_short() {
    let service = Service::start().await;
    for hours in ["0", "40", "59.5", "59.25", "1000"] {
        let most = hours.parse().unwrap();
        let fit = |credential: &Value| by_route(credential, |route| at_most(route, "training", "hours", most));
        let found = assert_selects(&service, &format!("max_training_hours={hours}"), fit).await;
        if hours == "40" {
            assert_conclusive(found);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_hours_recovery_months_and_ages_are_compared_if_stated() {
    let service = Service::start().await;
    for hours in ["250", "500"] {
        let most = hours.parse().unwrap();
        let fit = |credential: &Value| by_route(credential, |route| at_most(route, "work_experience", "hours", most));
        assert_conclusive(assert_selects(&service, &format!("max_work_hours={hours}"), fit).await);
    }
    for months in [12_u64, 24] {
        let enough = |asked: &Value| asked["condition"]["months"].as_u64().unwrap() <= months;
        let fit = |credential: &Value| by_route(credential, |route| never_more(route, "recovery_time", enough));
        assert_conclusive(assert_selects(&service, &format!("max_recovery_months={months}"), fit).await);
    }
    for age in [17_u64, 18, 21] {
        let enough = |asked: &Value| asked["condition"]["years"].as_u64().unwrap() <= age;
        let fit = |credential: &Value| by_route(credential, |route| never_more(route, "minimum_age", enough));
        let (selected, unstated) = assert_selects(&service, &format!("min_age={age}"), fit).await;
        assert!(unstated > 0 && (age < 18 || selected > 0));
    }
    for age in [20_u64, 60] {
        let admitted = |asked: &Value| age <= asked["condition"]["years"].as_u64().unwrap();
        let fit = |credential: &Value| by_route(credential, |route| never_more(route, "maximum_age", admitted));
        assert_selects(&service, &format!("max_age={age}"), fit).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn education_filters_by_the_required_level() {
    const LEVELS: [&str; 4] = ["high_school_or_equivalent", "associate", "bachelor", "master"];
    let service = Service::start().await;
    for (has, level) in LEVELS.iter().enumerate() {
        let enough =
            |asked: &Value| LEVELS.iter().position(|known| asked["condition"]["level"] == *known).unwrap() <= has;
        let fit = |credential: &Value| by_route(credential, |route| never_more(route, "education", enough));
        let (selected, unstated) = assert_selects(&service, &format!("education={level}"), fit).await;
        assert!(selected > 0 && unstated > 0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_examination_counts_only_in_a_complete_list() {
    let service = Service::start().await;
    for (filter, kind) in [("requires_exam", "examination"), ("requires_background_check", "background_check")] {
        for wanted in [true, false] {
            let fit = |credential: &Value| by_route(credential, |route| asks(route, kind, wanted));
            let (_, unstated) = assert_selects(&service, &format!("{filter}={wanted}"), fit).await;
            assert!(unstated > 0);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_route_must_match_all_filters() {
    let service = Service::start().await;
    let query = "max_training_hours=60&max_work_hours=500&requires_exam=true";
    let fit = |credential: &Value| {
        by_route(credential, |route| {
            let training = at_most(route, "training", "hours", 60.0);
            training.min(at_most(route, "work_experience", "hours", 500.0)).min(asks(route, "examination", true))
        })
    };
    assert_conclusive(assert_selects(&service, query, fit).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fees_add_up_to_the_certification_with_the_upper_ends_of_ranges() {
    const COUNTED: [&str; 5] = ["application", "certification", "exam", "training", "background_check"];
    let service = Service::start().await;
    for most in [0.0, 40.0, 100.0, 960.0, 959.99] {
        let fit = |credential: &Value| {
            let of = |kind: &'static str| list(credential, "fees").iter().filter(move |fee| fee["kind"] == kind);
            let amount = |fee: &Value| fee["amount_usd"].as_f64().unwrap();
            let low: f64 = COUNTED.iter().filter_map(|kind| of(kind).map(amount).min_by(f64::total_cmp)).sum();
            let priced = ["application", "certification"].iter().any(|kind| of(kind).next().is_some());
            let high: f64 = COUNTED
                .iter()
                .flat_map(|kind| of(kind))
                .map(|fee| fee["amount_usd_max"].as_f64().unwrap_or_else(|| amount(fee)))
                .sum();
            if COUNTED.iter().all(|kind| of(kind).next().is_none()) {
                Unstated
            } else if priced && high <= most {
                Yes
            } else if low > most {
                No
            } else {
                Unstated
            }
        };
        let found = assert_selects(&service, &format!("max_fee_usd={most}"), fit).await;
        if (40.0..=100.0).contains(&most) {
            assert_conclusive(found);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn medicaid_filters_by_jurisdiction_and_specialty() {
    let service = Service::start().await;
    let jurisdictions: HashMap<String, Value> = Files::of_repository()
        .records("jurisdictions")
        .into_iter()
        .map(|record| (id(&record.body), record.body["medicaid_reimbursement"].clone()))
        .collect();
    for wanted in [true, false] {
        let fit = |credential: &Value| {
            let stated = credential["jurisdiction"].as_str().map_or(&Value::Null, |code| &jurisdictions[code]);
            let limits = list(stated, "specialties");
            let concerned =
                limits.is_empty() || limits.iter().any(|limit| list(credential, "specialties").contains(limit));
            match stated["value"].as_bool() {
                Some(pays) if concerned => (pays == wanted).into(),
                _ => Unstated,
            }
        };
        let (selected, unstated) = assert_selects(&service, &format!("medicaid={wanted}"), fit).await;
        assert!(unstated > 0 && (selected > 0 || !wanted));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accepts_filters_by_reciprocity() {
    let service = Service::start().await;
    for wanted in ["us-tx-mhps", "US-TX", "any-state", "ic-rc", "ic-rc-pr", "none"] {
        let covers = |accepted: &Value| {
            let accepted = accepted.as_str().unwrap();
            accepted == wanted
                || (accepted == "any-state" && ["us-tx-mhps", "US-TX"].contains(&wanted))
                || (accepted == "US-TX" && wanted == "us-tx-mhps")
                || (accepted == "ic-rc" && wanted == "ic-rc-pr")
        };
        let fit = |credential: &Value| match &credential["reciprocity"] {
            Value::Null => Unstated,
            stated => list(stated, "accepts").iter().any(covers).into(),
        };
        let found = assert_selects(&service, &format!("accepts={wanted}"), fit).await;
        assert!(found.1 > 0, "{wanted}");
        if wanted == "us-tx-mhps" {
            assert_conclusive(found);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn search_finds_titles_acronyms_bodies_and_jurisdictions_despite_typos() {
    let service = Service::start().await;
    for (query, first) in [
        ("MHPS", "us-tx-mhps"),
        ("Mental Health Peer Specialist", "us-tx-mhps"),
        ("mental helth peer specialst texas", "us-tx-mhps"),
        ("texas recovery support", "us-tx-rsps"),
    ] {
        let list = service.get_json(&format!("/v1/credentials?q={}", query.replace(' ', "+"))).await;
        assert_eq!(ids(&list).first().map(String::as_str), Some(first), "{query}");
    }
    let list = service.get_json("/v1/credentials?limit=200&q=texas+certification+board").await;
    let texan =
        CREDENTIALS.iter().filter(|record| record.body["certifying_body"]["name"] == "Texas Certification Board");
    for record in texan {
        assert!(ids(&list).contains(&id(&record.body)), "{}", record.body["id"]);
    }
    let renamed = &CREDENTIALS.iter().find(|record| !record.body["former_titles"].is_null()).unwrap().body;
    let title = renamed["former_titles"][0].as_str().unwrap().replace(' ', "+");
    let list = service.get_json(&format!("/v1/credentials?limit=200&q={title}")).await;
    assert!(ids(&list).contains(&id(renamed)), "{title}");
    assert_eq!(service.get_json("/v1/credentials?q=xylophone").await["items"], serde_json::json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fields_selects_the_fields_of_items() {
    let service = Service::start().await;
    let list = service.get_json("/v1/credentials?jurisdiction=US-TX&fields=title,id,routes").await;
    assert!(!ids(&list).is_empty());
    for item in list["items"].as_array().unwrap() {
        let mut names: Vec<&String> = item.as_object().unwrap().keys().collect();
        names.sort();
        assert_eq!(names, ["id", "routes", "title"]);
    }
    let item = service.get_json("/v1/credentials/us-tx-mhps?fields=acronym").await;
    assert_eq!(item, serde_json::json!({"acronym": "MHPS"}));
    let violations = service.get("/v1/credentials/us-tx-mhps?fields=acronym,color").await.violations();
    assert_eq!(violations.len(), 1);
    assert!(
        violations[0].0 == "fields" && violations[0].1.contains("acronym") && violations[0].1.contains("reciprocity"),
        "{violations:?}"
    );
    assert_eq!(service.get("/v1/credentials?fields=color").await.violations()[0].0, "fields");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_query_without_words_finds_nothing_and_limits_can_be_finer_than_amounts() {
    let service = Service::start().await;
    let ids = async |query: &str| {
        let list = service.get_json(&format!("/v1/credentials?limit=200&fields=id&{query}")).await;
        list["items"].as_array().unwrap().iter().map(|item| item["id"].to_string()).collect::<Vec<_>>()
    };
    assert!(ids("q=%21%3F").await.is_empty());
    let within = ids("max_training_hours=40").await;
    assert!(!within.is_empty());
    assert_eq!(ids("max_training_hours=40.1").await, within);
    assert_eq!(ids("sort=relevance").await, ids("sort=id").await);
}
