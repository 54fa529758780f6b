//! How far a course meets a requirement of training.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::catalog::credential::{Credential, Route};
use crate::catalog::name::Name;
use crate::catalog::quantity::Hours;
use crate::catalog::requirement::{Requirement, TrainingTopic};

/// How far a course meets the training that a requirement states, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    /// It has all stated hours and topics, and the approval if one is required.
    Fully,
    /// The same, but the requirement has a note, which may require a particular course.
    UnlessNoted,
    /// It has the hours and topics, but not, or not known to have, the required approval.
    OnceApproved,
    /// It may be enough, depending on how its hours are split into topics.
    Perhaps,
    /// Hours are missing.
    Partly,
    /// Training is required, and no source states how long.
    NotStated,
}

impl Counts {
    /// Whether the course has everything that is stated, except for an approval and for what a note says.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Fully | Self::UnlessNoted | Self::OnceApproved)
    }
}

/// A course compared with the training that one route of a credential requires.
#[derive(Debug, Clone, PartialEq)]
pub struct Aligned<'a> {
    /// The credential.
    pub credential: &'a Credential,
    /// The route.
    pub route: &'a Route,
    /// The requirement.
    pub requirement: &'a Requirement,
    /// How far the course meets it.
    pub counts: Counts,
    /// Required hours; `None`: not stated.
    pub hours_asked: Option<Hours>,
    /// Hours that are missing at least; `None`: required hours are not stated.
    pub hours_missing: Option<Hours>,
    /// Hours beyond the required ones; `None`: required hours are not stated.
    pub hours_beyond: Option<Hours>,
    /// The required topics.
    pub topics: Vec<AlignedTopic<'a>>,
    /// Topics of the course that the requirement does not name.
    pub topics_beyond: Vec<&'a Name>,
    /// Whether the provider must be approved; `None`: not stated.
    pub approval_asked: Option<bool>,
    /// Whether the provider is approved for the credential; `None`: not known.
    pub approved: Option<bool>,
    /// Whether the requirement’s note is about delivery; `None`: the delivery of the course is not known.
    pub delivery_noted: Option<bool>,
}

/// A course compared with a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct AlignedTopic<'a> {
    /// The topic, as the source calls it.
    pub topic: &'a TrainingTopic,
    /// Hours of the course that certainly count toward it.
    pub hours: Hours,
    /// Hours that are missing at least.
    pub missing: Hours,
    /// Whether hours of the course without a known topic may close the gap.
    pub open: bool,
}
