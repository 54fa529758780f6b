//! Hashing passwords. It is slow on purpose, so it runs outside the worker threads, a few hashes at a time.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use peerpath_domain::people::password::{Password, WeakPassword};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// Why a password cannot be hashed or checked.
#[derive(Debug, thiserror::Error)]
pub enum HashingError {
    #[error("the queue for hashing passwords is full")]
    Busy,
    /// A newly chosen password is weak.
    #[error(transparent)]
    Weak(#[from] WeakPassword),
    /// Hashing failed, or a stored hash is invalid.
    #[error("hashing failed: {0}")]
    Failed(String),
}

impl HashingError {
    fn failed(error: impl std::fmt::Display) -> Self {
        Self::Failed(error.to_string())
    }
}

/// Memory for one hash, in KiB.
///
/// `MEMORY_KIB`, [`PASSES`] and [`LANES`] are the minimum for Argon2id in OWASP's Password Storage Cheat Sheet: 19 MiB,
/// 2, 1. After an increase, the next sign-in hashes the password again.
const MEMORY_KIB: u32 = 19_456;

/// Passes over the memory.
const PASSES: u32 = 2;

/// Degree of parallelism.
const LANES: u32 = 1;

/// Hashes and verifies passwords.
pub struct Hasher {
    argon: Argon,
    /// Limits the hashes that are computed at once.
    threads: Arc<Semaphore>,
    /// Limits the hashes that are computed or wait.
    places: Arc<Semaphore>,
    /// Checked when there is no account, so that the response takes the same time.
    decoy: String,
}

/// Outcome of checking a password.
#[derive(Debug)]
pub struct Verified {
    pub right: bool,
    /// The hash to store instead, when the password is right and the stored hash is cheaper than a new one.
    pub rehashed: Option<String>,
}

impl Hasher {
    /// Hashes passwords on `threads` threads. Up to `queue` more passwords can wait.
    pub fn new(threads: usize, queue: usize) -> Result<Self, argon2::password_hash::Error> {
        let argon = Argon::new(Params::new(MEMORY_KIB, PASSES, LANES, None)?);
        let decoy = argon.present.hash_password(b"the password that nobody has")?.to_string();
        let (threads, places) = (Semaphore::new(threads), Semaphore::new(threads + queue));
        Ok(Self { argon, threads: Arc::new(threads), places: Arc::new(places), decoy })
    }

    #[cfg(test)]
    async fn hash(&self, password: Password) -> Result<String, HashingError> {
        self.run(move |argon| argon.hash(&password)).await?
    }

    /// Hashes a newly chosen password, unless it is weak. `about` has the owner's name and address: a password
    /// that resembles them is weak.
    pub async fn hash_chosen(&self, chosen: String, about: Vec<String>) -> Result<String, HashingError> {
        let hashed = self.run(move |argon| {
            let about: Vec<&str> = about.iter().map(String::as_str).collect();
            argon.hash(&Password::chosen(&chosen, &about)?)
        });
        hashed.await?
    }

    /// Checks a password against the stored hash; `None` means that there is no account.
    ///
    /// A wrong password costs the same with a new hash, with an old and cheaper hash, and without an account.
    pub async fn verify(&self, typed: Password, known: Option<String>) -> Result<Verified, HashingError> {
        let (real, known) = (known.is_some(), known.unwrap_or_else(|| self.decoy.clone()));
        let verified = self.run(move |argon| {
            let stored = PasswordHash::new(&known).map_err(HashingError::failed)?;
            let params = Params::try_from(&stored).map_err(HashingError::failed)?;
            let right = argon.verify(&typed, &stored, &params) && real;
            let rehashed = if !right {
                argon.spend_difference(&typed, &params)?;
                None
            } else if is_cheaper(&params, argon.present.params()) {
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
        // A caller who disconnects keeps the place until the work is done.
        let done = spawn_blocking(move || {
            let done = work(&argon);
            drop((thread, place));
            done
        });
        done.await.map_err(HashingError::failed)
    }
}

/// Argon2id with the present parameters.
#[derive(Clone)]
struct Argon {
    present: Argon2<'static>,
    /// The total [`cost`] of all hashes.
    #[cfg(test)]
    spent: Arc<std::sync::atomic::AtomicU64>,
}

impl Argon {
    fn new(params: Params) -> Self {
        Self {
            present: argon2(params),
            #[cfg(test)]
            spent: Arc::default(),
        }
    }

    fn hash(&self, password: &Password) -> Result<String, HashingError> {
        self.count(self.present.params());
        Ok(self.present.hash_password(password.as_bytes()).map_err(HashingError::failed)?.to_string())
    }

    fn verify(&self, password: &Password, stored: &PasswordHash, params: &Params) -> bool {
        self.count(params);
        self.present.verify_password(password.as_bytes(), stored).is_ok()
    }

    /// Spends the difference between the cost of a new hash and the cost of a hash with `params`.
    fn spend_difference(&self, password: &Password, params: &Params) -> Result<(), HashingError> {
        let rest = cost(self.present.params()).saturating_sub(cost(params)) / u64::from(PASSES);
        // Argon2 needs at least 8 KiB. A smaller difference cannot be measured.
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

/// The cost of a hash: the memory in KiB, times the passes.
fn cost(params: &Params) -> u64 {
    u64::from(params.m_cost()) * u64::from(params.t_cost())
}

/// Whether a hash with the `old` parameters costs less than a hash with the `new` parameters.
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
    async fn only_the_right_password_is_accepted() {
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
    async fn a_cheap_hash_is_replaced() {
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
    async fn a_wrong_password_costs_the_same_for_every_stored_hash() {
        let hasher = Hasher::new(1, 8).unwrap();
        let hash = |memory, passes| {
            let argon2 = argon2(Params::new(memory, passes, 1, None).unwrap());
            argon2.hash_password(b"correct horse battery staple").unwrap().to_string()
        };
        for known in [None, Some(hash(MEMORY_KIB, PASSES)), Some(hash(1024, 1)), Some(hash(MEMORY_KIB, 1))] {
            let before = hasher.argon.spent.load(std::sync::atomic::Ordering::Relaxed);
            assert!(!hasher.verify(typed("wrong"), known.clone()).await.unwrap().right);
            let spent = hasher.argon.spent.load(std::sync::atomic::Ordering::Relaxed) - before;
            assert_eq!(spent, cost(hasher.argon.present.params()), "{known:?}");
        }
    }

    #[actix_web::test]
    async fn a_full_queue_refuses_more_passwords() {
        let hasher = Hasher::new(1, 1).unwrap();
        let three = [0, 1, 2].map(|_| hasher.hash(typed("correct horse battery staple")));
        let mut outcomes = futures_util::future::join_all(three).await;
        let refused = outcomes.pop().unwrap().unwrap_err();
        assert!(outcomes.iter().all(Result::is_ok));
        assert!(matches!(refused, HashingError::Busy), "{refused}");
        assert!(hasher.hash(typed("correct horse battery staple")).await.is_ok(), "the places are free again");
    }
}
