//! The OpenAPI document: the documentation of each endpoint, and the parts that all endpoints share.

#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value is null where it lacks a field, and this runs on the command line only"
)]

mod schemas;

use peerpath_domain::catalog::name_variants;
use serde_json::{Map, Value, json};
use utoipa::PartialSchema;
use utoipa::openapi::{ComponentsBuilder, OpenApiBuilder, Paths};

use super::routes;
use crate::service::snapshot::Snapshot;
use crate::service::tokens::Scope;
use crate::web::document::OperationDocument;
use crate::web::problem::{InputFault, ProblemDocument, ProblemKind};
use crate::{catalog, guidance};

/// The committed document, which the service serves. CI checks that it is current.
pub const COMMITTED: &str = include_str!("../../../../../openapi/openapi.json");

/// Example of a resource id.
const EXAMPLE_KEY: &str = "019aa7c0-5f3e-7d52-8a1b-3c5d7e9f1a2b";

const DESCRIPTION: &str = "What it takes to become a certified peer support specialist in the United States, as data with \
sources and dates.\n\n\
Every fact names its source by id in `source`; an item lists its sources in full under `sources`. A fact that no source \
states is null, never guessed. A route whose list of requirements may be incomplete is `partial`. This is reference data, \
not legal advice: rules change, and the certifying body decides.\n\n\
**Tokens.** Every operation under `/v1`, except signing up and signing in, needs `Authorization: Bearer TOKEN`. Machines get a \
token from `/oauth/token` by client credentials (scheme `oauth2`), people by signing in at `/v1/sessions` (scheme `session`). \
A token is valid for 15 minutes.\n\n\
**Lists** have `items`, `next_cursor` and `meta`, and `Link: rel=\"next\"`; a page has 50 items unless you set `limit`. \
**Reads** have strong entity tags: send one in `If-None-Match`, and unchanged data answers 304. `HEAD` works wherever `GET` does. \
**Changes** name the version that they start from: send its `ETag` in `If-Match`. A request that creates something can be \
repeated under its `Idempotency-Key` for 24 hours. **Limits**: `RateLimit-Policy` and `RateLimit` describe your quota. \
**Errors** are problem documents (RFC 9457); `type` links to a page that explains them. Unknown parameters and fields are errors.";

/// Problems that every operation may return.
const ALWAYS: &[ProblemKind] = &[ProblemKind::Internal, ProblemKind::UriTooLong, ProblemKind::Unavailable];

/// Problems that every operation behind the gate may return. Public ones check passwords and codes, so they have 401.
const BEHIND_THE_GATE: &[ProblemKind] =
    &[ProblemKind::InvalidParameters, ProblemKind::TooManyRequests, ProblemKind::InvalidCredentials];

/// Builds the document, with examples from a catalog.
pub fn document(examples: &Snapshot) -> Result<Value, serde_json::Error> {
    let mut described: Vec<OperationDocument> = routes::api().documents().collect();
    for operation in &mut described {
        operation.path.insert_str(0, "/v1");
        operation.problems(BEHIND_THE_GATE);
        operation.response_header("RateLimit-Policy");
        operation.response_header("RateLimit");
    }
    described.extend(routes::public().documents());
    let mut components = ComponentsBuilder::new()
        .schema("Problem", ProblemDocument::schema())
        .schema("InputFault", InputFault::schema());
    let mut paths = Paths::new();
    for mut operation in described {
        operation.problems(ALWAYS);
        let OperationDocument { path, method, operation, schemas } = operation;
        components = components.schemas_from_iter(schemas);
        paths.add_path_operation(path, vec![method], operation);
    }
    let api = OpenApiBuilder::new().paths(paths).components(Some(components.build())).build();
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
        {"name": "credentials", "description": "Certifications, and what each requires."},
        {"name": "competencies", "description": "Frameworks of competencies, and model standards."},
        {"name": "pathway", "description": "The steps from wanting to become a peer specialist to a career in it."},
        {"name": "profession", "description": "Roles, career levels, skills and responsibilities."},
        {"name": "library", "description": "Trainings, resources, questions and claims."},
        {"name": "sources", "description": "The sources of the facts."},
        {"name": "guidance", "description": "Eligibility, plans, transfers, alignments, comparisons and posting requirements. Nothing that you send is stored."},
        {"name": "accounts", "description": "Signing up, and the links in mails. No token is needed."},
        {"name": "sessions", "description": "Signing in, staying signed in, and signing out."},
        {"name": "account", "description": "Your own account: address, password, second factor and audit events."},
        {"name": "organizations", "description": "Training providers, job boards and employers: members, invitations, machine clients."},
        {"name": "administration", "description": "For administrators of the service."},
        {"name": "oauth", "description": "Tokens for machines, and the keys that verify all tokens."},
        {"name": "health", "description": "Health checks."},
        {"name": "problems", "description": "Pages that explain errors."},
        {"name": "pages", "description": "Pages for people that mails link to."},
    ]);
    let scopes = |wanted: fn(Scope) -> bool| -> Map<String, Value> {
        let wanted = Scope::ALL.iter().filter(|scope| wanted(**scope));
        wanted.map(|scope| (scope.to_string(), scope.about().into())).collect()
    };
    let (machines, people) = (scopes(Scope::is_for_machines), scopes(Scope::is_for_people));
    let described: Vec<String> =
        people.iter().map(|(scope, about)| format!("`{scope}`: {}", about.as_str().unwrap_or_default())).collect();
    document["components"]["securitySchemes"] = json!({
        "oauth2": {
            "type": "oauth2",
            "description": "For machines.",
            "flows": {"clientCredentials": {"tokenUrl": "/oauth/token", "scopes": machines}},
        },
        "session": {
            "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": format!("For people: the access token of `/v1/sessions`. Its scopes: {}", described.join(" ")),
        },
        "basic": {"type": "http", "scheme": "basic", "description": "A client's id and secret, at the OAuth endpoints."},
    });
    document["components"]["headers"] = headers();
    add_examples(&mut document, examples);
    if let Some(schemas) = document["components"]["schemas"].as_object_mut() {
        name_variants(schemas);
    }
    schemas::complete(&mut document);
    Ok(document)
}

/// Adds the names of selectable fields, and the examples.
fn add_examples(document: &mut Value, examples: &Snapshot) {
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
                if parameter["name"] == "fields" {
                    let names = catalog::field_names(examples, path);
                    parameter["schema"] =
                        json!({"type": "array", "minItems": 1, "items": {"type": "string", "enum": names}});
                    parameter["style"] = "form".into();
                    parameter["explode"] = false.into();
                }
                if parameter["in"] == "path" && parameter["example"].is_null() {
                    parameter["example"] = EXAMPLE_KEY.into();
                }
            }
            if method != "get" {
                continue;
            }
            let parameters = operation["parameters"].as_array().cloned().unwrap_or_default();
            let example = catalog::example(examples, path, &parameters);
            if let Some(example) = example.or_else(|| guidance::example(examples, path, &parameters)) {
                operation["responses"]["200"]["content"]["application/json"]["example"] = example;
            }
        }
    }
}

/// The headers that many answers share.
fn headers() -> Value {
    let text = |about: &str| json!({"description": about, "schema": {"type": "string"}});
    json!({
        "ETag": text("The entity tag: send it in `If-None-Match` to a read, and in `If-Match` to a change"),
        "Cache-Control": text("How long you may use the answer without another request"),
        "Vary": text("The request headers that the answer depends on"),
        "Link": text("The next page, with `rel=\"next\"`; absent on the last page"),
        "Location": {"description": "The path of the new resource", "schema": {"type": "string", "format": "uri-reference"}},
        "RateLimit-Policy": text("The quota: requests and seconds"),
        "RateLimit": text("The remaining quota, and the seconds until the full quota is available again"),
        "Retry-After": {"description": "The seconds to wait before trying again", "schema": {"type": "integer", "minimum": 0}},
        "WWW-Authenticate": text("The required authentication, and the error in the authentication that you sent"),
    })
}
