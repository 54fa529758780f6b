//! Following what other processes change: at once where they can be heard, by looking where not.

use std::collections::HashSet;
use std::time::Duration;

use actix_web::web::Data;
use chrono::TimeDelta;
use peerpath_persistence::notifications::{Change, Listener};
use peerpath_persistence::{Connection, Error, clients};
use tokio::sync::Notify;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::service::Service;

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

/// Follows changes until it is dropped.
pub async fn watch(service: Data<Service>) {
    let revoked = Notify::new();
    tokio::join!(follow_catalog(&service, &revoked), follow_revocations(&service, &revoked));
}

async fn follow_catalog(service: &Service, revoked: &Notify) {
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
                let lost = listen(service, &mut listener, revoked).await;
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
async fn listen(service: &Service, listener: &mut Listener, revoked: &Notify) -> Error {
    let mut regular = interval(REGULAR);
    regular.set_missed_tick_behavior(MissedTickBehavior::Delay);
    regular.tick().await;
    loop {
        tokio::select! {
            change = listener.next() => match change {
                Ok(Change::Catalog) => service.snapshots.refresh().await,
                Ok(Change::Clients) => revoked.notify_one(),
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

/// Looks for revocations every second, and at once when one is heard of. Only this sets them, one look after the other.
///
/// It has a connection of its own, so that it need not wait for those that answer requests.
async fn follow_revocations(service: &Service, heard: &Notify) {
    let mut regular = interval(REVOCATIONS);
    regular.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut connection = None;
    let mut failing = false;
    loop {
        tokio::select! {
            _ = regular.tick() => {}
            () = heard.notified() => {}
        }
        let looked = timeout(LOOKING, look(service, &mut connection)).await;
        let error = match looked {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(error),
            Err(_) => Some(Error::Unavailable("looking took too long".into())),
        };
        match &error {
            Some(error) if !failing => tracing::warn!(error = %error, "revocations cannot be looked for"),
            None if failing => tracing::info!("revocations are looked for again"),
            _ => {}
        }
        failing = error.is_some();
        if failing {
            connection = None;
        }
    }
}

async fn look(service: &Service, connection: &mut Option<Connection>) -> Result<(), Error> {
    let db = match connection {
        Some(db) => db,
        None => connection.insert(service.database.dedicated().await?),
    };
    refresh_revocations(service, db).await
}

/// Learns which clients were revoked lately; those revoked earlier have no token that is valid.
///
/// # Errors
/// Those of any query.
pub async fn refresh_revocations(service: &Service, db: &mut Connection) -> Result<(), Error> {
    let clients = clients::revoked_within(db, LOOK_BACK).await?;
    service.tokens.set_revoked(clients.into_iter().collect::<HashSet<_>>());
    Ok(())
}
