//! The OpenAPI document: put together by utoipa from the handlers, completed here by what holds for all of them.

#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value is null where it lacks a field, and this runs on the command line only"
)]

use std::collections::BTreeSet;

use actix_web::App;
use serde_json::{Map, Value, json};
use utoipa::OpenApi;
use utoipa_actix_web::AppExt;

use crate::catalog;
use crate::problem::{InputFault, ProblemDocument, ProblemKind};
use crate::server::configure;
use crate::snapshot::Snapshot;
use crate::tokens::Scope;

/// The document as it is committed and served: this crate's own, checked in CI.
pub const COMMITTED: &str = include_str!("../../../openapi/openapi.json");

/// Schemas of answers whose fields may be absent.
const SPARSE: [&str; 1] = ["InputFault"];

const DESCRIPTION: &str = "What becoming a certified peer support specialist takes in the United States, jurisdiction by \
jurisdiction, as data with sources and dates.\n\n\
Every fact names its source by id in `source`; an item has its sources in full under `sources`. A fact that no source \
states is null, never guessed. A route whose list of requirements is not known to be whole is `partial`. This is \
reference data, not legal advice: rules change, and the certifying body has the last word.\n\n\
**Tokens.** Everything under `/v1` needs `Authorization: Bearer TOKEN`, with a token from `/oauth/token` by client \
credentials. A token is valid for 15 minutes.\n\n\
**Lists** have `items`, `next_cursor` and `meta`, with `Link: rel=\"next\"`; a page has 50 items unless `limit` says otherwise. \
**Reads** have strong entity tags: send `If-None-Match` to learn that nothing has changed. `HEAD` works wherever `GET` does. \
**Errors** are problem documents (RFC 9457); their `type` leads to a page that explains them. Unknown parameters are errors.";

#[derive(OpenApi)]
#[openapi(components(schemas(ProblemDocument, InputFault)))]
struct Base;

/// The document, with examples from a catalog.
///
/// # Errors
/// None in practice: everything in it has a JSON form.
pub fn document(examples: &Snapshot) -> Result<Value, serde_json::Error> {
    let (_, api) = App::new().into_utoipa_app().openapi(Base::openapi()).configure(configure).split_for_parts();
    let mut document = serde_json::to_value(api)?;
    document["openapi"] = json!("3.1.0");
    document["info"] = json!({
        "title": "PeerPath",
        "version": env!("CARGO_PKG_VERSION"),
        "description": DESCRIPTION,
        "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
    });
    document["servers"] = json!([{"url": "/", "description": "This service"}]);
    document["tags"] = json!([
        {"name": "catalog", "description": "The catalog as a whole."},
        {"name": "jurisdictions", "description": "States, the District and territories."},
        {"name": "credentials", "description": "Certifications that can be held, and what they take."},
        {"name": "competencies", "description": "Frameworks, their competencies, and model standards."},
        {"name": "pathway", "description": "The steps from wanting to become a peer specialist to a career in it."},
        {"name": "profession", "description": "Roles, career levels, skills and responsibilities."},
        {"name": "library", "description": "Trainings, resources, questions and claims."},
        {"name": "sources", "description": "What the facts rest on."},
        {"name": "oauth", "description": "Tokens, and what they are verified with."},
        {"name": "health", "description": "Whether the service lives and can answer."},
        {"name": "problems", "description": "Pages that explain errors."},
    ]);
    let scopes: Map<String, Value> = Scope::ALL.iter().map(|scope| (scope.to_string(), scope.about().into())).collect();
    document["components"]["securitySchemes"] = json!({
        "oauth2": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": scopes}}},
        "basic": {"type": "http", "scheme": "basic", "description": "A client's id and secret, at the token endpoint."},
    });
    complete_operations(&mut document, examples);
    complete_schemas(&mut document);
    Ok(document)
}

/// The scope that an operation needs is known by its security; what else holds for all is added.
fn complete_operations(document: &mut Value, examples: &Snapshot) {
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for (path, item) in paths {
        let Some(operations) = item.as_object_mut() else { continue };
        for (method, operation) in operations {
            let api = path.starts_with("/v1/");
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let place = |place: &str| parameters.iter().any(|parameter| parameter["in"] == place);
            let mut kinds = vec![ProblemKind::Internal, ProblemKind::UriTooLong, ProblemKind::Unavailable];
            if api {
                kinds.extend([
                    ProblemKind::InvalidParameters,
                    ProblemKind::Unauthenticated,
                    ProblemKind::Forbidden,
                    ProblemKind::NotAcceptable,
                ]);
            }
            if path == "/oauth/token" {
                kinds.push(ProblemKind::TooLarge);
            }
            if place("path") || parameters.iter().any(|parameter| parameter["name"] == "as_of") {
                kinds.push(ProblemKind::NotFound);
            }
            name_fields(operation, catalog::field_names(examples, path));
            let responses = &mut operation["responses"];
            for kind in kinds {
                let status = kind.status().as_str().to_owned();
                if responses.get(&status).is_none() {
                    responses[status] = problem_response(kind);
                }
            }
            if api && method == "get" {
                responses["200"]["headers"] = read_headers(place("query"));
                responses["304"] = json!({"description": "Nothing has changed since the `If-None-Match` of the request", "headers": read_headers(false)});
                if let Some(example) = catalog::example(examples, path, &parameters) {
                    responses["200"]["content"]["application/json"]["example"] = example;
                }
            }
        }
    }
}

/// The fields that can be asked for are those that the items have.
fn name_fields(operation: &mut Value, names: Vec<String>) {
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten();
    for parameter in parameters.filter(|parameter| parameter["name"] == "fields") {
        parameter["schema"] = json!({"type": "array", "minItems": 1, "items": {"type": "string", "enum": names}});
        parameter["style"] = "form".into();
        parameter["explode"] = false.into();
    }
}

fn problem_response(kind: ProblemKind) -> Value {
    let headers = match kind {
        ProblemKind::Unauthenticated | ProblemKind::Forbidden => json!({"WWW-Authenticate": {
            "description": "What is asked for, and what is wrong with what was sent", "schema": {"type": "string"},
        }}),
        ProblemKind::Unavailable => json!({"Retry-After": {
            "description": "After how many seconds to try again", "schema": {"type": "integer", "minimum": 0},
        }}),
        _ => json!({}),
    };
    json!({
        "description": format!("{} (`/problems/{}`)", kind.title(), kind.word()),
        "headers": headers,
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    })
}

fn read_headers(list: bool) -> Value {
    let mut headers = json!({
        "ETag": {"description": "A strong entity tag, for `If-None-Match`", "schema": {"type": "string"}},
        "Cache-Control": {"description": "How long the answer may be used without asking again", "schema": {"type": "string"}},
        "Vary": {"description": "What else the answer depends on", "schema": {"type": "string"}},
    });
    if list {
        headers["Link"] = json!({"description": "Where the next page is, with `rel=\"next\"`; on lists that go on", "schema": {"type": "string"}});
    }
    headers
}

/// What is sent has every field, null where nothing is known, and may gain fields within `v1`.
fn complete_schemas(document: &mut Value) {
    let mut asked = BTreeSet::new();
    let bodies: Vec<Value> = document["paths"]
        .as_object()
        .into_iter()
        .flat_map(Map::values)
        .filter_map(Value::as_object)
        .flat_map(Map::values)
        .map(|operation| operation["requestBody"].clone())
        .collect();
    for body in &bodies {
        collect_references(body, document, &mut asked);
    }
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    for (name, schema) in schemas.iter_mut() {
        if !asked.contains(name) && !SPARSE.contains(&name.as_str()) {
            complete_answer(schema);
        }
    }
    let items: Vec<String> = schemas.keys().filter(|name| name.ends_with("Item")).cloned().collect();
    for name in items {
        schemas[&name] = whole_item(&schemas[&name], schemas);
    }
    prune_schemas(document);
}

/// An item in one piece: the record's fields and those that are added. None is required, since `fields` may ask for fewer.
fn whole_item(item: &Value, schemas: &Map<String, Value>) -> Value {
    let mut properties = Map::new();
    for part in item["allOf"].as_array().into_iter().flatten() {
        let name = part["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
        let part = name.and_then(|name| schemas.get(name)).unwrap_or(part);
        properties.extend(part["properties"].as_object().cloned().unwrap_or_default());
    }
    let description = format!(
        "{} Every field is there, unless `fields` asks for fewer.",
        item["description"].as_str().unwrap_or_default()
    );
    json!({"type": "object", "description": description, "properties": properties})
}

/// Leaves out what no operation leads to.
fn prune_schemas(document: &mut Value) {
    let mut reached = BTreeSet::new();
    collect_references(&document["paths"].clone(), document, &mut reached);
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        schemas.retain(|name, _| reached.contains(name));
    }
}

fn collect_references(value: &Value, document: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                if let ("$ref", Some(reference)) = (key.as_str(), value.as_str()) {
                    let name = reference.rsplit('/').next().unwrap_or_default();
                    if found.insert(name.into()) {
                        collect_references(&document["components"]["schemas"][name], document, found);
                    }
                }
                collect_references(value, document, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_references(item, document, found)),
        _ => {}
    }
}

fn complete_answer(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if let Some(properties) = object.get("properties").and_then(Value::as_object) {
                let names: Vec<Value> = properties.keys().map(|name| name.as_str().into()).collect();
                object.insert("required".into(), names.into());
                if object.get("additionalProperties") == Some(&Value::Bool(false)) {
                    object.shift_remove("additionalProperties");
                }
            }
            object.values_mut().for_each(complete_answer);
        }
        Value::Array(items) => items.iter_mut().for_each(complete_answer),
        _ => {}
    }
}
