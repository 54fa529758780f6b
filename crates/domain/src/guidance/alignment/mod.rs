//! Compares a course with the training that credentials require, and with competency frameworks.

mod additions;
mod coverage;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::profile::{CompletedTraining, TopicHours};
use super::training::cover;
use crate::catalog::credential::{Credential, Route};
use crate::catalog::identifier::{CategoryId, CompetencyId};
use crate::catalog::name::Name;
use crate::catalog::quantity::Hours;
use crate::catalog::requirement::{Condition, Requirement, TrainingTopic};
use crate::catalog::search::words;

pub use additions::{Addition, additions};
pub use coverage::{CategoryCoverage, Coverage, FrameworkCoverage, coverage};

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

/// Words of a note about delivery.
const OF_DELIVERY: [&str; 11] =
    ["person", "classroom", "face", "online", "virtual", "virtually", "live", "remote", "distance", "pace", "ebased"];

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

/// Whether a route of the credential requires training.
#[must_use]
pub fn asks_for_training(credential: &Credential) -> bool {
    let mut requirements = credential.routes.iter().flat_map(|route| &route.requirements);
    requirements.any(|requirement| matches!(requirement.condition, Condition::Training { .. }))
}

/// Compares a course with every training that the credentials require, best first.
pub fn align<'a>(credentials: impl IntoIterator<Item = &'a Credential>, course: &'a Course) -> Vec<Aligned<'a>> {
    let mut aligned = Vec::new();
    for credential in credentials {
        for route in &credential.routes {
            for requirement in &route.requirements {
                aligned.extend(align_requirement((credential, route, requirement), course));
            }
        }
    }
    aligned.sort_by(|a, b| {
        let missing = |one: &Aligned<'_>| one.hours_missing.unwrap_or(Hours::MOST);
        (a.counts, missing(a)).cmp(&(b.counts, missing(b))).then_with(|| a.credential.id.cmp(&b.credential.id))
    });
    aligned
}

fn align_requirement<'a>(
    (credential, route, requirement): (&'a Credential, &'a Route, &'a Requirement),
    course: &'a Course,
) -> Option<Aligned<'a>> {
    let Condition::Training { hours: hours_asked, topics, approved_provider: approval_asked } = &requirement.condition
    else {
        return None;
    };
    let training = &course.training;
    let coverage = cover(std::slice::from_ref(training), topics, false, credential);
    let approved =
        training.approved_for.as_ref().map(|places| places.iter().any(|place| credential.is_meant_by(place)));
    let by_topic = coverage.topics.iter().map(|part| AlignedTopic {
        topic: part.topic,
        hours: part.surely,
        missing: part.topic.hours.less(part.possibly),
        open: part.surely < part.topic.hours && part.possibly >= part.topic.hours,
    });
    let by_topic: Vec<AlignedTopic<'_>> = by_topic.collect();
    let hours_missing = hours_asked.map(|asked| asked.less(training.hours).max(coverage.lacking()));
    let counts = match hours_missing {
        None => Counts::NotStated,
        Some(missing) if missing > Hours::ZERO => Counts::Partly,
        Some(_) if by_topic.iter().any(|part| part.open) => Counts::Perhaps,
        Some(_) if *approval_asked == Some(true) && approved != Some(true) => Counts::OnceApproved,
        Some(_) if requirement.note.is_some() => Counts::UnlessNoted,
        Some(_) => Counts::Fully,
    };
    let named = |part: &&TopicHours| topics.iter().any(|topic| topic.name.is_same_as(&part.name));
    let beyond = training.topics.iter().flatten().filter(|part| !named(part)).map(|part| &part.name);
    Some(Aligned {
        credential,
        route,
        requirement,
        counts,
        hours_asked: *hours_asked,
        hours_missing,
        hours_beyond: hours_asked.map(|asked| training.hours.less(asked)),
        topics: by_topic,
        topics_beyond: if topics.is_empty() { Vec::new() } else { beyond.collect() },
        approval_asked: *approval_asked,
        approved,
        delivery_noted: course.delivery.map(|_| requirement.note.as_deref().is_some_and(speaks_of_delivery)),
    })
}

fn speaks_of_delivery(note: &str) -> bool {
    words(note).iter().any(|word| OF_DELIVERY.contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guidance::catalog;

    pub fn course(hours: u32, topics: Option<&[(&str, u32)]>, approved_for: Option<&[&str]>) -> Course {
        let topic = |(name, hours): &(&str, u32)| TopicHours { name: (*name).into(), hours: Hours::whole(*hours) };
        let training = CompletedTraining {
            hours: Hours::whole(hours),
            topics: topics.map(|topics| topics.iter().map(topic).collect()),
            approved_for: approved_for.map(|places| places.iter().map(|place| place.parse().unwrap()).collect()),
        };
        Course { training, competencies: Vec::new(), categories: Vec::new(), delivery: None }
    }

    fn counts(course: &Course, credential: &str) -> (Counts, Option<Hours>, Option<Hours>) {
        let credential = catalog().credentials.get(&credential.parse().unwrap()).unwrap();
        let aligned = align([credential], course);
        (aligned[0].counts, aligned[0].hours_missing, aligned[0].hours_beyond)
    }

    const DOMAINS: [(&str, u32); 4] = [
        ("Advocacy", 10),
        ("Mentoring/Education", 10),
        ("Recovery/Wellness Support", 10),
        ("Ethical responsibility", 16),
    ];

    #[test]
    fn hours_topics_and_approval_are_each_told() {
        let hours = |count| Some(Hours::whole(count));
        let none = Some(Hours::ZERO);
        assert_eq!(counts(&course(46, Some(&DOMAINS), None), "us-az-cprs"), (Counts::Fully, none, none));
        assert_eq!(counts(&course(50, Some(&DOMAINS), None), "us-az-cprs"), (Counts::Fully, none, hours(4)));
        assert_eq!(counts(&course(46, None, None), "us-az-cprs"), (Counts::Perhaps, none, none));
        assert_eq!(counts(&course(40, None, None), "us-az-cprs"), (Counts::Partly, hours(6), none));
        let lopsided = course(46, Some(&[("Advocacy", 20), ("Mentoring and education", 20)]), None);
        assert_eq!(counts(&lopsided, "us-az-cprs"), (Counts::Partly, hours(20), none));
        assert_eq!(counts(&course(70, None, None), "us-nc-cpss").0, Counts::Perhaps);
        let of_carolina = [("State-approved peer support course", 50), ("Additional related training", 20)];
        assert_eq!(counts(&course(70, Some(&of_carolina), None), "us-nc-cpss").0, Counts::OnceApproved);
        assert_eq!(counts(&course(70, Some(&of_carolina), Some(&["US-TX"])), "us-nc-cpss").0, Counts::OnceApproved);
        assert_eq!(counts(&course(70, Some(&of_carolina), Some(&["US-NC"])), "us-nc-cpss").0, Counts::UnlessNoted);
        assert_eq!(counts(&course(70, None, None), "us-ks-cps"), (Counts::NotStated, None, None));
    }
}
