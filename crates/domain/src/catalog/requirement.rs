//! Requirements of a route: a closed set of kinds with typed fields.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::identifier::{RequirementId, SourceId};
use super::name::Name;
use super::quantity::Hours;
use super::reference::{CredentialReference, visit_references};
use super::visit::{TRAINING_HOURS, Visit, WORK_HOURS};

/// A requirement of a route.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Stable id, unique within the route.
    pub id: RequirementId,
    /// What applicants must be, have or do.
    pub condition: Condition,
    /// Only applicants with one of these experiences must meet it; empty if everybody must.
    #[serde(default)]
    pub applies_to: Vec<Experience>,
    /// Details that the other fields cannot express.
    #[serde(default)]
    pub note: Option<String>,
    /// Source of this fact.
    pub source: SourceId,
}

impl Requirement {
    pub(super) fn visit<'a>(&'a self, visit: &mut Visit<'a>) {
        visit.distinct("applies_to", &self.applies_to);
        match &self.condition {
            Condition::LivedExperience { any_of, also } => {
                visit.check("condition/any_of", !any_of.is_empty(), || "is empty".into());
                visit.distinct("condition/any_of", any_of);
                visit.distinct("condition/also", also);
            }
            Condition::Training { hours, topics, .. } => {
                if let Some(hours) = hours {
                    visit.in_range("condition/hours", *hours, &TRAINING_HOURS);
                    let by_topic: Hours = topics.iter().map(|topic| topic.hours).sum();
                    visit.check("condition/topics", by_topic <= *hours, || {
                        format!("have {by_topic} hours, more than the {hours} of the training")
                    });
                }
                visit.each("condition/topics", topics, |visit, topic| {
                    visit.in_range("hours", topic.hours, &TRAINING_HOURS);
                });
            }
            Condition::WorkExperience { hours, .. } => {
                if let Some(hours) = hours {
                    visit.in_range("condition/hours", *hours, &WORK_HOURS);
                }
            }
            Condition::Supervision { hours } | Condition::Practicum { hours } => {
                visit.in_range("condition/hours", *hours, &WORK_HOURS);
            }
            Condition::HoldsCredential { any_of } => {
                visit.check("condition/any_of", !any_of.is_empty(), || "is empty".into());
                visit.check("condition/any_of", !any_of.contains(&CredentialReference::None), || {
                    "none cannot be held".into()
                });
                visit_references(visit, "condition/any_of", any_of);
            }
            // These name no other record, and the schema of the files checks their bounds.
            Condition::MinimumAge { .. }
            | Condition::MaximumAge { .. }
            | Condition::RecoveryTime { .. }
            | Condition::Education { .. }
            | Condition::Examination { .. }
            | Condition::BackgroundCheck {}
            | Condition::CodeOfEthics {}
            | Condition::References { .. }
            | Condition::Residency { .. }
            | Condition::Attestation { .. }
            | Condition::Other { .. } => {}
        }
        visit.mentions("source", &self.source);
    }
}

/// Calls a macro with every kind of requirement: its name, how it is measured, and its fields.
///
/// The bounds of numbers are stated only here; the schema of the catalog's files takes them from here.
macro_rules! for_each_requirement_kind {
    ($macro:ident) => {
        $macro! {
            /// A minimum age.
            MinimumAge (Years) {
                /// Age in years.
                #[schema(minimum = 14, maximum = 30)]
                years: u8,
            }
            /// A maximum age.
            MaximumAge (Years) {
                /// Age in years.
                #[schema(minimum = 18, maximum = 40)]
                years: u8,
            }
            /// Lived experience of the applicant's own.
            LivedExperience (Set) {
                /// At least one of these is required.
                #[schema(min_items = 1)]
                any_of: Vec<Experience>,
                /// All of these are required as well.
                #[serde(default)]
                also: Vec<Experience>,
            }
            /// Time in recovery.
            RecoveryTime (Months) {
                /// Months of recovery.
                #[schema(minimum = 1, maximum = 240)]
                months: u16,
            }
            /// A level of schooling.
            Education (Level) {
                /// The lowest level that is accepted.
                level: EducationLevel,
            }
            /// A finished training.
            Training (Hours) {
                /// Hours required; null if no source states how many.
                #[serde(deserialize_with = "super::entry::stated")]
                #[schema(required)]
                hours: Option<Hours>,
                /// Hours by topic, as far as stated; the sum may be less than `hours`.
                #[serde(default)]
                topics: Vec<TrainingTopic>,
                /// Whether the provider must be approved; null if not stated.
                #[serde(default)]
                approved_provider: Option<bool>,
            }
            /// Work in the role.
            WorkExperience (Hours) {
                /// Hours required; null if no source states how many.
                #[serde(deserialize_with = "super::entry::stated")]
                #[schema(required)]
                hours: Option<Hours>,
                /// Whether unpaid work counts; null if not stated.
                #[serde(default)]
                volunteer_counts: Option<bool>,
                /// Months allowed for the hours if they are worked after a provisional certification; otherwise null.
                #[serde(default)]
                #[schema(minimum = 1, maximum = 120)]
                within_months_after: Option<u16>,
            }
            /// Supervision received.
            Supervision (Hours) {
                /// Hours of supervision.
                hours: Hours,
            }
            /// A finished practicum.
            Practicum (Hours) {
                /// Hours of practicum.
                hours: Hours,
            }
            /// A passed examination.
            Examination (YesOrNo) {
                /// Name of the examination; null if not stated.
                #[serde(default)]
                name: Option<Name>,
                /// Organization that gives it; null if not stated.
                #[serde(default)]
                administered_by: Option<String>,
                /// Percentage of points needed to pass; null if not stated.
                #[serde(default)]
                #[schema(minimum = 1, maximum = 100)]
                passing_percent: Option<u8>,
            }
            /// A passed background check.
            BackgroundCheck (YesOrNo) {}
            /// A code of ethics to sign or follow.
            CodeOfEthics (YesOrNo) {}
            /// Letters of reference.
            References (Count) {
                /// Number of references.
                #[schema(minimum = 1, maximum = 10)]
                count: u8,
            }
            /// Living or working in the jurisdiction.
            Residency (Share) {
                /// Percentage of time; null if not stated.
                #[serde(default)]
                #[schema(minimum = 1, maximum = 100)]
                live_or_work_percent: Option<u8>,
            }
            /// Another credential that the applicant already holds.
            HoldsCredential (Set) {
                /// At least one of these is required.
                #[schema(min_items = 1)]
                any_of: Vec<CredentialReference>,
            }
            /// A common formality, such as an interview or a personal statement.
            Attestation (Set) {
                /// The formality.
                of: AttestationSubject,
            }
            /// Any other requirement. It cannot be evaluated.
            Other (Words) {
                /// The requirement in words.
                #[schema(min_length = 1, max_length = 200)]
                summary: String,
            }
        }
    };
}
pub(crate) use for_each_requirement_kind;

macro_rules! define {
    ($(
        $(#[$($about:tt)*])+
        $kind:ident ($measure:ident) { $($(#[$($attribute:tt)*])+ $field:ident: $type:ty,)* }
    )+) => {
        /// What applicants must be, have or do, by `kind`.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
        #[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
        pub enum Condition {
            $($(#[$($about)*])+ $kind { $($(#[$($attribute)*])+ $field: $type,)* },)+
        }

        /// The kinds of requirement, without their fields.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum RequirementKind { $($(#[$($about)*])+ $kind,)+ }

        impl Condition {
            /// The kind of the requirement.
            #[must_use]
            pub const fn kind(&self) -> RequirementKind {
                match self { $(Self::$kind { .. } => RequirementKind::$kind,)+ }
            }
        }

        impl RequirementKind {
            /// Every kind, in the order of declaration.
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// How requirements of the kind are measured.
            #[must_use]
            pub const fn measure(self) -> Measure {
                match self { $(Self::$kind => Measure::$measure,)+ }
            }
        }
    };
}

for_each_requirement_kind!(define);

/// How requirements of a kind are measured, and so how they compare and add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// A number of years, which pass without effort.
    Years,
    /// A number of months, which pass without effort.
    Months,
    /// A number of hours of effort, which sources may leave open.
    Hours,
    /// A level of schooling.
    Level,
    /// A number of people.
    Count,
    /// Required or not.
    YesOrNo,
    /// Required or not. A percentage of time may be stated, but does not compare.
    Share,
    /// A set, of which one or all are required.
    Set,
    /// Text, which does not compare.
    Words,
}

impl Measure {
    /// Whether requirements compare by a number.
    #[must_use]
    pub const fn is_number(self) -> bool {
        matches!(self, Self::Years | Self::Months | Self::Hours | Self::Level | Self::Count)
    }
}

impl RequirementKind {
    /// Whether only time decides, not the applicant's actions.
    #[must_use]
    pub const fn is_time(self) -> bool {
        matches!(self.measure(), Measure::Years | Measure::Months)
    }

    /// Whether waiting is enough to meet it.
    #[must_use]
    pub const fn is_wait(self) -> bool {
        self.is_time() && !matches!(self, Self::MaximumAge)
    }

    /// Whether it requires hours.
    #[must_use]
    pub const fn is_hours(self) -> bool {
        matches!(self.measure(), Measure::Hours)
    }
}

impl Condition {
    /// The hours required; `None` for other kinds, or if no source states how many.
    #[must_use]
    pub const fn hours(&self) -> Option<Hours> {
        match self {
            Self::Training { hours, .. } | Self::WorkExperience { hours, .. } => *hours,
            Self::Supervision { hours } | Self::Practicum { hours } => Some(*hours),
            _ => None,
        }
    }

    /// The number in the unit of its measure; for a level of schooling, its rank.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::MinimumAge { years } | Self::MaximumAge { years } => Some((*years).into()),
            Self::RecoveryTime { months } => Some((*months).into()),
            Self::Education { level } => Some(match level {
                EducationLevel::HighSchoolOrEquivalent => 1.0,
                EducationLevel::Associate => 2.0,
                EducationLevel::Bachelor => 3.0,
                EducationLevel::Master => 4.0,
            }),
            Self::References { count } => Some((*count).into()),
            Self::Residency { live_or_work_percent } => live_or_work_percent.map(Into::into),
            Self::Training { .. } | Self::WorkExperience { .. } | Self::Supervision { .. } | Self::Practicum { .. } => {
                self.hours().map(Hours::as_f64)
            }
            Self::LivedExperience { .. }
            | Self::Examination { .. }
            | Self::BackgroundCheck {}
            | Self::CodeOfEthics {}
            | Self::HoldsCredential { .. }
            | Self::Attestation { .. }
            | Self::Other { .. } => None,
        }
    }

    /// The months allowed for hours that follow a provisional certification; `None` for others.
    #[must_use]
    pub const fn months_allowed(&self) -> Option<u16> {
        match self {
            Self::WorkExperience { within_months_after, .. } => *within_months_after,
            _ => None,
        }
    }
}

/// Hours of a training on one topic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TrainingTopic {
    /// Topic, as the source names it.
    pub name: Name,
    /// Hours of the training on this topic.
    pub hours: Hours,
}

/// A lived experience.
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

/// The subject of an attestation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AttestationSubject {
    /// Telling a personal recovery story, or being willing to.
    RecoveryStory,
    /// Completing an orientation.
    Orientation,
    /// An interview.
    Interview,
    /// A written personal statement.
    PersonalStatement,
    /// A self-assessment.
    SelfAssessment,
    /// Working in the role already; the note says whether unpaid work counts.
    EmploymentInRole,
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read(condition: &Value) -> Result<Requirement, serde_json::Error> {
        serde_json::from_value(json!({"id": "a", "condition": condition, "source": "us-tx/a"}))
    }

    #[test]
    fn a_requirement_is_read_with_the_fields_of_its_kind() {
        let requirement = read(&json!({"kind": "training", "hours": 59.5})).unwrap();
        assert_eq!(requirement.condition.kind(), RequirementKind::Training);
        let written = serde_json::to_value(&requirement).unwrap();
        assert_eq!(written["condition"]["hours"], json!(59.5));
        assert_eq!(written["condition"]["approved_provider"], Value::Null);
        assert_eq!(serde_json::from_value::<Requirement>(written).unwrap(), requirement);
    }

    #[test]
    fn every_kind_that_takes_hours_says_how_many() {
        for kind in RequirementKind::ALL.iter().filter(|kind| kind.is_hours()) {
            let condition = read(&json!({"kind": kind, "hours": 1})).unwrap().condition;
            assert_eq!(condition.hours(), Some(Hours::whole(1)), "{kind:?}");
        }
    }

    #[test]
    fn an_unknown_kind_or_field_is_an_error() {
        for (condition, expected) in [
            (json!({"kind": "magic"}), "unknown variant `magic`"),
            (json!({"kind": "background_check", "years": 3}), "unknown field `years`"),
            (json!({"kind": "training", "hours": 40, "hourz": 1}), "unknown field `hourz`"),
            (json!({"kind": "training"}), "missing field `hours`"),
        ] {
            let error = read(&condition).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
