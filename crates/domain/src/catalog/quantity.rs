//! Hours, dollars, and dates as precise as a source states them.

use std::fmt;
use std::ops::Add;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::{Number, Value};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// The number of steps of `1 / parts`; `None` if the number is not a multiple of one step.
fn steps(number: &Number, parts: u32) -> Option<u32> {
    let given = number.as_f64()?;
    let counted = (given * f64::from(parts)).round();
    if !(0.0..=f64::from(u32::MAX)).contains(&counted) {
        return None;
    }
    // In range, so its text parses.
    let steps: u32 = format!("{counted:.0}").parse().ok()?;
    (f64::from(steps) / f64::from(parts)).total_cmp(&given).is_eq().then_some(steps)
}

/// Writes a whole number without a fraction.
fn number<S: Serializer>(steps: u32, parts: u32, serializer: S) -> Result<S::Ok, S::Error> {
    if steps.is_multiple_of(parts) {
        serializer.serialize_u32(steps / parts)
    } else {
        serializer.serialize_f64(f64::from(steps) / f64::from(parts))
    }
}

macro_rules! amounts {
    ($($(#[doc = $doc:literal])+ $name:ident, $parts:literal, $step:expr, $error:literal;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(u32);

        impl $name {
            const PARTS: u32 = $parts;

            /// Zero.
            pub const ZERO: Self = Self(0);

            /// The largest amount.
            pub const MOST: Self = Self(u32::MAX);

            /// A whole number of the unit.
            #[must_use]
            pub const fn whole(count: u32) -> Self {
                Self(count.saturating_mul(Self::PARTS))
            }

            /// The largest amount up to `limit`; `None` if `limit` is negative or not a number.
            #[must_use]
            pub fn up_to(limit: f64) -> Option<Self> {
                if limit.is_nan() || limit < 0.0 {
                    return None;
                }
                let steps = (limit * f64::from(Self::PARTS)).floor().min(f64::from(u32::MAX));
                // In range, so its text parses.
                format!("{steps:.0}").parse().ok().map(Self)
            }

            /// The amount in its smallest steps, for ordering.
            #[must_use]
            pub fn steps(self) -> u64 {
                self.0.into()
            }

            /// The difference, or zero if `other` is larger.
            #[must_use]
            pub const fn less(self, other: Self) -> Self {
                Self(self.0.saturating_sub(other.0))
            }

            /// The amount in its unit.
            #[must_use]
            pub fn as_f64(self) -> f64 {
                f64::from(self.0) / f64::from(Self::PARTS)
            }
        }

        impl Add for $name {
            type Output = Self;

            fn add(self, other: Self) -> Self {
                Self(self.0.saturating_add(other.0))
            }
        }

        impl std::iter::Sum for $name {
            fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
                amounts.fold(Self::ZERO, Add::add)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                number(self.0, Self::PARTS, serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let given = Number::deserialize(deserializer)?;
                steps(&given, Self::PARTS).map(Self).ok_or_else(|| de::Error::custom($error))
            }
        }

        impl FromStr for $name {
            type Err = &'static str;

            fn from_str(text: &str) -> Result<Self, &'static str> {
                let given: Number = text.parse().map_err(|_| $error)?;
                steps(&given, Self::PARTS).map(Self).ok_or($error)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.as_f64())
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::Number)
                    .description(Some(concat!($($doc, "\n"),+).trim()))
                    .minimum(Some(0))
                    .multiple_of($step)
                    .build()
                    .into()
            }
        }

        impl ToSchema for $name {}
    )+};
}

amounts! {
    /// A number of hours, in quarters of an hour.
    Hours, 4, Some(0.25), "is not a number of hours: at least 0, in quarters of an hour";
    /// An amount of U.S. dollars, in cents.
    Usd, 100, None::<f64>, "is not an amount of U.S. dollars: at least 0, in cents";
}

impl Hours {
    /// A quarter of an hour, the smallest amount.
    pub const QUARTER: Self = Self(1);
}

/// A date as precise as its source states it: a year, a month or a day.
///
/// Ordered by the first possible day, the less precise first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    year: u16,
    month: Option<u8>,
    day: Option<u8>,
}

/// A text that has none of the three forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a date of the form 2024, 2024-10 or 2024-10-25")]
pub struct InvalidDate;

impl PartialDate {
    /// The first possible day.
    #[must_use]
    pub fn first_day(self) -> Option<chrono::NaiveDate> {
        chrono::NaiveDate::from_ymd_opt(self.year.into(), self.month.unwrap_or(1).into(), self.day.unwrap_or(1).into())
    }
}

impl FromStr for PartialDate {
    type Err = InvalidDate;

    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        let mut parts = text.split('-');
        let mut part = |digits: usize| match parts.next() {
            None => Ok(None),
            Some(word) if word.len() == digits && word.bytes().all(|b| b.is_ascii_digit()) => Ok(Some(word)),
            Some(_) => Err(InvalidDate),
        };
        let (year, month, day) = (part(4)?.ok_or(InvalidDate)?, part(2)?, part(2)?);
        let short = |word: Option<&str>| word.map(|word| word.parse().map_err(|_| InvalidDate)).transpose();
        let date = Self { year: year.parse().map_err(|_| InvalidDate)?, month: short(month)?, day: short(day)? };
        if parts.next().is_some() || date.first_day().is_none() {
            return Err(InvalidDate);
        }
        Ok(date)
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

impl Serialize for PartialDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl PartialSchema for PartialDate {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("A date as precise as its source states it: a year, a month or a day."))
            .pattern(Some("^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"))
            .examples(["2023", "2023-06", "2023-06-15"].map(Value::from))
            .build()
            .into()
    }
}

impl ToSchema for PartialDate {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_keep_their_quarters_and_whole_ones_have_no_fraction() {
        let read = |text: &str| serde_json::from_str::<Hours>(text);
        let written = |text: &str| serde_json::to_string(&read(text).unwrap()).unwrap();
        assert_eq!(written("59.5"), "59.5");
        assert_eq!(written("40.0"), "40");
        assert_eq!(read("19.5").unwrap() + read("40").unwrap(), read("59.5").unwrap());
        for wrong in ["-1", "0.1", "1e-42", "1e300", "\"40\"", "null"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn dollars_keep_their_cents() {
        assert_eq!(serde_json::to_string(&"27.25".parse::<Usd>().unwrap()).unwrap(), "27.25");
        assert_eq!(serde_json::to_string(&"0.29".parse::<Usd>().unwrap()).unwrap(), "0.29");
        assert!("27.255".parse::<Usd>().is_err() && "1e-9".parse::<Usd>().is_err());
    }

    #[test]
    fn a_limit_is_rounded_down() {
        assert_eq!(Hours::up_to(40.1), Some(Hours::whole(40)));
        assert_eq!(Usd::up_to(1e300), Some(Usd(u32::MAX)));
        assert!([-0.1, f64::NAN, f64::NEG_INFINITY].iter().all(|limit| Usd::up_to(*limit).is_none()));
    }

    #[test]
    fn a_date_is_a_year_a_month_or_a_day() {
        for text in ["2023", "2023-04", "2024-02-29"] {
            assert_eq!(text.parse::<PartialDate>().unwrap().to_string(), text);
        }
        for text in ["", "23", "2023-4", "2023-13", "2023-02-29", "2023-01-01-01", "2023-", "20a3"] {
            assert_eq!(text.parse::<PartialDate>(), Err(InvalidDate), "{text:?}");
        }
        assert!("2023".parse::<PartialDate>().unwrap() < "2023-01".parse().unwrap());
    }
}
