//! Eligibility: questions, refusals, ranking, paging; and nothing of a request is stored.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Days, Months};
use peerpath_tests::answer::{Answer, assert_has_its_sources};
use peerpath_tests::clock;
use peerpath_tests::database::TestDatabase;
use peerpath_tests::eventually;
use peerpath_tests::files::Files;
use peerpath_tests::program::Served;
use peerpath_tests::service::{Machine, Service, client};
use serde_json::{Value, json};

use super::ask;

/// A profile with many facts.
fn applicant() -> Value {
    json!({
        "birth_date": "1988-02-29", "lived_experience": {"mental_health": true, "substance_use": false},
        "recovery_since": "2023-01-31", "education": "bachelor", "work_hours": 600, "volunteer_hours": 0,
        "supervision_hours": 30, "references": 3, "lives_in": "US-TX", "works_in": ["US-TX"],
        "training": [{"hours": 80, "approved_for": ["US-TX", "us-wa-cpss"]}], "code_of_ethics_signed": true,
        "background_check_passed": true, "exams_passed": [], "credentials_held": [],
    })
}

fn items(list: &Value) -> &Vec<Value> {
    list["items"].as_array().unwrap_or_else(|| panic!("{list} is a list"))
}

fn credentials(list: &Value) -> Vec<String> {
    items(list).iter().map(|item| item["credential"]["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_profile_leads_to_questions_and_no_unmet_requirement() {
    let service = Service::start().await;
    let list = ask(&service, "/v1/eligibility", &json!({"profile": {}})).await;
    let list = list.private(200);
    let all = Files::of_repository().records("credentials").len();
    assert_eq!(list["meta"]["total"], all);
    assert_eq!(items(&list).len(), 50);
    let reported = list["meta"]["outcomes"].as_object().unwrap();
    assert_eq!(reported["eligible"], 0);
    assert_eq!(reported["no_known_gap"], 0);
    let sum: u64 = reported.values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(json!(sum), json!(all));
    for item in items(&list) {
        for verdict in item["routes"].as_array().unwrap().iter().flat_map(|route| route["verdicts"].as_array().unwrap())
        {
            assert_eq!(verdict["verdict"], "unknown", "{verdict}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_verdict_cites_its_source_which_the_answer_contains() {
    let service = Service::start().await;
    let list = ask(&service, "/v1/eligibility", &json!({"profile": applicant(), "limit": 200})).await.private(200);
    assert_has_its_sources(&list);
    let mut verdicts = BTreeMap::new();
    for item in items(&list) {
        for route in item["routes"].as_array().unwrap() {
            for verdict in route["verdicts"].as_array().unwrap() {
                verdicts.insert(verdict["requirement"].as_str().unwrap().to_owned(), verdict["source"].clone());
            }
        }
    }
    let mut expected = BTreeMap::new();
    for record in Files::of_repository().records("credentials") {
        for route in record.body["routes"].as_array().unwrap() {
            for requirement in route["requirements"].as_array().unwrap() {
                let id = |value: &Value| value["id"].as_str().unwrap().to_owned();
                let path = format!("{}/{}/{}", id(&record.body), id(route), id(requirement));
                expected.insert(path, requirement["source"].clone());
            }
        }
    }
    assert_eq!(verdicts, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn questions_count_the_verdicts_that_depend_on_them() {
    let service = Service::start().await;
    let list = ask(&service, "/v1/eligibility", &json!({"profile": {}, "limit": 200})).await.private(200);
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    let mut confirmed = BTreeSet::new();
    for route in items(&list).iter().flat_map(|item| item["routes"].as_array().unwrap()) {
        for verdict in route["verdicts"].as_array().unwrap() {
            match verdict["question"].as_str().unwrap() {
                "confirmed" => {
                    confirmed.insert(verdict["requirement"].as_str().unwrap().to_owned());
                }
                question => *counted.entry(question.into()).or_default() += 1,
            }
        }
    }
    let questions = list["questions"].as_array().unwrap();
    let (of_requirements, of_fields): (Vec<&Value>, Vec<&Value>) =
        questions.iter().partition(|question| question["id"] == "confirmed");
    let reported: BTreeMap<String, u64> = of_fields
        .iter()
        .map(|question| (question["id"].as_str().unwrap().to_owned(), question["verdicts"].as_u64().unwrap()))
        .collect();
    assert_eq!(reported, counted);
    let order: Vec<u64> = of_fields.iter().map(|question| question["verdicts"].as_u64().unwrap()).collect();
    assert!(order.is_sorted_by(|a, b| a >= b), "{order:?}");
    let asked: BTreeSet<String> =
        of_requirements.iter().map(|question| question["requirement"].as_str().unwrap().to_owned()).collect();
    assert_eq!(asked, confirmed);

    // An answer of the stated type in the stated field decides something.
    let answers = json!({"boolean": true, "date": "1980-01-01", "hours": 5000, "count": 9, "choice": "master", "jurisdiction": "US-TX"});
    for question in of_fields {
        let answer = &answers[question["answer"].as_str().unwrap()];
        let field = question["field"].as_str().unwrap();
        let mut profile = json!({"lived_experience": {}});
        let list = if answer.is_null() { json!([]) } else { answer.clone() };
        let (parent, name) = field.rsplit_once('/').unwrap();
        profile.pointer_mut(parent).unwrap()[name] = list;
        let after = ask(&service, "/v1/eligibility", &json!({"profile": profile, "limit": 1})).await.private(200);
        let same = after["questions"].as_array().unwrap().iter().find(|other| other["id"] == question["id"]);
        let left = same.map_or(0, |other| other["verdicts"].as_u64().unwrap());
        assert!(left < question["verdicts"].as_u64().unwrap(), "{question} by {profile}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn credentials_are_chosen_by_id_by_jurisdiction_or_as_national() {
    let service = Service::start().await;
    let chosen = async |credentials: Value| {
        let body = json!({"profile": {}, "credentials": credentials, "limit": 200});
        credentials_sorted(&ask(&service, "/v1/eligibility", &body).await.private(200))
    };
    let of = |fits: &dyn Fn(&Value) -> bool| {
        let records = Files::of_repository().records("credentials").into_iter().map(|record| record.body);
        let mut ids: Vec<String> = records.filter(fits).map(|body| body["id"].as_str().unwrap().to_owned()).collect();
        ids.sort();
        ids
    };
    assert_eq!(chosen(json!(["us-wa-cpss"])).await, ["us-wa-cpss"]);
    assert_eq!(chosen(json!(["US-TX", "US-TX"])).await, of(&|body| body["jurisdiction"] == "US-TX"));
    assert_eq!(chosen(json!(["national"])).await, of(&|body| body["jurisdiction"].is_null()));
    let both = of(&|body| body["jurisdiction"] == "US-TX" || body["id"] == "us-wa-cpss");
    assert_eq!(chosen(json!(["US-TX", "us-wa-cpss"])).await, both);
    assert_eq!(chosen(json!(null)).await, of(&|_| true));
}

fn credentials_sorted(list: &Value) -> Vec<String> {
    let mut ids = credentials(list);
    ids.sort();
    ids
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_continue_after_the_previous_one_and_outcomes_are_filtered_first() {
    let service = Service::start().await;
    let whole = json!({"profile": applicant(), "limit": 200});
    let whole = ask(&service, "/v1/eligibility", &whole).await.private(200);
    let mut met = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let body = json!({"profile": applicant(), "limit": 40, "cursor": cursor});
        let page = ask(&service, "/v1/eligibility", &body).await.private(200);
        met.extend(credentials(&page));
        cursor = page["next_cursor"].clone();
        assert_eq!(page["meta"]["total"], whole["meta"]["total"]);
        if cursor.is_null() {
            break;
        }
        let elsewhere = json!({"held": {"title": "Peer"}, "cursor": cursor});
        let _ = ask(&service, "/v1/transfers", &elsewhere).await.problem(400, "malformed");
    }
    assert_eq!(met, credentials(&whole));
    let made_up = json!({"profile": {}, "cursor": "made-up"});
    let _ = ask(&service, "/v1/eligibility", &made_up).await.problem(400, "malformed");
    for outcome in ["eligible", "no_known_gap", "undetermined", "not_yet"] {
        let body = json!({"profile": applicant(), "limit": 200, "outcomes": [outcome]});
        let list = ask(&service, "/v1/eligibility", &body).await.private(200);
        let expected: Vec<String> = items(&whole)
            .iter()
            .filter(|item| item["outcome"] == outcome)
            .map(|item| item["credential"]["id"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(credentials(&list), expected);
        assert_eq!(list["meta"]["outcomes"], whole["meta"]["outcomes"]);
        assert_eq!(list["meta"]["total"], expected.len());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_impossible_value_is_refused_with_its_pointer() {
    let service = Service::start().await;
    let today = clock::today();
    let tomorrow = (today + Days::new(1)).to_string();
    let born = today - Months::new(12 * 30);
    for (profile, expected) in [
        (json!({"work_hours": -1}), vec!["/profile/work_hours"]),
        (json!({"work_hours": 40.1, "volunteer_hours": "40"}), vec!["/profile/volunteer_hours", "/profile/work_hours"]),
        (
            json!({"work_hours": 1e9, "supervision_hours": 300_000}),
            vec!["/profile/supervision_hours", "/profile/work_hours"],
        ),
        (json!({"training": [{"hours": 20}, {"hours": 20_000}]}), vec!["/profile/training/1/hours"]),
        (
            json!({"training": [{"hours": 20, "topics": [{"name": "Ethics", "hours": 16}, {"name": "ethics", "hours": 16}]}]}),
            vec!["/profile/training/0/topics", "/profile/training/0/topics/1/name"],
        ),
        (json!({"training": [{"topics": []}]}), vec!["/profile/training/0"]),
        (
            json!({"training": [{"hours": 1, "approved_for": ["US-XX", "any-state"]}]}),
            vec!["/profile/training/0/approved_for/0", "/profile/training/0/approved_for/1"],
        ),
        (json!({"birth_date": tomorrow}), vec!["/profile/birth_date"]),
        (json!({"birth_date": "1890-01-01"}), vec!["/profile/birth_date"]),
        (json!({"birth_date": "2026-02-30"}), vec!["/profile/birth_date"]),
        (json!({"birth_date": born.to_string(), "age_years": 29}), vec!["/profile/age_years"]),
        (json!({"age_years": 121}), vec!["/profile/age_years"]),
        (json!({"age_years": 20, "recovery_months": 300}), vec!["/profile/recovery_months"]),
        (json!({"recovery_since": tomorrow}), vec!["/profile/recovery_since"]),
        (json!({"birth_date": "2000-01-01", "recovery_since": "1999-12-31"}), vec!["/profile/recovery_since"]),
        (json!({"recovery_since": today.to_string(), "recovery_months": 1}), vec!["/profile/recovery_months"]),
        (
            json!({"exams_passed": [{}, {"credential": "us-tx-magic"}, {"name": "", "passed_on": tomorrow}]}),
            vec![
                "/profile/exams_passed/0",
                "/profile/exams_passed/1/credential",
                "/profile/exams_passed/2/name",
                "/profile/exams_passed/2/passed_on",
            ],
        ),
        (
            json!({"credentials_held": [{"credential": "us-tx-magic"}, {"title": "Peer", "issued_on": "2026-01-02", "expires_on": "2026-01-01"}]}),
            vec!["/profile/credentials_held/0/credential", "/profile/credentials_held/1/expires_on"],
        ),
        (
            json!({"lives_in": "US-XX", "works_in": ["US-TX", "US-YY"]}),
            vec!["/profile/lives_in", "/profile/works_in/1"],
        ),
        (json!({"lives_in": "Texas"}), vec!["/profile/lives_in"]),
        (
            json!({"fees_paid": [{"credential": "us-tx-magic", "kind": "exam"}]}),
            vec!["/profile/fees_paid/0/credential"],
        ),
        (
            json!({"confirmed": ["us-tx-mhps/standard/training", "us-tx-mhps/standard/magic", "us-tx-mhps/magic/training"]}),
            vec!["/profile/confirmed/1", "/profile/confirmed/2"],
        ),
        (json!({"confirmed": ["training"]}), vec!["/profile/confirmed/0"]),
        (json!({"lived_experience": {"magic": true}}), vec!["/profile/lived_experience"]),
        (json!({"height": 180}), vec!["/profile"]),
        (json!({"references": 101, "education": "phd"}), vec!["/profile/education", "/profile/references"]),
    ] {
        let answer = ask(&service, "/v1/eligibility", &json!({"profile": profile})).await;
        assert_eq!(answer.pointers(), expected, "{profile}: {}", answer.text());
    }
    for (body, expected) in [
        (json!({}), vec![""]),
        (json!({"profile": {}, "credentials": []}), vec!["/credentials"]),
        (
            json!({"profile": {}, "credentials": ["us-tx-magic", "US-XX", "any-state", "Texas!", "US-TX"]}),
            vec!["/credentials/0", "/credentials/1", "/credentials/2", "/credentials/3"],
        ),
        (json!({"profile": {}, "outcomes": ["perhaps"]}), vec!["/outcomes/0"]),
        (json!({"profile": {}, "limit": 0}), vec!["/limit"]),
        (json!({"profile": {}, "limit": 201, "cursor": "made-up"}), vec!["/limit"]),
        (json!({"profile": {}, "as_of": "1999-01-01"}), vec!["/as_of"]),
        (json!({"profile": {}, "as_of": "9999-12-31"}), vec!["/as_of"]),
        (
            json!({"profile": {"work_hours": 300_000}, "credentials": ["us-tx-magic"], "limit": 0}),
            vec!["/credentials/0", "/limit", "/profile/work_hours"],
        ),
    ] {
        let answer = ask(&service, "/v1/eligibility", &body).await;
        assert_eq!(answer.pointers(), expected, "{body}: {}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unlisted_held_credential_makes_a_verdict_unknown_and_is_no_error() {
    let service = Service::start().await;
    let verdict = async |held: Value| {
        let body = json!({"profile": {"credentials_held": held}, "credentials": ["us-nc-cpss-military"]});
        let list = ask(&service, "/v1/eligibility", &body).await.private(200);
        let verdicts = list["items"][0]["routes"][0]["verdicts"].as_array().unwrap().clone();
        let holds = verdicts.into_iter().find(|verdict| verdict["kind"] == "holds_credential").unwrap();
        json!([holds["verdict"], holds["question"], holds["gap"]["kind"]])
    };
    assert_eq!(verdict(json!(null)).await, json!(["unknown", "credentials_held", null]));
    assert_eq!(verdict(json!([])).await, json!(["unmet", null, "credential"]));
    assert_eq!(verdict(json!([{"title": "Peer Worker of Ontario"}])).await, json!(["unknown", "confirmed", null]));
    assert_eq!(verdict(json!([{"credential": "us-tx-mhps"}])).await, json!(["unmet", null, "credential"]));
    assert_eq!(verdict(json!([{"credential": "us-nc-cpss"}])).await, json!(["met", null, null]));
    let expired = json!([{"credential": "us-nc-cpss", "expires_on": (clock::today() - Days::new(1)).to_string()}]);
    assert_eq!(verdict(expired).await, json!(["unmet", null, "credential"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_past_date_is_evaluated_with_the_revisions_of_that_day() {
    let database = TestDatabase::with_catalog();
    let files = Files::of_repository().with_texan("us-tx-mhps", |credential| {
        let requirements = credential["routes"][0]["requirements"].as_array_mut().unwrap();
        requirements.iter_mut().find(|one| one["id"] == "minimum-age").unwrap()["condition"]["years"] = json!(21);
    });
    database.import(&files, "2026-02-01").await;
    let service = Service::start_with(database, |_| {}).await;
    let age = async |as_of: &str, born: &str| {
        let body = json!({"profile": {"birth_date": born}, "credentials": ["us-tx-mhps"], "as_of": as_of});
        let list = ask(&service, "/v1/eligibility", &body).await.private(200);
        let verdict = list["items"][0]["routes"][0]["verdicts"].as_array().unwrap().clone();
        let verdict = verdict.into_iter().find(|verdict| verdict["kind"] == "minimum_age").unwrap();
        (verdict["verdict"].clone(), verdict["gap"]["years"].clone(), verdict["gap"]["met_on"].clone())
    };
    assert_eq!(age("2026-01-31", "2008-01-31").await, (json!("met"), Value::Null, Value::Null));
    assert_eq!(age("2026-01-31", "2008-02-01").await, (json!("unmet"), json!(1), json!("2026-02-01")));
    assert_eq!(age("2026-02-01", "2008-01-31").await, (json!("unmet"), json!(3), json!("2029-01-31")));
    assert_eq!(age("2026-02-28", "2008-02-29").await, (json!("unmet"), json!(4), json!("2029-03-01")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_input_is_stored_logged_or_in_the_metrics() {
    let database = TestDatabase::with_catalog();
    let served = Served::on(&database).await;
    let machine = Machine::in_database(&database).await;
    let http = client();
    let form = http.post(format!("{}/oauth/token", served.url)).form(&machine.form());
    let token = Answer::to(form).await.ok()["access_token"].as_str().unwrap().to_owned();
    let before = database.state().await;
    let secret = "Whisperwind";
    let profile = json!({"recovery_since": "2019-07-23", "exams_passed": [{"name": secret}], "credentials_held": [{"title": secret}]});
    let course = json!({"hours": 40, "topics": [{"name": secret, "hours": 4}]});
    for (path, body) in [
        ("/v1/eligibility", json!({"profile": profile})),
        ("/v1/eligibility", json!({"profile": {"exams_passed": [{"name": secret, "passed_on": "2999-07-23"}]}})),
        ("/v1/eligibility", json!({"profile": {"education": secret}})),
        (
            "/v1/plans",
            json!({"profile": profile, "credential": "us-tx-mhps", "training_hours_per_week": 9, "work_hours_per_week": 9}),
        ),
        ("/v1/transfers", json!({"held": {"title": secret}, "profile": profile})),
        ("/v1/alignments", json!({"course": course})),
    ] {
        let request = http.post(format!("{}{path}", served.url)).bearer_auth(&token).json(&body);
        let answer = Answer::to(request).await;
        assert!([200, 422].contains(&answer.status.as_u16()), "{path}: {}", answer.text());
        if answer.status == 422 {
            assert!(!answer.text().contains(secret) && !answer.text().contains("-07-23"), "{}", answer.text());
        }
    }
    assert_eq!(database.state().await, before);
    eventually("the last request to be logged", async || {
        served.log().iter().any(|entry| entry["route"] == "/v1/alignments").then_some(())
    })
    .await;
    let log: String = served.log().iter().map(Value::to_string).collect();
    assert!(log.contains("/v1/eligibility"), "{log}");
    let metrics = Answer::to(http.get(&served.metrics_url)).await.text();
    assert!(metrics.contains("/v1/eligibility"), "{metrics}");
    for reported in [secret, "2019-07-23", "recovery_since"] {
        assert!(!log.contains(reported), "{reported} in {log}");
        assert!(!metrics.contains(reported), "{reported} in {metrics}");
    }
}
