//! Taking mails out of the outbox and handing them over, again and again until it works.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::future::join_all;
use peerpath_persistence::outbox::{self, Mail};
use peerpath_persistence::{Database, Error};
use tokio::sync::Notify;
use tokio::time::timeout;

use super::transport::{NotSent, Transport};
use crate::service::clock;

/// How often mails are looked for, heard of or not.
const REGULAR: Duration = Duration::from_secs(5);

/// How many mails are taken at once.
const HANDFUL: i64 = 20;

/// For how long a mail is not taken by others: longer than handing it over can take.
const MINE: TimeDelta = TimeDelta::minutes(2);

/// How often it is tried to hand a mail over: for some two days, less and less often.
const ATTEMPTS: i32 = 24;

/// The longest wait between two attempts.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(4);

/// Delivers mails until it is dropped; `heard` tells that there are new ones.
pub async fn deliver(database: &Database, post: &Transport, heard: &Notify) {
    let mut failing = false;
    loop {
        match deliver_due(database, post).await {
            Ok(delivered) => {
                if failing {
                    tracing::info!("the outbox is looked into again");
                }
                failing = false;
                // There may be more than a handful.
                if delivered > 0 {
                    continue;
                }
            }
            Err(error) if !failing => {
                failing = true;
                tracing::warn!(error = %error, "the outbox cannot be looked into");
            }
            Err(_) => {}
        }
        // Whoever writes a mail tells of it; where that is not heard, the next look finds it.
        let _ = timeout(REGULAR, heard.notified()).await;
    }
}

/// Takes what is due and hands it over; gives how many were taken.
async fn deliver_due(database: &Database, post: &Transport) -> Result<usize, Error> {
    let now = clock::now();
    let mails = outbox::take(&mut *database.connection().await?, now, now + MINE, HANDFUL).await?;
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
            tracing::error!(mail = %mail.id, attempts = mail.attempts, code, "mail given up; the outbox says why");
            outbox::give_up(&mut db, mail.id, now, &reason).await
        }
        Err(NotSent { reason, code, .. }) => {
            tracing::warn!(mail = %mail.id, attempts = mail.attempts, code, "mail not accepted; it is tried again");
            outbox::put_off(&mut db, mail.id, now + wait(mail.attempts), &reason).await
        }
    }
}

/// How long to wait after so many attempts: five seconds, and twice as long each time.
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
