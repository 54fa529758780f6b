//! A credential that somebody holds.

use crate::catalog::credential::Credential;
use crate::guidance::profile::HeldCredential;

/// A credential to transfer.
#[derive(Clone, Copy, PartialEq)]
pub struct Holding<'a> {
    /// The credential as its holder describes it.
    pub held: &'a HeldCredential,
    /// The credential of the catalog; `None`: it is not in the catalog.
    pub credential: Option<&'a Credential>,
    /// Whether a member board of IC&RC issued it; `None`: not known.
    pub through_ic_rc: Option<bool>,
}
