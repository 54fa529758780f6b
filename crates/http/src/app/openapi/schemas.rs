//! Rules for the schemas of all answers.

#![expect(
    clippy::indexing_slicing,
    reason = "a JSON value is null where it lacks a field, and this runs on the command line only"
)]

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// Schemas of answers with fields that may be absent.
const SPARSE: [&str; 2] = ["InputFault", "Introspection"];

/// Completes the schemas of answers: every field is present (null when unknown), and `v1` may gain fields.
pub fn complete(document: &mut Value) {
    let mut requested = BTreeSet::new();
    let bodies: Vec<Value> = document["paths"]
        .as_object()
        .into_iter()
        .flat_map(Map::values)
        .filter_map(Value::as_object)
        .flat_map(Map::values)
        .map(|operation| operation["requestBody"].clone())
        .collect();
    for body in &bodies {
        collect_references(body, document, &mut requested);
    }
    let Some(schemas) = document["components"]["schemas"].as_object_mut() else { return };
    for (name, schema) in schemas.iter_mut() {
        if !requested.contains(name) && !SPARSE.contains(&name.as_str()) {
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

/// Merges an item into one object: the fields of its record, and the added ones. None is required, because `fields` may
/// select fewer.
fn whole_item(item: &Value, schemas: &Map<String, Value>) -> Value {
    let mut properties = Map::new();
    for part in item["allOf"].as_array().into_iter().flatten() {
        let name = part["$ref"].as_str().and_then(|reference| reference.rsplit('/').next());
        let part = name.and_then(|name| schemas.get(name)).unwrap_or(part);
        properties.extend(part["properties"].as_object().cloned().unwrap_or_default());
    }
    let description = format!(
        "{} Every field is present, unless `fields` selects fewer.",
        item["description"].as_str().unwrap_or_default()
    );
    json!({"type": "object", "description": description, "properties": properties})
}

/// Removes schemas that no operation refers to.
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
