//! Hashing passwords: slow on purpose, so it runs off the worker threads, a few at a time.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use peerpath_domain::people::password::{Password, WeakPassword};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// Why a password was not hashed.
#[derive(Debug, thiserror::Error)]
pub enum HashingError {
    /// The queue is full.
    #[error("too many are signing in just now")]
    Busy,
    /// A chosen password is weak.
    #[error(transparent)]
    Weak(#[from] WeakPassword),
    /// A stored hash cannot be read, or hashing failed.
    #[error("hashing failed: {0}")]
    Failed(String),
}

impl HashingError {
    fn failed(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Memory of one hash, in KiB.
///
/// This, [`PASSES`] and [`LANES`] are the minimum of OWASP's Password Storage Cheat Sheet for Argon2id: 19 MiB, 2, 1.
/// After a raise, a password is hashed anew when its owner next signs in.
const MEMORY_KIB: u32 = 19_456;

/// Passes over the memory.
const PASSES: u32 = 2;

/// Degree of parallelism.
const LANES: u32 = 1;

/// Hashes and verifies passwords.
pub struct Hasher {
    argon: Argon,
    /// How many are hashed at once.
    threads: Arc<Semaphore>,
    /// How many are hashed or wait.
    places: Arc<Semaphore>,
    /// The hash that is verified when there is no account, so that the answer takes as long.
    nobodys: String,
}

/// Outcome of checking a password.
#[derive(Debug)]
pub struct Verified {
    /// Whether it is the right one.
    pub right: bool,
    /// The hash to store from now on, when the password is right and its hash is cheaper than today's.
    pub rehashed: Option<String>,
}

impl Hasher {
    /// Hashes on `threads` threads, and lets `queue` more passwords wait.
    pub fn new(threads: usize, queue: usize) -> Result<Self, argon2::password_hash::Error> {
        let argon = Argon::new(Params::new(MEMORY_KIB, PASSES, LANES, None)?);
        let nobodys = argon.today.hash_password(b"the password that nobody has")?.to_string();
        let (threads, places) = (Semaphore::new(threads), Semaphore::new(threads + queue));
        Ok(Self { argon, threads: Arc::new(threads), places: Arc::new(places), nobodys })
    }

    /// Hashes a password.
    #[cfg(test)]
    async fn hash(&self, password: Password) -> Result<String, HashingError> {
        self.run(move |argon| argon.hash(&password)).await?
    }

    /// Hashes a password that somebody chose, unless it is weak; `about` is what is known of them.
    pub async fn hash_chosen(&self, chosen: String, about: Vec<String>) -> Result<String, HashingError> {
        let hashed = self.run(move |argon| {
            let about: Vec<&str> = about.iter().map(String::as_str).collect();
            argon.hash(&Password::chosen(&chosen, &about)?)
        });
        hashed.await?
    }

    /// Checks a password against a stored hash; `None`: there is no account.
    ///
    /// A wrong password costs the same whether there is no account, one with a hash of today, or one with a cheaper hash.
    pub async fn verify(&self, typed: Password, known: Option<String>) -> Result<Verified, HashingError> {
        let (real, known) = (known.is_some(), known.unwrap_or_else(|| self.nobodys.clone()));
        let verified = self.run(move |argon| {
            let stored = PasswordHash::new(&known).map_err(HashingError::failed)?;
            let params = Params::try_from(&stored).map_err(HashingError::failed)?;
            let right = argon.verify(&typed, &stored, &params) && real;
            let rehashed = if !right {
                argon.spend_the_rest(&typed, &params)?;
                None
            } else if is_cheaper(&params, argon.today.params()) {
                Some(argon.hash(&typed)?)
            } else {
                None
            };
            Ok(Verified { right, rehashed })
        });
        verified.await?
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce(&Argon) -> T + Send + 'static) -> Result<T, HashingError> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| HashingError::Busy)?;
        let thread = Arc::clone(&self.threads).acquire_owned().await.map_err(HashingError::failed)?;
        let argon = self.argon.clone();
        // Whoever hangs up meanwhile keeps their place until the work is done.
        let done = spawn_blocking(move || {
            let done = work(&argon);
            drop((thread, place));
            done
        });
        done.await.map_err(HashingError::failed)
    }
}

/// Argon2id with the parameters of today.
#[derive(Clone)]
struct Argon {
    today: Argon2<'static>,
    /// What all hashes have cost so far: see [`cost`].
    #[cfg(test)]
    spent: Arc<std::sync::atomic::AtomicU64>,
}

impl Argon {
    fn new(params: Params) -> Self {
        Self {
            today: argon2(params),
            #[cfg(test)]
            spent: Arc::default(),
        }
    }

    fn hash(&self, password: &Password) -> Result<String, HashingError> {
        self.count(self.today.params());
        Ok(self.today.hash_password(password.as_bytes()).map_err(HashingError::failed)?.to_string())
    }

    fn verify(&self, password: &Password, stored: &PasswordHash, params: &Params) -> bool {
        self.count(params);
        self.today.verify_password(password.as_bytes(), stored).is_ok()
    }

    /// Spends what a hash of today costs more than one with `params`.
    fn spend_the_rest(&self, password: &Password, params: &Params) -> Result<(), HashingError> {
        let rest = cost(self.today.params()).saturating_sub(cost(params)) / u64::from(PASSES);
        // Argon2 takes no less than 8 KiB; a rest below that is nothing that can be measured.
        let rest = u32::try_from(rest).ok().and_then(|memory| Params::new(memory, PASSES, LANES, None).ok());
        let Some(rest) = rest else { return Ok(()) };
        self.count(&rest);
        argon2(rest).hash_password_into(password.as_bytes(), &[0; 16], &mut [0; 32]).map_err(HashingError::failed)
    }

    #[cfg(test)]
    fn count(&self, params: &Params) {
        self.spent.fetch_add(cost(params), std::sync::atomic::Ordering::Relaxed);
    }

    #[cfg(not(test))]
    #[expect(clippy::unused_self, reason = "only tests count")]
    const fn count(&self, _: &Params) {}
}

fn argon2(params: Params) -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// What a hash costs: the KiB that it fills, in all passes.
fn cost(params: &Params) -> u64 {
    u64::from(params.m_cost()) * u64::from(params.t_cost())
}

/// Whether hashes with these parameters are made more cheaply than those with the others.
fn is_cheaper(old: &Params, new: &Params) -> bool {
    old.m_cost() < new.m_cost() || old.t_cost() < new.t_cost()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str) -> Password {
        Password::typed(text)
    }

    #[actix_web::test]
    async fn the_right_password_is_told_from_the_wrong_one() {
        let hasher = Hasher::new(1, 8).unwrap();
        let hash = hasher.hash(typed("correct horse battery staple")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        for (password, known, right) in [
            ("correct horse battery staple", Some(hash.clone()), true),
            ("Correct horse battery staple", Some(hash.clone()), false),
            ("the password that nobody has", None, false),
        ] {
            let verified = hasher.verify(typed(password), known).await.unwrap();
            assert_eq!((verified.right, verified.rehashed), (right, None), "{password}");
        }
    }

    #[actix_web::test]
    async fn a_hash_that_was_made_cheaply_is_replaced() {
        let old = argon2(Params::new(1024, 1, 1, None).unwrap())
            .hash_password(b"correct horse battery staple")
            .unwrap()
            .to_string();
        let hasher = Hasher::new(1, 8).unwrap();
        let verified = hasher.verify(typed("correct horse battery staple"), Some(old.clone())).await.unwrap();
        let new = verified.rehashed.unwrap();
        assert!(verified.right && new.contains("m=19456,t=2"), "{new}");
        assert!(hasher.verify(typed("correct horse battery staple"), Some(new)).await.unwrap().right);
        let wrong = hasher.verify(typed("wrong"), Some(old)).await.unwrap();
        assert!(!wrong.right && wrong.rehashed.is_none());
    }

    #[actix_web::test]
    async fn a_wrong_password_costs_the_same_whatever_hash_there_is() {
        let hasher = Hasher::new(1, 8).unwrap();
        let hash = |memory, passes| {
            let argon2 = argon2(Params::new(memory, passes, 1, None).unwrap());
            argon2.hash_password(b"correct horse battery staple").unwrap().to_string()
        };
        for known in [None, Some(hash(MEMORY_KIB, PASSES)), Some(hash(1024, 1)), Some(hash(MEMORY_KIB, 1))] {
            let before = hasher.argon.spent.load(std::sync::atomic::Ordering::Relaxed);
            assert!(!hasher.verify(typed("wrong"), known.clone()).await.unwrap().right);
            let spent = hasher.argon.spent.load(std::sync::atomic::Ordering::Relaxed) - before;
            assert_eq!(spent, cost(hasher.argon.today.params()), "{known:?}");
        }
    }

    #[actix_web::test]
    async fn whoever_finds_the_queue_full_is_told_to_come_back() {
        let hasher = Hasher::new(1, 1).unwrap();
        let three = [0, 1, 2].map(|_| hasher.hash(typed("correct horse battery staple")));
        let mut outcomes = futures_util::future::join_all(three).await;
        let refused = outcomes.pop().unwrap().unwrap_err();
        assert!(outcomes.iter().all(Result::is_ok));
        assert!(matches!(refused, HashingError::Busy), "{refused}");
        assert!(hasher.hash(typed("correct horse battery staple")).await.is_ok(), "the places are free again");
    }
}
