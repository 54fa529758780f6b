//! `peerpath health`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::Failure;

/// Timeout of the check.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Checks whether the service at an address is ready. An unspecified address (`0.0.0.0`) means this machine.
pub(super) async fn check(mut address: SocketAddr) -> Result<(), Failure> {
    match address.ip() {
        IpAddr::V4(Ipv4Addr::UNSPECIFIED) => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(Ipv6Addr::UNSPECIFIED) => address.set_ip(Ipv6Addr::LOCALHOST.into()),
        _ => {}
    }
    let exchange = timeout(TIMEOUT, async {
        let mut stream = TcpStream::connect(address).await?;
        let request = format!("GET /health/ready HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    });
    let silent = |detail: String| Failure::Other(format!("{address} does not answer: {detail}"));
    let answer = exchange
        .await
        .map_err(|_| silent(format!("timed out after {} seconds", TIMEOUT.as_secs())))?
        .map_err(|error| silent(error.to_string()))?;
    let status = answer.split(' ').nth(1).unwrap_or_default();
    if status == "200" { Ok(()) } else { Err(Failure::Other(format!("{address} is not ready: status {status}"))) }
}
