//! The OpenAPI document: its operations and their documented answers.

use std::collections::HashMap;

use jsonschema::Validator;
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::answer::Answer;
use crate::files::repository;

/// An operation of the document.
#[derive(Debug, Clone)]
pub struct Operation {
    pub method: Method,
    /// The path with its parameters in braces.
    pub pattern: String,
    /// The operation object.
    pub body: Value,
}

impl Operation {
    /// The parameters in the path, the query or the headers.
    pub fn parameters(&self, place: &str) -> impl Iterator<Item = &Value> {
        self.body["parameters"].as_array().into_iter().flatten().filter(move |parameter| parameter["in"] == place)
    }

    #[must_use]
    pub fn takes(&self, place: &str, name: &str) -> bool {
        self.parameters(place).any(|parameter| parameter["name"] == name)
    }

    /// Method and path, such as `GET /v1/me`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.pattern)
    }

    /// The path with a value for each parameter (the given one, or else the example), and with the required query.
    #[must_use]
    pub fn path_with<'a>(&self, value: impl Fn(&str) -> Option<&'a str>) -> String {
        let mut path = self.pattern.clone();
        for parameter in self.parameters("path") {
            let name = parameter["name"].as_str().unwrap();
            let example = parameter["example"].as_str().map_or_else(|| parameter["example"].to_string(), Into::into);
            assert_ne!(example, "null", "{}: {name} has an example", self.pattern);
            path = path.replace(&format!("{{{name}}}"), value(name).unwrap_or(&example));
        }
        assert!(!path.contains('{'), "{}: every parameter of the path is documented", self.pattern);
        self.required_parameters().fold(path, |path, parameter| with_parameter(&path, parameter))
    }

    /// The required parameters of the query.
    pub fn required_parameters(&self) -> impl Iterator<Item = &Value> {
        self.parameters("query").filter(|parameter| parameter["required"] == true)
    }

    /// Whether it needs no token.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.body["security"].as_array().is_some_and(|security| security.contains(&json!({})))
    }

    /// Whether it belongs to the API, unlike pages, health checks and the endpoints of OAuth.
    #[must_use]
    pub fn is_of_the_api(&self) -> bool {
        self.pattern.starts_with("/v1/")
    }

    #[must_use]
    pub fn is_for_machines(&self) -> bool {
        self.body["security"].as_array().is_some_and(|security| security.iter().any(|one| one["oauth2"].is_array()))
    }

    #[must_use]
    pub fn is_of_the_catalog(&self) -> bool {
        self.is_for_machines() && self.scope() == "catalog:read"
    }

    /// Whether it reads the catalog or guidance, which are the same for every caller.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.is_for_machines() && self.method == Method::GET
    }

    /// Whether it shows data of the caller.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.is_of_the_api() && !self.is_public() && !self.is_for_machines()
    }

    /// The required scope; empty if there is none.
    #[must_use]
    pub fn scope(&self) -> &str {
        let schemes = self.body["security"][0].as_object().into_iter().flat_map(Map::values);
        schemes.map(|scopes| &scopes[0]).find_map(Value::as_str).unwrap_or_default()
    }

    /// The media type of its body, if it has one.
    #[must_use]
    pub fn media_type(&self) -> Option<&str> {
        self.body["requestBody"]["content"].as_object()?.keys().next().map(String::as_str)
    }
}

/// Adds to the query of a path.
#[must_use]
pub fn with_query(path: &str, query: &str) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}{query}")
}

/// Adds a parameter with its example to a path, repeated if the example is a list.
fn with_parameter(path: &str, parameter: &Value) -> String {
    let (name, example) = (parameter["name"].as_str().unwrap(), &parameter["example"]);
    assert!(!example.is_null(), "{path}: {name} has an example, since it is required");
    let values = example.as_array().map_or(std::slice::from_ref(example), Vec::as_slice);
    values.iter().fold(path.to_owned(), |path, value| {
        let value = value.as_str().map_or_else(|| value.to_string(), Into::into);
        let pair = reqwest::Url::parse_with_params("http://x", [(name, value)]).unwrap();
        with_query(&path, pair.query().unwrap())
    })
}

/// A value that must be an object.
#[must_use]
pub fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().unwrap_or_else(|| panic!("{value} is an object"))
}

/// The committed document.
#[must_use]
pub fn committed() -> Value {
    serde_json::from_str(&std::fs::read_to_string(repository().join("openapi/openapi.json")).unwrap()).unwrap()
}

#[must_use]
pub fn operations() -> Vec<Operation> {
    let mut operations = Vec::new();
    for (pattern, item) in object(&committed()["paths"]) {
        for (method, body) in object(item) {
            let method = method.to_uppercase().parse().unwrap();
            operations.push(Operation { method, pattern: pattern.clone(), body: body.clone() });
        }
    }
    assert!(operations.len() > 35, "{} operations", operations.len());
    operations
}

/// The words in back quotes in a text.
pub fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// Every scope of the document, first those for machines.
#[must_use]
pub fn scopes() -> Vec<String> {
    let schemes = &committed()["components"]["securitySchemes"];
    let machines = object(&schemes["oauth2"]["flows"]["clientCredentials"]["scopes"]);
    let mut scopes: Vec<String> = machines.keys().cloned().collect();
    let (_, people) = schemes["session"]["description"].as_str().unwrap().split_once("scopes: ").unwrap();
    for scope in quoted(people) {
        if !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.into());
        }
    }
    scopes
}

/// Checks answers against the schemas of the document.
pub struct Schemas {
    document: Value,
    built: HashMap<String, Validator>,
}

impl Schemas {
    /// The schemas of the committed document.
    #[must_use]
    pub fn committed() -> Self {
        Self { document: committed(), built: HashMap::new() }
    }

    /// Checks a value against a schema.
    pub fn assert_fits(&mut self, schema: &Value, value: &Value, what: &str) {
        assert!(schema.is_object(), "{what}: the answer has a schema");
        let components = &self.document["components"];
        let validator = self.built.entry(schema.to_string()).or_insert_with(|| {
            let mut whole = schema.clone();
            whole["components"] = components.clone();
            jsonschema::draft202012::options().should_validate_formats(true).build(&whole).unwrap()
        });
        let violations: Vec<String> = validator
            .iter_errors(value)
            .take(5)
            .map(|violation| format!("{}: {violation}", violation.instance_path()))
            .collect();
        assert!(violations.is_empty(), "{what}: {violations:#?}");
    }

    /// Checks an answer to an operation: its status must be listed, and its body must have the documented schema.
    pub fn assert_documented(&mut self, operation: &Operation, answer: &Answer) {
        let what = format!("{} answers {}", operation.name(), answer.status);
        let response = &operation.body["responses"][answer.status.as_str()];
        assert!(response.is_object(), "{what}: the status is not documented: {}", answer.text());
        for name in response["headers"].as_object().into_iter().flat_map(Map::keys).filter(|name| *name != "Link") {
            assert_ne!(answer.header(name), "", "{what} without {name}");
        }
        if answer.status == 304 || response["content"].is_null() {
            assert!(answer.body.is_empty(), "{what} with a body that is not documented: {}", answer.text());
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
