//! Distributions of what credentials require.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use utoipa::ToSchema;

use super::number::Number;
use crate::catalog::Catalog;
use crate::catalog::credential::{CountedOver, Credential, CredentialStatus, Renewal, Route, Specialty};
use crate::catalog::identifier::{CredentialId, JurisdictionCode, SourceId};
use crate::catalog::quantity::Hours;
use crate::catalog::requirement::{Condition, RequirementKind};
use crate::catalog::selection::{self, Holds};
use crate::catalog::source::{Freshness, Source};

/// Distributions over all credentials, and for each specialty.
#[derive(Debug, Serialize, ToSchema)]
pub struct Statistics<'a> {
    /// Over all counted credentials.
    pub overall: Distributions<'a>,
    /// For each specialty; a credential with several specialties counts for each.
    pub by_specialty: Vec<SpecialtyDistributions<'a>>,
    /// Age and tier of the sources of these credentials.
    pub freshness: Freshness,
}

/// The distributions of one specialty.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpecialtyDistributions<'a> {
    /// The specialty.
    pub specialty: Specialty,
    /// The distributions of its credentials.
    pub distributions: Distributions<'a>,
}

/// Distributions of what a set of credentials requires.
///
/// A credential counts once, with its least demanding route that states the amount exactly and for every applicant. If
/// no route states the amount, it is not stated, and never zero. A complete list that does not mention something
/// requires none of it, and counts as 0.
#[derive(Debug, Serialize, ToSchema)]
pub struct Distributions<'a> {
    /// Number of credentials.
    pub credentials: usize,
    /// Hours of training.
    pub training_hours: Distribution<'a>,
    /// Hours of work experience.
    pub work_hours: Distribution<'a>,
    /// Months of recovery.
    pub recovery_months: Distribution<'a>,
    /// Minimum age in years.
    pub minimum_age: Distribution<'a>,
    /// Fees in U.S. dollars up to the certification: the lower end of the stated fees. Not comparable if neither an
    /// application nor a certification fee is stated.
    pub fees_usd: Distribution<'a>,
    /// Renewal period in months.
    pub renewal_period_months: Distribution<'a>,
    /// Hours of continuing education in a renewal period of any length. Hours stated for a year count if the period is
    /// a year; otherwise, and if no source says what time they cover, they are not comparable.
    pub continuing_education_hours: Distribution<'a>,
    /// Whether an examination is required.
    pub examination: AskedCounts,
    /// Whether a background check is required.
    pub background_check: AskedCounts,
}

/// The distribution of an amount. Median and quartiles are interpolated linearly between the nearest two amounts (type
/// 7 of Hyndman and Fan, as in spreadsheets).
#[derive(Debug, Serialize, ToSchema)]
pub struct Distribution<'a> {
    /// Credentials that state a comparable amount.
    pub stated: usize,
    /// Credentials that do not state the amount.
    pub not_stated: usize,
    /// Credentials that state the amount in a way that does not compare.
    pub not_comparable: usize,
    /// The lowest amount; null if none is stated.
    pub min: Option<Number>,
    /// A quarter of the amounts are at most this.
    pub lower_quartile: Option<Number>,
    /// Half of the amounts are at most this.
    pub median: Option<Number>,
    /// Three quarters of the amounts are at most this.
    pub upper_quartile: Option<Number>,
    /// The highest amount.
    pub max: Option<Number>,
    /// Number of credentials with each amount, lowest first.
    pub histogram: Vec<Bar>,
    /// The credentials with the lowest amount.
    pub at_min: Vec<&'a CredentialId>,
    /// The credentials with the highest amount.
    pub at_max: Vec<&'a CredentialId>,
}

/// Number of credentials with one amount.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub struct Bar {
    /// The amount.
    pub value: Number,
    /// Number of credentials.
    pub count: usize,
}

/// Number of credentials that require something. If routes differ, one that does not require it decides.
#[derive(Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct AskedCounts {
    /// Credentials that require it by every route that says.
    pub asked: usize,
    /// Credentials with a route that does not require it.
    pub not_asked: usize,
    /// Credentials without a route that says.
    pub not_stated: usize,
}

enum Amount {
    Stated(f64),
    NotStated,
    NotComparable,
}

impl From<Option<f64>> for Amount {
    fn from(amount: Option<f64>) -> Self {
        amount.map_or(Self::NotStated, Self::Stated)
    }
}

/// Statistics of the active credentials of these jurisdictions, or of all if none are named; `None` stands for
/// national credentials.
#[must_use]
pub fn statistics<'a>(catalog: &'a Catalog, jurisdictions: &[Option<JurisdictionCode>]) -> Statistics<'a> {
    let counts = |credential: &&Credential| {
        credential.status == CredentialStatus::Active
            && (jurisdictions.is_empty() || jurisdictions.contains(&credential.jurisdiction))
    };
    let counted: Vec<&Credential> = catalog.credentials.iter().filter(counts).collect();
    let specialties: BTreeSet<Specialty> =
        counted.iter().flat_map(|credential| &credential.specialties).copied().collect();
    let by_specialty = specialties.into_iter().map(|specialty| {
        let has = |credential: &&&Credential| credential.specialties.contains(&specialty);
        let distributions = distributions(&counted.iter().filter(has).copied().collect::<Vec<_>>());
        SpecialtyDistributions { specialty, distributions }
    });
    Statistics {
        overall: distributions(&counted),
        by_specialty: by_specialty.collect(),
        freshness: freshness(catalog, &counted),
    }
}

fn distributions<'a>(credentials: &[&'a Credential]) -> Distributions<'a> {
    let by_route = |exactly: fn(Option<&Route>) -> Option<f64>| {
        distribution(credentials, |credential| {
            credential.routes.iter().filter_map(|route| exactly(Some(route))).min_by(f64::total_cmp).into()
        })
    };
    let by_renewal = |amount: fn(&Renewal) -> Amount| {
        distribution(credentials, |credential| credential.renewal.as_ref().map_or(Amount::NotStated, amount))
    };
    Distributions {
        credentials: credentials.len(),
        training_hours: by_route(|route| selection::training_hours(route).exactly().map(Hours::as_f64)),
        work_hours: by_route(|route| selection::work_hours(route).exactly().map(Hours::as_f64)),
        recovery_months: by_route(|route| selection::recovery_months(route).exactly().map(f64::from)),
        minimum_age: by_route(|route| selection::minimum_age(route).exactly().map(f64::from)),
        fees_usd: distribution(credentials, |credential| match selection::fees(credential) {
            None => Amount::NotStated,
            // The price of the training alone is not the cost of the certification.
            Some(fees) if fees.at_most.is_none() => Amount::NotComparable,
            Some(fees) => Amount::Stated(fees.at_least.as_f64()),
        }),
        renewal_period_months: by_renewal(|renewal| renewal.period_months.map(f64::from).into()),
        continuing_education_hours: by_renewal(continuing_education),
        examination: presence(credentials, RequirementKind::Examination),
        background_check: presence(credentials, RequirementKind::BackgroundCheck),
    }
}

fn continuing_education(renewal: &Renewal) -> Amount {
    let Some(hours) = renewal.continuing_education_hours else { return Amount::NotStated };
    match (renewal.continuing_education_per, renewal.period_months) {
        (Some(CountedOver::Period), _) | (Some(CountedOver::Year), Some(12)) => Amount::Stated(hours.as_f64()),
        _ => Amount::NotComparable,
    }
}

fn presence(credentials: &[&Credential], kind: RequirementKind) -> AskedCounts {
    let is_it = |condition: &Condition| condition.kind() == kind;
    let mut presence = AskedCounts::default();
    for credential in credentials {
        let answers = credential.routes.iter().map(|route| selection::asks(Some(route), is_it, true));
        // The least demanding route that says: `No` comes before `Yes`.
        match answers.filter(|answer| *answer != Holds::Unstated).min() {
            Some(Holds::No) => presence.not_asked += 1,
            Some(Holds::Yes) => presence.asked += 1,
            Some(Holds::Unstated) | None => presence.not_stated += 1,
        }
    }
    presence
}

fn distribution<'a>(credentials: &[&'a Credential], amount: impl Fn(&Credential) -> Amount) -> Distribution<'a> {
    let mut stated: Vec<(f64, &CredentialId)> = Vec::new();
    let (mut not_stated, mut not_comparable) = (0, 0);
    for credential in credentials {
        match amount(credential) {
            Amount::Stated(amount) => stated.push((amount, &credential.id)),
            Amount::NotStated => not_stated += 1,
            Amount::NotComparable => not_comparable += 1,
        }
    }
    stated.sort_by(|(a, one), (b, other)| a.total_cmp(b).then(one.cmp(other)));
    let amounts: Vec<f64> = stated.iter().map(|(amount, _)| *amount).collect();
    let at = |end: Option<&f64>| {
        let there = |amount: &f64| end.is_some_and(|end| end.total_cmp(amount).is_eq());
        stated.iter().filter(|(amount, _)| there(amount)).map(|(_, id)| *id).collect()
    };
    Distribution {
        stated: stated.len(),
        not_stated,
        not_comparable,
        min: amounts.first().copied().map(Number),
        lower_quartile: quartile(&amounts, 1),
        median: quartile(&amounts, 2),
        upper_quartile: quartile(&amounts, 3),
        max: amounts.last().copied().map(Number),
        histogram: amounts
            .chunk_by(|a, b| a.total_cmp(b).is_eq())
            .filter_map(|same| Some(Bar { value: Number(*same.first()?), count: same.len() }))
            .collect(),
        at_min: at(amounts.first()),
        at_max: at(amounts.last()),
    }
}

/// The amount at this many quarters of the ordered amounts, interpolated linearly.
fn quartile(ordered: &[f64], quarters: u8) -> Option<Number> {
    let place = ordered.len().checked_sub(1)? * usize::from(quarters);
    let below = *ordered.get(place / 4)?;
    let above = ordered.get(place / 4 + 1).copied().unwrap_or(below);
    let quarter = [0.0, 0.25, 0.5, 0.75].into_iter().nth(place % 4)?;
    Some(Number(below + quarter * (above - below)))
}

fn freshness(catalog: &Catalog, credentials: &[&Credential]) -> Freshness {
    let source = |id: &SourceId| catalog.sources.get(id);
    let sources: BTreeMap<&SourceId, &Source> = credentials
        .iter()
        .flat_map(|credential| &credential.source_ids)
        .filter_map(|id| Some((id, source(id)?)))
        .collect();
    let facts = credentials.iter().flat_map(|credential| credential.fact_sources());
    Freshness::of(sources.into_values(), facts.filter_map(source).map(|source| source.tier))
}

#[cfg(test)]
mod tests {
    use super::super::catalog;
    use super::*;

    #[test]
    fn quartiles_lie_between_the_nearest_amounts() {
        let of = |amounts: &[f64]| [1, 2, 3].map(|quarters| quartile(amounts, quarters).map(|figure| figure.0));
        assert_eq!(of(&[]), [None; 3]);
        assert_eq!(of(&[7.0]), [Some(7.0); 3]);
        assert_eq!(of(&[1.0, 2.0]), [Some(1.25), Some(1.5), Some(1.75)]);
        assert_eq!(of(&[1.0, 2.0, 3.0, 4.0, 10.0]), [Some(2.0), Some(3.0), Some(4.0)]);
        assert_eq!(of(&[1.0, 2.0, 3.0, 4.0]), [Some(1.75), Some(2.5), Some(3.25)]);
    }

    #[test]
    fn every_active_credential_is_stated_or_not_and_none_counts_twice() {
        let found = statistics(catalog(), &[]);
        let active = catalog().credentials.iter().filter(|one| one.status == CredentialStatus::Active).count();
        assert_eq!(found.overall.credentials, active);
        for of in std::iter::once(&found.overall).chain(found.by_specialty.iter().map(|one| &one.distributions)) {
            for distribution in [
                &of.training_hours,
                &of.work_hours,
                &of.recovery_months,
                &of.minimum_age,
                &of.fees_usd,
                &of.renewal_period_months,
                &of.continuing_education_hours,
            ] {
                let Distribution { stated, not_stated, not_comparable, histogram, .. } = distribution;
                assert_eq!(stated + not_stated + not_comparable, of.credentials);
                assert_eq!(histogram.iter().map(|bar| bar.count).sum::<usize>(), *stated);
                let spread = [&distribution.min, &distribution.lower_quartile, &distribution.median];
                let spread = spread.into_iter().chain([&distribution.upper_quartile, &distribution.max]);
                assert!(spread.flatten().map(|figure| figure.0).is_sorted());
                assert_eq!(distribution.at_min.is_empty(), *stated == 0);
            }
            let AskedCounts { asked, not_asked, not_stated } = of.examination;
            assert_eq!(asked + not_asked + not_stated, of.credentials);
        }
    }

    #[test]
    fn an_amount_that_is_not_stated_is_no_zero() {
        let found = statistics(catalog(), &["US-TX".parse().ok()]);
        assert_eq!(found.overall.recovery_months.stated, 0);
        assert_eq!(found.overall.recovery_months.median, None);
        assert_eq!(found.overall.training_hours.min.map(|figure| figure.0 > 0.0), Some(true));
    }

    #[test]
    fn of_several_routes_the_least_demanding_counts() {
        let california = catalog().credentials.get(&"us-ca-cmpss".parse().unwrap()).unwrap();
        let of = distributions(&[california]);
        assert_eq!(of.training_hours.max, Some(Number(20.0)));
        // The other route has a partial list that does not mention an examination.
        assert_eq!(of.examination, AskedCounts { asked: 1, not_asked: 0, not_stated: 0 });
    }

    #[test]
    fn hours_of_continuing_education_compare_in_a_period_only() {
        let read = |renewal: serde_json::Value| continuing_education(&serde_json::from_value(renewal).unwrap());
        let renewal = |months: Option<u16>, per: Option<&str>| {
            serde_json::json!({"period_months": months, "continuing_education_hours": 20, "continuing_education_per": per,
                "ethics_hours": null, "source": "us-tx/a"})
        };
        assert!(matches!(read(renewal(Some(24), Some("period"))), Amount::Stated(_)));
        assert!(matches!(read(renewal(None, Some("period"))), Amount::Stated(_)));
        assert!(matches!(read(renewal(Some(12), Some("year"))), Amount::Stated(_)));
        assert!(matches!(read(renewal(Some(24), Some("year"))), Amount::NotComparable));
        assert!(matches!(read(renewal(Some(24), None)), Amount::NotComparable));
    }
}
