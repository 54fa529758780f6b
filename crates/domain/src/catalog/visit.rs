//! One pass over a record: what it names, what it defines, and what is wrong with it.

use std::borrow::Cow;
use std::fmt::{Display, Write};
use std::ops::RangeInclusive;

use super::identifier::Identifier;
use super::kind::Kind;
use super::quantity::Hours;

/// Years that a date of a fact may be in.
pub(super) const YEARS: RangeInclusive<i32> = 1900..=2100;
/// Hours that a training may take.
pub(super) const TRAINING_HOURS: RangeInclusive<Hours> = Hours::QUARTER..=Hours::whole(2_000);
/// Hours of work, supervision or practicum that may be required.
pub(super) const WORK_HOURS: RangeInclusive<Hours> = Hours::QUARTER..=Hours::whole(10_000);

/// A place in a record that names another record or a part of one.
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

/// Something wrong at a place in a record.
#[derive(Debug)]
pub(super) struct Flaw {
    pub pointer: String,
    pub detail: String,
}

/// Collects what a record says of itself, with the JSON Pointer of each place.
#[derive(Debug, Default)]
pub struct Visit<'a> {
    pointer: String,
    pub(super) mentions: Vec<Mention<'a>>,
    pub(super) definitions: Vec<Definition<'a>>,
    pub(super) flaws: Vec<Flaw>,
}

impl<'a> Visit<'a> {
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

    /// The field names something.
    pub fn mentions<I: Identifier>(&mut self, field: &str, id: &'a I) {
        self.mentions_any(field, I::KIND, id.as_str());
    }

    /// The field, where it is set, names something.
    pub fn may_mention<I: Identifier>(&mut self, field: &str, id: Option<&'a I>) {
        if let Some(id) = id {
            self.mentions(field, id);
        }
    }

    /// Each item of the list names something.
    pub fn mentions_all<I: Identifier + PartialEq>(&mut self, field: &str, ids: &'a [I]) {
        for (index, id) in ids.iter().enumerate() {
            self.mentions_any(&format!("{field}/{index}"), I::KIND, id.as_str());
        }
        self.distinct(field, ids);
    }

    /// The field names something of a kind that only the record knows.
    pub fn mentions_any(&mut self, field: &str, kind: Kind, id: &'a str) {
        self.mentions.push(Mention { pointer: self.at(field), kind, id });
    }

    /// The visited part has an id of its own.
    pub fn defines<I: Identifier>(&mut self, id: &'a I) {
        self.defines_as(I::KIND, id.as_str());
    }

    /// The visited part is known by this id.
    pub fn defines_as(&mut self, kind: Kind, id: impl Into<Cow<'a, str>>) {
        self.definitions.push(Definition { pointer: self.at("id"), kind, id: id.into() });
    }

    /// The field is wrong unless `holds`.
    pub fn check(&mut self, field: &str, holds: bool, detail: impl FnOnce() -> String) {
        if !holds {
            self.flaws.push(Flaw { pointer: self.at(field), detail: detail() });
        }
    }

    /// The field's number is plausible.
    pub fn in_range<N: PartialOrd + Display + Copy>(&mut self, field: &str, number: N, range: &RangeInclusive<N>) {
        self.check(field, range.contains(&number), || {
            format!("{number} is not between {} and {}", range.start(), range.end())
        });
    }

    /// No two items of the list are the same.
    pub fn distinct<T: PartialEq>(&mut self, field: &str, items: &[T]) {
        for (index, item) in items.iter().enumerate() {
            let first = items.iter().take(index).all(|earlier| earlier != item);
            self.check(&format!("{field}/{index}"), first, || "stands in this list already".into());
        }
    }
}
