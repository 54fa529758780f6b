//! Organizations, their members, invitations and clients.

mod clients;
mod founding_and_closing;
mod invitations;
mod members;

use peerpath_tests::people::Person;

fn path_of(organization: &str) -> String {
    format!("/v1/organizations/{organization}")
}

fn member(organization: &str, person: &Person) -> String {
    format!("/v1/organizations/{organization}/members/{}", person.account)
}
