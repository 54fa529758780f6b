//! What is required, in a form that can be compared.

use std::collections::BTreeSet;

use serde::Serialize;
use utoipa::ToSchema;

use crate::catalog::reference::CredentialReference;
use crate::catalog::requirement::{AttestationSubject, Experience};

/// How a requirement compares with the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// Less: a lower number, fewer conditions, or conditions that more people meet.
    Below,
    /// The same, or within the range of the baseline.
    Within,
    /// More.
    Above,
    /// The facts do not decide: one of the two is not stated or too vague, or they differ without one being more.
    NotStated,
}

/// What is required.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) enum Comparable<'a> {
    /// Not stated, or stated for some applicants only.
    #[default]
    Unstated,
    /// Nothing.
    Nothing,
    /// Required, without an amount.
    Asked,
    /// A number.
    Number(Range),
    /// A number over some months, which compares only with a number over as many months.
    In(u16, Range),
    /// One of the first experiences, and all of the second.
    Experience(&'a [Experience], &'a [Experience]),
    /// One of these credentials: accepting more requires less.
    OneOf(&'a [CredentialReference]),
    /// All of these: more subjects require more.
    AllOf(BTreeSet<AttestationSubject>),
    /// Text.
    Words,
}

/// A number that is known to lie in a range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range {
    /// The least that it can be.
    pub least: f64,
    /// The most that it can be; `None`: not stated.
    pub most: Option<f64>,
}

impl Range {
    /// A number that is known exactly.
    pub const fn exactly(number: f64) -> Self {
        Self { least: number, most: Some(number) }
    }

    /// Above or below only if that is so wherever both numbers lie in their ranges; within if the whole range is.
    fn against(self, baseline: Self) -> Against {
        let known = |number: Option<f64>, holds: fn(f64, f64) -> bool, other: f64| {
            number.is_some_and(|number| holds(number, other))
        };
        if known(baseline.most, |most, least| most < least, self.least) {
            Against::Above
        } else if known(self.most, |most, least| most < least, baseline.least) {
            Against::Below
        } else if self.least >= baseline.least
            && baseline.most.is_some_and(|most| known(self.most, |own, most| own <= most, most))
        {
            Against::Within
        } else {
            Against::NotStated
        }
    }
}

impl Comparable<'_> {
    pub fn against(&self, baseline: &Self) -> Against {
        match (self, baseline) {
            (Self::Unstated, _) | (_, Self::Unstated) => Against::NotStated,
            (Self::Number(own), Self::Number(other)) => own.against(*other),
            (Self::In(months, own), Self::In(others, other)) if months == others => own.against(*other),
            _ => match (self.asks_no_more_than(baseline), baseline.asks_no_more_than(self)) {
                (true, true) => Against::Within,
                (true, false) => Against::Below,
                (false, true) => Against::Above,
                (false, false) => Against::NotStated,
            },
        }
    }

    /// Whether everybody who meets the other requirement meets this one, too.
    fn asks_no_more_than(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Nothing, _) | (Self::Asked, Self::Asked) => true,
            (Self::Experience(any_of, also), Self::Experience(others_any_of, others_also)) => {
                others_any_of.iter().all(|experience| any_of.contains(experience))
                    && also.iter().all(|experience| others_also.contains(experience))
            }
            (Self::OneOf(accepted), Self::OneOf(others)) => {
                let others = others.iter().filter(|reference| **reference != CredentialReference::None);
                others.into_iter().all(|other| accepted.iter().any(|own| own.covers(other)))
            }
            (Self::AllOf(own), Self::AllOf(others)) => own.is_subset(others),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(least: f64, most: Option<f64>) -> Comparable<'static> {
        Comparable::Number(Range { least, most })
    }

    #[test]
    fn a_number_is_held_against_a_range() {
        let baseline = range(40.0, Some(60.0));
        for (own, expected) in [
            (range(39.75, Some(39.75)), Against::Below),
            (range(40.0, Some(40.0)), Against::Within),
            (range(60.0, Some(60.0)), Against::Within),
            (range(60.25, Some(60.25)), Against::Above),
            (range(30.0, Some(50.0)), Against::NotStated),
            (range(50.0, None), Against::NotStated),
            (range(61.0, None), Against::Above),
            (Comparable::Unstated, Against::NotStated),
        ] {
            assert_eq!(own.against(&baseline), expected, "{own:?}");
        }
    }

    #[test]
    fn an_end_of_the_baseline_that_is_not_stated_decides_nothing() {
        let baseline = range(70.0, None);
        assert_eq!(range(69.0, Some(69.0)).against(&baseline), Against::Below);
        assert_eq!(range(71.0, Some(71.0)).against(&baseline), Against::NotStated);
        let unlimited = range(0.0, Some(f64::INFINITY));
        assert_eq!(range(71.0, Some(71.0)).against(&unlimited), Against::Within);
    }

    #[test]
    fn hours_in_different_times_do_not_compare() {
        let of = |months, hours| Comparable::In(months, Range::exactly(hours));
        assert_eq!(of(24, 20.0).against(&of(24, 10.0)), Against::Above);
        assert_eq!(of(24, 20.0).against(&of(12, 10.0)), Against::NotStated);
    }

    #[test]
    fn what_is_asked_is_more_than_nothing() {
        for asked in [Comparable::Asked, Comparable::Words, Comparable::OneOf(&[CredentialReference::AnyState])] {
            assert_eq!(asked.against(&Comparable::Nothing), Against::Above);
            assert_eq!(Comparable::Nothing.against(&asked), Against::Below);
        }
        assert_eq!(Comparable::Nothing.against(&Comparable::Nothing), Against::Within);
        assert_eq!(Comparable::Asked.against(&Comparable::Asked), Against::Within);
        assert_eq!(Comparable::Words.against(&Comparable::Words), Against::NotStated);
    }

    #[test]
    fn the_more_experiences_are_enough_the_less_is_asked() {
        use Experience::{Family, MentalHealth, SubstanceUse, Veteran, Youth};
        let wide = Comparable::Experience(&[MentalHealth, SubstanceUse, Family], &[]);
        for (own, expected) in [
            (Comparable::Experience(&[Family, SubstanceUse, MentalHealth], &[]), Against::Within),
            (Comparable::Experience(&[MentalHealth], &[]), Against::Above),
            (Comparable::Experience(&[MentalHealth, SubstanceUse, Family, Youth], &[]), Against::Below),
            (Comparable::Experience(&[MentalHealth, SubstanceUse, Family], &[Veteran]), Against::Above),
            (Comparable::Experience(&[Youth], &[]), Against::NotStated),
            (Comparable::Experience(&[MentalHealth, SubstanceUse, Family, Youth], &[Veteran]), Against::NotStated),
        ] {
            assert_eq!(own.against(&wide), expected, "{own:?}");
        }
    }

    #[test]
    fn the_more_credentials_are_accepted_the_less_is_asked() {
        let references = |words: &[&str]| words.iter().map(|word| word.parse().unwrap()).collect::<Vec<_>>();
        let (any, some, none, other) = (
            references(&["any-state"]),
            references(&["US-WA", "us-id-cpss"]),
            references(&["none"]),
            references(&["ic-rc"]),
        );
        assert_eq!(Comparable::OneOf(&any).against(&Comparable::OneOf(&some)), Against::Below);
        assert_eq!(Comparable::OneOf(&some).against(&Comparable::OneOf(&any)), Against::Above);
        assert_eq!(Comparable::OneOf(&none).against(&Comparable::OneOf(&some)), Against::Above);
        assert_eq!(Comparable::OneOf(&none).against(&Comparable::OneOf(&none)), Against::Within);
        assert_eq!(Comparable::OneOf(&other).against(&Comparable::OneOf(&any)), Against::NotStated);
    }

    #[test]
    fn more_attestations_are_more() {
        use AttestationSubject::{Interview, Orientation};
        let of = |subjects: &[AttestationSubject]| Comparable::AllOf(subjects.iter().copied().collect());
        assert_eq!(of(&[Interview, Orientation]).against(&of(&[Interview])), Against::Above);
        assert_eq!(of(&[Orientation]).against(&of(&[Interview])), Against::NotStated);
    }
}
