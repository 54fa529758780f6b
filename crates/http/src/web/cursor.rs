//! Cursors: the position where a page of a list ended, with a check of the list that it belongs to.

use actix_web::http::header::HeaderValue;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::query::QueryReader;

const CHECK: usize = 12;

/// What a cursor belongs to: the list and its filters, but neither the page size nor the fields.
pub fn fingerprint(path: &str, reader: &QueryReader) -> String {
    let mut pairs: Vec<_> = reader.pairs_without(&["cursor", "limit", "fields"]).collect();
    pairs.sort();
    format!("{path}?{pairs:?}")
}

fn check(payload: &[u8], fingerprint: &str) -> [u8; CHECK] {
    let digest = Sha256::new().chain_update(fingerprint).chain_update(payload).finalize();
    let mut check = [0; CHECK];
    check.iter_mut().zip(digest).for_each(|(to, from)| *to = from);
    check
}

/// The cursor of a position.
pub fn encode(position: &impl Serialize, fingerprint: &str) -> String {
    // A position always has a JSON form.
    let payload = serde_json::to_vec(position).unwrap_or_default();
    BASE64_URL_SAFE_NO_PAD.encode([check(&payload, fingerprint).as_slice(), &payload].concat())
}

/// The position of a cursor.
pub fn decode<T: DeserializeOwned>(cursor: &str, fingerprint: &str) -> Result<T, String> {
    let genuine = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| {
        let (found, payload) = bytes.split_at_checked(CHECK)?;
        (found == check(payload, fingerprint)).then(|| serde_json::from_slice(payload).ok()).flatten()
    });
    genuine.ok_or_else(|| {
        "is not a cursor of this list with these parameters; send next_cursor of the previous page".into()
    })
}

pub fn next_link(path: &str, reader: &QueryReader, cursor: &str) -> Option<HeaderValue> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in reader.pairs_without(&["cursor"]) {
        query.append_pair(name, value);
    }
    query.append_pair("cursor", cursor);
    HeaderValue::from_str(&format!("<{path}?{}>; rel=\"next\"", query.finish())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_works_for_its_own_list_only() {
        let cursor = encode(&3, "/v1/a");
        assert_eq!(decode(&cursor, "/v1/a"), Ok(3));
        assert!(decode::<u8>(&cursor, "/v1/b").is_err());
        let mut forged = BASE64_URL_SAFE_NO_PAD.decode(&cursor).unwrap();
        *forged.last_mut().unwrap() ^= 1;
        assert!(decode::<u8>(&BASE64_URL_SAFE_NO_PAD.encode(forged), "/v1/a").is_err());
        for text in ["", "made-up", "!!", "AAAA"] {
            assert!(decode::<u8>(text, "/v1/a").is_err(), "{text}");
        }
    }
}
