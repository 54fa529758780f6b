//! Comparison of credentials: cells read from the files by hand, recomputed amounts, and CSV.

use std::collections::BTreeSet;

use peerpath_tests::answer::{Answer, id};
use peerpath_tests::document::{Schemas, operations};
use peerpath_tests::files::Files;
use peerpath_tests::service::Service;
use reqwest::Method;
use serde_json::{Value, json};

const TWO: &str = "/v1/comparison?credential=us-tx-mhps&credential=us-ca-cmpss";

fn path(credentials: &[&str], rest: &str) -> String {
    let named: Vec<String> = credentials.iter().map(|id| format!("credential={id}")).collect();
    format!("/v1/comparison?{}{rest}", named.join("&"))
}

fn row<'a>(comparison: &'a Value, aspect: &str) -> &'a Value {
    let rows = comparison["rows"].as_array().unwrap();
    rows.iter().find(|row| row["aspect"] == aspect).unwrap_or_else(|| panic!("there is a row {aspect}"))
}

/// The cell of a column: a credential, or one of its routes.
fn cell<'a>(comparison: &'a Value, aspect: &str, column: &str) -> &'a Value {
    let columns = comparison["columns"].as_array().unwrap();
    let named = |one: &Value| {
        let credential = one["credential"]["id"].as_str().unwrap();
        credential == column || column == format!("{credential}/{}", one["route"]["id"].as_str().unwrap_or_default())
    };
    let place = columns.iter().position(named).unwrap_or_else(|| panic!("there is a column {column}"));
    &row(comparison, aspect)["cells"][place]
}

async fn as_csv(service: &Service, path: &str) -> Answer {
    Answer::to(service.request(Method::GET, path).header("accept", "text/csv")).await
}

/// An aspect, a column, and the cell as read from the file by hand: text, minimum, maximum and comparison.
type Told = (&'static str, &'static str, Option<&'static str>, Option<f64>, Option<f64>, &'static str);

const CELLS: [Told; 24] = [
    (
        "training",
        "us-tx-mhps",
        Some("59.5 hours (Core 19.5, Mental health supplemental 40)"),
        Some(59.5),
        Some(59.5),
        "within",
    ),
    ("training", "us-ca-cmpss/standard", Some("80 hours"), Some(80.0), Some(80.0), "above"),
    ("training", "us-ca-cmpss/out-of-state", Some("20 hours (Law and ethics 6)"), Some(20.0), Some(20.0), "below"),
    (
        "training",
        "ic-rc-pr",
        Some("46 hours (Advocacy 10, Mentoring/Education 10, Recovery/Wellness Support 10, Ethical Responsibility 16)"),
        Some(46.0),
        Some(46.0),
        "within",
    ),
    // One training of 30 hours, and one of unstated length.
    ("training", "us-me-rprc", Some("30 hours; required, hours not stated"), Some(30.0), None, "not_stated"),
    ("training", "us-nc-cpss-military", Some("none"), Some(0.0), Some(0.0), "below"),
    ("training", "us-or-pss/outside-certification", None, None, None, "not_stated"),
    (
        "work_experience",
        "us-wa-cpss",
        Some("1000 hours, within 60 months after a provisional certification"),
        Some(1000.0),
        Some(1000.0),
        "above",
    ),
    ("work_experience", "us-or-pss/standard", None, None, None, "not_stated"),
    ("work_experience", "us-me-rprc", Some("none"), Some(0.0), Some(0.0), "within"),
    (
        "recovery_time",
        "us-wa-cpss",
        Some("12 months, only for applicants with lived experience of a mental health condition or of substance use"),
        None,
        Some(12.0),
        "not_stated",
    ),
    ("lived_experience", "us-ca-cmpss/standard", Some("mental health, substance use or family"), None, None, "within"),
    ("lived_experience", "us-tx-mhps", Some("mental health"), None, None, "above"),
    (
        "lived_experience",
        "us-nc-cpss-military",
        Some("mental health or substance use; and also military service"),
        None,
        None,
        "above",
    ),
    ("supervision", "ic-rc-pr", Some("25 hours"), Some(25.0), Some(25.0), "not_stated"),
    (
        "residency",
        "ic-rc-pr",
        Some("live or work in the jurisdiction at least 51 percent of the time"),
        Some(51.0),
        Some(51.0),
        "not_stated",
    ),
    (
        "examination",
        "us-wa-cpss",
        Some("given by Washington State Health Care Authority, 80 percent to pass"),
        None,
        None,
        "not_stated",
    ),
    ("maximum_age", "ic-rc-pr", Some("none"), None, None, "not_stated"),
    (
        "holds_credential",
        "us-nc-cpss-military",
        Some("North Carolina Certified Peer Support Specialist (CPSS)"),
        None,
        None,
        "not_stated",
    ),
    (
        "fees",
        "us-tx-mhps",
        Some("$260 to $960 (application $60, training $200 to $300, training $450 to $600)"),
        Some(260.0),
        Some(960.0),
        "not_stated",
    ),
    ("fees", "us-wa-cpss", None, None, None, "not_stated"),
    ("renewal_period", "us-or-pss/standard", Some("36 months"), Some(36.0), Some(36.0), "not_stated"),
    (
        "continuing_education",
        "us-tx-mhps",
        Some("20 hours each 24 months (3 in ethics)"),
        Some(20.0),
        Some(20.0),
        "not_stated",
    ),
    (
        "reciprocity",
        "us-or-pss/standard",
        Some("a certification from Washington or a certification from Idaho"),
        None,
        None,
        "not_stated",
    ),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cells_match_the_files() {
    let service = Service::start().await;
    let compared =
        ["us-tx-mhps", "us-ca-cmpss", "ic-rc-pr", "us-wa-cpss", "us-me-rprc", "us-or-pss", "us-nc-cpss-military"];
    let comparison = service.get_json(&path(&compared, "")).await;
    assert_eq!(
        comparison["baseline"],
        json!({"kind": "framework", "id": "national-model-standards",
            "title": "National Model Standards for Peer Support Certification", "route": null})
    );
    for (aspect, column, text, amount, amount_max, against) in CELLS {
        let cell = cell(&comparison, aspect, column);
        let what = format!("{aspect} of {column}");
        assert_eq!(cell["text"].as_str(), text, "{what}");
        assert_eq!([cell["amount"].as_f64(), cell["amount_max"].as_f64()], [amount, amount_max], "{what}");
        assert_eq!(cell["against"], against, "{what}");
        assert_eq!(cell["sources"].as_array().unwrap().is_empty(), text.is_none(), "{what}");
    }
    let training = row(&comparison, "training");
    assert_eq!(training["unit"], "hours");
    assert_eq!(
        [&training["baseline"]["text"], &training["baseline"]["amount"]],
        [&json!("40 to 60 hours"), &json!(40)]
    );
    let work = &row(&comparison, "work_experience")["baseline"];
    assert_eq!(
        [&work["text"], &work["amount"], &work["amount_max"]],
        [&json!("at most 120 hours"), &json!(null), &json!(120)]
    );
    let noted = cell(&comparison, "work_experience", "us-tx-mhps")["notes"][0].as_str().unwrap();
    assert!(noted.starts_with("Supervised; supervisor recommends in writing"), "{noted}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_route_of_every_credential_is_compared_as_in_its_file() {
    let service = Service::start().await;
    let records = Files::of_repository().records("credentials");
    for some in records.chunks(9) {
        let mut ids: Vec<String> = some.iter().map(|record| id(&record.body)).collect();
        if ids.len() < 2 {
            ids.push(id(&records[0].body));
        }
        let comparison = service.get_json(&path(&ids.iter().map(String::as_str).collect::<Vec<_>>(), "")).await;
        assert_eq!(comparison["rows"].as_array().unwrap().len(), 21);
        let mut place = 0;
        for record in some {
            let routes = record.body["routes"].as_array().unwrap();
            let routes: Vec<&Value> = if routes.is_empty() { vec![&Value::Null] } else { routes.iter().collect() };
            for route in routes {
                let column = &comparison["columns"][place];
                assert_eq!(column["credential"]["id"], record.body["id"]);
                assert_eq!(column["credential"]["status"], record.body["status"]);
                assert_eq!(column["route"]["id"], route["id"], "{column}");
                for row in comparison["rows"].as_array().unwrap() {
                    assert_reported(row, &row["cells"][place], route, &record.body);
                }
                place += 1;
            }
        }
    }
}

/// Compares a cell with the file: whether it states anything, its sources, and for hours how it compares.
fn assert_reported(row: &Value, cell: &Value, route: &Value, credential: &Value) {
    let aspect = row["aspect"].as_str().unwrap();
    let what = format!("{aspect} of {} {}", credential["id"], route["id"]);
    if ["fees", "renewal_period", "continuing_education", "reciprocity"].contains(&aspect) {
        return;
    }
    let requirements = route["requirements"].as_array().map_or(&[][..], Vec::as_slice);
    let asked: Vec<&Value> =
        requirements.iter().filter(|requirement| requirement["condition"]["kind"] == aspect).collect();
    if asked.is_empty() {
        let complete = route["completeness"] == "complete";
        assert_eq!(cell["text"], if complete { json!("none") } else { Value::Null }, "{what}");
        return;
    }
    assert!(cell["text"].is_string(), "{what}");
    let named =
        |values: &Value| values.as_array().unwrap().iter().map(|one| one.as_str().unwrap().to_owned()).collect();
    let sources: BTreeSet<String> = named(&cell["sources"]);
    let stated: BTreeSet<String> = asked.iter().map(|one| one["source"].as_str().unwrap().to_owned()).collect();
    assert_eq!(sources, stated, "{what}");
    let notes: Vec<&Value> = asked.iter().map(|one| &one["note"]).filter(|note| !note.is_null()).collect();
    assert_eq!(cell["notes"].as_array().unwrap().iter().collect::<Vec<_>>(), notes, "{what}");
    let hours: Option<Vec<f64>> = asked.iter().map(|one| one["condition"]["hours"].as_f64()).collect();
    if let ("training", Some(hours)) = (aspect, hours) {
        let sum: f64 = hours.iter().sum();
        assert_eq!([cell["amount"].as_f64(), cell["amount_max"].as_f64()], [Some(sum); 2], "{what}");
        let against = if sum < 40.0 {
            "below"
        } else if sum > 60.0 {
            "above"
        } else {
            "within"
        };
        assert_eq!(cell["against"], against, "{what}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_credential_can_be_the_baseline() {
    let service = Service::start().await;
    let comparison = service.get_json(&path(&["us-tx-mhps", "us-ca-cmpss"], "&baseline=ic-rc-pr")).await;
    let baseline = &comparison["baseline"];
    assert_eq!([&baseline["kind"], &baseline["id"]], ["credential", "ic-rc-pr"]);
    assert_eq!(baseline["route"]["id"], "minimum-standards");
    for (aspect, column, against) in [
        ("training", "us-tx-mhps", "above"),
        ("work_experience", "us-tx-mhps", "below"),
        ("supervision", "us-ca-cmpss/standard", "below"),
        ("supervision", "us-tx-mhps", "not_stated"),
        ("examination", "us-tx-mhps", "within"),
        ("background_check", "us-tx-mhps", "above"),
        ("education", "us-ca-cmpss/standard", "within"),
        ("lived_experience", "us-ca-cmpss/standard", "below"),
        ("renewal_period", "us-tx-mhps", "within"),
        // The period of the baseline's 20 hours is not stated.
        ("continuing_education", "us-tx-mhps", "not_stated"),
        ("reciprocity", "us-tx-mhps", "not_stated"),
    ] {
        assert_eq!(cell(&comparison, aspect, column)["against"], against, "{aspect} of {column}");
    }
    let named = service.get_json(&format!("{TWO}&baseline=national-model-standards")).await;
    assert_eq!(named, service.get_json(TWO).await);
    for wrong in ["samhsa-core-competencies", "us-tx-magic", ""] {
        let violations = service.get(&format!("{TWO}&baseline={wrong}")).await.violations();
        assert_eq!(violations.len(), 1, "{violations:?}");
        assert_eq!(violations[0].0, "baseline");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sources_are_in_full_and_once_each() {
    let service = Service::start().await;
    let comparison = service.get_json(TWO).await;
    let given: Vec<String> = comparison["sources"].as_array().unwrap().iter().map(id).collect();
    let mut named = BTreeSet::new();
    for row in comparison["rows"].as_array().unwrap() {
        for cell in row["cells"].as_array().unwrap().iter().chain([&row["baseline"]]) {
            named.extend(cell["sources"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()));
        }
    }
    assert_eq!(given.iter().cloned().collect::<BTreeSet<_>>(), named);
    assert_eq!(given.len(), named.len());
    assert!(comparison["meta"]["catalog_version"].is_u64());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_to_ten_different_credentials_are_compared() {
    let service = Service::start().await;
    let ids: Vec<String> =
        Files::of_repository().records("credentials").iter().map(|record| id(&record.body)).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    assert_eq!(service.get(&path(&ids[..10], "")).await.status, 200);
    for (refused, expected) in [
        ("/v1/comparison".to_owned(), "2 to 10"),
        (path(&ids[..1], ""), "2 to 10"),
        (path(&ids[..11], ""), "2 to 10"),
        (path(&[ids[0], "us-tx-magic"], ""), "not the id of a credential"),
        (path(&[ids[0], ids[1], ids[0]], ""), "more than once"),
        (path(&ids[..2], "&credential="), "not the id of a credential"),
    ] {
        let violations = service.get(&refused).await.violations();
        assert_eq!(violations.len(), 1, "{refused}: {violations:?}");
        assert!(violations[0].0 == "credential" && violations[0].1.contains(expected), "{refused}: {violations:?}");
    }
    let _ = service.get(&format!("{TWO}&as_of=1999-01-01")).await.problem(404, "not-found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_csv_matches_the_json() {
    let service = Service::start().await;
    let compared = path(&["us-tx-mhps", "us-ca-cmpss", "ic-rc-pr", "us-wa-cpss"], "");
    let comparison = service.get_json(&compared).await;
    let answer = as_csv(&service, &compared).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("content-type")),
        (200, "text/csv; charset=utf-8; header=present")
    );
    let mut table = csv::ReaderBuilder::new().has_headers(false).from_reader(answer.body.as_slice());
    let lines: Vec<Vec<String>> =
        table.records().map(|line| line.unwrap().iter().map(ToOwned::to_owned).collect()).collect();

    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut header: Vec<String> = ["aspect", "unit", "baseline"].map(Into::into).into();
    for column in comparison["columns"].as_array().unwrap() {
        let name = format!("{}/{}", text(&column["credential"]["id"]), text(&column["route"]["id"]));
        header.extend([name.clone(), format!("{name} against")]);
    }
    let mut expected = vec![header];
    for row in comparison["rows"].as_array().unwrap() {
        let mut line = vec![text(&row["aspect"]), text(&row["unit"]), text(&row["baseline"]["text"])];
        line.extend(
            row["cells"].as_array().unwrap().iter().flat_map(|cell| [text(&cell["text"]), text(&cell["against"])]),
        );
        expected.push(line);
    }
    assert_eq!(lines, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_preferred_media_type_is_sent_whatever_was_sent_before() {
    let service = Service::start().await;
    // The second answer comes from the cache.
    for _ in 0..2 {
        for (accepted, form) in [
            ("*/*", "application/json"),
            ("application/json", "application/json"),
            ("text/csv", "text/csv; charset=utf-8; header=present"),
            ("text/csv, */*;q=0.1", "text/csv; charset=utf-8; header=present"),
            ("text/csv;q=0.4, application/json;q=0.5", "application/json"),
        ] {
            let answer = Answer::to(service.request(Method::GET, TWO).header("accept", accepted)).await;
            assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, form), "{accepted}");
            assert_eq!(answer.header("vary"), "accept, accept-encoding", "{accepted}");
        }
        let html = Answer::to(service.request(Method::GET, TWO).header("accept", "text/html")).await;
        let _ = html.problem(406, "not-acceptable");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_media_type_has_its_own_tag_and_answers_304_to_it() {
    let service = Service::start().await;
    let unless = |form: &'static str, tag: &str| {
        service.request(Method::GET, TWO).header("accept", form).header("if-none-match", tag.to_owned())
    };
    let (json, table) = (service.get(TWO).await, as_csv(&service, TWO).await);
    let tags = [json.header("etag"), table.header("etag")];
    assert!(tags[0] != tags[1] && tags.iter().all(|tag| tag.len() > 10), "{tags:?}");
    for (form, own, other) in [("application/json", tags[0], tags[1]), ("text/csv", tags[1], tags[0])] {
        let unchanged = Answer::to(unless(form, own)).await;
        assert_eq!((unchanged.status.as_u16(), unchanged.body.len()), (304, 0), "{form}");
        assert_eq!(unchanged.header("vary"), "accept, accept-encoding", "{form}");
        assert_eq!(Answer::to(unless(form, other)).await.status, 200, "{form}");
    }
    assert_eq!(json.header("cache-control"), "private, max-age=300");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_and_examples_match_their_schemas() {
    let service = Service::start().await;
    let mut schemas = Schemas::committed();
    for pattern in ["/v1/comparison", "/v1/statistics"] {
        let operation = operations().into_iter().find(|operation| operation.pattern == pattern).unwrap();
        let path = operation.path_with(|_| None);
        let content = &operation.body["responses"]["200"]["content"]["application/json"];
        schemas.assert_fits(&content["schema"], &content["example"], &format!("the example of {pattern}"));
        for answer in [
            service.get(&path).await,
            service.get_unless("*", &path).await,
            Answer::to(service.request(Method::GET, &path).header("accept", "text/html")).await,
            Answer::to(service.request(Method::GET, &path).header("accept", "text/csv, */*;q=0.1")).await,
            service.get(&format!("{pattern}?as_of=1999-01-01")).await,
            service.get(&format!("{pattern}?magic=1")).await,
        ] {
            schemas.assert_documented(&operation, &answer);
        }
    }
}
