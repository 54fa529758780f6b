//! Why a value of a request is invalid. Each text follows a pointer to the value, which it does not repeat.

use std::fmt::Display;

use chrono::NaiveDate;

pub const UNKNOWN_CREDENTIAL: &str = "is not a credential of the catalog";
pub const UNKNOWN_JURISDICTION: &str = "is not a jurisdiction of the catalog";
pub const UNKNOWN_REQUIREMENT: &str = "is not a requirement of the catalog";
pub const UNKNOWN_COMPETENCY: &str = "is not a competency of the catalog";
pub const UNKNOWN_CATEGORY: &str = "is not a category of the catalog";
pub const UNKNOWN_ROUTE: &str = "is not a route of the credential";
pub const NOT_A_PLACE: &str = "is neither the code of a jurisdiction nor the id of a credential";

pub const TOO_GENERAL: &str = "has no word that tells it from others";
pub const REPEATED_TOPIC: &str = "names the same topic as an earlier entry";
pub const TOPICS_EXCEED_TRAINING: &str = "have more hours than the training";
pub const NOT_POSITIVE: &str = "is not more than 0";

pub const NO_CREDENTIAL_OR_TITLE: &str = "has neither a credential nor a title";
pub const CREDENTIAL_AND_TITLE: &str =
    "has a credential and a title: a title is only for credentials that the catalog does not have";
pub const NO_CREDENTIAL_OR_EXAM: &str = "has neither a credential nor the name of an examination";

pub const EXPIRES_BEFORE_ISSUE: &str = "is before the day of issue";
pub const EXPIRED: &str = "is in the past: an expired credential cannot be transferred";
pub const BEFORE_BIRTH: &str = "is before the day of birth";
pub const RECOVERY_EXCEEDS_AGE: &str = "is longer than the applicant has lived";

pub const ANNOUNCED: &str = "is announced, and no source says from when it can be applied for";
pub const CLOSED: &str = "is closed to new applicants";
pub const NO_REQUIREMENTS: &str = "has no known requirements: no source for them was found";

pub fn more_than(most: impl Display) -> String {
    format!("is more than {most}")
}

pub fn too_many(most: usize) -> String {
    format!("has more than {most} entries")
}

pub fn too_long(most: usize) -> String {
    format!("is empty or longer than {most} characters")
}

pub fn in_the_future(today: NaiveDate) -> String {
    format!("is after {today}")
}

pub fn long_ago(years: u32) -> String {
    format!("is more than {years} years ago")
}

pub fn wrong_age(today: NaiveDate) -> String {
    format!("does not match birth_date: it is not the age on {today}")
}

pub fn wrong_recovery(today: NaiveDate) -> String {
    format!("does not match recovery_since: it is not the number of months until {today}")
}

pub fn not_between(first: NaiveDate, last: NaiveDate) -> String {
    format!("is not between {first} and {last}")
}

pub fn not_in_week(most: impl Display) -> String {
    format!("is not more than 0 and at most {most}")
}
