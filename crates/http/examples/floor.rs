//! The baseline for `scripts/bench`: a bare actix server that sends one prepared answer to every request.
//!
//! usage: floor ADDRESS WORKERS STATUS HEADERS-FILE BODY-FILE
//!
//! The headers file has one `name: value` per line. The server has no routing, tokens or log, so no server built on actix
//! can be faster. The server parses a request body as an eligibility request and discards it.

use std::error::Error;
use std::hint::black_box;
use std::{env, fs, io};

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{App, HttpResponse, HttpServer, web};
use peerpath_domain::guidance::profile::Profile;
use serde::Deserialize;

/// The parts of an eligibility request that the service reads.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    profile: Profile,
    limit: Option<u16>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let mut next = || {
        arguments.next().ok_or_else(|| io::Error::other("usage: floor ADDRESS WORKERS STATUS HEADERS-FILE BODY-FILE"))
    };
    let (address, workers): (String, usize) = (next()?, next()?.parse()?);
    let status: StatusCode = next()?.parse()?;
    let mut headers: Vec<(HeaderName, HeaderValue)> = Vec::new();
    for line in fs::read_to_string(next()?)?.lines() {
        if let Some((name, value)) = line.split_once(": ") {
            headers.push((name.parse()?, value.parse()?));
        }
    }
    let body = Bytes::from(fs::read(next()?)?);

    let app = move || {
        let (headers, body) = (headers.clone(), body.clone());
        App::new().default_service(web::to(move |sent: Bytes| {
            let mut response = HttpResponse::build(status);
            for (name, value) in &headers {
                response.insert_header((name.clone(), value.clone()));
            }
            let body = body.clone();
            async move {
                if !sent.is_empty() {
                    match serde_json::from_slice::<Request>(&sent) {
                        Ok(Request { profile, limit }) => drop(black_box((profile, limit))),
                        Err(_) => return HttpResponse::BadRequest().finish(),
                    }
                }
                if body.is_empty() { response.finish() } else { response.body(body) }
            }
        }))
    };
    HttpServer::new(app).workers(workers).tcp_nodelay(true).bind(address)?.run().await?;
    Ok(())
}
