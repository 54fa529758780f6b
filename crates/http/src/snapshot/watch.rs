//! Following what other processes change: at once where they can be heard, by looking where not.

use std::collections::HashSet;
use std::time::Duration;

use actix_web::web::Data;
use peerpath_persistence::clients;
use peerpath_persistence::notifications::{Change, Listener};
use tokio::time::{MissedTickBehavior, interval};

use crate::clock;
use crate::service::Service;
use crate::tokens::LIFETIME;

/// How often revocations are looked for, heard of or not: within so much they are effective everywhere.
const REVOCATIONS: Duration = Duration::from_secs(1);

/// How often the catalog is looked for while changes are not heard of, and a connection to hear of them is tried.
const DEAF: Duration = Duration::from_secs(2);

/// How often the catalog is looked for all the same: a version may take effect with a new day.
const REGULAR: Duration = Duration::from_secs(30);

/// Follows changes until it is dropped.
pub async fn watch(service: Data<Service>) {
    tokio::join!(follow_catalog(&service), follow_revocations(&service));
}

async fn follow_catalog(service: &Service) {
    let mut hearing = true;
    loop {
        match Listener::start(&service.database).await {
            Ok(mut listener) => {
                hearing = true;
                service.metrics.listening.set(1);
                // What changed while nobody listened.
                service.snapshots.refresh().await;
                listen(service, &mut listener).await;
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

/// Reacts to what is heard, until the connection is lost.
async fn listen(service: &Service, listener: &mut Listener) {
    let mut regular = interval(REGULAR);
    regular.set_missed_tick_behavior(MissedTickBehavior::Delay);
    regular.tick().await;
    loop {
        tokio::select! {
            change = listener.next() => match change {
                Ok(Change::Catalog) => service.snapshots.refresh().await,
                // Should that fail, the regular look tries again within a second.
                Ok(Change::Clients) => drop(refresh_revocations(service).await),
                Err(error) => {
                    tracing::warn!(error = %error, "the listening connection was lost");
                    return;
                }
            },
            _ = regular.tick() => service.snapshots.refresh().await,
        }
    }
}

async fn follow_revocations(service: &Service) {
    let mut regular = interval(REVOCATIONS);
    regular.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut failing = false;
    loop {
        regular.tick().await;
        let refreshed = refresh_revocations(service).await;
        if let (Err(error), false) = (&refreshed, failing) {
            tracing::warn!(error = %error, "revocations cannot be looked for");
        }
        failing = refreshed.is_err();
    }
}

/// Learns which clients were revoked within the lifetime of a token; older ones have none that is valid.
async fn refresh_revocations(service: &Service) -> Result<(), peerpath_persistence::Error> {
    let mut db = service.database.connection().await?;
    let clients = clients::revoked_since(&mut db, clock::now() - LIFETIME).await?;
    service.tokens.set_revoked(clients.into_iter().collect::<HashSet<_>>());
    Ok(())
}
