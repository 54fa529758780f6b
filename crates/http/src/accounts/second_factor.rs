//! The second factor: codes of an authenticator app (RFC 6238), and recovery codes for those who lost it.

use actix_web::{HttpResponse, post, put};
use chrono::{DateTime, Utc};
use peerpath_domain::people::key::AccountId;
use peerpath_persistence::accounts::Account;
use peerpath_persistence::second_factors::{self, SecondFactor};
use peerpath_persistence::{Connection, sessions};
use serde::{Deserialize, Serialize};
use totp_rs::{Algorithm, Builder, Secret, Totp};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::me::CurrentPassword;
use super::sessions::wrong;
use super::{own, reauthenticated, unchanged};
use crate::access::{OwnAccount, Permit};
use crate::answers;
use crate::input::{Draft, Faults, Json};
use crate::mail::Letter;
use crate::problem::Problem;
use crate::sealing::SealingKeys;
use crate::secret::{NoRandomness, digest, random};

/// How many recovery codes there are at first.
const RECOVERY_CODES: usize = 10;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config.service(propose_second_factor).service(confirm_second_factor).service(remove_second_factor);
    config.service(create_recovery_codes);
}

fn place(account: AccountId) -> String {
    format!("second factor of {account}")
}

/// The codes of a secret, as every authenticator app makes them.
fn codes(secret: &[u8], address: &str) -> Result<Totp, Problem> {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(Secret::from(secret))
        .with_account_name(address)
        .with_issuer(Some("PeerPath"))
        .build()
        .map_err(|error| Problem::internal(format_args!("{error:?}")))
}

/// Accepts the code of somebody who signs in, and uses it up; where their account has no second factor, none is needed.
///
/// The account is locked.
pub(super) async fn accept(
    db: &mut Connection,
    account: &Account,
    code: Option<&str>,
    sealing: &SealingKeys,
    issuer: &str,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let found = second_factors::find(db, account.id).await?;
    let Some(factor) = found.filter(|factor| factor.confirmed_at.is_some()) else { return Ok(()) };
    let code = code.ok_or_else(Problem::second_factor_required)?.trim();
    if code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()) {
        let step = step(&factor, sealing, account.id, code, now)?.ok_or_else(wrong)?;
        return if second_factors::accept(db, account.id, step, now).await? { Ok(()) } else { Err(wrong()) };
    }
    if !second_factors::take_recovery_code(db, account.id, &recovery_digest(code)).await? {
        return Err(wrong());
    }
    let left = second_factors::recovery_codes_left(db, account.id).await?;
    Ok(Letter::recovery_code_used(issuer, left).send(db, &account.email, now).await?)
}

/// The step of time that a code is of, if it is one of now or a moment ago.
fn step(
    factor: &SecondFactor,
    sealing: &SealingKeys,
    account: AccountId,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Option<i64>, Problem> {
    let secret = sealing.open(&place(account), &factor.secret).map_err(Problem::internal)?;
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    Ok(codes(&secret, "account")?.check(code, seconds).and_then(|step| i64::try_from(step).ok()))
}

/// A secret for an authenticator app.
#[derive(Serialize, ToSchema)]
struct ProposedSecondFactor {
    /// The secret, in base32, to be typed.
    secret: String,
    /// The same as an address, to be shown as a QR code.
    #[schema(format = "uri")]
    otpauth_url: String,
}

/// Begin to set up a second factor
///
/// Gives a secret for an authenticator app. It is asked for only once a code of it was shown.
#[utoipa::path(
    tag = "account",
    request_body = CurrentPassword,
    responses(
        (status = OK, description = "The secret; it is not shown again", body = ProposedSecondFactor),
        (status = CONFLICT, description = "There is one in use (`/problems/conflict`)"),
    ),
    security(("session" = ["account"]))
)]
#[post("/me/second-factor")]
async fn propose_second_factor(me: Permit<OwnAccount, Json<CurrentPassword>>) -> Result<HttpResponse, Problem> {
    let account = reauthenticated(&me, &me.input.0).await?;
    let secret = random::<20>()?;
    let sealed = me.service.sealing.seal(&place(account.id), &secret).map_err(Problem::internal)?;
    let address = account.email.clone();
    me.write(async move |db| {
        unchanged(db, &account).await?;
        if !second_factors::propose(db, account.id, &sealed).await? {
            return Err(Problem::conflict("the account has a second factor; remove it first"));
        }
        Ok(())
    })
    .await?;
    let otpauth_url =
        codes(&secret, &address)?.to_url().map_err(|error| Problem::internal(format_args!("{error:?}")))?;
    answers::private(&ProposedSecondFactor { secret: Secret::from(secret.as_slice()).to_base32(), otpauth_url })
}

/// A code of the authenticator app.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CodeDraft {
    /// The six digits that it shows.
    #[schema(pattern = "^[0-9]{6}$", examples("123456"))]
    code: String,
}

impl Draft for CodeDraft {
    type Checked = String;

    fn check(self, faults: &mut Faults) -> Option<String> {
        let digits = self.code.len() == 6 && self.code.bytes().all(|byte| byte.is_ascii_digit());
        faults.take("/code", if digits { Ok(self.code) } else { Err("must be six digits") })
    }
}

/// Codes for those who lost their authenticator app.
#[derive(Serialize, ToSchema)]
struct RecoveryCodes {
    /// Each is good for signing in once. They are not shown again.
    #[schema(examples(json!(["abcd-efgh-ijkl-mnop"])))]
    recovery_codes: Vec<String>,
}

/// Confirm the second factor
///
/// With a code of the app. From then on, signing in takes one. Other sessions end.
#[utoipa::path(
    tag = "account",
    request_body = CodeDraft,
    responses(
        (status = OK, description = "The recovery codes; they are not shown again", body = RecoveryCodes),
        (status = CONFLICT, description = "There is none to be confirmed (`/problems/conflict`)"),
    ),
    security(("session" = ["account"]))
)]
#[put("/me/second-factor")]
async fn confirm_second_factor(me: Permit<OwnAccount, Json<CodeDraft>>) -> Result<HttpResponse, Problem> {
    me.service.limits.attempt_on(me.account, me.origin.address)?;
    let account = own(&me).await?;
    let (shown, digests) = new_recovery_codes()?;
    let event = me.event("account.add_second_factor").about(account.id);
    let (now, session, issuer) = (me.now, me.session, me.service.tokens.issuer().to_owned());
    let (code, sealing) = (me.input.0.clone(), me.service.sealing.clone());
    me.write(async move |db| {
        unchanged(db, &account).await?;
        let open = second_factors::find(db, account.id).await?.filter(|factor| factor.confirmed_at.is_none());
        let none = || Problem::conflict("there is no second factor to be confirmed; begin to set one up");
        let step = step(&open.ok_or_else(none)?, &sealing, account.id, &code, now)?;
        let wrong = || Problem::invalid_at("/code", "is not what the app shows just now");
        if !second_factors::accept(db, account.id, step.ok_or_else(wrong)?, now).await? {
            return Err(wrong());
        }
        second_factors::set_recovery_codes(db, account.id, digests).await?;
        sessions::end_all(db, account.id, Some(session)).await?;
        event.record(db).await?;
        Ok(Letter::second_factor(&issuer, true).send(db, &account.email, now).await?)
    })
    .await?;
    answers::private(&RecoveryCodes { recovery_codes: shown })
}

/// Remove the second factor
#[utoipa::path(
    tag = "account",
    request_body = CurrentPassword,
    responses((status = NO_CONTENT, description = "It is gone, if there was one")),
    security(("session" = ["account"]))
)]
#[post("/me/second-factor/removal")]
async fn remove_second_factor(me: Permit<OwnAccount, Json<CurrentPassword>>) -> Result<HttpResponse, Problem> {
    let account = reauthenticated(&me, &me.input.0).await?;
    let event = me.event("account.remove_second_factor").about(account.id);
    let (now, issuer) = (me.now, me.service.tokens.issuer().to_owned());
    me.write(async move |db| {
        unchanged(db, &account).await?;
        if !second_factors::remove(db, account.id).await? {
            return Ok(());
        }
        event.record(db).await?;
        Ok(Letter::second_factor(&issuer, false).send(db, &account.email, now).await?)
    })
    .await?;
    Ok(answers::done())
}

/// Make new recovery codes
///
/// Those that were made before are good for nothing any more.
#[utoipa::path(
    tag = "account",
    request_body = CurrentPassword,
    responses(
        (status = OK, description = "The recovery codes; they are not shown again", body = RecoveryCodes),
        (status = CONFLICT, description = "There is no second factor (`/problems/conflict`)"),
    ),
    security(("session" = ["account"]))
)]
#[post("/me/recovery-codes")]
async fn create_recovery_codes(me: Permit<OwnAccount, Json<CurrentPassword>>) -> Result<HttpResponse, Problem> {
    let account = reauthenticated(&me, &me.input.0).await?;
    let (shown, digests) = new_recovery_codes()?;
    let event = me.event("account.renew_recovery_codes").about(account.id);
    me.write(async move |db| {
        unchanged(db, &account).await?;
        let found = second_factors::find(db, account.id).await?;
        if found.is_none_or(|factor| factor.confirmed_at.is_none()) {
            return Err(Problem::conflict("the account has no second factor"));
        }
        second_factors::set_recovery_codes(db, account.id, digests).await?;
        Ok(event.record(db).await?)
    })
    .await?;
    answers::private(&RecoveryCodes { recovery_codes: shown })
}

/// New recovery codes, and what is stored of them: 80 random bits each, in letters that are easy to copy.
fn new_recovery_codes() -> Result<(Vec<String>, Vec<Vec<u8>>), NoRandomness> {
    let codes = (0..RECOVERY_CODES).map(|_| {
        let text = Secret::from(random::<10>()?.as_slice()).to_base32().to_lowercase();
        let groups: Vec<&str> = (0..4).filter_map(|group| text.get(group * 4..group * 4 + 4)).collect();
        Ok(groups.join("-"))
    });
    let codes: Vec<String> = codes.collect::<Result<_, NoRandomness>>()?;
    let digests = codes.iter().map(|code| recovery_digest(code)).collect();
    Ok((codes, digests))
}

fn recovery_digest(code: &str) -> Vec<u8> {
    let plain: String = code.chars().filter(char::is_ascii_alphanumeric).flat_map(char::to_lowercase).collect();
    digest(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_is_the_same_however_it_is_typed() {
        let (codes, digests) = new_recovery_codes().unwrap();
        assert_eq!(codes.len(), RECOVERY_CODES);
        assert!(codes.iter().all(|code| code.len() == 19), "{codes:?}");
        let typed = codes[0].to_uppercase().replace('-', " ");
        assert_eq!(recovery_digest(&typed), digests[0]);
        assert_ne!(digests[0], digests[1]);
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B, of which apps show the last six digits.
        let totp = codes(b"12345678901234567890", "ada@example.org").unwrap();
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert!(totp.check(code, seconds).is_some(), "{seconds}");
        }
        assert!(totp.to_url().unwrap().starts_with("otpauth://totp/PeerPath:ada"));
        assert_eq!(totp.check("287082", 59 + 90), None, "a minute and a half later");
    }
}
