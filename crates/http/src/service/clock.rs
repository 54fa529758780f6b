//! The clock of the service. No other code reads the system time.

use chrono::{DateTime, NaiveDate, SubsecRound, Utc};

/// The present time in microseconds, the precision of the database.
#[expect(clippy::disallowed_methods, reason = "this is the clock")]
pub fn now() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// Today's date in UTC.
pub fn today() -> NaiveDate {
    now().date_naive()
}
