//! Compares a course with the training that credentials require, and with competency frameworks.

mod additions;
mod aligned;
mod course;
mod coverage;

use super::profile::TopicHours;
use super::training::cover;
use crate::catalog::credential::{Credential, Route};
use crate::catalog::quantity::Hours;
use crate::catalog::requirement::{Condition, Requirement};
use crate::catalog::search::words;

pub use additions::{Addition, additions};
pub use aligned::{Aligned, AlignedTopic, Counts};
pub use course::{Course, Delivery};
pub use coverage::{CategoryCoverage, Coverage, FrameworkCoverage, coverage};

/// Words of a note about delivery.
const OF_DELIVERY: [&str; 11] =
    ["person", "classroom", "face", "online", "virtual", "virtually", "live", "remote", "distance", "pace", "ebased"];

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
    use crate::guidance::profile::CompletedTraining;

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
