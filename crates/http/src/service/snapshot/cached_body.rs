//! A body that is ready to be sent, in each coding, with its strong entity tag.

use std::io::Write;
use std::sync::OnceLock;

use actix_web::http::header::HeaderValue;
use actix_web::web::Bytes;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// Below this, compressing does not pay: the answer fits into one packet as it is.
const WORTH_COMPRESSING: usize = 860;

/// How hard brotli tries, of 0 to 11. From 6 on it takes much longer for little.
const BROTLI_QUALITY: i32 = 5;

/// How a body is encoded for transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// As it is.
    Identity,
    /// gzip.
    Gzip,
    /// Brotli.
    Brotli,
}

impl Coding {
    /// The word for it in `Content-Encoding`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
        }
    }
}

/// A body that is ready to be sent.
#[derive(Debug)]
pub struct CachedBody {
    identity: Bytes,
    gzip: OnceLock<Bytes>,
    brotli: OnceLock<Bytes>,
    /// The tags of the three. They do not need the bytes: an unchanged answer is told without compressing anything.
    tags: [HeaderValue; 3],
    link: Option<HeaderValue>,
}

impl CachedBody {
    /// A body, with the `Link` header that goes with it. It is compressed when a caller first asks for that.
    pub fn new(body: Vec<u8>, link: Option<HeaderValue>) -> Self {
        let digest = Sha256::digest(&body);
        let tag = BASE64_URL_SAFE_NO_PAD.encode(digest.get(..16).unwrap_or_default());
        let tags = ["", "-gz", "-br"].map(|suffix| etag(&tag, suffix));
        Self { identity: body.into(), gzip: OnceLock::new(), brotli: OnceLock::new(), tags, link }
    }

    /// Whether the body is better sent in a coding than as it is.
    pub fn is_worth_compressing(&self) -> bool {
        self.identity.len() >= WORTH_COMPRESSING
    }

    /// Whether the coding would first have to be made, at the cost of some milliseconds.
    pub fn is_ready(&self, coding: Coding) -> bool {
        match coding {
            Coding::Identity => true,
            Coding::Gzip => self.gzip.get().is_some(),
            Coding::Brotli => self.brotli.get().is_some(),
        }
    }

    /// The bytes to send in a coding.
    pub fn bytes(&self, coding: Coding) -> Bytes {
        match coding {
            Coding::Identity => self.identity.clone(),
            Coding::Gzip => self.gzip.get_or_init(|| gzip(&self.identity).into()).clone(),
            Coding::Brotli => self.brotli.get_or_init(|| brotli(&self.identity).into()).clone(),
        }
    }

    /// The strong entity tag of these bytes.
    pub const fn etag(&self, coding: Coding) -> &HeaderValue {
        let [identity, gzip, brotli] = &self.tags;
        match coding {
            Coding::Identity => identity,
            Coding::Gzip => gzip,
            Coding::Brotli => brotli,
        }
    }

    /// Where the next page is.
    pub const fn link(&self) -> Option<&HeaderValue> {
        self.link.as_ref()
    }

    /// How many bytes it takes, roughly.
    pub fn size(&self) -> usize {
        // What it compresses to is some sixth of the body, twice.
        self.identity.len() + self.identity.len() / 3 + 500
    }
}

fn etag(tag: &str, suffix: &str) -> HeaderValue {
    // Base64 and these suffixes are always valid in a header.
    HeaderValue::from_str(&format!("\"{tag}{suffix}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), Compression::default());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(body);
    encoder.finish().unwrap_or_default()
}

fn brotli(body: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::with_capacity(body.len() / 4);
    let params =
        brotli::enc::BrotliEncoderParams { quality: BROTLI_QUALITY, size_hint: body.len(), ..Default::default() };
    let mut reader = body;
    // Reading from and writing to memory cannot fail.
    let _ = brotli::BrotliCompress(&mut reader, &mut compressed, &params);
    compressed
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn each_coding_holds_the_body_under_a_tag_of_its_own() {
        let body: Vec<u8> = "{\"a\": 1}".repeat(500).into();
        let prepared = CachedBody::new(body.clone(), None);
        let mut unzipped = Vec::new();
        flate2::read::GzDecoder::new(&*prepared.bytes(Coding::Gzip)).read_to_end(&mut unzipped).unwrap();
        assert_eq!(unzipped, body);
        let mut unbrotlied = Vec::new();
        brotli::BrotliDecompress(&mut &*prepared.bytes(Coding::Brotli), &mut unbrotlied).unwrap();
        assert_eq!(unbrotlied, body);
        let tags = [Coding::Identity, Coding::Gzip, Coding::Brotli].map(|coding| prepared.etag(coding).clone());
        assert!(tags[0] != tags[1] && tags[1] != tags[2] && tags[0] != tags[2]);
        assert_eq!(CachedBody::new(body, None).etag(Coding::Identity), tags[0]);
    }
}
