//! The second factor: codes of an authenticator app (RFC 6238), and recovery codes in case the app is lost.

use chrono::{DateTime, Utc};
use peerpath_domain::people::audit::Action;
use peerpath_domain::people::key::AccountId;
use peerpath_persistence::accounts::Account;
use peerpath_persistence::second_factors::{self, SecondFactor};
use peerpath_persistence::{Connection, sessions};
use serde::{Deserialize, Serialize};
use totp_rs::{Algorithm, Builder, Secret, Totp};
use utoipa::ToSchema;

use super::seen_account::{CurrentPassword, own, reauthenticated};
use super::wrong_credentials;
use crate::service::Service;
use crate::service::mail::Message;
use crate::service::sealing::SealingKeys;
use crate::service::secret::{NoRandomness, digest, random};
use crate::web::{Body, Draft, Endpoints, Faults, Json, NoContent, OwnAccount, Permit, Problem, endpoints};

/// Number of recovery codes in a set.
const RECOVERY_CODES: usize = 10;

pub(super) fn configure(endpoints: &mut Endpoints) {
    endpoints!(endpoints: propose_second_factor, confirm_second_factor, remove_second_factor, create_recovery_codes);
}

/// The place that the secret is sealed for.
fn place(account: AccountId) -> String {
    format!("second factor of {account}")
}

/// Generates the codes of a secret, as authenticator apps do.
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

fn is_code(text: &str) -> bool {
    text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The second factor of an account, if it was confirmed.
pub(super) async fn in_use(
    db: &mut Connection,
    account: AccountId,
) -> Result<Option<SecondFactor>, peerpath_persistence::Error> {
    Ok(second_factors::find(db, account).await?.filter(|factor| factor.confirmed_at.is_some()))
}

/// Checks the code of a sign-in and uses it up. Without a second factor, no code is needed. The account must be locked.
pub(super) async fn accept(
    db: &mut Connection,
    account: &Account,
    code: Option<&str>,
    service: &Service,
    now: DateTime<Utc>,
) -> Result<(), Problem> {
    let Some(factor) = in_use(db, account.id).await? else { return Ok(()) };
    let code = code.ok_or_else(Problem::second_factor_required)?.trim();
    if is_code(code) {
        let step = step(&factor, &service.sealing, account.id, code, now)?.ok_or_else(wrong_credentials)?;
        let fresh = second_factors::accept(db, account.id, step, now).await?;
        return if fresh { Ok(()) } else { Err(wrong_credentials()) };
    }
    if !second_factors::take_recovery_code(db, account.id, &recovery_digest(code)).await? {
        return Err(wrong_credentials());
    }
    let left = second_factors::recovery_codes_left(db, account.id).await?;
    Ok(Message::recovery_code_used(service.tokens.issuer(), left).send(db, &account.email, now).await?)
}

/// The time step of a code, if the code is valid now or was a moment ago.
fn step(
    factor: &SecondFactor,
    sealing: &SealingKeys,
    account: AccountId,
    code: &str,
    now: DateTime<Utc>,
) -> Result<Option<i64>, Problem> {
    let secret = sealing.open(&place(account), &factor.secret)?;
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    Ok(codes(&secret, "account")?.check(code, seconds).and_then(|step| i64::try_from(step).ok()))
}

/// A secret for an authenticator app. The service shows it only once.
#[derive(Serialize, ToSchema)]
struct ProposedSecondFactor {
    /// The secret in base32, for typing.
    secret: String,
    /// The secret as a URL, for a QR code.
    #[schema(format = "uri")]
    otpauth_url: String,
}

/// Set up a second factor
///
/// Returns a secret for an authenticator app. Confirm the second factor with a code from the app to activate it.
#[utoipa::path(
    post,
    path = "/me/second-factor",
    tag = "account",
    responses((status = CONFLICT, description = "The account has a second factor (`/problems/conflict`)"))
)]
async fn propose_second_factor(
    me: Permit<OwnAccount, Body<CurrentPassword>>,
) -> Result<Json<ProposedSecondFactor>, Problem> {
    let Permit { context: me, input: Body(CurrentPassword { current_password }) } = me;
    let account = reauthenticated(&me, &current_password).await?;
    let secret = random::<20>()?;
    let sealed = me.service.sealing.seal(&place(me.account), &secret)?;
    let proposed = me.unaudited(async move |tx, _| {
        let account = account.lock(tx).await?;
        if second_factors::propose(tx, account.id, &sealed).await? {
            return Ok(account.email);
        }
        Err(Problem::conflict("The account has a second factor; remove it first"))
    });
    let otpauth_url = codes(&secret, &proposed.await?)?.to_url();
    let otpauth_url = otpauth_url.map_err(|error| Problem::internal(format_args!("{error:?}")))?;
    Ok(Json(ProposedSecondFactor { secret: Secret::from(secret.as_slice()).to_base32(), otpauth_url }))
}

/// A code from the authenticator app.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SecondFactorCode {
    /// The six digits that the app shows.
    #[schema(pattern = "^[0-9]{6}$", examples("123456"))]
    code: String,
}

impl Draft for SecondFactorCode {
    type Checked = String;

    fn check(self, faults: &mut Faults) -> Option<String> {
        faults.take("/code", if is_code(&self.code) { Ok(self.code) } else { Err("must be six digits") })
    }
}

/// Recovery codes, for signing in without the authenticator app. The service shows them only once.
#[derive(Serialize, ToSchema)]
struct RecoveryCodes {
    /// The codes. Each works once.
    #[schema(examples(json!(["abcd-efgh-ijkl-mnop"])))]
    recovery_codes: Vec<String>,
}

/// Confirm the second factor
///
/// Takes a code from the app. From then on, signing in requires a code. Ends all other sessions.
#[utoipa::path(
    put,
    path = "/me/second-factor",
    tag = "account",
    responses((status = CONFLICT, description = "There is no second factor to confirm (`/problems/conflict`)"))
)]
async fn confirm_second_factor(me: Permit<OwnAccount, Body<SecondFactorCode>>) -> Result<Json<RecoveryCodes>, Problem> {
    let Permit { context: me, input: Body(code) } = me;
    me.service.limits.attempt_on(me.account, me.origin.address)?;
    let account = own(&me).await?;
    me.transaction(Action::AccountAddSecondFactor, async move |tx, me| {
        let account = account.lock(tx).await?;
        let open = second_factors::find(tx, account.id).await?.filter(|factor| factor.confirmed_at.is_none());
        let none = || Problem::conflict("There is no second factor to confirm; set one up first");
        let step = step(&open.ok_or_else(none)?, &me.service.sealing, account.id, &code, me.now)?;
        let wrong = || Problem::invalid_at("/code", "is not the code that the app shows now");
        if !second_factors::accept(tx, account.id, step.ok_or_else(wrong)?, me.now).await? {
            return Err(wrong());
        }
        let (recovery_codes, digests) = new_recovery_codes()?;
        second_factors::set_recovery_codes(tx, account.id, digests).await?;
        sessions::end_all(tx, account.id, Some(me.session)).await?;
        Message::second_factor(me.service.tokens.issuer(), true).send(tx, &account.email, me.now).await?;
        Ok(Json(RecoveryCodes { recovery_codes }))
    })
    .await
}

/// Remove the second factor
///
/// Also removes the recovery codes. Does nothing without a second factor.
#[utoipa::path(post, path = "/me/second-factor/removal", tag = "account")]
async fn remove_second_factor(me: Permit<OwnAccount, Body<CurrentPassword>>) -> Result<NoContent, Problem> {
    let Permit { context: me, input: Body(CurrentPassword { current_password }) } = me;
    let account = reauthenticated(&me, &current_password).await?;
    me.transaction(Action::AccountRemoveSecondFactor, async move |tx, me| {
        let account = account.lock(tx).await?;
        if second_factors::remove(tx, account.id).await? {
            Message::second_factor(me.service.tokens.issuer(), false).send(tx, &account.email, me.now).await?;
        } else {
            tx.nothing_changed();
        }
        Ok(NoContent)
    })
    .await
}

/// Create new recovery codes
///
/// Invalidates the earlier ones.
#[utoipa::path(
    post,
    path = "/me/recovery-codes",
    tag = "account",
    responses((status = CONFLICT, description = "The account has no second factor (`/problems/conflict`)"))
)]
async fn create_recovery_codes(me: Permit<OwnAccount, Body<CurrentPassword>>) -> Result<Json<RecoveryCodes>, Problem> {
    let Permit { context: me, input: Body(CurrentPassword { current_password }) } = me;
    let account = reauthenticated(&me, &current_password).await?;
    me.transaction(Action::AccountRenewRecoveryCodes, async move |tx, _| {
        let account = account.lock(tx).await?;
        if in_use(tx, account.id).await?.is_none() {
            return Err(Problem::conflict("The account has no second factor"));
        }
        let (recovery_codes, digests) = new_recovery_codes()?;
        second_factors::set_recovery_codes(tx, account.id, digests).await?;
        Ok(Json(RecoveryCodes { recovery_codes }))
    })
    .await
}

/// New recovery codes and their digests: 80 random bits each, in letters that are easy to copy.
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
    fn codes_match_the_rfc() {
        // RFC 6238, appendix B, of which apps show the last six digits.
        let totp = codes(b"12345678901234567890", "ada@example.org").unwrap();
        for (seconds, code) in [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")] {
            assert!(totp.check(code, seconds).is_some(), "{seconds}");
        }
        assert!(totp.to_url().unwrap().starts_with("otpauth://totp/PeerPath:ada"));
        assert_eq!(totp.check("287082", 59 + 90), None, "a minute and a half later");
    }
}
