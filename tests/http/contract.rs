//! The OpenAPI document holds: for every operation that it has, and so for every one that will be added.

use std::collections::{BTreeSet, HashMap, HashSet};

use jsonschema::Validator;
use peerpath_tests::answer::Answer;
use peerpath_tests::files::repository;
use peerpath_tests::keys::Draft;
use peerpath_tests::service::{ISSUER, Service};
use reqwest::Method;
use serde_json::{Map, Value, json};

/// An operation of the document.
struct Operation {
    method: Method,
    /// The path as the document has it.
    pattern: String,
    /// The path with the examples of its parameters.
    path: String,
    body: Value,
}

impl Operation {
    /// The parameters in the path or the query.
    fn parameters(&self, place: &str) -> impl Iterator<Item = &Value> {
        self.body["parameters"].as_array().into_iter().flatten().filter(move |parameter| parameter["in"] == place)
    }

    fn name(&self) -> String {
        format!("{} {}", self.method, self.pattern)
    }

    fn is_of_the_api(&self) -> bool {
        self.pattern.starts_with("/v1/")
    }
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap_or_else(|| panic!("{value} is an object"))
}

fn committed() -> Value {
    serde_json::from_str(&std::fs::read_to_string(repository().join("openapi/openapi.json")).unwrap()).unwrap()
}

fn operations(document: &Value) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (pattern, item) in object(&document["paths"]) {
        for (method, body) in object(item) {
            let method = method.to_uppercase().parse().unwrap();
            let mut operation =
                Operation { method, pattern: pattern.clone(), path: pattern.clone(), body: body.clone() };
            for parameter in
                operation.body["parameters"].as_array().into_iter().flatten().filter(|one| one["in"] == "path")
            {
                let example =
                    parameter["example"].as_str().map_or_else(|| parameter["example"].to_string(), Into::into);
                assert_ne!(example, "null", "{pattern}: {} has an example", parameter["name"]);
                operation.path =
                    operation.path.replace(&format!("{{{}}}", parameter["name"].as_str().unwrap()), &example);
            }
            assert!(!operation.path.contains('{'), "{pattern}: every parameter of the path is documented");
            operations.push(operation);
        }
    }
    assert!(operations.len() > 35, "{} operations", operations.len());
    operations
}

/// Checks values against the schemas of the document.
struct Schemas {
    document: Value,
    built: HashMap<String, Validator>,
}

impl Schemas {
    fn assert_fits(&mut self, schema: &Value, value: &Value, what: &str) {
        assert!(schema.is_object(), "{what}: the answer has a schema");
        let components = &self.document["components"];
        let validator = self.built.entry(schema.to_string()).or_insert_with(|| {
            let mut whole = schema.clone();
            whole["components"] = components.clone();
            jsonschema::draft202012::options().should_validate_formats(true).build(&whole).unwrap()
        });
        let faults: Vec<String> =
            validator.iter_errors(value).take(5).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        assert!(faults.is_empty(), "{what}: {faults:#?}");
    }

    /// Holds an answer against what the document says of an operation: its status is listed, and its body is of the schema.
    fn assert_documented(&mut self, operation: &Operation, answer: &Answer) {
        let what = format!("{} answers {}", operation.name(), answer.status);
        let response = &operation.body["responses"][answer.status.as_str()];
        assert!(response.is_object(), "{what}, which is not documented");
        if let Some(headers) = response["headers"].as_object() {
            for name in headers.keys().filter(|name| *name != "Link") {
                assert_ne!(answer.header(name), "", "{what} without {name}");
            }
        }
        if answer.status == 304 {
            return;
        }
        let content_type = answer.header("content-type").split(';').next().unwrap().to_owned();
        let content = &response["content"][&content_type];
        assert!(content.is_object(), "{what} as {content_type}, which is not documented");
        if content_type.ends_with("json") {
            self.assert_fits(&content["schema"], &answer.json(), &what);
        }
    }
}

fn schemas() -> Schemas {
    Schemas { document: committed(), built: HashMap::new() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_document_that_is_served_is_the_committed_one() {
    let service = Service::start().await;
    let answer = Answer::to(service.anonymous(Method::GET, "/openapi.json")).await;
    let _ = answer.ok();
    assert_eq!(answer.body, std::fs::read(repository().join("openapi/openapi.json")).unwrap());
}

#[test]
fn every_operation_is_described() {
    let document = committed();
    assert_eq!(document["openapi"], "3.1.0");
    let tags: BTreeSet<&str> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let scopes = object(&document["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]["scopes"]);
    let mut ids = HashSet::new();
    for operation in operations(&document) {
        let (name, body) = (operation.name(), &operation.body);
        let id = body["operationId"].as_str().unwrap_or_else(|| panic!("{name} has an id"));
        assert!(ids.insert(id.to_owned()), "{id} stands for two operations");
        assert!(body["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{name} has a summary");
        let own = body["tags"].as_array().unwrap_or_else(|| panic!("{name} has a tag"));
        assert!(!own.is_empty() && own.iter().all(|tag| tags.contains(tag.as_str().unwrap())), "{name}: {own:?}");
        let security = body["security"].as_array().unwrap_or_else(|| panic!("{name} says what it takes"));
        if operation.is_of_the_api() {
            let asked =
                security.iter().map(|one| one["oauth2"].as_array().unwrap_or_else(|| panic!("{name} takes a token")));
            assert!(asked.flatten().all(|scope| scopes.contains_key(scope.as_str().unwrap())), "{name}: {security:?}");
            assert!(
                security.iter().all(|one| one["oauth2"] != json!([])) && !security.is_empty(),
                "{name} takes a scope"
            );
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

#[test]
fn no_filter_is_required() {
    let mut required = Vec::new();
    for operation in operations(&committed()) {
        let found = operation.parameters("query").filter(|parameter| parameter["required"] == true);
        required.extend(found.map(|parameter| format!("{}: {}", operation.name(), parameter["name"])));
    }
    assert!(required.is_empty(), "each can be left out, and the document says otherwise: {required:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_of_the_api_takes_a_token_with_its_scope() {
    let service = Service::start().await;
    let powerless =
        Draft::new(ISSUER, &service.machine.id, &service.signing_key).claim("scope", "").signed(&service.signing_key);
    let mut schemas = schemas();
    for operation in operations(&schemas.document).iter().filter(|operation| operation.is_of_the_api()) {
        let anonymous = || service.anonymous(operation.method.clone(), &operation.path);
        let missing = Answer::to(anonymous()).await;
        assert_eq!(missing.status, 401, "{}", operation.name());
        schemas.assert_documented(operation, &missing);
        let scopeless = Answer::to(anonymous().bearer_auth(&powerless)).await;
        assert_eq!(scopeless.status, 403, "{}", operation.name());
        let scope = operation.body["security"][0]["oauth2"][0].as_str().unwrap();
        assert!(scopeless.header("www-authenticate").contains(&format!("scope=\"{scope}\"")), "{}", operation.name());
        schemas.assert_documented(operation, &scopeless);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_parameters_that_are_documented_are_those_that_are_allowed() {
    let service = Service::start().await;
    let mut schemas = schemas();
    for operation in operations(&schemas.document).iter().filter(|operation| operation.is_of_the_api()) {
        let request = service.request(operation.method.clone(), &format!("{}?magic=1&magic=2", operation.path));
        let answer = Answer::to(request).await;
        let faults = answer.faults();
        assert_eq!(faults.len(), 1, "{}: {faults:?}", operation.name());
        assert_eq!(faults[0].0, "magic");
        let allowed =
            faults[0].1.split("allowed: ").nth(1).unwrap_or_else(|| panic!("{faults:?} list what is allowed"));
        let allowed: BTreeSet<&str> = allowed.split(", ").filter(|name| *name != "none").collect();
        let documented: BTreeSet<&str> =
            operation.parameters("query").map(|parameter| parameter["name"].as_str().unwrap()).collect();
        assert_eq!(documented, allowed, "{}", operation.name());
        schemas.assert_documented(operation, &answer);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_is_as_documented_and_so_are_the_examples() {
    let service = Service::start().await;
    let mut schemas = schemas();
    for operation in operations(&schemas.document).iter().filter(|operation| operation.method == Method::GET) {
        let answer = service.get(&operation.path).await;
        assert_eq!(answer.status, 200, "{}: {}", operation.name(), answer.text());
        schemas.assert_documented(operation, &answer);
        if !operation.is_of_the_api() {
            continue;
        }
        let content = &operation.body["responses"]["200"]["content"]["application/json"];
        schemas.assert_fits(&content["schema"], &content["example"], &format!("the example of {}", operation.name()));
        schemas.assert_documented(operation, &service.get_unless("*", &operation.path).await);
        let html = service.request(Method::GET, &operation.path).header("accept", "text/html");
        schemas.assert_documented(operation, &Answer::to(html).await);
        if operation.pattern.contains('{') {
            let (parent, _) = operation.path.rsplit_once('/').unwrap();
            let path = if operation.pattern.ends_with('}') {
                format!("{parent}/0")
            } else {
                operation.path.replace("us-tx-mhps", "0")
            };
            let answer = service.get(&path).await;
            assert_eq!(answer.status, 404, "{path}");
            schemas.assert_documented(operation, &answer);
        }
        if operation.parameters("query").any(|parameter| parameter["name"] == "as_of") {
            let answer = service.get(&format!("{}?as_of=1999-01-01", operation.path)).await;
            assert_eq!(answer.status, 404, "{}", operation.name());
            schemas.assert_documented(operation, &answer);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_item_of_every_list_is_as_documented() {
    let service = Service::start().await;
    let mut schemas = schemas();
    for operation in operations(&schemas.document) {
        if !operation.parameters("query").any(|parameter| parameter["name"] == "cursor") {
            continue;
        }
        let mut next = format!("{}?limit=200", operation.path);
        loop {
            let answer = service.get(&next).await;
            schemas.assert_documented(&operation, &answer);
            match answer.json()["next_cursor"].as_str() {
                Some(cursor) => next = format!("{}?limit=200&cursor={cursor}", operation.path),
                None => break,
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_token_endpoint_is_as_documented() {
    let service = Service::start().await;
    let mut schemas = schemas();
    let operation =
        operations(&schemas.document).into_iter().find(|operation| operation.pattern == "/oauth/token").unwrap();
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
