//! Examples for the OpenAPI document, from a real catalog.

use serde_json::Value;

use super::{comparison, postings, statistics};
use crate::query::QueryReader;
use crate::snapshot::{Coding, Snapshot};

/// What a `GET` of the path answers, with its required parameters as their examples have them.
#[must_use]
pub fn example(snapshot: &Snapshot, path: &str, parameters: &[Value]) -> Option<Value> {
    let query = QueryReader::new(&required(parameters));
    let answer = match path {
        "/v1/comparison" => comparison::read(snapshot, query).ok()?,
        "/v1/statistics" => statistics::example(snapshot)?,
        "/v1/posting-requirements" => postings::requirements(snapshot, query).ok()?,
        _ => return None,
    };
    serde_json::from_slice(&answer.bytes(Coding::Identity)).ok()
}

/// A query of the required parameters, each with its example or, where it may be repeated, each of its examples.
fn required(parameters: &[Value]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for parameter in parameters.iter().filter(|parameter| parameter["in"] == "query" && parameter["required"] == true) {
        let name = parameter["name"].as_str().unwrap_or_default();
        let example = &parameter["example"];
        let several = example.as_array().map_or(std::slice::from_ref(example), Vec::as_slice);
        for value in several {
            query.append_pair(name, &value.as_str().map_or_else(|| value.to_string(), Into::into));
        }
    }
    query.finish()
}
