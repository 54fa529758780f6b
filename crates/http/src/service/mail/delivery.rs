//! Delivery of mails: taken out of the outbox, and tried again until a server accepts them.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join_all;
use peerpath_persistence::outbox::{self, Mail};
use peerpath_persistence::{Database, Error};
use tokio::sync::Notify;
use tokio::time::timeout;

use super::transport::{NotSent, Transport};
use crate::service::clock;

/// How often the outbox is polled, notified or not.
const POLL: Duration = Duration::from_secs(5);

/// The mails of one batch.
const BATCH: i64 = 20;

/// How long a batch is reserved for this instance: longer than sending it can take.
const RESERVED: TimeDelta = TimeDelta::minutes(2);

/// The most attempts to send a mail: about two days of them, at growing intervals.
const ATTEMPTS: i32 = 24;

/// The longest wait between two attempts.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(4);

/// Delivers mails until it is dropped. `notified` wakes it when there are new ones.
pub async fn deliver(database: &Database, post: &Transport, notified: &Notify) {
    let mut failing = false;
    loop {
        match deliver_due(database, post).await {
            Ok(delivered) => {
                if failing {
                    tracing::info!("the outbox can be read again");
                }
                failing = false;
                // There may be more than a handful.
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
        // Whoever writes a mail tells of it; where that is not notified, the next look finds it.
        let _ = timeout(POLL, notified.notified()).await;
    }
}

/// Sends the mails that are due; returns how many there were.
async fn deliver_due(database: &Database, post: &Transport) -> Result<usize, Error> {
    let now = clock::now();
    let mails = outbox::take(&mut *database.connection().await?, now, now + RESERVED, BATCH).await?;
    let count = mails.len();
    // Each is noted as soon as it is handed over, whatever becomes of the others.
    let sending = mails.iter().map(async |mail| note(database, post.send(mail).await, mail).await);
    let noted: Result<Vec<()>, Error> = join_all(sending).await.into_iter().collect();
    noted.map(|_| count)
}

async fn note(database: &Database, sent: Result<(), NotSent>, mail: &Mail) -> Result<(), Error> {
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
            tracing::warn!(mail = %mail.id, attempts = mail.attempts, code, "mail not accepted; trying again");
            outbox::put_off(&mut db, mail.id, now + wait(mail.attempts), &reason).await
        }
    }
}

/// The wait after a number of attempts: five seconds at first, then twice as long each time.
fn wait(attempts: i32) -> TimeDelta {
    let doublings = u32::try_from(attempts.clamp(1, 13)).unwrap_or(1) - 1;
    TimeDelta::seconds(5 << doublings).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waits_grow_to_some_two_days_in_all() {
        assert_eq!(wait(1), TimeDelta::seconds(5));
        assert_eq!(wait(3), TimeDelta::seconds(20));
        assert_eq!(wait(23), LONGEST_WAIT);
        let all: TimeDelta = (1..ATTEMPTS).map(wait).sum();
        assert!(all > TimeDelta::hours(46) && all < TimeDelta::hours(54), "{all}");
    }
}
