//! Arithmetic with days, months and years: when an age is reached, how long a recovery has lasted.

use chrono::{Datelike, Days, Months, NaiveDate};

/// The day this many years later. February 29 becomes March 1 in other years, so that nobody comes of age too early.
#[must_use]
pub fn years_after(day: NaiveDate, years: u32) -> NaiveDate {
    let year = i32::try_from(years).ok().and_then(|years| day.year().checked_add(years));
    let same = |year| NaiveDate::from_ymd_opt(year, day.month(), day.day());
    let found = year.and_then(|year| same(year).or_else(|| NaiveDate::from_ymd_opt(year, 3, 1)));
    found.unwrap_or(NaiveDate::MAX)
}

/// The day this many months later: the same day of the month, or its last day.
#[must_use]
pub fn months_after(day: NaiveDate, months: u16) -> NaiveDate {
    day.checked_add_months(Months::new(months.into())).unwrap_or(NaiveDate::MAX)
}

/// The day this many months earlier.
#[must_use]
pub fn months_before(day: NaiveDate, months: u32) -> NaiveDate {
    day.checked_sub_months(Months::new(months)).unwrap_or(NaiveDate::MIN)
}

/// The whole years between two days.
#[must_use]
pub fn whole_years(from: NaiveDate, to: NaiveDate) -> u32 {
    to.years_since(from).unwrap_or(0)
}

/// The whole months between two days: the most whose [`months_after`] is not past the second day.
#[must_use]
pub fn whole_months(from: NaiveDate, to: NaiveDate) -> u16 {
    let ordinal = |day: NaiveDate| i64::from(day.year()) * 12 + i64::from(day.month0());
    let between = u16::try_from((ordinal(to) - ordinal(from)).max(0)).unwrap_or(u16::MAX);
    if months_after(from, between) <= to { between } else { between.saturating_sub(1) }
}

/// The day this many days later.
#[must_use]
pub fn days_after(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_add_days(Days::new(days.into())).unwrap_or(NaiveDate::MAX)
}

/// The day before.
#[must_use]
pub fn day_before(day: NaiveDate) -> NaiveDate {
    day.pred_opt().unwrap_or(day)
}

/// The days between two days; 0 if the second is not later.
#[must_use]
pub fn days_between(from: NaiveDate, to: NaiveDate) -> u32 {
    u32::try_from((to - from).num_days()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn somebody_born_on_a_leap_day_is_of_age_on_march_1() {
        assert_eq!(years_after(day("2008-02-29"), 18), day("2026-03-01"));
        assert_eq!(years_after(day("2008-02-29"), 16), day("2024-02-29"));
        assert_eq!(years_after(day("2008-03-31"), 18), day("2026-03-31"));
        assert_eq!(whole_years(day("2008-02-29"), day("2026-02-28")), 17);
        assert_eq!(whole_years(day("2008-02-29"), day("2026-03-01")), 18);
    }

    #[test]
    fn months_end_with_the_month() {
        assert_eq!(months_after(day("2025-01-31"), 1), day("2025-02-28"));
        assert_eq!(months_after(day("2024-02-29"), 12), day("2025-02-28"));
        assert_eq!(months_after(day("2025-08-31"), 18), day("2027-02-28"));
        assert_eq!(whole_months(day("2025-01-31"), day("2025-02-27")), 0);
        assert_eq!(whole_months(day("2025-01-31"), day("2025-02-28")), 1);
        assert_eq!(whole_months(day("2025-02-01"), day("2025-01-31")), 0);
        assert_eq!(whole_months(day("2024-12-31"), day("2026-01-30")), 12);
    }

    proptest! {
        #[test]
        fn whole_months_and_years_are_the_most_that_have_passed(from in 0_i64..40_000, length in 0_i64..20_000) {
            let from = NaiveDate::default() + chrono::TimeDelta::days(from);
            let to = from + chrono::TimeDelta::days(length);
            let (months, years) = (whole_months(from, to), whole_years(from, to));
            prop_assert!(months_after(from, months) <= to && to < months_after(from, months + 1));
            prop_assert!(years_after(from, years) <= to && to < years_after(from, years + 1));
        }
    }
}
