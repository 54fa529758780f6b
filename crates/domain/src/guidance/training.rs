//! How far finished trainings cover a requirement: hours, topics, approved providers.

use super::profile::CompletedTraining;
use super::verdict::{Question, TopicGap};
use crate::catalog::credential::Credential;
use crate::catalog::quantity::Hours;
use crate::catalog::requirement::TrainingTopic;

/// How far trainings cover a requirement.
///
/// Hours that may count include the hours of providers with unknown approval, and hours whose topic is not known.
#[derive(Debug, Clone, PartialEq)]
pub struct Coverage<'a> {
    /// Hours that certainly count.
    pub surely: Hours,
    /// Hours that may count.
    pub possibly: Hours,
    /// The same by topic, in the order of the requirement.
    pub topics: Vec<TopicCoverage<'a>>,
    /// Hours without a known topic; they may belong to any one topic.
    elsewhere: Hours,
    /// Whether the approval of a provider is not known.
    approval_is_open: bool,
    /// Whether it is not known how hours are split into topics.
    topics_are_open: bool,
}

/// How far trainings cover a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct TopicCoverage<'a> {
    /// The topic, with its required hours.
    pub topic: &'a TrainingTopic,
    /// Hours that certainly count.
    pub surely: Hours,
    /// Hours that may count.
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
        // Hours with another topic, or with none, may belong to any topic.
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

    /// The topics that certainly lack hours.
    #[must_use]
    pub fn gaps(&self, topics: &'a [TrainingTopic]) -> Vec<TopicGap<'a>> {
        let lacking = topics.iter().zip(&self.topics).filter(|(topic, coverage)| coverage.possibly < topic.hours);
        lacking
            .map(|(topic, coverage)| TopicGap { name: &topic.name, hours: topic.hours.less(coverage.possibly) })
            .collect()
    }

    /// The hours that all topics together lack at least. Hours without a known topic can close a gap only once.
    #[must_use]
    pub fn lacking(&self) -> Hours {
        let each: Hours = self.topics.iter().map(|part| part.topic.hours.less(part.possibly)).sum();
        let named = |part: &TopicCoverage<'_>| part.possibly.less(self.elsewhere);
        let beyond_names: Hours = self.topics.iter().map(|part| part.topic.hours.less(named(part))).sum();
        each.max(beyond_names.less(self.elsewhere))
    }

    /// The hours of all topics together that are not certainly covered.
    #[must_use]
    pub fn uncovered(&self) -> Hours {
        self.topics.iter().map(|coverage| coverage.topic.hours.less(coverage.surely)).sum()
    }

    /// The question that would decide more; `enough`: the total hours are certainly enough.
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
