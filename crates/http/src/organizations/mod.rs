//! Organizations: training providers, job boards and employers, their members, and their machines.

mod clients;
mod invitations;
mod members;
mod organization;

use peerpath_domain::people::key::{AccountId, OrganizationId};
use peerpath_domain::people::organization::MemberRole;
use peerpath_persistence::organizations::Organization;
use peerpath_persistence::{Connection, organizations};
use utoipa_actix_web::service_config::ServiceConfig;

use crate::problem::Problem;

/// Adds the endpoints under `/v1`.
pub fn configure(config: &mut ServiceConfig<'_>) {
    organization::configure(config);
    members::configure(config);
    invitations::configure(config);
    clients::configure(config);
}

fn closed() -> Problem {
    Problem::not_found("organization with this id")
}

fn not_yours() -> Problem {
    Problem::forbidden("your role in the organization does not allow this")
}

/// Holds an organization until the transaction ends; gives it with what somebody is in it, who must be `least` at least.
///
/// They were when they asked; what was taken from them since is gone.
async fn held(
    db: &mut Connection,
    organization: OrganizationId,
    account: AccountId,
    least: MemberRole,
) -> Result<(Organization, MemberRole), Problem> {
    let held = organizations::lock(db, organization).await?.ok_or_else(closed)?;
    let role = peerpath_persistence::members::role(db, organization, account).await?.ok_or_else(closed)?;
    if role < least { Err(not_yours()) } else { Ok((held, role)) }
}
