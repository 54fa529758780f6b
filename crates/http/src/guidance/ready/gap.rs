//! Gaps, written as their type has them.

use peerpath_domain::guidance::verdict::Gap;

use super::Rope;

/// Writes a gap. Those that are common and say little are written straight away, the others by their type.
///
/// # Errors
/// None in practice: everything has a JSON form.
pub fn write(gap: &Gap<'_>, to: &mut Rope) -> Result<(), serde_json::Error> {
    match gap {
        Gap::Hours { hours, topics } if topics.is_empty() => {
            to.push("{\"kind\":\"hours\",\"hours\":");
            serde_json::to_writer(&mut *to, hours)?;
            to.push(",\"topics\":[]}");
        }
        Gap::Examination => to.push("{\"kind\":\"examination\"}"),
        Gap::BackgroundCheck => to.push("{\"kind\":\"background_check\"}"),
        Gap::CodeOfEthics => to.push("{\"kind\":\"code_of_ethics\"}"),
        Gap::Residency => to.push("{\"kind\":\"residency\"}"),
        other => serde_json::to_writer(to, other)?,
    }
    Ok(())
}
