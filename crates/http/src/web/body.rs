//! Request bodies: JSON, checked as a whole. All errors are reported at once.

use std::fmt;

use actix_web::dev::Payload;
use actix_web::http::{Method, header};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::error::Category;
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, Schema};

use super::document::OperationDocument;
use super::idempotency::IdempotencyKey;
use super::input::Input;
use super::problem::{InputFault, Problem, ProblemKind};
use super::query::QueryReader;

/// Maximum number of reported errors.
const MOST_FAULTS: usize = 20;

/// The errors in a body.
#[derive(Debug, Default)]
pub struct Faults(Vec<InputFault>);

impl Faults {
    /// Notes an error at a JSON Pointer.
    pub fn note(&mut self, pointer: &str, detail: impl fmt::Display) {
        if self.0.len() < MOST_FAULTS {
            self.0.push(InputFault { parameter: None, pointer: Some(pointer.into()), detail: detail.to_string() });
        }
    }

    /// Returns the value of `read`, or notes its error.
    pub fn take<T, E: fmt::Display>(&mut self, pointer: &str, read: Result<T, E>) -> Option<T> {
        read.map_err(|error| self.note(pointer, error)).ok()
    }

    pub fn into_problem(self) -> Problem {
        Problem::invalid(self.0)
    }
}

/// A body as the caller sends it.
pub trait Draft: DeserializeOwned + ToSchema + 'static {
    /// The valid body, in types of the domain.
    type Checked: 'static;

    /// Checks the body, and notes every error.
    fn check(self, faults: &mut Faults) -> Option<Self::Checked>;
}

/// A body that needs no validation after parsing, or that only the catalog of a given day can validate.
pub trait Plain: DeserializeOwned + ToSchema + 'static {}

impl<T: Plain> Draft for T {
    type Checked = Self;

    fn check(self, _: &mut Faults) -> Option<Self> {
        Some(self)
    }
}

/// A valid JSON body.
#[derive(Debug)]
pub struct Body<T: Draft>(pub T::Checked);

impl<T: Draft> Input for Body<T> {
    type Query = ();

    fn query(_: &mut QueryReader) {}

    async fn read(request: &HttpRequest, (): (), payload: &mut Payload) -> Result<Self, Problem> {
        let body = body(request, payload).await?;
        checked::<T>(&body).map(Self)
    }

    fn document(operation: &mut OperationDocument) {
        operation.body::<T>("application/json");
        operation.problems(&[ProblemKind::Malformed, ProblemKind::UnsupportedMediaType, ProblemKind::Invalid]);
    }
}

/// A JSON body that creates something, and its idempotency key.
#[derive(Debug)]
pub struct Creation<T: Draft> {
    pub draft: T::Checked,
    pub key: Option<IdempotencyKey>,
}

impl<T: Draft> Input for Creation<T> {
    type Query = ();

    fn query(_: &mut QueryReader) {}

    async fn read(request: &HttpRequest, (): (), payload: &mut Payload) -> Result<Self, Problem> {
        let body = body(request, payload).await?;
        let draft = checked::<T>(&body)?;
        Ok(Self { draft, key: IdempotencyKey::of(request, &body)? })
    }

    fn document(operation: &mut OperationDocument) {
        Body::<T>::document(operation);
        IdempotencyKey::document(operation);
    }
}

async fn body(request: &HttpRequest, payload: &mut Payload) -> Result<Bytes, Problem> {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    let merge = request.method() == Method::PATCH && essence.eq_ignore_ascii_case("application/merge-patch+json");
    if !essence.eq_ignore_ascii_case("application/json") && !merge {
        let problem = Problem::new(ProblemKind::UnsupportedMediaType, "The body must be application/json");
        return Err(problem);
    }
    let body = Bytes::from_request(request, payload).await;
    body.map_err(|error| Problem::of_status(error.as_response_error().status_code()))
}

fn checked<T: Draft>(body: &[u8]) -> Result<T::Checked, Problem> {
    let draft: T = serde_json::from_slice(body).map_err(|error| explain::<T>(body, &error))?;
    // Derived deserializers accept a list in place of an object.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(Problem::invalid_at("", "must be an object"));
    }
    let mut faults = Faults::default();
    match draft.check(&mut faults) {
        Some(checked) if faults.0.is_empty() => Ok(checked),
        _ => Err(faults.into_problem()),
    }
}

/// Why a body cannot be read: its syntax, or every violation of its schema.
///
/// The explanation does not repeat values: they may be secrets.
fn explain<T: ToSchema>(body: &[u8], error: &serde_json::Error) -> Problem {
    let value: Value = match serde_json::from_slice(body) {
        Ok(value) => value,
        Err(error) => {
            let what = if error.classify() == Category::Eof {
                "ends too early"
            } else {
                "is not JSON that the service can read"
            };
            let detail = format!("The body {what}: line {}, column {}", error.line(), error.column());
            return Problem::new(ProblemKind::Malformed, detail);
        }
    };
    let mut faults = Faults::default();
    if let Some(validator) = validator::<T>() {
        for error in validator.iter_errors(&value) {
            faults.note(error.instance_path().as_str(), error.masked());
        }
    }
    if faults.0.is_empty() {
        // A schema cannot express everything, such as a duplicate name.
        let detail = format!("does not match the schema, at line {}, column {}", error.line(), error.column());
        faults.note("", detail);
    }
    faults.into_problem()
}

fn validator<T: ToSchema>() -> Option<jsonschema::Validator> {
    let mut parts: Vec<(String, RefOr<Schema>)> = Vec::new();
    T::schemas(&mut parts);
    let schemas: serde_json::Map<String, Value> =
        parts.into_iter().filter_map(|(name, schema)| Some((name, serde_json::to_value(schema).ok()?))).collect();
    let mut root = serde_json::to_value(T::schema()).ok()?;
    root.as_object_mut()?.insert("components".into(), json!({"schemas": schemas}));
    look_past_null(&mut root);
    jsonschema::draft202012::options().should_validate_formats(true).build(&root).ok()
}

/// For a nullable schema, reports the violations of the schema itself, instead of "neither a value nor null".
fn look_past_null(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            let null = json!({"type": "null"});
            let alternatives =
                object.get("oneOf").and_then(Value::as_array).filter(|all| all.len() == 2 && all.contains(&null));
            let other = alternatives.and_then(|all| all.iter().find(|one| **one != null)).cloned();
            if let Some(other) = other {
                object.shift_remove("oneOf");
                object.insert("if".into(), null);
                object.insert("else".into(), other);
            }
            object.values_mut().for_each(look_past_null);
        }
        Value::Array(items) => items.iter_mut().for_each(look_past_null),
        _ => {}
    }
}

/// A change of a nullable field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Change<T> {
    /// The field is absent: keep the value.
    #[default]
    Keep,
    /// The field is null: remove the value.
    Take,
    /// Set this value.
    Set(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Take, Self::Set))
    }
}

impl<T> Change<T> {
    /// Converts the value to set.
    pub fn try_map<U, E>(self, make: impl FnOnce(T) -> Result<U, E>) -> Result<Change<U>, E> {
        Ok(match self {
            Self::Keep => Change::Keep,
            Self::Take => Change::Take,
            Self::Set(value) => Change::Set(make(value)?),
        })
    }

    /// The value after the change.
    pub fn applied_to(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Keep => before,
            Self::Take => None,
            Self::Set(value) => Some(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize, ToSchema)]
    #[serde(deny_unknown_fields)]
    struct Example {
        #[schema(min_length = 3)]
        name: String,
        count: u8,
    }

    impl Draft for Example {
        type Checked = (String, u8);

        fn check(self, faults: &mut Faults) -> Option<Self::Checked> {
            let even = if self.count.is_multiple_of(2) { Ok(self.count) } else { Err("is odd") };
            let count = faults.take("/count", even);
            Some((self.name, count?))
        }
    }

    fn faults_of(body: &str) -> Vec<(String, String)> {
        let problem = checked::<Example>(body.as_bytes()).unwrap_err();
        problem.errors().iter().map(|fault| (fault.pointer.clone().unwrap(), fault.detail.clone())).collect()
    }

    #[test]
    fn every_error_in_a_body_is_reported_with_its_place_and_without_its_value() {
        assert_eq!(checked::<Example>(br#"{"name":"Ada","count":2}"#).unwrap(), ("Ada".into(), 2));
        let faults = faults_of(r#"{"name":17,"count":"secret","magic":1}"#);
        let places: Vec<&str> = faults.iter().map(|(place, _)| place.as_str()).collect();
        assert!(places.contains(&"/name") && places.contains(&"/count") && places.contains(&""), "{faults:?}");
        assert!(!format!("{faults:?}").contains("secret"), "{faults:?}");
        assert_eq!(faults_of(r#"{"name":"Ada","count":3}"#), [("/count".into(), "is odd".into())]);
        assert_eq!(faults_of(r#"{"name":"Ada","count":2,"count":4}"#).len(), 1);
    }

    #[test]
    fn a_body_that_is_not_json_is_malformed() {
        let deep = "[".repeat(100_000);
        for body in ["", "{", "nonsense", "{\"name\":\"\u{1}\"}", &deep] {
            let problem = checked::<Example>(body.as_bytes()).unwrap_err();
            assert_eq!(problem.kind(), ProblemKind::Malformed, "{}", &body[..body.len().min(20)]);
        }
    }
}
