//! The time in tests, read independently of the service.

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};

/// The present time, as precise as the database stores it.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "a test asks what time it is")]
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// Today's date in UTC.
#[must_use]
pub fn today() -> NaiveDate {
    now().date_naive()
}
