//! Refresh tokens: opaque and valid for one use. The service can tell a retry from a theft.
//!
//! A token names its account and session, and has two random parts. The *family* is the same in all tokens of a
//! session: a caller who knows the family has had a token of the session. The *turn* changes with each refresh: the
//! service derives the next turn from the present turn and a nonce that only the database has. A client that lost a
//! response and tries again therefore gets the same token again, and there is never a second valid token. A token of an
//! earlier turn shows that two parties hold tokens of one family. One of them is a thief.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use peerpath_domain::people::key::{AccountId, SessionId};
use peerpath_persistence::sessions::RefreshState;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

use crate::service::secret::{NoRandomness, digest, random};

/// The prefix of every refresh token. Secret scanners recognize leaked tokens by it.
pub const PREFIX: &str = "peerpath_refresh_";

/// A refresh token. `Debug` does not print it.
#[derive(Clone, PartialEq, Eq)]
pub struct RefreshToken {
    pub account: AccountId,
    pub session: SessionId,
    family: [u8; 16],
    turn: [u8; 32],
}

/// Outcome of comparing a token with its session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// The token of the present turn.
    Present,
    /// The token of the previous turn, with the token that replaced it.
    Before(RefreshToken),
    /// The token of an earlier turn.
    Earlier,
    /// A token that does not belong to the session.
    Foreign,
}

impl RefreshToken {
    /// The first token of a session.
    pub fn first(account: AccountId, session: SessionId) -> Result<(Self, RefreshState), NoRandomness> {
        let token = Self { account, session, family: random()?, turn: random()? };
        let turn = token.as_turn(random()?);
        Ok((token, turn))
    }

    /// Derives the next token of the session.
    pub fn next(&self) -> Result<(Self, RefreshState), NoRandomness> {
        let nonce = random()?;
        let next = self.followed_by(&nonce);
        let turn = next.as_turn(nonce);
        Ok((next, turn))
    }

    fn followed_by(&self, nonce: &[u8]) -> Self {
        let turn = Sha256::new().chain_update(b"peerpath refresh").chain_update(nonce).chain_update(self.turn);
        Self { turn: turn.finalize().into(), ..self.clone() }
    }

    fn as_turn(&self, nonce: [u8; 32]) -> RefreshState {
        RefreshState { family_digest: digest(self.family), turn_digest: digest(self.turn), turn_nonce: nonce.into() }
    }

    /// Compares the token with the present state of its session.
    pub fn compare(&self, state: &RefreshState) -> Shown {
        let same = |a: &[u8], b: &[u8]| bool::from(a.ct_eq(b));
        if !same(&digest(self.family), &state.family_digest) {
            return Shown::Foreign;
        }
        if same(&digest(self.turn), &state.turn_digest) {
            return Shown::Present;
        }
        let followed = self.followed_by(&state.turn_nonce);
        if same(&digest(followed.turn), &state.turn_digest) { Shown::Before(followed) } else { Shown::Earlier }
    }
}

impl fmt::Display for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (account, session) = (self.account.0, self.session.0);
        let bytes = [account.as_bytes().as_slice(), session.as_bytes(), &self.family, &self.turn].concat();
        write!(f, "{PREFIX}{}", BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl fmt::Debug for RefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RefreshToken(..)")
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a refresh token")]
pub struct InvalidRefreshToken;

impl FromStr for RefreshToken {
    type Err = InvalidRefreshToken;

    fn from_str(text: &str) -> Result<Self, InvalidRefreshToken> {
        let encoded = text.strip_prefix(PREFIX).ok_or(InvalidRefreshToken)?;
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(encoded).map_err(|_| InvalidRefreshToken)?;
        let (account, rest) = bytes.split_first_chunk::<16>().ok_or(InvalidRefreshToken)?;
        let (session, rest) = rest.split_first_chunk::<16>().ok_or(InvalidRefreshToken)?;
        let (family, rest) = rest.split_first_chunk::<16>().ok_or(InvalidRefreshToken)?;
        let turn = rest.try_into().map_err(|_| InvalidRefreshToken)?;
        let (account, session) = (Uuid::from_bytes(*account).into(), Uuid::from_bytes(*session).into());
        Ok(Self { account, session, family: *family, turn })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn present_previous_and_earlier_tokens_are_told_apart() {
        let (account, session) = (AccountId(Uuid::now_v7()), SessionId(Uuid::now_v7()));
        let (first, at_first) = RefreshToken::first(account, session).unwrap();
        let (second, at_second) = first.next().unwrap();
        let (third, at_third) = second.next().unwrap();
        assert_eq!(first.compare(&at_first), Shown::Present);
        assert_eq!(first.compare(&at_second), Shown::Before(second.clone()));
        assert_eq!(first.compare(&at_third), Shown::Earlier);
        assert_eq!(second.compare(&at_third), Shown::Before(third.clone()));
        assert_eq!(third.compare(&at_second), Shown::Earlier, "a token that skips a turn");
        let (stranger, _) = RefreshToken::first(account, session).unwrap();
        assert_eq!(stranger.compare(&at_third), Shown::Foreign);
    }

    #[test]
    fn tokens_survive_a_round_trip_through_text() {
        let (token, _) = RefreshToken::first(Uuid::now_v7().into(), Uuid::now_v7().into()).unwrap();
        let text = token.to_string();
        assert_eq!(text.parse(), Ok(token.clone()));
        assert_eq!(format!("{token:?}"), "RefreshToken(..)");
        for wrong in ["", PREFIX, &text[1..], &text[..text.len() - 2], &format!("{text}AAAA")] {
            assert_eq!(wrong.parse::<RefreshToken>(), Err(InvalidRefreshToken), "{wrong}");
        }
    }
}
