//! Examples for the OpenAPI document, from a real catalog.

use peerpath_domain::catalog::kind::Kind;
use serde_json::Value;

use super::credentials::{self, CredentialParameters};
use super::{list, resources, summary};
use crate::service::snapshot::{Coding, Snapshot, path_of};
use crate::web::query::QueryReader;

/// The answer to a `GET` of the path, with the examples of its path parameters. Lists have one item.
pub fn example(snapshot: &Snapshot, path: &str, parameters: &[Value]) -> Option<Value> {
    let mut filled = path.to_owned();
    for parameter in parameters.iter().filter(|parameter| parameter["in"] == "path") {
        let value = match &parameter["example"] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        filled = filled.replace(&format!("{{{}}}", parameter["name"].as_str()?), &value);
    }
    let none = QueryReader::new("");
    let answer = match path {
        "/v1/catalog" => summary::summary(snapshot, none),
        credentials::PATH => {
            let query = QueryReader::new("jurisdiction=US-TX&specialty=mental_health");
            list::page::<CredentialParameters>(snapshot, Kind::Credential, path, query)
        }
        "/v1/credentials/{id}/revisions" => credentials::revisions(snapshot, "us-tx-mhps", none),
        "/v1/credentials/{id}/revisions/{number}" => list::item(snapshot, Kind::Credential, "us-tx-mhps", none),
        _ => {
            if let Some((_, kind, page)) = resources::LISTS.iter().find(|(list, ..)| *list == path) {
                page(snapshot, *kind, path, QueryReader::new("limit=1"))
            } else {
                let (kind, id) = snapshot.kinds().find_map(|kind| {
                    let mut items = snapshot.collection(kind).items().iter();
                    let found = items.find(|item| path_of(kind, &item.id).as_ref() == Some(&filled))?;
                    Some((kind, &found.id))
                })?;
                list::item(snapshot, kind, id, none)
            }
        }
    };
    serde_json::from_slice(&answer.ok()?.bytes(Coding::Identity)).ok()
}

/// The names of the fields of the items at a path.
pub fn field_names(snapshot: &Snapshot, path: &str) -> Vec<String> {
    let items = snapshot.kinds().filter_map(|kind| Some((kind, snapshot.collection(kind).items().first()?)));
    let collection = path.split('/').nth(2);
    let mut of_path =
        items.filter(|(kind, item)| path_of(*kind, &item.id).is_some_and(|path| path.split('/').nth(2) == collection));
    of_path.next().into_iter().flat_map(|(_, item)| item.field_names()).map(Into::into).collect()
}
