//! Distributions of requirements, with every number recomputed from the files.

use std::sync::LazyLock;

use peerpath_tests::files::Files;
use peerpath_tests::service::Service;
use serde_json::{Value, json};

static ACTIVE: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let records = Files::of_repository().records("credentials").into_iter().map(|record| record.body);
    records.filter(|credential| credential["status"] == "active").collect()
});

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

fn of_kind<'a>(route: &'a Value, kind: &'a str) -> Vec<&'a Value> {
    list(route, "requirements").iter().filter(|requirement| requirement["condition"]["kind"] == kind).collect()
}

/// The statistics of an amount.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Said {
    Amount(f64),
    Nothing,
    SomethingElse,
}

/// The minimum over the routes that state a kind for everybody: the sum, or the highest, of several requirements.
fn least(credential: &Value, kind: &str, field: &str, added: bool) -> Said {
    let exactly = |route: &Value| {
        let asked = of_kind(route, kind);
        if asked.is_empty() {
            return (route["completeness"] == "complete").then_some(0.0);
        }
        if asked.iter().any(|one| !list(one, "applies_to").is_empty()) {
            return None;
        }
        let amounts: Option<Vec<f64>> = asked.iter().map(|one| one["condition"][field].as_f64()).collect();
        amounts.map(|amounts| if added { amounts.iter().sum() } else { amounts.into_iter().fold(0.0, f64::max) })
    };
    let amounts = list(credential, "routes").iter().filter_map(exactly);
    amounts.min_by(f64::total_cmp).map_or(Said::Nothing, Said::Amount)
}

fn fees(credential: &Value) -> Said {
    const COUNTED: [&str; 5] = ["application", "certification", "exam", "training", "background_check"];
    let lowest = |kind: &&str| {
        let of_kind = list(credential, "fees").iter().filter(|fee| fee["kind"] == **kind);
        of_kind.map(|fee| fee["amount_usd"].as_f64().unwrap()).min_by(f64::total_cmp)
    };
    let amounts: Vec<f64> = COUNTED.iter().filter_map(lowest).collect();
    let whole = ["application", "certification"].iter().any(|kind| lowest(kind).is_some());
    match amounts.as_slice() {
        [] => Said::Nothing,
        amounts if whole => Said::Amount(amounts.iter().sum()),
        _ => Said::SomethingElse,
    }
}

fn period(credential: &Value) -> Said {
    credential["renewal"]["period_months"].as_f64().map_or(Said::Nothing, Said::Amount)
}

fn continuing_education(credential: &Value) -> Said {
    let renewal = &credential["renewal"];
    let Some(hours) = renewal["continuing_education_hours"].as_f64() else { return Said::Nothing };
    let per = renewal["continuing_education_per"].as_str();
    if per == Some("period") || (per == Some("year") && renewal["period_months"] == 12) {
        Said::Amount(hours)
    } else {
        Said::SomethingElse
    }
}

/// Recomputes a distribution, and compares the answer with it. Returns the number of stated amounts.
fn assert_distributed(answer: &Value, credentials: &[&Value], what: &str, said: impl Fn(&Value) -> Said) -> usize {
    let all: Vec<(Said, &str)> = credentials.iter().map(|one| (said(one), one["id"].as_str().unwrap())).collect();
    let mut amounts: Vec<f64> =
        all.iter().filter_map(|(said, _)| if let Said::Amount(amount) = said { Some(*amount) } else { None }).collect();
    amounts.sort_by(f64::total_cmp);
    let how_many = |wanted: Said| all.iter().filter(|(said, _)| *said == wanted).count();
    assert_eq!(answer["stated"], amounts.len(), "{what}");
    assert_eq!(answer["not_stated"], how_many(Said::Nothing), "{what}");
    assert_eq!(answer["not_comparable"], how_many(Said::SomethingElse), "{what}");

    // Type 7: the position of a quantile among n ordered amounts is (n - 1) times the quantile.
    let at = |eighths: usize| {
        let whole = amounts.len().checked_sub(1)? * eighths;
        let (low, high) = (amounts[whole / 8], amounts[whole.div_ceil(8)]);
        let share = f64::from(u8::try_from(whole % 8).unwrap()) / 8.0;
        Some((1.0 - share) * low + share * high)
    };
    for (name, eighths) in [("min", 0), ("lower_quartile", 2), ("median", 4), ("upper_quartile", 6), ("max", 8)] {
        let (given, expected) = (answer[name].as_f64(), at(eighths));
        let same = given.zip(expected).map_or(given == expected, |(given, expected)| (given - expected).abs() < 1e-9);
        assert!(same, "{name} of {what}: {given:?} is not {expected:?}");
    }
    let bars: usize =
        list(answer, "histogram").iter().map(|bar| usize::try_from(bar["count"].as_u64().unwrap()).unwrap()).sum();
    assert_eq!(bars, amounts.len(), "{what}");
    for bar in list(answer, "histogram") {
        assert_eq!(bar["count"], how_many(Said::Amount(bar["value"].as_f64().unwrap())), "{what}");
    }
    for (name, end) in [("at_min", amounts.first()), ("at_max", amounts.last())] {
        let mut ids: Vec<&str> = all
            .iter()
            .filter(|(said, _)| end.is_some_and(|end| *said == Said::Amount(*end)))
            .map(|(_, id)| *id)
            .collect();
        ids.sort_unstable();
        assert_eq!(answer[name], json!(ids), "{name} of {what}");
    }
    amounts.len()
}

fn assert_present(answer: &Value, credentials: &[&Value], kind: &str) {
    let mut counted = [0_usize; 3];
    for credential in credentials {
        let says = |route: &Value| {
            let asked = !of_kind(route, kind).is_empty();
            (asked || route["completeness"] == "complete").then_some(asked)
        };
        let place = match list(credential, "routes").iter().filter_map(says).min() {
            Some(true) => 0,
            Some(false) => 1,
            None => 2,
        };
        counted[place] += 1;
    }
    let [asked, not_asked, not_stated] = counted;
    assert_eq!(*answer, json!({"asked": asked, "not_asked": not_asked, "not_stated": not_stated}), "{kind}");
}

/// Compares all distributions of some credentials with the files. Returns the number of stated amounts.
fn assert_all(answer: &Value, credentials: &[&Value], what: &str) -> usize {
    assert_eq!(answer["credentials"], credentials.len(), "{what}");
    assert_present(&answer["examination"], credentials, "examination");
    assert_present(&answer["background_check"], credentials, "background_check");
    let check = |name: &str, said: &dyn Fn(&Value) -> Said| {
        assert_distributed(&answer[name], credentials, &format!("{name}, {what}"), said)
    };
    check("training_hours", &|one| least(one, "training", "hours", true))
        + check("work_hours", &|one| least(one, "work_experience", "hours", true))
        + check("recovery_months", &|one| least(one, "recovery_time", "months", false))
        + check("minimum_age", &|one| least(one, "minimum_age", "years", false))
        + check("fees_usd", &fees)
        + check("renewal_period_months", &period)
        + check("continuing_education_hours", &continuing_education)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_number_matches_the_files_in_total_and_by_specialty() {
    let service = Service::start().await;
    let answer = service.get_json("/v1/statistics").await;
    let all: Vec<&Value> = ACTIVE.iter().collect();
    let met = assert_all(&answer["overall"], &all, "over all");
    assert!(met > 300, "{met} amounts");
    assert_eq!(answer["meta"]["credentials"], all.len());
    assert!(answer["meta"]["catalog_version"].is_u64());
    let mut named = Vec::new();
    for one in list(&answer, "by_specialty") {
        let has = |credential: &&Value| list(credential, "specialties").contains(&one["specialty"]);
        let of_specialty: Vec<&Value> = ACTIVE.iter().filter(has).collect();
        assert!(!of_specialty.is_empty());
        assert_all(&one["distributions"], &of_specialty, &one["specialty"].to_string());
        named.push(one["specialty"].as_str().unwrap());
    }
    assert!(named.len() >= 6 && named.contains(&"family"), "{named:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statistics_can_be_limited_to_jurisdictions() {
    let service = Service::start().await;
    for codes in [vec!["US-TX"], vec!["US-CA", "US-KY"], vec!["national"], vec!["national", "US-ME"]] {
        let query: Vec<String> = codes.iter().map(|code| format!("jurisdiction={code}")).collect();
        let answer = service.get_json(&format!("/v1/statistics?{}", query.join("&"))).await;
        let of = |credential: &&Value| codes.contains(&credential["jurisdiction"].as_str().unwrap_or("national"));
        let counted: Vec<&Value> = ACTIVE.iter().filter(of).collect();
        assert!(!counted.is_empty() && counted.len() < ACTIVE.len());
        assert_all(&answer["overall"], &counted, &codes.join(" "));
        let facts: usize = counted
            .iter()
            .map(|one| {
                let requirements: usize =
                    list(one, "routes").iter().map(|route| list(route, "requirements").len()).sum();
                let others = [&one["renewal"], &one["reciprocity"]].iter().filter(|fact| !fact.is_null()).count();
                requirements + list(one, "fees").len() + others
            })
            .sum();
        assert_eq!(answer["freshness"]["facts"], facts, "{codes:?}");
    }
    let violations = service.get("/v1/statistics?jurisdiction=US-ZZ").await.violations();
    assert!(violations.len() == 1 && violations[0].1.contains("US-TX"), "{violations:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statistics_match_values_read_by_hand() {
    let service = Service::start().await;
    let california = service.get_json("/v1/statistics?jurisdiction=US-CA").await;
    // The route for other states requires 20 hours of training, the other 80. Application and examination cost 250 dollars.
    assert_eq!(california["overall"]["training_hours"]["at_min"], json!(["us-ca-cmpss"]));
    assert_eq!(california["overall"]["training_hours"]["min"], 20);
    assert_eq!(california["overall"]["fees_usd"]["min"], 250);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn statistics_have_a_tag_and_are_only_available_as_json() {
    let service = Service::start().await;
    let answer = service.get("/v1/statistics").await;
    let _ = answer.ok();
    assert_eq!(answer.header("cache-control"), "private, max-age=300");
    assert_eq!(answer.header("vary"), "accept-encoding");
    let again = service.get_unless(answer.header("etag"), "/v1/statistics").await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    let table = service.request(reqwest::Method::GET, "/v1/statistics").header("accept", "text/csv");
    let _ = peerpath_tests::answer::Answer::to(table).await.problem(406, "not-acceptable");
    let _ = service.get("/v1/statistics?as_of=1999-01-01").await.problem(404, "not-found");
}
