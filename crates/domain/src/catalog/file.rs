//! Reads and checks the catalog's files, and locates every violation.

use std::collections::HashSet;
use std::fmt;

use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use super::index::Catalog;
use super::record::Record;
use super::schema::file_schema;

/// A file of the catalog.
#[derive(Debug, Clone)]
pub struct FileText {
    /// Path below the catalog's folder, with slashes, such as `jurisdictions/us-tx.json`.
    pub name: String,
    /// Contents.
    pub text: String,
}

/// A rule that a file violates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileViolation {
    /// Name of the file.
    pub file: String,
    /// JSON Pointer within the file.
    pub pointer: String,
    /// What is wrong.
    pub detail: String,
}

impl fmt::Display for FileViolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}#{}: {}", self.file, self.pointer, self.detail)
    }
}

/// A catalog without violations.
#[derive(Debug)]
pub struct Reading {
    /// Its records. The ids of sources include the name of their file.
    pub records: Vec<Record>,
    /// The catalog of these records.
    pub catalog: Catalog,
    /// Sources that no fact cites.
    pub warnings: Vec<FileViolation>,
}

/// The place of a record.
struct Place<'a> {
    file: &'a str,
    pointer: String,
}

impl Place<'_> {
    fn violation(&self, pointer: &str, detail: String) -> FileViolation {
        FileViolation { file: self.file.into(), pointer: format!("{}{pointer}", self.pointer), detail }
    }
}

/// Reads files, and checks all of them together.
///
/// # Errors
/// All violations in all files: invalid JSON, violations of the schema, dangling references, duplicate ids, cycles, implausible
/// numbers.
pub fn read(files: &[FileText]) -> Result<Reading, Vec<FileViolation>> {
    let validator = file_schema().ok().and_then(|schema| jsonschema::draft202012::new(&schema).ok());
    let Some(validator) = validator else {
        return Err(vec![FileViolation {
            file: String::new(),
            pointer: String::new(),
            detail: "the schema cannot be built".into(),
        }]);
    };
    let mut violations = Vec::new();
    let (mut records, mut places) = (Vec::new(), Vec::new());
    let mut unread = HashSet::new();
    let mut qualifiers = HashSet::new();
    for file in files {
        let whole = Place { file: &file.name, pointer: String::new() };
        let qualifier = qualifier(&file.name);
        if !qualifiers.insert(qualifier) {
            violations.push(whole.violation(
                "",
                format!("another file has the name {qualifier}, which is part of the ids of its sources"),
            ));
        }
        let mut value: Value = match serde_json::from_str(&file.text) {
            Ok(value) => value,
            Err(error) => {
                violations.push(whole.violation("", format!("is not JSON: {error}")));
                continue;
            }
        };
        let found = schema_violations(&validator, &value);
        if !found.is_empty() {
            collect_ids(&value, &mut unread);
            violations.extend(found.into_iter().map(|(pointer, detail)| whole.violation(&pointer, detail)));
            continue;
        }
        qualify(&mut value, qualifier);
        for &kind in Record::KINDS {
            let Some(list) = value.get_mut(kind.plural()).and_then(Value::as_array_mut) else { continue };
            for (index, body) in list.iter_mut().enumerate() {
                let place = Place { file: &file.name, pointer: format!("/{}/{index}", kind.plural()) };
                let body = body.take();
                let id = body.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
                match Record::from_body(kind, body) {
                    Ok(record) => {
                        violations.extend(misplaced(&place, qualifier, &record));
                        records.push(record);
                        places.push(place);
                    }
                    Err(error) => {
                        violations.push(place.violation(&pointer_of(&error.path), error.detail));
                        unread.insert(id);
                    }
                }
            }
        }
    }

    let catalog = match Catalog::build(records.clone()) {
        Ok(catalog) if violations.is_empty() => catalog,
        Ok(_) => return Err(violations),
        Err(found) => {
            violations.extend(found.into_iter().filter_map(|violation| {
                // The missing id may be defined in a file or record that could not be read.
                let hidden =
                    violation.missing.is_some_and(|id| unread.contains(id.rsplit('/').next().unwrap_or_default()));
                let place = places.get(violation.record).filter(|_| !hidden)?;
                Some(place.violation(&violation.pointer, violation.detail))
            }));
            return Err(violations);
        }
    };
    let unplanned: Vec<FileViolation> =
        records.iter().zip(&places).flat_map(|(record, place)| unplanned(&catalog, record, place)).collect();
    if !unplanned.is_empty() {
        return Err(unplanned);
    }
    let unused = |(record, place): (&Record, &Place<'_>)| match record {
        Record::Source(source) if catalog.citations(&source.id).is_empty() => {
            Some(place.violation("", format!("no fact cites source {}", source.id)))
        }
        _ => None,
    };
    let warnings = records.iter().zip(&places).filter_map(unused).collect();
    Ok(Reading { records, catalog, warnings })
}

/// The name of a file without its folder and ending: `us-tx`.
fn qualifier(name: &str) -> &str {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.strip_suffix(".json").unwrap_or(name)
}

/// Prefixes the id of every source, and every mention of one, with the name of the file.
fn qualify(value: &mut Value, file: &str) {
    let prefix = |id: &mut Value| {
        if let Value::String(id) = id {
            *id = format!("{file}/{id}");
        }
    };
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match (key.as_str(), value) {
                    ("source", id @ Value::String(_)) => prefix(id),
                    ("source_ids", Value::Array(ids)) => ids.iter_mut().for_each(prefix),
                    ("sources", Value::Array(sources)) => {
                        sources.iter_mut().filter_map(|source| source.get_mut("id")).for_each(prefix);
                    }
                    (_, other) => qualify(other, file),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| qualify(item, file)),
        _ => {}
    }
}

/// Requires a jurisdiction and its credentials to be in the file of the jurisdiction's name.
fn misplaced(place: &Place<'_>, file: &str, record: &Record) -> Option<FileViolation> {
    let home = match record {
        Record::Jurisdiction(jurisdiction) => jurisdiction.code.to_string().to_lowercase(),
        Record::Credential(credential) => credential.jurisdiction.as_ref()?.to_string().to_lowercase(),
        _ => return None,
    };
    (home != file).then(|| place.violation("", format!("belongs in {home}.json")))
}

/// Requires a step of the pathway for every kind of requirement: without one, plans would put it into the application and
/// count no time for it.
fn unplanned(catalog: &Catalog, record: &Record, place: &Place<'_>) -> Vec<FileViolation> {
    let Record::Credential(credential) = record else { return Vec::new() };
    let satisfied = |kind| catalog.steps.is_empty() || catalog.steps.iter().any(|step| step.satisfies.contains(&kind));
    let mut violations = Vec::new();
    for (route_place, route) in credential.routes.iter().enumerate() {
        for (requirement_place, requirement) in route.requirements.iter().enumerate() {
            if !satisfied(requirement.condition.kind()) {
                let pointer = format!("/routes/{route_place}/requirements/{requirement_place}/condition/kind");
                violations.push(place.violation(&pointer, "is a kind that no step satisfies".into()));
            }
        }
    }
    violations
}

/// Converts a path of serde to a JSON Pointer.
fn pointer_of(path: &str) -> String {
    if path == "." { String::new() } else { format!("/{}", path.replace('[', "/").replace(']', "").replace('.', "/")) }
}

fn collect_ids(value: &Value, ids: &mut HashSet<String>) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match value {
                    Value::String(id) if key == "id" || key == "code" => {
                        ids.insert(id.clone());
                    }
                    other => collect_ids(other, ids),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| collect_ids(item, ids)),
        _ => {}
    }
}

/// Violations of the schema: pointer and detail.
fn schema_violations(validator: &Validator, value: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for error in validator.iter_errors(value) {
        explain(&error, &mut found);
    }
    found
}

/// Finds the alternative that was meant, to report its own violations.
fn explain(error: &ValidationError<'_>, found: &mut Vec<(String, String)>) {
    let here = error.instance_path().to_string();
    let (ValidationErrorKind::OneOfNotValid { context } | ValidationErrorKind::AnyOf { context }) = error.kind() else {
        let text = error.to_string();
        found.push((here, shortened(&text)));
        return;
    };
    let discriminator = format!("{here}/kind");
    let rules_out = |violation: &ValidationError<'_>| {
        let at = violation.instance_path().to_string();
        (at == here && matches!(violation.kind(), ValidationErrorKind::Type { .. })) || at == discriminator
    };
    let mut meant = context.iter().filter(|violations| !violations.iter().any(rules_out));
    match (meant.next(), meant.next()) {
        (Some(violations), None) => violations.iter().for_each(|violation| explain(violation, found)),
        (None, _) if error.instance().get("kind").is_some() => {
            found.push((discriminator, "is not a known kind".into()));
        }
        _ => found.push((here, "has none of the allowed forms".into())),
    }
}

fn shortened(text: &str) -> String {
    const LONGEST: usize = 240;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or(text)),
        None => text.into(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn texas() -> Value {
        json!({
            "sources": [{"id": "a", "title": "A", "publisher": "B", "url": null, "tier": "official", "published": null}],
            "jurisdictions": [{"code": "US-TX", "name": "Texas", "program_status": {"value": "established", "source": "a"}}],
            "credentials": [{
                "id": "us-tx-a", "jurisdiction": "US-TX", "title": "Title", "acronym": null, "status": "active",
                "specialties": ["mental_health"], "certifying_body": {"name": "B", "kind": "other", "url": null},
                "routes": [{"id": "standard", "name": "Standard", "completeness": "partial", "requirements": [
                    {"id": "training", "condition": {"kind": "training", "hours": 40}, "source": "a"},
                    {"id": "ethics", "condition": {"kind": "code_of_ethics"}, "source": "a"},
                ]}],
                "fees": [], "renewal": null, "reciprocity": null, "source_ids": ["a"],
            }],
        })
    }

    fn read_one(name: &str, value: &Value) -> Result<Reading, Vec<String>> {
        let files = [FileText { name: name.into(), text: value.to_string() }];
        read(&files).map_err(|violations| violations.iter().map(ToString::to_string).collect())
    }

    fn violations_after(change: impl FnOnce(&mut Value)) -> Vec<String> {
        let mut value = texas();
        change(&mut value);
        read_one("jurisdictions/us-tx.json", &value).unwrap_err()
    }

    #[test]
    fn sources_are_qualified_by_their_file() {
        let reading = read_one("jurisdictions/us-tx.json", &texas()).unwrap();
        assert!(reading.records.iter().any(|record| record.id() == "us-tx/a"));
        assert_eq!(reading.warnings, []);
    }

    #[test]
    fn every_violation_has_its_file_and_pointer() {
        let violations = violations_after(|value| {
            let requirements = &mut value["credentials"][0]["routes"][0]["requirements"];
            requirements[0]["condition"]["hourz"] = json!(3);
            requirements[0]["condition"]["hours"] = json!("many");
            requirements[1]["condition"]["kind"] = json!("magic");
            value["credentials"][0]["colour"] = json!("blue");
            value["jurisdictions"][0]["program_status"]["value"] = json!("odd");
        });
        for expected in [
            "jurisdictions/us-tx.json#/credentials/0/routes/0/requirements/0/condition/hours: ",
            "jurisdictions/us-tx.json#/credentials/0/routes/0/requirements/0/condition: Additional properties are not allowed ('hourz'",
            "jurisdictions/us-tx.json#/credentials/0/routes/0/requirements/1/condition/kind: ",
            "jurisdictions/us-tx.json#/credentials/0: Additional properties are not allowed ('colour'",
            "jurisdictions/us-tx.json#/jurisdictions/0/program_status/value: ",
        ] {
            assert!(
                violations.iter().any(|violation| violation.starts_with(expected)),
                "{expected} not in {violations:#?}"
            );
        }
        assert_eq!(violations.len(), 5, "{violations:#?}");
    }

    #[test]
    fn violations_between_records_are_located_in_their_file() {
        let violations =
            violations_after(|value| value["credentials"][0]["routes"][0]["requirements"][1]["source"] = json!("b"));
        assert!(violations.iter().any(|violation| violation == "jurisdictions/us-tx.json#/credentials/0/routes/0/requirements/1/source: source us-tx/b does not exist"), "{violations:#?}");
    }

    #[test]
    fn a_required_field_cannot_be_left_out() {
        let violations = violations_after(|value| {
            value["credentials"][0].as_object_mut().unwrap().remove("renewal");
        });
        assert_eq!(violations.len(), 1, "{violations:#?}");
        assert!(violations[0].contains("\"renewal\" is a required property"), "{violations:#?}");
    }

    #[test]
    fn a_kind_of_requirement_that_no_step_satisfies_is_a_violation() {
        let with_step = |satisfies: Value| {
            let mut value = texas();
            value["steps"] = json!([{
                "id": "a", "order": 1, "phase": "train", "title": "T", "summary": "S", "tasks": [], "depends_on": [],
                "satisfies": satisfies, "competency_categories": [], "source_ids": ["a"],
            }]);
            read_one("jurisdictions/us-tx.json", &value)
        };
        assert!(with_step(json!(["training", "code_of_ethics"])).is_ok());
        assert_eq!(
            with_step(json!(["training"])).unwrap_err(),
            [
                "jurisdictions/us-tx.json#/credentials/0/routes/0/requirements/1/condition/kind: is a kind that no step satisfies",
            ]
        );
    }

    #[test]
    fn a_credential_must_be_in_the_file_of_its_jurisdiction() {
        let violations = read_one("jurisdictions/us-wa.json", &texas()).unwrap_err();
        assert_eq!(
            violations.iter().filter(|violation| violation.ends_with("belongs in us-tx.json")).count(),
            2,
            "{violations:#?}"
        );
    }

    #[test]
    fn invalid_json_is_a_violation_and_an_unused_source_a_warning() {
        let files = [FileText { name: "faqs.json".into(), text: "{".into() }];
        assert!(read(&files).unwrap_err()[0].to_string().starts_with("faqs.json#: is not JSON: "));
        let mut value = texas();
        let mut unused = value["sources"][0].clone();
        unused["id"] = json!("b");
        value["sources"].as_array_mut().unwrap().push(unused);
        let reading = read_one("jurisdictions/us-tx.json", &value).unwrap();
        assert_eq!(
            reading.warnings[0].to_string(),
            "jurisdictions/us-tx.json#/sources/1: no fact cites source us-tx/b"
        );
    }
}
