//! Access control. Only this module decides who may do what.
//!
//! A handler takes a [`Permit`] for a [`Permission`]. The permit names the allowed callers and holds the parsed request.
//! Handlers reach the service and the database only through the permit, so no handler can forget the check. Scopes limit
//! the use of a token. The database decides what a person may do in an organization or in the whole service. Each use of
//! a permit reads these rights again, so a revoked role stops working at once.

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
