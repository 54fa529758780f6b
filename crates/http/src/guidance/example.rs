//! Examples for the OpenAPI document, from a real catalog.

use serde_json::Value;

use super::{comparison, postings, statistics};
use crate::service::snapshot::{Coding, Snapshot};
use crate::web::negotiation::JSON;
use crate::web::query::QueryReader;

/// The answer to a `GET` of the path, with the required parameters as in their examples.
pub fn example(snapshot: &Snapshot, path: &str, parameters: &[Value]) -> Option<Value> {
    let (query, json) = (QueryReader::new(&required(parameters)), JSON.first()?);
    let body = match path {
        "/v1/comparison" => comparison::body(snapshot, query, json),
        "/v1/statistics" => statistics::body(snapshot, QueryReader::new("jurisdiction=US-TX"), json),
        "/v1/posting-requirements" => postings::body(snapshot, query, json),
        _ => return None,
    };
    serde_json::from_slice(&body.ok()?.bytes(Coding::Identity)).ok()
}

/// A query of the required parameters, each with its example; a repeated parameter with each of its examples.
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
