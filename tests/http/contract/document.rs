//! The OpenAPI document is true for each of its operations, including those to come.

use std::collections::{BTreeSet, HashSet};

use peerpath_tests::answer::{Answer, assert_has_its_sources};
use peerpath_tests::document::{Operation, Schemas, committed, object, operations, with_query};
use peerpath_tests::files::repository;
use peerpath_tests::keys::Draft;
use peerpath_tests::service::{ISSUER, Service};
use peerpath_tests::world::{World, in_order, nothings_key};
use reqwest::{Method, RequestBuilder};
use serde_json::Value;

fn operations_of_the_api() -> impl Iterator<Item = Operation> {
    operations().into_iter().filter(Operation::is_of_the_api)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_serves_the_committed_document() {
    let service = Service::start().await;
    let answer = Answer::to(service.anonymous(Method::GET, "/openapi.json")).await;
    let _ = answer.ok();
    assert_eq!(answer.body, std::fs::read(repository().join("openapi/openapi.json")).unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_documentation_needs_neither_a_token_nor_other_hosts() {
    let service = Service::start().await;
    let page = async |path: &str| Answer::to(service.anonymous(Method::GET, path)).await;
    let redirect = page("/docs").await;
    assert!(redirect.status.is_redirection(), "{redirect:?}");
    assert_eq!(redirect.header("location"), "/docs/");
    let start = page("/docs/").await;
    assert_eq!(start.status, 200);
    assert!(start.header("content-type").starts_with("text/html"));
    let page_text = start.text();
    let quoted: Vec<&str> = page_text.split(['"', '\'']).collect();
    let assets = quoted.windows(2).filter(|pair| pair[0].ends_with("src=") || pair[0].ends_with("href="));
    let assets: Vec<&str> = assets.map(|pair| pair[1]).collect();
    assert!(assets.len() >= 3, "{assets:?}");
    for part in assets {
        assert!(!part.contains("//"), "{part} is on another host");
        let asset = page(&format!("/docs/{}", part.trim_start_matches("./"))).await;
        assert!(asset.status == 200 && !asset.body.is_empty(), "{part}");
    }
    let setup = page("/docs/swagger-initializer.js").await.text();
    assert!(setup.contains("/openapi.json") && !setup.contains("petstore"), "{setup}");
    assert_eq!(page("/openapi.json").await.ok()["openapi"], "3.1.0");
}

#[test]
fn every_operation_is_described() {
    let document = committed();
    assert_eq!(document["openapi"], "3.1.0");
    let tags: BTreeSet<&str> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let machines = object(&document["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]["scopes"]);
    let people = document["components"]["securitySchemes"]["session"]["description"].as_str().unwrap();
    let mut ids = HashSet::new();
    for operation in operations() {
        let (name, body) = (operation.name(), &operation.body);
        let id = body["operationId"].as_str().unwrap_or_else(|| panic!("{name} has an id"));
        assert!(ids.insert(id.to_owned()), "{id} is the id of two operations");
        assert!(body["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{name} has a summary");
        let own = body["tags"].as_array().unwrap_or_else(|| panic!("{name} has a tag"));
        assert!(!own.is_empty() && own.iter().all(|tag| tags.contains(tag.as_str().unwrap())), "{name}: {own:?}");
        let security = body["security"].as_array().unwrap_or_else(|| panic!("{name} says what it takes"));
        if operation.is_of_the_api() && !operation.is_public() {
            assert!(!security.is_empty(), "{name} requires a scope");
            for one in security {
                let (scheme, asked) = object(one).iter().next().unwrap_or_else(|| panic!("{name} takes a token"));
                let asked = asked.as_array().filter(|asked| asked.len() == 1);
                let scope = asked.unwrap_or_else(|| panic!("{name} takes one scope"))[0].as_str().unwrap();
                let known = match scheme.as_str() {
                    "oauth2" => machines.contains_key(scope),
                    "session" => people.contains(&format!("`{scope}`")),
                    _ => false,
                };
                assert!(known, "{name}: {security:?}");
            }
        }
        for (status, response) in object(&body["responses"]) {
            assert!(response["description"].as_str().is_some_and(|text| !text.is_empty()), "{name}: {status}");
        }
        for parameter in operation.parameters("query").chain(operation.parameters("path")) {
            assert!(
                parameter["description"].as_str().is_some_and(|text| !text.is_empty()),
                "{name}: {}",
                parameter["name"]
            );
            assert!(parameter["schema"].is_object(), "{name}: {}", parameter["name"]);
        }
    }
}

#[test]
fn every_schema_and_property_is_described() {
    let document = committed();
    let mut missing = Vec::new();
    for (name, schema) in object(&document["components"]["schemas"]) {
        if schema["description"].is_null() {
            missing.push(name.clone());
        }
        let parts = schema["allOf"].as_array().into_iter().flatten().chain([schema]);
        for (property, value) in parts.filter_map(|part| part["properties"].as_object()).flatten() {
            let referred = value["$ref"].is_string() || value["allOf"].is_array() || value["oneOf"].is_array();
            if value["description"].is_null() && !referred {
                missing.push(format!("{name}.{property}"));
            }
        }
    }
    assert!(missing.is_empty(), "without a description: {missing:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_the_documented_required_parameters_are_required() {
    let world = World::new().await;
    let mut schemas = Schemas::committed();
    for operation in operations_of_the_api().filter(|operation| operation.method == Method::GET) {
        let path = world.path(&operation);
        let (bare, _) = path.split_once('?').unwrap_or((&path, ""));
        let answer = Answer::to(world.bare(&operation, bare)).await;
        schemas.assert_documented(&operation, &answer);
        let name = |parameter: &Value| parameter["name"].as_str().unwrap().to_owned();
        let required: BTreeSet<String> = operation.required_parameters().map(name).collect();
        let missed: BTreeSet<String> = if answer.status == 400 {
            answer.violations().into_iter().map(|violation| violation.0).collect()
        } else {
            BTreeSet::new()
        };
        assert_eq!(missed, required, "{}: {}", operation.name(), answer.text());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_that_is_not_public_requires_its_documented_scope() {
    let world = World::new().await;
    let key = &world.service.signing_key;
    let of_machine = Draft::new(ISSUER, &world.service.machine.id, key).claim("scope", "").signed(key);
    let of_person = Draft::of_person(ISSUER, &world.ada, key).claim("scope", "").signed(key);
    let mut schemas = Schemas::committed();
    for operation in operations_of_the_api().filter(|operation| !operation.is_public()) {
        let missing = Answer::to(world.well_formed(&operation)).await;
        let _ = missing.problem(401, "unauthenticated");
        schemas.assert_documented(&operation, &missing);
        let powerless = if operation.is_for_machines() { vec![&of_machine, &of_person] } else { vec![&of_person] };
        for token in powerless {
            let scopeless = Answer::to(world.well_formed(&operation).bearer_auth(token)).await;
            let _ = scopeless.problem(403, "forbidden");
            let asked = format!("scope=\"{}\"", operation.scope());
            assert!(scopeless.header("www-authenticate").contains(&asked), "{}", operation.name());
            schemas.assert_documented(&operation, &scopeless);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_the_documented_parameters_are_allowed() {
    let world = World::new().await;
    let mut schemas = Schemas::committed();
    for operation in operations_of_the_api() {
        let request = world.bare(&operation, &with_query(&world.path(&operation), "magic=1&magic=2"));
        let answer = Answer::to(request).await;
        let violations = answer.violations();
        assert_eq!(violations.len(), 1, "{}: {violations:?}", operation.name());
        assert_eq!(violations[0].0, "magic");
        let allowed =
            violations[0].1.split("allowed: ").nth(1).unwrap_or_else(|| panic!("{violations:?} list what is allowed"));
        let allowed: BTreeSet<&str> = allowed.split(", ").filter(|name| *name != "none").collect();
        let documented: BTreeSet<&str> =
            operation.parameters("query").map(|parameter| parameter["name"].as_str().unwrap()).collect();
        assert_eq!(documented, allowed, "{}", operation.name());
        schemas.assert_documented(&operation, &answer);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_of_catalog_and_guidance_match_their_schemas_and_so_do_the_examples() {
    let service = Service::start().await;
    let mut schemas = Schemas::committed();
    for operation in operations().iter().filter(|operation| operation.is_shared()) {
        let path = operation.path_with(|_| None);
        let answer = service.get(&path).await;
        assert_eq!(answer.status, 200, "{}: {}", operation.name(), answer.text());
        schemas.assert_documented(operation, &answer);
        let content = &operation.body["responses"]["200"]["content"]["application/json"];
        schemas.assert_fits(&content["schema"], &content["example"], &format!("the example of {}", operation.name()));
        schemas.assert_documented(operation, &service.get_unless("*", &path).await);
        let html = service.request(Method::GET, &path).header("accept", "text/html");
        schemas.assert_documented(operation, &Answer::to(html).await);
        if operation.pattern.contains('{') {
            let (parent, _) = path.rsplit_once('/').unwrap();
            let ends = operation.pattern.ends_with('}');
            let path = if ends { format!("{parent}/0") } else { path.replace("us-tx-mhps", "0") };
            let answer = service.get(&path).await;
            assert_eq!(answer.status, 404, "{path}");
            schemas.assert_documented(operation, &answer);
        }
        if operation.takes("query", "as_of") {
            let answer = service.get(&with_query(&path, "as_of=1999-01-01")).await;
            assert_eq!(answer.status, 404, "{}", operation.name());
            schemas.assert_documented(operation, &answer);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_examples_of_requests_are_valid() {
    let service = Service::start().await;
    let mut schemas = Schemas::committed();
    let asks = |operation: &Operation| operation.is_for_machines() && operation.media_type().is_some();
    let asking: Vec<Operation> = operations().into_iter().filter(asks).collect();
    assert!(asking.len() > 3, "{} operations", asking.len());
    for operation in asking {
        let example = &request_schema(&operation)["example"];
        assert!(example.is_object(), "{} has an example", operation.name());
        let request = service.request(operation.method.clone(), &operation.pattern).json(example);
        let answer = Answer::to(request).await;
        assert_eq!(answer.status, 200, "{}: {}", operation.name(), answer.text());
        schemas.assert_documented(&operation, &answer);
        assert_has_its_sources(&answer.json());
    }
}

/// The schema of an operation's body.
fn request_schema(operation: &Operation) -> Value {
    let schema = &operation.body["requestBody"]["content"]["application/json"]["schema"]["$ref"];
    let name = schema.as_str().unwrap().rsplit('/').next().unwrap();
    committed()["components"]["schemas"][name].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_other_answers_match_their_schemas() {
    let world = World::new().await;
    let mut schemas = Schemas::committed();
    let others = operations().into_iter().filter(|operation| !operation.is_shared() && !is_page(operation)).collect();
    let mut private = 0;
    for operation in in_order(others) {
        let answer = Answer::to(world.rightful(&operation)).await;
        schemas.assert_documented(&operation, &answer);
        if operation.is_private() {
            // Ada is the last owner and has no second factor.
            let in_the_way = ["/v1/me/deletion", "/v1/me/second-factor", "/v1/me/recovery-codes"];
            let expected = answer.status == 409 && in_the_way.contains(&operation.pattern.as_str());
            let done = answer.status.is_success() || expected;
            assert!(done, "{} {}: {}", operation.name(), answer.status, answer.text());
            assert_eq!(answer.header("cache-control"), "no-store", "{}", operation.name());
            private += 1;
        }
    }
    assert!(private > 35, "{private} operations for people");
}

fn is_page(operation: &Operation) -> bool {
    operation.pattern.starts_with("/account/")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_match_the_document() {
    let world = World::new().await;
    let mut schemas = Schemas::committed();
    for operation in operations().iter().filter(|operation| is_page(operation)) {
        schemas.assert_documented(operation, &Answer::to(world.well_formed(operation)).await);
        if operation.method == Method::POST {
            let empty: [(&str, &str); 0] = [];
            let post = || world.service.anonymous(Method::POST, &operation.pattern);
            schemas.assert_documented(operation, &Answer::to(post().form(&empty)).await);
            schemas.assert_documented(operation, &Answer::to(post().json(&world.body(operation))).await);
        }
    }
}

/// Valid requests, except that one id in the path does not exist, each id in turn.
fn with_unknown_keys<'a>(world: &'a World, operation: &'a Operation) -> impl Iterator<Item = RequestBuilder> + 'a {
    let names: Vec<&str> = operation.parameters("path").filter_map(|parameter| parameter["name"].as_str()).collect();
    let known = world.path(operation);
    let keys: Vec<String> = known.split('/').filter(|part| part.len() == 36).map(ToOwned::to_owned).collect();
    assert_eq!(keys.len(), names.len(), "{known} has a key for each parameter");
    keys.into_iter().flat_map(move |key| {
        let paths =
            [nothings_key(), "0".into(), "%00".into(), "x'or'1".into()].map(|other| known.replace(&key, &other));
        paths.map(|path| world.well_formed_at(operation, &path).bearer_auth(world.token(operation).unwrap()))
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missing_things_are_not_found_as_documented() {
    let world = World::new().await;
    let before = world.service.database.state().await;
    let mut schemas = Schemas::committed();
    let mut met = 0;
    for operation in operations().iter().filter(|operation| operation.is_private()) {
        for request in with_unknown_keys(&world, operation) {
            let answer = Answer::to(request).await;
            let _ = answer.problem(404, "not-found");
            schemas.assert_documented(operation, &answer);
            met += 1;
        }
    }
    assert!(met > 60, "{met} requests");
    assert_eq!(world.service.database.state().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invalid_bodies_are_refused_as_documented() {
    let world = World::new().await;
    let before = world.service.database.state().await;
    let mut schemas = Schemas::committed();
    for operation in operations_of_the_api().filter(|operation| operation.media_type().is_some()) {
        let bare = || world.bare(&operation, &world.path(&operation)).header("if-match", "*");
        let with = |media_type: &str, body: &str| bare().header("content-type", media_type).body(body.to_owned());
        let large = format!("\"{}\"", "x".repeat(70_000));
        let mut requests = vec![
            ("an unknown field", with("application/json", "{\"magic\":1}"), 422, "invalid"),
            ("a list", with("application/json", "[]"), 422, "invalid"),
            ("null", with("application/json", "null"), 422, "invalid"),
            ("nonsense", with("application/json", "nonsense"), 400, "malformed"),
            ("nothing", with("application/json", ""), 400, "malformed"),
            (
                "no UTF-8",
                bare().header("content-type", "application/json").body(vec![b'"', 0xff, b'"']),
                400,
                "malformed",
            ),
            ("a text", with("text/plain", "{}"), 415, "unsupported-media-type"),
            ("a form", bare().form(&[("magic", "1")]), 415, "unsupported-media-type"),
            ("too much", with("application/json", &large), 413, "too-large"),
        ];
        if request_schema(&operation)["required"].is_array() {
            requests.push(("none of its fields", with("application/json", "{}"), 422, "invalid"));
        }
        for (what, request, status, kind) in requests {
            let answer = Answer::to(request).await;
            assert_eq!(answer.status, status, "{} with {what}: {}", operation.name(), answer.text());
            let _ = answer.problem(status, kind);
            schemas.assert_documented(&operation, &answer);
        }
    }
    assert_eq!(world.service.database.state().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_requires_the_version_that_it_starts_from() {
    let world = World::new().await;
    let before = world.service.database.state().await;
    let mut schemas = Schemas::committed();
    let mut met = 0;
    for operation in operations().iter().filter(|operation| operation.takes("header", "If-Match")) {
        let bare = || world.bare(operation, &world.path(operation));
        let with_body = |request: RequestBuilder| {
            if operation.media_type().is_some() { request.json(&world.body(operation)) } else { request }
        };
        let missing = Answer::to(with_body(bare())).await;
        let _ = missing.problem(428, "precondition-required");
        schemas.assert_documented(operation, &missing);
        for tag in ["\"999\"", "W/\"1\"", "1", "", "\"0\", \"999\""] {
            let stale = Answer::to(with_body(bare().header("if-match", tag))).await;
            let _ = stale.problem(412, "stale");
            schemas.assert_documented(operation, &stale);
        }
        met += 1;
    }
    assert!(met >= 6, "{met} operations");
    assert_eq!(world.service.database.state().await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_item_of_every_list_matches_its_schema() {
    let world = World::new().await;
    let mut schemas = Schemas::committed();
    for operation in operations().iter().filter(|operation| operation.takes("query", "cursor")) {
        let path = world.path(operation);
        let mut next = format!("{path}?limit=200");
        loop {
            let answer = Answer::to(world.bare(operation, &next)).await;
            schemas.assert_documented(operation, &answer);
            assert!(!answer.json()["items"].as_array().unwrap().is_empty(), "{path} has items");
            match answer.json()["next_cursor"].as_str() {
                Some(cursor) => next = format!("{path}?limit=200&cursor={cursor}"),
                None => break,
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_token_endpoint_matches_the_document() {
    let service = Service::start().await;
    let mut schemas = Schemas::committed();
    let operation = operations().into_iter().find(|operation| operation.pattern == "/oauth/token").unwrap();
    let (id, secret) = (service.machine.id.as_str(), service.machine.secret.as_str());
    let grant = ("grant_type", "client_credentials");
    for form in [
        vec![grant, ("client_id", id), ("client_secret", secret)],
        vec![grant, ("client_id", id), ("client_secret", "wrong")],
        vec![grant, grant],
        vec![("grant_type", "password"), ("client_id", id), ("client_secret", secret)],
        vec![grant, ("client_id", id), ("client_secret", secret), ("scope", "magic")],
    ] {
        schemas.assert_documented(&operation, &service.ask_for_token(&form).await);
    }
    let large = service.anonymous(Method::POST, "/oauth/token").form(&[("padding", "x".repeat(70_000))]);
    schemas.assert_documented(&operation, &Answer::to(large).await);
    service.database.close().await;
    schemas.assert_documented(&operation, &service.ask_for_token(&service.machine.form()).await);
    service.database.reopen();
}
