//! How far finished trainings cover what a requirement asks for: hours, topics, approved providers.

use super::profile::CompletedTraining;
use super::verdict::{Question, TopicGap};
use crate::catalog::credential::Credential;
use crate::catalog::quantity::Hours;
use crate::catalog::requirement::TrainingTopic;

/// How far trainings cover a requirement.
///
/// What surely counts is said to; what possibly counts includes hours of providers of whom it is not known whether they
/// are approved, and hours that are not known to fall to another topic.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage<'a> {
    /// Hours that surely count.
    pub surely: Hours,
    /// Hours that possibly count.
    pub possibly: Hours,
    /// The same by topic, in the order of the requirement's.
    pub topics: Vec<TopicCoverage<'a>>,
    /// Hours that are not known to go to any of the topics, and may go to one of them each.
    elsewhere: Hours,
    /// Whether the approval of a provider would have to be known.
    approval_is_open: bool,
    /// Whether it would have to be known how hours fall to topics.
    topics_are_open: bool,
}

/// How far trainings cover a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicCoverage<'a> {
    /// The topic, with the hours that are asked for.
    pub topic: &'a TrainingTopic,
    /// Hours that surely count.
    pub surely: Hours,
    /// Hours that possibly count.
    pub possibly: Hours,
}

/// Adds up how far trainings cover a requirement of a credential.
#[must_use]
pub fn cover<'a>(
    trainings: &[CompletedTraining],
    topics: &'a [TrainingTopic],
    needs_approval: bool,
    credential: &Credential,
) -> Coverage<'a> {
    let by_topic = topics.iter().map(|topic| TopicCoverage { topic, surely: Hours::ZERO, possibly: Hours::ZERO });
    let mut coverage = Coverage {
        surely: Hours::ZERO,
        possibly: Hours::ZERO,
        topics: by_topic.collect(),
        elsewhere: Hours::ZERO,
        approval_is_open: false,
        topics_are_open: false,
    };
    for training in trainings {
        let counts = match &training.approved_for {
            _ if !needs_approval => Some(true),
            None => None,
            Some(places) => Some(places.iter().any(|place| credential.is_meant_by(place))),
        };
        if counts != Some(false) {
            coverage.add(training, counts == Some(true));
        }
    }
    coverage
}

impl<'a> Coverage<'a> {
    fn add(&mut self, training: &CompletedTraining, surely: bool) {
        self.possibly = self.possibly + training.hours;
        self.approval_is_open |= !surely;
        if surely {
            self.surely = self.surely + training.hours;
        }
        if self.topics.is_empty() {
            return;
        }
        let named = training.topics.as_deref().unwrap_or_default();
        let fits = |coverage: &TopicCoverage<'_>, name| coverage.topic.name.is_same_as(name);
        let fitting = named.iter().filter(|part| self.topics.iter().any(|coverage| fits(coverage, &part.name)));
        // Hours under another name, or under none, may belong to any topic.
        let elsewhere = training.hours.less(fitting.map(|part| part.hours).sum());
        self.elsewhere = self.elsewhere + elsewhere;
        self.topics_are_open |= training.topics.is_none();
        for coverage in &mut self.topics {
            let hours: Hours = named.iter().filter(|part| fits(coverage, &part.name)).map(|part| part.hours).sum();
            coverage.possibly = coverage.possibly + hours + elsewhere;
            if surely {
                coverage.surely = coverage.surely + hours;
            }
        }
    }

    /// The topics that lack hours, whatever is not known.
    #[must_use]
    pub fn gaps(&self, topics: &'a [TrainingTopic]) -> Vec<TopicGap<'a>> {
        let lacking = topics.iter().zip(&self.topics).filter(|(topic, coverage)| coverage.possibly < topic.hours);
        lacking
            .map(|(topic, coverage)| TopicGap { name: &topic.name, hours: topic.hours.less(coverage.possibly) })
            .collect()
    }

    /// Hours that all topics together lack at least: what is not known to go to one of them can close each gap only once.
    #[must_use]
    pub fn lacking(&self) -> Hours {
        let each: Hours = self.topics.iter().map(|part| part.topic.hours.less(part.possibly)).sum();
        let named = |part: &TopicCoverage<'_>| part.possibly.less(self.elsewhere);
        let beyond_names: Hours = self.topics.iter().map(|part| part.topic.hours.less(named(part))).sum();
        each.max(beyond_names.less(self.elsewhere))
    }

    /// Hours by topic that are not surely covered, all together.
    #[must_use]
    pub fn uncovered(&self) -> Hours {
        self.topics.iter().map(|coverage| coverage.topic.hours.less(coverage.surely)).sum()
    }

    /// What would have to be known to say more; `enough`: the hours are, whatever is not known.
    #[must_use]
    pub const fn question(&self, enough: bool) -> Question {
        if self.topics_are_open && (enough || !self.approval_is_open) {
            Question::TrainingTopics
        } else if self.approval_is_open {
            Question::TrainingApproval
        } else {
            Question::Confirmed
        }
    }
}
