//! What to add to a course so that it is enough for credentials of more states.

use super::aligned::Aligned;
use crate::catalog::credential::{Credential, CredentialStatus};
use crate::catalog::identifier::Identifier;
use crate::catalog::name::Name;
use crate::catalog::quantity::Hours;
use crate::catalog::requirement::Condition;

/// An addition to a course, and the credentials that it opens.
#[derive(Debug, Clone, PartialEq)]
pub struct Addition<'a> {
    /// The hours to add in total.
    pub hours: Hours,
    /// The hours of them that must go to certain topics.
    pub topics: Vec<(&'a Name, Hours)>,
    /// The credentials that the course would then be enough for, except for approvals, and is not yet.
    pub opens: Vec<&'a Credential>,
    /// Those of them whose requirement has a note, which may require a particular course.
    pub noted: Vec<&'a Credential>,
    /// The number of further jurisdictions: the course is not yet enough for any of their credentials.
    pub further_jurisdictions: usize,
}

/// What a course lacks for a requirement.
struct Need<'a> {
    credential: &'a Credential,
    noted: bool,
    hours: Hours,
    /// The topics that lack hours, each with the missing hours.
    topics: Vec<(&'a Name, Hours)>,
}

/// The smallest additions that open the most further jurisdictions. Each opens more than any smaller addition.
///
/// A credential is open if the course has all stated hours and topics of one of its routes, whatever approvals and
/// notes say. Hours without a topic do not count toward a topic.
#[must_use]
pub fn additions<'a>(aligned: &[Aligned<'a>], most: usize) -> Vec<Addition<'a>> {
    let is_open = |one: &Aligned<'_>| one.counts.is_open();
    let lengthless = |one: &Aligned<'_>| {
        one.route
            .requirements
            .iter()
            .any(|requirement| matches!(requirement.condition, Condition::Training { hours: None, .. }))
    };
    let active = |one: &&Aligned<'_>| one.credential.status == CredentialStatus::Active;
    let open: Vec<&Credential> =
        aligned.iter().filter(|one| is_open(one) && !lengthless(one)).map(|one| one.credential).collect();
    let is_new = |one: &&Aligned<'_>| {
        let known = open.iter().any(|credential| credential.id == one.credential.id);
        one.hours_asked.is_some() && !known && !lengthless(one)
    };
    let needs: Vec<Need<'a>> = aligned.iter().filter(active).filter(is_new).map(need).collect();
    // Many requirements are the same.
    let mut candidates: Vec<&Need<'a>> = Vec::new();
    for one in &needs {
        if !candidates.iter().any(|known| known.is_as_much_as(one)) {
            candidates.push(one);
        }
    }
    candidates.sort_by_key(|need| need.hours);
    let mut additions: Vec<Addition<'a>> = Vec::new();
    let mut best = 0;
    for candidate in candidates {
        let (mut opens, mut noted): (Vec<&Credential>, Vec<&Credential>) = (Vec::new(), Vec::new());
        for need in needs.iter().filter(|need| candidate.is_enough_for(need)) {
            if !opens.iter().any(|known| known.id == need.credential.id) {
                opens.push(need.credential);
                noted.extend(need.noted.then_some(need.credential));
            }
        }
        let further = further_jurisdictions(&opens, &open);
        if further <= best {
            continue;
        }
        best = further;
        // Of several with the same hours, the last opens most.
        if additions.last().is_some_and(|last| last.hours == candidate.hours) {
            additions.pop();
        }
        let topics = candidate.topics.clone();
        additions.push(Addition { hours: candidate.hours, topics, opens, noted, further_jurisdictions: further });
    }
    let skipped = additions.len().saturating_sub(most);
    additions.drain(..skipped);
    additions
}

fn need<'a>(one: &Aligned<'a>) -> Need<'a> {
    let lacking = one.topics.iter().filter(|part| part.hours < part.topic.hours);
    let topics: Vec<(&Name, Hours)> =
        lacking.map(|part| (&part.topic.name, part.topic.hours.less(part.hours))).collect();
    let of_topics: Hours = topics.iter().map(|(_, hours)| *hours).sum();
    let hours = one.hours_missing.unwrap_or_default().max(of_topics);
    Need { credential: one.credential, noted: one.requirement.note.is_some(), hours, topics }
}

impl Need<'_> {
    /// Whether an addition that closes this gap closes the other one, too.
    fn is_enough_for(&self, other: &Self) -> bool {
        let given = |name: &Name| self.topics.iter().find(|(known, _)| known.is_same_as(name)).map(|(_, hours)| *hours);
        self.hours >= other.hours && other.topics.iter().all(|(name, hours)| given(name) >= Some(*hours))
    }

    fn is_as_much_as(&self, other: &Self) -> bool {
        self.hours == other.hours && self.topics.len() == other.topics.len() && self.is_enough_for(other)
    }
}

fn further_jurisdictions(opens: &[&Credential], open: &[&Credential]) -> usize {
    let mut codes: Vec<&str> = Vec::new();
    for code in opens.iter().filter_map(|credential| credential.jurisdiction.as_ref()) {
        let known = open.iter().any(|credential| credential.jurisdiction.as_ref() == Some(code));
        if !known && !codes.contains(&code.as_str()) {
            codes.push(code.as_str());
        }
    }
    codes.len()
}

#[cfg(test)]
mod tests {
    use super::super::tests::course;
    use super::super::{Counts, align};
    use super::*;
    use crate::guidance::catalog;
    use crate::guidance::profile::TopicHours;

    #[test]
    fn the_smallest_additions_open_ever_more() {
        let course = course(40, Some(&[("Advocacy", 10), ("Ethical responsibility", 10)]), None);
        let aligned = align(&catalog().credentials, &course);
        let additions = additions(&aligned, 100);
        assert!(additions.len() > 3);
        assert!(additions.is_sorted_by(|a, b| a.hours < b.hours && a.further_jurisdictions < b.further_jurisdictions));
        for addition in &additions {
            let mut longer = course.clone();
            longer.training.hours = longer.training.hours + addition.hours;
            let topics = longer.training.topics.get_or_insert_default();
            for (name, hours) in &addition.topics {
                match topics.iter_mut().find(|topic| topic.name.is_same_as(name)) {
                    Some(topic) => topic.hours = topic.hours + *hours,
                    None => topics.push(TopicHours { name: (*name).clone(), hours: *hours }),
                }
            }
            for credential in &addition.opens {
                let now = align([*credential], &longer);
                let open = now.iter().any(|one| one.counts.is_open());
                assert!(open, "{} with {addition:?}: {now:?}", credential.id);
                let before = aligned.iter().filter(|one| one.credential.id == credential.id);
                assert!(before.into_iter().all(|one| one.counts >= Counts::Perhaps));
            }
        }
        let mut everything = course.clone();
        everything.training.hours = Hours::whole(2_000);
        everything.training.topics = None;
        assert!(
            super::additions(&align(&catalog().credentials, &everything), 100).iter().all(|one| !one.topics.is_empty())
        );
    }
}
