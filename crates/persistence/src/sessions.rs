//! Sessions: devices on which a person is signed in, and the state of their refresh tokens.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{self, Binary, Timestamptz};
use diesel_async::RunQueryDsl;
use peerpath_domain::people::account::PlatformRole;
use peerpath_domain::people::key::{AccountId, SessionId};
use uuid::Uuid;

use crate::connection::Connection;
use crate::error::Error;
use crate::revocations;
use crate::schema::{accounts, sessions};
use crate::word::Word;

/// A device on which a person is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, check_for_backend(diesel::pg::Pg))]
pub struct Session {
    #[diesel(serialize_as = Uuid, deserialize_as = Uuid)]
    pub id: SessionId,
    /// The name that its owner or their front end gave it.
    pub device: Option<String>,
    /// The network address that it was begun from.
    pub address: Option<String>,
    pub created_at: DateTime<Utc>,
    pub refreshed_at: DateTime<Utc>,
    /// A refresh moves this.
    pub expires_at: DateTime<Utc>,
}

/// What is stored about the refresh token that is valid now.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions, check_for_backend(diesel::pg::Pg))]
pub struct RefreshState {
    /// SHA-256 of the part that all refresh tokens of the session share.
    pub family_digest: Vec<u8>,
    /// SHA-256 of the part that changes with each refresh.
    pub turn_digest: Vec<u8>,
    /// The random value that the changing part was derived with, from the one before.
    pub turn_nonce: Vec<u8>,
}

/// Begins a session.
pub async fn begin(
    db: &mut Connection,
    account: AccountId,
    session: &Session,
    state: &RefreshState,
) -> Result<(), Error> {
    let row = (sessions::account_id.eq(account.0), session.clone(), state.clone());
    diesel::insert_into(sessions::table).values(row).execute(db).await?;
    Ok(())
}

/// Finds a session that has not ended, with its refresh state and the platform role of its owner.
pub async fn find(
    db: &mut Connection,
    account: AccountId,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<Option<(Session, RefreshState, Option<PlatformRole>)>, Error> {
    let open = sessions::table
        .inner_join(accounts::table.on(accounts::id.eq(sessions::account_id)))
        .filter(sessions::account_id.eq(account.0))
        .filter(sessions::id.eq(session.0))
        .filter(sessions::expires_at.gt(now));
    let columns = (Session::as_select(), RefreshState::as_select(), accounts::platform_role);
    let found: Option<(_, _, Word<_>)> = open.select(columns).first(db).await.optional()?;
    Ok(found.map(|(session, state, Word(role))| (session, state, role)))
}

/// Replaces the refresh state `from`. Returns `false` when the session has ended or has another state.
pub async fn advance(
    db: &mut Connection,
    account: AccountId,
    session: SessionId,
    from: &RefreshState,
    to: &RefreshState,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<bool, Error> {
    let advance = Advance { account: account.0, session: session.0, from, to, now, expires_at };
    Ok(advance.execute(db).await? == 1)
}

/// The update of [`advance`], written by hand: it is the most frequent write, and diesel prepares its own updates anew each time.
struct Advance<'a> {
    account: Uuid,
    session: Uuid,
    from: &'a RefreshState,
    to: &'a RefreshState,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
}

impl QueryFragment<Pg> for Advance<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("update sessions set turn_digest = ");
        out.push_bind_param::<Binary, _>(&self.to.turn_digest)?;
        out.push_sql(", turn_nonce = ");
        out.push_bind_param::<Binary, _>(&self.to.turn_nonce)?;
        out.push_sql(", refreshed_at = ");
        out.push_bind_param::<Timestamptz, _>(&self.now)?;
        out.push_sql(", expires_at = ");
        out.push_bind_param::<Timestamptz, _>(&self.expires_at)?;
        out.push_sql(" where account_id = ");
        out.push_bind_param::<sql_types::Uuid, _>(&self.account)?;
        out.push_sql(" and id = ");
        out.push_bind_param::<sql_types::Uuid, _>(&self.session)?;
        out.push_sql(" and turn_digest = ");
        out.push_bind_param::<Binary, _>(&self.from.turn_digest)
    }
}

impl QueryId for Advance<'_> {
    type QueryId = Advance<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

/// Lists the sessions of an account that have not ended, newest first.
pub async fn list(
    db: &mut Connection,
    account: AccountId,
    now: DateTime<Utc>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<(Vec<Session>, i64), Error> {
    let open = sessions::table.filter(sessions::account_id.eq(account.0)).filter(sessions::expires_at.gt(now));
    let total = open.count().get_result(db).await?;
    let page = open.filter(sessions::id.lt(before.unwrap_or(Uuid::max()))).order(sessions::id.desc()).limit(limit);
    Ok((page.select(Session::as_select()).load(db).await?, total))
}

/// Ends a session and revokes its access tokens. Returns `false` when there is none.
pub async fn end(db: &mut Connection, account: AccountId, session: SessionId) -> Result<bool, Error> {
    let ended = diesel::delete(sessions::table.find((account.0, session.0))).execute(db).await?;
    if ended == 1 {
        revocations::revoke(db, &[session.0]).await?;
    }
    Ok(ended == 1)
}

/// Ends all sessions of an account except `but`, and returns their ids.
pub async fn end_all(db: &mut Connection, account: AccountId, but: Option<SessionId>) -> Result<Vec<SessionId>, Error> {
    let kept = but.map_or(Uuid::nil(), Into::into);
    let others = sessions::table.filter(sessions::account_id.eq(account.0)).filter(sessions::id.ne(kept));
    let ended: Vec<Uuid> = diesel::delete(others).returning(sessions::id).get_results(db).await?;
    revocations::revoke(db, &ended).await?;
    Ok(ended.into_iter().map(Into::into).collect())
}
