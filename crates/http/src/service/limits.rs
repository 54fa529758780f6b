//! Rate limits. Each instance counts separately.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use peerpath_domain::people::account::EmailAddress;
use uuid::Uuid;

use super::network::{network, wide_network};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STATE: HeaderName = HeaderName::from_static("ratelimit");

/// Mails per hour to one address that can be caused without signing in.
const MAILS_AN_HOUR: NonZeroU32 = NonZeroU32::new(6).unwrap();

/// Mails per day that a person or an organization can send to others.
const MAILS_A_DAY: NonZeroU32 = NonZeroU32::new(50).unwrap();

/// A group of addresses has this many times the quota of one address.
const WIDE: NonZeroU32 = NonZeroU32::new(10).unwrap();

type Keyed<K> = RateLimiter<K, DefaultKeyedStateStore<K>, DefaultClock, StateInformationMiddleware>;

/// A rate limit with a separate quota for each key.
struct Limit<K: Hash + Eq + Clone> {
    keys: Keyed<K>,
    clock: DefaultClock,
    name: &'static str,
    policy: HeaderValue,
}

/// The remaining quota, for the headers of the response.
#[derive(Debug, Clone)]
pub struct QuotaState {
    name: &'static str,
    policy: HeaderValue,
    remaining: u32,
    reset: u64,
}

impl QuotaState {
    /// Seconds until the quota is full again. For an exhausted quota: seconds until the next request is allowed.
    pub const fn reset(&self) -> u64 {
        self.reset
    }

    /// Writes the rate limit headers (draft-ietf-httpapi-ratelimit-headers).
    pub fn write(self, headers: &mut HeaderMap) {
        let state = format!("\"{}\";r={};t={}", self.name, self.remaining, self.reset);
        // Digits and these letters are always valid in a header.
        headers.insert(STATE, HeaderValue::try_from(state).unwrap_or(HeaderValue::from_static("")));
        headers.insert(POLICY, self.policy);
    }
}

/// A quota is exhausted.
#[derive(Debug, Clone, thiserror::Error)]
#[error("too many {what}")]
pub struct Exceeded {
    /// The counted things, in the plural: `too many {what}`.
    pub what: &'static str,
    pub quota: QuotaState,
}

impl<K: Hash + Eq + Clone> Limit<K> {
    /// Allows at most `most` per period, and all of them in one burst.
    fn new(name: &'static str, most: NonZeroU32, period: Duration) -> Self {
        let each = period / most.get();
        let quota = Quota::with_period(each.max(Duration::from_nanos(1))).unwrap_or(Quota::per_second(most));
        let policy = format!("\"{name}\";q={most};w={}", period.as_secs());
        Self {
            keys: RateLimiter::keyed(quota.allow_burst(most)).with_middleware(),
            clock: DefaultClock::default(),
            name,
            policy: HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("")),
        }
    }

    /// Uses one unit of the quota of `key`.
    fn spend(&self, key: &K, what: &'static str) -> Result<QuotaState, Exceeded> {
        match self.keys.check_key(key) {
            Ok(state) => {
                let (remaining, quota) = (state.remaining_burst_capacity(), state.quota());
                let missing = quota.burst_size().get().saturating_sub(remaining);
                let reset = (quota.replenish_interval() * missing).as_secs_f64().ceil();
                Ok(QuotaState {
                    name: self.name,
                    policy: self.policy.clone(),
                    remaining,
                    reset: saturating_seconds(reset),
                })
            }
            Err(until) => {
                let wait = saturating_seconds(until.wait_time_from(self.clock.now()).as_secs_f64().ceil()).max(1);
                let quota = QuotaState { name: self.name, policy: self.policy.clone(), remaining: 0, reset: wait };
                Err(Exceeded { what, quota })
            }
        }
    }

    fn forget(&self) {
        self.keys.retain_recent();
        self.keys.shrink_to_fit();
    }
}

#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the conversion saturates, as intended"
)]
const fn saturating_seconds(seconds: f64) -> u64 {
    seconds as u64
}

/// The configured quotas.
#[derive(Debug, Clone, Copy)]
pub struct Quotas {
    /// Requests per minute of a client, a person, or an address without a token.
    pub requests_per_minute: NonZeroU32,
    /// Attempts per minute of an address to sign in, sign up or reset a password.
    pub attempts_per_minute: NonZeroU32,
    /// Attempts per hour to sign in to one account from one address.
    pub account_attempts_per_hour: NonZeroU32,
}

/// The rate limits of this instance.
pub struct Limits {
    by_key: Limit<Uuid>,
    by_address: Limit<IpAddr>,
    attempts: Limit<IpAddr>,
    wide_attempts: Limit<IpAddr>,
    account_attempts: Limit<u64>,
    all_account_attempts: Limit<u64>,
    mails: Limit<u64>,
    mails_by: Limit<u64>,
}

impl Limits {
    pub fn new(quotas: Quotas) -> Self {
        const MINUTE: Duration = Duration::from_mins(1);
        const HOUR: Duration = Duration::from_hours(1);
        Self {
            by_key: Limit::new("requests", quotas.requests_per_minute, MINUTE),
            by_address: Limit::new("requests", quotas.requests_per_minute, MINUTE),
            attempts: Limit::new("attempts", quotas.attempts_per_minute, MINUTE),
            wide_attempts: Limit::new("attempts", quotas.attempts_per_minute.saturating_mul(WIDE), MINUTE),
            account_attempts: Limit::new("account-attempts", quotas.account_attempts_per_hour, HOUR),
            all_account_attempts: Limit::new(
                "account-attempts",
                quotas.account_attempts_per_hour.saturating_mul(WIDE),
                HOUR,
            ),
            mails: Limit::new("mails", MAILS_AN_HOUR, HOUR),
            mails_by: Limit::new("mails", MAILS_A_DAY, HOUR * 24),
        }
    }

    /// Counts a request of a client or a person.
    pub fn spend_by_key(&self, key: Uuid) -> Result<QuotaState, Exceeded> {
        self.by_key.spend(&key, "requests")
    }

    /// Counts a request without a token from an address.
    pub fn spend_by_address(&self, address: IpAddr) -> Result<QuotaState, Exceeded> {
        self.by_address.spend(&network(address), "requests without a token from this address")
    }

    /// Counts an attempt from an address to sign in, sign up or reset a password.
    pub fn attempt_from(&self, address: IpAddr) -> Result<(), Exceeded> {
        let what = "attempts from this address";
        self.attempts.spend(&network(address), what)?;
        // One customer can have thousands of IPv6 networks.
        if address.is_ipv6() {
            self.wide_attempts.spend(&wide_network(address), what)?;
        }
        Ok(())
    }

    /// Counts an attempt on an account, whether or not the account exists. Each address has a small quota, so that
    /// nobody can lock the owner out from elsewhere. All addresses together share a larger quota.
    pub fn attempt_on(&self, account: impl Hash, address: IpAddr) -> Result<(), Exceeded> {
        let what = "attempts on this account";
        self.account_attempts.spend(&hash((&account, network(address))), what)?;
        self.all_account_attempts.spend(&hash(account), what).map(|_| ())
    }

    /// Counts a mail to an address, for mails that other people can cause.
    pub fn mail_to(&self, sort: &'static str, address: &EmailAddress) -> Result<(), Exceeded> {
        self.mails.spend(&hash((sort, address.key())), "mails to this address").map(|_| ())
    }

    /// Counts a mail from a person or an organization to somebody else.
    pub fn mail_by(&self, sender: Uuid) -> Result<(), Exceeded> {
        self.mails_by.spend(&hash(sender), "mails to other people").map(|_| ())
    }

    /// Forgets keys whose quota is full again.
    pub fn forget(&self) {
        self.by_key.forget();
        self.by_address.forget();
        self.attempts.forget();
        self.wide_attempts.forget();
        self.account_attempts.forget();
        self.all_account_attempts.forget();
        self.mails.forget();
        self.mails_by.forget();
    }
}

fn hash(key: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_is_exhausted_for_one_key_only() {
        let limit = Limit::new("requests", NonZeroU32::new(3).unwrap(), Duration::from_mins(1));
        let quota = limit.spend(&1, "requests").unwrap();
        assert_eq!((quota.remaining, quota.reset), (2, 20));
        limit.spend(&1, "requests").unwrap();
        assert_eq!(limit.spend(&1, "requests").unwrap().remaining, 0);
        assert!(limit.spend(&1, "requests").is_err());
        assert!(limit.spend(&2, "requests").is_ok(), "each key has its own quota");
        let mut headers = HeaderMap::new();
        quota.write(&mut headers);
        assert_eq!(headers.get(STATE).unwrap(), "\"requests\";r=2;t=20");
        assert_eq!(headers.get(POLICY).unwrap(), "\"requests\";q=3;w=60");
    }
}
