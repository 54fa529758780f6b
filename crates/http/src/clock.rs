//! The service's clock: the only place that asks what time it is.

use chrono::{DateTime, NaiveDate, Utc};

/// The present time.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// Today's date in UTC.
#[must_use]
pub fn today() -> NaiveDate {
    now().date_naive()
}
