//! The JSON Schema of the catalog's files, generated from the record types.

use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::record::CatalogFile;
use crate::identifier::SourceId;

const COMPONENTS: &str = "#/components/schemas/";

/// The JSON Schema (2020-12) of a file of the catalog.
///
/// # Errors
/// None in practice: every schema has a JSON form.
pub fn file_schema() -> Result<Value, serde_json::Error> {
    let mut parts: Vec<(String, RefOr<Schema>)> = Vec::new();
    CatalogFile::schemas(&mut parts);
    parts.sort_by(|(a, _), (b, _)| a.cmp(b));
    parts.dedup_by(|(a, _), (b, _)| a == b);
    let mut definitions = Map::new();
    for (name, schema) in parts {
        definitions.insert(name, serde_json::to_value(schema)?);
    }
    // In a file, a source is named by its id there; the service qualifies it by the file.
    if let Some(id) = definitions.get_mut(&*SourceId::name()) {
        *id = json!({"type": "string", "description": "The id of a source of this file.", "pattern": "^[a-z0-9][a-z0-9-]*$"});
    }
    let mut root = serde_json::to_value(CatalogFile::schema())?;
    if let Some(root) = root.as_object_mut() {
        root.insert("$defs".into(), Value::Object(definitions));
    }
    point_into_definitions(&mut root);
    let mut schema =
        json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A file of the PeerPath catalog"});
    if let (Some(schema), Value::Object(root)) = (schema.as_object_mut(), root) {
        schema.extend(root);
    }
    Ok(schema)
}

fn point_into_definitions(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    Value::String(reference) if key == "$ref" => {
                        if let Some(name) = reference.strip_prefix(COMPONENTS) {
                            *reference = format!("#/$defs/{name}");
                        }
                    }
                    other => point_into_definitions(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(point_into_definitions),
        _ => {}
    }
}
