//! Background work: follows changes by other processes and deletes expired rows.

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

/// Interval between polls for revocations. A revocation takes effect everywhere within this time.
const POLL_REVOCATIONS: Duration = Duration::from_secs(1);

/// Interval between polls of the catalog, and between attempts to listen, while the service cannot listen.
const POLL_WHEN_NOT_LISTENING: Duration = Duration::from_secs(2);

/// Interval between polls of the catalog while the service listens: a version may take effect with a new day.
const POLL_REGULARLY: Duration = Duration::from_secs(30);

/// Maximum duration of a poll for revocations. After that, the connection counts as lost.
const POLL_TIMEOUT: Duration = Duration::from_millis(800);

/// Age up to which revocations are read: the lifetime of a token plus clock differences.
const LOOK_BACK: TimeDelta = TimeDelta::hours(2);

/// Interval between deletions of expired rows.
const CLEAN_UP_INTERVAL: Duration = Duration::from_mins(10);

/// Follows changes until the future is dropped.
pub async fn follow_changes(service: Data<Service>) {
    let access = Notify::new();
    tokio::join!(follow_catalog(&service, &access), follow_access(&service, &access));
}

/// Deletes expired rows periodically until the future is dropped. Queries already ignore expired rows.
pub async fn clean_up(service: &Service) {
    let mut regular = interval(CLEAN_UP_INTERVAL);
    regular.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        regular.tick().await;
        service.limits.forget();
        let deleted =
            async { housekeeping::delete_expired(&mut *service.database.connection().await?, clock::now()).await };
        match deleted.await {
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
                // Changes may have happened while the service was not listening.
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

/// Reacts to notifications until the connection fails; returns the error.
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
                // A dead connection may report nothing, so check it.
                if let Err(error) = listener.check().await {
                    return error;
                }
                service.snapshots.refresh().await;
            }
        }
    }
}

/// Polls revocations and keys every second, and at once after a notification. Nothing else updates them.
///
/// The poll has its own connection, so that it does not wait for requests.
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

/// The signing keys of the last poll.
#[derive(Default)]
pub struct SigningState {
    keys: Vec<SigningKey>,
}

impl SigningState {
    /// Reads recent revocations and the keys. Older revocations concern only expired tokens.
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
