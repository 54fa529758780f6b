//! The audit events of an organization.

use peerpath_persistence::audit::{self, Selection};

use crate::web::{AsManager, AuditEventItem, Endpoints, Member, Page, PageRequest, Permit, Problem, endpoints};

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: list_organization_audit_events);
}

/// List the audit events of an organization
///
/// For managers and owners; newest first.
#[utoipa::path(get, path = "/organizations/{organization_id}/audit-events", tag = "organizations")]
async fn list_organization_audit_events(
    manager: Permit<Member<AsManager>, PageRequest>,
) -> Result<Page<AuditEventItem>, Problem> {
    let selection = Selection { organization: Some(manager.organization), ..Selection::default() };
    let page = &manager.input;
    let rows = manager.read(async |db, _| audit::list(db, &selection, page.after, page.rows()).await).await?;
    let viewer = manager.account;
    Ok(manager.input.page(rows, |event| event.id, |event| AuditEventItem::seen_by(viewer, event)))
}
