//! The catalog's files as plain JSON, with which tests compare the answers of the service.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use peerpath_domain::catalog::FileText;
use serde_json::Value;

#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().into()
}

/// The files of a catalog, by their paths below its folder.
#[derive(Debug, Clone)]
pub struct Files(BTreeMap<String, Value>);

/// A record with the name of its file.
#[derive(Debug, Clone)]
pub struct FileRecord {
    /// The name of the file without folder and ending, such as `us-tx`.
    pub file: String,
    pub body: Value,
}

impl Files {
    #[must_use]
    pub fn of_repository() -> Self {
        static READ: LazyLock<Files> = LazyLock::new(|| {
            let folder = repository().join("catalog");
            let mut files = BTreeMap::new();
            collect(&folder, &folder, &mut files);
            assert!(files.len() > 50, "{} has the files of the catalog", folder.display());
            Files(files)
        });
        READ.clone()
    }

    /// Changes one of the files.
    #[must_use]
    pub fn with(mut self, file: &str, change: impl FnOnce(&mut Value)) -> Self {
        change(self.0.get_mut(file).unwrap_or_else(|| panic!("there is no {file}")));
        self
    }

    /// Changes a credential of Texas.
    #[must_use]
    pub fn with_texan(self, id: &str, change: impl FnOnce(&mut Value)) -> Self {
        self.with("jurisdictions/us-tx.json", |file| {
            let mut credentials = file["credentials"].as_array_mut().unwrap().iter_mut();
            change(credentials.find(|credential| credential["id"] == id).unwrap());
        })
    }

    /// Removes a credential of Texas.
    #[must_use]
    pub fn without_texan(self, id: &str) -> Self {
        self.with("jurisdictions/us-tx.json", |file| {
            file["credentials"].as_array_mut().unwrap().retain(|credential| credential["id"] != id);
        })
    }

    /// All records in lists of this name. The ids of sources include their file, as in the service.
    #[must_use]
    pub fn records(&self, list: &str) -> Vec<FileRecord> {
        let mut records = Vec::new();
        for (path, file) in &self.0 {
            let name = path.rsplit('/').next().unwrap().trim_end_matches(".json");
            for body in file[list].as_array().into_iter().flatten() {
                let mut body = body.clone();
                qualify(&mut body, name, list == "sources");
                records.push(FileRecord { file: name.into(), body });
            }
        }
        assert!(!records.is_empty(), "there are {list}");
        records
    }

    #[must_use]
    pub fn record(&self, list: &str, id: &str) -> Value {
        let mut found = self.records(list).into_iter().filter(|record| record.body["id"] == id);
        found.next().unwrap_or_else(|| panic!("there is no {id} among the {list}")).body
    }

    /// The files for the domain's reader.
    #[must_use]
    pub fn texts(&self) -> Vec<FileText> {
        self.0.iter().map(|(name, value)| FileText { name: name.clone(), text: value.to_string() }).collect()
    }

    /// Writes the files into a folder.
    pub fn write(&self, folder: &Path) {
        for (name, value) in &self.0 {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, serde_json::to_string_pretty(value).unwrap()).unwrap();
        }
    }
}

fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, Value>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|ending| ending == "json") && !path.ends_with("file.schema.json") {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            files.insert(name, serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap());
        }
    }
}

/// Adds the name of the file to the id of every source.
fn qualify(value: &mut Value, file: &str, is_source: bool) {
    let prefix = |id: &mut Value| {
        if let Some(text) = id.as_str() {
            *id = format!("{file}/{text}").into();
        }
    };
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                match key.as_str() {
                    "source" => prefix(value),
                    "id" if is_source => prefix(value),
                    "source_ids" => value.as_array_mut().unwrap().iter_mut().for_each(prefix),
                    _ => qualify(value, file, false),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| qualify(item, file, is_source)),
        _ => {}
    }
}

/// A test's own folder, which is removed with this.
pub struct Folder(PathBuf);

impl Folder {
    #[must_use]
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(format!("peerpath-test-{}", uuid::Uuid::new_v4().simple()));
        fs::create_dir(&path).unwrap();
        Self(path)
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file into the folder, and returns its path.
    #[must_use]
    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().into()
    }
}

impl Default for Folder {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // If this fails, the system cleans up its folder for temporary files.
        let _ = fs::remove_dir_all(&self.0);
    }
}
