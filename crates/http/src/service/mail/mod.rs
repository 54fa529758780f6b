//! Mail: written into the outbox in the transaction that it tells of, and sent from there by whichever instance is quickest.

mod delivery;
mod message;
mod transport;

pub use delivery::deliver;
pub use message::Message;
pub use transport::Transport;
