//! What a course counts for.

mod shown;

use actix_web::{HttpResponse, post};
use chrono::NaiveDate;
use peerpath_domain::catalog::identifier::{CategoryId, CompetencyId};
use peerpath_domain::catalog::quantity::Hours;
use peerpath_domain::catalog::reference::CredentialReference;
use peerpath_domain::catalog::source::Source;
use peerpath_domain::guidance::alignment::{Aligned, Course, Delivery, additions, align, asks_for_training, coverage};
use peerpath_domain::guidance::profile::{CompletedTraining, TopicHours};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::shown::{AdditionShown, AlignmentShown, CountsTold, FrameworkShown};
use super::asked::{AcceptsJson, Choice, Day, MadeListMeta, PageAsked};
use super::shown::Path;
use super::sources;
use crate::access::{Guided, Permit};
use crate::answers;
use crate::input::{Json, Plain};
use crate::problem::Problem;

/// How many additions are told.
const MOST_ADDITIONS: usize = 10;

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

impl Plain for AlignmentRequest {}

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
    #[serde(flatten)]
    list: MadeListMeta,
    /// How many of them the course counts for in which way.
    counts: CountsTold,
    /// How many credentials list no requirement of training here; that need not mean that they ask for none.
    credentials_without_training: usize,
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
    let (_, Json(request)) = who.input;
    let course = Course::from(request.course);
    let day = Day::of(&who.service, who.now, request.as_of).await?;
    let page = PageAsked { limit: request.limit, cursor: request.cursor.as_deref() };
    let catalog = &day.snapshot.catalog;
    let choice = day.check(|checker| {
        checker.course("/course", &course);
        page.check(checker);
        Choice::read("/credentials", request.credentials.as_deref(), checker)
    })?;

    let chosen = catalog.credentials.iter().filter(|credential| choice.has(credential));
    let aligned = align(chosen.clone(), &course);
    let mut counts = CountsTold::default();
    for one in &aligned {
        *counts.of(one.counts) += 1;
    }
    let without = chosen.filter(|credential| !asks_for_training(credential)).count();
    let additions = additions(&aligned, MOST_ADDITIONS).into_iter().map(Into::into).collect();
    let frameworks: Vec<FrameworkShown<'_>> = coverage(catalog, &course).into_iter().map(Into::into).collect();
    let id = |one: &Aligned<'_>| Path::new(one.credential, &one.route.id, &one.requirement.id).to_string();
    let page = page.cut(aligned, id, "alignments", &day)?.map(AlignmentShown::from);
    let named = page.items.iter().map(|item| item.source);
    let sources = sources(&day.snapshot, named.chain(frameworks.iter().flat_map(|framework| framework.source_ids)));
    let meta = AlignmentMeta { list: page.meta, counts, credentials_without_training: without };
    let list = AlignmentList { items: page.items, next_cursor: page.next_cursor, frameworks, additions, sources, meta };
    answers::private(&list)
}

impl From<CourseDraft> for Course {
    fn from(draft: CourseDraft) -> Self {
        let CourseDraft { hours, topics, competencies, categories, delivery, approved_for } = draft;
        Self { training: CompletedTraining { hours, topics, approved_for }, competencies, categories, delivery }
    }
}
