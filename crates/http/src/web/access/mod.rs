//! Who may do what: decided here, and nowhere else.
//!
//! A handler takes a [`Permit`] of a [`Permission`], which says whom it serves, and with it what it reads of the request.
//! Service and database are reached through the permit only, so that no handler can forget to ask. Scopes limit what a
//! token may be used for. What a person may do, within an organization or for the whole service, the database is asked each
//! time a permit uses it: a role that was taken away is gone at once.

mod gate;
mod origin;
mod permission;
mod permit;
mod shared;

pub use gate::gate;
pub use permission::{
    Administrator, Anyone, AsManager, AsMember, AsOwner, ByScope, CatalogReader, GuidanceReader, Member,
    OrganizationUser, OwnAccount, Permission,
};
pub use permit::{Context, Permit};
pub use shared::Shared;
