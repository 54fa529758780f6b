//! Signing in, staying signed in, and signing out.

use actix_web::{HttpResponse, delete, get, post, web};
use chrono::{DateTime, Utc};
use peerpath_domain::people::account::{DisplayName, EmailAddress};
use peerpath_domain::people::key::SessionId;
use peerpath_domain::people::password::Password;
use peerpath_persistence::accounts::{self, Account};
use peerpath_persistence::sessions::{self, Session};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;
use uuid::Uuid;

use super::tokens::{Refreshed, SessionTokens, end_reused, expires_at, issue, refresh};
use super::{second_factor, unchanged};
use crate::access::{Anyone, Event, OwnAccount, Permit};
use crate::answers;
use crate::input::{Draft, Faults, Json};
use crate::page::{Page, PageBody, PageParameters};
use crate::problem::{Problem, ProblemKind};
use crate::tokens::RefreshToken;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(create_session).service(refresh_session);
    config.service(list_sessions).service(get_session).service(delete_session).service(delete_sessions);
}

/// A device on which somebody is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionItem {
    /// Its key.
    id: SessionId,
    /// What it is called; null: nobody said.
    #[schema(examples("Ada's phone"))]
    device: Option<String>,
    /// The network address that it was begun from.
    #[schema(examples("192.0.2.7"))]
    address: Option<String>,
    /// Whether it is the one that asks.
    current: bool,
    /// When it was begun.
    created_at: DateTime<Utc>,
    /// When it was refreshed last.
    refreshed_at: DateTime<Utc>,
    /// When it ends, unless it is refreshed before.
    expires_at: DateTime<Utc>,
}

impl SessionItem {
    /// A session as it is shown to somebody who asks from another, or from it.
    #[must_use]
    pub fn new(session: Session, asking: Option<SessionId>) -> Self {
        let Session { id, device, address, created_at, refreshed_at, expires_at } = session;
        Self { id, device, address, current: asking == Some(id), created_at, refreshed_at, expires_at }
    }
}

/// What somebody signs in with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    /// The address of the account.
    #[schema(format = "email", min_length = 3, max_length = 254, examples("ada@example.org"))]
    email: String,
    /// The password of the account.
    #[schema(format = "password", examples("seven geese in tall grass"))]
    password: String,
    /// Where the account has a second factor: the code that the app shows, or a recovery code.
    code: Option<String>,
    /// What the device is to be called in the list of sessions.
    #[schema(min_length = 1, max_length = 100, examples("Ada's phone"))]
    device: Option<String>,
}

struct CheckedSignIn {
    email: EmailAddress,
    password: Password,
    code: Option<String>,
    device: Option<DisplayName>,
}

impl Draft for SignIn {
    type Checked = CheckedSignIn;

    fn check(self, faults: &mut Faults) -> Option<CheckedSignIn> {
        let email = faults.take("/email", self.email.parse());
        let device = faults.take("/device", self.device.map(|name| name.parse()).transpose());
        let password = Password::typed(&self.password);
        Some(CheckedSignIn { email: email?, password, code: self.code, device: device? })
    }
}

/// Sign in
///
/// Gives an access token, valid for 15 minutes, and a refresh token for the next.
#[utoipa::path(
    tag = "sessions",
    request_body = SignIn,
    responses((status = CREATED, description = "The session and its tokens", body = SessionTokens)),
    security(())
)]
#[post("/sessions")]
async fn create_session(anyone: SigningIn) -> Result<HttpResponse, Problem> {
    let (account, rehashed) = authenticated(&anyone).await?;
    let id = account.id;
    match begin(&anyone, account, rehashed).await {
        Ok((session, tokens)) => answers::created(&format!("/v1/sessions/{session}"), &tokens),
        Err(problem) => {
            if problem.kind() == ProblemKind::InvalidCredentials {
                // The password was right: its owner should know.
                refused(&anyone, anyone.event("session.refuse").about(id)).await?;
            }
            Err(problem)
        }
    }
}

type SigningIn = Permit<Anyone, Json<SignIn>>;

pub(super) fn wrong() -> Problem {
    Problem::invalid_credentials("the address, the password or the code is wrong")
}

async fn refused(anyone: &SigningIn, event: Event) -> Result<(), Problem> {
    anyone.write(async move |db| Ok(event.record(db).await?)).await
}

/// Whose address and password these are, and the hash to be kept from now on, where it is another.
async fn authenticated(anyone: &SigningIn) -> Result<(Account, Option<String>), Problem> {
    let Permit { input: Json(sign_in), service, origin, .. } = anyone;
    service.limits.attempt_from(origin.address)?;
    service.limits.attempt_on(sign_in.email.key(), origin.address)?;
    let found = anyone.read(async |db| accounts::with_address(db, &sign_in.email).await).await?;
    let known = found.as_ref().map(|account| account.password_hash.clone());
    let verified = service.hasher.verify(sign_in.password.clone(), known).await?;
    if let (true, Some(account)) = (verified.right, found) {
        return Ok((account, verified.rehashed));
    }
    // Whom it concerns is not noted: that would take longer where there is an account.
    refused(anyone, anyone.event("session.refuse")).await?;
    Err(wrong())
}

/// Begins a session of somebody whose password was right, if their code is, too.
async fn begin(
    anyone: &SigningIn,
    account: Account,
    rehashed: Option<String>,
) -> Result<(SessionId, SessionTokens), Problem> {
    let Permit { input: Json(sign_in), service, origin, now, .. } = anyone;
    let now = *now;
    let (code, sealing) = (sign_in.code.clone(), service.sealing.clone());
    let (token, turn) = RefreshToken::first(account.id, SessionId(Uuid::now_v7()))?;
    let session = Session {
        id: token.session,
        device: sign_in.device.as_ref().map(ToString::to_string),
        address: Some(origin.address.to_string()),
        created_at: now,
        refreshed_at: now,
        expires_at: expires_at(now, now),
    };
    let (id, role, old) = (account.id, account.platform_role, account.password_hash.clone());
    let (begun, issuer) = (session.clone(), service.tokens.issuer().to_owned());
    let event = anyone.event("session.begin").by(id).object(session.id);
    anyone
        .write(async move |db| {
            // Deleted or given another password meanwhile: then this one was not right.
            unchanged(db, &account).await.map_err(|_| wrong())?;
            second_factor::accept(db, &account, code.as_deref(), &sealing, &issuer, now).await?;
            if let Some(new) = rehashed {
                accounts::rehash(db, id, &old, &new).await?;
            }
            sessions::begin(db, id, &begun, &turn).await?;
            Ok(event.record(db).await?)
        })
        .await?;
    Ok((session.id, issue(service, session, role, &token, now)?))
}

/// What a session is refreshed with.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Refresh {
    /// The refresh token that came last.
    refresh_token: String,
}

impl Draft for Refresh {
    /// A text that is no token is not accepted; that is no fault of its form.
    type Checked = Option<RefreshToken>;

    fn check(self, _: &mut Faults) -> Option<Self::Checked> {
        Some(self.refresh_token.parse().ok())
    }
}

/// Refresh a session
///
/// Gives a new access token and the next refresh token; the one that was sent is used up. Whoever lost the answer may
/// repeat the request within ten seconds, and gets the same refresh token again. A token that is used later than that ends the session.
#[utoipa::path(
    tag = "sessions",
    request_body = Refresh,
    responses((status = OK, description = "The session and its tokens", body = SessionTokens)),
    security(())
)]
#[post("/sessions/refresh")]
async fn refresh_session(anyone: Permit<Anyone, Json<Refresh>>) -> Result<HttpResponse, Problem> {
    let spent = || Problem::invalid_credentials("the refresh token is not accepted; sign in anew");
    let token = anyone.input.0.clone().ok_or_else(spent)?;
    let (now, shown) = (anyone.now, token.clone());
    match anyone.persist(async move |db| refresh(db, &shown, now).await).await? {
        Refreshed::On(session, role, next) => answers::private(&issue(&anyone.service, session, role, &next, now)?),
        Refreshed::Unknown => Err(spent()),
        Refreshed::Reused(session) => {
            let (event, issuer) = (anyone.event("session.reuse"), anyone.service.tokens.issuer().to_owned());
            anyone.write(async move |db| end_reused(db, token.account, session, &issuer, event, now).await).await?;
            Err(spent())
        }
    }
}

/// List the devices on which one is signed in
#[utoipa::path(
    tag = "sessions",
    params(PageParameters),
    responses((status = OK, description = "A page of sessions, newest first", body = PageBody<SessionItem>)),
    security(("session" = ["account"]))
)]
#[get("/sessions")]
async fn list_sessions(me: Permit<OwnAccount, Page>) -> Result<HttpResponse, Problem> {
    let (account, current) = (me.account, me.session);
    let rows = me.read(async |db| sessions::list(db, account, me.now, me.input.after, me.input.rows()).await).await?;
    me.input.answer(rows, |session| session.id.0, |session| SessionItem::new(session, Some(current)))
}

fn unknown() -> Problem {
    Problem::not_found("session of yours with this id")
}

/// Read a session
#[utoipa::path(
    tag = "sessions",
    params(("session_id" = SessionId, Path, description = "The session")),
    responses((status = OK, description = "The session", body = SessionItem)),
    security(("session" = ["account"]))
)]
#[get("/sessions/{session_id}")]
async fn get_session(me: Permit<OwnAccount>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let id: SessionId = id.parse().map_err(|_| unknown())?;
    let found = me.read(async |db| sessions::turn(db, me.account, id, me.now).await).await?;
    let (session, ..) = found.ok_or_else(unknown)?;
    answers::private(&SessionItem::new(session, Some(me.session)))
}

/// End a session
///
/// Its tokens are accepted no more, on every instance within two seconds.
#[utoipa::path(
    tag = "sessions",
    params(("session_id" = SessionId, Path, description = "The session")),
    responses((status = NO_CONTENT, description = "It has ended")),
    security(("session" = ["account"]))
)]
#[delete("/sessions/{session_id}")]
async fn delete_session(me: Permit<OwnAccount>, id: web::Path<String>) -> Result<HttpResponse, Problem> {
    let id: SessionId = id.parse().map_err(|_| unknown())?;
    let (account, event) = (me.account, me.event("session.end").about(me.account).object(id));
    me.write(async move |db| {
        if !sessions::end(db, account, id).await? {
            return Err(unknown());
        }
        Ok(event.record(db).await?)
    })
    .await?;
    Ok(answers::done())
}

/// End all sessions
///
/// The one that asks, too.
#[utoipa::path(
    tag = "sessions",
    responses((status = NO_CONTENT, description = "They have ended")),
    security(("session" = ["account"]))
)]
#[delete("/sessions")]
async fn delete_sessions(me: Permit<OwnAccount>) -> Result<HttpResponse, Problem> {
    let (account, event) = (me.account, me.event("session.end_all").about(me.account));
    me.write(async move |db| {
        sessions::end_all(db, account, None).await?;
        Ok(event.record(db).await?)
    })
    .await?;
    Ok(answers::done())
}
