//! Mails on their way out: written in the transaction that they tell of, and sent after it.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use uuid::Uuid;

use crate::connection::Connection;
use crate::error::Error;
use crate::notifications::MAIL_CHANNEL;
use crate::schema::outbox;

/// A mail to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = outbox, check_for_backend(diesel::pg::Pg))]
pub struct Mail {
    /// Its key, by which one that was sent twice is known.
    pub id: Uuid,
    /// To whom.
    pub recipient: String,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub body: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// How often it was tried to send it.
    pub attempts: i32,
}

/// Adds a mail and tells whoever sends them.
///
/// # Errors
/// Those of any query.
pub async fn add(db: &mut Connection, mail: &Mail) -> Result<(), Error> {
    let row = (
        outbox::id.eq(mail.id),
        outbox::recipient.eq(&mail.recipient),
        outbox::subject.eq(&mail.subject),
        outbox::body.eq(&mail.body),
        outbox::created_at.eq(mail.created_at),
        outbox::due_at.eq(mail.created_at),
    );
    diesel::insert_into(outbox::table).values(row).execute(db).await?;
    diesel::sql_query(format!("notify {MAIL_CHANNEL}")).execute(db).await?;
    Ok(())
}

/// Takes up to `limit` mails that are due, oldest first; nobody else takes them before `until`.
///
/// # Errors
/// Those of any query.
pub async fn take(
    db: &mut Connection,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Mail>, Error> {
    db.transaction(async |db| {
        let due = outbox::table.filter(outbox::failed_at.is_null()).filter(outbox::due_at.le(now));
        let due = due.order(outbox::due_at).limit(limit).select(outbox::id).for_update().skip_locked();
        let due: Vec<Uuid> = due.load(db).await?;
        let changes = (outbox::due_at.eq(until), outbox::attempts.eq(outbox::attempts + 1));
        let taken = diesel::update(outbox::table.filter(outbox::id.eq_any(due))).set(changes);
        Ok(taken.returning(Mail::as_returning()).get_results(db).await?)
    })
    .await
}

/// Forgets a mail that was handed over.
///
/// # Errors
/// Those of any query.
pub async fn sent(db: &mut Connection, id: Uuid) -> Result<(), Error> {
    diesel::delete(outbox::table.find(id)).execute(db).await?;
    Ok(())
}

/// Puts a mail off, and notes why.
///
/// # Errors
/// Those of any query.
pub async fn put_off(db: &mut Connection, id: Uuid, due_at: DateTime<Utc>, error: &str) -> Result<(), Error> {
    let changes = (outbox::due_at.eq(due_at), outbox::error.eq(error));
    diesel::update(outbox::table.find(id)).set(changes).execute(db).await?;
    Ok(())
}

/// Gives a mail up, and notes why. What it said is not kept.
///
/// # Errors
/// Those of any query.
pub async fn give_up(db: &mut Connection, id: Uuid, now: DateTime<Utc>, error: &str) -> Result<(), Error> {
    let changes = (outbox::failed_at.eq(now), outbox::error.eq(error), outbox::body.eq(""));
    diesel::update(outbox::table.find(id)).set(changes).execute(db).await?;
    Ok(())
}
