//! What time it is for a test: the same clock as the service's, read apart from it.

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};

/// The present time, as finely as the database keeps it.
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
