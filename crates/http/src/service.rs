//! What all handlers share. They come by it with a [`Permit`](crate::access::Permit) only.

use std::sync::Arc;

use peerpath_persistence::Database;
use tokio::sync::Notify;

use crate::access::Proxies;
use crate::accounts::Hasher;
use crate::limits::Limits;
use crate::metrics::Metrics;
use crate::sealing::SealingKeys;
use crate::snapshot::SnapshotStore;
use crate::tokens::Tokens;

/// What all handlers share.
pub struct Service {
    /// The database.
    pub database: Database,
    /// The catalog, as it is served.
    pub snapshots: Arc<SnapshotStore>,
    /// Tokens, issued and verified.
    pub tokens: Tokens,
    /// What seals secrets in the database.
    pub sealing: SealingKeys,
    /// What hashes passwords.
    pub hasher: Hasher,
    /// How often somebody may ask.
    pub limits: Limits,
    /// The proxies before the service.
    pub proxies: Proxies,
    /// Told that a mail is to be sent.
    pub mail: Notify,
    /// What is counted.
    pub metrics: Arc<Metrics>,
}
