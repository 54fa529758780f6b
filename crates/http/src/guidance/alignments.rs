//! What a course counts for.

use std::collections::BTreeSet;

use actix_web::{HttpResponse, post};
use chrono::NaiveDate;
use peerpath_domain::catalog::Catalog;
use peerpath_domain::guidance::alignment::{
    Addition, Aligned, AlignedTopic, CategoryCoverage, Counts, Course, FrameworkCoverage, additions, align, coverage,
};
use peerpath_domain::guidance::fault::Checker;
use peerpath_domain::guidance::profile::{CompletedTraining, TopicHours};
use peerpath_domain::identifier::{CategoryId, CompetencyId, CredentialId, FrameworkId, RequirementPath, SourceId};
use peerpath_domain::name::Name;
use peerpath_domain::quantity::Hours;
use peerpath_domain::reference::CredentialReference;
use peerpath_domain::source::{Completeness, Source};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked::{AcceptsJson, Choice, Day, PageAsked, refuse};
use super::shown::{CredentialMention, Path};
use super::sources;
use crate::access::{Guided, Permit};
use crate::answers;
use crate::input::{Draft, Faults, Json};
use crate::problem::Problem;

/// How many additions are told.
const MOST_ADDITIONS: usize = 10;

/// How many competencies and categories can be named.
const MOST_NAMED: usize = 1000;

/// A course, and the credentials that it is held against.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "course": {
        "hours": 46, "topics": [{"name": "Advocacy", "hours": 10}, {"name": "Ethical responsibility", "hours": 16}],
        "competencies": ["samhsa-cc-1.1"], "categories": ["samhsa-cc-3"], "delivery": "online_live", "approved_for": ["US-TX"]
    }
}))]
pub struct AlignmentRequest {
    /// The course. It is neither stored nor logged.
    course: CourseDraft,
    /// The credentials that are asked about: ids of credentials, codes of jurisdictions, `national`; null: all.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 200, examples(json!(["US-TX", "national"])))]
    credentials: Option<Vec<String>>,
    /// The day that is asked for, with the facts of that day; null: today.
    #[serde(default)]
    as_of: Option<NaiveDate>,
    /// How many requirements a page has at the most; null: 50.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// Where to go on: `next_cursor` of the page before, with everything else as it was.
    #[serde(default)]
    #[schema(max_length = 400)]
    cursor: Option<String>,
}

/// A course as its provider describes it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CourseDraft {
    /// Its length.
    #[schema(maximum = 10_000)]
    hours: Hours,
    /// How its hours fall to topics; null: not said.
    #[serde(default)]
    #[schema(max_items = 100)]
    topics: Option<Vec<TopicHours>>,
    /// The competencies that it covers, of any framework.
    #[serde(default)]
    #[schema(max_items = 1000)]
    competencies: Vec<CompetencyId>,
    /// The categories of competencies that it covers as a whole.
    #[serde(default)]
    #[schema(max_items = 1000)]
    categories: Vec<CategoryId>,
    /// How it is given; null: not said. No requirement states this in a field of its own; where one's note speaks of it, `delivery_noted` says so.
    #[serde(default)]
    delivery: Option<Delivery>,
    /// Where its provider is approved: codes of jurisdictions, ids of credentials; empty: nowhere; null: not said.
    #[serde(default)]
    #[schema(max_items = 200)]
    approved_for: Option<Vec<CredentialReference>>,
}

/// How a course is given.
#[derive(Debug, Clone, Copy, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Delivery {
    /// In one room.
    InPerson,
    /// Online, together at the same time.
    OnlineLive,
    /// Online, each at their own pace.
    OnlineSelfPaced,
    /// Some of each.
    Blended,
}

/// Words by which a note speaks of how a training is given.
const OF_DELIVERY: [&str; 11] =
    ["person", "classroom", "face", "online", "virtual", "virtually", "live", "remote", "distance", "pace", "ebased"];

impl Draft for AlignmentRequest {
    type Checked = Self;

    fn check(self, _: &mut Faults) -> Option<Self> {
        Some(self)
    }
}

/// Requirements of training held against a course, best first.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlignmentList<'a> {
    /// The requirements of training, those that the course is enough for first, then by hours that are missing.
    items: Vec<AlignmentShown<'a>>,
    /// Where the next page begins; null on the last.
    next_cursor: Option<String>,
    /// The course against every framework of competencies.
    frameworks: Vec<FrameworkShown<'a>>,
    /// The smallest additions that would open the most further jurisdictions, each more than any that adds fewer hours.
    additions: Vec<AdditionShown<'a>>,
    /// The sources of the page's facts, in full.
    sources: Vec<&'a Source>,
    /// What the list says of itself.
    meta: AlignmentMeta,
}

/// What such a list says of itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlignmentMeta {
    /// How many requirements there are on all pages.
    total: usize,
    /// The version of the catalog that they are from.
    catalog_version: i64,
    /// The day that is asked for.
    as_of: NaiveDate,
    /// How many of them the course counts for in which way.
    counts: CountsTold,
    /// How many credentials list no requirement of training here; that need not mean that they ask for none.
    credentials_without_training: usize,
}

/// How many requirements a course counts for in which way.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct CountsTold {
    /// Fully.
    fully: usize,
    /// Unless the note asks for something else.
    unless_noted: usize,
    /// Once the provider is approved.
    once_approved: usize,
    /// Perhaps.
    perhaps: usize,
    /// Partly.
    partly: usize,
    /// Not stated.
    not_stated: usize,
}

/// A requirement of training held against the course.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlignmentShown<'a> {
    /// The credential.
    credential: CredentialMention<'a>,
    /// The requirement.
    #[schema(value_type = RequirementPath)]
    requirement: Path<'a>,
    /// Whether the list of requirements of its route is known to be whole.
    completeness: Completeness,
    /// How far the course goes.
    counts: Counts,
    /// The hours that are asked for; null: not stated.
    hours_asked: Option<Hours>,
    /// Hours that the course lacks at least; null: not stated how many are asked for.
    hours_missing: Option<Hours>,
    /// Hours that it has beyond those that are asked for; null: not stated how many are.
    hours_beyond: Option<Hours>,
    /// The topics that are asked for.
    topics: Vec<TopicShown<'a>>,
    /// Topics of the course that the requirement does not name; empty where it names none.
    topics_beyond: Vec<&'a Name>,
    /// Whether the provider is asked to be approved; null: not stated.
    approval_asked: Option<bool>,
    /// Whether the provider is approved for the credential; null: not said.
    approved: Option<bool>,
    /// What the fields of the requirement cannot say: particular courses, limits in time.
    note: Option<&'a str>,
    /// Whether the note speaks of how the training is given, which the course's delivery is to be held against; null: that was not said.
    delivery_noted: Option<bool>,
    /// The source that states the requirement.
    source: &'a SourceId,
}

/// A topic that is asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct TopicShown<'a> {
    /// The topic, as the source calls it.
    name: &'a Name,
    /// The hours that are asked for.
    hours_asked: Hours,
    /// Hours of the course that surely go to it.
    hours: Hours,
    /// Hours that it lacks at least.
    hours_missing: Hours,
}

/// The course against a framework.
#[derive(Debug, Serialize, ToSchema)]
pub struct FrameworkShown<'a> {
    /// The framework.
    id: &'a FrameworkId,
    /// Its title.
    title: &'a str,
    /// Whether all of its categories are here.
    categories_completeness: Option<Completeness>,
    /// Its categories.
    categories: Vec<CategoryShown<'a>>,
    /// The sources that the framework rests on.
    source_ids: &'a [SourceId],
}

/// The course against a category.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryShown<'a> {
    /// The category.
    id: &'a CategoryId,
    /// Its title.
    title: &'a str,
    /// How much of it is covered.
    coverage: Coverage,
    /// How many of its competencies the course covers, of those that are here.
    covered: usize,
    /// How many of its competencies are here.
    competencies: usize,
    /// Whether all of its competencies are here.
    competencies_completeness: Completeness,
    /// The competencies that it does not cover.
    missing: Vec<&'a CompetencyId>,
}

/// How much of a category a course covers.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// All of it: the provider says so, or all competencies are here and covered.
    Whole,
    /// Some of it.
    Part,
    /// None of what is here.
    None,
    /// Its competencies are not here, so that it cannot be told.
    NotRetrieved,
}

/// Something that the course could be given.
#[derive(Debug, Serialize, ToSchema)]
pub struct AdditionShown<'a> {
    /// The hours to add, all together.
    hours: Hours,
    /// How many of them would have to go to which topics.
    topics: Vec<TopicHours>,
    /// In how many further jurisdictions the course would then be enough for a credential, but for approvals.
    further_jurisdictions: usize,
    /// The credentials that it would then be enough for, and is not now.
    opens: Vec<&'a CredentialId>,
    /// Those of them whose requirement has a note: it may ask for a particular course, whatever its hours.
    noted: Vec<&'a CredentialId>,
}

/// Hold a course against credentials and competencies
///
/// For every training that is asked for: hours and topics that are met, missing and beyond, and whether the provider must be approved.
/// For every framework of competencies: coverage by category. And what to add to be enough in more states. Computed and forgotten.
#[utoipa::path(
    tag = "guidance",
    request_body = AlignmentRequest,
    responses((status = OK, description = "The requirements of training, best first", body = AlignmentList)),
    security(("oauth2" = ["guidance"]))
)]
#[post("/alignments")]
pub async fn post_alignments(
    who: Permit<Guided, (AcceptsJson, Json<AlignmentRequest>)>,
) -> Result<HttpResponse, Problem> {
    let (_, Json(request)) = &who.input;
    let day = Day::of(&who.service, who.now, request.as_of).await?;
    let page = PageAsked { limit: request.limit, cursor: request.cursor.as_deref() };
    let catalog = &day.snapshot.catalog;
    let mut checker = day.checker();
    let course = course(&request.course, catalog, &mut checker);
    let choice = Choice::read("/credentials", request.credentials.as_deref(), &mut checker);
    page.check(&mut checker);
    refuse(checker)?;

    let chosen = catalog.credentials.iter().filter(|credential| choice.has(credential));
    let aligned = align(chosen.clone(), &course);
    let mut counts = CountsTold::default();
    for one in &aligned {
        *counts.of(one.counts) += 1;
    }
    let without = chosen.filter(|credential| !aligned.iter().any(|one| one.credential.id == credential.id)).count();
    let additions = additions(&aligned, MOST_ADDITIONS).into_iter().map(Into::into).collect();
    let frameworks: Vec<FrameworkShown<'_>> = coverage(catalog, &course).into_iter().map(Into::into).collect();
    let version = day.snapshot.version.id;
    let show = |one| AlignmentShown::new(one, request.course.delivery);
    let items: Vec<AlignmentShown<'_>> = aligned.into_iter().map(show).collect();
    let page = page.cut(items, |item| item.requirement.to_string(), "alignments", version)?;
    let named = page.items.iter().map(|item| item.source);
    let sources = sources(&day.snapshot, named.chain(frameworks.iter().flat_map(|framework| framework.source_ids)));
    let meta = AlignmentMeta {
        total: page.total,
        catalog_version: version,
        as_of: day.day,
        counts,
        credentials_without_training: without,
    };
    let list = AlignmentList { items: page.items, next_cursor: page.next_cursor, frameworks, additions, sources, meta };
    answers::private(&list)
}

fn course(draft: &CourseDraft, catalog: &Catalog, checker: &mut Checker<'_>) -> Course {
    let training = CompletedTraining {
        hours: draft.hours,
        topics: draft.topics.clone(),
        approved_for: draft.approved_for.clone(),
    };
    checker.training("/course", &training);
    if draft.hours == Hours::ZERO {
        checker.note("/course/hours", "is not more than 0");
    }
    let known: BTreeSet<&CompetencyId> = catalog.competencies().map(|(.., competency)| &competency.id).collect();
    let categories = catalog.frameworks.iter().flat_map(|framework| &framework.categories);
    let known_categories: BTreeSet<&CategoryId> = categories.map(|category| &category.id).collect();
    for (pointer, count) in
        [("/course/competencies", draft.competencies.len()), ("/course/categories", draft.categories.len())]
    {
        if count > MOST_NAMED {
            checker.note(pointer, format_args!("has more than {MOST_NAMED} entries"));
        }
    }
    for (index, id) in draft.competencies.iter().enumerate().take(MOST_NAMED) {
        if !known.contains(id) {
            checker.note(&format!("/course/competencies/{index}"), "is no competency of the catalog");
        }
    }
    for (index, id) in draft.categories.iter().enumerate().take(MOST_NAMED) {
        if !known_categories.contains(id) {
            checker.note(&format!("/course/categories/{index}"), "is no category of the catalog");
        }
    }
    let competencies = draft.competencies.iter().cloned().collect();
    Course { training, competencies, categories: draft.categories.iter().cloned().collect() }
}

impl<'a> AlignmentShown<'a> {
    fn new(one: Aligned<'a>, delivery: Option<Delivery>) -> Self {
        let note = one.requirement.note.as_deref();
        let of_delivery =
            |note: &str| peerpath_domain::search::words(note).iter().any(|word| OF_DELIVERY.contains(&word.as_str()));
        Self {
            credential: one.credential.into(),
            requirement: Path::new(one.credential, &one.route.id, &one.requirement.id),
            completeness: one.route.completeness,
            counts: one.counts,
            hours_asked: one.hours_asked,
            hours_missing: one.hours_missing,
            hours_beyond: one.hours_beyond,
            topics: one.topics.into_iter().map(Into::into).collect(),
            topics_beyond: one.topics_beyond,
            approval_asked: one.approval_asked,
            approved: one.approved,
            note,
            delivery_noted: delivery.map(|_| note.is_some_and(of_delivery)),
            source: &one.requirement.source,
        }
    }
}

impl<'a> From<AlignedTopic<'a>> for TopicShown<'a> {
    fn from(part: AlignedTopic<'a>) -> Self {
        Self { name: &part.topic.name, hours_asked: part.topic.hours, hours: part.hours, hours_missing: part.missing }
    }
}

impl<'a> From<FrameworkCoverage<'a>> for FrameworkShown<'a> {
    fn from(coverage: FrameworkCoverage<'a>) -> Self {
        let framework = coverage.framework;
        Self {
            id: &framework.id,
            title: &framework.title,
            categories_completeness: framework.categories_completeness,
            categories: coverage.categories.into_iter().map(Into::into).collect(),
            source_ids: &framework.source_ids,
        }
    }
}

impl<'a> From<CategoryCoverage<'a>> for CategoryShown<'a> {
    fn from(part: CategoryCoverage<'a>) -> Self {
        let whole = part.missing.is_empty() && part.completeness == Completeness::Complete;
        let coverage = match part.covered {
            _ if part.claimed || whole => Coverage::Whole,
            _ if part.completeness == Completeness::NotRetrieved => Coverage::NotRetrieved,
            0 => Coverage::None,
            _ => Coverage::Part,
        };
        Self {
            id: &part.category.id,
            title: &part.category.title,
            coverage,
            covered: part.covered,
            competencies: part.category.competencies.len(),
            competencies_completeness: part.completeness,
            missing: part.missing,
        }
    }
}

impl<'a> From<Addition<'a>> for AdditionShown<'a> {
    fn from(addition: Addition<'a>) -> Self {
        let topics = addition.topics.into_iter().map(|(name, hours)| TopicHours { name: name.clone(), hours });
        Self {
            hours: addition.hours,
            topics: topics.collect(),
            further_jurisdictions: addition.further_jurisdictions,
            opens: addition.opens.into_iter().map(|credential| &credential.id).collect(),
            noted: addition.noted.into_iter().map(|credential| &credential.id).collect(),
        }
    }
}

impl CountsTold {
    const fn of(&mut self, counts: Counts) -> &mut usize {
        match counts {
            Counts::Fully => &mut self.fully,
            Counts::UnlessNoted => &mut self.unless_noted,
            Counts::OnceApproved => &mut self.once_approved,
            Counts::Perhaps => &mut self.perhaps,
            Counts::Partly => &mut self.partly,
            Counts::NotStated => &mut self.not_stated,
        }
    }
}
