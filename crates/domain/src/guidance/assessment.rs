//! Assesses an applicant’s standing toward credentials, and ranks the credentials.

use std::cmp::Ordering;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::applicant::Applicant;
use super::calendar::days_between;
use super::judge::{NOTHING_AHEAD, judge};
use super::verdict::{Judgment, Verdict};
use crate::catalog::credential::{Credential, CredentialStatus, Fee, FeeKind, Route};
use crate::catalog::quantity::{Hours, Usd};
use crate::catalog::requirement::{Condition, RequirementKind};
use crate::catalog::selection::{Ahead, Bounds, fees_ahead};

/// The result of all verdicts of a route, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every requirement is met, the list of requirements is complete, and the applicant has confirmed each
    /// requirement with a note.
    Eligible,
    /// Every listed requirement is met as far as its fields say; there may be more requirements.
    NoKnownGap,
    /// Nothing is known to be missing, but something is not known.
    Undetermined,
    /// Something is missing, or the credential is not open to applicants.
    NotYet,
}

/// An applicant’s standing toward a credential.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment<'a> {
    /// The credential.
    pub credential: &'a Credential,
    /// The outcome of the best route; undetermined if no route is known.
    pub outcome: Outcome,
    /// Every route, best first.
    pub routes: Vec<RouteAssessment<'a>>,
    /// Why the first route is the best; `None`: no route is known.
    pub because: Option<RankedBy>,
    /// How far away the credential is.
    pub distance: Distance,
}

/// An applicant’s standing toward one route.
#[derive(Debug, Clone, PartialEq)]
pub struct RouteAssessment<'a> {
    /// The route.
    pub route: &'a Route,
    /// Whether it is open on the day of the request.
    pub open: bool,
    /// The result of the verdicts.
    pub outcome: Outcome,
    /// The verdict on each requirement, in order.
    pub judgments: Vec<Judgment<'a>>,
    /// The remaining hours.
    pub hours_ahead: HoursAhead,
    /// The remaining fees; `None`: no fee up to the certification is stated.
    pub fees_ahead: Option<Bounds<Usd>>,
    /// The earliest day by which every wait is over; `None`: unknown or never. Steps that need action may take longer.
    pub earliest_date: Option<NaiveDate>,
    /// How far away the credential is by this route.
    pub distance: Distance,
}

/// Remaining hours of the listed requirements: at least those that are known to be missing, at most those that may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct HoursAhead {
    /// Hours of training.
    #[schema(value_type = HoursBounds)]
    pub training: Bounds<Hours>,
    /// Hours of work.
    #[schema(value_type = HoursBounds)]
    pub work_experience: Bounds<Hours>,
    /// Hours of supervision.
    #[schema(value_type = HoursBounds)]
    pub supervision: Bounds<Hours>,
    /// Hours of practicum.
    #[schema(value_type = HoursBounds)]
    pub practicum: Bounds<Hours>,
}

/// A range of hours.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it documents `Bounds<Hours>`, whose schema utoipa cannot derive with its null")]
struct HoursBounds {
    /// The lower bound.
    at_least: Hours,
    /// The upper bound; null: no source states how many hours are required.
    at_most: Option<Hours>,
}

/// How far away a credential is; less is closer. The first field that differs decides.
///
/// No field grows when the applicant has more hours, more time (except for a maximum age) or a better answer, so the
/// whole does not grow, either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Distance {
    /// Whether it is closed to applicants.
    closed: bool,
    outcome: Outcome,
    /// Requirements that can never be met.
    never: usize,
    /// Unmet requirements.
    unmet: usize,
    /// Hours that may remain.
    hours: Hours,
    /// Days to wait.
    days: u32,
    /// Requirements with an unknown verdict.
    unknown: usize,
    /// Fees that certainly remain.
    fees: Usd,
}

/// Why a route is the best of a credential: the first difference from the next best route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RankedBy {
    /// It is the only route.
    OnlyRoute,
    /// It is open, and the others are not.
    Open,
    /// Its outcome is better.
    BetterOutcome,
    /// It has fewer requirements that can never be met.
    FewerObstacles,
    /// It has fewer unmet requirements.
    FewerGaps,
    /// Fewer hours remain.
    FewerHours,
    /// Its waits end sooner.
    Sooner,
    /// It has fewer open questions.
    FewerQuestions,
    /// It costs less.
    Cheaper,
    /// The others are just as close.
    AsGood,
}

/// Assesses an applicant’s standing toward a credential.
#[must_use]
pub fn assess<'a>(credential: &'a Credential, applicant: &Applicant<'a>) -> Assessment<'a> {
    let routes = credential.routes.iter().map(|route| assess_route(credential, route, applicant));
    let mut routes: Vec<RouteAssessment<'_>> = routes.collect();
    routes.sort_unstable_by(|a, b| a.distance.cmp(&b.distance).then_with(|| a.route.id.cmp(&b.route.id)));
    let because = match routes.as_slice() {
        [] => None,
        [_] => Some(RankedBy::OnlyRoute),
        [best, next, ..] => Some(best.distance.because(&next.distance)),
    };
    let distance = routes.first().map_or_else(|| Distance::of_unknown(credential), |best| best.distance);
    Assessment { credential, outcome: distance.outcome, routes, because, distance }
}

/// Assesses credentials, closest first.
pub fn rank<'a>(
    credentials: impl IntoIterator<Item = &'a Credential>,
    applicant: &Applicant<'a>,
) -> Vec<Assessment<'a>> {
    let assessed = credentials.into_iter().map(|credential| assess(credential, applicant));
    let mut ranked: Vec<Assessment<'_>> = assessed.collect();
    ranked.sort_unstable_by(|a, b| a.distance.cmp(&b.distance).then_with(|| a.credential.id.cmp(&b.credential.id)));
    ranked
}

/// Assesses an applicant’s standing toward one route.
#[must_use]
pub fn assess_route<'a>(
    credential: &'a Credential,
    route: &'a Route,
    applicant: &Applicant<'a>,
) -> RouteAssessment<'a> {
    let confirmed = applicant.confirmed(credential, route);
    let judged = route.requirements.iter().map(|one| judge(one, (credential, route), applicant, confirmed));
    let judgments: Vec<Judgment<'_>> = judged.collect();
    let open =
        credential.status == CredentialStatus::Active && route.closes_on.is_none_or(|last| applicant.today <= last);
    let hours_ahead = HoursAhead::of(&judgments);
    let fees_ahead = fees_ahead(credential, |fee| is_ahead(fee, credential, &judgments, applicant));
    let mut distance = Distance { closed: !open, ..Distance::NONE };
    for judgment in &judgments {
        distance.hours = distance.hours + judgment.hours_ahead.at_most.unwrap_or(judgment.hours_ahead.at_least);
        match &judgment.verdict {
            Verdict::Met => {}
            Verdict::Unknown(_) => distance.unknown += 1,
            Verdict::Unmet(gap) => {
                distance.unmet += 1;
                distance.never += usize::from(gap.is_for_good());
                let wait = gap.met_on().map_or(0, |day| days_between(applicant.today, day));
                distance.days = distance.days.max(wait);
            }
        }
    }
    let outcome = if open { outcome(route, &judgments, &distance) } else { Outcome::NotYet };
    distance.outcome = outcome;
    distance.fees = fees_ahead.map_or(Usd::ZERO, |fees| fees.at_least);
    let earliest_date = if open { earliest_date(&judgments, applicant) } else { None };
    RouteAssessment { route, open, outcome, judgments, hours_ahead, fees_ahead, earliest_date, distance }
}

fn outcome(route: &Route, judgments: &[Judgment<'_>], counted: &Distance) -> Outcome {
    if counted.unmet > 0 {
        Outcome::NotYet
    } else if counted.unknown > 0 {
        Outcome::Undetermined
    } else if route.is_complete() && judgments.iter().all(is_whole) {
        Outcome::Eligible
    } else {
        Outcome::NoKnownGap
    }
}

/// Whether a met requirement is met entirely: a note says more than its fields.
fn is_whole(judgment: &Judgment<'_>) -> bool {
    judgment.confirmed || judgment.requirement.note.is_none()
}

/// Whether a fee remains. It does not if it was paid, or if what it is paid for is done.
pub(super) fn is_ahead(
    fee: &Fee,
    credential: &Credential,
    judgments: &[Judgment<'_>],
    applicant: &Applicant<'_>,
) -> Ahead {
    let kind = match fee.kind {
        _ if applicant.paid(credential, fee) => return Ahead::No,
        FeeKind::Training => RequirementKind::Training,
        FeeKind::Exam => RequirementKind::Examination,
        FeeKind::BackgroundCheck => RequirementKind::BackgroundCheck,
        FeeKind::Application | FeeKind::Certification | FeeKind::Renewal | FeeKind::Other => return Ahead::Surely,
    };
    let of_kind = judgments.iter().filter(|judgment| judgment.requirement.condition.kind() == kind);
    let how = of_kind.map(|judgment| match judgment.verdict {
        Verdict::Met => Ahead::No,
        Verdict::Unknown(_) => Ahead::Perhaps,
        Verdict::Unmet(_) => Ahead::Surely,
    });
    // A fee for a requirement that the route does not list may belong to another route.
    how.max().unwrap_or(Ahead::Perhaps)
}

fn earliest_date(judgments: &[Judgment<'_>], applicant: &Applicant<'_>) -> Option<NaiveDate> {
    let mut earliest = applicant.today;
    for judgment in judgments {
        match &judgment.verdict {
            Verdict::Unmet(gap) if gap.is_for_good() => return None,
            Verdict::Unmet(gap) => earliest = earliest.max(gap.met_on().unwrap_or(earliest)),
            Verdict::Unknown(_) if judgment.requirement.condition.kind().is_time() => return None,
            Verdict::Unknown(_) | Verdict::Met => {}
        }
    }
    let in_time = |judgment: &Judgment<'_>| match judgment.requirement.condition {
        Condition::MaximumAge { years } => applicant.age.is_none_or(|age| earliest <= age.last_day_at(years)),
        _ => true,
    };
    judgments.iter().all(in_time).then_some(earliest)
}

impl HoursAhead {
    fn of(judgments: &[Judgment<'_>]) -> Self {
        let mut ahead = Self {
            training: NOTHING_AHEAD,
            work_experience: NOTHING_AHEAD,
            supervision: NOTHING_AHEAD,
            practicum: NOTHING_AHEAD,
        };
        for judgment in judgments {
            let Some(sum) = ahead.of_kind(judgment.requirement.condition.kind()) else { continue };
            let more = judgment.hours_ahead;
            *sum = Bounds {
                at_least: sum.at_least + more.at_least,
                at_most: sum.at_most.zip(more.at_most).map(|(sum, hours)| sum + hours),
            };
        }
        ahead
    }

    const fn of_kind(&mut self, kind: RequirementKind) -> Option<&mut Bounds<Hours>> {
        match kind {
            RequirementKind::Training => Some(&mut self.training),
            RequirementKind::WorkExperience => Some(&mut self.work_experience),
            RequirementKind::Supervision => Some(&mut self.supervision),
            RequirementKind::Practicum => Some(&mut self.practicum),
            _ => None,
        }
    }
}

impl Distance {
    const NONE: Self = Self {
        closed: false,
        outcome: Outcome::Eligible,
        never: 0,
        unmet: 0,
        hours: Hours::ZERO,
        days: 0,
        unknown: 0,
        fees: Usd::ZERO,
    };

    /// The distance of a credential without known routes: behind all others with the same outcome.
    fn of_unknown(credential: &Credential) -> Self {
        let open = credential.status == CredentialStatus::Active;
        let outcome = if open { Outcome::Undetermined } else { Outcome::NotYet };
        Self { closed: !open, outcome, hours: Hours::MOST, ..Self::NONE }
    }

    fn because(&self, next: &Self) -> RankedBy {
        let parts = [
            (self.closed.cmp(&next.closed), RankedBy::Open),
            (self.outcome.cmp(&next.outcome), RankedBy::BetterOutcome),
            (self.never.cmp(&next.never), RankedBy::FewerObstacles),
            (self.unmet.cmp(&next.unmet), RankedBy::FewerGaps),
            (self.hours.cmp(&next.hours), RankedBy::FewerHours),
            (self.days.cmp(&next.days), RankedBy::Sooner),
            (self.unknown.cmp(&next.unknown), RankedBy::FewerQuestions),
            (self.fees.cmp(&next.fees), RankedBy::Cheaper),
        ];
        parts.iter().find(|(ordering, _)| *ordering == Ordering::Less).map_or(RankedBy::AsGood, |(_, because)| *because)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_of_every_kind_are_summed_up() {
        let mut ahead = HoursAhead::of(&[]);
        for kind in RequirementKind::ALL {
            assert_eq!(ahead.of_kind(*kind).is_some(), kind.is_hours(), "{kind:?}");
        }
    }
}
