//! A session and its tokens: an access token, and a refresh token for the next one.

use chrono::{DateTime, Utc};
use peerpath_domain::people::account::PlatformRole;
use peerpath_domain::people::key::SessionId;
use peerpath_persistence::sessions::Session;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::service::Service;
use crate::service::tokens::{LIFETIME, RefreshToken, Scope, Scopes, Subject};
use crate::web::Problem;

/// A session: one device on which a person is signed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Session)]
pub(super) struct SessionItem {
    /// Id of the session.
    id: SessionId,
    /// The name of the device; null if none was given.
    #[schema(examples("Ada's phone"))]
    device: Option<String>,
    /// The network address that the person signed in from.
    #[schema(examples("192.0.2.7"))]
    address: Option<String>,
    /// Whether this request belongs to the session.
    current: bool,
    /// When the session began.
    created_at: DateTime<Utc>,
    /// When the session was last refreshed.
    refreshed_at: DateTime<Utc>,
    /// When the session ends unless it is refreshed.
    expires_at: DateTime<Utc>,
}

impl SessionItem {
    pub(super) fn new(session: Session, current: SessionId) -> Self {
        let Session { id, device, address, created_at, refreshed_at, expires_at } = session;
        Self { id, device, address, current: id == current, created_at, refreshed_at, expires_at }
    }
}

/// The tokens of a session.
#[derive(Serialize, ToSchema)]
pub(super) struct SessionTokens {
    /// The session.
    session: SessionItem,
    /// The access token, for the `Authorization` header.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds until the access token expires.
    expires_in: i64,
    /// The scopes of the access token, separated by spaces.
    #[schema(examples("catalog:read account organizations"))]
    scope: String,
    /// The refresh token, which works once.
    refresh_token: String,
}

/// The scopes of a person's tokens.
fn scopes(role: Option<PlatformRole>) -> Scopes {
    let administers = role == Some(PlatformRole::Administrator);
    let granted = |scope: &Scope| scope.is_for_people() && (*scope != Scope::Administration || administers);
    Scope::ALL.iter().copied().filter(granted).collect()
}

/// Issues the tokens of a session.
pub(super) fn issue(
    service: &Service,
    session: Session,
    role: Option<PlatformRole>,
    refresh: &RefreshToken,
    now: DateTime<Utc>,
) -> Result<SessionTokens, Problem> {
    let scopes = scopes(role);
    let subject = Subject::Person { account: refresh.account, session: refresh.session };
    let token = service.tokens.issue(subject, &scopes, Uuid::now_v7(), now)?;
    service.metrics.tokens_issued.inc();
    Ok(SessionTokens {
        session: SessionItem::new(session, refresh.session),
        access_token: token.text,
        token_type: "Bearer",
        expires_in: LIFETIME.num_seconds(),
        scope: scopes.to_string(),
        refresh_token: refresh.to_string(),
    })
}
