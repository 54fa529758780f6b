//! Organizations: training providers, job boards and employers, their members, and their machine clients.

mod audit_events;
mod clients;
mod invitations;
mod members;
mod organization;
mod scopes;

use crate::web::Endpoints;

pub fn configure(endpoints: &mut Endpoints) {
    organization::configure(endpoints);
    scopes::configure(endpoints);
    audit_events::configure(endpoints);
    members::configure(endpoints);
    invitations::configure(endpoints);
    clients::configure(endpoints);
}
