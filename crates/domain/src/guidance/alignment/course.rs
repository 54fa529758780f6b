//! A course, as its provider describes it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::catalog::identifier::{CategoryId, CompetencyId};
use crate::guidance::profile::CompletedTraining;

/// A course as its provider describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// Hours, topics and approvals.
    pub training: CompletedTraining,
    /// The competencies that it covers.
    pub competencies: Vec<CompetencyId>,
    /// The categories that it covers completely.
    pub categories: Vec<CategoryId>,
    /// How it is delivered; `None`: not known.
    pub delivery: Option<Delivery>,
}

/// How a course is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// In person.
    InPerson,
    /// Online, together at fixed times.
    OnlineLive,
    /// Online, at one’s own pace.
    OnlineSelfPaced,
    /// Partly in person, partly online.
    Blended,
}
