//! Following what other processes change: at once where they can be heard, by looking where not.

use std::collections::HashSet;
use std::time::Duration;

use actix_web::web::Data;
use chrono::TimeDelta;
use peerpath_persistence::notifications::{Change, Listener};
use peerpath_persistence::signing_keys::SigningKey;
use peerpath_persistence::{Connection, Error, housekeeping, revocations};
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::clock;
use crate::service::Service;
use crate::tokens::{KeyError, KeyRing, signing_keys_or_first};

/// How often revocations are looked for, heard of or not: within so much they are effective everywhere.
const REVOCATIONS: Duration = Duration::from_secs(1);

/// How often the catalog is looked for while changes are not heard of, and a connection to hear of them is tried.
const DEAF: Duration = Duration::from_secs(2);

/// How often the catalog is looked for all the same: a version may take effect with a new day.
const REGULAR: Duration = Duration::from_secs(30);

/// How long looking for revocations may take, before the connection is given up for lost.
const LOOKING: Duration = Duration::from_millis(800);

/// How far back revocations are looked for: a token's lifetime, and what clocks may differ by.
const LOOK_BACK: TimeDelta = TimeDelta::hours(2);

/// How often what has expired is taken out.
const SWEEP: Duration = Duration::from_mins(10);

/// Follows changes until it is dropped.
pub async fn watch(service: Data<Service>) {
    let access = Notify::new();
    tokio::join!(follow_catalog(&service, &access), follow_access(&service, &access));
}

/// Takes out what has expired until it is dropped, now and then. It makes nothing different for anybody: what expired is accepted no more.
pub async fn keep_house(service: &Service) {
    let mut regular = interval(SWEEP);
    regular.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        regular.tick().await;
        service.limits.forget();
        let swept =
            async { housekeeping::delete_expired(&mut *service.database.connection().await?, clock::now()).await };
        match swept.await {
            Ok(0) => {}
            Ok(rows) => tracing::info!(rows, "what had expired was taken out"),
            Err(error) => tracing::warn!(error = %error, "what has expired could not be taken out"),
        }
    }
}

async fn follow_catalog(service: &Service, access: &Notify) {
    let mut hearing = true;
    loop {
        match Listener::start(&service.database).await {
            Ok(mut listener) => {
                if !hearing {
                    tracing::info!("changes are heard of again");
                }
                hearing = true;
                service.metrics.listening.set(1);
                // What changed while nobody listened.
                service.snapshots.refresh().await;
                let lost = listen(service, &mut listener, access).await;
                tracing::warn!(error = %lost, "the listening connection was lost");
                service.metrics.listening.set(0);
            }
            Err(error) if hearing => {
                hearing = false;
                tracing::warn!(error = %error, "changes cannot be heard of; looking for them");
            }
            Err(_) => {}
        }
        tokio::time::sleep(DEAF).await;
        service.snapshots.refresh().await;
    }
}

/// Reacts to what is heard, until the connection is lost; gives why.
async fn listen(service: &Service, listener: &mut Listener, access: &Notify) -> Error {
    let mut regular = interval(REGULAR);
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
                // A connection that died in silence tells nothing; it is asked.
                if let Err(error) = listener.check().await {
                    return error;
                }
                service.snapshots.refresh().await;
            }
        }
    }
}

/// Looks for revocations and keys every second, and at once when one is heard of. Only this sets them, one look after the other.
///
/// It has a connection of its own, so that it need not wait for those that answer requests.
async fn follow_access(service: &Service, heard: &Notify) {
    let mut regular = interval(REVOCATIONS);
    regular.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut connection, mut access) = (None, Trust::default());
    let mut failing = false;
    loop {
        tokio::select! {
            _ = regular.tick() => {}
            () = heard.notified() => {}
        }
        let looked = timeout(LOOKING, look(service, &mut connection, &mut access)).await;
        let error = match looked {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some("looking took too long".into()),
        };
        match &error {
            Some(error) if !failing => tracing::warn!(error, "revocations and keys cannot be looked for"),
            None if failing => tracing::info!("revocations and keys are looked for again"),
            _ => {}
        }
        failing = error.is_some();
        if failing {
            connection = None;
        }
    }
}

async fn look(service: &Service, connection: &mut Option<Connection>, access: &mut Trust) -> Result<(), KeyError> {
    let db = match connection {
        Some(db) => db,
        None => connection.insert(service.database.dedicated().await?),
    };
    access.refresh(service, db).await
}

/// What is known of keys and revocations.
#[derive(Default)]
pub struct Trust {
    keys: Vec<SigningKey>,
}

impl Trust {
    /// Learns what was revoked lately, and which keys sign and are accepted.
    ///
    /// What was revoked earlier has no token that is valid.
    ///
    /// # Errors
    /// [`KeyError`] where the database does not answer, or a key cannot be read; all stays as it was.
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
