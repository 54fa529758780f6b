//! The baseline for signing in for `scripts/bench`: how many passwords this machine hashes per second.
//!
//! usage: hashing THREADS SECONDS
//!
//! The program only hashes, with the parameters of the service.

use std::error::Error;
use std::time::{Duration, Instant};
use std::{env, io, thread};

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let mut next = || arguments.next().ok_or_else(|| io::Error::other("usage: hashing THREADS SECONDS"));
    let (threads, seconds): (usize, u64) = (next()?.parse()?, next()?.parse()?);
    let password = b"seven geese in tall grass";
    let hash = Argon2::default().hash_password(password)?.to_string();
    let (begun, limit) = (Instant::now(), Duration::from_secs(seconds));
    let total: u32 = thread::scope(|scope| {
        let hashing = || {
            let mut done = 0;
            while begun.elapsed() < limit {
                let parsed = PasswordHash::new(&hash);
                if parsed.is_ok_and(|parsed| Argon2::default().verify_password(password, &parsed).is_ok()) {
                    done += 1;
                }
            }
            done
        };
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(hashing)).collect();
        running.into_iter().filter_map(|thread| thread.join().ok()).sum()
    });
    println!("{:.3}", f64::from(total) / begun.elapsed().as_secs_f64());
    Ok(())
}
