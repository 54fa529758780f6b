//! Mails to be sent. A mail is written in the transaction that causes it, and sent afterwards.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use uuid::Uuid;

use crate::connection::Connection;
use crate::error::Error;
use crate::notifications::{Change, notify};
use crate::schema::outbox;

/// A mail to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = outbox, check_for_backend(diesel::pg::Pg))]
pub struct Mail {
    /// Part of the `Message-ID`, which shows when a mail was sent twice.
    pub id: Uuid,
    pub recipient: String,
    pub subject: String,
    pub body: String,
    pub created_at: DateTime<Utc>,
    /// How often sending was tried.
    pub attempts: i32,
}

/// Adds a mail, and notifies the instances that send mails.
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
    notify(db, Change::Mail).await
}

/// Takes up to `limit` mails that are due, oldest first, in a transaction of its own. Nobody else takes them before `until`.
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

/// Deletes a mail that was sent.
pub async fn sent(db: &mut Connection, id: Uuid) -> Result<(), Error> {
    diesel::delete(outbox::table.find(id)).execute(db).await?;
    Ok(())
}

/// Puts a mail off, with the reason.
pub async fn put_off(db: &mut Connection, id: Uuid, due_at: DateTime<Utc>, error: &str) -> Result<(), Error> {
    let changes = (outbox::due_at.eq(due_at), outbox::error.eq(error));
    diesel::update(outbox::table.find(id)).set(changes).execute(db).await?;
    Ok(())
}

/// Gives a mail up, with the reason. Its body is not kept.
pub async fn give_up(db: &mut Connection, id: Uuid, now: DateTime<Utc>, error: &str) -> Result<(), Error> {
    let changes = (outbox::failed_at.eq(now), outbox::error.eq(error), outbox::body.eq(""));
    diesel::update(outbox::table.find(id)).set(changes).execute(db).await?;
    Ok(())
}
