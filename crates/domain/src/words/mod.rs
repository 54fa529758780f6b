//! All English that the domain writes for callers: requirements, questions, postings, comparisons, calendars, violations.
//!
//! Each text says what the facts say and nothing else. The typographic apostrophe (’) is the only one.

pub mod calendar;
pub(crate) mod comparison;
mod grammar;
pub mod nouns;
pub mod posting;
pub mod requirement;
pub(crate) mod violations;

#[cfg(test)]
mod tests;
