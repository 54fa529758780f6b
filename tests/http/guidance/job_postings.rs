//! Requirements for job postings: published titles, compared with the catalog's files.

use std::collections::BTreeSet;

use peerpath_tests::answer::Answer;
use peerpath_tests::files::Files;
use peerpath_tests::service::Service;
use reqwest::{Method, Url};
use serde_json::{Value, json};

fn path(query: &[(&str, &str)]) -> String {
    let url = Url::parse_with_params("http://x/v1/posting-requirements", query).unwrap();
    format!("{}?{}", url.path(), url.query().unwrap_or_default())
}

async fn asked(service: &Service, title: &str, jurisdiction: &str) -> Value {
    service.get_json(&path(&[("title", title), ("jurisdiction", jurisdiction)])).await
}

fn of<'a>(answer: &'a Value, list: &str, field: &str) -> Vec<&'a str> {
    answer[list].as_array().unwrap().iter().map(|one| one[field].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn published_titles_lead_to_roles_and_credentials() {
    let service = Service::start().await;
    for (title, jurisdiction, role, credential, why) in [
        ("Peer Support Specialist", "US-TX", "peer-support-specialist", "us-tx-mhps", "fits_role"),
        ("peer suport specialst", "US-TX", "peer-support-specialist", "us-tx-mhps", "fits_role"),
        (
            "Full-time Certified Peer Specialist - Night Shift (Remote)",
            "US-PA",
            "peer-support-specialist",
            "us-pa-cps",
            "named_in_title",
        ),
        ("Specialist, Peer Support", "US-CA", "peer-support-specialist", "us-ca-cmpss", "fits_role"),
        ("MHPS", "US-TX", "peer-support-specialist", "us-tx-mhps", "named_in_title"),
        ("CPRS (per diem)", "US-MD", "peer-support-specialist", "us-md-cprs", "named_in_title"),
        ("CRPA", "US-NY", "peer-advocate", "us-ny-crpa", "named_in_title"),
        ("recovery coach II", "US-VT", "recovery-coach", "us-vt-crc", "named_in_title"),
        ("Senior Peer Support Specialist", "US-UT", "senior-peer-support-specialist", "us-ut-cpss", "named_in_title"),
        ("Peer Bridger", "US-NY", "peer-bridger", "us-ny-nycps", "fits_role"),
        ("Family Peer Advocate", "US-NY", "family-peer-advocate", "us-ny-fpa", "named_in_title"),
    ] {
        let answer = asked(&service, title, jurisdiction).await;
        assert_eq!(of(&answer, "roles", "role").first(), Some(&role), "{title} in {jurisdiction}");
        assert_eq!(of(&answer, "credentials", "id").first(), Some(&credential), "{title} in {jurisdiction}");
        assert_eq!(answer["credentials"][0]["why"], why, "{title} in {jurisdiction}");
        assert_eq!(answer["title"], title);
        assert_eq!(answer["jurisdiction"]["code"], jurisdiction);
        let best = answer["roles"][0]["confidence"].as_f64().unwrap();
        for role in answer["roles"].as_array().unwrap() {
            let confidence = role["confidence"].as_f64().unwrap();
            assert!((0.5..=best).contains(&confidence), "{title}: {role}");
        }
    }
    let typos = asked(&service, "peer suport specialst", "US-TX").await;
    assert_eq!(typos["roles"][0]["matched_words"][1], json!({"asked": "suport", "taken_for": "support"}));
    assert_eq!(typos["roles"][0]["confidence"], 0.93);
    let acronym = asked(&service, "MHPS", "US-TX").await;
    assert_eq!(acronym["roles"][0]["read_as"], "Mental Health Peer Specialist");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_titles_are_not_guessed() {
    let service = Service::start().await;
    for title in ["forklift operator", "Disaster Recovery Manager", "PR Manager", "!?", " "] {
        let answer = asked(&service, title, "US-TX").await;
        for list in ["roles", "credentials"] {
            assert_eq!(answer[list], json!([]), "{title}");
        }
        assert_eq!((&answer["paragraph"], &answer["json_ld"]), (&Value::Null, &Value::Null), "{title}");
        assert!(answer["notes"][0].as_str().unwrap().contains("no known role"), "{title}: {}", answer["notes"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn titles_of_other_professions_require_no_credential() {
    let service = Service::start().await;
    for (title, jurisdiction) in [
        ("Revenue Recovery Specialist", "US-PA"),
        ("Auto Recovery Specialist Repo", "US-PA"),
        ("Specialist, peer review", "US-PA"),
        ("Non-peer Recovery Specialist", "US-PA"),
        ("Family Support Specialist (HVAC)", "US-TN"),
        ("Recovery Housing Manager", "US-TX"),
    ] {
        let answer = asked(&service, title, jurisdiction).await;
        assert_eq!((&answer["roles"], &answer["credentials"]), (&json!([]), &json!([])), "{title}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acronyms_name_all_their_meanings() {
    let service = Service::start().await;
    for (title, jurisdiction, expected) in [
        ("MHPS or RSPS", "US-TX", ["us-tx-mhps", "us-tx-rsps"]),
        ("CPS or CRS", "US-PA", ["us-pa-cps", "us-pa-crs"]),
        ("CPS, CRS", "US-PA", ["us-pa-cps", "us-pa-crs"]),
    ] {
        let answer = asked(&service, title, jurisdiction).await;
        assert_eq!(of(&answer, "credentials", "id"), expected, "{title}");
        assert_eq!(of(&answer, "credentials", "why"), ["named_in_title"; 2], "{title}");
    }
    let ambiguous = asked(&service, "PSS (full time)", "US-TX").await;
    assert_eq!(of(&ambiguous, "roles", "role"), ["peer-support-specialist", "peer-support-supervisor"]);
    assert_eq!(of(&ambiguous, "credentials", "id")[0], "us-tx-peer-specialist-supervisor");
    let note = ambiguous["notes"][0].as_str().unwrap();
    assert!(note.contains("elsewhere it is Peer Support Specialist (Louisiana)"), "{note}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn places_and_negations_do_not_name_a_population() {
    let service = Service::start().await;
    for title in ["Peer Support Specialist at Family Court", "Peer Support Specialist, not peer supervisor"] {
        let answer = asked(&service, title, "US-TX").await;
        assert_eq!(of(&answer, "credentials", "id"), ["us-tx-mhps", "us-tx-rsps"], "{title}");
    }
    let shelter = asked(&service, "Peer Specialist Youth Shelter", "US-GA").await;
    assert!(!of(&shelter, "credentials", "id").contains(&"us-ga-cps-y"), "{shelter}");
    let student = asked(&service, "Peer Mentor, College of Engineering", "US-TX").await;
    assert!(student["roles"][0]["confidence"].as_f64().unwrap() <= 0.8, "{student}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_paragraph_includes_notes() {
    let service = Service::start().await;
    let answer = asked(&service, "Certified Peer Support Specialist", "US-MS").await;
    let text = answer["paragraph"].as_str().unwrap();
    let notes = answer["credentials"][0]["routes"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|route| route["requirements"].as_array().unwrap().iter().filter_map(|one| one["note"].as_str()));
    let mut met = 0;
    for note in notes {
        assert!(text.contains(&format!(" ({})", note.trim_end_matches('.'))), "{text} lacks {note}");
        met += 1;
    }
    assert!(met > 0);
    assert_eq!(answer["json_ld"]["experienceRequirements"], Value::Null, "a year of college can stand in for it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_jurisdiction_without_credentials_is_reported() {
    let service = Service::start().await;
    for jurisdiction in ["US-GU", "US-PR", "US-SD", "US-VI"] {
        let answer = asked(&service, "Peer Specialist", jurisdiction).await;
        assert_eq!(of(&answer, "roles", "role"), ["peer-support-specialist"], "{jurisdiction}");
        assert_eq!(answer["credentials"], json!([]), "{jurisdiction}");
        assert_eq!(answer["paragraph"], Value::Null, "{jurisdiction}");
        assert!(answer["notes"][0].as_str().unwrap().starts_with("No known credential of "), "{}", answer["notes"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_posting_needs_a_title_and_a_known_jurisdiction() {
    let service = Service::start().await;
    for (query, expected) in [
        (&[("jurisdiction", "US-TX")][..], &[("title", "is missing")][..]),
        (&[("title", "Peer")], &[("jurisdiction", "is missing")]),
        (&[("title", "")], &[("title", "is empty"), ("jurisdiction", "is missing")]),
        (&[("title", "Peer"), ("jurisdiction", "US-XX")], &[("jurisdiction", "is not one of: US-AK, ")]),
        (&[("title", "Peer"), ("jurisdiction", "Texas")], &[("jurisdiction", "such as US-TX")]),
        (&[("title", "Peer"), ("title", "Coach"), ("jurisdiction", "US-TX")], &[("title", "more than once")]),
        (
            &[("title", "Peer"), ("jurisdiction", "US-TX"), ("population", "cats"), ("setting", "")],
            &[("setting", "is empty"), ("population", "is not one of: mental_health, ")],
        ),
    ] {
        let violations = service.get(&path(query)).await.violations();
        assert_eq!(violations.len(), expected.len(), "{query:?}: {violations:?}");
        for ((parameter, detail), (name, said)) in violations.iter().zip(expected) {
            assert!(parameter == name && detail.contains(said), "{query:?}: {violations:?}");
        }
    }
    let long = "peer ".repeat(41);
    assert_eq!(service.get(&path(&[("title", &long), ("jurisdiction", "US-TX")])).await.violations()[0].0, "title");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_population_decides_and_the_setting_is_shown() {
    let service = Service::start().await;
    let query = [("title", "Peer Specialist"), ("jurisdiction", "US-GA")];
    let with = |more: &[(&'static str, &'static str)]| path(&[&query[..], more].concat());
    let youth = service.get_json(&with(&[("population", "youth")])).await;
    assert_eq!(of(&youth, "credentials", "id"), ["us-ga-cps-y"]);
    assert_eq!((&youth["credentials"][0]["why"], &youth["population"]), (&json!("fits_population"), &json!(["youth"])));
    let both =
        service.get_json(&with(&[("population", "family"), ("population", "youth"), ("population", "family")])).await;
    assert_eq!(of(&both, "credentials", "id"), ["us-ga-cps-p", "us-ga-cps-y"]);
    assert_eq!(both["population"], json!(["family", "youth"]));
    let hospital = service.get_json(&with(&[("setting", "Hospitals")])).await;
    assert_eq!((&hospital["setting"], &hospital["roles"][0]["setting"]), (&json!("Hospitals"), &json!("hospital")));
    let elsewhere = service.get_json(&with(&[("setting", "submarine")])).await;
    assert_eq!(elsewhere["roles"][0]["setting"], Value::Null);
    assert!(elsewhere["notes"][0].as_str().unwrap().contains("submarine"), "{}", elsewhere["notes"]);
}

/// The numbers in a text.
fn numbers(text: &str) -> BTreeSet<String> {
    let numbers = text.split(|c: char| !c.is_ascii_digit() && c != '.').map(|number| number.trim_matches('.'));
    numbers.filter(|number| !number.is_empty()).map(Into::into).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_state_only_facts_of_the_files() {
    let service = Service::start().await;
    let files = Files::of_repository();
    let mut met = 0;
    for jurisdiction in files.records("jurisdictions") {
        let code = jurisdiction.body["code"].as_str().unwrap().to_owned();
        let answer = asked(&service, "Peer Support Specialist", &code).await;
        for credential in answer["credentials"].as_array().unwrap() {
            let file = files.record("credentials", credential["id"].as_str().unwrap());
            assert_eq!((&file["status"], &file["jurisdiction"]), (&json!("active"), &json!(code)));
            assert_eq!((&credential["title"], &credential["acronym"]), (&file["title"], &file["acronym"]));
            assert_eq!(credential["routes"].as_array().unwrap().len(), file["routes"].as_array().unwrap().len());
            for (route, stated) in
                credential["routes"].as_array().unwrap().iter().zip(file["routes"].as_array().unwrap())
            {
                assert_eq!(route["completeness"], stated["completeness"]);
                let (asked, stated_list) = (&route["requirements"], stated["requirements"].as_array().unwrap());
                assert_eq!(asked.as_array().unwrap().len(), stated_list.len());
                for (one, fact) in asked.as_array().unwrap().iter().zip(stated_list) {
                    let id = |value: &Value| value.as_str().unwrap().to_owned();
                    let full = [id(&file["id"]), id(&stated["id"]), id(&fact["id"])].join("/");
                    assert_eq!(one["requirement"], full);
                    assert_eq!(one["kind"], fact["condition"]["kind"], "{full}");
                    for field in ["note", "source"] {
                        assert_eq!(one[field], fact[field], "{full}");
                    }
                    let (said, known) = (numbers(one["text"].as_str().unwrap()), numbers(&fact.to_string()));
                    assert!(said.is_subset(&known), "{full} says {said:?} of {known:?}");
                    met += 1;
                }
            }
        }
        let Some(text) = answer["paragraph"].as_str() else { continue };
        let best = &answer["credentials"][0];
        let file = files.record("credentials", best["id"].as_str().unwrap());
        assert!(text.contains(best["title"].as_str().unwrap()), "{text}");
        assert!(text.contains(file["certifying_body"]["name"].as_str().unwrap()), "{text}");
        let stated = numbers(&file.to_string());
        let routes = best["routes"].as_array().unwrap();
        let ways = numbers(&routes.len().to_string());
        let unstated: Vec<String> =
            numbers(text).into_iter().filter(|one| !stated.contains(one) && !ways.contains(one)).collect();
        assert!(unstated.is_empty(), "{text} says {unstated:?}");
        for one in routes.iter().flat_map(|route| route["requirements"].as_array().unwrap()) {
            assert!(text.contains(one["text"].as_str().unwrap().trim_end_matches('.')), "{text} lacks {one}");
        }
        let partial = routes.iter().filter(|route| route["completeness"] != "complete").count();
        assert_eq!(text.matches("may be incomplete").count(), partial, "{text}");
    }
    assert!(met > 400, "{met} requirements");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_cited_source_appears_once_in_full() {
    fn named(value: &Value, found: &mut BTreeSet<String>) {
        for (key, value) in value.as_object().into_iter().flatten() {
            match key.as_str() {
                "source" => found.extend(value.as_str().map(Into::into)),
                "source_ids" => {
                    found.extend(value.as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()));
                }
                _ => named(value, found),
            }
        }
        value.as_array().into_iter().flatten().for_each(|item| named(item, found));
    }
    let service = Service::start().await;
    let files = Files::of_repository();
    for (title, jurisdiction) in
        [("Peer Specialist", "US-TX"), ("Recovery Coach", "US-NY"), ("Peer Specialist", "US-SD")]
    {
        let answer = asked(&service, title, jurisdiction).await;
        let mut wanted = BTreeSet::new();
        named(&answer, &mut wanted);
        let listed = of(&answer, "sources", "id");
        assert_eq!(
            listed.iter().map(ToString::to_string).collect::<BTreeSet<_>>(),
            wanted,
            "{title} in {jurisdiction}"
        );
        assert_eq!(listed.len(), wanted.len(), "{title} in {jurisdiction}");
        for source in answer["sources"].as_array().unwrap() {
            assert_eq!(*source, files.record("sources", source["id"].as_str().unwrap()));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_answer_includes_a_schema_org_job_posting() {
    let service = Service::start().await;
    let title = "Certified Peer Specialist (MHPS) <b>";
    let texan = &asked(&service, title, "US-TX").await["json_ld"];
    assert_eq!(
        *texan,
        json!({
            "@context": "https://schema.org",
            "@type": "JobPosting",
            "title": title,
            "jobLocation": {
                "@type": "Place",
                "address": {"@type": "PostalAddress", "addressRegion": "TX", "addressCountry": "US"},
            },
            "qualifications": [{
                "@type": "EducationalOccupationalCredential",
                "name": "Mental Health Peer Specialist",
                "alternateName": "MHPS",
                "credentialCategory": "certification",
                "recognizedBy": {
                    "@type": "Organization",
                    "name": "Texas Certification Board",
                    "url": "http://www.tcbap.org",
                },
                "validIn": {"@type": "AdministrativeArea", "name": "Texas"},
            }],
            "educationRequirements": {
                "@type": "EducationalOccupationalCredential",
                "credentialCategory": "high school",
                "description": "a high school diploma or its equivalent",
            },
        })
    );
    let alaskan = &asked(&service, "Peer Specialist", "US-AK").await["json_ld"];
    assert_eq!(alaskan["qualifications"][0]["name"], "Peer Support Professional");
    for field in ["educationRequirements", "experienceRequirements"] {
        assert_eq!(alaskan[field], Value::Null, "no source states it");
    }
    let working = &asked(&service, "CPRS", "US-DE").await["json_ld"]["experienceRequirements"];
    assert_eq!(working["@type"], "OccupationalExperienceRequirements");
    assert!(
        working["description"].as_str().unwrap().starts_with("500 hours of paid or unpaid work in the role"),
        "{working}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_has_a_tag_and_answers_304_to_it() {
    let service = Service::start().await;
    let path = path(&[("title", "Peer Specialist"), ("jurisdiction", "US-TX")]);
    let first = service.get(&path).await;
    let _ = first.ok();
    assert_eq!(first.header("cache-control"), "private, max-age=300");
    let again = service.get_unless(first.header("etag"), &path).await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
    assert_eq!(service.get(&path).await.body, first.body);
    let head = Answer::to(service.request(Method::HEAD, &path)).await;
    assert_eq!((head.status.as_u16(), head.header("etag")), (200, first.header("etag")));
    let _ = service.get(&format!("{path}&as_of=1999-01-01")).await.problem(404, "not-found");
}
