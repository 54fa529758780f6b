//! Revisions stored in an earlier form.
//!
//! Stored revisions are never rewritten, so all earlier forms must remain readable. Files of the catalog are validated against
//! the schema, which has today's form only.

use serde_json::{Map, Value};

use super::kind::Kind;

/// Converts a stored body to today's form.
pub(super) fn updated(kind: Kind, mut body: Value) -> Value {
    if kind == Kind::Credential {
        let routes = body.get_mut("routes").and_then(Value::as_array_mut).into_iter().flatten();
        let requirements = routes.filter_map(|route| route.get_mut("requirements")?.as_array_mut()).flatten();
        requirements.filter_map(Value::as_object_mut).for_each(nest_condition);
    }
    body
}

/// Requirements once had the fields of the condition next to their own.
fn nest_condition(requirement: &mut Map<String, Value>) {
    const OWN: [&str; 4] = ["id", "applies_to", "note", "source"];
    if requirement.contains_key("kind") && !requirement.contains_key("condition") {
        let (own, condition): (Map<_, _>, Map<_, _>) =
            std::mem::take(requirement).into_iter().partition(|(field, _)| OWN.contains(&field.as_str()));
        *requirement = own;
        requirement.insert("condition".into(), condition.into());
    }
}

#[cfg(test)]
mod tests {
    use super::super::record::Record;
    use super::*;

    #[test]
    fn a_credential_that_was_stored_with_flat_requirements_is_read_whole() {
        // The first revision of a credential of Maryland, as it was stored.
        let stored: Value = serde_json::from_str(include_str!("earlier.json")).unwrap();
        let read = Record::from_body(Kind::Credential, stored.clone()).unwrap().to_body().unwrap();
        assert_eq!(Record::from_body(Kind::Credential, read.clone()).unwrap().to_body().unwrap(), read);
        let requirements = |body: &Value| body["routes"][0]["requirements"].as_array().unwrap().clone();
        assert_eq!(requirements(&read).len(), requirements(&stored).len());
        for (requirement, stored) in requirements(&read).iter().zip(requirements(&stored)) {
            for (field, value) in stored.as_object().unwrap() {
                let own = ["id", "applies_to", "note", "source"].contains(&field.as_str());
                assert_eq!(if own { requirement } else { &requirement["condition"] }[field], *value, "{field}");
            }
        }
    }

    #[test]
    fn todays_form_is_left_alone() {
        let body =
            serde_json::json!({"routes": [{"requirements": [{"id": "a", "condition": {"kind": "background_check"}}]}]});
        assert_eq!(updated(Kind::Credential, body.clone()), body);
    }
}
