//! Lists, details in parentheses, and amounts.

use std::fmt::Display;

use crate::catalog::quantity::{Hours, Usd};

/// `a`, `a or b`, `a, b or c`.
pub(super) fn any_of<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    joined(items, "or")
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn all_of<T: Display>(items: impl IntoIterator<Item = T>) -> String {
    joined(items, "and")
}

fn joined<T: Display>(items: impl IntoIterator<Item = T>, last: &str) -> String {
    let mut items: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
    match (items.pop(), items.is_empty()) {
        (None, _) => String::new(),
        (Some(only), true) => only,
        (Some(end), false) => format!("{} {last} {end}", items.join(", ")),
    }
}

/// The text, followed by its details in parentheses if there are any.
pub(super) fn with_details(text: &str, details: impl IntoIterator<Item = String>) -> String {
    let details: Vec<String> = details.into_iter().collect();
    if details.is_empty() { text.into() } else { format!("{text} ({})", details.join(", ")) }
}

/// `1 hour`, `59.5 hours`.
pub(super) fn hours(hours: Hours) -> String {
    if hours == Hours::whole(1) { "1 hour".into() } else { format!("{hours} hours") }
}

/// `1 month`, `6 months`.
pub(super) fn counted(count: impl Into<u32>, noun: &str) -> String {
    match count.into() {
        1 => format!("1 {noun}"),
        count => format!("{count} {noun}s"),
    }
}

/// `$100`, `$27.50`, `$100 to $150`.
pub(super) fn dollars(least: Usd, most: Usd) -> String {
    let amount = |amount: Usd| {
        if amount.steps().is_multiple_of(100) { format!("${amount}") } else { format!("${:.2}", amount.as_f64()) }
    };
    if least == most { amount(least) } else { format!("{} to {}", amount(least), amount(most)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_have_cents_only_when_needed() {
        let (half, whole) = ("27.5".parse().unwrap(), Usd::whole(1550));
        assert_eq!(dollars(half, half), "$27.50");
        assert_eq!(dollars(half, whole), "$27.50 to $1550");
    }

    #[test]
    fn lists_read_as_in_a_sentence() {
        assert_eq!(any_of(["a"]), "a");
        assert_eq!(any_of(["a", "b", "c"]), "a, b or c");
        assert_eq!(all_of(["a", "b"]), "a and b");
        assert_eq!(with_details("a", ["b".into(), "c".into()]), "a (b, c)");
        assert_eq!([counted(1_u8, "month"), counted(2_u8, "month")], ["1 month", "2 months"]);
    }
}
