//! Mail: written into the outbox in the transaction that it tells of, and sent from there by whichever instance is quickest.

mod courier;
mod letter;
mod post;

pub use courier::deliver;
pub use letter::Letter;
pub use post::{InvalidPost, Post};
