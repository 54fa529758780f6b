//! The OpenAPI document: put together by utoipa from the handlers, completed here by what holds for all of them.

#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value is null where it lacks a field, and this runs on the command line only"
)]

use std::collections::BTreeSet;

use actix_web::App;
use peerpath_domain::catalog::name_variants;
use serde_json::{Map, Value, json};
use utoipa::OpenApi;
use utoipa_actix_web::AppExt;

use crate::catalog;
use crate::guidance;
use crate::problem::{InputFault, ProblemDocument, ProblemKind};
use crate::server::configure;
use crate::snapshot::Snapshot;
use crate::tokens::Scope;

/// The document as it is committed and served: this crate's own, checked in CI.
pub const COMMITTED: &str = include_str!("../../../openapi/openapi.json");

/// Schemas of answers whose fields may be absent.
const SPARSE: [&str; 2] = ["InputFault", "Introspection"];

/// What stands for the key of something that somebody made.
const EXAMPLE_KEY: &str = "019aa7c0-5f3e-7d52-8a1b-3c5d7e9f1a2b";

const DESCRIPTION: &str = "What becoming a certified peer support specialist takes in the United States, jurisdiction by \
jurisdiction, as data with sources and dates.\n\n\
Every fact names its source by id in `source`; an item has its sources in full under `sources`. A fact that no source \
states is null, never guessed. A route whose list of requirements is not known to be whole is `partial`. This is \
reference data, not legal advice: rules change, and the certifying body has the last word.\n\n\
**Tokens.** Everything under `/v1` but signing up and in needs `Authorization: Bearer TOKEN`. Machines get a token from \
`/oauth/token` by client credentials (scheme `oauth2`), people by signing in at `/v1/sessions` (scheme `session`). A token is \
valid for 15 minutes.\n\n\
**Lists** have `items`, `next_cursor` and `meta`, with `Link: rel=\"next\"`; a page has 50 items unless `limit` says otherwise. \
**Reads** have strong entity tags: send `If-None-Match` to learn that nothing has changed. `HEAD` works wherever `GET` does. \
**Changes** name the version that they go out from: send its `ETag` in `If-Match`. A request that makes something may be \
repeated under its `Idempotency-Key` for 24 hours. **Limits**: `RateLimit-Policy` and `RateLimit` tell of yours. \
**Errors** are problem documents (RFC 9457); their `type` leads to a page that explains them. Unknown parameters and fields are errors.";

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
        {"name": "guidance", "description": "Where somebody stands, what comes next, what transfers, what a course counts for, what a post asks for. Nothing that is sent is kept."},
        {"name": "accounts", "description": "Signing up, and what mails lead to: no token is needed."},
        {"name": "sessions", "description": "Signing in, staying signed in, and signing out."},
        {"name": "account", "description": "One's own account: address, password, second factor, and what happened with it."},
        {"name": "organizations", "description": "Training providers, job boards and employers: members, invitations, machine clients."},
        {"name": "administration", "description": "Looking after the whole service; for administrators."},
        {"name": "oauth", "description": "Tokens of machines, and what all tokens are verified with."},
        {"name": "health", "description": "Whether the service lives and can answer."},
        {"name": "problems", "description": "Pages that explain errors."},
        {"name": "pages", "description": "Pages for people that mails lead to."},
    ]);
    let scopes = |wanted: fn(Scope) -> bool| -> Map<String, Value> {
        let wanted = Scope::ALL.iter().filter(|scope| wanted(**scope));
        wanted.map(|scope| (scope.to_string(), scope.about().into())).collect()
    };
    let (machines, people) = (scopes(Scope::is_for_machines), scopes(Scope::is_for_people));
    let told: Vec<String> =
        people.iter().map(|(scope, about)| format!("`{scope}`: {}", about.as_str().unwrap_or_default())).collect();
    document["components"]["securitySchemes"] = json!({
        "oauth2": {
            "type": "oauth2",
            "description": "For machines.",
            "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": machines}},
        },
        "session": {
            "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": format!("For people: the access token of `/v1/sessions`. Its scopes: {}", told.join(" ")),
        },
        "basic": {"type": "http", "scheme": "basic", "description": "A client's id and secret, at the OAuth endpoints."},
    });
    document["components"]["headers"] = headers();
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        name_variants(schemas);
    }
    complete_operations(&mut document, examples);
    complete_schemas(&mut document);
    Ok(document)
}

/// What holds for all operations of a sort is added to each.
fn complete_operations(document: &mut Value, examples: &Snapshot) {
    let Some(paths) = document["paths"].as_object_mut() else { return };
    for (path, item) in paths {
        let Some(operations) = item.as_object_mut() else { continue };
        for (method, operation) in operations {
            name_fields(operation, catalog::field_names(examples, path));
            exemplify_keys(operation);
            let shared = let_people_in(operation);
            // What is made for one caller is nobody else's; the rest may be asked for again.
            let catalog = shared && method == "get";
            add_problems(operation, path, shared);
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            if path.starts_with("/v1/") {
                private_headers(operation);
            }
            if catalog {
                let list = parameters.iter().any(|parameter| parameter["name"] == "cursor");
                operation["responses"]["200"]["headers"] = read_headers(list);
                operation["responses"]["304"] = json!({"description": "Nothing has changed since the `If-None-Match` of the request", "headers": read_headers(false)});
                let example = catalog::example(examples, path, &parameters);
                if let Some(example) = example.or_else(|| guidance::example(examples, path, &parameters)) {
                    operation["responses"]["200"]["content"]["application/json"]["example"] = example;
                }
            }
        }
    }
}

/// What machines may do with a scope that people have, too, people may. Gives whether it is such an operation.
fn let_people_in(operation: &mut Value) -> bool {
    let Some(security) = operation["security"].as_array_mut() else { return false };
    let scopes: Vec<Value> = security.iter().filter_map(|one| one.get("oauth2").cloned()).collect();
    security.extend(scopes.iter().map(|scopes| json!({"session": scopes})));
    !scopes.is_empty()
}

/// Keys of what people make are all of one form.
fn exemplify_keys(operation: &mut Value) {
    let parameters = operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten();
    for parameter in parameters.filter(|parameter| parameter["in"] == "path" && parameter["example"].is_null()) {
        parameter["example"] = EXAMPLE_KEY.into();
    }
}

/// The problems that operations of a sort may answer with, beside those that they tell of themselves.
fn add_problems(operation: &mut Value, path: &str, negotiated: bool) {
    let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
    let has = |place: &str, name: &str| {
        parameters.iter().any(|parameter| parameter["in"] == place && (name.is_empty() || parameter["name"] == name))
    };
    let public = operation["security"].as_array().is_none_or(|security| security.contains(&json!({})));
    let body = !operation["requestBody"].is_null();
    let mut kinds = vec![ProblemKind::Internal, ProblemKind::UriTooLong, ProblemKind::Unavailable];
    if path.starts_with("/v1/") {
        kinds.extend([ProblemKind::InvalidParameters, ProblemKind::TooManyRequests]);
        // Even where none is needed, a token that is shown must be one.
        kinds.push(if public { ProblemKind::InvalidCredentials } else { ProblemKind::Unauthenticated });
    }
    if !public {
        kinds.push(ProblemKind::Forbidden);
    }
    if negotiated {
        kinds.push(ProblemKind::NotAcceptable);
    }
    if path.starts_with("/account/") {
        kinds.push(ProblemKind::InvalidParameters);
        if body {
            kinds.push(ProblemKind::UnsupportedMediaType);
            add_pages(&mut operation["responses"]);
        }
    }
    if path.starts_with("/oauth/") {
        kinds.push(ProblemKind::TooManyRequests);
    }
    if body {
        kinds.push(ProblemKind::TooLarge);
    }
    if body && path.starts_with("/v1/") {
        kinds.extend([ProblemKind::UnsupportedMediaType, ProblemKind::Invalid]);
    }
    if has("header", "If-Match") {
        kinds.extend([ProblemKind::PreconditionRequired, ProblemKind::Stale]);
    }
    if has("header", "Idempotency-Key") {
        kinds.push(ProblemKind::Conflict);
    }
    if has("path", "") || has("query", "as_of") {
        kinds.push(ProblemKind::NotFound);
    }
    let responses = &mut operation["responses"];
    for kind in kinds {
        let status = kind.status().as_str().to_owned();
        if responses.get(&status).is_none() {
            responses[status] = problem_response(kind);
        }
    }
    for (status, response) in responses.as_object_mut().into_iter().flatten() {
        if status.starts_with(['4', '5']) && response["content"].is_null() {
            response["content"] = problem_content();
        }
    }
}

/// Where a form does not come to what it should, its page is shown again.
fn add_pages(responses: &mut Value) {
    use ProblemKind::{Conflict, Invalid, InvalidCredentials, TooManyRequests};
    for kind in [InvalidCredentials, Conflict, Invalid, TooManyRequests] {
        let content = json!({"text/html": {"schema": {"type": "string"}}});
        responses[kind.status().as_str()] =
            json!({"description": format!("{}: the page again", kind.title()), "content": content});
    }
}

/// What is somebody's own is not to be kept, and tells how much of the quota is left.
fn private_headers(operation: &mut Value) {
    for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
        if status.starts_with('2') {
            for name in ["RateLimit-Policy", "RateLimit"] {
                response["headers"][name] = header(name);
            }
        }
        if status == "201" {
            response["headers"]["Location"] =
                json!({"description": "Where it is", "schema": {"type": "string", "format": "uri-reference"}});
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
        ProblemKind::Unauthenticated | ProblemKind::InvalidCredentials => {
            json!({"WWW-Authenticate": header("WWW-Authenticate")})
        }
        ProblemKind::Unavailable | ProblemKind::TooManyRequests => json!({"Retry-After": header("Retry-After")}),
        _ => json!({}),
    };
    json!({
        "description": format!("{} (`/problems/{}`)", kind.title(), kind.word()),
        "headers": headers,
        "content": problem_content(),
    })
}

fn problem_content() -> Value {
    json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}})
}

fn read_headers(list: bool) -> Value {
    let names = ["ETag", "Cache-Control", "Vary", "RateLimit-Policy", "RateLimit"];
    names.into_iter().chain(list.then_some("Link")).map(|name| (name.to_owned(), header(name))).collect()
}

/// A header that many answers have.
fn header(name: &str) -> Value {
    json!({"$ref": format!("#/components/headers/{name}")})
}

/// Those headers.
fn headers() -> Value {
    let text = |about: &str| json!({"description": about, "schema": {"type": "string"}});
    json!({
        "ETag": text("A strong entity tag, for `If-None-Match`"),
        "Cache-Control": text("How long the answer may be used without asking again"),
        "Vary": text("What else the answer depends on"),
        "Link": text("Where the next page is, with `rel=\"next\"`; on lists that go on"),
        "Location": {"description": "Where it is", "schema": {"type": "string", "format": "uri-reference"}},
        "RateLimit-Policy": text("How many requests are allowed in how many seconds"),
        "RateLimit": text("How many are left, and in how many seconds all of them are again"),
        "Retry-After": {"description": "After how many seconds to try again", "schema": {"type": "integer", "minimum": 0}},
        "WWW-Authenticate": text("What is asked for, and what is wrong with what was sent"),
    })
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
    let items: Vec<String> = items.into_iter().filter(|name| schemas[name]["allOf"].is_array()).collect();
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
