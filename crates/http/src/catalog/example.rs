//! Examples for the OpenAPI document, from a real catalog.

use peerpath_domain::catalog::kind::Kind;
use serde_json::{Value, json};

use super::list::{self, Select};
use super::{credentials, resources, summary};
use crate::query::{QueryReader, date};
use crate::snapshot::{Coding, Prepared, Snapshot, path_of};

/// What a `GET` of the path answers, with its path parameters as their examples have them. A list is cut to one item.
#[must_use]
pub fn example(snapshot: &Snapshot, path: &str, parameters: &[Value]) -> Option<Value> {
    let mut filled = path.to_owned();
    for parameter in parameters.iter().filter(|parameter| parameter["in"] == "path") {
        let value = match &parameter["example"] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        filled = filled.replace(&format!("{{{}}}", parameter["name"].as_str()?), &value);
    }
    let answer = match path {
        "/v1/catalog" => summary::summary(snapshot, QueryReader::new("")).ok()?,
        "/v1/credentials" => page(snapshot, path, "jurisdiction=US-TX&specialty=mental_health", credentials::select)?,
        "/v1/credentials/{id}/revisions" => {
            let revisions = snapshot.revisions.get("us-tx-mhps")?;
            let meta = json!({"total": revisions.len(), "catalog_version": snapshot.version.id});
            return Some(json!({"items": revisions, "next_cursor": null, "meta": meta}));
        }
        "/v1/credentials/{id}/revisions/{number}" => item(snapshot, Kind::Credential, "us-tx-mhps")?,
        _ => match resources::LISTS.iter().find(|(list, _)| *list == path) {
            Some((_, select)) => page(snapshot, path, "limit=1", *select)?,
            None => snapshot.kinds().find_map(|kind| {
                let found = snapshot
                    .shelf(kind)
                    .items()
                    .iter()
                    .find(|item| path_of(kind, &item.id).as_ref() == Some(&filled))?;
                item(snapshot, kind, &found.id)
            })?,
        },
    };
    serde_json::from_slice(&answer.bytes(Coding::Identity)).ok()
}

/// The names of the fields that the items at a path have.
#[must_use]
pub fn field_names(snapshot: &Snapshot, path: &str) -> Vec<String> {
    let items = snapshot.kinds().filter_map(|kind| snapshot.shelf(kind).items().first().map(|item| (kind, item)));
    let collection = path.split('/').nth(2);
    let mut of_path =
        items.filter(|(kind, item)| path_of(*kind, &item.id).is_some_and(|path| path.split('/').nth(2) == collection));
    of_path.next().into_iter().flat_map(|(_, item)| item.field_names()).map(Into::into).collect()
}

fn item(snapshot: &Snapshot, kind: Kind, id: &str) -> Option<Prepared> {
    list::item(snapshot.shelf(kind).get(id), "example", QueryReader::new("")).ok()
}

fn page(snapshot: &Snapshot, path: &str, query: &str, select: Select) -> Option<Prepared> {
    let mut reader = QueryReader::new(query);
    reader.one("as_of", date);
    list::page(snapshot, path, reader, select).ok()
}
