//! Passwords must be long and hard to guess; there are no other rules (NIST SP 800-63B).

use unicode_normalization::UnicodeNormalization;
use zxcvbn::Score;

/// Minimum characters.
pub const SHORTEST: usize = 12;

/// Maximum characters. Longer passwords cost time and are no safer.
pub const LONGEST: usize = 256;

/// A password in the Unicode form in which it is hashed. It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

/// Why a password cannot be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WeakPassword {
    /// It is too short or too long.
    #[error("must have {SHORTEST} to {LONGEST} characters")]
    Length,
    /// It is common, repetitive, or made of the person's name or address.
    #[error("is easy to guess: it is common, repetitive, or made of your name or address; use several unrelated words")]
    Guessable,
}

impl Password {
    /// A password to check against the stored one. Keyboards encode the same character differently, so all are normalized (NFKC).
    #[must_use]
    pub fn typed(text: &str) -> Self {
        // One extra character shows that it is too long; the rest need not be normalized.
        Self(text.nfkc().take(LONGEST + 1).collect())
    }

    /// Checks a new password of the person with the name and address in `about`. This takes up to a few milliseconds.
    ///
    /// # Errors
    /// Why the password is too weak.
    pub fn chosen(text: &str, about: &[&str]) -> Result<Self, WeakPassword> {
        let password = Self::typed(text);
        password.check_length()?;
        let parts: Vec<&str> =
            about.iter().flat_map(|text| text.split(['@', '.', ' ', '-', '_']).chain([*text])).collect();
        let parts: Vec<&str> = parts.into_iter().filter(|part| part.len() > 2).chain(["peerpath"]).collect();
        if zxcvbn::zxcvbn(&password.0, &parts).score() < Score::Three {
            return Err(WeakPassword::Guessable);
        }
        Ok(password)
    }

    /// Checks the length only, which is quick.
    ///
    /// # Errors
    /// [`WeakPassword::Length`].
    pub fn check_length(&self) -> Result<(), WeakPassword> {
        let length = self.0.chars().count();
        if (SHORTEST..=LONGEST).contains(&length) { Ok(()) } else { Err(WeakPassword::Length) }
    }

    /// The bytes to hash.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: [&str; 2] = ["Ada Lovelace", "ada.lovelace@example.org"];

    #[test]
    fn a_password_may_have_any_characters() {
        for text in [
            "correct horse battery staple",
            "тихий омут и черти",
            "静かな夜に星を数える人たち",
            "tall grass, seven geese",
        ] {
            assert!(Password::chosen(text, &ADA).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_password_that_is_short_or_easy_to_guess_is_refused() {
        assert_eq!(Password::chosen("x7#kQ9!mZ2p", &ADA), Err(WeakPassword::Length), "eleven characters");
        assert_eq!(Password::chosen(&"x7#kQ9!mZ2p ".repeat(22), &ADA), Err(WeakPassword::Length));
        for text in
            ["password1234", "aaaaaaaaaaaaaaaa", "qwertyuiop12", "LovelaceLovelace", "peerpathpeerpath", "123456789012"]
        {
            assert_eq!(Password::chosen(text, &ADA), Err(WeakPassword::Guessable), "{text}");
        }
    }

    #[test]
    fn a_password_is_the_same_on_every_keyboard() {
        assert_eq!(Password::typed("caf\u{e9} au lait, s'il"), Password::typed("cafe\u{301} au lait, s'il"));
        let (composed, decomposed) = ("\u{e9}".repeat(150), "e\u{301}".repeat(150));
        assert_eq!(Password::typed(&composed), Password::typed(&decomposed), "300 characters that are 150");
        assert_ne!(
            Password::typed(&decomposed),
            Password::typed(&decomposed[..decomposed.len() - 3]),
            "the end counts"
        );
        assert_ne!(Password::typed("Caf\u{e9}"), Password::typed("caf\u{e9}"));
        assert_eq!(format!("{:?}", Password::typed("secret")), "Password(..)");
    }
}
