//! The service's clock: the only place that asks what time it is.

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};

/// The present time, as finely as the database keeps it.
#[expect(clippy::disallowed_methods, reason = "this is the clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// Today's date in UTC.
pub fn today() -> NaiveDate {
    now().date_naive()
}
