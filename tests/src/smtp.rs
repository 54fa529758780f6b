//! A local SMTP server that keeps the mails that it receives.

use std::collections::BTreeSet;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use mailin::response::{INTERNAL_ERROR, NO_MAILBOX, OK};
use mailin::{Action, Handler, Response, SessionBuilder};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::{LocalSet, spawn_local};

use crate::eventually;
use crate::mails::Mail;

/// How a server treats clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// It accepts mails.
    Taking,
    /// It refuses mails for now (451).
    PuttingOff,
    /// It closes every connection.
    Down,
}

/// A received mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The sender in the envelope.
    pub from: String,
    /// The recipients in the envelope.
    pub to: Vec<String>,
    /// The mail in bytes.
    pub bytes: Vec<u8>,
}

impl Delivery {
    #[must_use]
    pub fn mail(&self) -> Mail {
        Mail::parse(&self.bytes)
    }
}

struct Desk {
    mood: Mood,
    unknown: BTreeSet<String>,
    refused: usize,
    deliveries: Vec<Delivery>,
}

/// An SMTP server, which stops with this.
pub struct SmtpServer {
    /// Its URL for the configuration of the service.
    pub url: String,
    desk: Arc<Mutex<Desk>>,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl SmtpServer {
    #[must_use]
    pub fn start(mood: Mood) -> Self {
        let desk = Arc::new(Mutex::new(Desk { mood, unknown: BTreeSet::new(), refused: 0, deliveries: Vec::new() }));
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("smtp://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let of_thread = Arc::clone(&desk);
        // Conversations stay on the thread on which they began.
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            LocalSet::new().block_on(&runtime, async {
                let listener = TcpListener::from_std(listener).unwrap();
                tokio::select! {
                    () = serve(listener, of_thread) => {}
                    _ = stopped => {}
                }
            });
        });
        Self { url, desk, running: Some((stop, thread)) }
    }

    pub fn turn(&self, mood: Mood) {
        lock(&self.desk).mood = mood;
    }

    /// Refuses this address from now on (550).
    pub fn disown(&self, address: &str) {
        lock(&self.desk).unknown.insert(address.into());
    }

    /// The number of refusals.
    #[must_use]
    pub fn refused(&self) -> usize {
        lock(&self.desk).refused
    }

    /// The received mails, oldest first.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        lock(&self.desk).deliveries.clone()
    }

    /// The received mails to an address, oldest first.
    #[must_use]
    pub fn to(&self, address: &str) -> Vec<Delivery> {
        let mut deliveries = self.deliveries();
        deliveries.retain(|delivery| delivery.to.iter().any(|to| to.eq_ignore_ascii_case(address)));
        deliveries
    }

    /// Waits for a mail to an address whose subject contains these words.
    pub async fn one(&self, address: &str, subject: &str) -> Delivery {
        let what = format!("a mail to {address} about {subject:?}");
        let about = |delivery: &Delivery| delivery.mail().subject.contains(subject);
        eventually(&what, async || self.to(address).into_iter().rev().find(about)).await
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        if let Some((stop, thread)) = self.running.take() {
            let _ = stop.send(());
            let _ = thread.join();
        }
    }
}

fn lock(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(listener: TcpListener, desk: Arc<Mutex<Desk>>) {
    loop {
        let Ok((stream, peer)) = listener.accept().await else { continue };
        if lock(&desk).mood == Mood::Down {
            lock(&desk).refused += 1;
            continue;
        }
        let clerk = Clerk { desk: Arc::clone(&desk), from: String::new(), to: Vec::new(), bytes: Vec::new() };
        // A connection that ends in the middle delivers nothing.
        spawn_local(async move { converse(stream, peer.ip(), clerk).await.ok() });
    }
}

async fn converse(stream: TcpStream, peer: IpAddr, clerk: Clerk) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut session = SessionBuilder::new("mail.test").build(peer, clerk);
    stream.write_all(&session.greeting().buffer()?).await?;
    loop {
        let mut line = Vec::new();
        if stream.read_until(b'\n', &mut line).await? == 0 {
            return Ok(());
        }
        let response = session.process(&line);
        stream.write_all(&response.buffer()?).await?;
        if response.action == Action::Close {
            return Ok(());
        }
    }
}

/// The conversation with one client.
struct Clerk {
    desk: Arc<Mutex<Desk>>,
    from: String,
    to: Vec<String>,
    bytes: Vec<u8>,
}

impl Handler for Clerk {
    fn mail(&mut self, _: IpAddr, _: &str, from: &str) -> Response {
        (self.from, self.to, self.bytes) = (from.into(), Vec::new(), Vec::new());
        OK
    }

    fn rcpt(&mut self, to: &str) -> Response {
        let mut desk = lock(&self.desk);
        let response = match desk.mood {
            _ if desk.unknown.contains(to) => NO_MAILBOX,
            Mood::Taking => OK,
            Mood::PuttingOff | Mood::Down => INTERNAL_ERROR,
        };
        if response.is_error {
            desk.refused += 1;
        } else {
            self.to.push(to.into());
        }
        response
    }

    fn data(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes.extend(bytes);
        Ok(())
    }

    fn data_end(&mut self) -> Response {
        let delivery = Delivery {
            from: self.from.clone(),
            to: std::mem::take(&mut self.to),
            bytes: std::mem::take(&mut self.bytes),
        };
        lock(&self.desk).deliveries.push(delivery);
        OK
    }
}
