//! The competencies that a course covers.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::course::Course;
use crate::catalog::Catalog;
use crate::catalog::framework::{Category, Framework};
use crate::catalog::identifier::CompetencyId;
use crate::catalog::source::Completeness;

/// A course compared with a framework.
#[derive(Debug, Clone, PartialEq)]
pub struct FrameworkCoverage<'a> {
    /// The framework.
    pub framework: &'a Framework,
    /// Its categories.
    pub categories: Vec<CategoryCoverage<'a>>,
}

/// A course compared with a category.
#[derive(Debug, Clone, PartialEq)]
pub struct CategoryCoverage<'a> {
    /// The category.
    pub category: &'a Category,
    /// How much of it the course covers.
    pub coverage: Coverage,
    /// The number of its known competencies that the course covers.
    pub covered: usize,
    /// The known competencies that the course does not cover.
    pub missing: Vec<&'a CompetencyId>,
    /// Whether all competencies of the category are known. Otherwise coverage cannot be complete.
    pub completeness: Completeness,
}

/// How much of a category a course covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// All of it: the provider says so, or all competencies are known and covered.
    Whole,
    /// Some of it.
    Part,
    /// None of the known competencies.
    None,
    /// Not known, since the competencies are not in the catalog.
    NotRetrieved,
}

/// Compares a course with every framework that has categories of competencies.
#[must_use]
pub fn coverage<'a>(catalog: &'a Catalog, course: &Course) -> Vec<FrameworkCoverage<'a>> {
    let competencies: BTreeSet<&CompetencyId> = course.competencies.iter().collect();
    let of_category = |category: &'a Category| {
        let claimed = course.categories.contains(&category.id);
        let missing = category.competencies.iter().map(|competency| &competency.id);
        let missing: Vec<&CompetencyId> = missing.filter(|id| !claimed && !competencies.contains(id)).collect();
        let (covered, completeness) = (category.competencies.len() - missing.len(), category.competencies_completeness);
        let coverage = match covered {
            _ if claimed || (missing.is_empty() && completeness == Completeness::Complete) => Coverage::Whole,
            _ if completeness == Completeness::NotRetrieved => Coverage::NotRetrieved,
            0 => Coverage::None,
            _ => Coverage::Part,
        };
        CategoryCoverage { category, coverage, covered, missing, completeness }
    };
    let with_categories = catalog.frameworks.iter().filter(|framework| !framework.categories.is_empty());
    let of_framework = |framework: &'a Framework| FrameworkCoverage {
        framework,
        categories: framework.categories.iter().map(of_category).collect(),
    };
    with_categories.map(of_framework).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::course;
    use super::*;
    use crate::catalog::identifier::CategoryId;
    use crate::guidance::catalog;

    #[test]
    fn a_category_is_covered_by_its_competencies_or_as_a_whole() {
        let mut course = course(40, None, None);
        let framework = catalog().frameworks.get(&"samhsa-core-competencies".parse().unwrap()).unwrap();
        let [first, second] = [&framework.categories[0], &framework.categories[2]];
        course.competencies.push(first.competencies[0].id.clone());
        course.categories.push(second.id.clone());
        let coverage = coverage(catalog(), &course);
        let of = |id: &CategoryId| {
            let all = coverage.iter().flat_map(|framework| &framework.categories);
            all.into_iter().find(|one| one.category.id == *id).unwrap()
        };
        assert_eq!((of(&first.id).covered, of(&first.id).missing.len()), (1, first.competencies.len() - 1));
        assert_eq!((of(&second.id).coverage, of(&second.id).missing.len()), (Coverage::Whole, 0));
        assert_eq!(of(&second.id).covered, second.competencies.len());
    }
}
