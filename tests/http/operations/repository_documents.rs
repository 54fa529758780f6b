//! In the documents of the repository, paths and links are valid.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use peerpath_tests::document::quoted;
use peerpath_tests::files::repository;

/// Endings of files that documents name without their folder.
const ENDINGS: [&str; 6] = [".json", ".md", ".rs", ".sql", ".toml", ".yml"];

fn documents() -> Vec<PathBuf> {
    let folder = fs::read_dir(repository().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let named = ["CONTRIBUTING.md", "README.md"].map(|name| repository().join(name));
    named.into_iter().chain(folder.filter(|path| path.extension().is_some_and(|ending| ending == "md"))).collect()
}

/// A document without code blocks.
fn prose(document: &Path) -> String {
    let text = fs::read_to_string(document).unwrap();
    text.split("```").step_by(2).collect()
}

/// All files and folders of the repository, except those that building and running create.
fn entries() -> BTreeSet<String> {
    fn collect(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(repository()).unwrap().to_str().unwrap().to_owned();
            if [".git", ".local", "target"].contains(&name.as_str()) {
                continue;
            }
            if path.is_dir() {
                collect(&path, found);
            }
            found.insert(name);
        }
    }
    let mut found = BTreeSet::new();
    collect(&repository(), &mut found);
    found
}

/// The path in a word in back quotes, up to a placeholder; `None` if the word is not a path.
fn path<'a>(word: &'a str, entries: &BTreeSet<String>) -> Option<&'a str> {
    let word = word.trim_end_matches('/');
    let whole = word
        .find(['*', '{', '<', '…'])
        .map_or(word, |place| word[..place].rsplit_once('/').map_or("", |(path, _)| path));
    let first = whole.split('/').next().unwrap();
    let from_the_root = word.contains('/') && entries.contains(first);
    let by_its_name = ENDINGS.iter().any(|ending| whole.len() > ending.len() && whole.ends_with(ending));
    let other = whole.starts_with('/') || whole.contains(':');
    (!other && (from_the_root || by_its_name)).then_some(whole)
}

/// Whether a path exists from the root or from any folder, as paths within a crate do.
fn exists(path: &str, entries: &BTreeSet<String>) -> bool {
    entries.contains(path)
        || entries.iter().any(|entry| entry.strip_suffix(path).is_some_and(|rest| rest.ends_with('/')))
}

#[test]
fn every_path_in_back_quotes_exists() {
    let entries = entries();
    let (mut met, mut missing) = (0, Vec::new());
    for document in documents() {
        let prose = prose(&document);
        let words = quoted(&prose).flat_map(str::split_whitespace);
        for path in words.filter_map(|word| path(word, &entries)) {
            met += 1;
            if !exists(path, &entries) {
                missing.push(format!("{}: {path}", document.file_name().unwrap().display()));
            }
        }
    }
    assert!(met > 50, "{met} paths");
    assert!(missing.is_empty(), "{missing:#?}");
}

/// The anchor of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    kept.replace(' ', "-").chars().filter(|c| c.is_alphanumeric() || *c == '-' || *c == '_').collect()
}

#[test]
fn every_relative_link_leads_somewhere() {
    let mut lost = Vec::new();
    for document in documents() {
        for link in prose(&document).split("](").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { document.clone() } else { document.parent().unwrap().join(file) };
            let leads = target.exists()
                && (heading.is_empty()
                    || prose(&target).lines().any(|line| line.starts_with('#') && anchor(line) == heading));
            if !leads {
                lost.push(format!("{}: {link}", document.file_name().unwrap().display()));
            }
        }
    }
    assert!(lost.is_empty(), "{lost:#?}");
}
