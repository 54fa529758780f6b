//! Background work: following what other processes change, and deleting what has expired.

use std::collections::HashSet;
use std::time::Duration;

use actix_web::web::Data;
use chrono::TimeDelta;
use peerpath_persistence::notifications::{Change, Listener};
use peerpath_persistence::signing_keys::SigningKey;
use peerpath_persistence::{Connection, Error, housekeeping, revocations};
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::service::tokens::{KeyError, KeyRing, signing_keys_or_first};
use crate::service::{Service, clock};

/// How often revocations are polled: a revocation takes effect everywhere within this time.
const POLL_REVOCATIONS: Duration = Duration::from_secs(1);

/// How often the catalog is polled, and listening is tried again, while the service cannot listen.
const POLL_WHEN_NOT_LISTENING: Duration = Duration::from_secs(2);

/// How often the catalog is polled all the same: a version may take effect with a new day.
const POLL_REGULARLY: Duration = Duration::from_secs(30);

/// How long a poll for revocations may take before its connection counts as lost.
const POLL_TIMEOUT: Duration = Duration::from_millis(800);

/// How far back revocations are read: a token's lifetime, and the difference of clocks.
const LOOK_BACK: TimeDelta = TimeDelta::hours(2);

/// How often expired rows are deleted.
const SWEEP: Duration = Duration::from_mins(10);

/// Follows changes until it is dropped.
pub async fn follow_changes(service: Data<Service>) {
    let access = Notify::new();
    tokio::join!(follow_catalog(&service, &access), follow_access(&service, &access));
}

/// Deletes expired rows periodically, until it is dropped. Expired rows are already ignored everywhere.
pub async fn clean_up(service: &Service) {
    let mut regular = interval(SWEEP);
    regular.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        regular.tick().await;
        service.limits.forget();
        let swept =
            async { housekeeping::delete_expired(&mut *service.database.connection().await?, clock::now()).await };
        match swept.await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "expired rows deleted"),
            Err(error) => tracing::warn!(error = %error, "expired rows could not be deleted"),
        }
    }
}

async fn follow_catalog(service: &Service, access: &Notify) {
    let mut listening = true;
    loop {
        match Listener::start(&service.database).await {
            Ok(mut listener) => {
                if !listening {
                    tracing::info!("listening for changes again");
                }
                listening = true;
                service.metrics.listening.set(1);
                // Something may have changed while nobody listened.
                service.snapshots.refresh().await;
                let lost = listen(service, &mut listener, access).await;
                tracing::warn!(error = %lost, "the listening connection was lost");
                service.metrics.listening.set(0);
            }
            Err(error) if listening => {
                listening = false;
                tracing::warn!(error = %error, "cannot listen for changes; polling");
            }
            Err(_) => {}
        }
        tokio::time::sleep(POLL_WHEN_NOT_LISTENING).await;
        service.snapshots.refresh().await;
    }
}

/// Reacts to notifications until the connection is lost; returns why it was.
async fn listen(service: &Service, listener: &mut Listener, access: &Notify) -> Error {
    let mut regular = interval(POLL_REGULARLY);
    regular.set_missed_tick_behavior(MissedTickBehavior::Delay);
    regular.tick().await;
    loop {
        tokio::select! {
            change = listener.next() => match change {
                Ok(Change::Catalog) => service.snapshots.refresh().await,
                Ok(Change::Access) => access.notify_one(),
                Ok(Change::Mail) => service.mail.notify_one(),
                Err(error) => return error,
            },
            _ = regular.tick() => {
                // A connection that died silently reports nothing; ask it.
                if let Err(error) = listener.check().await {
                    return error;
                }
                service.snapshots.refresh().await;
            }
        }
    }
}

/// Polls revocations and keys every second, and at once when notified. Nothing else sets them.
///
/// It has a connection of its own, so that it does not wait for requests.
async fn follow_access(service: &Service, notified: &Notify) {
    let mut regular = interval(POLL_REVOCATIONS);
    regular.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut connection, mut state) = (None, SigningState::default());
    let mut failing = false;
    loop {
        tokio::select! {
            _ = regular.tick() => {}
            () = notified.notified() => {}
        }
        let polled = timeout(POLL_TIMEOUT, poll(service, &mut connection, &mut state)).await;
        let error = match polled {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some("the poll took too long".into()),
        };
        match &error {
            Some(error) if !failing => tracing::warn!(error, "revocations and keys cannot be polled"),
            None if failing => tracing::info!("revocations and keys are polled again"),
            _ => {}
        }
        failing = error.is_some();
        if failing {
            connection = None;
        }
    }
}

async fn poll(
    service: &Service,
    connection: &mut Option<Connection>,
    state: &mut SigningState,
) -> Result<(), KeyError> {
    let db = match connection {
        Some(db) => db,
        None => connection.insert(service.database.dedicated().await?),
    };
    state.refresh(service, db).await
}

/// The keys that were read last.
#[derive(Default)]
pub struct SigningState {
    keys: Vec<SigningKey>,
}

impl SigningState {
    /// Reads recent revocations and the keys. Tokens of earlier revocations have expired.
    ///
    /// # Errors
    /// [`KeyError`] when the database does not answer, or a key cannot be read; nothing changes then.
    pub async fn refresh(&mut self, service: &Service, db: &mut Connection) -> Result<(), KeyError> {
        let revoked = revocations::within(db, LOOK_BACK).await?;
        service.tokens.set_revoked(revoked.into_iter().collect::<HashSet<_>>());
        let now = clock::now();
        let mut keys = signing_keys_or_first(db, &service.sealing, now).await?;
        keys.retain(|key| key.accepted_until.is_none_or(|until| until > now));
        if keys != self.keys {
            service.tokens.set_keys(KeyRing::new(&keys, &service.sealing, now)?);
            self.keys = keys;
        }
        Ok(())
    }
}
