//! What a course counts for: held against the training that credentials ask for, and against competency frameworks.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::profile::{CompletedTraining, TopicHours};
use super::training::cover;
use crate::catalog::Catalog;
use crate::credential::{Credential, CredentialStatus, Route};
use crate::framework::{Category, Framework};
use crate::identifier::{CategoryId, CompetencyId, Identifier};
use crate::name::Name;
use crate::quantity::Hours;
use crate::requirement::{Condition, Requirement, TrainingTopic};
use crate::source::Completeness;

/// A course as its provider describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Course {
    /// Hours, topics and approvals.
    pub training: CompletedTraining,
    /// The competencies that it covers.
    pub competencies: BTreeSet<CompetencyId>,
    /// The categories of competencies that it covers as a whole.
    pub categories: BTreeSet<CategoryId>,
}

/// How far a course goes toward the training that a requirement asks for, most first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    /// All the hours and topics that are stated are there, and an approval, where one is asked for.
    Fully,
    /// The same, and the requirement's note says more than its fields do: it may ask for a particular course.
    UnlessNoted,
    /// Hours and topics are there; the approval that is asked for is not, or it is not known.
    OnceApproved,
    /// It may be enough: that hangs on how its hours fall to topics.
    Perhaps,
    /// Some hours are missing.
    Partly,
    /// A training is asked for, and no source says how long it is.
    NotStated,
}

impl Counts {
    /// Whether the course has all that is stated, but for an approval and for what a note says.
    #[must_use]
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Fully | Self::UnlessNoted | Self::OnceApproved)
    }
}

/// A course held against the training that one route of a credential asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Aligned<'a> {
    /// The credential.
    pub credential: &'a Credential,
    /// The route.
    pub route: &'a Route,
    /// The requirement.
    pub requirement: &'a Requirement,
    /// How far the course goes.
    pub counts: Counts,
    /// The hours that are asked for; `None`: not stated.
    pub hours_asked: Option<Hours>,
    /// Hours that it lacks at least; `None`: not stated how many are asked for.
    pub hours_missing: Option<Hours>,
    /// Hours that it has beyond those that are asked for; `None`: not stated how many are.
    pub hours_beyond: Option<Hours>,
    /// The topics that are asked for.
    pub topics: Vec<AlignedTopic<'a>>,
    /// Topics of the course that the requirement does not name.
    pub topics_beyond: Vec<&'a Name>,
    /// Whether the provider is asked to be approved; `None`: not stated.
    pub approval_asked: Option<bool>,
    /// Whether the provider is approved for the credential; `None`: not known.
    pub approved: Option<bool>,
}

/// A course held against a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct AlignedTopic<'a> {
    /// The topic, as the source calls it.
    pub topic: &'a TrainingTopic,
    /// Hours of the course that surely go to it.
    pub hours: Hours,
    /// Hours that it lacks at least.
    pub missing: Hours,
    /// Whether hours of the course that are not said to go to any of the topics may close the gap.
    pub open: bool,
}

/// A course held against a framework.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameworkCoverage<'a> {
    /// The framework.
    pub framework: &'a Framework,
    /// Its categories.
    pub categories: Vec<CategoryCoverage<'a>>,
}

/// A course held against a category.
#[derive(Debug, Clone, PartialEq)]
pub struct CategoryCoverage<'a> {
    /// The category.
    pub category: &'a Category,
    /// Whether the provider says that the course covers it as a whole.
    pub claimed: bool,
    /// How many of its competencies, as far as they are here, the course covers.
    pub covered: usize,
    /// The competencies that it does not cover.
    pub missing: Vec<&'a CompetencyId>,
    /// Whether all of the category's competencies are here; coverage cannot be told otherwise.
    pub completeness: Completeness,
}

/// Something that a course could be given, and what it would then be enough for.
#[derive(Debug, Clone, PartialEq)]
pub struct Addition<'a> {
    /// The hours to add, all together.
    pub hours: Hours,
    /// How many of them would have to go to which topics.
    pub topics: Vec<(&'a Name, Hours)>,
    /// The credentials that it would be enough for and is not yet, but for approvals.
    pub opens: Vec<&'a Credential>,
    /// Those of them whose requirement has a note, which may ask for a particular course.
    pub noted: Vec<&'a Credential>,
    /// In how many jurisdictions in which it is enough for none yet.
    pub further_jurisdictions: usize,
}

/// Holds a course against every training that a credential asks for.
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
    let approved = training.approved_for.as_ref().map(|places| places.iter().any(|place| place.means(credential)));
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
    })
}

/// Holds a course against every framework that has categories of competencies.
#[must_use]
pub fn coverage<'a>(catalog: &'a Catalog, course: &Course) -> Vec<FrameworkCoverage<'a>> {
    let of_category = |category: &'a Category| {
        let claimed = course.categories.contains(&category.id);
        let missing = category.competencies.iter().map(|competency| &competency.id);
        let missing: Vec<&CompetencyId> = missing.filter(|id| !claimed && !course.competencies.contains(*id)).collect();
        CategoryCoverage {
            category,
            claimed,
            covered: category.competencies.len() - missing.len(),
            missing,
            completeness: category.competencies_completeness,
        }
    };
    let with_categories = catalog.frameworks.iter().filter(|framework| !framework.categories.is_empty());
    let of_framework = |framework: &'a Framework| FrameworkCoverage {
        framework,
        categories: framework.categories.iter().map(of_category).collect(),
    };
    with_categories.map(of_framework).collect()
}

/// What a requirement lacks in a course.
struct Need<'a> {
    credential: &'a Credential,
    noted: bool,
    hours: Hours,
    /// Topics and what each lacks, where their hours are not said to be there.
    topics: Vec<(&'a Name, Hours)>,
}

/// The smallest additions that would open the most further jurisdictions: each opens more than any that adds fewer hours.
///
/// A credential is open where the course is enough for all stated hours and topics of one of its routes, but for an approval
/// and for what a note says.
/// Hours that are not said to go to a topic do not count toward one.
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
    // Many ask for the same.
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
        // Of several that add as many hours, the last opens most.
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
    /// Whether giving a course this much closes another gap, too.
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
    use super::*;
    use crate::guidance::catalog;

    fn course(hours: u32, topics: Option<&[(&str, u32)]>, approved_for: Option<&[&str]>) -> Course {
        let topic = |(name, hours): &(&str, u32)| TopicHours { name: (*name).into(), hours: Hours::whole(*hours) };
        let training = CompletedTraining {
            hours: Hours::whole(hours),
            topics: topics.map(|topics| topics.iter().map(topic).collect()),
            approved_for: approved_for.map(|places| places.iter().map(|place| place.parse().unwrap()).collect()),
        };
        Course { training, competencies: BTreeSet::new(), categories: BTreeSet::new() }
    }

    fn counts(course: &Course, credential: &str) -> (Counts, Option<Hours>, Option<Hours>) {
        let credential = catalog().credentials.get(credential).unwrap();
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

    #[test]
    fn a_category_is_covered_by_its_competencies_or_as_a_whole() {
        let mut course = course(40, None, None);
        let framework = catalog().frameworks.get("samhsa-core-competencies").unwrap();
        let [first, second] = [&framework.categories[0], &framework.categories[2]];
        course.competencies.insert(first.competencies[0].id.clone());
        course.categories.insert(second.id.clone());
        let coverage = coverage(catalog(), &course);
        let of = |id: &CategoryId| {
            let all = coverage.iter().flat_map(|framework| &framework.categories);
            all.into_iter().find(|one| one.category.id == *id).unwrap()
        };
        assert_eq!((of(&first.id).covered, of(&first.id).missing.len()), (1, first.competencies.len() - 1));
        assert_eq!((of(&second.id).claimed, of(&second.id).missing.len()), (true, 0));
        assert_eq!(of(&second.id).covered, second.competencies.len());
    }
}
