//! Hashing passwords: slow on purpose, so away from the workers, and only so many at once.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use peerpath_domain::people::password::{Password, WeakPassword};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::problem::Problem;

/// How many seconds whoever finds the queue full is asked to wait.
const RETRY_AFTER: u64 = 2;

/// Hashes passwords with Argon2id, as OWASP has it: 19 MiB, two passes, one lane.
pub struct Hasher {
    argon2: Argon2<'static>,
    /// How many are hashed at once.
    threads: Arc<Semaphore>,
    /// How many are hashed or wait.
    places: Arc<Semaphore>,
    /// The hash of a password that nobody has: where there is no account, this takes as long.
    nobodys: String,
}

/// What a password that was typed turned out to be.
#[derive(Debug)]
pub struct Verified {
    /// Whether it is the right one.
    pub right: bool,
    /// The hash to be kept from now on, where it is right and its hash was made more cheaply than is asked for today.
    pub rehashed: Option<String>,
}

impl Hasher {
    /// Hashes on so many threads, and lets so many wait.
    ///
    /// # Errors
    /// None in practice: the parameters are valid.
    pub fn new(threads: usize, queue: usize) -> Result<Self, argon2::password_hash::Error> {
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default());
        let nobodys = argon2.hash_password(b"the password that nobody has")?.to_string();
        let (threads, places) = (Semaphore::new(threads), Semaphore::new(threads + queue));
        Ok(Self { argon2, threads: Arc::new(threads), places: Arc::new(places), nobodys })
    }

    /// Hashes a password.
    ///
    /// # Errors
    /// Unavailable, where too many wait.
    pub async fn hash(&self, password: Password) -> Result<String, Problem> {
        self.run(move |argon2| hash(argon2, &password)).await?
    }

    /// Hashes a password that somebody chose who is known by `about`, if it is not weak.
    ///
    /// # Errors
    /// Invalid, at `pointer`, where it is weak; unavailable, where too many wait.
    pub async fn hash_chosen(
        &self,
        chosen: String,
        about: Vec<String>,
        pointer: &'static str,
    ) -> Result<String, Problem> {
        let weak = move |error: WeakPassword| Problem::invalid_at(pointer, error);
        let hashed = self.run(move |argon2| {
            let about: Vec<&str> = about.iter().map(String::as_str).collect();
            hash(argon2, &Password::chosen(&chosen, &about).map_err(weak)?)
        });
        hashed.await?
    }

    /// Holds a password against a hash; `None`: there is no account, which must not be faster.
    ///
    /// # Errors
    /// Unavailable, where too many wait.
    pub async fn verify(&self, typed: Password, known: Option<String>) -> Result<Verified, Problem> {
        let (real, known) = (known.is_some(), known.unwrap_or_else(|| self.nobodys.clone()));
        let verified = self.run(move |argon2| {
            let parsed = PasswordHash::new(&known).map_err(Problem::internal)?;
            let right = argon2.verify_password(typed.as_bytes(), &parsed).is_ok() && real;
            let raised = Params::try_from(&parsed).is_ok_and(|params| is_cheaper(&params, argon2.params()));
            let rehashed = (right && raised).then(|| hash(argon2, &typed)).transpose()?;
            Ok(Verified { right, rehashed })
        });
        verified.await?
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce(&Argon2) -> T + Send + 'static) -> Result<T, Problem> {
        let full = |error| Problem::unavailable("too many are signing in just now", error).retry_after(RETRY_AFTER);
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(full)?;
        let thread = Arc::clone(&self.threads).acquire_owned().await.map_err(Problem::internal)?;
        let argon2 = self.argon2.clone();
        // Whoever hangs up meanwhile keeps their place until the work is done.
        let done = spawn_blocking(move || {
            let done = work(&argon2);
            drop((thread, place));
            done
        });
        done.await.map_err(Problem::internal)
    }
}

fn hash(argon2: &Argon2, password: &Password) -> Result<String, Problem> {
    Ok(argon2.hash_password(password.as_bytes()).map_err(Problem::internal)?.to_string())
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
        let cheap = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(1024, 1, 1, None).unwrap());
        let old = cheap.hash_password(b"correct horse battery staple").unwrap().to_string();
        let hasher = Hasher::new(1, 8).unwrap();
        let verified = hasher.verify(typed("correct horse battery staple"), Some(old.clone())).await.unwrap();
        let new = verified.rehashed.unwrap();
        assert!(verified.right && new.contains("m=19456,t=2"), "{new}");
        assert!(hasher.verify(typed("correct horse battery staple"), Some(new)).await.unwrap().right);
        let wrong = hasher.verify(typed("wrong"), Some(old)).await.unwrap();
        assert!(!wrong.right && wrong.rehashed.is_none());
    }

    #[actix_web::test]
    async fn whoever_finds_the_queue_full_is_told_to_come_back() {
        let hasher = Hasher::new(1, 1).unwrap();
        let three = [0, 1, 2].map(|_| hasher.hash(typed("correct horse battery staple")));
        let mut outcomes = futures_util::future::join_all(three).await;
        let refused = outcomes.pop().unwrap().unwrap_err();
        assert!(outcomes.iter().all(Result::is_ok));
        let response = refused.to_response("/");
        assert_eq!(
            (response.status().as_u16(), response.headers().get("retry-after").unwrap().to_str().unwrap()),
            (503, "2")
        );
        assert!(hasher.hash(typed("correct horse battery staple")).await.is_ok(), "the places are free again");
    }
}
