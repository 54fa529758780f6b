//! What a credential implies about its holder.

use chrono::{Months, NaiveDate};

use super::holding::Holding;
use crate::catalog::credential::{Credential, Route};
use crate::catalog::quantity::Hours;
use crate::catalog::requirement::{Condition, EducationLevel, Experience, Requirement, RequirementKind};
use crate::guidance::calendar::{day_before, months_after};
use crate::guidance::profile::{CompletedTraining, PassedExam, Profile, Schooling, TopicHours};

/// Adds to a profile what the credential implies: the least that all routes to it require.
///
/// That is true of anybody who earned it by one of its routes, on the day of the request. If it was not
/// `earned_by_route`, it implies only that it is held. It never implies approvals of a training elsewhere. Answers of
/// the holder stay; hours and education rise to the implied amounts.
#[must_use]
pub fn credited(profile: &Profile, holding: Holding<'_>, earned_by_route: bool, today: NaiveDate) -> Profile {
    let mut profile = profile.clone();
    let known = profile.credentials_held.get_or_insert_default();
    if !known.contains(holding.held) {
        known.push(holding.held.clone());
    }
    let Some(credential) = holding.credential.filter(|_| earned_by_route) else { return profile };
    let issued = holding.held.issued_on.unwrap_or(today);
    let implied = Implied { routes: &credential.routes };
    if let (Some(months), None, None) = (implied.least(as_months), profile.recovery_since, profile.recovery_months) {
        let before = issued.checked_sub_months(Months::new(months.into())).unwrap_or(issued);
        // The last day that lies this many months before the day of issue.
        let since = if months_after(before, months) <= issued { before } else { day_before(before) };
        profile.recovery_since = Some(since);
    }
    if let Some(level) = implied.least(as_level) {
        profile.education = profile.education.max(Some(Schooling::from(level)));
    }
    implied.credit_training(&mut profile);
    for (field, hours) in [
        (&mut profile.supervision_hours, implied.least(as_supervision)),
        (&mut profile.practicum_hours, implied.least(as_practicum)),
    ] {
        *field = (*field).max(hours);
    }
    if let Some((hours, unpaid)) = implied.work() {
        // If unpaid work counted, all of the work may have been unpaid.
        let (field, other) = if unpaid {
            (&mut profile.volunteer_hours, profile.work_hours.unwrap_or_default())
        } else {
            (&mut profile.work_hours, Hours::ZERO)
        };
        *field = (*field).max(Some(hours.less(other)).filter(|lacking| *lacking > Hours::ZERO));
    }
    if implied.always(|condition| matches!(condition, Condition::Examination { .. })) {
        let exams = profile.exams_passed.get_or_insert_default();
        exams.push(PassedExam { credential: Some(credential.id.clone()), name: None, passed_on: None });
    }
    if implied.always(|condition| matches!(condition, Condition::CodeOfEthics {})) {
        profile.code_of_ethics_signed = profile.code_of_ethics_signed.or(Some(true));
    }
    if let Some(kind) = implied.only_experience() {
        profile.experience_mut(kind).get_or_insert(true);
    }
    profile
}

/// The requirements of each route that [`credited`] draws its conclusions from.
pub fn implying(held: &Credential) -> impl Iterator<Item = (&Route, &Requirement)> {
    let implied = Implied { routes: &held.routes };
    held.routes.iter().flat_map(move |route| {
        let of_everybody = route.requirements.iter().filter(|requirement| requirement.applies_to.is_empty());
        of_everybody.filter(move |requirement| implied.rests_on(&requirement.condition)).map(move |one| (route, one))
    })
}

/// Whether a condition implies anything if every route has it.
fn implies(condition: &Condition) -> bool {
    match condition {
        Condition::Training { hours, .. } => hours.is_some(),
        // Work after a provisional certification may still be ahead.
        Condition::WorkExperience { hours, within_months_after, .. } => {
            hours.is_some() && within_months_after.is_none()
        }
        Condition::LivedExperience { any_of, .. } => any_of.len() == 1,
        Condition::CodeOfEthics {}
        | Condition::Education { .. }
        | Condition::Examination { .. }
        | Condition::Practicum { .. }
        | Condition::RecoveryTime { .. }
        | Condition::Supervision { .. } => true,
        // A holder may have met it once and meet it no longer, or no field of a profile could say that they did.
        _ => false,
    }
}

/// What all routes to a credential require of everybody.
#[derive(Clone, Copy)]
struct Implied<'a> {
    routes: &'a [Route],
}

const fn as_months(condition: &Condition) -> Option<u16> {
    match condition {
        Condition::RecoveryTime { months } => Some(*months),
        _ => None,
    }
}

const fn as_level(condition: &Condition) -> Option<EducationLevel> {
    match condition {
        Condition::Education { level } => Some(*level),
        _ => None,
    }
}

const fn as_supervision(condition: &Condition) -> Option<Hours> {
    match condition {
        Condition::Supervision { hours } => Some(*hours),
        _ => None,
    }
}

const fn as_practicum(condition: &Condition) -> Option<Hours> {
    match condition {
        Condition::Practicum { hours } => Some(*hours),
        _ => None,
    }
}

impl Implied<'_> {
    fn of_everybody(route: &Route) -> impl Iterator<Item = &Condition> {
        let of_everybody = route.requirements.iter().filter(|requirement| requirement.applies_to.is_empty());
        of_everybody.map(|requirement| &requirement.condition)
    }

    /// The least that every route requires; `None`: a route does not list it.
    fn least<T: Ord>(&self, pick: impl Fn(&Condition) -> Option<T>) -> Option<T> {
        let mut of_routes = self.routes.iter().map(|route| Self::of_everybody(route).filter_map(&pick).max());
        let first = of_routes.next()??;
        of_routes.try_fold(first, |least, next| Some(least.min(next?)))
    }

    /// Whether a conclusion rests on the condition, since every route has one of its kind.
    fn rests_on(&self, condition: &Condition) -> bool {
        let kind = condition.kind();
        let same = |other: &Condition| other.kind() == kind && implies(other);
        implies(condition)
            && self.always(same)
            && (kind != RequirementKind::LivedExperience || self.only_experience().is_some())
    }

    /// Whether every route requires it.
    fn always(&self, is: impl Fn(&Condition) -> bool) -> bool {
        !self.routes.is_empty() && self.routes.iter().all(|route| Self::of_everybody(route).any(&is))
    }

    /// Hours of work before the certification, and whether some may be unpaid.
    fn work(&self) -> Option<(Hours, bool)> {
        let hours = self.least(|condition| match condition {
            Condition::WorkExperience { hours: Some(hours), .. } if implies(condition) => Some(*hours),
            _ => None,
        })?;
        let paid_only = self
            .always(|condition| matches!(condition, Condition::WorkExperience { volunteer_counts: Some(false), .. }));
        Some((hours, !paid_only))
    }

    /// The kind of experience that every holder must have, if there is exactly one.
    fn only_experience(&self) -> Option<Experience> {
        let mut kinds = self.routes.iter().map(|route| {
            Self::of_everybody(route).find_map(|condition| match condition {
                Condition::LivedExperience { any_of, .. } => match any_of.as_slice() {
                    [only] => Some(*only),
                    _ => None,
                },
                _ => None,
            })
        });
        let first = kinds.next()??;
        kinds.all(|kind| kind == Some(first)).then_some(first)
    }

    /// Credits the training that every route requires, as far as the profile does not have it.
    fn credit_training(&self, profile: &mut Profile) {
        let asked = self.least(|condition| match condition {
            Condition::Training { hours: Some(hours), .. } => Some(*hours),
            _ => None,
        });
        let there: Hours = profile.training.iter().flatten().map(|training| training.hours).sum();
        let Some(hours) = asked.filter(|asked| there < *asked) else { return };
        // The trainings of the profile may be part of it, so the topics of the rest are not known.
        let topics = match self.routes {
            [only] if there == Hours::ZERO => Self::of_everybody(only).find_map(|condition| match condition {
                Condition::Training { hours: Some(_), topics, .. } if !topics.is_empty() => Some(
                    topics.iter().map(|topic| TopicHours { name: topic.name.clone(), hours: topic.hours }).collect(),
                ),
                _ => None,
            }),
            _ => None,
        };
        let rest = CompletedTraining { hours: hours.less(there), topics, approved_for: None };
        profile.training.get_or_insert_default().push(rest);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::tests::{holds, today};
    use super::*;
    use crate::guidance::catalog;

    #[test]
    fn what_a_credential_implies_is_credited_and_no_more() {
        let held = holds("us-md-cprs", Some("2024-03-31"));
        let credential = catalog().credentials.get(&"us-md-cprs".parse().unwrap());
        let holding = Holding { held: &held, credential, through_ic_rc: None };
        let profile = credited(&Profile::default(), holding, true, today());
        let training = profile.training.unwrap();
        assert_eq!((training.len(), training[0].hours), (1, Hours::whole(50)));
        assert_eq!(training[0].topics.as_ref().unwrap().len(), 5);
        assert_eq!(training[0].approved_for, None);
        assert_eq!((profile.work_hours, profile.volunteer_hours), (None, Some(Hours::whole(500))));
        assert_eq!(profile.supervision_hours, Some(Hours::whole(25)));
        assert_eq!(profile.credentials_held.unwrap().len(), 1);
        assert_eq!((profile.birth_date, profile.references, profile.background_check_passed), (None, None, None));
    }

    #[test]
    fn what_is_credited_rests_on_just_those_requirements_that_are_named() {
        use RequirementKind as Kind;
        let lived = |profile: &Profile| (profile.lived_experience, profile.veteran);
        let mut kinds = BTreeSet::new();
        for credential in &catalog().credentials {
            let held = holds(&credential.id.to_string(), None);
            let holding = Holding { held: &held, credential: Some(credential), through_ic_rc: None };
            let profile = credited(&Profile::default(), holding, true, today());
            let credited = [
                (Kind::RecoveryTime, profile.recovery_since.is_some()),
                (Kind::Education, profile.education.is_some()),
                (Kind::Training, profile.training.is_some()),
                (Kind::Supervision, profile.supervision_hours.is_some()),
                (Kind::Practicum, profile.practicum_hours.is_some()),
                (Kind::WorkExperience, profile.work_hours.or(profile.volunteer_hours).is_some()),
                (Kind::Examination, profile.exams_passed.is_some()),
                (Kind::CodeOfEthics, profile.code_of_ethics_signed.is_some()),
                (Kind::LivedExperience, lived(&profile) != lived(&Profile::default())),
            ];
            let credited: BTreeSet<Kind> = credited.iter().filter(|(_, there)| *there).map(|(kind, _)| *kind).collect();
            let named: BTreeSet<Kind> = implying(credential).map(|(_, one)| one.condition.kind()).collect();
            assert_eq!(credited, named, "{}", credential.id);
            kinds.extend(named);
        }
        assert_eq!(kinds.len(), 9, "{kinds:?}");
    }

    #[test]
    fn more_that_the_holder_says_stays() {
        let held = holds("us-md-cprs", None);
        let holding = Holding {
            held: &held,
            credential: catalog().credentials.get(&"us-md-cprs".parse().unwrap()),
            through_ic_rc: None,
        };
        let training = CompletedTraining { hours: Hours::whole(30), topics: None, approved_for: Some(Vec::new()) };
        let said = Profile {
            work_hours: Some(Hours::whole(450)),
            supervision_hours: Some(Hours::whole(90)),
            training: Some(vec![training.clone()]),
            ..Profile::default()
        };
        let profile = credited(&said, holding, true, today());
        assert_eq!(profile.work_hours, said.work_hours);
        assert_eq!(profile.volunteer_hours, Some(Hours::whole(50)));
        assert_eq!(profile.supervision_hours, said.supervision_hours);
        let rest = CompletedTraining { hours: Hours::whole(20), topics: None, approved_for: None };
        assert_eq!(profile.training, Some(vec![training, rest]));
    }
}
