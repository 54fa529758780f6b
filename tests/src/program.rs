//! The program `peerpath` as users run it.

use std::path::PathBuf;
use std::process::Stdio;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::database::TestDatabase;
use crate::files::{Folder, repository};
use crate::service::{ISSUER, SEALING_KEY};

/// The outcome of a run.
#[derive(Debug)]
pub struct Outcome {
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Outcome {
    /// Standard output of a run that must have succeeded.
    #[must_use]
    pub fn ok(&self) -> &str {
        assert_eq!(self.code, 0, "{self:?}");
        &self.out
    }

    /// Standard output as JSON, of a run that must have succeeded.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(self.ok()).unwrap_or_else(|_| panic!("{self:?} is JSON"))
    }
}

/// The program in the repository, with none of the variables that it reads.
#[must_use]
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(path());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("PEERPATH_") || name == "DATABASE_URL") {
        command.env_remove(name);
    }
    command.args(arguments).current_dir(repository()).stdin(Stdio::null()).kill_on_drop(true);
    command
}

pub async fn peerpath(arguments: &[&str]) -> Outcome {
    outcome(command(arguments)).await
}

pub async fn peerpath_on(database: &TestDatabase, arguments: &[&str]) -> Outcome {
    let mut command = command(arguments);
    command.env("DATABASE_URL", &database.url);
    outcome(command).await
}

pub async fn outcome(mut command: Command) -> Outcome {
    let output = command.output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Outcome { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

/// The program, in the folder above that of the tests.
fn path() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.ancestors().nth(2).unwrap().join("peerpath");
    assert!(program.exists(), "{} is missing; build it first: cargo build -p peerpath-http", program.display());
    program
}

/// `peerpath serve` as a process, which is killed with this.
pub struct Served {
    pub process: Child,
    pub url: String,
    pub metrics_url: String,
    folder: Folder,
}

impl Served {
    /// Starts the service on a database, and waits until it serves.
    pub async fn on(database: &TestDatabase) -> Self {
        let folder = Folder::new();
        let mut process = command(&["serve"])
            .env("DATABASE_URL", &database.url)
            .env("PEERPATH_ADDRESS", "127.0.0.1:0")
            .env("PEERPATH_METRICS_ADDRESS", "127.0.0.1:0")
            .env("PEERPATH_ISSUER", ISSUER)
            .env("PEERPATH_SEALING_KEYS", SEALING_KEY)
            .env("PEERPATH_MAIL_FOLDER", folder.path().join("mail"))
            .env("PEERPATH_WORKERS", "1")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        // Once the addresses are known, the rest of the log goes to a file.
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut addresses = None;
        let mut kept = String::new();
        while addresses.is_none() {
            let line = lines.next_line().await.unwrap().expect("the service tells where it answers");
            let entry: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("{line} is a log entry"));
            kept.push_str(&line);
            kept.push('\n');
            let url = |name: &str| Some(format!("http://{}", entry[name].as_str()?));
            addresses = url("address").zip(url("metrics_address"));
        }
        let log = folder.path().join("log");
        std::fs::write(&log, kept).unwrap();
        tokio::spawn(async move {
            let mut file = std::fs::OpenOptions::new().append(true).open(log).unwrap();
            while let Ok(Some(line)) = lines.next_line().await {
                std::io::Write::write_all(&mut file, format!("{line}\n").as_bytes()).unwrap();
            }
        });
        let (url, metrics) = addresses.unwrap();
        Self { process, url, metrics_url: format!("{metrics}/metrics"), folder }
    }

    /// Sends a signal, such as `TERM`.
    pub async fn signal(&self, name: &str) {
        let id = self.process.id().expect("it runs").to_string();
        let sent = Command::new("sh").args(["-c", &format!("kill -{name} {id}")]).status().await.unwrap();
        assert!(sent.success());
    }

    /// The lines of the log.
    #[must_use]
    pub fn log(&self) -> Vec<Value> {
        let text = std::fs::read_to_string(self.folder.path().join("log")).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line} is a log entry")))
            .collect()
    }
}
