//! The structure of the crates by their `use` lines: no circles of files or folders, and the floors of
//! `crates/http`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

type Edges = BTreeMap<String, BTreeSet<String>>;

/// The floors of `crates/http`, highest first. Folders on the same floor do not use each other.
const FLOORS: [&[&str]; 5] = [
    &["cli"],
    &["app"],
    &["catalog", "guidance", "accounts", "organizations", "administration", "oauth", "pages"],
    &["web"],
    &["service"],
];

/// The modules of a crate by their paths.
struct Modules {
    files: BTreeMap<Vec<String>, PathBuf>,
    texts: BTreeMap<Vec<String>, Vec<Import>>,
}

/// One imported name of a `use` declaration.
#[derive(Clone)]
struct Import {
    path: Vec<String>,
    /// Whether it is a re-export.
    public: bool,
}

impl Modules {
    fn of(krate: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates").join(krate).join("src");
        let mut modules = Self { files: BTreeMap::new(), texts: BTreeMap::new() };
        let (mut folders, mut tests) = (vec![root.clone()], Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("main.rs") {
                    let relative = path.strip_prefix(&root).unwrap().with_extension("");
                    let mut module: Vec<String> =
                        relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
                    module.retain(|part| part != "mod" && part != "lib");
                    let text = fs::read_to_string(&path).unwrap();
                    for declared in text.split("#[cfg(test)]\nmod ").skip(1).filter_map(|rest| rest.split_once(';')) {
                        tests.push([module.as_slice(), &[declared.0.to_owned()]].concat());
                    }
                    modules.texts.insert(module.clone(), imports(&text));
                    modules.files.insert(module, relative);
                }
            }
        }
        let is_test = |module: &Vec<String>| tests.iter().any(|test| module.starts_with(test));
        modules.texts.retain(|module, _| !is_test(module));
        modules.files.retain(|module, _| !is_test(module));
        modules
    }

    /// The module that defines the item at a path, as seen from a module; `None` for another crate.
    fn resolve(&self, from: &[String], path: &[String], depth: u8) -> Option<Vec<String>> {
        let (mut base, mut rest) = match path.first()?.as_str() {
            "crate" => (Vec::new(), &path[1..]),
            "self" => (from.to_vec(), &path[1..]),
            "super" => (from[..from.len().checked_sub(1)?].to_vec(), &path[1..]),
            first if self.texts.contains_key(&[from, &[first.to_owned()]].concat()) => (from.to_vec(), path),
            _ => return None,
        };
        while rest.first().is_some_and(|segment| segment == "super") {
            base.pop();
            rest = &rest[1..];
        }
        while let Some(segment) = rest.first() {
            let next = [base.as_slice(), std::slice::from_ref(segment)].concat();
            if !self.texts.contains_key(&next) {
                break;
            }
            (base, rest) = (next, &rest[1..]);
        }
        let Some(name) = rest.first().filter(|_| depth > 0) else { return Some(base) };
        // A re-exported item belongs to the module that defines it.
        let passed_on = self.texts[&base].iter().filter(|import| import.public);
        for last in [name.as_str(), "*"] {
            for import in passed_on.clone().filter(|import| import.path.last().is_some_and(|end| end == last)) {
                let mut target = import.path.clone();
                if last == "*" {
                    target.pop();
                    target.push(name.clone());
                }
                if let Some(found) = self.resolve(&base, &target, depth - 1)
                    && found != base
                {
                    return Some(found);
                }
            }
        }
        Some(base)
    }

    /// The files that each file uses.
    fn arrows(&self) -> Edges {
        let mut arrows = Edges::new();
        let name = |module: &Vec<String>| self.files[module].to_string_lossy().into_owned();
        for (module, imports) in &self.texts {
            for import in imports {
                let Some(target) = self.resolve(module, &import.path, 4) else { continue };
                let passes_on = import.public && target.starts_with(module);
                if target != *module && !passes_on && !module.is_empty() {
                    arrows.entry(name(module)).or_default().insert(name(&target));
                }
            }
        }
        arrows
    }
}

/// The imports of a file, without those of its tests.
fn imports(text: &str) -> Vec<Import> {
    let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
    let code: String = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for statement in code.split(';') {
        let statement = statement.trim_start().rsplit('\n').collect::<Vec<_>>();
        let statement = statement.into_iter().rev().collect::<Vec<_>>().join(" ");
        let Some(start) = statement.find("use ").filter(|start| {
            let before = statement[..*start].trim_end();
            before.is_empty()
                || before.ends_with("pub")
                || before.ends_with(')')
                || before.ends_with('}')
                || before.ends_with(']')
        }) else {
            continue;
        };
        let public = statement[..start].trim_end().ends_with("pub") || statement[..start].contains("pub(");
        let mut paths = Vec::new();
        expand(&[], statement[start + 4..].trim(), &mut paths);
        found.extend(paths.into_iter().map(|path| Import { path, public }));
    }
    found
}

/// Expands `a::{b, c::{d, e as f}}`.
fn expand(prefix: &[String], tree: &str, found: &mut Vec<Vec<String>>) {
    let tree = tree.trim();
    if let Some((head, group)) = tree.split_once('{') {
        let mut prefix = prefix.to_vec();
        prefix.extend(head.split("::").map(str::trim).filter(|part| !part.is_empty()).map(Into::into));
        let group = group.trim_end().strip_suffix('}').unwrap_or(group);
        let (mut depth, mut start) = (0, 0);
        for (place, letter) in group.char_indices() {
            match letter {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    expand(&prefix, &group[start..place], found);
                    start = place + 1;
                }
                _ => {}
            }
        }
        expand(&prefix, &group[start..], found);
    } else if !tree.is_empty() {
        let named = tree.split(" as ").next().unwrap_or(tree);
        let mut path = prefix.to_vec();
        path.extend(
            named.split("::").map(|part| part.trim().to_owned()).filter(|part| part != "self" || prefix.is_empty()),
        );
        found.push(path);
    }
}

/// The nodes on circles.
fn circles(arrows: &Edges) -> Vec<String> {
    let reaches = |from: &String| {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(node) = next.pop() {
            for target in arrows.get(node).into_iter().flatten() {
                if seen.insert(target) {
                    next.push(target);
                }
            }
        }
        seen
    };
    arrows.keys().filter(|node| reaches(node).contains(node)).cloned().collect()
}

/// The arrows between the files and folders in a folder.
fn within(folder: &str, arrows: &Edges) -> Edges {
    let part = |file: &str| {
        let rest = file.strip_prefix(folder)?.trim_start_matches('/');
        rest.split('/').next().filter(|part| *part != "mod" && *part != "lib").map(ToOwned::to_owned)
    };
    let mut between = Edges::new();
    for (from, targets) in arrows {
        for target in targets {
            if let (Some(from), Some(to)) = (part(from), part(target))
                && from != to
            {
                between.entry(from).or_default().insert(to);
            }
        }
    }
    between
}

#[test]
fn neither_files_nor_folders_use_each_other_in_a_circle() {
    for krate in ["domain", "persistence", "http"] {
        let modules = Modules::of(krate);
        let arrows = modules.arrows();
        assert!(arrows.len() > 5, "{krate}: too few arrows were found");
        assert_eq!(circles(&arrows), Vec::<String>::new(), "{krate}: files on a circle");
        let mut folders: BTreeSet<String> = BTreeSet::from([String::new()]);
        for file in modules.files.values() {
            folders.extend(file.ancestors().skip(1).map(|folder| folder.to_string_lossy().into_owned()));
        }
        for folder in folders {
            assert_eq!(circles(&within(&folder, &arrows)), Vec::<String>::new(), "{krate}/{folder}: on a circle");
        }
    }
}

#[test]
fn each_floor_uses_only_the_floors_below() {
    let floor = |file: &str| {
        let folder = file.split('/').next().unwrap_or_default().to_owned();
        let level = FLOORS.iter().position(|folders| folders.contains(&folder.as_str()));
        (level.unwrap_or_else(|| panic!("{file} lies on no floor")), folder)
    };
    let mut wrong = Vec::new();
    for (from, targets) in Modules::of("http").arrows() {
        for target in targets.iter().filter(|target| *target != "lib") {
            let ((from_level, from_folder), (level, folder)) = (floor(&from), floor(target));
            if from_folder != folder && level <= from_level {
                wrong.push(format!("{from} -> {target}"));
            }
        }
    }
    assert_eq!(wrong, Vec::<String>::new(), "arrows that point up or across");
}

#[test]
fn circles_are_found() {
    let arrows = |pairs: &[(&str, &str)]| {
        let mut edges = Edges::new();
        for (from, to) in pairs {
            edges.entry((*from).into()).or_default().insert((*to).into());
        }
        edges
    };
    assert_eq!(circles(&arrows(&[("a", "b"), ("b", "c")])), Vec::<String>::new());
    assert_eq!(circles(&arrows(&[("a", "b"), ("b", "c"), ("c", "b")])), ["b", "c"]);
    let folders = within("", &arrows(&[("a/x", "b/y"), ("b/z", "a/w")]));
    assert_eq!(circles(&folders), ["a", "b"], "no circle of files, but one of folders");
    let found: Vec<String> =
        imports("use a::{b, c::{self, d as e}};\npub use super::f::*;").iter().map(|one| one.path.join("::")).collect();
    assert_eq!(found, ["a::b", "a::c", "a::c::d", "super::f::*"]);
}
