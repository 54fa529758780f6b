//! Requirements: the conditions of a route, as a closed set of kinds with typed fields.

use serde::{Deserialize, Serialize, de};
use serde_json::{Map, Value};
use utoipa::openapi::schema::{AdditionalProperties, ArrayBuilder, OneOfBuilder};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::identifier::{RequirementId, SourceId};
use crate::name::Name;
use crate::quantity::Hours;
use crate::reference::CredentialReference;

/// One condition of a route.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts")]
pub struct Requirement {
    /// Unique within its route, and stable: others refer to it.
    pub id: RequirementId,
    /// What is asked, by `kind`.
    #[serde(flatten)]
    pub condition: Condition,
    /// Whom it concerns; empty: everybody.
    pub applies_to: Vec<Experience>,
    /// What the fields cannot say.
    pub note: Option<String>,
    /// The source that states it.
    pub source: SourceId,
}

/// What a requirement asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    /// To be at least so old.
    MinimumAge {
        /// Age in years.
        #[schema(minimum = 14, maximum = 30)]
        years: u8,
    },
    /// To be at most so old.
    MaximumAge {
        /// Age in years.
        #[schema(minimum = 18, maximum = 40)]
        years: u8,
    },
    /// To have lived through something oneself.
    LivedExperience {
        /// One of these is enough.
        #[schema(min_items = 1)]
        any_of: Vec<Experience>,
        /// On top of it, all of these.
        #[serde(default)]
        also: Vec<Experience>,
    },
    /// To have been in recovery for a time.
    RecoveryTime {
        /// Months of recovery.
        #[schema(minimum = 1, maximum = 240)]
        months: u16,
    },
    /// To have finished a level of schooling.
    Education {
        /// The lowest level that is enough.
        level: EducationLevel,
    },
    /// To have finished a training.
    Training {
        /// Its length; null: the training is required, and no source gives its length.
        #[serde(deserialize_with = "crate::stated")]
        #[schema(required)]
        hours: Option<Hours>,
        /// Hours by topic, where they are given; they may be fewer than all.
        #[serde(default)]
        topics: Vec<TrainingTopic>,
        /// Whether the provider must be approved; null: not stated.
        #[serde(default)]
        approved_provider: Option<bool>,
    },
    /// To have worked in the role.
    WorkExperience {
        /// How long; null: experience is required, and no source gives it in hours.
        #[serde(deserialize_with = "crate::stated")]
        #[schema(required)]
        hours: Option<Hours>,
        /// Whether unpaid work counts; null: not stated.
        #[serde(default)]
        volunteer_counts: Option<bool>,
        /// Set where the hours are worked after a provisional certification: the months it allows.
        #[serde(default)]
        #[schema(minimum = 1, maximum = 120)]
        within_months_after: Option<u16>,
    },
    /// To have been supervised.
    Supervision {
        /// Hours of supervision.
        hours: Hours,
    },
    /// To have finished a practicum.
    Practicum {
        /// Hours of practicum.
        hours: Hours,
    },
    /// To pass an examination.
    Examination {
        /// Its name; null: not stated.
        #[serde(default)]
        name: Option<Name>,
        /// Who gives it; null: not stated.
        #[serde(default)]
        administered_by: Option<String>,
        /// The share of the points that passes; null: not stated.
        #[serde(default)]
        #[schema(minimum = 1, maximum = 100)]
        passing_percent: Option<u8>,
    },
    /// To pass a background check.
    BackgroundCheck {},
    /// To sign or follow a code of ethics.
    CodeOfEthics {},
    /// To have people vouch for oneself.
    References {
        /// How many.
        #[schema(minimum = 1, maximum = 10)]
        count: u8,
    },
    /// To live or work in the jurisdiction.
    Residency {
        /// The share of the time; null: not stated.
        #[serde(default)]
        #[schema(minimum = 1, maximum = 100)]
        live_or_work_percent: Option<u8>,
    },
    /// To hold another credential.
    HoldsCredential {
        /// One of these is enough.
        #[schema(min_items = 1)]
        any_of: Vec<CredentialReference>,
    },
    /// To declare, show or go through something of a usual kind.
    Attestation {
        /// What it is.
        of: AttestationSubject,
    },
    /// What fits no other kind. It is shown, and cannot be evaluated.
    Other {
        /// What is asked.
        #[schema(min_length = 1, max_length = 200)]
        summary: String,
    },
}

/// The kinds of requirement, without their fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is documented at the condition of the same name")]
pub enum RequirementKind {
    MinimumAge,
    MaximumAge,
    LivedExperience,
    RecoveryTime,
    Education,
    Training,
    WorkExperience,
    Supervision,
    Practicum,
    Examination,
    BackgroundCheck,
    CodeOfEthics,
    References,
    Residency,
    HoldsCredential,
    Attestation,
    Other,
}

impl Condition {
    /// The kind of the requirement.
    #[must_use]
    pub const fn kind(&self) -> RequirementKind {
        match self {
            Self::MinimumAge { .. } => RequirementKind::MinimumAge,
            Self::MaximumAge { .. } => RequirementKind::MaximumAge,
            Self::LivedExperience { .. } => RequirementKind::LivedExperience,
            Self::RecoveryTime { .. } => RequirementKind::RecoveryTime,
            Self::Education { .. } => RequirementKind::Education,
            Self::Training { .. } => RequirementKind::Training,
            Self::WorkExperience { .. } => RequirementKind::WorkExperience,
            Self::Supervision { .. } => RequirementKind::Supervision,
            Self::Practicum { .. } => RequirementKind::Practicum,
            Self::Examination { .. } => RequirementKind::Examination,
            Self::BackgroundCheck {} => RequirementKind::BackgroundCheck,
            Self::CodeOfEthics {} => RequirementKind::CodeOfEthics,
            Self::References { .. } => RequirementKind::References,
            Self::Residency { .. } => RequirementKind::Residency,
            Self::HoldsCredential { .. } => RequirementKind::HoldsCredential,
            Self::Attestation { .. } => RequirementKind::Attestation,
            Self::Other { .. } => RequirementKind::Other,
        }
    }
}

/// Hours of a training that go to one topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainingTopic {
    /// The topic, as the source calls it.
    pub name: Name,
    /// How much of the training it takes.
    pub hours: Hours,
}

/// Something that a person has lived through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Experience {
    /// A mental health condition.
    MentalHealth,
    /// Substance use.
    SubstanceUse,
    /// Raising or caring for somebody with such a condition.
    Family,
    /// Such a condition as a young person.
    Youth,
    /// Military service.
    Veteran,
    /// Arrest, incarceration or probation.
    JusticeInvolved,
    /// Homelessness or unstable housing.
    Housing,
}

/// A level of schooling, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EducationLevel {
    /// A high school diploma or its equivalent.
    HighSchoolOrEquivalent,
    /// An associate degree.
    Associate,
    /// A bachelor's degree.
    Bachelor,
    /// A master's degree.
    Master,
}

/// What an attestation is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttestationSubject {
    /// Telling one's recovery story, or being willing to.
    RecoveryStory,
    /// Having gone through an orientation.
    Orientation,
    /// An interview.
    Interview,
    /// A written statement about oneself.
    PersonalStatement,
    /// Having held oneself against the role.
    SelfAssessment,
    /// Working in the role already, paid or not as the note says.
    EmploymentInRole,
}

/// A requirement as it is written: the common fields, and those of its kind.
#[derive(Deserialize)]
struct Parts {
    id: RequirementId,
    #[serde(default)]
    applies_to: Vec<Experience>,
    #[serde(default)]
    note: Option<String>,
    source: SourceId,
    #[serde(flatten)]
    condition: Map<String, Value>,
}

impl TryFrom<Parts> for Requirement {
    type Error = serde_json::Error;

    // Serde cannot refuse unknown fields beside a flattened enum, so that the condition is read on its own.
    fn try_from(parts: Parts) -> Result<Self, serde_json::Error> {
        let Parts { id, applies_to, note, source, condition } = parts;
        let condition = Condition::deserialize(Value::Object(condition))
            .map_err(|error| de::Error::custom(format_args!("requirement {id}: {error}")))?;
        Ok(Self { id, condition, applies_to, note, source })
    }
}

impl PartialSchema for Requirement {
    /// Each kind's own fields with the common ones beside them, closed to others.
    fn schema() -> RefOr<Schema> {
        let RefOr::T(Schema::OneOf(kinds)) = Condition::schema() else { return Condition::schema() };
        let mut schema = OneOfBuilder::new().description(Some("One condition of a route, by `kind`."));
        for kind in kinds.items {
            schema = schema.item(match kind {
                RefOr::T(Schema::Object(mut object)) => {
                    let described = |schema: RefOr<Schema>, text: &str| match schema {
                        RefOr::Ref(mut reference) => {
                            text.clone_into(&mut reference.description);
                            RefOr::Ref(reference)
                        }
                        inline @ RefOr::T(_) => inline,
                    };
                    let id = described(
                        reference::<RequirementId>(),
                        "Unique within its route, and stable: others refer to it.",
                    );
                    let source = described(reference::<SourceId>(), "The source that states it.");
                    let concerned = ArrayBuilder::new()
                        .items(reference::<Experience>())
                        .description(Some("Whom it concerns; empty: everybody."));
                    let note = utoipa::schema!(#[inline] Option<String>);
                    object.properties.insert("id".into(), id);
                    object.properties.insert("applies_to".into(), Schema::Array(concerned.build()).into());
                    object.properties.insert("note".into(), note.into());
                    object.properties.insert("source".into(), source);
                    object.required.extend(["id", "source"].map(Into::into));
                    object.additional_properties = Some(Box::new(AdditionalProperties::FreeForm(false)));
                    RefOr::T(Schema::Object(object))
                }
                other => other,
            });
        }
        Schema::OneOf(schema.build()).into()
    }
}

fn reference<T: ToSchema>() -> RefOr<Schema> {
    utoipa::openapi::Ref::from_schema_name(T::name()).into()
}

impl ToSchema for Requirement {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        Condition::schemas(schemas);
        for (name, schema) in [
            (RequirementId::name(), RequirementId::schema()),
            (SourceId::name(), SourceId::schema()),
            (Experience::name(), Experience::schema()),
        ] {
            schemas.push((name.into(), schema));
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Result<Requirement, serde_json::Error> {
        serde_json::from_value(value)
    }

    #[test]
    fn a_requirement_is_read_with_the_fields_of_its_kind() {
        let requirement =
            read(json!({"id": "training", "kind": "training", "hours": 59.5, "source": "us-tx/a"})).unwrap();
        assert_eq!(requirement.condition.kind(), RequirementKind::Training);
        let written = serde_json::to_value(&requirement).unwrap();
        assert_eq!(written["hours"], json!(59.5));
        assert_eq!(written["approved_provider"], Value::Null);
        assert_eq!(read(written).unwrap(), requirement);
    }

    #[test]
    fn an_unknown_kind_or_field_is_an_error() {
        for (value, expected) in [
            (json!({"id": "a", "kind": "magic", "source": "us-tx/a"}), "unknown variant `magic`"),
            (json!({"id": "a", "kind": "background_check", "years": 3, "source": "us-tx/a"}), "unknown field `years`"),
            (
                json!({"id": "a", "kind": "training", "hours": 40, "hourz": 1, "source": "us-tx/a"}),
                "unknown field `hourz`",
            ),
            (json!({"id": "a", "kind": "training", "source": "us-tx/a"}), "missing field `hours`"),
        ] {
            let error = read(value).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
