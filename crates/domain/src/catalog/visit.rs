//! One pass over a record: the records that it mentions, the parts that it defines, and its violations.

use std::borrow::Cow;
use std::fmt::{Display, Write};
use std::ops::RangeInclusive;

use super::identifier::Identifier;
use super::kind::Kind;
use super::quantity::Hours;

/// Plausible years of a date.
pub(super) const YEARS: RangeInclusive<i32> = 1900..=2100;
/// Plausible hours of a training.
pub(super) const TRAINING_HOURS: RangeInclusive<Hours> = Hours::QUARTER..=Hours::whole(2_000);
/// Plausible hours of work, supervision or practicum.
pub(super) const WORK_HOURS: RangeInclusive<Hours> = Hours::QUARTER..=Hours::whole(10_000);

/// A place in a record that names another record or a part of it.
#[derive(Debug)]
pub(super) struct Mention<'a> {
    pub pointer: String,
    pub kind: Kind,
    pub id: &'a str,
}

/// A part of a record that has an id of its own.
#[derive(Debug)]
pub(super) struct Definition<'a> {
    pub pointer: String,
    pub kind: Kind,
    pub id: Cow<'a, str>,
}

/// A rule that a record violates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The record's position among those given.
    pub record: usize,
    /// JSON Pointer within the record.
    pub pointer: String,
    /// What is wrong.
    pub detail: String,
    /// The id that does not exist, if that is the violation.
    pub missing: Option<Box<str>>,
}

/// Collects mentions, definitions and violations, each with its JSON Pointer.
#[derive(Debug, Default)]
pub struct Visit<'a> {
    record: usize,
    pointer: String,
    pub(super) mentions: Vec<Mention<'a>>,
    pub(super) definitions: Vec<Definition<'a>>,
    pub(super) violations: Vec<Violation>,
}

impl<'a> Visit<'a> {
    /// A visit of the record at this position.
    pub(super) fn at_record(record: usize) -> Self {
        Self { record, ..Self::default() }
    }

    fn at(&self, field: &str) -> String {
        format!("{}/{field}", self.pointer)
    }

    fn within(&mut self, field: &str, index: usize, visit: impl FnOnce(&mut Self)) {
        let length = self.pointer.len();
        // Writing to a string cannot fail.
        let _ = write!(self.pointer, "/{field}/{index}");
        visit(self);
        self.pointer.truncate(length);
    }

    /// Visits each item of a list.
    pub fn each<T>(&mut self, field: &str, items: &'a [T], mut visit: impl FnMut(&mut Self, &'a T)) {
        for (index, item) in items.iter().enumerate() {
            self.within(field, index, |inner| visit(inner, item));
        }
    }

    /// The field names a record.
    pub fn mentions<I: Identifier>(&mut self, field: &str, id: &'a I) {
        self.mentions_any(field, I::KIND, id.as_str());
    }

    /// The field names a record if it is set.
    pub fn may_mention<I: Identifier>(&mut self, field: &str, id: Option<&'a I>) {
        if let Some(id) = id {
            self.mentions(field, id);
        }
    }

    /// Each item of the list names a record, and no two name the same.
    pub fn mentions_all<I: Identifier + PartialEq>(&mut self, field: &str, ids: &'a [I]) {
        for (index, id) in ids.iter().enumerate() {
            self.mentions_any(&format!("{field}/{index}"), I::KIND, id.as_str());
        }
        self.distinct(field, ids);
    }

    /// The field names a record of a kind that is known only at run time.
    pub fn mentions_any(&mut self, field: &str, kind: Kind, id: &'a str) {
        self.mentions.push(Mention { pointer: self.at(field), kind, id });
    }

    /// The visited part has this id.
    pub fn defines<I: Identifier>(&mut self, id: &'a I) {
        self.defines_as(I::KIND, id.as_str());
    }

    /// The visited part is known by this id, which includes the ids of its parents.
    pub fn defines_as(&mut self, kind: Kind, id: impl Into<Cow<'a, str>>) {
        self.definitions.push(Definition { pointer: self.at("id"), kind, id: id.into() });
    }

    /// The field is a violation unless `holds`.
    pub fn check(&mut self, field: &str, holds: bool, detail: impl FnOnce() -> String) {
        if !holds {
            self.violations.push(Violation {
                record: self.record,
                pointer: self.at(field),
                detail: detail(),
                missing: None,
            });
        }
    }

    /// The number must be in range.
    pub fn in_range<N: PartialOrd + Display + Copy>(&mut self, field: &str, number: N, range: &RangeInclusive<N>) {
        self.check(field, range.contains(&number), || {
            format!("{number} is not between {} and {}", range.start(), range.end())
        });
    }

    /// No two items of the list may be equal.
    pub fn distinct<T: PartialEq>(&mut self, field: &str, items: &[T]) {
        for (index, item) in items.iter().enumerate() {
            let first = items.iter().take(index).all(|earlier| earlier != item);
            self.check(&format!("{field}/{index}"), first, || "is in this list already".into());
        }
    }
}
