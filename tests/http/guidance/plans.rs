//! Dated plans, as JSON and as calendars.

use std::collections::BTreeMap;

use chrono::{Days, Months, NaiveDate};
use peerpath_tests::answer::{Answer, assert_has_its_sources};
use peerpath_tests::clock;
use peerpath_tests::database::TestDatabase;
use peerpath_tests::files::Files;
use peerpath_tests::service::Service;
use reqwest::Method;
use serde_json::{Value, json};

use super::ask;

/// Kinds of requirement that an applicant with the experience meets by waiting.
const TIME_ALONE: [&str; 3] = ["minimum_age", "lived_experience", "recovery_time"];

/// A request for a plan, with changes.
fn request(change: &Value) -> Value {
    let mut request = json!({
        "profile": {
            "birth_date": "1990-05-17", "lived_experience": {"mental_health": true, "substance_use": false},
            "recovery_since": "2020-01-31", "education": "bachelor", "lives_in": "US-TX", "training": [], "work_hours": 0,
        },
        "credential": "us-tx-mhps", "training_hours_per_week": 7, "work_hours_per_week": 14,
    });
    for (key, value) in change.as_object().unwrap() {
        request[key] = value.clone();
    }
    request
}

/// A service whose catalog has a credential with only these kinds of requirement on its first route.
async fn asking_only(kinds: &[&str], file: &str, credential: &str) -> Service {
    let files = Files::of_repository().with(file, |file| {
        let mut credentials = file["credentials"].as_array_mut().unwrap().iter_mut();
        let credential = credentials.find(|one| one["id"] == credential).unwrap();
        let requirements = credential["routes"][0]["requirements"].as_array_mut().unwrap();
        requirements.retain(|one| kinds.contains(&one["condition"]["kind"].as_str().unwrap()));
        assert_eq!(requirements.len(), kinds.len());
    });
    let database = TestDatabase::with_catalog();
    database.import(&files, "2026-02-01").await;
    Service::start_with(database, |_| {}).await
}

async fn planned(service: &Service, change: Value) -> Value {
    ask(service, "/v1/plans", &request(&change)).await.private(200)
}

fn day(value: &Value) -> NaiveDate {
    value.as_str().unwrap_or_else(|| panic!("{value} is a day")).parse().unwrap()
}

fn step<'a>(plan: &'a Value, id: &str) -> &'a Value {
    plan["steps"].as_array().unwrap().iter().find(|step| step["id"] == id).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hours_take_as_long_as_the_week_allows() {
    let service = Service::start().await;
    let start = clock::today() + Days::new(3);
    let plan = planned(&service, json!({"start_date": start.to_string()})).await;
    // 59.5 hours of training at 7 a week, an hour a day: 60 days, the last one incomplete.
    let training = step(&plan, "complete-core-training");
    assert_eq!((day(&training["begins_on"]), day(&training["ends_on"])), (start, start + Days::new(60)));
    assert_eq!((&training["hours"], &training["state"]), (&json!(59.5), &json!("to_do")));
    // 250 hours of work at 14 a week follow the certification, within six months.
    let work = step(&plan, "work-within-role");
    assert_eq!(day(&work["begins_on"]), start + Days::new(60));
    assert_eq!(day(&work["ends_on"]), start + Days::new(60 + 125));
    assert_eq!(day(&work["ends_by"]), (start + Days::new(60)) + Months::new(6));
    assert_eq!(work["requirements"][0]["requirement"], "us-tx-mhps/standard/work-experience");
    assert_eq!((&plan["obstacles"], &plan["questions"], &plan["waits"]), (&json!([]), &json!([]), &json!([])));
    // No source says how long the examination takes, so the finish has only a lower bound, the end of the hours.
    assert!(plan["undated"].as_array().unwrap().contains(&json!("us-tx-mhps/standard/examination")));
    assert!(
        plan["finish_date"].is_null() || day(&plan["finish_date"]) >= day(&work["ends_on"]),
        "{}",
        plan["finish_date"]
    );
    assert!(
        step(&plan, "set-up-self-care")["side_by_side"].as_array().unwrap().contains(&json!("complete-core-training"))
    );
    assert_eq!(step(&plan, "set-up-self-care")["pitfalls"][0]["id"], "burnout");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_all_lengths_known_the_finish_is_the_end_of_the_last_hours_on_a_path_without_slack() {
    let kinds = ["minimum_age", "education", "lived_experience", "training", "work_experience"];
    let service = asking_only(&kinds, "jurisdictions/us-tx.json", "us-tx-mhps").await;
    let start = clock::today() + Days::new(3);
    let plan = planned(&service, json!({"start_date": start.to_string()})).await;
    assert_eq!(plan["undated"], json!([]));
    assert_eq!(day(&plan["finish_date"]), start + Days::new(60 + 125));
    let path: Vec<&str> =
        plan["critical_path"].as_array().unwrap().iter().filter_map(|one| one["step"].as_str()).collect();
    assert!(path.contains(&"complete-core-training") && path.last() == Some(&"work-within-role"), "{path:?}");
    assert!(path.iter().all(|id| step(&plan, id)["slack_days"] == 0), "{path:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_with_too_few_hours_a_week_states_how_many_are_needed() {
    let service = Service::start().await;
    let plan = planned(&service, json!({"work_hours_per_week": 5})).await;
    assert_eq!(plan["finish_date"], Value::Null);
    let [obstacle] = plan["obstacles"].as_array().unwrap().as_slice() else { panic!("{plan}") };
    assert_eq!(obstacle["requirement"], "us-tx-mhps/standard/work-experience");
    assert_eq!(obstacle["reason"]["kind"], "too_slow");
    let enough = &obstacle["reason"]["work_hours_per_week"];
    let faster = planned(&service, json!({"work_hours_per_week": enough})).await;
    assert_eq!(faster["obstacles"], json!([]));
    let almost = enough.as_f64().unwrap() - 1.0;
    let slower = planned(&service, json!({"work_hours_per_week": almost})).await;
    assert_eq!(slower["obstacles"][0]["reason"]["kind"], "too_slow");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_periods_run_in_parallel_and_the_longest_decides() {
    // North Dakota requires a year of recovery, and here nothing without a date.
    let service = asking_only(&TIME_ALONE, "jurisdictions/us-nd.json", "us-nd-cpss-i").await;
    let since = clock::today() - Months::new(3);
    let change = json!({"credential": "us-nd-cpss-i", "profile": {
        "birth_date": "1990-05-17", "lived_experience": {"mental_health": true}, "recovery_since": since.to_string(),
    }, "training_hours_per_week": 40});
    let plan = planned(&service, change).await;
    let until = since + Months::new(12);
    let [wait] = plan["waits"].as_array().unwrap().as_slice() else { panic!("{}", plan["waits"]) };
    assert_eq!((&wait["kind"], day(&wait["until"])), (&json!("recovery_time"), until));
    let application = step(&plan, wait["before"].as_str().unwrap());
    assert_eq!(day(&application["ends_on"]), until);
    assert_eq!(day(&plan["finish_date"]), until);
    assert_eq!(plan["critical_path"][0]["wait"], wait["requirement"]);

    let unsaid = json!({"credential": "us-nd-cpss-i", "profile": {"lived_experience": {"mental_health": true}}});
    let plan = planned(&service, unsaid).await;
    assert_eq!(plan["finish_date"], Value::Null);
    let questions: Vec<&str> =
        plan["questions"].as_array().unwrap().iter().map(|question| question["id"].as_str().unwrap()).collect();
    assert_eq!(questions, ["birth_date", "recovery_since"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn obstacles_are_reported() {
    let service = Service::start().await;
    let mut limited = Files::of_repository().records("credentials").into_iter().filter_map(|record| {
        let routes = record.body["routes"].as_array()?.clone();
        let first = routes.first()?["requirements"].as_array()?.clone();
        let limit =
            first.iter().find(|one| one["condition"]["kind"] == "maximum_age")?["condition"]["years"].as_u64()?;
        (record.body["status"] == "active" && routes.len() == 1).then(|| (record.body["id"].clone(), limit))
    });
    let (credential, limit) = limited.next().unwrap();
    let too_old = clock::today() - Months::new(u32::try_from(12 * (limit + 1)).unwrap());
    let reasons = async |born: NaiveDate, start: NaiveDate| {
        let change = json!({"credential": credential, "profile": {"birth_date": born.to_string()}, "start_date": start.to_string()});
        let plan = planned(&service, change).await;
        let kinds = plan["obstacles"].as_array().unwrap().iter().map(|one| one["reason"].clone());
        kinds.collect::<Vec<Value>>()
    };
    assert_eq!(reasons(too_old, clock::today()).await, [json!({"kind": "never"})]);
    let birthday_tomorrow = too_old + Days::new(1);
    assert_eq!(reasons(birthday_tomorrow + Months::new(120), clock::today()).await, Vec::<Value>::new());
    let start = clock::today() + Months::new(12);
    let last_day = clock::today().to_string();
    assert_eq!(reasons(birthday_tomorrow, start).await, [json!({"kind": "too_old_by_then", "last_day": last_day})]);

    let stranger = json!({"profile": {"lived_experience": {"mental_health": false}}});
    let plan = planned(&service, stranger).await;
    assert_eq!(plan["obstacles"][0]["reason"], json!({"kind": "never"}));
    assert_eq!(plan["obstacles"][0]["requirement"], "us-tx-mhps/standard/lived-experience");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fees_are_due_with_their_step() {
    let service = Service::start().await;
    let plan = planned(&service, json!({})).await;
    let due: BTreeMap<String, String> = plan["fees"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fee| {
            (
                format!("{} {}", fee["kind"].as_str().unwrap(), fee["amount_usd"]),
                fee["due_on"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    let date = |step_id: &str, name: &str| step(&plan, step_id)[name].as_str().unwrap().to_owned();
    assert_eq!(
        due,
        BTreeMap::from([
            ("training 200".into(), date("complete-core-training", "begins_on")),
            ("training 450".into(), date("complete-core-training", "begins_on")),
            ("application 60".into(), date("file-application", "ends_on")),
        ])
    );
    assert_eq!((&plan["fees_total_usd"]["at_least"], &plan["fees_total_usd"]["at_most"]), (&json!(260), &json!(960)));
    let mut paid = request(&json!({}));
    paid["profile"]["fees_paid"] = json!([{"credential": "us-tx-mhps", "kind": "application"}]);
    let plan = ask(&service, "/v1/plans", &paid).await.private(200);
    assert!(plan["fees"].as_array().unwrap().iter().all(|fee| fee["kind"] == "training"));
    assert_has_its_sources(&plan);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_is_available_as_a_calendar() {
    let service = asking_only(&TIME_ALONE, "jurisdictions/us-nd.json", "us-nd-cpss-i").await;
    let since = (clock::today() - Months::new(3)).to_string();
    let change = json!({"credential": "us-nd-cpss-i", "profile": {
        "birth_date": "1990-05-17", "lived_experience": {"mental_health": true}, "recovery_since": since,
    }});
    let send =
        |accept: &str| service.request(Method::POST, "/v1/plans").header("accept", accept).json(&request(&change));
    let answer = Answer::to(send("text/calendar")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), "text/calendar; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    let text = answer.text();
    assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n") && text.ends_with("END:VCALENDAR\r\n"));
    assert!(
        text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n')),
        "lines are folded, and end as they must"
    );
    let unfolded = text.replace("\r\n ", "");
    let events: Vec<BTreeMap<&str, &str>> = unfolded
        .split("BEGIN:VEVENT\r\n")
        .skip(1)
        .map(|event| event.split("\r\n").filter_map(|line| line.split_once(':')).collect())
        .collect();
    let plan = planned(&service, change.clone()).await;
    let compact = |value: &Value| day(value).format("%Y%m%d").to_string();
    let mut met = 0;
    for event in &events {
        for name in ["UID", "DTSTAMP", "DTSTART;VALUE=DATE", "DTEND;VALUE=DATE", "SUMMARY", "CLASS", "TRANSP"] {
            assert!(event.contains_key(name), "{name} in {event:?}");
        }
        assert_eq!(event["CLASS"], "PRIVATE");
        if let Some(step) = plan["steps"]
            .as_array()
            .unwrap()
            .iter()
            .find(|step| event["UID"].starts_with(&format!("step-{}.", step["id"].as_str().unwrap())))
        {
            assert_eq!(event["DTSTART;VALUE=DATE"], compact(&step["begins_on"]));
            let after = day(&step["ends_on"]) + Days::new(1);
            assert_eq!(
                event["DTEND;VALUE=DATE"],
                after.format("%Y%m%d").to_string(),
                "the end is the day after the last"
            );
            met += 1;
        }
    }
    let open = plan["steps"].as_array().unwrap().iter().filter(|step| step["state"] == "to_do").count();
    assert_eq!(met, open);
    let finish = events.iter().find(|event| event["UID"].starts_with("finish.")).unwrap();
    assert_eq!(finish["DTSTART;VALUE=DATE"], compact(&plan["finish_date"]));
    let uids: std::collections::BTreeSet<&str> = events.iter().map(|event| event["UID"]).collect();
    assert_eq!(uids.len(), events.len(), "each has a UID of its own");
    assert!(events.iter().any(|event| event["UID"].starts_with("wait-recovery-time.")), "{uids:?}");

    for (accept, expected) in [
        ("text/calendar;q=0.5, application/json", "application/json"),
        ("text/*", "text/calendar; charset=utf-8"),
        ("*/*", "application/json"),
    ] {
        assert_eq!(Answer::to(send(accept)).await.header("content-type"), expected, "{accept}");
    }
    let _ = Answer::to(send("text/html")).await.problem(406, "not-acceptable");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_can_name_its_route_and_impossible_plans_are_refused() {
    let service = Service::start().await;
    let out_of_state = planned(&service, json!({"credential": "us-ca-cmpss", "route": "out-of-state"})).await;
    assert_eq!(out_of_state["route"]["id"], "out-of-state");
    let records = Files::of_repository().records("credentials");
    let with = |fits: fn(&Value) -> bool| records.iter().find(|record| fits(&record.body)).unwrap().body["id"].clone();
    let yesterday = (clock::today() - Days::new(1)).to_string();
    for (change, expected) in [
        (json!({"credential": "us-tx-magic"}), vec!["/credential"]),
        (json!({"credential": with(|body| body["status"] == "closed")}), vec!["/credential"]),
        (
            json!({"credential": with(|body| body["status"] == "announced" && body["routes"][0].is_object())}),
            vec!["/credential"],
        ),
        (
            json!({"credential": with(|body| body["status"] == "active" && body["routes"] == json!([]))}),
            vec!["/credential"],
        ),
        (json!({"route": "magic"}), vec!["/route"]),
        (json!({"start_date": yesterday}), vec!["/start_date"]),
        (json!({"start_date": "2099-01-01"}), vec!["/start_date"]),
        (
            json!({"training_hours_per_week": 0, "work_hours_per_week": 81}),
            vec!["/training_hours_per_week", "/work_hours_per_week"],
        ),
        (json!({"training_hours_per_week": -7}), vec!["/training_hours_per_week"]),
        (json!({"profile": {"work_hours": 300_000}, "route": "magic"}), vec!["/profile/work_hours", "/route"]),
        (json!({"as_of": "1999-01-01"}), vec!["/as_of"]),
    ] {
        let answer = ask(&service, "/v1/plans", &request(&change)).await;
        assert_eq!(answer.pointers(), expected, "{change}: {}", answer.text());
    }
}
