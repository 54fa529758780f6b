//! OpenAPI documentation of an operation. Each type in the handler's signature adds its part.

use std::collections::BTreeMap;

use actix_web::http::StatusCode;
use serde_json::{Value, json};
use utoipa::__dev::{SchemaReferences, Tags};
use utoipa::openapi::path::{HttpMethod, Operation, Parameter, ParameterIn};
use utoipa::openapi::response::Response;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Ref, RefOr};
use utoipa::{IntoParams, Path, ToSchema};

use super::problem::ProblemKind;
use crate::service::tokens::Scope;

/// The documentation of an operation; the types in the handler's signature complete it.
pub struct OperationDocument {
    /// The path, relative to its scope of routes.
    pub path: String,
    pub method: HttpMethod,
    /// The OpenAPI operation so far.
    pub operation: Operation,
    /// The schemas that the operation refers to, by name.
    pub schemas: Vec<(String, RefOr<Schema>)>,
}

impl OperationDocument {
    /// Starts from the `utoipa::path` attribute of the handler.
    pub fn of<'a, D: Path + SchemaReferences + Tags<'a>>() -> Self {
        let method = D::methods().pop().unwrap_or(HttpMethod::Get);
        let mut document = Self { path: D::path(), method, operation: D::operation(), schemas: Vec::new() };
        document.operation.tags = Some(D::tags().into_iter().map(Into::into).collect());
        D::schemas(&mut document.schemas);
        for (status, response) in &mut document.operation.responses.responses {
            if let (true, RefOr::T(response)) = (status.starts_with(['4', '5']), response)
                && response.content.is_empty()
            {
                response.content.extend(parsed::<BTreeMap<_, _>>(problem_content()).into_iter().flatten());
            }
        }
        document
    }

    pub fn parameters<T: IntoParams>(&mut self, place: ParameterIn) {
        for parameter in T::into_params(|| Some(place.clone())) {
            self.parameter(parameter);
        }
    }

    pub fn parameter(&mut self, parameter: Parameter) {
        self.operation.parameters.get_or_insert_default().push(parameter.into());
    }

    pub fn header(&mut self, name: &str, required: bool, description: &str, example: Option<&str>) {
        let mut parameter = json!({
            "name": name, "in": "header", "required": required, "description": description, "schema": {"type": "string"},
        });
        if let (Some(example), Some(parameter)) = (example, parameter.as_object_mut()) {
            parameter.insert("example".into(), example.into());
        }
        self.operation.parameters.get_or_insert_default().extend(parsed::<RefOr<Parameter>>(parameter));
    }

    /// Adds the required scope of the token and the problems of missing access. `None` marks a public operation.
    pub fn scope(&mut self, scope: Option<Scope>) {
        let security = self.operation.security.get_or_insert_default();
        let Some(scope) = scope else {
            if security.is_empty() {
                security.push(SecurityRequirement::default());
            }
            return;
        };
        if scope.is_for_machines() {
            security.push(SecurityRequirement::new("oauth2", [scope.as_str()]));
        }
        if scope.is_for_people() {
            security.push(SecurityRequirement::new("session", [scope.as_str()]));
        }
        self.problems(&[ProblemKind::Unauthenticated, ProblemKind::Forbidden]);
    }

    pub fn body<T: ToSchema>(&mut self, media_type: &str) {
        let schema = self.schema::<T>();
        let body = json!({"required": true, "content": {media_type: {"schema": schema}}});
        self.operation.request_body = parsed(body);
        self.problems(&[ProblemKind::TooLarge]);
    }

    /// Adds a response with a schema for each media type, and with headers that the document defines.
    pub fn response(&mut self, status: StatusCode, description: &str, content: &[(&str, Value)], headers: &[&str]) {
        let content: serde_json::Map<String, Value> =
            content.iter().map(|(media_type, schema)| ((*media_type).to_owned(), json!({"schema": schema}))).collect();
        let headers: BTreeMap<&str, Value> = headers.iter().map(|name| (*name, header(name))).collect();
        let response = json!({"description": description, "content": content, "headers": headers});
        if let Some(response) = parsed::<Response>(response) {
            self.operation.responses.responses.insert(status.as_str().into(), RefOr::T(response));
        }
    }

    /// Adds a header to the documented successful responses.
    pub fn response_header(&mut self, name: &str) {
        for (status, response) in &mut self.operation.responses.responses {
            if let (true, RefOr::T(response), Some(header)) = (status.starts_with('2'), response, parsed(header(name)))
            {
                response.headers.insert(name.into(), header);
            }
        }
    }

    /// Copies the documentation of a response to another status.
    pub fn move_response(&mut self, from: StatusCode, to: StatusCode) {
        if let Some(response) = self.operation.responses.responses.remove(from.as_str()) {
            self.operation.responses.responses.insert(to.as_str().into(), response);
        }
    }

    /// Adds the problems that the operation may return, except for statuses that already have documentation.
    pub fn problems(&mut self, kinds: &[ProblemKind]) {
        for kind in kinds {
            let status = kind.status().as_str().to_owned();
            self.operation.responses.responses.entry(status).or_insert_with(|| problem(*kind));
        }
    }

    /// Adds the schema of a type to the document and returns a reference to the schema.
    pub fn schema<T: ToSchema>(&mut self) -> Value {
        let name = T::name().into_owned();
        if let (RefOr::T(Schema::Object(object)), true) = (T::schema(), name == "String") {
            return serde_json::to_value(object).unwrap_or_default();
        }
        T::schemas(&mut self.schemas);
        self.schemas.push((name.clone(), T::schema()));
        serde_json::to_value(Ref::from_schema_name(name)).unwrap_or_default()
    }
}

/// The first sentence of a type's schema description.
pub fn description_of<T: ToSchema>() -> String {
    let schema = serde_json::to_value(T::schema()).unwrap_or_default();
    let text = schema.get("description").and_then(Value::as_str).unwrap_or("The answer.");
    text.split_inclusive(". ").next().unwrap_or(text).trim_end().trim_end_matches('.').to_owned()
}

/// A reference to a header that the document defines.
fn header(name: &str) -> Value {
    json!({"$ref": format!("#/components/headers/{name}")})
}

fn problem(kind: ProblemKind) -> RefOr<Response> {
    let headers: &[&str] = match kind {
        ProblemKind::Unauthenticated | ProblemKind::InvalidCredentials => &["WWW-Authenticate"],
        ProblemKind::Unavailable | ProblemKind::TooManyRequests => &["Retry-After"],
        _ => &[],
    };
    let headers: BTreeMap<&str, Value> = headers.iter().map(|name| (*name, header(name))).collect();
    let response = json!({
        "description": format!("{} (`/problems/{}`)", kind.title(), kind.word()),
        "headers": headers,
        "content": problem_content(),
    });
    RefOr::T(parsed(response).unwrap_or_default())
}

fn problem_content() -> Value {
    json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}})
}

/// Parses a part of the document from JSON that this file writes or that schemas produce.
fn parsed<T: serde::de::DeserializeOwned>(value: Value) -> Option<T> {
    serde_json::from_value(value).ok()
}
