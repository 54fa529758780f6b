//! The load generator for token refreshes in `scripts/bench`. Each connection has its own session and sends its latest
//! refresh token. One thread drives all connections, like pgbench.
//!
//! usage: refreshing ADDRESS SECONDS FILE...
//!
//! Each file holds the refresh token of a session; the program writes the latest token back. The program prints the number
//! of refreshes per second, and fails when the service refuses a refresh.

use std::error::Error;
use std::time::{Duration, Instant};
use std::{env, fs, io};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

type Failure = Box<dyn Error + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    let mut arguments = env::args().skip(1);
    let mut next = || arguments.next().ok_or_else(|| io::Error::other("usage: refreshing ADDRESS SECONDS FILE..."));
    let (address, seconds): (String, u64) = (next()?, next()?.parse()?);
    let begun = Instant::now();
    let mut sessions = JoinSet::new();
    for file in arguments {
        sessions.spawn(refresh(address.clone(), file, begun + Duration::from_secs(seconds)));
    }
    let mut total = 0;
    while let Some(session) = sessions.join_next().await {
        total += session??;
    }
    println!("{:.3}", f64::from(total) / begun.elapsed().as_secs_f64());
    Ok(())
}

/// Refreshes one session until the end; returns the number of refreshes.
async fn refresh(address: String, file: String, end: Instant) -> Result<u32, Failure> {
    let mut token = fs::read_to_string(&file)?.trim().to_owned();
    let mut stream = TcpStream::connect(&address).await?;
    stream.set_nodelay(true)?;
    let mut buffer = vec![0; 16 * 1024];
    let mut count = 0;
    while Instant::now() < end {
        let body = format!("{{\"refresh_token\":\"{token}\"}}");
        let head =
            "POST /v1/sessions/refresh HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: ";
        stream.write_all(format!("{head}{}\r\n\r\n{body}", body.len()).as_bytes()).await?;
        let answer = answer(&mut stream, &mut buffer).await?;
        let (_, rest) = answer.split_once("\"refresh_token\":\"").ok_or_else(|| io::Error::other(answer.to_owned()))?;
        token = rest.split('"').next().unwrap_or_default().to_owned();
        count += 1;
    }
    fs::write(file, token)?;
    Ok(count)
}

/// Reads one complete answer.
async fn answer<'a>(stream: &mut TcpStream, buffer: &'a mut [u8]) -> Result<&'a str, Failure> {
    let mut length = 0;
    loop {
        let free = buffer.get_mut(length..).unwrap_or_default();
        let read = stream.read(free).await?;
        if read == 0 {
            return Err("the connection ended".into());
        }
        length += read;
        let text = std::str::from_utf8(buffer.get(..length).unwrap_or_default())?;
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let expected = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
        if expected.is_some_and(|expected| body.len() >= expected) {
            return Ok(std::str::from_utf8(buffer.get(..length).unwrap_or_default())?);
        }
    }
}
