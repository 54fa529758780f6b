//! Accounts of people: signing up, signing in, and changing the own account.

mod change_address;
mod change_password;
mod me;
mod pages;
mod reset_password;
mod second_factor;
mod seen_account;
mod session_tokens;
mod sessions;
mod sign_up;

use crate::service::Service;
use crate::service::hashing::HashingError;
use crate::web::{Endpoints, Problem};

pub fn configure(endpoints: &mut Endpoints) {
    sign_up::configure(endpoints);
    me::configure(endpoints);
    change_password::configure(endpoints);
    reset_password::configure(endpoints);
    change_address::configure(endpoints);
    second_factor::configure(endpoints);
    sessions::configure(endpoints);
}

/// Adds the pages that mails link to.
pub fn configure_pages(endpoints: &mut Endpoints) {
    pages::configure(endpoints);
}

/// Hashes a new password. `about` is the person's name and address, `pointer` the place of the password in the body.
async fn hash_chosen(service: &Service, chosen: String, about: Vec<String>, pointer: &str) -> Result<String, Problem> {
    service.hasher.hash_chosen(chosen, about).await.map_err(|error| match error {
        HashingError::Weak(weak) => Problem::invalid_at(pointer, weak),
        other => other.into(),
    })
}

fn wrong_credentials() -> Problem {
    Problem::invalid_credentials("The address, the password or the code is wrong")
}
