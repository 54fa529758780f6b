//! A database for each test, cloned from one with the catalog.

use std::collections::BTreeMap;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc;

use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use peerpath_persistence::catalog::{Imported, import};
use peerpath_persistence::{Connection, Database, migrations};
use reqwest::Url;

use crate::files::Files;

/// The first day of the first version of the catalog, in every database with a catalog.
pub const FIRST_DAY: &str = "2026-01-01";

/// A test's own database, which is dropped with this.
pub struct TestDatabase {
    name: String,
    pub url: String,
}

impl TestDatabase {
    /// A database with all tables and the repository's catalog, in force from [`FIRST_DAY`].
    #[must_use]
    pub fn with_catalog() -> Self {
        ADMINISTRATOR.clone_of("catalog")
    }

    /// A database with all tables and no catalog.
    #[must_use]
    pub fn empty() -> Self {
        ADMINISTRATOR.clone_of("empty")
    }

    pub async fn connection(&self) -> Connection {
        Database::new(&self.url, 1).unwrap().dedicated().await.unwrap()
    }

    pub async fn run(&self, statements: &str) {
        self.connection().await.batch_execute(statements).await.unwrap();
    }

    /// Locks a table against writes.
    pub async fn hold(&self, table: &str) -> HeldTable<'_> {
        let mut holder = self.connection().await;
        holder.batch_execute(&format!("begin; lock table {table} in share mode")).await.unwrap();
        HeldTable { database: self, holder }
    }

    /// The number of sessions that wait for a lock.
    pub async fn waiting(&self) -> i64 {
        let waiting = "datname = current_database() and wait_event_type = 'Lock'";
        self.number(&format!("select count(*) from pg_stat_activity where {waiting}")).await
    }

    pub async fn refuses(&self, statement: &str) -> bool {
        self.connection().await.batch_execute(statement).await.is_err()
    }

    pub async fn number(&self, query: &str) -> i64 {
        diesel::select(sql::<BigInt>(&format!("({query})"))).get_result(&mut self.connection().await).await.unwrap()
    }

    pub async fn text(&self, query: &str) -> String {
        diesel::select(sql::<Text>(&format!("({query})"))).get_result(&mut self.connection().await).await.unwrap()
    }

    pub async fn texts(&self, query: &str) -> Vec<String> {
        let select = query.strip_prefix("select ").expect("a query begins with select");
        diesel::select(sql::<Text>(select)).load(&mut self.connection().await).await.unwrap()
    }

    /// The number of rows and a digest of each table: equal if nothing has changed.
    ///
    /// Waits until all mails are sent.
    pub async fn state(&self) -> BTreeMap<String, String> {
        let mut db = self.connection().await;
        crate::eventually("every mail to be sent", async || {
            (self.number("select count(*) from outbox").await == 0).then_some(())
        })
        .await;
        let tables = sql::<Text>("select tablename::text from pg_tables where schemaname = 'public'");
        let mut state = BTreeMap::new();
        for table in tables.load::<String>(&mut db).await.unwrap() {
            let rows = format!(
                "select count(*) || ' rows, ' || md5(coalesce(string_agg(md5(one::text), '' order by md5(one::text)), '')) from {table} one"
            );
            let digest = diesel::select(sql::<Text>(&format!("({rows})"))).get_result(&mut db).await.unwrap();
            state.insert(table, digest);
        }
        state
    }

    /// Imports files as a new version of the catalog.
    pub async fn import(&self, files: &Files, effective: &str) -> Imported {
        import_into(&self.url, files, effective).await
    }

    /// Refuses new connections, and ends all present ones.
    pub async fn close(&self) {
        ADMINISTRATOR.run(&format!("alter database {} allow_connections false", self.name));
        self.end_sessions().await;
    }

    /// Accepts connections again.
    pub fn reopen(&self) {
        ADMINISTRATOR.run(&format!("alter database {} allow_connections true", self.name));
    }

    /// Ends all connections.
    pub async fn end_sessions(&self) {
        let others = format!("from pg_stat_activity where datname = '{}'", self.name);
        ADMINISTRATOR.run(&format!("select pg_terminate_backend(pid) {others}"));
        crate::eventually("every session to end", async || {
            (ADMINISTRATOR.number(&format!("select count(*) {others}")) == 0).then_some(())
        })
        .await;
    }
}

/// A table that is locked against writes.
pub struct HeldTable<'a> {
    database: &'a TestDatabase,
    holder: Connection,
}

impl HeldTable<'_> {
    /// Unlocks the table.
    pub async fn release(mut self) {
        self.holder.batch_execute("commit").await.unwrap();
    }

    /// Unlocks the table once this many sessions wait for it.
    pub async fn release_when_waiting(self, many: i64) {
        crate::eventually("all sessions to wait", async || (self.database.waiting().await == many).then_some(())).await;
        self.release().await;
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        ADMINISTRATOR.run(&format!("drop database if exists {} with (force)", self.name));
    }
}

/// Bytes in PostgreSQL's notation.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

async fn import_into(url: &str, files: &Files, effective: &str) -> Imported {
    let reading = peerpath_domain::catalog::read(&files.texts()).expect("the files have no violation");
    let mut db = Database::new(url, 1).unwrap().dedicated().await.unwrap();
    import(&mut db, &reading.catalog, &reading.records, effective.parse().unwrap()).await.unwrap()
}

/// A connection to the server's own database, on its own thread, that creates and drops the databases of tests.
///
/// The name of this connection identifies the run of the tests. A run cannot drop the databases that it clones from, so the
/// next run drops them.
struct Administrator {
    run: String,
    base: String,
    clones: AtomicU32,
    tasks: mpsc::Sender<Task>,
}

enum Task {
    Run(String, mpsc::Sender<()>),
    Number(String, mpsc::Sender<i64>),
}

static ADMINISTRATOR: LazyLock<Administrator> = LazyLock::new(Administrator::start);

impl Administrator {
    fn start() -> Self {
        let base = std::env::var("DATABASE_URL").unwrap_or_else(|_| {
            panic!("DATABASE_URL is not set: `scripts/postgres start` runs a server, `scripts/postgres url` tells its address")
        });
        let id = uuid::Uuid::new_v4().simple().to_string();
        let run = format!("peerpath_test_{}_{}", std::process::id(), &id[..8]);
        let (tasks, received) = mpsc::channel();
        let (ready, prepared) = mpsc::channel();
        let (of_thread, name) = (base.clone(), run.clone());
        std::thread::spawn(move || {
            // Two workers, because migrations block one.
            let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
            runtime.block_on(async {
                let mut db = prepare(&of_thread, &name).await;
                ready.send(()).unwrap();
                while let Ok(task) = received.recv() {
                    match task {
                        Task::Run(statement, done) => {
                            db.batch_execute(&statement).await.unwrap();
                            done.send(()).unwrap();
                        }
                        Task::Number(query, done) => {
                            let number = diesel::select(sql::<BigInt>(&format!("({query})")));
                            done.send(number.get_result(&mut db).await.unwrap()).unwrap();
                        }
                    }
                }
            });
        });
        prepared.recv().expect("the databases that others are cloned from can be made; is DATABASE_URL right?");
        Self { run, base, clones: AtomicU32::new(0), tasks }
    }

    fn run(&self, statement: &str) {
        let (done, finished) = mpsc::channel();
        self.tasks.send(Task::Run(statement.into(), done)).unwrap();
        finished.recv().unwrap_or_else(|_| panic!("{statement} failed"));
    }

    fn number(&self, query: &str) -> i64 {
        let (done, finished) = mpsc::channel();
        self.tasks.send(Task::Number(query.into(), done)).unwrap();
        finished.recv().unwrap_or_else(|_| panic!("{query} failed"))
    }

    fn clone_of(&self, template: &str) -> TestDatabase {
        let name = format!("{}_{}", self.run, self.clones.fetch_add(1, Ordering::Relaxed));
        self.run(&format!("create database {name} template {}_{template}", self.run));
        TestDatabase { url: address(&self.base, &name), name }
    }
}

/// Drops the databases of earlier runs, and creates those to clone from.
async fn prepare(base: &str, run: &str) -> Connection {
    let server = Database::new(base, 1).unwrap();
    let mut db = server.dedicated().await.unwrap_or_else(|error| panic!("DATABASE_URL leads nowhere: {error}"));
    db.batch_execute(&format!("set application_name = '{run}'")).await.unwrap();
    let left = "datname::text from pg_database where starts_with(datname, 'peerpath_test_') and not exists (
        select from pg_stat_activity session
        where session.application_name <> '' and starts_with(pg_database.datname, session.application_name || '_'))";
    for name in sql::<Text>(&format!("select {left}")).load::<String>(&mut db).await.unwrap() {
        db.batch_execute(&format!("drop database if exists {name} with (force)")).await.unwrap();
    }
    let (empty, catalog) = (format!("{run}_empty"), format!("{run}_catalog"));
    db.batch_execute(&format!("create database {empty}")).await.unwrap();
    migrations::run(&Database::new(&address(base, &empty), 1).unwrap()).await.unwrap();
    db.batch_execute(&format!("create database {catalog} template {empty}")).await.unwrap();
    import_into(&address(base, &catalog), &Files::of_repository(), FIRST_DAY).await;
    db
}

/// The URL of another database on the same server.
fn address(base: &str, name: &str) -> String {
    let mut url: Url = base.parse().expect("DATABASE_URL is an address");
    url.set_path(name);
    url.into()
}
