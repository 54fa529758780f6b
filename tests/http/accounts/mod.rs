//! Accounts of people, and signing in.

mod email_change;
mod pages;
mod passwords;
mod races;
mod second_factors;
mod sessions;
mod sign_up_and_deletion;
