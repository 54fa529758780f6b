//! Deleting expired rows. Every query ignores them already.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::connection::Connection;
use crate::error::Error;
use crate::schema::{
    client_secrets, idempotency_keys, invitations, mail_tokens, outbox, revocations, sessions, sign_ups, signing_keys,
};

/// How long a request can be repeated under its idempotency key.
const REPEATABLE: TimeDelta = TimeDelta::hours(24);

/// How long revocations are kept: longer than an access token is valid.
const REVOKED: TimeDelta = TimeDelta::hours(3);

/// How long undeliverable mails are kept, for operators to look into.
const FAILED: TimeDelta = TimeDelta::days(30);

/// Deletes expired rows, and returns how many.
pub async fn delete_expired(db: &mut Connection, now: DateTime<Utc>) -> Result<usize, Error> {
    let repeatable = idempotency_keys::created_at.le(now - REPEATABLE);
    let rows = [
        diesel::delete(sign_ups::table.filter(sign_ups::expires_at.le(now))).execute(db).await,
        diesel::delete(mail_tokens::table.filter(mail_tokens::expires_at.le(now))).execute(db).await,
        diesel::delete(sessions::table.filter(sessions::expires_at.le(now))).execute(db).await,
        diesel::delete(invitations::table.filter(invitations::expires_at.le(now))).execute(db).await,
        diesel::delete(client_secrets::table.filter(client_secrets::expires_at.le(now))).execute(db).await,
        diesel::delete(revocations::table.filter(revocations::revoked_at.le(now - REVOKED))).execute(db).await,
        diesel::delete(idempotency_keys::table.filter(repeatable)).execute(db).await,
        diesel::delete(outbox::table.filter(outbox::failed_at.le(now - FAILED))).execute(db).await,
        diesel::delete(signing_keys::table.filter(signing_keys::accepted_until.le(now))).execute(db).await,
    ];
    // A failed deletion does not prevent the others.
    rows.into_iter().try_fold(0, |sum, rows| Ok(sum + rows?))
}
