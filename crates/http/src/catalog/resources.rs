//! The rest of the reference data: a list and its items for each kind.

use actix_web::{HttpResponse, get, web};
use peerpath_domain::catalog::identifier::{CategoryId, FrameworkId};
use peerpath_domain::catalog::kind::Kind;
use peerpath_domain::catalog::source::Tier;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

use super::answer::{Reader, answer};
use super::list::{self, Entry, ItemParameters, ListMeta, ListParameters, Listed, SearchParameters, Select, SortKey};
use crate::problem::Problem;
use crate::query::{QueryReader, choice, search};
use crate::snapshot::{
    CareerLevelItem, CompetencyItem, FaqItem, FrameworkItem, Item, JurisdictionItem, OutcomeItem, ResourceItem,
    ResponsibilityItem, RoleItem, SkillItem, Snapshot, SourceItem, StepItem, TrainingItem,
};

/// The entries of a kind that fit `q`, best first; all of them in their order without it.
fn searched<'a>(snapshot: &'a Snapshot, reader: &mut QueryReader, kind: Kind) -> Listed<'a> {
    let shelf = snapshot.shelf(kind);
    let query = reader.one("q", search);
    let entries = match &query {
        Some(query) => shelf.find(query).map(|(item, score)| Entry { key: SortKey::Number(score), item }).collect(),
        None => shelf.items().iter().map(|item| Entry { key: SortKey::Unstated(()), item }).collect(),
    };
    Listed { entries, descending: true, shelf: shelf.items().first(), unstated: None }
}

/// Defines, for each kind, its list and item endpoints, and registers them.
macro_rules! resources {
    (@select $kind:ident) => { |snapshot, reader| searched(snapshot, reader, Kind::$kind) };
    (@select $kind:ident $select:path) => { $select };
    ($($kind:ident {
        tag: $tag:tt, list: $list_path:tt => $list_handler:ident, $list_summary:tt, item: $item_path:tt => $item_handler:ident, $item_summary:tt,
        $item:ident, $list:ident, $id:tt, example: $example:tt $(, select: $select:path, params: $params:ty)?
    })+) => {
        $(
            /// A page of a list.
            #[derive(Debug, Serialize, ToSchema)]
            pub struct $list<'a> {
                /// The items.
                items: Vec<$item<'a>>,
                /// Where the next page begins; null on the last.
                next_cursor: Option<String>,
                /// What the list says of itself.
                meta: ListMeta,
            }

            #[doc = $list_summary]
            #[utoipa::path(
                tag = $tag,
                params(SearchParameters, $($params,)? ListParameters),
                responses((status = OK, description = "A page", body = $list)),
                security(("oauth2" = ["catalog:read"]))
            )]
            #[get($list_path)]
            async fn $list_handler(reader: Reader) -> Result<HttpResponse, Problem> {
                answer(&reader, |snapshot, query| list::page(snapshot, concat!("/v1", $list_path), query, resources!(@select $kind $($select)?))).await
            }

            #[doc = $item_summary]
            #[utoipa::path(
                tag = $tag,
                params(($id = String, Path, description = "Its id", example = $example), ItemParameters),
                responses((status = OK, description = "The item", body = $item)),
                security(("oauth2" = ["catalog:read"]))
            )]
            #[get($item_path)]
            async fn $item_handler(
                reader: Reader,
                id: web::Path<String>,
            ) -> Result<HttpResponse, Problem> {
                answer(&reader, |snapshot, query| {
                    let what = format_args!("{} {id}", Kind::$kind.singular().replace('_', " "));
                    list::item(snapshot.shelf(Kind::$kind).get(&id), what, query)
                })
                .await
            }
        )+

        /// Adds the endpoints.
        pub fn configure(config: &mut ServiceConfig<'_>) {
            $(config.service($list_handler).service($item_handler);)+
            config.service(list_sources).service(get_source);
        }

        /// Every list, and what selects its entries.
        pub const LISTS: &[(&str, Select)] = &[
            $((concat!("/v1", $list_path), resources!(@select $kind $($select)?)),)+
            ("/v1/sources", select_sources),
        ];
    };
}

resources! {
    Jurisdiction {
        tag: "jurisdictions", list: "/jurisdictions" => list_jurisdictions, "List jurisdictions\n\nStates, the District and territories, each with its program and the credentials that it has.",
        item: "/jurisdictions/{code}" => get_jurisdiction, "Read a jurisdiction",
        JurisdictionItem, JurisdictionList, "code", example: "US-TX"
    }
    Framework {
        tag: "competencies", list: "/frameworks" => list_frameworks, "List frameworks\n\nSets of competencies, and SAMHSA's model standards for certification, each with what is known to be missing of it.",
        item: "/frameworks/{id}" => get_framework, "Read a framework\n\nWith its categories and their competencies, or its standards.",
        FrameworkItem, FrameworkList, "id", example: "samhsa-core-competencies"
    }
    Competency {
        tag: "competencies", list: "/competencies" => list_competencies, "List competencies\n\nOf all frameworks, one by one.",
        item: "/competencies/{id}" => get_competency, "Read a competency",
        CompetencyItem, CompetencyList, "id", example: "samhsa-cc-1.2", select: select_competencies, params: CompetencyParameters
    }
    Step {
        tag: "pathway", list: "/steps" => list_steps, "List the steps of the pathway\n\nIn order, with their tasks, dependencies, pitfalls and good practices.",
        item: "/steps/{id}" => get_step, "Read a step",
        StepItem, StepList, "id", example: "complete-core-training"
    }
    Role {
        tag: "profession", list: "/roles" => list_roles, "List roles\n\nJob titles with what they mean; `q` finds other titles for the same role, too.",
        item: "/roles/{id}" => get_role, "Read a role",
        RoleItem, RoleList, "id", example: "peer-support-specialist"
    }
    CareerLevel {
        tag: "profession", list: "/career-levels" => list_career_levels, "List career levels\n\nLowest first, with what sources say of pay and experience.",
        item: "/career-levels/{id}" => get_career_level, "Read a career level",
        CareerLevelItem, CareerLevelList, "id", example: "entry"
    }
    Skill {
        tag: "profession", list: "/skills" => list_skills, "List skills\n\nWhat the work takes.",
        item: "/skills/{id}" => get_skill, "Read a skill",
        SkillItem, SkillList, "id", example: "active-listening"
    }
    Responsibility {
        tag: "profession", list: "/responsibilities" => list_responsibilities, "List responsibilities\n\nWhat the work consists of.",
        item: "/responsibilities/{id}" => get_responsibility, "Read a responsibility",
        ResponsibilityItem, ResponsibilityList, "id", example: "advocacy"
    }
    Training {
        tag: "library", list: "/trainings" => list_trainings, "List trainings\n\nCourses that are known by name in several places.",
        item: "/trainings/{id}" => get_training, "Read a training",
        TrainingItem, TrainingList, "id", example: "wrap"
    }
    Resource {
        tag: "library", list: "/resources" => list_resources, "List resources\n\nOrganizations, publications, help lines.",
        item: "/resources/{id}" => get_resource, "Read a resource",
        ResourceItem, ResourceList, "id", example: "988-lifeline"
    }
    Faq {
        tag: "library", list: "/faqs" => list_faqs, "List questions\n\nQuestions that people ask, with answers, in an order to read them in.",
        item: "/faqs/{id}" => get_faq, "Read a question",
        FaqItem, FaqList, "id", example: "how-long-it-takes"
    }
    Outcome {
        tag: "library", list: "/outcomes" => list_outcomes, "List outcomes\n\nWhat is claimed of peer support and of the profession, and how well each claim stands.",
        item: "/outcomes/{id}" => get_outcome, "Read an outcome",
        OutcomeItem, OutcomeList, "id", example: "training-hours"
    }
}

/// Which competencies.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what `select_competencies` reads")]
struct CompetencyParameters {
    /// Of this framework. May be repeated.
    framework: Option<Vec<FrameworkId>>,
    /// Of this category. May be repeated.
    category: Option<Vec<CategoryId>>,
}

fn select_competencies<'a>(snapshot: &'a Snapshot, reader: &mut QueryReader) -> Listed<'a> {
    let frameworks = &snapshot.catalog.frameworks;
    let known_frameworks = || frameworks.iter().map(|framework| framework.id.to_string()).collect::<Vec<_>>();
    let categories =
        || frameworks.iter().flat_map(|framework| &framework.categories).map(|category| category.id.to_string());
    let known_categories = || categories().collect::<Vec<_>>();
    let wanted_frameworks: Vec<FrameworkId> = reader.all("framework", |text| one_of(text, &known_frameworks()));
    let wanted_categories: Vec<CategoryId> = reader.all("category", |text| one_of(text, &known_categories()));
    let mut listed = searched(snapshot, reader, Kind::Competency);
    let fits = |item: &Item| {
        let found = snapshot.catalog.competencies().find(|(.., competency)| *competency.id.to_string() == *item.id);
        found.is_some_and(|(framework, category, _)| {
            (wanted_frameworks.is_empty() || wanted_frameworks.contains(&framework.id))
                && (wanted_categories.is_empty() || wanted_categories.contains(&category.id))
        })
    };
    listed.entries.retain(|entry| fits(entry.item));
    listed
}

fn one_of<T: std::str::FromStr>(text: &str, known: &[String]) -> Result<T, String> {
    let found = known.iter().any(|word| word == text).then(|| text.parse().ok()).flatten();
    found.ok_or_else(|| format!("is not one of: {}", known.join(", ")))
}

/// A page of sources.
#[derive(Debug, Serialize, ToSchema)]
pub struct SourceList<'a> {
    /// The sources.
    items: Vec<SourceItem<'a>>,
    /// Where the next page begins; null on the last.
    next_cursor: Option<String>,
    /// What the list says of itself.
    meta: ListMeta,
}

/// Which sources.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it documents what `select_sources` reads")]
struct SourceParameters {
    /// Of this tier. May be repeated.
    tier: Option<Vec<Tier>>,
}

fn select_sources<'a>(snapshot: &'a Snapshot, reader: &mut QueryReader) -> Listed<'a> {
    let tiers: Vec<Tier> = reader.all("tier", choice);
    let mut listed = searched(snapshot, reader, Kind::Source);
    let source = |item: &Item| snapshot.catalog.sources.get(&item.id.parse().ok()?);
    listed
        .entries
        .retain(|entry| tiers.is_empty() || source(entry.item).is_some_and(|source| tiers.contains(&source.tier)));
    listed
}

/// List sources
///
/// The pages and rules that facts rest on, each with the facts.
#[utoipa::path(
    tag = "sources",
    params(SearchParameters, SourceParameters, ListParameters),
    responses((status = OK, description = "A page", body = SourceList)),
    security(("oauth2" = ["catalog:read"]))
)]
#[get("/sources")]
async fn list_sources(reader: Reader) -> Result<HttpResponse, Problem> {
    answer(&reader, |snapshot, query| list::page(snapshot, "/v1/sources", query, select_sources)).await
}

/// Read a source
///
/// With the facts that rest on it. The id of a source is the file that lists it and its id there: `us-tx/tx-hhsc-peer`.
#[utoipa::path(
    tag = "sources",
    params(
        ("file" = String, Path, description = "The file of the catalog that lists it", example = "us-tx"),
        ("id" = String, Path, description = "Its id there", example = "tx-hhsc-peer"),
        ItemParameters,
    ),
    responses((status = OK, description = "The source", body = SourceItem)),
    security(("oauth2" = ["catalog:read"]))
)]
#[get("/sources/{file}/{id}")]
async fn get_source(reader: Reader, path: web::Path<(String, String)>) -> Result<HttpResponse, Problem> {
    let (file, id) = path.into_inner();
    answer(&reader, |snapshot, query| {
        let id = format!("{file}/{id}");
        list::item(snapshot.shelf(Kind::Source).get(&id), format_args!("source {id}"), query)
    })
    .await
}
