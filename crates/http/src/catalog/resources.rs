//! The other kinds of reference data: a list and an item endpoint for each.

use peerpath_domain::catalog::identifier::{CategoryId, FrameworkId};
use peerpath_domain::catalog::kind::Kind;
use peerpath_domain::catalog::source::Tier;
use utoipa::IntoParams;

use super::Read;
use super::list::{self, Entry, EntryKey, ItemQuery, ListMeta, ListQuery, Matches, Selection};
use crate::service::snapshot::{self, CachedBody, Snapshot, SourceItem};
use crate::web::query::{QueryReader, choice, search};
use crate::web::{Cached, Endpoints, List, Problem, endpoints};

/// Builds a page of the list of a kind at a path.
type BuildPage = fn(&Snapshot, Kind, &str, QueryReader) -> Result<CachedBody, Problem>;

/// Defines the list and item endpoints of each kind, and registers them.
macro_rules! resources {
    ($($kind:ident: $tag:tt, $item:ident, $parameters:ident {
        $list_handler:ident $list_path:tt $list_summary:tt $list_about:tt
        $item_handler:ident $item_path:tt $id:tt $example:tt $item_summary:tt $($item_about:tt)?
    })+) => {
        $(
            #[doc = $list_summary]
            #[doc = ""]
            #[doc = $list_about]
            #[utoipa::path(get, path = $list_path, tag = $tag)]
            async fn $list_handler(
                permit: Read<ListQuery<$parameters>>,
            ) -> Result<Cached<List<snapshot::$item<'static>, ListMeta>>, Problem> {
                list::answer_page(&permit, Kind::$kind, concat!("/v1", $list_path)).await
            }

            #[doc = $item_summary]
            $(
                #[doc = ""]
                #[doc = $item_about]
            )?
            #[utoipa::path(
                get, path = $item_path, tag = $tag,
                params(($id = String, Path, description = "The id of the item", example = $example))
            )]
            async fn $item_handler(permit: Read<ItemQuery>) -> Result<Cached<snapshot::$item<'static>>, Problem> {
                list::answer_item(&permit, Kind::$kind, permit.input.path($id)).await
            }
        )+

        pub fn configure(endpoints: &mut Endpoints) {
            endpoints!(endpoints: $($list_handler, $item_handler,)+ list_sources, get_source);
        }

        /// All lists except the list of credentials.
        pub const LISTS: &[(&str, Kind, BuildPage)] = &[
            $((concat!("/v1", $list_path), Kind::$kind, list::page::<$parameters>),)+
            (SOURCES, Kind::Source, list::page::<SourceParameters>),
        ];
    };
}

resources! {
    Jurisdiction: "jurisdictions", JurisdictionItem, SearchParameters {
        list_jurisdictions "/jurisdictions"
            "List jurisdictions" "States, the District and territories, each with its program and its credentials."
        get_jurisdiction "/jurisdictions/{code}" "code" "US-TX"
            "Read a jurisdiction"
    }
    Framework: "competencies", FrameworkItem, SearchParameters {
        list_frameworks "/frameworks"
            "List frameworks" "Sets of competencies, and SAMHSA's model standards for certification, each with its known gaps."
        get_framework "/frameworks/{id}" "id" "samhsa-core-competencies"
            "Read a framework" "With its categories and their competencies, or with its standards."
    }
    Competency: "competencies", CompetencyItem, CompetencyParameters {
        list_competencies "/competencies"
            "List competencies" "The competencies of all frameworks."
        get_competency "/competencies/{id}" "id" "samhsa-cc-1.2"
            "Read a competency"
    }
    Step: "pathway", StepItem, SearchParameters {
        list_steps "/steps"
            "List the steps of the pathway" "In order, with their tasks, dependencies, pitfalls and good practices."
        get_step "/steps/{id}" "id" "complete-core-training"
            "Read a step"
    }
    Role: "profession", RoleItem, SearchParameters {
        list_roles "/roles"
            "List roles" "Job titles and what they mean. `q` also finds a role by its other titles."
        get_role "/roles/{id}" "id" "peer-support-specialist"
            "Read a role"
    }
    CareerLevel: "profession", CareerLevelItem, SearchParameters {
        list_career_levels "/career-levels"
            "List career levels" "Lowest first, with the pay and experience that sources state."
        get_career_level "/career-levels/{id}" "id" "entry"
            "Read a career level"
    }
    Skill: "profession", SkillItem, SearchParameters {
        list_skills "/skills"
            "List skills" "The skills that the work requires."
        get_skill "/skills/{id}" "id" "active-listening"
            "Read a skill"
    }
    Responsibility: "profession", ResponsibilityItem, SearchParameters {
        list_responsibilities "/responsibilities"
            "List responsibilities" "The duties of the work."
        get_responsibility "/responsibilities/{id}" "id" "advocacy"
            "Read a responsibility"
    }
    Training: "library", TrainingItem, SearchParameters {
        list_trainings "/trainings"
            "List trainings" "Courses that are known by name in several places."
        get_training "/trainings/{id}" "id" "wrap"
            "Read a training"
    }
    Resource: "library", ResourceItem, SearchParameters {
        list_resources "/resources"
            "List resources" "Organizations, publications and help lines."
        get_resource "/resources/{id}" "id" "988-lifeline"
            "Read a resource"
    }
    Faq: "library", FaqItem, SearchParameters {
        list_faqs "/faqs"
            "List questions" "Common questions with their answers, in reading order."
        get_faq "/faqs/{id}" "id" "how-long-it-takes"
            "Read a question"
    }
    Outcome: "library", OutcomeItem, SearchParameters {
        list_outcomes "/outcomes"
            "List outcomes" "Claims about peer support and the profession, and how well each is supported."
        get_outcome "/outcomes/{id}" "id" "training-hours"
            "Read an outcome"
    }
}

/// The items of a kind that match `q`, best match first. Without `q`, all items in their order.
fn search_entries<'a>(snapshot: &'a Snapshot, kind: Kind, q: Option<&str>) -> Vec<Entry<'a>> {
    let collection = snapshot.collection(kind);
    match q {
        Some(q) => collection.find(q).map(|(item, score)| Entry { key: EntryKey::Number(score), item }).collect(),
        None => collection.items().iter().map(|item| Entry { key: EntryKey::Unstated(()), item }).collect(),
    }
}

fn matches<'a>(snapshot: &Snapshot, entries: Vec<Entry<'a>>) -> Matches<'a> {
    Matches { meta: ListMeta::new(entries.len(), snapshot), entries, descending: true }
}

/// The parameters of lists that can only be searched.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct SearchParameters {
    /// Words to search for, the best match first. Each word must match, by its beginning or with a small misspelling.
    #[param(min_length = 1, max_length = 200, example = "recovery")]
    q: Option<String>,
}

impl Selection for SearchParameters {
    type Meta = ListMeta;

    fn read(reader: &mut QueryReader, _: &Snapshot) -> Self {
        Self { q: reader.one("q", search) }
    }

    fn select(self, snapshot: &Snapshot, kind: Kind) -> Matches<'_> {
        matches(snapshot, search_entries(snapshot, kind, self.q.as_deref()))
    }
}

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct CompetencyParameters {
    /// Words to search for, the best match first. Each word must match, by its beginning or with a small misspelling.
    #[param(min_length = 1, max_length = 200, example = "recovery")]
    q: Option<String>,
    /// Only competencies of this framework. May be repeated.
    #[param(required = false)]
    framework: Vec<FrameworkId>,
    /// Only competencies of this category. May be repeated.
    #[param(required = false)]
    category: Vec<CategoryId>,
}

impl Selection for CompetencyParameters {
    type Meta = ListMeta;

    fn read(reader: &mut QueryReader, snapshot: &Snapshot) -> Self {
        let frameworks = &snapshot.catalog.frameworks;
        let known_frameworks: Vec<&FrameworkId> = frameworks.iter().map(|framework| &framework.id).collect();
        let categories = frameworks.iter().flat_map(|framework| &framework.categories);
        let known_categories: Vec<&CategoryId> = categories.map(|category| &category.id).collect();
        Self {
            q: reader.one("q", search),
            framework: reader.all("framework", |text| one_of(text, &known_frameworks)),
            category: reader.all("category", |text| one_of(text, &known_categories)),
        }
    }

    fn select(self, snapshot: &Snapshot, kind: Kind) -> Matches<'_> {
        let Self { q, framework: frameworks, category: categories } = self;
        let mut entries = search_entries(snapshot, kind, q.as_deref());
        entries.retain(|entry| {
            let mut competencies = snapshot.catalog.competencies();
            competencies.find(|(.., competency)| *competency.id.to_string() == *entry.item.id).is_some_and(
                |(framework, category, _)| {
                    (frameworks.is_empty() || frameworks.contains(&framework.id))
                        && (categories.is_empty() || categories.contains(&category.id))
                },
            )
        });
        matches(snapshot, entries)
    }
}

fn one_of<T: Clone + std::fmt::Display>(text: &str, known: &[&T]) -> Result<T, String> {
    let words: Vec<String> = known.iter().map(|id| (*id).to_string()).collect();
    let found = known.iter().zip(&words).find(|(_, word)| *word == text);
    found.map(|(id, _)| T::clone(id)).ok_or_else(|| format!("is not one of: {}", words.join(", ")))
}

const SOURCES: &str = "/v1/sources";

#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
struct SourceParameters {
    /// Words to search for, the best match first. Each word must match, by its beginning or with a small misspelling.
    #[param(min_length = 1, max_length = 200, example = "recovery")]
    q: Option<String>,
    /// Only sources of this tier. May be repeated.
    #[param(required = false)]
    tier: Vec<Tier>,
}

impl Selection for SourceParameters {
    type Meta = ListMeta;

    fn read(reader: &mut QueryReader, _: &Snapshot) -> Self {
        Self { q: reader.one("q", search), tier: reader.all("tier", choice) }
    }

    fn select(self, snapshot: &Snapshot, kind: Kind) -> Matches<'_> {
        let Self { q, tier: tiers } = self;
        let mut entries = search_entries(snapshot, kind, q.as_deref());
        let sources = &snapshot.catalog.sources;
        entries.retain(|entry| {
            let source = entry.item.id.parse().ok().and_then(|id| sources.get(&id));
            tiers.is_empty() || source.is_some_and(|source| tiers.contains(&source.tier))
        });
        matches(snapshot, entries)
    }
}

/// List sources
///
/// The pages and rules that facts cite, each with its facts.
#[utoipa::path(get, path = "/sources", tag = "sources")]
async fn list_sources(
    permit: Read<ListQuery<SourceParameters>>,
) -> Result<Cached<List<SourceItem<'static>, ListMeta>>, Problem> {
    list::answer_page(&permit, Kind::Source, SOURCES).await
}

/// Read a source
///
/// With the facts that cite it. The id of a source is its file and its id in that file: `us-tx/tx-hhsc-peer`.
#[utoipa::path(
    get, path = "/sources/{file}/{id}", tag = "sources",
    params(
        ("file" = String, Path, description = "The file of the catalog that lists the source", example = "us-tx"),
        ("id" = String, Path, description = "The id of the source in that file", example = "tx-hhsc-peer"),
    )
)]
async fn get_source(permit: Read<ItemQuery>) -> Result<Cached<SourceItem<'static>>, Problem> {
    let id = format!("{}/{}", permit.input.path("file"), permit.input.path("id"));
    list::answer_item(&permit, Kind::Source, &id).await
}
