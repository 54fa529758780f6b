//! Compares credentials with model standards or with each other.

mod aspect;
mod comparable;
mod position;

pub use aspect::{Aspect, Unit};
pub use comparable::Against;

use serde::Serialize;
use utoipa::ToSchema;

use super::number::Number;
use crate::catalog::Catalog;
use crate::catalog::credential::{Credential, CredentialStatus, Route};
use crate::catalog::framework::Framework;
use crate::catalog::identifier::{CredentialId, Identifier, JurisdictionCode, RouteId, SourceId};
use crate::catalog::source::Completeness;
use comparable::Comparable;
use position::Position;

/// What credentials are compared with.
#[derive(Debug, Clone, Copy)]
pub enum Baseline<'a> {
    /// A credential; the first of its routes.
    Credential(&'a Credential),
    /// A framework with model standards.
    Framework(&'a Framework),
}

impl<'a> Baseline<'a> {
    /// The credential, or the framework with standards, that has this id.
    #[must_use]
    pub fn find(catalog: &'a Catalog, id: &str) -> Option<Self> {
        let credential = id.parse().ok().and_then(|id| catalog.credentials.get(&id)).map(Self::Credential);
        let framework = || id.parse().ok().and_then(|id| catalog.frameworks.get(&id));
        credential.or_else(|| framework().filter(|framework| !framework.standards.is_empty()).map(Self::Framework))
    }

    /// The first framework with standards: SAMHSA’s National Model Standards.
    #[must_use]
    pub fn usual(catalog: &'a Catalog) -> Option<Self> {
        catalog.frameworks.iter().find(|framework| !framework.standards.is_empty()).map(Self::Framework)
    }

    fn states(self, catalog: &Catalog, aspect: Aspect) -> Position<'a> {
        match self {
            Self::Credential(credential) => Position::of(catalog, aspect, credential, credential.routes.first()),
            Self::Framework(framework) => Position::of_standards(aspect, framework),
        }
    }

    fn baseline(self) -> BaselineSummary<'a> {
        match self {
            Self::Credential(credential) => BaselineSummary {
                kind: BaselineKind::Credential,
                id: credential.id.as_str(),
                title: &credential.title,
                route: credential.routes.first().map(ComparedRoute::of),
            },
            Self::Framework(framework) => BaselineSummary {
                kind: BaselineKind::Framework,
                id: framework.id.as_str(),
                title: &framework.title,
                route: None,
            },
        }
    }
}

/// Credentials side by side.
#[derive(Debug)]
pub struct Comparison<'a> {
    /// What the credentials are compared with.
    pub baseline: BaselineSummary<'a>,
    /// Every route of each credential.
    pub columns: Vec<Column<'a>>,
    /// Every aspect, in order.
    pub rows: Vec<Row<'a>>,
}

/// What the credentials are compared with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct BaselineSummary<'a> {
    /// Credential or framework.
    pub kind: BaselineKind,
    /// The id of the credential or framework.
    pub id: &'a str,
    /// The title of the credential or framework.
    pub title: &'a str,
    /// The route of the credential, the first of several; null for a framework, and for a credential without routes.
    pub route: Option<ComparedRoute<'a>>,
}

/// The kind of a baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BaselineKind {
    /// A credential.
    Credential,
    /// A framework with model standards.
    Framework,
}

/// One route of a credential, or a credential without routes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Column<'a> {
    /// The credential.
    pub credential: ComparedCredential<'a>,
    /// The route; null: no source for the requirements was found.
    pub route: Option<ComparedRoute<'a>>,
}

/// A compared credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ComparedCredential<'a> {
    /// The id.
    pub id: &'a CredentialId,
    /// The title.
    pub title: &'a str,
    /// The acronym; null: none.
    pub acronym: Option<&'a str>,
    /// The jurisdiction; null: a national credential.
    pub jurisdiction: Option<&'a JurisdictionCode>,
    /// Whether it is open to applicants.
    pub status: CredentialStatus,
}

/// A compared route.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ComparedRoute<'a> {
    /// The id, unique within the credential.
    pub id: &'a RouteId,
    /// The name.
    pub name: &'a str,
    /// Whether the list of requirements is complete.
    pub completeness: Completeness,
}

impl<'a> ComparedRoute<'a> {
    fn of(route: &'a Route) -> Self {
        Self { id: &route.id, name: &route.name, completeness: route.completeness }
    }
}

/// One aspect of everything that is compared.
#[derive(Debug, Serialize, ToSchema)]
pub struct Row<'a> {
    /// The aspect.
    pub aspect: Aspect,
    /// The unit of the amounts; null: none.
    pub unit: Option<Unit>,
    /// What the baseline states.
    pub baseline: BaselineCell<'a>,
    /// What each route states, in the order of the columns.
    pub cells: Vec<Cell<'a>>,
}

/// What the baseline states about an aspect.
#[derive(Debug, Serialize, ToSchema)]
pub struct BaselineCell<'a> {
    /// In words; null: not stated.
    pub text: Option<String>,
    /// The least, in the unit of the row; null: not stated, or no lower end.
    pub amount: Option<Number>,
    /// The most, in the unit of the row; null: not stated, or no upper end.
    pub amount_max: Option<Number>,
    /// The sources that state it.
    pub sources: Vec<&'a SourceId>,
    /// Notes that text and amounts do not cover.
    pub notes: Vec<&'a str>,
}

/// What a route states about an aspect.
///
/// If a route does not mention an aspect, the text is `none` when its list of requirements is complete, and null when
/// it is not. A requirement for some applicants only is marked in `text`, counts in `amount_max` but not in `amount`,
/// and does not compare unless it is a number that decides for all applicants.
#[derive(Debug, Serialize, ToSchema)]
pub struct Cell<'a> {
    /// In words; null: not stated.
    pub text: Option<String>,
    /// The least required of every applicant, in the unit of the row; null: not stated, or not a number.
    pub amount: Option<Number>,
    /// The most required of an applicant, in the unit of the row, the same as `amount` if there is nothing more; null:
    /// not stated, or not a number.
    pub amount_max: Option<Number>,
    /// How it compares with the baseline.
    pub against: Against,
    /// The sources that state it; for `none`, the sources of the complete list.
    pub sources: Vec<&'a SourceId>,
    /// Notes that text and amounts do not cover.
    pub notes: Vec<&'a str>,
}

/// Compares credentials. Each route has its own column, so that no amount mixes several routes.
#[must_use]
pub fn compare<'a>(catalog: &Catalog, credentials: &[&'a Credential], yardstick: Baseline<'a>) -> Comparison<'a> {
    let compared: Vec<(&Credential, Option<&Route>)> = credentials
        .iter()
        .flat_map(|credential| {
            let none = credential.routes.is_empty().then_some((*credential, None));
            credential.routes.iter().map(|route| (*credential, Some(route))).chain(none)
        })
        .collect();
    let columns = compared.iter().map(|(credential, route)| Column {
        credential: ComparedCredential {
            id: &credential.id,
            title: &credential.title,
            acronym: credential.acronym.as_deref(),
            jurisdiction: credential.jurisdiction.as_ref(),
            status: credential.status,
        },
        route: route.map(ComparedRoute::of),
    });
    let rows = Aspect::ALL.iter().map(|aspect| {
        let baseline = yardstick.states(catalog, *aspect);
        let positions = compared.iter().map(|(credential, route)| Position::of(catalog, *aspect, credential, *route));
        let cells = positions.map(|position| cell(position, &baseline.comparable)).collect();
        let Position { text, amount, amount_max, sources, notes, .. } = baseline;
        let baseline = BaselineCell { text, amount, amount_max, sources, notes };
        Row { aspect: *aspect, unit: aspect.unit(), baseline, cells }
    });
    Comparison { baseline: yardstick.baseline(), columns: columns.collect(), rows: rows.collect() }
}

fn cell<'a>(position: Position<'a>, baseline: &Comparable<'_>) -> Cell<'a> {
    let against = position.comparable.against(baseline);
    let Position { text, amount, amount_max, sources, notes, .. } = position;
    Cell { text, amount, amount_max, against, sources, notes }
}

impl<'a> Comparison<'a> {
    /// The sources of all cells, repeated as often as cells name them.
    pub fn sources(&self) -> impl Iterator<Item = &'a SourceId> {
        self.rows
            .iter()
            .flat_map(|row| row.baseline.sources.iter().chain(row.cells.iter().flat_map(|cell| &cell.sources)).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::super::catalog;
    use super::*;

    fn compared(ids: &[&str], baseline: Option<&str>) -> Comparison<'static> {
        let catalog = catalog();
        let credentials: Vec<_> = ids.iter().map(|id| catalog.credentials.get(&id.parse().unwrap()).unwrap()).collect();
        let usual = || Baseline::usual(catalog).unwrap();
        compare(catalog, &credentials, baseline.map_or_else(usual, |id| Baseline::find(catalog, id).unwrap()))
    }

    fn told(comparison: &Comparison<'_>, aspect: Aspect) -> Vec<(Option<String>, Against)> {
        let row = comparison.rows.iter().find(|row| row.aspect == aspect).unwrap();
        row.cells.iter().map(|cell| (cell.text.clone(), cell.against)).collect()
    }

    fn said(text: &str, against: Against) -> (Option<String>, Against) {
        (Some(text.into()), against)
    }

    #[test]
    fn each_route_has_a_column_and_so_has_a_credential_without_routes() {
        let silent = catalog().credentials.iter().find(|credential| credential.routes.is_empty()).unwrap();
        let comparison = compared(&["us-ca-cmpss", silent.id.as_str()], None);
        let routes: Vec<_> =
            comparison.columns.iter().map(|column| column.route.as_ref().map(|r| r.id.as_str())).collect();
        assert_eq!(routes, [Some("standard"), Some("out-of-state"), None]);
        assert_eq!(comparison.baseline.id, "national-model-standards");
        assert_eq!(told(&comparison, Aspect::Training)[2], (None, Against::NotStated));
    }

    #[test]
    fn the_model_standards_are_the_usual_baseline() {
        let comparison = compared(&["us-tx-mhps", "ic-rc-pr", "us-ca-cmpss"], None);
        let training = &told(&comparison, Aspect::Training);
        assert_eq!(training[0], said("59.5 hours (Core 19.5, Mental health supplemental 40)", Against::Within));
        assert_eq!(training[1].1, Against::Within);
        assert_eq!(training[2], said("80 hours", Against::Above));
        assert_eq!(training[3], said("20 hours (Law and ethics 6)", Against::Below));
        let work = told(&comparison, Aspect::WorkExperience);
        assert_eq!(work[0].1, Against::Above);
        assert_eq!(work[2], said("none", Against::Within));
        assert_eq!(told(&comparison, Aspect::Fees)[2], said("$250 (application $100, exam $150)", Against::NotStated));
        let lived = told(&comparison, Aspect::LivedExperience);
        assert_eq!(lived[0], said("mental health", Against::Above));
        assert_eq!(lived[2], said("mental health, substance use or family", Against::Within));
    }

    #[test]
    fn what_a_partial_list_leaves_out_is_not_stated_and_what_a_whole_one_does_is_not_asked() {
        let comparison = compared(&["us-tx-mhps", "us-ca-cmpss"], Some("ic-rc-pr"));
        assert_eq!(told(&comparison, Aspect::Supervision)[0], (None, Against::NotStated));
        assert_eq!(told(&comparison, Aspect::Supervision)[1], said("none", Against::Below));
        assert_eq!(told(&comparison, Aspect::MaximumAge)[1], said("none", Against::Within));
        assert_eq!(told(&comparison, Aspect::BackgroundCheck)[0], said("required", Against::Above));
        let row = comparison.rows.iter().find(|row| row.aspect == Aspect::Supervision).unwrap();
        assert_eq!((row.cells[1].amount, row.cells[0].amount), (Some(Number(0.0)), None));
        assert!(!row.cells[1].sources.is_empty());
    }

    #[test]
    fn what_only_some_are_asked_is_told_and_is_no_amount_for_all() {
        let comparison = compared(&["us-wa-cpss", "us-tx-mhps"], Some("us-ky-radpss-temporary"));
        let row = comparison.rows.iter().find(|row| row.aspect == Aspect::RecoveryTime).unwrap();
        let cell = &row.cells[0];
        assert_eq!(
            cell.text.as_deref(),
            Some(
                "12 months, only for applicants with lived experience of a mental health condition or of substance use"
            )
        );
        assert_eq!((cell.amount, cell.amount_max), (None, Some(Number(12.0))));
    }

    #[test]
    fn a_credential_held_against_itself_is_nowhere_more_or_less() {
        for credential in catalog().credentials.iter().filter(|credential| credential.routes.len() < 2) {
            let comparison = compare(catalog(), &[credential], Baseline::Credential(credential));
            for row in &comparison.rows {
                let against = row.cells[0].against;
                assert!(matches!(against, Against::Within | Against::NotStated), "{} {:?}", credential.id, row.aspect);
            }
        }
    }

    #[test]
    fn more_against_one_is_less_against_the_other() {
        let pairs = [("us-tx-mhps", "us-ga-cps-y"), ("ic-rc-pr", "us-me-rprc"), ("us-or-pss", "us-nc-cpss-military")];
        for (one, other) in pairs {
            let (forth, back) = (compared(&[one], Some(other)), compared(&[other], Some(one)));
            for (a, b) in forth.rows.iter().zip(&back.rows) {
                let turned = match a.cells[0].against {
                    Against::Below => Against::Above,
                    Against::Above => Against::Below,
                    same => same,
                };
                let exact = a.cells[0].amount == a.cells[0].amount_max && b.cells[0].amount == b.cells[0].amount_max;
                assert!(!exact || b.cells[0].against == turned, "{one} and {other}: {:?}", a.aspect);
            }
        }
    }
}
