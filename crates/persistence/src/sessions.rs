//! Sessions: devices on which somebody is signed in, and the turns of their refresh tokens.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{self, Binary, Timestamptz};
use diesel_async::RunQueryDsl;
use peerpath_domain::people::key::{AccountId, SessionId};
use uuid::Uuid;

use crate::connection::Connection;
use crate::error::Error;
use crate::revocations;
use crate::schema::{accounts, sessions};

/// A device on which somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sessions, check_for_backend(diesel::pg::Pg))]
pub struct Session {
    /// Its key.
    #[diesel(deserialize_as = Uuid)]
    pub id: SessionId,
    /// What it is called.
    pub device: Option<String>,
    /// The network address that it was begun from.
    pub address: Option<String>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// When it was refreshed last.
    pub refreshed_at: DateTime<Utc>,
    /// When it ends, unless it is refreshed before.
    pub expires_at: DateTime<Utc>,
}

/// What is known of the refresh token that is valid now.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = sessions, check_for_backend(diesel::pg::Pg))]
pub struct Turn {
    /// The digest of the part that all refresh tokens of the session share.
    pub family_digest: Vec<u8>,
    /// The digest of the part that changes.
    pub turn_digest: Vec<u8>,
    /// What that part was made with.
    pub turn_nonce: Vec<u8>,
}

/// Begins a session.
///
/// # Errors
/// Those of any query.
pub async fn begin(db: &mut Connection, account: AccountId, session: &Session, turn: &Turn) -> Result<(), Error> {
    let row = (
        sessions::account_id.eq(account.0),
        sessions::id.eq(session.id.0),
        sessions::device.eq(session.device.as_deref()),
        sessions::address.eq(session.address.as_deref()),
        sessions::created_at.eq(session.created_at),
        sessions::refreshed_at.eq(session.refreshed_at),
        sessions::expires_at.eq(session.expires_at),
        sessions::family_digest.eq(&turn.family_digest),
        sessions::turn_digest.eq(&turn.turn_digest),
        sessions::turn_nonce.eq(&turn.turn_nonce),
    );
    diesel::insert_into(sessions::table).values(row).execute(db).await?;
    Ok(())
}

/// A session that has not ended, the turn that it is at, and the platform role of its owner.
///
/// # Errors
/// Those of any query.
pub async fn turn(
    db: &mut Connection,
    account: AccountId,
    session: SessionId,
    now: DateTime<Utc>,
) -> Result<Option<(Session, Turn, Option<String>)>, Error> {
    let open = sessions::table
        .inner_join(accounts::table.on(accounts::id.eq(sessions::account_id)))
        .filter(sessions::account_id.eq(account.0))
        .filter(sessions::id.eq(session.0))
        .filter(sessions::expires_at.gt(now));
    Ok(open.select((Session::as_select(), Turn::as_select(), accounts::platform_role)).first(db).await.optional()?)
}

/// Goes on from a turn to the next. Gives `false` where the session has ended or is at another turn.
///
/// # Errors
/// Those of any query.
pub async fn advance(
    db: &mut Connection,
    account: AccountId,
    session: SessionId,
    from: &Turn,
    to: &Turn,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<bool, Error> {
    let advance = Advance { account: account.0, session: session.0, from, to, now, expires_at };
    Ok(advance.execute(db).await? == 1)
}

/// The update of [`advance`]. It is the most frequent of all writes, and diesel's own updates are prepared anew each time.
struct Advance<'a> {
    account: Uuid,
    session: Uuid,
    from: &'a Turn,
    to: &'a Turn,
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

/// The sessions of an account, newest first, from the one before `before` on, and how many there are.
///
/// # Errors
/// Those of any query.
pub async fn list(
    db: &mut Connection,
    account: AccountId,
    now: DateTime<Utc>,
    before: Option<Uuid>,
    limit: i64,
) -> Result<(Vec<Session>, i64), Error> {
    let open = || sessions::table.filter(sessions::account_id.eq(account.0)).filter(sessions::expires_at.gt(now));
    let total = open().count().get_result(db).await?;
    let mut page = open().order(sessions::id.desc()).limit(limit).into_boxed();
    if let Some(before) = before {
        page = page.filter(sessions::id.lt(before));
    }
    Ok((page.select(Session::as_select()).load(db).await?, total))
}

/// Ends a session and revokes its tokens. Gives `false` where there is none.
///
/// # Errors
/// Those of any query.
pub async fn end(db: &mut Connection, account: AccountId, session: SessionId) -> Result<bool, Error> {
    let ended = diesel::delete(sessions::table.find((account.0, session.0))).execute(db).await?;
    if ended == 1 {
        revocations::revoke(db, &[session.0]).await?;
    }
    Ok(ended == 1)
}

/// Ends all sessions of an account but one, if one is named; gives which.
///
/// # Errors
/// Those of any query.
pub async fn end_all(db: &mut Connection, account: AccountId, but: Option<SessionId>) -> Result<Vec<SessionId>, Error> {
    let kept = but.map_or(Uuid::nil(), Into::into);
    let others = sessions::table.filter(sessions::account_id.eq(account.0)).filter(sessions::id.ne(kept));
    let ended: Vec<Uuid> = diesel::delete(others).returning(sessions::id).get_results(db).await?;
    revocations::revoke(db, &ended).await?;
    Ok(ended.into_iter().map(Into::into).collect())
}
