//! The program `peerpath` as users run it.

use peerpath_tests::answer::Answer;
use peerpath_tests::database::TestDatabase;
use peerpath_tests::files::{Files, Folder, repository};
use peerpath_tests::program::{Outcome, Served, command, outcome, peerpath, peerpath_on};
use peerpath_tests::service::{ISSUER, SEALING_KEY, client};
use peerpath_tests::{eventually, in_time};
use serde_json::{Value, json};

/// The repository's catalog with violations in several files, and their messages.
fn broken_catalog() -> (Folder, Vec<&'static str>) {
    let files = Files::of_repository()
        .with_texan("us-tx-mhps", |credential| {
            credential["routes"][0]["requirements"][0]["source"] = "tx-nothing".into();
            credential["color"] = "blue".into();
        })
        .with("jurisdictions/us-wa.json", |file| file["credentials"][0]["status"] = "open".into())
        .with("jurisdictions/us-ca.json", |file| file["jurisdictions"][0]["program_status"]["value"] = 7.into())
        .with("steps.json", |file| file["steps"][0]["depends_on"] = json!(["no-such-step"]));
    let folder = Folder::new();
    files.write(folder.path());
    let _ = folder.file("skills.json", "{\"skills\": [");
    let reported = vec![
        "jurisdictions/us-tx.json#/credentials/0: Additional properties are not allowed ('color'",
        "jurisdictions/us-wa.json#/credentials/0/status: ",
        "jurisdictions/us-ca.json#/jurisdictions/0/program_status/value: ",
        "steps.json#/steps/0/depends_on/0: step no-such-step does not exist",
        "skills.json#: is not JSON: ",
    ];
    (folder, reported)
}

fn assert_reported(outcome: &Outcome, violations: &[&str]) {
    assert_eq!(outcome.code, 1, "{outcome:?}");
    for violation in violations {
        assert!(
            outcome.err.lines().any(|line| line.starts_with(violation)),
            "{violation:?} is not reported: {}",
            outcome.err
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_catalog_of_the_repository_has_no_violation() {
    let checked = peerpath(&["catalog", "check"]).await;
    let credentials = format!("{} credential", Files::of_repository().records("credentials").len());
    assert!(checked.ok().contains(&credentials) && checked.ok().contains("no errors"), "{checked:?}");
    let folder = Folder::new();
    Files::of_repository().write(folder.path());
    let copy = peerpath(&["catalog", "check", folder.path().to_str().unwrap()]).await;
    assert!(copy.ok().contains("no errors"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_violations_of_the_files_are_reported_in_one_run() {
    let (folder, violations) = broken_catalog();
    let checked = peerpath(&["catalog", "check", folder.path().to_str().unwrap()]).await;
    assert_reported(&checked, &violations);
    assert_eq!(checked.out, "");
    // Violations between records are reported if all files have the right form.
    let dangling = Files::of_repository().with_texan("us-tx-mhps", |credential| {
        credential["routes"][0]["requirements"][0]["source"] = "tx-nothing".into();
        credential["routes"][0]["requirements"][7]["condition"]["hours"] = 100_000.into();
    });
    let folder = Folder::new();
    dangling.write(folder.path());
    let place = "jurisdictions/us-tx.json#/credentials/0/routes/0/requirements";
    let (source, hours) = (format!("{place}/0/source: "), format!("{place}/7/condition/hours: "));
    assert_reported(&peerpath(&["catalog", "check", folder.path().to_str().unwrap()]).await, &[&source, &hours]);
    for nothing in ["/nowhere", Folder::new().path().to_str().unwrap()] {
        let outcome = peerpath(&["catalog", "check", nothing]).await;
        assert!(outcome.code == 1 && outcome.err.lines().count() == 1, "{outcome:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_violation_in_a_file_prevents_the_import() {
    let (folder, violations) = broken_catalog();
    for database in [TestDatabase::empty(), TestDatabase::with_catalog()] {
        let count = "select count(*) from catalog_versions";
        let rows = "select (select count(*) from catalog_entries) + (select count(*) from catalog_revisions)";
        let before = (database.number(count).await, database.number(rows).await);
        assert_reported(
            &peerpath_on(&database, &["catalog", "import", folder.path().to_str().unwrap()]).await,
            &violations,
        );
        assert_eq!((database.number(count).await, database.number(rows).await), before);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn importing_twice_changes_nothing_and_a_day_before_the_newest_version_is_refused() {
    let database = TestDatabase::empty();
    let first = peerpath_on(&database, &["catalog", "import", "--effective", "2026-01-01"]).await;
    assert!(first.ok().starts_with("version 1, effective 2026-01-01: "), "{first:?}");
    let rows = "select count(*) from catalog_revisions";
    let before = database.number(rows).await;
    let second = peerpath_on(&database, &["catalog", "import"]).await;
    assert!(second.ok().contains("nothing changed"), "{second:?}");
    assert_eq!(database.number(rows).await, before);

    let folder = Folder::new();
    let changed =
        |title: &str| Files::of_repository().with_texan("us-tx-mhps", |credential| credential["title"] = title.into());
    changed("Renamed").write(folder.path());
    let path = folder.path().to_str().unwrap();
    let third = peerpath_on(&database, &["catalog", "import", path, "--effective", "2026-03-01"]).await;
    assert!(
        third.ok().contains("version 2, effective 2026-03-01: 0 records added, 1 changed, 0 withdrawn"),
        "{third:?}"
    );
    changed("Renamed again").write(folder.path());
    let early = peerpath_on(&database, &["catalog", "import", path, "--effective", "2026-02-28"]).await;
    assert_eq!((early.code, early.err.lines().count()), (1, 1), "{early:?}");
    assert!(early.err.contains("2026-02-28") && early.err.contains("2026-03-01"), "{early:?}");
    assert_eq!(database.number(rows).await, before + 1);
    let no_day = peerpath_on(&database, &["catalog", "import", path, "--effective", "soon"]).await;
    assert!(no_day.code != 0 && no_day.err.contains("--effective"), "{no_day:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn generated_files_are_current() {
    for (arguments, file) in
        [(["catalog", "schema"].as_slice(), "catalog/file.schema.json"), (&["openapi"], "openapi/openapi.json")]
    {
        let committed = std::fs::read_to_string(repository().join(file)).unwrap();
        let generated = peerpath(arguments).await;
        let same = generated.ok() == committed;
        assert!(same, "{file} is not what `peerpath {}` prints: run it and commit the file", arguments.join(" "));
    }
}

/// The status of a request for a token.
async fn status_with(served: &Served, id: &str, secret: &str) -> u16 {
    let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
    Answer::to(client().post(format!("{}/oauth/token", served.url)).form(&form)).await.status.as_u16()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_creates_lists_rotates_and_revokes_clients() {
    let database = TestDatabase::with_catalog();
    let served = Served::on(&database).await;
    let created =
        peerpath_on(&database, &["client", "create", "--name", "A job board", "--scope", "catalog:read"]).await.json();
    let (id, first) = (created["client_id"].as_str().unwrap(), created["client_secret"].as_str().unwrap());
    assert!(first.starts_with("peerpath_secret_") && first.len() >= "peerpath_secret_".len() + 43, "256 bits");
    assert_eq!((&created["name"], &created["scopes"]), (&json!("A job board"), &json!(["catalog:read"])));
    assert_eq!(status_with(&served, id, first).await, 200);

    let rotate = async |grace: &str| {
        let rotated = peerpath_on(&database, &["client", "rotate", id, "--grace-hours", grace]).await.json();
        rotated["client_secret"].as_str().unwrap().to_owned()
    };
    let second = rotate("1").await;
    assert_eq!((status_with(&served, id, first).await, status_with(&served, id, &second).await), (200, 200));
    let third = rotate("0").await;
    assert_eq!((status_with(&served, id, first).await, status_with(&served, id, &second).await), (401, 401));
    assert_eq!(status_with(&served, id, &third).await, 200);

    let listed = peerpath_on(&database, &["client", "list"]).await;
    let shown: Value = serde_json::from_str(listed.ok().lines().next().unwrap()).unwrap();
    assert_eq!((&shown["client_id"], &shown["revoked_at"]), (&json!(id), &Value::Null));
    for secret in [first, &second, &third] {
        assert!(!listed.out.contains(secret), "a secret is shown once");
        let stored = format!("select count(*) from client_secrets where encode(digest, 'escape') like '%{secret}%'");
        assert_eq!(database.number(&stored).await, 0, "a secret is stored as a digest");
    }

    let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", &third)];
    let issued = Answer::to(client().post(format!("{}/oauth/token", served.url)).form(&form)).await.ok();
    let token = issued["access_token"].as_str().unwrap();
    let read = async || Answer::to(client().get(format!("{}/v1/catalog", served.url)).bearer_auth(token)).await.status;
    assert_eq!(read().await, 200);
    let _ = peerpath_on(&database, &["client", "revoke", id]).await.ok();
    eventually("the revocation", async || (read().await == 401).then_some(())).await;
    assert_eq!(status_with(&served, id, &third).await, 401);
    for again in [["client", "revoke", id], ["client", "rotate", id]] {
        let outcome = peerpath_on(&database, &again).await;
        assert!(outcome.code == 1 && outcome.err.lines().count() == 1 && outcome.err.contains(id), "{outcome:?}");
    }
    assert_ne!(
        serde_json::from_str::<Value>(peerpath_on(&database, &["client", "list"]).await.ok()).unwrap()["revoked_at"],
        Value::Null
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_needs_a_name_and_known_scopes() {
    let database = TestDatabase::empty();
    for arguments in [
        ["client", "create", "--name", "", "--scope", "catalog:read"].as_slice(),
        &["client", "create", "--name", "A", "--scope", "catalog:write"],
        &["client", "create", "--name", "A"],
        &["client", "create", "--scope", "catalog:read"],
        &["client", "rotate", "magic"],
        &["client", "revoke", "0190c7a4-0000-7000-8000-000000000000"],
    ] {
        let outcome = peerpath_on(&database, arguments).await;
        assert!(
            outcome.code != 0 && outcome.out.is_empty() && outcome.err.lines().count() == 1,
            "{arguments:?}: {outcome:?}"
        );
    }
    assert_eq!(database.number("select count(*) from clients").await, 0);
}

/// The required settings of `serve`, and a folder for mails.
fn settings(database: &TestDatabase) -> (Folder, Vec<(&'static str, String)>) {
    let folder = Folder::new();
    let settings = vec![
        ("DATABASE_URL", database.url.clone()),
        ("PEERPATH_ISSUER", ISSUER.into()),
        ("PEERPATH_SEALING_KEYS", SEALING_KEY.into()),
        ("PEERPATH_MAIL_FOLDER", folder.path().to_str().unwrap().into()),
        ("PEERPATH_ADDRESS", "127.0.0.1:0".into()),
    ];
    (folder, settings)
}

/// Starts the service with invalid settings. Returns what is wrong with its refusal.
async fn wrong_refusal(settings: &[(&str, String)], variable: &str) -> Option<String> {
    let mut command = command(&["serve"]);
    command.envs(settings.iter().map(|(name, value)| (*name, value)));
    let outcome = in_time(&format!("{variable}: the end of a start that must be refused"), outcome(command)).await;
    let one_line = outcome.err.lines().count() == 1 && outcome.err.contains(variable);
    let leaks = outcome.err.contains("hunter2") || outcome.out.contains("hunter2");
    (outcome.code == 0 || !one_line || leaks).then(|| format!("{outcome:?}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_setting_ends_the_start_with_one_line_that_names_it() {
    let database = TestDatabase::with_catalog();
    let (_folder, settings) = settings(&database);
    for missing in ["DATABASE_URL", "PEERPATH_ISSUER", "PEERPATH_SEALING_KEYS"] {
        let rest: Vec<_> = settings.iter().filter(|(name, _)| *name != missing).cloned().collect();
        assert_eq!(wrong_refusal(&rest, missing).await, None, "{missing}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_malformed_setting_ends_the_start_with_one_line_that_names_it() {
    let database = TestDatabase::with_catalog();
    let (folder, settings) = settings(&database);
    let mut violations = Vec::new();
    let file = folder.file("file", "");
    let two_keys = format!("{SEALING_KEY},hunter2");
    for (name, values) in [
        (
            "DATABASE_URL",
            vec!["", "nonsense", "mysql://localhost/x", "postgres://peerpath:hunter2@127.0.0.1:notaport/x"],
        ),
        ("PEERPATH_DATABASE_CONNECTIONS", vec!["0", "many", ""]),
        ("PEERPATH_ADDRESS", vec!["nowhere", "127.0.0.1", "127.0.0.1:99999", ""]),
        ("PEERPATH_METRICS_ADDRESS", vec!["nowhere", ":9090"]),
        (
            "PEERPATH_ISSUER",
            vec!["", "peerpath.example", "https://peerpath.example/", "https://", "ftp://peerpath.example"],
        ),
        ("PEERPATH_SEALING_KEYS", vec!["", "hunter2", &two_keys]),
        ("PEERPATH_SMTP_URL", vec!["nonsense", "http://user:hunter2@mail.example"]),
        ("PEERPATH_MAIL_FOLDER", vec![&file]),
        ("PEERPATH_MAIL_FROM", vec!["", "nobody"]),
        ("PEERPATH_TRUSTED_PROXIES", vec!["10.0.0.0/64", "proxy.example"]),
        ("PEERPATH_FORWARDED_HEADER", vec!["x-real-ip"]),
        ("PEERPATH_REQUESTS_PER_MINUTE", vec!["0", "many"]),
        ("PEERPATH_ATTEMPTS_PER_MINUTE", vec!["0"]),
        ("PEERPATH_ACCOUNT_ATTEMPTS_PER_HOUR", vec!["-1"]),
        ("PEERPATH_HASHING_THREADS", vec!["0"]),
        ("PEERPATH_HASHING_QUEUE", vec!["-1", "long"]),
        ("PEERPATH_CORS_ORIGINS", vec!["app.example", "https://app.example/", "https://*.example"]),
        ("PEERPATH_WORKERS", vec!["0", "two"]),
        ("PEERPATH_BODY_BYTES", vec!["0", "64k"]),
        ("PEERPATH_REQUEST_SECONDS", vec!["0", "601", "30s"]),
        ("PEERPATH_SHUTDOWN_SECONDS", vec!["-1", "601"]),
        ("PEERPATH_LOG", vec!["peerpath=loud", "a=b=c"]),
        ("PEERPATH_LOG_FILE", vec!["/nowhere/log"]),
    ] {
        for value in values {
            let mut changed: Vec<_> = settings.iter().filter(|(other, _)| *other != name).cloned().collect();
            changed.push((name, value.to_owned()));
            if let Some(violation) = wrong_refusal(&changed, name).await {
                violations.push(format!("{name}={value}: {violation}"));
            }
        }
    }
    assert!(violations.is_empty(), "{violations:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_database_is_migrated_once() {
    let database = TestDatabase::empty();
    let again = peerpath_on(&database, &["migrate"]).await;
    assert!(again.ok().contains("up to date"), "{again:?}");
    database.run("drop schema public cascade; create schema public").await;
    let first = peerpath_on(&database, &["migrate"]).await;
    assert_eq!(
        first.ok().lines().filter(|line| line.starts_with("ran migration")).count(),
        std::fs::read_dir(repository().join("migrations")).unwrap().count()
    );
    assert!(peerpath_on(&database, &["migrate"]).await.ok().contains("up to date"));
    let _ = peerpath_on(&database, &["catalog", "import"]).await.ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_creates_sealing_keys() {
    let (one, other) = (peerpath(&["keys", "generate"]).await, peerpath(&["keys", "generate"]).await);
    assert_ne!(one.ok(), other.ok());
    let database = TestDatabase::empty();
    let mut command = command(&["keys", "rotate"]);
    command.env("DATABASE_URL", &database.url).env("PEERPATH_SEALING_KEYS", one.ok().trim());
    assert!(outcome(command).await.json()["key_id"].is_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_command_line_rotates_lists_and_revokes_signing_keys() {
    let database = TestDatabase::empty();
    let run = async |arguments: &[&str]| {
        let mut command = command(arguments);
        command.env("DATABASE_URL", &database.url).env("PEERPATH_SEALING_KEYS", SEALING_KEY);
        outcome(command).await
    };
    let first = run(&["keys", "rotate"]).await.json();
    let second = run(&["keys", "rotate", "--after", "3600"]).await.json();
    let listed = run(&["keys", "list"]).await;
    let ids: Vec<Value> =
        listed.ok().lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["key_id"].clone()).collect();
    assert_eq!(ids, [first["key_id"].clone(), second["key_id"].clone()]);
    assert!(!listed.out.contains("PRIVATE") && first["signs_from"].as_str() < second["signs_from"].as_str());
    let unknown = run(&["keys", "revoke", "nonsense"]).await;
    assert!(unknown.code == 1 && unknown.err.lines().count() == 1, "{unknown:?}");
    let left = run(&["keys", "revoke", first["key_id"].as_str().unwrap()]).await;
    assert_eq!(left.ok().lines().count(), 2, "one signs at once, in place of the one that was revoked: {left:?}");
    assert_eq!(database.number("select count(*) from audit_events where action like 'signing_key.%'").await, 3);
    let mut without = command(&["keys", "rotate"]);
    without.env("DATABASE_URL", &database.url);
    let refused = outcome(without).await;
    assert!(refused.code != 0 && refused.err.contains("PEERPATH_SEALING_KEYS"), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_health_command_succeeds_only_if_the_service_is_ready() {
    let (full, empty) = (TestDatabase::with_catalog(), TestDatabase::empty());
    let (ready, unready) = (Served::on(&full).await, Served::on(&empty).await);
    let check =
        async |served: &Served| peerpath(&["health", "--address", served.url.trim_start_matches("http://")]).await;
    assert_eq!(check(&ready).await.code, 0);
    assert_eq!(check(&unready).await.code, 1);
    assert_eq!(peerpath(&["health", "--address", "127.0.0.1:1"]).await.code, 1);
}
