//! Filters for credentials. A credential that does not state a fact never matches a filter for it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::credential::{Credential, CredentialStatus, Fee, FeeKind, Route, Specialty};
use super::identifier::JurisdictionCode;
use super::jurisdiction::Jurisdiction;
use super::quantity::{Hours, Usd};
use super::reference::CredentialReference;
use super::requirement::{Condition, EducationLevel};
use super::source::Completeness;

/// Whether a condition holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holds {
    /// It does not hold.
    No,
    /// The facts do not say.
    Unstated,
    /// It holds.
    Yes,
}

impl From<bool> for Holds {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// Filters for credentials. All filters that are set must match; an empty list is not set.
///
/// At least one route must match all filters on routes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CredentialSelection {
    /// One of these jurisdictions; `None` stands for national credentials.
    pub jurisdictions: Vec<Option<JurisdictionCode>>,
    /// Any of these specialties.
    pub specialties: Vec<Specialty>,
    /// One of these statuses.
    pub statuses: Vec<CredentialStatus>,
    /// A certifying body with one of these names.
    pub certifying_bodies: Vec<String>,
    /// One of these degrees of completeness.
    pub completeness: Vec<Completeness>,
    /// Maximum hours of training.
    pub max_training_hours: Option<Hours>,
    /// Maximum hours of work experience.
    pub max_work_hours: Option<Hours>,
    /// Maximum months of recovery.
    pub max_recovery_months: Option<u16>,
    /// The minimum age admits applicants of this age, in years.
    pub min_age: Option<u8>,
    /// The maximum age admits applicants of this age, in years.
    pub max_age: Option<u8>,
    /// Applicants with this schooling are admitted.
    pub education: Option<EducationLevel>,
    /// Whether an examination is required.
    pub requires_exam: Option<bool>,
    /// Whether a background check is required.
    pub requires_background_check: Option<bool>,
    /// Maximum cost of the certification; see [`fees`].
    pub max_fee_usd: Option<Usd>,
    /// Whether Medicaid pays for it.
    pub medicaid: Option<bool>,
    /// Any of these credentials is accepted.
    pub accepts: Vec<CredentialReference>,
}

/// The outcome of the filters for one credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selected {
    /// It matches.
    Yes,
    /// It does not match.
    No,
    /// The facts for these filters are not stated.
    Unstated(BTreeSet<&'static str>),
}

impl CredentialSelection {
    /// Applies the filters to a credential of `jurisdiction`.
    #[must_use]
    pub fn judge(&self, credential: &Credential, jurisdiction: Option<&Jurisdiction>) -> Selected {
        let own = self.of_credential(credential, jurisdiction);
        if own.iter().any(|(_, holds)| *holds == Holds::No) {
            return Selected::No;
        }
        let mut unstated: BTreeSet<&'static str> =
            own.iter().filter(|(_, holds)| *holds == Holds::Unstated).map(|(name, _)| *name).collect();
        let routes: Vec<Vec<(&'static str, Holds)>> = if credential.routes.is_empty() {
            vec![self.of_route(None)]
        } else {
            credential.routes.iter().map(|route| self.of_route(Some(route))).collect()
        };
        let open: Vec<_> = routes.iter().filter(|route| route.iter().all(|(_, holds)| *holds != Holds::No)).collect();
        if open.is_empty() {
            return Selected::No;
        }
        if !open.iter().any(|route| route.iter().all(|(_, holds)| *holds == Holds::Yes)) {
            unstated.extend(
                open.iter()
                    .flat_map(|route| route.iter())
                    .filter(|(_, holds)| *holds == Holds::Unstated)
                    .map(|(name, _)| *name),
            );
        }
        if unstated.is_empty() { Selected::Yes } else { Selected::Unstated(unstated) }
    }

    fn of_credential(
        &self,
        credential: &Credential,
        jurisdiction: Option<&Jurisdiction>,
    ) -> Vec<(&'static str, Holds)> {
        let mut answers = Vec::new();
        let mut one_of = |name, set: bool, holds: bool| {
            if set {
                answers.push((name, Holds::from(holds)));
            }
        };
        one_of("jurisdiction", !self.jurisdictions.is_empty(), self.jurisdictions.contains(&credential.jurisdiction));
        one_of(
            "specialty",
            !self.specialties.is_empty(),
            self.specialties.iter().any(|wanted| credential.specialties.contains(wanted)),
        );
        one_of("status", !self.statuses.is_empty(), self.statuses.contains(&credential.status));
        let body = credential.certifying_body.name.to_lowercase();
        one_of(
            "certifying_body",
            !self.certifying_bodies.is_empty(),
            self.certifying_bodies.iter().any(|name| name.to_lowercase() == body),
        );
        one_of("completeness", !self.completeness.is_empty(), self.completeness.contains(&credential.completeness()));
        if let Some(most) = self.max_fee_usd {
            answers.push(("max_fee_usd", fees(credential).map_or(Holds::Unstated, |fees| fees.at_most(most))));
        }
        if let Some(pays) = self.medicaid {
            answers.push((
                "medicaid",
                medicaid(credential, jurisdiction).map_or(Holds::Unstated, |stated| Holds::from(stated == pays)),
            ));
        }
        if !self.accepts.is_empty() {
            let accepts = credential.reciprocity.as_ref().map_or(Holds::Unstated, |stated| {
                stated.accepts.iter().any(|accepted| self.accepts.iter().any(|wanted| accepted.covers(wanted))).into()
            });
            answers.push(("accepts", accepts));
        }
        answers
    }

    fn of_route(&self, route: Option<&Route>) -> Vec<(&'static str, Holds)> {
        let mut answers = Vec::new();
        let mut push = |name, holds: Option<Holds>| answers.extend(holds.map(|holds| (name, holds)));
        push("max_training_hours", self.max_training_hours.map(|most| training_hours(route).at_most(most)));
        push("max_work_hours", self.max_work_hours.map(|most| work_hours(route).at_most(most)));
        push("max_recovery_months", self.max_recovery_months.map(|most| recovery_months(route).at_most(most)));
        push("min_age", self.min_age.map(|age| minimum_age(route).at_most(age)));
        push("max_age", self.max_age.map(|age| admits_up_to(route, age)));
        push("education", self.education.map(|level| schooling(route).at_most(Some(level))));
        push(
            "requires_exam",
            self.requires_exam
                .map(|wanted| asks(route, |condition| matches!(condition, Condition::Examination { .. }), wanted)),
        );
        push(
            "requires_background_check",
            self.requires_background_check
                .map(|wanted| asks(route, |condition| matches!(condition, Condition::BackgroundCheck {}), wanted)),
        );
        answers
    }
}

/// Bounds of an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Bounds<T> {
    /// Lower bound.
    pub at_least: T,
    /// Upper bound; null if more may be required that is not stated.
    pub at_most: Option<T>,
}

impl<T: Copy + Ord> Bounds<T> {
    /// Combines the amounts that a route requires. `pick` returns `None` for other conditions, and `Some(None)` for an amount that
    /// is not stated. Requirements for some applicants only (`applies_to`) raise the upper bound alone.
    fn of(
        route: Option<&Route>,
        nothing: T,
        pick: impl Fn(&Condition) -> Option<Option<T>>,
        add: impl Fn(T, T) -> T,
    ) -> Self {
        let Some(route) = route else { return Self { at_least: nothing, at_most: None } };
        let mut stated = false;
        let mut bounds = Self { at_least: nothing, at_most: Some(nothing) };
        for requirement in &route.requirements {
            let Some(amount) = pick(&requirement.condition) else { continue };
            stated = true;
            bounds.at_most = bounds.at_most.zip(amount).map(|(most, amount)| add(most, amount));
            if let (Some(amount), true) = (amount, requirement.applies_to.is_empty()) {
                bounds.at_least = add(bounds.at_least, amount);
            }
        }
        // Only a complete list shows that something is not required.
        if !stated && !route.is_complete() {
            bounds.at_most = None;
        }
        bounds
    }

    fn at_most(self, limit: T) -> Holds {
        if self.at_least > limit {
            Holds::No
        } else if self.at_most.is_some_and(|most| most <= limit) {
            Holds::Yes
        } else {
            Holds::Unstated
        }
    }

    /// The amount, if it is the same for every applicant and all of it is stated.
    #[must_use]
    pub fn exactly(self) -> Option<T> {
        self.at_most.filter(|most| *most == self.at_least)
    }
}

/// The hours of training that a route requires.
#[must_use]
pub fn training_hours(route: Option<&Route>) -> Bounds<Hours> {
    let pick =
        |condition: &Condition| if let Condition::Training { hours, .. } = condition { Some(*hours) } else { None };
    Bounds::of(route, Hours::ZERO, pick, |a, b| a + b)
}

/// The hours of work experience that a route requires.
#[must_use]
pub fn work_hours(route: Option<&Route>) -> Bounds<Hours> {
    let pick = |condition: &Condition| {
        if let Condition::WorkExperience { hours, .. } = condition { Some(*hours) } else { None }
    };
    Bounds::of(route, Hours::ZERO, pick, |a, b| a + b)
}

/// The months of recovery that a route requires.
#[must_use]
pub fn recovery_months(route: Option<&Route>) -> Bounds<u16> {
    let pick = |condition: &Condition| {
        if let Condition::RecoveryTime { months } = condition { Some(Some(*months)) } else { None }
    };
    Bounds::of(route, 0, pick, u16::max)
}

/// The minimum age, in years, that a route requires.
#[must_use]
pub fn minimum_age(route: Option<&Route>) -> Bounds<u8> {
    let pick =
        |condition: &Condition| if let Condition::MinimumAge { years } = condition { Some(Some(*years)) } else { None };
    Bounds::of(route, 0, pick, u8::max)
}

fn schooling(route: Option<&Route>) -> Bounds<Option<EducationLevel>> {
    let pick = |condition: &Condition| {
        if let Condition::Education { level } = condition { Some(Some(Some(*level))) } else { None }
    };
    Bounds::of(route, None, pick, Option::max)
}

fn admits_up_to(route: Option<&Route>, age: u8) -> Holds {
    let Some(route) = route else { return Holds::Unstated };
    let oldest = route.requirements.iter().filter_map(|requirement| match requirement.condition {
        Condition::MaximumAge { years } => Some(years),
        _ => None,
    });
    match oldest.min() {
        Some(years) => Holds::from(age <= years),
        None if route.is_complete() => Holds::Yes,
        None => Holds::Unstated,
    }
}

/// Whether a route requires a condition, or does not, as `wanted`.
pub(crate) fn asks(route: Option<&Route>, is_it: impl Fn(&Condition) -> bool, wanted: bool) -> Holds {
    let Some(route) = route else { return Holds::Unstated };
    if route.requirements.iter().any(|requirement| is_it(&requirement.condition)) {
        Holds::from(wanted)
    } else if route.is_complete() {
        Holds::from(!wanted)
    } else {
        Holds::Unstated
    }
}

/// The fees up to the certification; `None` if no such fee is stated.
///
/// Renewals and fees that only some applicants pay (`other`) do not count. Several fees of one kind may add up or be
/// alternatives: the lower bound has the smallest of them, the upper bound all. Lists of fees may be incomplete, so there is an
/// upper bound only if an application or certification fee is stated.
#[must_use]
pub fn fees(credential: &Credential) -> Option<Bounds<Usd>> {
    fees_ahead(credential, |_| Ahead::Surely)
}

/// Whether an applicant still has to pay or do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ahead {
    /// Already done.
    No,
    /// Unknown.
    Perhaps,
    /// Still to be done.
    Surely,
}

/// The kinds of fee that every applicant pays up to the certification.
pub const FEES_ON_THE_WAY: [FeeKind; 5] =
    [FeeKind::Application, FeeKind::Certification, FeeKind::Exam, FeeKind::Training, FeeKind::BackgroundCheck];

/// The fees that are still ahead: the lower bound has those that are surely ahead, the upper bound also those that may be.
#[must_use]
pub fn fees_ahead(credential: &Credential, ahead: impl Fn(&Fee) -> Ahead) -> Option<Bounds<Usd>> {
    let mut least = FEES_ON_THE_WAY.map(|kind| (kind, None::<Usd>));
    let (mut all, mut stated, mut has_end) = (Usd::ZERO, false, false);
    for fee in &credential.fees {
        let Some((_, least)) = least.iter_mut().find(|(kind, _)| *kind == fee.kind) else { continue };
        stated = true;
        has_end |= matches!(fee.kind, FeeKind::Application | FeeKind::Certification);
        let how = ahead(fee);
        if how == Ahead::Surely {
            *least = Some(least.map_or(fee.amount_usd, |other| other.min(fee.amount_usd)));
        }
        if how != Ahead::No {
            all = all + fee.amount_usd_max.unwrap_or(fee.amount_usd);
        }
    }
    let at_least = least.iter().filter_map(|(_, least)| *least).sum();
    stated.then_some(Bounds { at_least, at_most: has_end.then_some(all) })
}

/// Whether Medicaid pays for the work of the credential's holders; `None` if not stated.
fn medicaid(credential: &Credential, jurisdiction: Option<&Jurisdiction>) -> Option<bool> {
    let stated = jurisdiction?.medicaid_reimbursement.as_ref()?;
    let concerned = stated.specialties.is_empty()
        || stated.specialties.iter().any(|specialty| credential.specialties.contains(specialty));
    concerned.then_some(stated.value)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn credential(completeness: &str, requirements: Value) -> Credential {
        serde_json::from_value(json!({
            "id": "us-tx-a", "jurisdiction": "US-TX", "title": "Title", "acronym": null, "status": "active",
            "specialties": ["mental_health"], "certifying_body": {"name": "The Board", "kind": "other", "url": null},
            "routes": [{"id": "standard", "name": "Standard", "completeness": completeness, "requirements": requirements}],
            "fees": [
                {"kind": "application", "amount_usd": 60, "source": "us-tx/a"},
                {"kind": "training", "amount_usd": 200, "amount_usd_max": 300, "source": "us-tx/a"},
                {"kind": "renewal", "amount_usd": 500, "source": "us-tx/a"},
            ],
            "renewal": null, "reciprocity": null, "source_ids": ["us-tx/a"],
        }))
        .unwrap()
    }

    fn training(hours: Value) -> Value {
        json!([{"id": "training", "condition": {"kind": "training", "hours": hours}, "source": "us-tx/a"}])
    }

    fn unstated(name: &'static str) -> Selected {
        Selected::Unstated([name].into())
    }

    fn judge(credential: &Credential, change: impl FnOnce(&mut CredentialSelection)) -> Selected {
        let mut selection = CredentialSelection::default();
        change(&mut selection);
        selection.judge(credential, None)
    }

    #[test]
    fn a_stated_amount_is_compared() {
        let credential = credential("partial", training(json!(40)));
        assert_eq!(judge(&credential, |s| s.max_training_hours = Some(Hours::whole(40))), Selected::Yes);
        assert_eq!(judge(&credential, |s| s.max_training_hours = Some(Hours::whole(39))), Selected::No);
    }

    #[test]
    fn an_unstated_amount_never_passes() {
        let unknown_length = credential("partial", training(Value::Null));
        assert_eq!(
            judge(&unknown_length, |s| s.max_training_hours = Some(Hours::whole(999))),
            unstated("max_training_hours")
        );
        let silent = credential("partial", training(json!(40)));
        assert_eq!(judge(&silent, |s| s.max_work_hours = Some(Hours::whole(999))), unstated("max_work_hours"));
        assert_eq!(judge(&silent, |s| s.requires_exam = Some(false)), unstated("requires_exam"));
        assert_eq!(judge(&silent, |s| s.max_age = Some(30)), unstated("max_age"));
        assert_eq!(judge(&silent, |s| s.accepts = vec![CredentialReference::AnyState]), unstated("accepts"));
        assert_eq!(judge(&silent, |s| s.medicaid = Some(true)), unstated("medicaid"));
    }

    #[test]
    fn a_stated_amount_above_the_limit_is_refused_even_if_the_rest_is_unknown() {
        let mut requirements = training(json!(70));
        let more = json!({"id": "training-b", "condition": {"kind": "training", "hours": null}, "source": "us-tx/a"});
        requirements.as_array_mut().unwrap().push(more);
        let credential = credential("partial", requirements);
        assert_eq!(judge(&credential, |s| s.max_training_hours = Some(Hours::whole(60))), Selected::No);
        assert_eq!(
            judge(&credential, |s| s.max_training_hours = Some(Hours::whole(80))),
            unstated("max_training_hours")
        );
    }

    #[test]
    fn a_complete_list_requires_nothing_else() {
        let credential = credential("complete", training(json!(40)));
        assert_eq!(judge(&credential, |s| s.max_work_hours = Some(Hours::ZERO)), Selected::Yes);
        assert_eq!(judge(&credential, |s| s.requires_exam = Some(false)), Selected::Yes);
        assert_eq!(judge(&credential, |s| s.requires_background_check = Some(true)), Selected::No);
        assert_eq!(judge(&credential, |s| s.education = Some(EducationLevel::HighSchoolOrEquivalent)), Selected::Yes);
        assert_eq!(judge(&credential, |s| s.max_age = Some(99)), Selected::Yes);
    }

    #[test]
    fn an_age_must_be_within_both_limits() {
        let requirements = json!([
            {"id": "minimum-age", "condition": {"kind": "minimum_age", "years": 18}, "source": "us-tx/a"},
            {"id": "maximum-age", "condition": {"kind": "maximum_age", "years": 30}, "source": "us-tx/a"},
        ]);
        let credential = credential("complete", requirements);
        let aged = |age| judge(&credential, |s| (s.min_age, s.max_age) = (Some(age), Some(age)));
        assert_eq!([17, 18, 30, 31].map(aged), [Selected::No, Selected::Yes, Selected::Yes, Selected::No]);
    }

    #[test]
    fn fees_are_summed_up_to_the_certification() {
        let credential = credential("partial", training(json!(40)));
        let stated = Bounds { at_least: Usd::whole(260), at_most: Some(Usd::whole(360)) };
        assert_eq!(fees(&credential), Some(stated));
        let at_most = |usd| judge(&credential, |s| s.max_fee_usd = Some(Usd::whole(usd)));
        assert_eq!([360, 300, 200].map(at_most), [Selected::Yes, unstated("max_fee_usd"), Selected::No]);
    }

    #[test]
    fn a_free_training_does_not_make_a_certification_free() {
        let mut credential = credential("partial", training(json!(40)));
        credential.fees.retain(|fee| fee.kind == FeeKind::Training);
        assert_eq!(judge(&credential, |s| s.max_fee_usd = Some(Usd::whole(9_999))), unstated("max_fee_usd"));
        assert_eq!(judge(&credential, |s| s.max_fee_usd = Some(Usd::whole(199))), Selected::No);
    }

    #[test]
    fn a_requirement_for_some_applicants_leaves_the_filter_open() {
        let requirements = json!([
            {"id": "a", "condition": {"kind": "recovery_time", "months": 12}, "applies_to": ["substance_use"], "source": "us-tx/a"},
        ]);
        let credential = credential("complete", requirements);
        let within = |months| judge(&credential, |s| s.max_recovery_months = Some(months));
        assert_eq!([12, 6].map(within), [Selected::Yes, unstated("max_recovery_months")]);
    }

    #[test]
    fn one_route_must_fit_as_a_whole() {
        let mut credential = credential("complete", training(json!(40)));
        let other =
            serde_json::from_value(json!({"id": "b", "name": "B", "completeness": "complete", "requirements": [
                {"id": "training", "condition": {"kind": "training", "hours": 80}, "source": "us-tx/a"},
                {"id": "examination", "condition": {"kind": "examination"}, "source": "us-tx/a"},
            ]}));
        credential.routes.push(other.unwrap());
        let exam_within = |hours| {
            judge(&credential, |s| (s.requires_exam, s.max_training_hours) = (Some(true), Some(Hours::whole(hours))))
        };
        assert_eq!([40, 80].map(exam_within), [Selected::No, Selected::Yes]);
    }

    #[test]
    fn nothing_is_known_of_a_credential_without_routes() {
        let mut credential = credential("partial", training(json!(40)));
        credential.routes.clear();
        assert_eq!(judge(&credential, |s| s.max_recovery_months = Some(12)), unstated("max_recovery_months"));
        assert_eq!(judge(&credential, |s| s.specialties = vec![Specialty::MentalHealth]), Selected::Yes);
        assert_eq!(judge(&credential, |s| s.specialties = vec![Specialty::Family]), Selected::No);
    }
}
