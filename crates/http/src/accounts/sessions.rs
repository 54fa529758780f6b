//! Signing in, refreshing a session, and signing out.

use peerpath_domain::people::account::{DisplayName, EmailAddress};
use peerpath_domain::people::audit::Action;
use peerpath_domain::people::key::{AccountId, SessionId};
use peerpath_domain::people::password::Password;
use peerpath_persistence::accounts;
use peerpath_persistence::sessions::{self, Session};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::seen_account::{SeenAccount, verify};
use super::session_tokens::{SessionItem, SessionTokens, issue};
use super::{second_factor, wrong_credentials};
use crate::service::sessions::{Refreshed, end_reused, expires_at, refresh};
use crate::service::tokens::RefreshToken;
use crate::web::{
    Anyone, Body, Context, Created, Draft, Endpoints, Faults, Json, NoContent, OwnAccount, Page, PageRequest, Path,
    Permit, Plain, Problem, ProblemKind, endpoints,
};

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: create_session, refresh_session, list_sessions, get_session, delete_session, delete_sessions);
}

/// A request to sign in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    /// The e-mail address of the account.
    #[schema(format = "email", min_length = 3, max_length = 254, examples("ada@example.org"))]
    email: String,
    /// The password of the account.
    #[schema(format = "password", examples("seven geese in tall grass"))]
    password: String,
    /// A code of the authenticator app, or a recovery code, if the account has a second factor.
    code: Option<String>,
    /// A name for the device, shown in the list of sessions.
    #[schema(min_length = 1, max_length = 100, examples("Ada's phone"))]
    device: Option<String>,
}

impl Draft for SignIn {
    type Checked = (EmailAddress, Password, Option<String>, Option<DisplayName>);

    fn check(self, faults: &mut Faults) -> Option<Self::Checked> {
        let email = faults.take("/email", self.email.parse());
        let device = faults.take("/device", self.device.map(|name| name.parse()).transpose());
        Some((email?, Password::typed(&self.password), self.code, device?))
    }
}

/// Sign in
///
/// Returns an access token, which is valid for 15 minutes, and a refresh token to get the next one.
#[utoipa::path(
    post,
    path = "/sessions",
    tag = "sessions",
    responses((
        status = UNAUTHORIZED,
        description = "The address, the password or the code is wrong (`/problems/invalid-credentials`), or a code is missing (`/problems/second-factor-required`)"
    ))
)]
async fn create_session(anyone: Permit<Anyone, Body<SignIn>>) -> Result<Created<Json<SessionTokens>>, Problem> {
    let Permit { context: anyone, input: Body((email, password, code, device)) } = anyone;
    anyone.service.limits.attempt_from(anyone.origin.address)?;
    anyone.service.limits.attempt_on(email.key(), anyone.origin.address)?;
    let found = anyone.read(async |db, ()| accounts::with_address(db, &email).await).await?;
    let Some((account, rehashed)) = verify(&anyone.service, found, password).await? else {
        // The event does not name the account: that would take longer when there is one.
        record_refusal(&anyone, None).await?;
        return Err(wrong_credentials());
    };
    let id = account.id();
    match begin(&anyone, account, rehashed, code, device).await {
        Err(problem) if problem.kind() == ProblemKind::InvalidCredentials => {
            // The password was right, so its owner should know.
            record_refusal(&anyone, Some(id)).await?;
            Err(problem)
        }
        begun => begun,
    }
}

/// Records a refused sign-in in a separate transaction, because the transaction of the sign-in is rolled back.
async fn record_refusal(anyone: &Context<Anyone>, account: Option<AccountId>) -> Result<(), Problem> {
    anyone
        .transaction(Action::SessionRefuse, async move |tx, _| {
            if let Some(account) = account {
                tx.about(account);
            }
            Ok(())
        })
        .await
}

/// Begins a session if the code is right, after the password was checked.
async fn begin(
    anyone: &Context<Anyone>,
    account: SeenAccount,
    rehashed: Option<String>,
    code: Option<String>,
    device: Option<DisplayName>,
) -> Result<Created<Json<SessionTokens>>, Problem> {
    let begun = anyone.transaction(Action::SessionBegin, async move |tx, anyone| {
        let account = account.lock(tx).await.map_err(|problem| match problem.kind() {
            // The account was deleted, or its password changed, after the password was checked.
            ProblemKind::Unauthenticated | ProblemKind::Conflict => wrong_credentials(),
            _ => problem,
        })?;
        second_factor::accept(tx, &account, code.as_deref(), &anyone.service, anyone.now).await?;
        if let Some(new) = rehashed {
            accounts::rehash(tx, account.id, &account.password_hash, &new).await?;
        }
        let (token, turn) = RefreshToken::first(account.id, SessionId(Uuid::now_v7()))?;
        let session = Session {
            id: token.session,
            device: device.map(|name| name.to_string()),
            address: Some(anyone.origin.address.to_string()),
            created_at: anyone.now,
            refreshed_at: anyone.now,
            expires_at: expires_at(anyone.now, anyone.now),
        };
        sessions::begin(tx, account.id, &session, &turn).await?;
        tx.by(account.id);
        tx.object(session.id);
        Ok((session, account.platform_role, token))
    });
    let (session, role, token) = begun.await?;
    let location = format!("/v1/sessions/{}", session.id);
    Ok(Created { location, reply: Json(issue(&anyone.service, session, role, &token, anyone.now)?) })
}

/// A request to refresh a session.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SessionRefresh {
    /// The latest refresh token of the session.
    refresh_token: String,
}

impl Plain for SessionRefresh {}

/// Refresh a session
///
/// Returns a new access token and the next refresh token, and invalidates the one that you sent. If the answer is lost,
/// repeat the request within ten seconds to get the same refresh token again. Later, an old token ends the session.
#[utoipa::path(
    post,
    path = "/sessions/refresh",
    tag = "sessions",
    responses((status = UNAUTHORIZED, description = "The refresh token is not accepted (`/problems/invalid-credentials`)"))
)]
async fn refresh_session(anyone: Permit<Anyone, Body<SessionRefresh>>) -> Result<Json<SessionTokens>, Problem> {
    let spent = || Problem::invalid_credentials("The refresh token is not accepted; sign in again");
    let token: RefreshToken = anyone.input.0.refresh_token.parse().map_err(|_| spent())?;
    let (account, now) = (token.account, anyone.now);
    match anyone.statements(async move |db| Ok(refresh(db, &token, now).await?)).await? {
        Refreshed::On(session, role, next) => Ok(Json(issue(&anyone.service, session, role, &next, now)?)),
        Refreshed::Unknown => Err(spent()),
        Refreshed::Reused(session) => {
            anyone
                .transaction(Action::SessionReuse, async move |tx, anyone| {
                    let issuer = anyone.service.tokens.issuer();
                    if end_reused(tx, account, &session, issuer, anyone.now).await? {
                        tx.about(account);
                        tx.object(session.id);
                    } else {
                        tx.nothing_changed();
                    }
                    Ok(())
                })
                .await?;
            Err(spent())
        }
    }
}

/// List your sessions
///
/// Newest first.
#[utoipa::path(get, path = "/sessions", tag = "sessions")]
async fn list_sessions(me: Permit<OwnAccount, PageRequest>) -> Result<Page<SessionItem>, Problem> {
    let (account, current, page) = (me.account, me.session, &me.input);
    let rows = me.read(async |db, ()| sessions::list(db, account, me.now, page.after, page.rows()).await).await?;
    Ok(me.input.page(rows, |session| session.id.0, |session| SessionItem::new(session, current)))
}

#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct SessionPath {
    /// Id of the session.
    session_id: SessionId,
}

fn not_found() -> Problem {
    Problem::not_found("You have no session with this id")
}

/// Read a session
#[utoipa::path(get, path = "/sessions/{session_id}", tag = "sessions")]
async fn get_session(me: Permit<OwnAccount, Path<SessionPath>>) -> Result<Json<SessionItem>, Problem> {
    let Path(SessionPath { session_id }) = me.input;
    let found = me.read(async |db, ()| sessions::find(db, me.account, session_id, me.now).await).await?;
    let (session, ..) = found.ok_or_else(not_found)?;
    Ok(Json(SessionItem::new(session, me.session)))
}

/// End a session
///
/// Within two seconds, no instance accepts its tokens.
#[utoipa::path(delete, path = "/sessions/{session_id}", tag = "sessions")]
async fn delete_session(me: Permit<OwnAccount, Path<SessionPath>>) -> Result<NoContent, Problem> {
    me.write(Action::SessionEnd, async move |tx, me, Path(SessionPath { session_id })| {
        if !sessions::end(tx, me.account, session_id).await? {
            return Err(not_found());
        }
        tx.object(session_id);
        Ok(NoContent)
    })
    .await
}

/// End all your sessions
///
/// Includes the session of this request.
#[utoipa::path(delete, path = "/sessions", tag = "sessions")]
async fn delete_sessions(me: Permit<OwnAccount>) -> Result<NoContent, Problem> {
    me.write(Action::SessionEndAll, async move |tx, me, ()| {
        sessions::end_all(tx, me.account, None).await?;
        Ok(NoContent)
    })
    .await
}
