//! Credentials side by side, held against model standards or one another.

mod aspect;
mod extent;
mod statement;

pub use aspect::{Aspect, Unit};
pub use extent::Against;

use serde::Serialize;
use utoipa::ToSchema;

use super::figure::Figure;
use crate::catalog::Catalog;
use crate::credential::{Credential, CredentialStatus, Route};
use crate::framework::Framework;
use crate::identifier::{CredentialId, Identifier, JurisdictionCode, RouteId, SourceId};
use crate::source::Completeness;
use extent::Extent;
use statement::Statement;

/// What credentials are held against.
#[derive(Debug, Clone, Copy)]
pub enum Yardstick<'a> {
    /// Another credential; where it has several routes, the first of them.
    Credential(&'a Credential),
    /// A set of model standards.
    Framework(&'a Framework),
}

impl<'a> Yardstick<'a> {
    /// The credential or the framework with standards that has this id.
    #[must_use]
    pub fn find(catalog: &'a Catalog, id: &str) -> Option<Self> {
        let framework = || catalog.frameworks.get(id).filter(|framework| !framework.standards.is_empty());
        catalog.credentials.get(id).map(Self::Credential).or_else(|| framework().map(Self::Framework))
    }

    /// The first framework with standards: SAMHSA's National Model Standards.
    #[must_use]
    pub fn usual(catalog: &'a Catalog) -> Option<Self> {
        catalog.frameworks.iter().find(|framework| !framework.standards.is_empty()).map(Self::Framework)
    }

    fn states(self, catalog: &Catalog, aspect: Aspect) -> Statement<'a> {
        match self {
            Self::Credential(credential) => Statement::of(catalog, aspect, credential, credential.routes.first()),
            Self::Framework(framework) => Statement::of_standards(aspect, framework),
        }
    }

    fn baseline(self) -> Baseline<'a> {
        match self {
            Self::Credential(credential) => Baseline {
                kind: BaselineKind::Credential,
                id: credential.id.as_str(),
                title: &credential.title,
                route: credential.routes.first().map(ComparedRoute::of),
            },
            Self::Framework(framework) => Baseline {
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
    /// What they are held against.
    pub baseline: Baseline<'a>,
    /// What is compared: every route of each.
    pub columns: Vec<Column<'a>>,
    /// In what they are compared, every aspect in its order.
    pub rows: Vec<Row<'a>>,
}

/// What credentials are held against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Baseline<'a> {
    /// What it is.
    pub kind: BaselineKind,
    /// Its id.
    pub id: &'a str,
    /// Its title.
    pub title: &'a str,
    /// The route that is meant, of several the first; null for a framework, and for a credential without routes.
    pub route: Option<ComparedRoute<'a>>,
}

/// What a baseline is.
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
    /// Its route; null: no source for its requirements was found.
    pub route: Option<ComparedRoute<'a>>,
}

/// A credential that is compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ComparedCredential<'a> {
    /// Its id.
    pub id: &'a CredentialId,
    /// Its title.
    pub title: &'a str,
    /// Its acronym; null where it has none.
    pub acronym: Option<&'a str>,
    /// Its jurisdiction; null: a national credential.
    pub jurisdiction: Option<&'a JurisdictionCode>,
    /// Whether it can be applied for.
    pub status: CredentialStatus,
}

/// A route that is compared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct ComparedRoute<'a> {
    /// Its id within the credential.
    pub id: &'a RouteId,
    /// What it is called.
    pub name: &'a str,
    /// Whether the list of its requirements is known to be whole.
    pub completeness: Completeness,
}

impl<'a> ComparedRoute<'a> {
    fn of(route: &'a Route) -> Self {
        Self { id: &route.id, name: &route.name, completeness: route.completeness }
    }
}

/// One aspect of all that is compared.
#[derive(Debug, Serialize, ToSchema)]
pub struct Row<'a> {
    /// The aspect.
    pub aspect: Aspect,
    /// What its amounts are counted in; null: it has none.
    pub unit: Option<Unit>,
    /// What the baseline says of it.
    pub baseline: BaselineCell<'a>,
    /// What the routes say of it, in the order of the columns.
    pub cells: Vec<Cell<'a>>,
}

/// What a baseline says of an aspect.
#[derive(Debug, Serialize, ToSchema)]
pub struct BaselineCell<'a> {
    /// In words; null: not stated.
    pub text: Option<String>,
    /// The least, in the row's unit; null: not stated, or without a lower end.
    pub amount: Option<Figure>,
    /// The most, in the row's unit; null: not stated, or without an upper end.
    pub amount_max: Option<Figure>,
    /// The sources that state it.
    pub sources: Vec<&'a SourceId>,
    /// What the words and amounts cannot say.
    pub notes: Vec<&'a str>,
}

/// What a route says of an aspect.
///
/// What a route does not mention is `none` where its list of requirements is whole, and not stated where it is not. Of
/// what only some applicants are asked, `text` says so; it is in `amount_max` and not in `amount`, and does not compare
/// unless it is a number that decides for all of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Cell<'a> {
    /// In words; null: not stated.
    pub text: Option<String>,
    /// The least that every applicant is asked, in the row's unit; null: not stated, or no number.
    pub amount: Option<Figure>,
    /// The most that an applicant is asked, in the row's unit, and the same as `amount` where that is all; null: not stated, or no number.
    pub amount_max: Option<Figure>,
    /// How it compares with the baseline.
    pub against: Against,
    /// The sources that state it; of what is not asked, those of the whole list.
    pub sources: Vec<&'a SourceId>,
    /// What the words and amounts cannot say.
    pub notes: Vec<&'a str>,
}

/// Puts credentials side by side, each route in a column of its own, so that no amount is made up of several routes'.
#[must_use]
pub fn compare<'a>(catalog: &Catalog, credentials: &[&'a Credential], yardstick: Yardstick<'a>) -> Comparison<'a> {
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
        let statements = compared.iter().map(|(credential, route)| Statement::of(catalog, *aspect, credential, *route));
        let cells = statements.map(|statement| cell(statement, &baseline.extent)).collect();
        let Statement { text, amount, amount_max, sources, notes, .. } = baseline;
        let baseline = BaselineCell { text, amount, amount_max, sources, notes };
        Row { aspect: *aspect, unit: aspect.unit(), baseline, cells }
    });
    Comparison { baseline: yardstick.baseline(), columns: columns.collect(), rows: rows.collect() }
}

fn cell<'a>(statement: Statement<'a>, baseline: &Extent<'_>) -> Cell<'a> {
    let against = statement.extent.against(baseline);
    let Statement { text, amount, amount_max, sources, notes, .. } = statement;
    Cell { text, amount, amount_max, against, sources, notes }
}

impl<'a> Comparison<'a> {
    /// The sources of all cells, as often as they are named.
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
        let credentials: Vec<_> = ids.iter().map(|id| catalog.credentials.get(id).unwrap()).collect();
        let usual = || Yardstick::usual(catalog).unwrap();
        compare(catalog, &credentials, baseline.map_or_else(usual, |id| Yardstick::find(catalog, id).unwrap()))
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
        assert_eq!((row.cells[1].amount, row.cells[0].amount), (Some(Figure(0.0)), None));
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
        assert_eq!((cell.amount, cell.amount_max), (None, Some(Figure(12.0))));
    }

    #[test]
    fn a_credential_held_against_itself_is_nowhere_more_or_less() {
        for credential in catalog().credentials.iter().filter(|credential| credential.routes.len() < 2) {
            let comparison = compare(catalog(), &[credential], Yardstick::Credential(credential));
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
