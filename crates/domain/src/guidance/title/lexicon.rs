//! Which words of a job title say what, and how like a word another is.

use crate::credential::Specialty;
use crate::search::{Likeness, is_filler};

/// How much a word counts that is the one asked for, in hundredths; one in the plural is.
pub const SAME: u32 = 100;
const ONE_TYPO: u32 = 90;
const TWO_TYPOS: u32 = 80;
const SHORTENED: u32 = 70;
const IN_A_TITLE: Likeness =
    Likeness { exact: SAME, prefix: SHORTENED, shortest_prefix: 4, one_typo: ONE_TYPO, two_typos: TWO_TYPOS };

/// Words that tell peer work from other work.
const TELLING: &[&str] = &["peer", "recovery", "warmline"];

/// The one of them that is at home in other trades, too: disasters, debts and data are recovered from.
pub const AMBIGUOUS: &str = "recovery";

/// Words of a posting that say nothing of the role: they count only where a role's own text has them.
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

/// Words that place a post on a ladder: where a role's text does not have them, they count little.
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

/// Words that end, or begin, what a place is called.
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

/// The same, of places where peers are fellow students.
const PLACES_OF_STUDY: &[&str] = &["college", "faculty", "institute", "university"];

/// Words for whom the work is, or in what function.
const MARKS: &[(&str, Specialty)] = &[
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

/// Whether a word says nothing of the role.
#[must_use]
pub fn is_decoration(word: &str) -> bool {
    DECORATIONS.contains(&word) || (word.len() > 1 && word.starts_with(|first: char| first.is_ascii_digit()))
}

/// Whether a word places a post on a ladder.
#[must_use]
pub fn is_level(word: &str) -> bool {
    LEVELS.contains(&word) || (word.len() == 1 && word.starts_with(|first: char| first.is_ascii_digit()))
}

/// Whether a word says that a place is spoken of.
#[must_use]
pub fn is_place(word: &str) -> bool {
    is_place_of_work(word) || among(PLACES_OF_STUDY, word)
}

/// Whether a word says that a place is spoken of where peer specialists may work.
#[must_use]
pub fn is_place_of_work(word: &str) -> bool {
    among(PLACES, word)
}

fn among(held: &[&str], word: &str) -> bool {
    held.iter().any(|held| likeness(word, held) == Some(SAME))
}

/// Whether a word tells peer work from other work.
#[must_use]
pub fn is_telling(word: &str) -> bool {
    TELLING.contains(&word)
}

/// Whether a word says nothing of what the work is.
#[must_use]
pub fn is_idle(word: &str) -> bool {
    is_decoration(word) || is_level(word) || is_filler(word)
}

/// The words that are more than fillers.
#[must_use]
pub fn without_fillers(mut words: Vec<String>) -> Vec<String> {
    words.retain(|word| !is_filler(word));
    words
}

/// Whom a word says that the work is for.
#[must_use]
pub fn mark(word: &str) -> Option<Specialty> {
    MARKS.iter().find(|(held, _)| likeness(word, held).is_some_and(|like| like > SHORTENED)).map(|(_, marked)| *marked)
}

/// How much a word counts for the one that is held; `None` where they are not alike.
///
/// The same word, its plural or its usual abbreviation counts in full, in hundredths; one typo, in a word of at least
/// four letters, leaves 90; two, in one of at least eight, leave 80; its beginning, of at least four letters, 70. Who
/// mistypes a word hardly ever begins it wrongly, so that the first letters must be the same: beer is no peer.
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
        assert_eq!(mark("parents"), Some(Specialty::Family));
        assert_eq!(mark("vetran"), Some(Specialty::Veteran));
        assert_eq!(mark("specialist"), None);
    }
}
