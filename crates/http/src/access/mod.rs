//! Who may do what: decided here, and nowhere else.
//!
//! A handler takes a [`Permit`] of a [`Permission`], which says whom it serves, and with it whatever it reads of the
//! request. The service and its database are reached through the permit only, so that no handler can be written
//! that does not say so. Scopes limit what a token may be used for; what a person may do, within an organization or
//! for the whole service, is asked of the database each time: what was taken from somebody is gone at once.

mod gate;
mod network;
mod origin;
mod permission;
mod permit;

pub use gate::{Identified, gate};
pub use network::{ForwardedHeader, Proxies, network, wide_network};
pub use origin::{Event, Origin};
pub use permission::{
    Administers, Anyone, AsManager, AsMember, AsOwner, ByScope, CatalogRead, Guided, Member, Organizations, OwnAccount,
    Permission, Rank, by_token,
};
pub use permit::{Input, Permit, Raw, Shared};
