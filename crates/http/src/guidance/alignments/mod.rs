//! How far a course meets the training requirements of credentials, and covers competencies.

mod response;

use chrono::NaiveDate;
use peerpath_domain::catalog::identifier::{CategoryId, CompetencyId};
use peerpath_domain::catalog::quantity::Hours;
use peerpath_domain::catalog::reference::CredentialReference;
use peerpath_domain::catalog::source::Source;
use peerpath_domain::guidance::alignment::{Aligned, Course, Delivery, additions, align, asks_for_training, coverage};
use peerpath_domain::guidance::profile::{CompletedTraining, TopicHours};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use self::response::{Alignment, AlignmentCounts, CourseAddition, FrameworkAlignment};
use super::request::{Accepts, AsOf, CredentialFilter, PageRequest};
use super::response::{Answer, GuidanceListMeta, Path, sources};
use crate::web::{Body, Endpoints, GuidanceReader, Permit, Plain, Problem, endpoints};

/// The most additions that are returned.
const MAXIMUM_ADDITIONS: usize = 10;

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: post_alignments);
}

/// A course, and the credentials to align it with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "course": {
        "hours": 46, "topics": [{"name": "Advocacy", "hours": 10}, {"name": "Ethical responsibility", "hours": 16}],
        "competencies": ["samhsa-cc-1.1"], "categories": ["samhsa-cc-3"], "delivery": "online_live", "approved_for": ["US-TX"]
    }
}))]
struct AlignmentRequest {
    /// The course. It is neither stored nor logged.
    course: CourseRequest,
    /// The credentials to compare with: ids of credentials, codes of jurisdictions, `national`; null for all.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 200, examples(json!(["US-TX", "national"])))]
    credentials: Option<Vec<String>>,
    /// The date whose facts to use; null for today.
    #[serde(default)]
    as_of: Option<NaiveDate>,
    /// The most requirements of a page; null for 50.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 200)]
    limit: Option<u16>,
    /// `next_cursor` of the page before, with all other fields unchanged.
    #[serde(default)]
    #[schema(max_length = 400)]
    cursor: Option<String>,
}

/// A course, as its provider describes it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Course)]
struct CourseRequest {
    /// The length of the course.
    #[schema(maximum = 10_000)]
    hours: Hours,
    /// The hours of each topic; null if not stated.
    #[serde(default)]
    #[schema(max_items = 100)]
    topics: Option<Vec<TopicHours>>,
    /// The competencies that it covers, of any framework.
    #[serde(default)]
    #[schema(max_items = 1000)]
    competencies: Vec<CompetencyId>,
    /// The categories of competencies that it covers completely.
    #[serde(default)]
    #[schema(max_items = 1000)]
    categories: Vec<CategoryId>,
    /// The form of delivery; null if not stated. Requirements mention delivery only in their notes; `delivery_noted` tells which do.
    #[serde(default)]
    delivery: Option<Delivery>,
    /// The approvals of its provider: codes of jurisdictions, ids of credentials; empty if there are none; null if not stated.
    #[serde(default)]
    #[schema(max_items = 200)]
    approved_for: Option<Vec<CredentialReference>>,
}

impl Plain for AlignmentRequest {}

/// The training requirements that a course can meet, best first.
#[derive(Debug, Serialize, ToSchema)]
struct AlignmentList<'a> {
    /// The training requirements: those that the course meets first, then by missing hours.
    items: Vec<Alignment<'a>>,
    /// Where the next page begins; null on the last page.
    next_cursor: Option<String>,
    /// The coverage of every competency framework.
    frameworks: Vec<FrameworkAlignment<'a>>,
    /// The smallest additions that open the most further jurisdictions; each opens more than any addition of fewer hours.
    additions: Vec<CourseAddition<'a>>,
    /// The sources of the page's facts, in full.
    sources: Vec<&'a Source>,
    /// List metadata.
    meta: AlignmentMeta,
}

/// List metadata.
#[derive(Debug, Serialize, ToSchema)]
struct AlignmentMeta {
    #[serde(flatten)]
    list: GuidanceListMeta,
    /// How many requirements the course counts for, and how.
    counts: AlignmentCounts,
    /// How many credentials have no training requirement in the catalog; they may still require training.
    credentials_without_training: usize,
}

/// Align a course
///
/// Returns for every training requirement the hours and topics that the course meets, lacks and exceeds, and whether its
/// provider needs approval; for every competency framework the coverage by category; and what to add to the course to
/// qualify in more states. Nothing is stored.
#[utoipa::path(post, path = "/alignments", tag = "guidance")]
async fn post_alignments(
    caller: Permit<GuidanceReader, (Accepts, Body<AlignmentRequest>)>,
) -> Result<Answer<AlignmentList<'static>>, Problem> {
    let Permit { context, input: (_, Body(request)) } = caller;
    let course = Course::from(request.course);
    let as_of = AsOf::of(&context, request.as_of).await?;
    let page = PageRequest { limit: request.limit, cursor: request.cursor.as_deref() };
    let catalog = &as_of.snapshot.catalog;
    let filter = as_of.check(|checker| {
        checker.course("/course", &course);
        page.check(checker);
        CredentialFilter::parse("/credentials", request.credentials.as_deref(), checker)
    })?;

    let requested = catalog.credentials.iter().filter(|credential| filter.has(credential));
    let aligned = align(requested.clone(), &course);
    let mut counts = AlignmentCounts::default();
    for one in &aligned {
        counts.add(one.counts);
    }
    let additions = additions(&aligned, MAXIMUM_ADDITIONS).into_iter().map(Into::into).collect();
    let frameworks: Vec<FrameworkAlignment<'_>> = coverage(catalog, &course).into_iter().map(Into::into).collect();
    let id = |one: &Aligned<'_>| Path::new(one.credential, one.route, one.requirement).to_string();
    let page = page.cut(aligned, id, "alignments", &as_of)?.map(Alignment::from);
    let named = page.items.iter().map(|item| item.source);
    let named = named.chain(frameworks.iter().flat_map(|framework| framework.source_ids));
    Answer::new(&AlignmentList {
        sources: sources(&as_of.snapshot, named),
        items: page.items,
        next_cursor: page.next_cursor,
        frameworks,
        additions,
        meta: AlignmentMeta {
            list: page.meta,
            counts,
            credentials_without_training: requested.filter(|credential| !asks_for_training(credential)).count(),
        },
    })
}

impl From<CourseRequest> for Course {
    fn from(draft: CourseRequest) -> Self {
        let CourseRequest { hours, topics, competencies, categories, delivery, approved_for } = draft;
        Self { training: CompletedTraining { hours, topics, approved_for }, competencies, categories, delivery }
    }
}
