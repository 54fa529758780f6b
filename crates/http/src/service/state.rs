//! The state that all handlers share. Handlers reach it only through a permit.

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

/// The state that all handlers share.
pub struct Service {
    pub database: Database,
    /// The served catalog.
    pub snapshots: Arc<SnapshotStore>,
    /// Issues and verifies access tokens.
    pub tokens: Tokens,
    /// The keys that encrypt secrets in the database.
    pub sealing: SealingKeys,
    pub hasher: Hasher,
    /// The rate limits.
    pub limits: Limits,
    /// The trusted proxies in front of the service.
    pub proxies: Proxies,
    /// Wakes the delivery of mails when the outbox has a new mail.
    pub mail: Notify,
    pub metrics: Arc<Metrics>,
}
