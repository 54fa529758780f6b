//! Sends the mails in the outbox, and tries again until a server accepts them.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join_all;
use peerpath_persistence::outbox::{self, Mail};
use peerpath_persistence::{Database, Error};
use tokio::sync::Notify;
use tokio::time::timeout;

use super::transport::{NotSent, Transport};
use crate::service::clock;

/// Interval between two looks at the outbox when no notification arrives.
const POLL: Duration = Duration::from_secs(5);

/// Mails in one batch.
const BATCH: i64 = 20;

/// How long a batch is reserved for this instance. Sending a batch takes less time.
const RESERVED: TimeDelta = TimeDelta::minutes(2);

/// Attempts to send a mail, at growing intervals over about two days.
const ATTEMPTS: i32 = 24;

/// The longest wait between two attempts.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(4);

/// Delivers mails until the future is dropped. `notified` wakes it when there is a new mail.
pub async fn deliver(database: &Database, post: &Transport, notified: &Notify) {
    let mut failing = false;
    loop {
        match deliver_due(database, post).await {
            Ok(delivered) => {
                if failing {
                    tracing::info!("the outbox can be read again");
                }
                failing = false;
                // More mails may be due than fit into one batch.
                if delivered > 0 {
                    continue;
                }
            }
            Err(error) if !failing => {
                failing = true;
                tracing::warn!(error = %error, "the outbox cannot be read");
            }
            Err(_) => {}
        }
        // A new mail sends a notification. If the notification is lost, the next poll finds the mail.
        let _ = timeout(POLL, notified.notified()).await;
    }
}

/// Sends a batch of due mails and returns their number.
async fn deliver_due(database: &Database, post: &Transport) -> Result<usize, Error> {
    let now = clock::now();
    let mails = outbox::take(&mut *database.connection().await?, now, now + RESERVED, BATCH).await?;
    let count = mails.len();
    // Record each result at once, even if other mails fail.
    let sending = mails.iter().map(async |mail| record(database, post.send(mail).await, mail).await);
    let recorded: Result<Vec<()>, Error> = join_all(sending).await.into_iter().collect();
    recorded.map(|_| count)
}

async fn record(database: &Database, sent: Result<(), NotSent>, mail: &Mail) -> Result<(), Error> {
    let now = clock::now();
    let mut db = database.connection().await?;
    match sent {
        Ok(()) => {
            tracing::info!(mail = %mail.id, "mail handed over");
            outbox::sent(&mut db, mail.id).await
        }
        Err(NotSent { reason, code, permanent }) if permanent || mail.attempts >= ATTEMPTS => {
            tracing::error!(mail = %mail.id, attempts = mail.attempts, code, "mail given up; the outbox has the reason");
            outbox::give_up(&mut db, mail.id, now, &reason).await
        }
        Err(NotSent { reason, code, .. }) => {
            tracing::warn!(mail = %mail.id, attempts = mail.attempts, code, "mail not accepted; will try again");
            outbox::put_off(&mut db, mail.id, now + wait(mail.attempts), &reason).await
        }
    }
}

/// The wait after a number of attempts: five seconds at first, then doubling up to `LONGEST_WAIT`.
fn wait(attempts: i32) -> TimeDelta {
    let doublings = u32::try_from(attempts.clamp(1, 13)).unwrap_or(1) - 1;
    TimeDelta::seconds(5 << doublings).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_waits_together_take_about_two_days() {
        assert_eq!(wait(1), TimeDelta::seconds(5));
        assert_eq!(wait(3), TimeDelta::seconds(20));
        assert_eq!(wait(23), LONGEST_WAIT);
        let all: TimeDelta = (1..ATTEMPTS).map(wait).sum();
        assert!(all > TimeDelta::hours(46) && all < TimeDelta::hours(54), "{all}");
    }
}
