//! Mails. A change and its mail are written in one transaction, the mail to the outbox. Any instance sends the mail.

mod delivery;
mod message;
mod transport;

pub use delivery::deliver;
pub use message::Message;
pub use transport::Transport;
