//! What a credential that is held is worth elsewhere.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::applicant::Applicant;
use super::assessment::{Assessment, assess};
use super::calendar::months_after;
use super::judge::is_meant;
use super::profile::{CompletedTraining, HeldCredential, PassedExam, Profile, Schooling, TopicHours};
use super::verdict::Verdict;
use crate::catalog::Catalog;
use crate::credential::{Credential, Reciprocity, Route};
use crate::identifier::Identifier;
use crate::quantity::Hours;
use crate::reference::CredentialReference;
use crate::requirement::{Condition, EducationLevel, Experience, RequirementKind};

/// What somebody holds, and wants to take along.
#[derive(Clone, Copy, PartialEq)]
pub struct Holding<'a> {
    /// What they say of it.
    pub held: &'a HeldCredential,
    /// The credential, where the catalog has it.
    pub credential: Option<&'a Credential>,
    /// Whether a member board of IC&RC issued it; `None`: not said.
    pub through_ic_rc: Option<bool>,
}

/// Whether a credential accepts another, most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Acceptance {
    /// It is the very credential that is held.
    Held,
    /// By reciprocity, which names the credential, its jurisdiction or its board. A note may say under what conditions.
    Accepted,
    /// In part: any state's is accepted case by case, or a route asks for such a credential and for more.
    InPart,
    /// Credentials are accepted of which it is not known whether the one that is held is one: its board may belong to IC&RC or
    /// not, it is provisional, or the catalog does not know it.
    Unknown,
    /// No source says that it is.
    NotStated,
    /// A source says that none is.
    NotAccepted,
}

/// What a credential that is held is worth toward another.
#[derive(Debug, Clone, PartialEq)]
pub struct Transfer<'a> {
    /// Whether it is accepted.
    pub acceptance: Acceptance,
    /// What the credential says of others that it accepts.
    pub reciprocity: Option<&'a Reciprocity>,
    /// The route that asks for a credential like the one that is held.
    pub route: Option<&'a Route>,
    /// Where its holder stands when what it implies is credited.
    pub assessment: Assessment<'a>,
}

/// What holding a credential implies, on top of what the holder says of themself: the least that all routes to it ask for.
///
/// That holds for whoever earned it by one of them, as they are on the day that is asked for; where it was not
/// `earned_by_route`, nothing is implied but that it is held.
/// Approvals of a training elsewhere are not implied. What the holder says stays; hours and schooling are raised to what is implied.
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
        let before = issued.checked_sub_months(chrono::Months::new(months.into())).unwrap_or(issued);
        // The last day from which so many months have passed by the day of issue.
        let since = if months_after(before, months) <= issued { before } else { super::calendar::day_before(before) };
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
        // Where unpaid work counted, the holder may have done no other.
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

/// Whether holding a credential whose routes ask for this kind of requirement implies something.
#[must_use]
pub const fn implies(kind: RequirementKind) -> bool {
    use RequirementKind::{
        CodeOfEthics, Education, Examination, LivedExperience, Practicum, RecoveryTime, Supervision, Training,
        WorkExperience,
    };
    matches!(
        kind,
        CodeOfEthics
            | Education
            | Examination
            | LivedExperience
            | Practicum
            | RecoveryTime
            | Supervision
            | Training
            | WorkExperience
    )
}

/// What all routes to a credential ask of everybody.
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

    /// The least that every route asks for; `None` where one does not list it.
    fn least<T: Ord>(&self, pick: impl Fn(&Condition) -> Option<T>) -> Option<T> {
        let mut of_routes = self.routes.iter().map(|route| Self::of_everybody(route).filter_map(&pick).max());
        let first = of_routes.next()??;
        of_routes.try_fold(first, |least, next| Some(least.min(next?)))
    }

    /// Whether every route asks for it.
    fn always(&self, is: impl Fn(&Condition) -> bool) -> bool {
        !self.routes.is_empty() && self.routes.iter().all(|route| Self::of_everybody(route).any(&is))
    }

    /// Hours of work before the certification, and whether unpaid work may be among them.
    fn work(&self) -> Option<(Hours, bool)> {
        let hours = self.least(|condition| match condition {
            // What is worked after a provisional certification may still be ahead.
            Condition::WorkExperience { hours: Some(hours), within_months_after: None, .. } => Some(*hours),
            _ => None,
        })?;
        let paid_only = self
            .always(|condition| matches!(condition, Condition::WorkExperience { volunteer_counts: Some(false), .. }));
        Some((hours, !paid_only))
    }

    /// The one kind of experience that everybody who holds it must have, if it is one.
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

    /// The training that every route asks for, as far as the holder has not told of it.
    fn credit_training(&self, profile: &mut Profile) {
        let asked = self.least(|condition| match condition {
            Condition::Training { hours: Some(hours), .. } => Some(*hours),
            _ => None,
        });
        let there: Hours = profile.training.iter().flatten().map(|training| training.hours).sum();
        let Some(hours) = asked.filter(|asked| there < *asked) else { return };
        // Whatever they tell of may be part of it, so that its topics cannot be told from the rest.
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

/// Holds a credential against somebody who holds another; `applicant` is their profile with what it implies credited.
#[must_use]
pub fn transfer<'a>(target: &'a Credential, holding: Holding<'_>, applicant: &Applicant<'a>) -> Transfer<'a> {
    let assessment = assess(target, applicant);
    let reciprocity = target.reciprocity.as_ref();
    let route = holding.credential.and_then(|held| {
        let asks = |condition: &Condition| match condition {
            Condition::HoldsCredential { any_of } => any_of.iter().any(|reference| is_meant(reference, held, target)),
            _ => false,
        };
        let asks = |route: &&Route| route.requirements.iter().any(|requirement| asks(&requirement.condition));
        target.routes.iter().find(asks)
    });
    let by_reciprocity = reciprocity.map_or(Acceptance::NotStated, |stated| accepts(stated, target, holding));
    let acceptance = match by_reciprocity {
        _ if holding.credential.is_some_and(|held| held.id == target.id) => Acceptance::Held,
        Acceptance::Accepted => Acceptance::Accepted,
        _ if route.is_some() => Acceptance::InPart,
        other => other,
    };
    Transfer { acceptance, reciprocity, route, assessment }
}

fn accepts(reciprocity: &Reciprocity, target: &Credential, holding: Holding<'_>) -> Acceptance {
    let one = |reference: &CredentialReference| match (reference, holding.credential) {
        (CredentialReference::None, _) => Acceptance::NotAccepted,
        (CredentialReference::IcRc, _) if holding.through_ic_rc == Some(true) => Acceptance::Accepted,
        (CredentialReference::AnyState, Some(held)) if is_meant(reference, held, target) => Acceptance::InPart,
        (_, Some(held)) if is_meant(reference, held, target) => Acceptance::Accepted,
        // Whether a provisional one is enough, no source says; nor what a title is that the catalog does not know.
        (reference, Some(held)) if held.is_provisional() && reference.means(held) => Acceptance::Unknown,
        (CredentialReference::IcRc, _) if holding.through_ic_rc.is_none() => Acceptance::Unknown,
        (CredentialReference::IcRc, _) | (_, Some(_)) => Acceptance::NotStated,
        (_, None) => Acceptance::Unknown,
    };
    reciprocity.accepts.iter().map(one).min().unwrap_or(Acceptance::NotStated)
}

/// Everything that a credential which is held is worth: toward each of the others, what is accepted first, then what is closest.
pub fn transfers<'a>(
    catalog: &'a Catalog,
    holding: Holding<'_>,
    applicant: &Applicant<'a>,
    wanted: impl Fn(&Credential) -> bool,
) -> Vec<Transfer<'a>> {
    let targets = catalog.credentials.iter().filter(|credential| wanted(credential));
    let mut transfers: Vec<Transfer<'_>> = targets.map(|target| transfer(target, holding, applicant)).collect();
    transfers.sort_by(|a, b| {
        (a.acceptance, a.assessment.distance)
            .cmp(&(b.acceptance, b.assessment.distance))
            .then_with(|| a.assessment.credential.id.as_str().cmp(b.assessment.credential.id.as_str()))
    });
    transfers
}

impl Transfer<'_> {
    /// How many requirements of the best route are not met, and of how many that is not known.
    #[must_use]
    pub fn missing(&self) -> (usize, usize) {
        let best = self.assessment.routes.first();
        let judgments = || best.iter().flat_map(|route| &route.judgments);
        let unmet = judgments().filter(|judgment| matches!(judgment.verdict, Verdict::Unmet(_))).count();
        (unmet, judgments().filter(|judgment| matches!(judgment.verdict, Verdict::Unknown(_))).count())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guidance::assessment::Outcome;
    use crate::guidance::catalog;

    fn today() -> NaiveDate {
        "2026-11-25".parse().unwrap()
    }

    fn holds(id: &str, issued_on: Option<&str>) -> HeldCredential {
        let issued_on = issued_on.map(|day| day.parse().unwrap());
        HeldCredential { credential: Some(id.parse().unwrap()), title: None, issued_on, expires_on: None }
    }

    fn acceptance(held: &str, target: &str, through_ic_rc: Option<bool>) -> Acceptance {
        let held = holds(held, None);
        let credential = held.credential.as_ref().and_then(|id| catalog().credentials.get(id.as_str()));
        let holding = Holding { held: &held, credential, through_ic_rc };
        let profile = credited(&Profile::default(), holding, true, today());
        let applicant = Applicant::new(&profile, catalog(), today());
        transfer(catalog().credentials.get(target).unwrap(), holding, &applicant).acceptance
    }

    #[test]
    fn what_a_credential_says_of_others_decides() {
        for (held, target, through_ic_rc, expected) in [
            ("us-wa-cpss", "us-or-pss", None, Acceptance::Accepted),
            ("us-wa-cpss", "us-tx-mhps", None, Acceptance::InPart),
            ("us-tx-mhps", "us-tx-rsps", None, Acceptance::NotStated),
            ("us-tx-mhps", "us-tx-mhps", None, Acceptance::Held),
            ("us-tx-mhps", "us-nc-cpss", None, Acceptance::NotAccepted),
            ("us-tx-mhps", "us-ca-cmpss", None, Acceptance::InPart),
            ("us-az-cprs", "us-md-cprs", None, Acceptance::Unknown),
            ("us-az-cprs", "us-md-cprs", Some(true), Acceptance::Accepted),
            ("us-az-cprs", "us-md-cprs", Some(false), Acceptance::NotStated),
            ("us-wa-cpsst", "us-or-pss", None, Acceptance::Unknown),
            ("us-wa-cpsst", "us-ca-cmpss", None, Acceptance::Unknown),
            ("ic-rc-pr", "us-md-cprs", None, Acceptance::Accepted),
            ("naadac-ncprss", "us-va-rprs", None, Acceptance::Accepted),
        ] {
            assert_eq!(acceptance(held, target, through_ic_rc), expected, "{held} in {target}");
        }
    }

    #[test]
    fn what_a_credential_implies_is_credited_and_no_more() {
        let held = holds("us-md-cprs", Some("2024-03-31"));
        let credential = catalog().credentials.get("us-md-cprs");
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
    fn more_that_the_holder_says_stays() {
        let held = holds("us-md-cprs", None);
        let holding = Holding { held: &held, credential: catalog().credentials.get("us-md-cprs"), through_ic_rc: None };
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

    #[test]
    fn nothing_is_concluded_from_a_credential_that_the_catalog_does_not_know() {
        let held =
            HeldCredential { credential: None, title: Some("Peer Mentor".into()), issued_on: None, expires_on: None };
        let holding = Holding { held: &held, credential: None, through_ic_rc: None };
        let profile = credited(&Profile::default(), holding, true, today());
        assert_eq!(profile, Profile { credentials_held: Some(vec![held.clone()]), ..Profile::default() });
        let applicant = Applicant::new(&profile, catalog(), today());
        let all = transfers(catalog(), holding, &applicant, |_| true);
        assert!(
            all.iter()
                .all(|one| one.acceptance >= Acceptance::Unknown && one.assessment.outcome >= Outcome::Undetermined)
        );
    }
}
