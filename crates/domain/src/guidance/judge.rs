//! The verdict on one requirement.

use super::applicant::{Applicant, Confirmed};
use super::training::{Coverage, cover};
use super::verdict::{Gap, Judgment, Question, Verdict};
use crate::catalog::credential::{Credential, Route};
use crate::catalog::quantity::Hours;
use crate::catalog::reference::CredentialReference;
use crate::catalog::requirement::{Condition, EducationLevel, Experience, Requirement, RequirementKind};
use crate::catalog::selection::Bounds;

/// No remaining hours.
pub const NOTHING_AHEAD: Bounds<Hours> = Bounds { at_least: Hours::ZERO, at_most: Some(Hours::ZERO) };

/// Judges a requirement of a route by an applicant’s profile and confirmations.
///
/// If the profile does not decide, the verdict is [`Verdict::Unknown`] with the question that would. A confirmation
/// decides what is unknown. It overrules other answers only if the requirement has a note, such as another way to meet
/// it, and never an age, a length of time or hours of learning. A requirement for some applicants is met for all
/// others.
#[must_use]
pub fn judge<'a>(
    requirement: &'a Requirement,
    (credential, route): (&'a Credential, &'a Route),
    applicant: &Applicant<'a>,
    confirmed: Confirmed<'_>,
) -> Judgment<'a> {
    let confirmed = confirmed.has(requirement);
    let concerned = applicant.is_concerned(&requirement.applies_to);
    let (verdict, hours_ahead) = match concerned {
        Ok(false) => (Verdict::Met, NOTHING_AHEAD),
        Ok(true) => hold(&requirement.condition, (credential, route), applicant),
        Err(kind) => match hold(&requirement.condition, (credential, route), applicant) {
            (Verdict::Met, _) => (Verdict::Met, NOTHING_AHEAD),
            // There are no hours ahead if the requirement does not concern the applicant.
            (_, ahead) => {
                let ahead = Bounds { at_least: Hours::ZERO, ..ahead };
                (Verdict::Unknown(Question::LivedExperience(kind)), ahead)
            }
        },
    };
    let (verdict, hours_ahead) = match verdict {
        Verdict::Unknown(_) if confirmed => (Verdict::Met, NOTHING_AHEAD),
        Verdict::Unmet(_) if confirmed && may_be_met_otherwise(requirement) => (Verdict::Met, NOTHING_AHEAD),
        Verdict::Met => (Verdict::Met, NOTHING_AHEAD),
        other => (other, hours_ahead),
    };
    Judgment { requirement, verdict, hours_ahead, confirmed }
}

/// Whether there may be another way to meet the requirement, such as study instead of work.
fn may_be_met_otherwise(requirement: &Requirement) -> bool {
    let kind = requirement.condition.kind();
    let learned = kind.is_hours() && kind != RequirementKind::WorkExperience;
    requirement.note.is_some() && !kind.is_time() && !learned
}

fn hold<'a>(
    condition: &'a Condition,
    (credential, route): (&'a Credential, &'a Route),
    applicant: &Applicant<'a>,
) -> (Verdict<'a>, Bounds<Hours>) {
    let profile = applicant.profile;
    let verdict = match condition {
        Condition::MinimumAge { years } => minimum_age(*years, applicant),
        Condition::MaximumAge { years } => maximum_age(*years, applicant),
        Condition::LivedExperience { any_of, also } => lived_experience(any_of, also, applicant),
        Condition::RecoveryTime { months } => recovery_time(*months, applicant),
        Condition::Education { level } => education(*level, applicant),
        Condition::Examination { name, .. } => examination(name.as_ref(), (credential, route), applicant),
        Condition::BackgroundCheck {} => {
            yes_or_no(profile.background_check_passed, Gap::BackgroundCheck, Question::BackgroundCheckPassed)
        }
        Condition::CodeOfEthics {} => {
            yes_or_no(profile.code_of_ethics_signed, Gap::CodeOfEthics, Question::CodeOfEthicsSigned)
        }
        Condition::References { count } => match profile.references {
            None => Verdict::Unknown(Question::References),
            Some(there) if there >= *count => Verdict::Met,
            Some(there) => Verdict::Unmet(Gap::References { count: count - there }),
        },
        Condition::Residency { live_or_work_percent } => {
            residency(live_or_work_percent.is_some(), credential, applicant)
        }
        Condition::HoldsCredential { any_of } => holds_credential(any_of, credential, applicant),
        Condition::Attestation { .. } | Condition::Other { .. } => Verdict::Unknown(Question::Confirmed),
        Condition::Training { hours, topics, approved_provider } => {
            let needs_approval = *approved_provider == Some(true);
            let courses = profile.training.as_deref();
            return training(courses.map(|courses| cover(courses, topics, needs_approval, credential)), *hours, topics);
        }
        Condition::WorkExperience { hours, volunteer_counts, within_months_after } => {
            return work(*hours, *volunteer_counts, within_months_after.is_some(), applicant);
        }
        Condition::Supervision { hours } => {
            return counted(*hours, profile.supervision_hours, Question::SupervisionHours);
        }
        Condition::Practicum { hours } => return counted(*hours, profile.practicum_hours, Question::PracticumHours),
    };
    (verdict, NOTHING_AHEAD)
}

fn yes_or_no(said: Option<bool>, gap: Gap<'_>, question: Question) -> Verdict<'_> {
    match said {
        Some(true) => Verdict::Met,
        Some(false) => Verdict::Unmet(gap),
        None => Verdict::Unknown(question),
    }
}

fn minimum_age<'a>(years: u8, applicant: &Applicant<'_>) -> Verdict<'a> {
    match applicant.age {
        Some(age) if age.years < years => {
            Verdict::Unmet(Gap::Years { years: years - age.years, met_on: age.reaches(years) })
        }
        Some(_) => Verdict::Met,
        None => Verdict::Unknown(Question::BirthDate),
    }
}

fn maximum_age<'a>(years: u8, applicant: &Applicant<'_>) -> Verdict<'a> {
    match applicant.age {
        Some(age) if age.years > years => Verdict::Unmet(Gap::Youth { years: age.years - years }),
        Some(_) => Verdict::Met,
        None => Verdict::Unknown(Question::BirthDate),
    }
}

fn recovery_time<'a>(months: u16, applicant: &Applicant<'_>) -> Verdict<'a> {
    match applicant.recovery {
        Some(there) if there.months < months => {
            Verdict::Unmet(Gap::Months { months: months - there.months, met_on: there.reaches(months) })
        }
        Some(_) => Verdict::Met,
        None => Verdict::Unknown(Question::RecoverySince),
    }
}

fn lived_experience<'a>(any_of: &'a [Experience], also: &[Experience], applicant: &Applicant<'_>) -> Verdict<'a> {
    let lived = |kind: &Experience| applicant.profile.experience(*kind);
    let one = any_of.iter().any(|kind| lived(kind) == Some(true));
    let none = any_of.iter().all(|kind| lived(kind) == Some(false));
    let lacking: Vec<Experience> = also.iter().filter(|kind| lived(kind) == Some(false)).copied().collect();
    if none || !lacking.is_empty() {
        return Verdict::Unmet(Gap::Experience { any_of: if none { any_of } else { &[] }, also: lacking });
    }
    let open = |kind: &&Experience| lived(kind).is_none();
    let question = if one { None } else { any_of.iter().find(open) }.or_else(|| also.iter().find(open));
    question.map_or(Verdict::Met, |kind| Verdict::Unknown(Question::LivedExperience(*kind)))
}

fn education<'a>(level: EducationLevel, applicant: &Applicant<'_>) -> Verdict<'a> {
    match applicant.profile.education {
        None => Verdict::Unknown(Question::Education),
        Some(schooling) if schooling.reaches(level) => Verdict::Met,
        Some(_) => Verdict::Unmet(Gap::Education { level }),
    }
}

/// An examination is passed by its name, or for the credential if the route has no other that could be meant. One that
/// was passed for another credential may be the same or not.
fn examination<'a>(
    name: Option<&crate::catalog::name::Name>,
    (credential, route): (&Credential, &Route),
    applicant: &Applicant<'_>,
) -> Verdict<'a> {
    let Some(passed) = &applicant.profile.exams_passed else { return Verdict::Unknown(Question::ExamsPassed) };
    if passed.is_empty() {
        return Verdict::Unmet(Gap::Examination);
    }
    let is_exam = |requirement: &&Requirement| matches!(requirement.condition, Condition::Examination { .. });
    let all = || route.requirements.iter().filter(is_exam).count();
    if name.is_some_and(|name| applicant.passed(name)) || applicant.passed_for(credential) >= all() {
        Verdict::Met
    } else {
        Verdict::Unknown(Question::Confirmed)
    }
}

/// Living in the jurisdiction is enough. Working there is enough if no share of the time is required, or if the
/// applicant works nowhere else.
///
/// For a national credential the jurisdiction is that of a member board, which no field states.
fn residency<'a>(asks_for_share: bool, credential: &Credential, applicant: &Applicant<'_>) -> Verdict<'a> {
    let Some(here) = &credential.jurisdiction else { return Verdict::Unknown(Question::Confirmed) };
    let (lives, works) = (&applicant.profile.lives_in, &applicant.profile.works_in);
    let lives_here = lives.as_ref().map(|there| there == here);
    let works_here = works.as_ref().map(|there| there.contains(here));
    let only_here = works.as_ref().is_some_and(|there| there.iter().all(|code| code == here));
    match (lives_here, works_here) {
        (Some(true), _) => Verdict::Met,
        (_, Some(true)) if !asks_for_share || only_here => Verdict::Met,
        (_, Some(true)) => Verdict::Unknown(Question::Confirmed),
        (Some(false), Some(false)) => Verdict::Unmet(Gap::Residency),
        (None, _) => Verdict::Unknown(Question::LivesIn),
        (Some(false), None) => Verdict::Unknown(Question::WorksIn),
    }
}

/// `any-state` excludes the state of the credential itself.
fn holds_credential<'a>(
    any_of: &'a [CredentialReference],
    credential: &Credential,
    applicant: &Applicant<'_>,
) -> Verdict<'a> {
    if applicant.profile.credentials_held.is_none() {
        return Verdict::Unknown(Question::CredentialsHeld);
    }
    let is_asked_for = |held: &&&Credential| any_of.iter().any(|reference| is_meant(reference, held, credential));
    if applicant.held().iter().find(is_asked_for).is_some() {
        Verdict::Met
    } else if applicant.holds_something_else() {
        Verdict::Unknown(Question::Confirmed)
    } else {
        Verdict::Unmet(Gap::Credential { any_of })
    }
}

/// Whether a reference of a credential includes another credential. A provisional one is included only by its own id.
#[must_use]
pub fn is_meant(reference: &CredentialReference, held: &Credential, of: &Credential) -> bool {
    let at_home = *reference == CredentialReference::AnyState && held.jurisdiction == of.jurisdiction;
    let by_id = matches!(reference, CredentialReference::Credential(_));
    held.is_meant_by(reference) && !at_home && (by_id || !held.is_provisional())
}

/// Hours that an applicant has: those that certainly count, and those that may; `None`: no upper bound.
struct HoursCounted {
    surely: Hours,
    possibly: Option<Hours>,
}

impl HoursCounted {
    fn exactly(hours: Hours) -> Self {
        Self { surely: hours, possibly: Some(hours) }
    }

    /// The missing hours, at least and at most.
    fn missing(&self, asked: Hours) -> Bounds<Hours> {
        let at_least = self.possibly.map_or(Hours::ZERO, |there| asked.less(there));
        Bounds { at_least, at_most: Some(asked.less(self.surely)) }
    }
}

fn lacking<'a>(hours: Option<Hours>) -> Verdict<'a> {
    Verdict::Unmet(Gap::Hours { hours, topics: Vec::new() })
}

fn counted<'a>(asked: Hours, there: Option<Hours>, question: Question) -> (Verdict<'a>, Bounds<Hours>) {
    let Some(there) = there else {
        return (Verdict::Unknown(question), HoursCounted { surely: Hours::ZERO, possibly: None }.missing(asked));
    };
    let missing = HoursCounted::exactly(there).missing(asked);
    (if there >= asked { Verdict::Met } else { lacking(Some(missing.at_least)) }, missing)
}

/// If no source says whether unpaid work counts, paid work alone decides, and both together may count.
///
/// Only hours after a provisional certification count toward a requirement that says so; the applicant must confirm
/// them.
fn work<'a>(
    asked: Option<Hours>,
    volunteer_counts: Option<bool>,
    after_certification: bool,
    applicant: &Applicant<'_>,
) -> (Verdict<'a>, Bounds<Hours>) {
    let (paid, unpaid) = (applicant.profile.work_hours, applicant.profile.volunteer_hours);
    let there = match volunteer_counts {
        Some(true) => HoursCounted {
            surely: paid.unwrap_or_default() + unpaid.unwrap_or_default(),
            possibly: paid.zip(unpaid).map(|(paid, unpaid)| paid + unpaid),
        },
        Some(false) => HoursCounted { surely: paid.unwrap_or_default(), possibly: paid },
        None => HoursCounted {
            surely: paid.unwrap_or_default(),
            possibly: paid.zip(unpaid).map(|(paid, unpaid)| paid + unpaid),
        },
    };
    let question = match (paid, unpaid, volunteer_counts) {
        (None, ..) => Question::WorkHours,
        (Some(_), None, Some(true) | None) => Question::VolunteerHours,
        _ => Question::Confirmed,
    };
    let Some(asked) = asked else {
        let verdict = if there.possibly == Some(Hours::ZERO) {
            lacking(None)
        } else if there.surely > Hours::ZERO {
            Verdict::Unknown(Question::Confirmed)
        } else {
            Verdict::Unknown(question)
        };
        return (verdict, Bounds { at_least: Hours::ZERO, at_most: None });
    };
    let missing = there.missing(asked);
    let verdict = if missing.at_least > Hours::ZERO {
        lacking(Some(missing.at_least))
    } else if there.surely < asked {
        Verdict::Unknown(question)
    } else if after_certification {
        return (Verdict::Unknown(Question::Confirmed), Bounds { at_least: Hours::ZERO, at_most: Some(asked) });
    } else {
        Verdict::Met
    };
    let at_most = if after_certification { Some(asked) } else { missing.at_most };
    (verdict, Bounds { at_most, ..missing })
}

fn training<'a>(
    coverage: Option<Coverage<'a>>,
    asked: Option<Hours>,
    topics: &'a [crate::catalog::requirement::TrainingTopic],
) -> (Verdict<'a>, Bounds<Hours>) {
    let Some(coverage) = coverage else {
        return (Verdict::Unknown(Question::Training), Bounds { at_least: Hours::ZERO, at_most: asked });
    };
    let Some(asked) = asked else {
        let open = Bounds { at_least: Hours::ZERO, at_most: None };
        return if coverage.possibly == Hours::ZERO {
            (Verdict::Unmet(Gap::Hours { hours: None, topics: coverage.gaps(topics) }), open)
        } else {
            (Verdict::Unknown(Question::Confirmed), open)
        };
    };
    let gaps = coverage.gaps(topics);
    let missing = Bounds {
        at_least: asked.less(coverage.possibly).max(coverage.lacking()),
        at_most: Some(asked.less(coverage.surely).max(coverage.uncovered())),
    };
    let verdict = if missing.at_least > Hours::ZERO {
        Verdict::Unmet(Gap::Hours { hours: Some(missing.at_least), topics: gaps })
    } else if missing.at_most == Some(Hours::ZERO) {
        Verdict::Met
    } else {
        Verdict::Unknown(coverage.question(coverage.surely >= asked))
    };
    (verdict, missing)
}
