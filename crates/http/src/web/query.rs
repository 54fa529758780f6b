//! Queries: every parameter must be known, and all errors are reported at once.

use std::borrow::Cow;

use chrono::NaiveDate;
use peerpath_domain::catalog::Catalog;
use peerpath_domain::catalog::identifier::JurisdictionCode;
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use serde_json::Value;
use utoipa::PartialSchema;
use utoipa::openapi::{RefOr, Schema};

use super::problem::{InputFault, Problem};

/// Maximum number of values of one parameter.
const MOST_VALUES: usize = 60;

/// Maximum number of reported errors.
const MOST_FAULTS: usize = 20;

/// Maximum number of characters of a search text.
const LONGEST_TEXT: usize = 200;

/// Reads a query parameter by parameter.
///
/// Parameters that are read are known; [`QueryReader::finish`] refuses the others.
#[derive(Debug)]
pub struct QueryReader {
    pairs: Vec<(String, String)>,
    known: Vec<&'static str>,
    faults: Vec<InputFault>,
    left: bool,
}

impl QueryReader {
    /// Parses the query of a URL.
    pub fn new(query: &str) -> Self {
        let mut reader = Self { pairs: Vec::new(), known: Vec::new(), faults: Vec::new(), left: false };
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match (decoded(name), decoded(value)) {
                (Some(name), Some(value)) => reader.pairs.push((name, value)),
                (name, _) => reader.fault(&name.unwrap_or_else(|| name_of(pair)), "is not UTF-8 in percent-encoding"),
            }
        }
        reader
    }

    /// The parameters as sent, except those with these names.
    pub fn pairs_without<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a (String, String)> {
        self.pairs.iter().filter(|(name, _)| !names.contains(&name.as_str()))
    }

    /// Notes an error in a parameter.
    pub fn fault(&mut self, name: &str, detail: impl Into<String>) {
        if self.faults.len() >= MOST_FAULTS {
            return;
        }
        self.faults.push(InputFault { parameter: Some(name.into()), pointer: None, detail: detail.into() });
    }

    /// All values of a repeatable parameter.
    pub fn all<T>(&mut self, name: &'static str, parse: impl Fn(&str) -> Result<T, String>) -> Vec<T> {
        self.known.push(name);
        let given: Vec<String> =
            self.pairs.iter().filter(|(given, _)| given == name).map(|(_, value)| value.clone()).collect();
        if given.len() > MOST_VALUES {
            self.fault(name, format!("is repeated more than {MOST_VALUES} times"));
            return Vec::new();
        }
        let mut values = Vec::with_capacity(given.len());
        for text in given {
            match parse(&text) {
                Ok(value) => values.push(value),
                Err(detail) => self.fault(name, detail),
            }
        }
        values
    }

    /// The value of an optional parameter that cannot be repeated.
    pub fn one<T>(&mut self, name: &'static str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let mut values = self.all(name, parse);
        if values.len() > 1 {
            self.fault(name, "is given more than once");
        }
        values.pop()
    }

    /// The value of a required parameter.
    pub fn required<T>(&mut self, name: &'static str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        if !self.pairs.iter().any(|(given, _)| given == name) {
            self.fault(name, "is missing");
        }
        self.one(name, parse)
    }

    /// Leaves the query unread, for a later reader.
    pub const fn leave(&mut self) {
        self.left = true;
    }

    /// The errors so far.
    pub fn into_faults(self) -> Vec<InputFault> {
        self.faults
    }

    /// Refuses unknown parameters.
    ///
    /// # Errors
    /// A [`Problem`] with all errors, if there are any.
    pub fn finish(mut self) -> Result<(), Problem> {
        if self.left {
            return Ok(());
        }
        let mut unknown: Vec<String> = Vec::new();
        for (name, _) in &self.pairs {
            if unknown.len() < MOST_FAULTS && !self.known.contains(&name.as_str()) && !unknown.contains(name) {
                unknown.push(name.clone());
            }
        }
        for name in unknown {
            let shown: String = name.chars().take(64).collect();
            let known = if self.known.is_empty() { "none".into() } else { self.known.join(", ") };
            self.fault(&shown, format!("is not a known parameter; allowed: {known}"));
        }
        if self.faults.is_empty() { Ok(()) } else { Err(Problem::invalid_parameters(self.faults)) }
    }
}

/// Decodes percent-encoding; `None` unless the result is UTF-8.
fn decoded(part: &str) -> Option<String> {
    let spaced = part.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8().ok().map(Cow::into_owned)
}

/// The name of a pair as sent, to report an error in it.
fn name_of(pair: &str) -> String {
    pair.split('=').next().unwrap_or_default().chars().take(64).collect()
}

/// A value of an enumeration, as its schema lists them.
pub fn choice<T: DeserializeOwned + PartialSchema>(text: &str) -> Result<T, String> {
    serde_json::from_value(Value::from(text)).map_err(|_| format!("is not one of: {}", words::<T>().join(", ")))
}

fn words<T: PartialSchema>() -> Vec<String> {
    let of = |schema: &Schema| match schema {
        Schema::Object(object) => object.enum_values.clone().unwrap_or_default(),
        Schema::OneOf(one_of) => one_of
            .items
            .iter()
            .filter_map(
                |item| if let RefOr::T(Schema::Object(object)) = item { object.enum_values.clone() } else { None },
            )
            .flatten()
            .collect(),
        _ => Vec::new(),
    };
    let values = if let RefOr::T(schema) = T::schema() { of(&schema) } else { Vec::new() };
    values.iter().filter_map(Value::as_str).map(Into::into).collect()
}

/// A Boolean, `true` or `false`.
pub fn truth(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| "is not one of: true, false".into())
}

/// A whole number from `least` to `most`.
pub fn within<N>(text: &str, least: N, most: N) -> Result<N, String>
where
    N: std::str::FromStr + PartialOrd + std::fmt::Display,
{
    match text.parse::<N>() {
        Ok(number) if least <= number && number <= most && !text.starts_with('+') => Ok(number),
        _ => Err(format!("is not a whole number from {least} to {most}")),
    }
}

/// A limit on an amount; it may be finer than the amount's own steps.
pub fn limit<T>(text: &str, up_to: impl Fn(f64) -> Option<T>) -> Result<T, String> {
    let number = text.parse::<serde_json::Number>().ok().and_then(|number| number.as_f64());
    number.and_then(up_to).ok_or_else(|| "is not a number of at least 0".into())
}

/// A date in the form `2026-01-31`.
pub fn date(text: &str) -> Result<NaiveDate, String> {
    let shaped = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(place, byte)| if matches!(place, 4 | 7) { byte == b'-' } else { byte.is_ascii_digit() });
    let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| shaped);
    date.ok_or_else(|| "is not a date such as 2026-01-31".into())
}

/// A value with a parser of its own, such as an id.
pub fn parsed<T>(text: &str) -> Result<T, String>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| error.to_string())
}

/// Words to search for.
pub fn search(text: &str) -> Result<String, String> {
    if text.is_empty() || text.chars().count() > LONGEST_TEXT {
        Err(format!("is empty, or longer than {LONGEST_TEXT} characters"))
    } else {
        Ok(text.into())
    }
}

/// The code of a jurisdiction in the catalog; `None` for `national`.
pub fn jurisdiction_or_national(catalog: &Catalog, text: &str) -> Result<Option<JurisdictionCode>, String> {
    match text.parse().ok().and_then(|code| catalog.jurisdictions.get(&code)) {
        _ if text == "national" => Ok(None),
        Some(jurisdiction) => Ok(Some(jurisdiction.code.clone())),
        None => {
            let codes: Vec<String> = catalog.jurisdictions.iter().map(|known| known.code.to_string()).collect();
            Err(format!("is not one of: national, {}", codes.join(", ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use peerpath_domain::catalog::credential::Specialty;

    use super::*;

    #[test]
    fn all_errors_are_reported_at_once() {
        let mut reader = QueryReader::new("limit=0&specialty=magic&specialty=family&day=2026-02-30&odd=1&limit=5");
        assert_eq!(reader.all("specialty", choice::<Specialty>), [Specialty::Family]);
        reader.one("limit", |text| within(text, 1, 200));
        reader.one("day", date);
        let problem = format!("{:?}", reader.finish().unwrap_err());
        for expected in
            ["mental_health, substance_use", "from 1 to 200", "not a date", "allowed: specialty, limit, day"]
        {
            assert!(problem.contains(expected), "{expected} not in {problem}");
        }
    }

    #[test]
    fn a_missing_parameter_is_reported() {
        let mut reader = QueryReader::new("other=1");
        assert_eq!(reader.required("title", search), None);
        let problem = format!("{:?}", reader.finish().unwrap_err());
        assert!(problem.contains("is missing"), "{problem}");
        let mut reader = QueryReader::new("title=a");
        assert_eq!(reader.required("title", search).as_deref(), Some("a"));
        assert!(reader.finish().is_ok());
    }

    #[test]
    fn a_repeated_parameter_is_refused_unless_it_is_repeatable() {
        let mut reader = QueryReader::new("limit=1&limit=2");
        reader.one("limit", |text| within(text, 1, 200));
        assert!(reader.finish().is_err());
    }
}
