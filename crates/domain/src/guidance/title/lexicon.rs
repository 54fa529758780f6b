//! The lexicon of job titles, and the likeness of words.

use crate::catalog::credential::Specialty;
use crate::catalog::search::{Likeness, is_filler};

/// Likeness of the same word or its plural, in hundredths.
pub const SAME: u32 = 100;
const ONE_TYPO: u32 = 90;
const TWO_TYPOS: u32 = 80;
const SHORTENED: u32 = 70;
const IN_A_TITLE: Likeness =
    Likeness { exact: SAME, prefix: SHORTENED, shortest_prefix: 4, one_typo: ONE_TYPO, two_typos: TWO_TYPOS };

/// Words that distinguish peer work from other work.
const DISTINCTIVE: &[&str] = &["peer", "recovery", "warmline"];

/// The distinctive word that other fields use, too: disasters, debts and data are recovered.
pub const AMBIGUOUS: &str = "recovery";

/// Words of a posting that say nothing about the role. They count only if a title of a role has them.
const DECORATIONS: &[&str] = &[
    "am",
    "apply",
    "benefits",
    "bilingual",
    "bonus",
    "certified",
    "contract",
    "day",
    "days",
    "diem",
    "english",
    "evening",
    "evenings",
    "experience",
    "flexible",
    "full",
    "fulltime",
    "hiring",
    "home",
    "hour",
    "hourly",
    "hours",
    "hybrid",
    "immediate",
    "job",
    "lived",
    "needed",
    "new",
    "night",
    "nights",
    "now",
    "on",
    "onsite",
    "opening",
    "overnight",
    "part",
    "parttime",
    "per",
    "permanent",
    "pm",
    "position",
    "preferred",
    "prn",
    "remote",
    "required",
    "role",
    "seasonal",
    "shift",
    "shifts",
    "sign",
    "site",
    "spanish",
    "speaking",
    "telework",
    "temp",
    "temporary",
    "time",
    "urgent",
    "urgently",
    "wanted",
    "weekend",
    "weekends",
    "work",
];

/// Words of level. They count little unless a title of a role has them.
const LEVELS: &[&str] = &[
    "advanced",
    "associate",
    "chief",
    "entry",
    "experienced",
    "head",
    "i",
    "ii",
    "iii",
    "intern",
    "iv",
    "jr",
    "junior",
    "lead",
    "level",
    "principal",
    "senior",
    "sr",
    "trainee",
    "v",
];

/// Words that begin or end the name of a place.
const PLACES: &[&str] = &[
    "agency",
    "center",
    "centre",
    "church",
    "city",
    "clinic",
    "county",
    "court",
    "courthouse",
    "department",
    "district",
    "facility",
    "hospital",
    "house",
    "jail",
    "office",
    "prison",
    "residence",
    "respite",
    "school",
    "shelter",
];

/// The same for places where peers are fellow students.
const PLACES_OF_STUDY: &[&str] = &["college", "faculty", "institute", "university"];

/// Words for populations and functions.
const POPULATIONS: &[(&str, Specialty)] = &[
    ("mental", Specialty::MentalHealth),
    ("psychiatric", Specialty::MentalHealth),
    ("substance", Specialty::SubstanceUse),
    ("sud", Specialty::SubstanceUse),
    ("addiction", Specialty::SubstanceUse),
    ("addictive", Specialty::SubstanceUse),
    ("opioid", Specialty::SubstanceUse),
    ("overdose", Specialty::SubstanceUse),
    ("family", Specialty::Family),
    ("families", Specialty::Family),
    ("parent", Specialty::Family),
    ("caregiver", Specialty::Family),
    ("youth", Specialty::Youth),
    ("young", Specialty::Youth),
    ("adolescent", Specialty::Youth),
    ("teen", Specialty::Youth),
    ("veteran", Specialty::Veteran),
    ("military", Specialty::Veteran),
    ("forensic", Specialty::JusticeInvolved),
    ("justice", Specialty::JusticeInvolved),
    ("reentry", Specialty::JusticeInvolved),
    ("crisis", Specialty::Crisis),
    ("geriatric", Specialty::OlderAdult),
    ("older", Specialty::OlderAdult),
    ("housing", Specialty::Housing),
    ("supervisor", Specialty::Supervisor),
];

/// Whether a word says nothing about the role.
#[must_use]
pub fn is_decoration(word: &str) -> bool {
    DECORATIONS.contains(&word) || (word.len() > 1 && word.starts_with(|first: char| first.is_ascii_digit()))
}

/// Whether a word is a word of level.
#[must_use]
pub fn is_level(word: &str) -> bool {
    LEVELS.contains(&word) || (word.len() == 1 && word.starts_with(|first: char| first.is_ascii_digit()))
}

/// Whether a word is part of the name of a place.
#[must_use]
pub fn is_place(word: &str) -> bool {
    is_place_of_work(word) || among(PLACES_OF_STUDY, word)
}

/// Whether a word is part of the name of a place where peer specialists may work.
#[must_use]
pub fn is_place_of_work(word: &str) -> bool {
    among(PLACES, word)
}

fn among(held: &[&str], word: &str) -> bool {
    held.iter().any(|held| likeness(word, held) == Some(SAME))
}

/// Whether a word distinguishes peer work from other work.
#[must_use]
pub fn is_distinctive(word: &str) -> bool {
    DISTINCTIVE.contains(&word)
}

/// Whether a word says nothing about the work.
#[must_use]
pub fn is_stop_word(word: &str) -> bool {
    is_decoration(word) || is_level(word) || is_filler(word)
}

/// The words without fillers.
#[must_use]
pub fn without_fillers(mut words: Vec<String>) -> Vec<String> {
    words.retain(|word| !is_filler(word));
    words
}

/// The population that a word names.
#[must_use]
pub fn population(word: &str) -> Option<Specialty> {
    POPULATIONS
        .iter()
        .find(|(held, _)| likeness(word, held).is_some_and(|like| like > SHORTENED))
        .map(|(_, marked)| *marked)
}

/// The likeness of two words, in hundredths; `None`: they are not alike.
///
/// The same word, its plural or its usual abbreviation has 100; a word with one typo, of at least four letters, 90;
/// with two, of at least eight letters, 80; a beginning of at least four letters 70. People hardly ever mistype the
/// first letter, so it must be the same: beer is not peer.
#[must_use]
pub fn likeness(asked: &str, held: &str) -> Option<u32> {
    let plural = |one: &str, other: &str| one.strip_prefix(other).is_some_and(|rest| matches!(rest, "s" | "es"));
    if asked == held || plural(asked, held) || plural(held, asked) || matches!((asked, held), ("sr", "senior")) {
        return Some(SAME);
    }
    if asked.chars().next() != held.chars().next() {
        return None;
    }
    IN_A_TITLE.of(asked, held)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_counts_for_one_like_it() {
        for (asked, held, expected) in [
            ("peer", "peer", Some(SAME)),
            ("coaches", "coach", Some(SAME)),
            ("sr", "senior", Some(SAME)),
            ("pere", "peer", Some(ONE_TYPO)),
            ("specialst", "specialist", Some(ONE_TYPO)),
            ("spcialst", "specialist", Some(TWO_TYPOS)),
            ("spec", "specialist", Some(SHORTENED)),
            ("beer", "peer", None),
            ("per", "peer", None),
        ] {
            assert_eq!(likeness(asked, held), expected, "{asked}");
        }
    }

    #[test]
    fn words_say_whom_the_work_is_for() {
        assert_eq!(population("parents"), Some(Specialty::Family));
        assert_eq!(population("vetran"), Some(Specialty::Veteran));
        assert_eq!(population("specialist"), None);
    }
}
