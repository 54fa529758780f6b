//! Eligibility of applicants, worked out by hand from the catalog's files: each verdict, and the outcome.

mod applicants;
mod boundaries;
mod routes;

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use peerpath_tests::answer::Answer;
use peerpath_tests::clock;
use peerpath_tests::service::Service;
use reqwest::Method;
use serde_json::{Map, Value, json};

/// The date of the requests: a future June 15, far from leap days and ends of months.
fn june() -> NaiveDate {
    date(clock::today().year() + 1, 6, 15)
}

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// A leap year that has not ended.
fn leap_year() -> i32 {
    (clock::today().year()..=9999).find(|year| NaiveDate::from_ymd_opt(*year, 2, 29).is_some()).unwrap()
}

/// An applicant's eligibility in the notation of the expectations.
///
/// For each route: the met requirements in order, the unmet with the gap, the unknown with the question; bounds as
/// `[at_least, at_most]`; hours only of kinds with hours that may remain.
async fn standing(service: &Service, credential: &str, day: NaiveDate, profile: &Value) -> Value {
    let asked = json!({"profile": profile, "credentials": [credential], "as_of": day});
    let answer = Answer::to(service.request(Method::POST, "/v1/eligibility").json(&asked)).await.private(200);
    assert_eq!(answer["meta"]["as_of"], json!(day));
    assert_eq!((&answer["meta"]["total"], answer["items"].as_array().unwrap().len()), (&json!(1), 1), "{credential}");
    let item = &answer["items"][0];
    assert_eq!(item["credential"]["id"], credential);
    let routes: Vec<Value> =
        item["routes"].as_array().unwrap().iter().map(|route| of_route(credential, route, profile)).collect();
    let first = |field: &str| routes.first().map_or(&Value::Null, |route| &route[field]).clone();
    assert_eq!(item["best_route"], first("id"), "{credential}");

    // The questions are those on which a verdict depends, and no others.
    let unknown = routes.iter().flat_map(|route| route["unknown"].as_object().unwrap().values());
    let hanging: BTreeSet<&str> = unknown.map(|question| question.as_str().unwrap()).collect();
    let questions = answer["questions"].as_array().unwrap().iter();
    let asked: BTreeSet<&str> = questions.map(|question| question["id"].as_str().unwrap()).collect();
    assert_eq!(asked, hanging, "{credential}");
    json!({"outcome": item["outcome"], "because": item["because"], "routes": routes})
}

fn of_route(credential: &str, route: &Value, profile: &Value) -> Value {
    let (mut met, mut unmet, mut unknown) = (Vec::new(), Map::new(), Map::new());
    for verdict in route["verdicts"].as_array().unwrap() {
        let path = verdict["requirement"].as_str().unwrap();
        let id = path.strip_prefix(&format!("{credential}/{}/", route["id"].as_str().unwrap())).unwrap();
        let confirmed = profile["confirmed"].as_array().is_some_and(|paths| paths.contains(&json!(path)));
        assert_eq!(verdict["confirmed"], confirmed, "{path}");
        let (gap, question) = (&verdict["gap"], &verdict["question"]);
        match verdict["verdict"].as_str().unwrap() {
            "met" => met.push(id),
            "unmet" => drop(unmet.insert(id.into(), gap.clone())),
            "unknown" => drop(unknown.insert(id.into(), question.clone())),
            other => panic!("{path}: {other}"),
        }
        assert_eq!(gap.is_null(), verdict["verdict"] != "unmet", "{path}");
        assert_eq!(question.is_null(), verdict["verdict"] != "unknown", "{path}");
    }
    let mut hours = Map::new();
    for (kind, bounds) in route["hours_ahead"].as_object().unwrap() {
        let bounds = json!([bounds["at_least"], bounds["at_most"]]);
        if bounds != json!([0, 0]) {
            hours.insert(kind.clone(), bounds);
        }
    }
    let fees = &route["fees_ahead_usd"];
    json!({
        "id": route["id"], "outcome": route["outcome"], "open": route["open"],
        "met": met, "unmet": unmet, "unknown": unknown,
        "hours": hours, "fees": if fees.is_null() { Value::Null } else { json!([fees["at_least"], fees["at_most"]]) },
        "earliest": route["earliest_date"],
    })
}

/// Compares the answer with the expectation, the best route first, and reports all differences.
async fn expect(
    service: &Service,
    (credential, day): (&str, NaiveDate),
    profile: &Value,
    because: &str,
    routes: impl Into<Vec<Value>>,
) {
    let routes = routes.into();
    let found = standing(service, credential, day, profile).await;
    let mut differences = Vec::new();
    let mut compare = |place: &str, found: &Value, expected: &Value| {
        if found != expected {
            differences.push(format!("{credential} {place}:\n   found {found}\nexpected {expected}"));
        }
    };
    compare("because", &found["because"], &json!(because));
    compare("outcome", &found["outcome"], &routes[0]["outcome"]);
    let ids = |routes: &[Value]| routes.iter().map(|route| route["id"].clone()).collect::<Value>();
    let found = found["routes"].as_array().unwrap();
    let (open, nothing) = (json!(true), json!({}));
    compare("routes", &ids(found), &ids(&routes));
    for expected in &routes {
        let Some(found) = found.iter().find(|route| route["id"] == expected["id"]) else { continue };
        for (field, value) in found.as_object().unwrap() {
            let expected = match field.as_str() {
                // The expectation leaves this out.
                "open" if expected[field].is_null() => &open,
                "hours" | "unmet" | "unknown" if expected[field].is_null() => &nothing,
                _ => &expected[field],
            };
            compare(&format!("{} {field}", found["id"]), value, expected);
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
}

/// A profile with added or replaced fields.
fn with(profile: &Value, more: Value) -> Value {
    let mut profile = profile.clone();
    profile.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    profile
}

/// The full ids of requirements of a route.
fn paths(route: &str, requirements: &[&str]) -> Vec<String> {
    requirements.iter().map(|requirement| format!("{route}/{requirement}")).collect()
}

/// Ids of requirements, separated by spaces.
fn words(ids: &str) -> Vec<&str> {
    ids.split(' ').collect()
}

const ONLY: &str = "only_route";
