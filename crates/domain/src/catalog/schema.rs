//! The JSON Schema of the catalog's files, generated from the record types.

use serde_json::{Map, Value, json};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::identifier::SourceId;
use super::record::CatalogFile;

const COMPONENTS: &str = "#/components/schemas/";

/// The JSON Schema (2020-12) of a file of the catalog.
///
/// # Errors
/// Never, because every schema has a JSON form.
pub fn file_schema() -> Result<Value, serde_json::Error> {
    let mut parts: Vec<(String, RefOr<Schema>)> = Vec::new();
    CatalogFile::schemas(&mut parts);
    parts.sort_by(|(a, _), (b, _)| a.cmp(b));
    parts.dedup_by(|(a, _), (b, _)| a == b);
    let mut definitions = Map::new();
    for (name, schema) in parts {
        definitions.insert(name, serde_json::to_value(schema)?);
    }
    name_variants(&mut definitions);
    // In a file, the id of a source lacks the name of the file.
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

/// Names the schema of each variant of enums with a `kind`, such as `TrainingCondition`, and adds a discriminator: generated
/// clients need names for the types that they decode.
pub fn name_variants(schemas: &mut Map<String, Value>) {
    let mut named = Map::new();
    for (name, schema) in schemas.iter_mut() {
        let Some(variants) = schema.get_mut("oneOf").and_then(Value::as_array_mut) else { continue };
        let words: Option<Vec<String>> = variants.iter().map(kind_of_variant).collect();
        let Some(words) = words else { continue };
        let mut mapping = Map::new();
        for (variant, word) in variants.iter_mut().zip(words) {
            let reference = format!("{COMPONENTS}{}{name}", capitalized(&word));
            let mut object = std::mem::replace(variant, json!({"$ref": reference}));
            if let Some(object) = object.as_object_mut() {
                object.insert("additionalProperties".into(), false.into());
            }
            if let Some(kind) = object.pointer_mut("/properties/kind").and_then(Value::as_object_mut) {
                kind.insert("description".into(), format!("Always `{word}`.").into());
            }
            named.insert(format!("{}{name}", capitalized(&word)), object);
            mapping.insert(word, reference.into());
        }
        if let Some(schema) = schema.as_object_mut() {
            schema.insert("discriminator".into(), json!({"propertyName": "kind", "mapping": mapping}));
        }
    }
    schemas.extend(named);
}

/// The `kind` of a variant; `None` for other schemas.
fn kind_of_variant(schema: &Value) -> Option<String> {
    match schema.pointer("/properties/kind/enum")?.as_array()?.as_slice() {
        [word] => word.as_str().map(Into::into),
        _ => None,
    }
}

/// `training_hours` as `TrainingHours`.
fn capitalized(word: &str) -> String {
    let parts = word.split('_').filter_map(|part| part.split_at_checked(1));
    parts.flat_map(|(first, rest)| [first.to_uppercase(), rest.into()]).collect()
}

fn point_into_definitions(value: &mut Value) {
    match value {
        Value::String(reference) => {
            if let Some(name) = reference.strip_prefix(COMPONENTS) {
                *reference = format!("#/$defs/{name}");
            }
        }
        Value::Object(object) => object.values_mut().for_each(point_into_definitions),
        Value::Array(items) => items.iter_mut().for_each(point_into_definitions),
        _ => {}
    }
}
