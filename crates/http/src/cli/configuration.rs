//! `peerpath configuration`: the variables as Markdown tables, from the structs that read them.

use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use clap::{Arg, Command, CommandFactory};

use super::{Cli, Failure};

const BEGIN: &str = "<!-- configuration: made by `peerpath configuration`, do not edit -->\n";
const END: &str = "<!-- end of configuration -->\n";

/// Prints the tables, or writes them into a document between the two marker comments.
pub(super) fn write(document: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = document else { return Ok(write!(io::stdout(), "{}", tables())?) };
    let updated = updated(&fs::read_to_string(path)?);
    let updated = updated.ok_or_else(|| Failure::Other(format!("{} has no marked section", path.display())))?;
    Ok(fs::write(path, updated)?)
}

/// Replaces the marked section of the document; `None` without a marked section.
fn updated(document: &str) -> Option<String> {
    let (before, rest) = document.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{}\n{END}{after}", tables()))
}

fn tables() -> String {
    let cli = Cli::command();
    let mut serve = String::from("| variable | default | meaning |\n|---|---|---|\n");
    let mut others = String::from("| command | variables |\n|---|---|\n");
    for (name, command) in leaves("peerpath", &cli) {
        let variables: Vec<(&Arg, String)> = command
            .get_arguments()
            .filter_map(|arg| Some((arg, format!("`{}`", arg.get_env()?.to_string_lossy()))))
            .collect();
        if name == "peerpath serve" {
            for (arg, variable) in variables {
                let _ = writeln!(serve, "| {variable} | {} | {} |", default(arg), meaning(arg));
            }
        } else if !variables.is_empty() {
            let names: Vec<String> = variables.into_iter().map(|(_, variable)| variable).collect();
            let _ = writeln!(others, "| `{name}` | {} |", names.join(", "));
        }
    }
    format!("{serve}\nOther commands read fewer variables:\n\n{others}")
}

/// Every command without subcommands, with its full name.
fn leaves<'a>(name: &str, command: &'a Command) -> Vec<(String, &'a Command)> {
    let mut within = command.get_subcommands().peekable();
    if within.peek().is_none() {
        return vec![(name.into(), command)];
    }
    within.flat_map(|inner| leaves(&format!("{name} {}", inner.get_name()), inner)).collect()
}

fn default(arg: &Arg) -> String {
    match arg.get_default_values() {
        [] if arg.is_required_set() => "required".into(),
        [] => "none".into(),
        _ if arg.is_hide_default_value_set() => "see meaning".into(),
        values => values.iter().map(|value| format!("`{}`", value.to_string_lossy())).collect::<Vec<_>>().join(", "),
    }
}

/// The help text with its final full stop, which clap removes, and the allowed values.
fn meaning(arg: &Arg) -> String {
    let mut text = arg.get_help().map(ToString::to_string).unwrap_or_default() + ".";
    let values: Vec<String> = arg.get_possible_values().iter().map(|value| format!("`{}`", value.get_name())).collect();
    if !values.is_empty() {
        let _ = write!(text, " One of: {}.", values.join(", "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_in_the_documentation_is_current() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operations.md");
        let document = fs::read_to_string(path).unwrap();
        let current = updated(&document).as_deref() == Some(document.as_str());
        assert!(current, "run: cargo run -q -- configuration --update docs/operations.md");
    }
}
