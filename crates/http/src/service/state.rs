//! What all handlers share. A permit is the only way to it.

use std::sync::Arc;

use peerpath_persistence::Database;
use tokio::sync::Notify;

use super::hashing::Hasher;
use super::limits::Limits;
use super::metrics::Metrics;
use super::network::Proxies;
use super::sealing::SealingKeys;
use super::snapshot::SnapshotStore;
use super::tokens::Tokens;

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
