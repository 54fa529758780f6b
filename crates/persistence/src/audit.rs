//! The audit log: who did what to whom, from where, when. It is added to and read, and nothing else.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use peerpath_domain::people::key::{AccountId, OrganizationId};
use uuid::Uuid;

use crate::connection::Connection;
use crate::error::Error;
use crate::schema::audit_events;

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_events, check_for_backend(diesel::pg::Pg))]
pub struct AuditEvent {
    /// Its key.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// What, as object.verb.
    pub action: String,
    /// What did it: a person, a machine, somebody unknown, or an operator on the command line.
    pub actor_kind: String,
    /// Who did it.
    pub actor_id: Option<Uuid>,
    /// The person whom it concerns.
    pub account_id: Option<Uuid>,
    /// The organization within which it happened.
    pub organization_id: Option<Uuid>,
    /// What else it was done to or with.
    pub object_id: Option<String>,
    /// The network address that the request came from.
    pub address: Option<String>,
    /// The request.
    pub request_id: Option<String>,
}

/// Adds an event.
///
/// # Errors
/// Those of any query.
pub async fn record(db: &mut Connection, event: &AuditEvent) -> Result<(), Error> {
    diesel::insert_into(audit_events::table).values(event.clone()).execute(db).await?;
    Ok(())
}

/// Which events are asked for.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Those that concern a person, or that they did.
    pub account: Option<AccountId>,
    /// Those within an organization.
    pub organization: Option<OrganizationId>,
    /// Those of one action.
    pub action: Option<String>,
}

/// The events that were asked for, newest first, from the one before `before` on, and how many there are on all pages.
///
/// # Errors
/// Those of any query.
pub async fn list(
    db: &mut Connection,
    selection: &Selection,
    before: Option<Uuid>,
    limit: i64,
) -> Result<(Vec<AuditEvent>, i64), Error> {
    let selected = || {
        let mut query = audit_events::table.into_boxed();
        if let Some(account) = selection.account {
            let own = audit_events::account_id.eq(account.0).or(audit_events::actor_id.eq(account.0));
            query = query.filter(own.assume_not_null());
        }
        if let Some(organization) = selection.organization {
            query = query.filter(audit_events::organization_id.eq(organization.0));
        }
        if let Some(action) = &selection.action {
            query = query.filter(audit_events::action.eq(action.clone()));
        }
        query
    };
    let total = selected().count().get_result(db).await?;
    let mut page = selected().order(audit_events::id.desc()).limit(limit);
    if let Some(before) = before {
        page = page.filter(audit_events::id.lt(before));
    }
    Ok((page.select(AuditEvent::as_select()).load(db).await?, total))
}
