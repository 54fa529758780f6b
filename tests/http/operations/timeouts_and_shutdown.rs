//! Slow requests, and requests in flight when the service stops.

use peerpath_tests::database::TestDatabase;
use peerpath_tests::program::Served;
use peerpath_tests::service::{MHPS, Machine, Service, Setup};
use peerpath_tests::{eventually, in_time};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

async fn connect(url: &str) -> TcpStream {
    TcpStream::connect(url.trim_start_matches("http://")).await.unwrap()
}

/// Begins a request for a token, and waits until the service expects the body.
async fn begin_to_ask(url: &str, body: &str) -> TcpStream {
    let mut stream = connect(url).await;
    let head = format!(
        "POST /oauth/token HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 100");
    stream
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_takes_too_long_is_cut_off() {
    let quick = |setup: &mut Setup| setup.config.request_seconds = 1;
    let service = Service::start_with(TestDatabase::with_catalog(), quick).await;
    let mut stream = begin_to_ask(&service.url, "grant_type=client_credentials").await;
    let mut rest = String::new();
    // The body never comes.
    in_time("the end of the answer", stream.read_to_string(&mut rest)).await.unwrap();
    assert!(rest.contains("HTTP/1.1 503"), "{rest}");
    assert!(rest.contains("content-type: application/problem+json"), "{rest}");
    assert_eq!(service.get(MHPS).await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stopping_service_finishes_requests_in_flight_and_accepts_no_others() {
    let database = TestDatabase::with_catalog();
    let machine = Machine::in_database(&database).await;
    let body = format!("grant_type=client_credentials&client_id={}&client_secret={}", machine.id, machine.secret);
    for signal in ["TERM", "INT"] {
        let mut served = Served::on(&database).await;
        let mut stream = begin_to_ask(&served.url, &body).await;
        served.signal(signal).await;
        let address = served.url.trim_start_matches("http://").to_owned();
        eventually("connections to be refused", async || TcpStream::connect(&address).await.is_err().then_some(()))
            .await;
        assert!(served.process.try_wait().unwrap().is_none(), "{signal}: the request in flight is waited for");

        stream.write_all(body.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.contains("HTTP/1.1 200 OK") && answer.contains("access_token"), "{signal}: {answer}");
        let ended = in_time("the end of the service", served.process.wait()).await;
        assert_eq!(ended.unwrap().code(), Some(0), "{signal}");
    }
}
