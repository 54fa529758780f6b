//! The audit log: who did what to whom, from where, when. Rows are only added and read.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use peerpath_domain::people::audit::ActorKind;
use peerpath_domain::people::key::{AccountId, OrganizationId};
use uuid::Uuid;

use crate::connection::Connection;
use crate::error::Error;
use crate::schema::audit_events;
use crate::word::Word;

/// A recorded action.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_events, check_for_backend(diesel::pg::Pg))]
pub struct AuditEvent {
    pub id: Uuid,
    pub at: DateTime<Utc>,
    /// The word of a [`peerpath_domain::people::audit::Action`], or of one that only an older or newer version records.
    pub action: String,
    #[diesel(serialize_as = String, deserialize_as = Word<ActorKind>)]
    pub actor_kind: ActorKind,
    /// The account or client that acted; `None`: anonymous, or an operator.
    pub actor_id: Option<Uuid>,
    /// The person concerned.
    pub account_id: Option<Uuid>,
    pub organization_id: Option<Uuid>,
    /// Anything else that the action is about: a session, a client, an invitation, a role.
    pub object_id: Option<String>,
    /// The network address of the request.
    pub address: Option<String>,
    pub request_id: Option<String>,
}

/// Adds an event.
pub async fn record(db: &mut Connection, event: &AuditEvent) -> Result<(), Error> {
    diesel::insert_into(audit_events::table).values(event.clone()).execute(db).await?;
    Ok(())
}

/// Filters of [`list`].
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only events that this person caused or that concern them.
    pub account: Option<AccountId>,
    pub organization: Option<OrganizationId>,
    pub action: Option<String>,
}

/// Lists events, newest first.
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
    let page = selected().filter(audit_events::id.lt(before.unwrap_or(Uuid::max())));
    let page = page.order(audit_events::id.desc()).limit(limit);
    Ok((page.select(AuditEvent::as_select()).load(db).await?, total))
}
