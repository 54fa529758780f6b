//! A cached body in each coding, with strong entity tags.

use std::io::Write;
use std::sync::OnceLock;

use actix_web::http::header::HeaderValue;
use actix_web::web::Bytes;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// Minimum length of bodies to compress, in bytes. A shorter answer fits into one packet.
const WORTH_COMPRESSING: usize = 860;

/// Brotli's quality, from 0 to 11. Values above 5 take much longer for little gain.
const BROTLI_QUALITY: i32 = 5;

/// The content coding of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    Identity,
    Gzip,
    Brotli,
}

impl Coding {
    /// The word in `Content-Encoding`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Gzip => "gzip",
            Self::Brotli => "br",
        }
    }
}

#[derive(Debug)]
pub struct CachedBody {
    identity: Bytes,
    gzip: OnceLock<Bytes>,
    brotli: OnceLock<Bytes>,
    /// The tags of the three codings. They do not depend on the compressed bytes, so a 304 compresses nothing.
    tags: [HeaderValue; 3],
    link: Option<HeaderValue>,
}

impl CachedBody {
    /// A body and its `Link` header. The first request for a coding compresses the body.
    pub fn new(body: Vec<u8>, link: Option<HeaderValue>) -> Self {
        let digest = Sha256::digest(&body);
        let tag = BASE64_URL_SAFE_NO_PAD.encode(digest.get(..16).unwrap_or_default());
        let tags = ["", "-gz", "-br"].map(|suffix| etag(&tag, suffix));
        Self { identity: body.into(), gzip: OnceLock::new(), brotli: OnceLock::new(), tags, link }
    }

    /// Whether compressing the body pays.
    pub fn is_worth_compressing(&self) -> bool {
        self.identity.len() >= WORTH_COMPRESSING
    }

    /// Whether the body is compressed already; compressing takes some milliseconds.
    pub fn is_ready(&self, coding: Coding) -> bool {
        match coding {
            Coding::Identity => true,
            Coding::Gzip => self.gzip.get().is_some(),
            Coding::Brotli => self.brotli.get().is_some(),
        }
    }

    /// The body in a coding.
    pub fn bytes(&self, coding: Coding) -> Bytes {
        match coding {
            Coding::Identity => self.identity.clone(),
            Coding::Gzip => self.gzip.get_or_init(|| gzip(&self.identity).into()).clone(),
            Coding::Brotli => self.brotli.get_or_init(|| brotli(&self.identity).into()).clone(),
        }
    }

    /// The strong entity tag of the body in a coding.
    pub const fn etag(&self, coding: Coding) -> &HeaderValue {
        let [identity, gzip, brotli] = &self.tags;
        match coding {
            Coding::Identity => identity,
            Coding::Gzip => gzip,
            Coding::Brotli => brotli,
        }
    }

    /// The `Link` to the next page.
    pub const fn link(&self) -> Option<&HeaderValue> {
        self.link.as_ref()
    }

    /// Its approximate size in memory, in bytes.
    pub fn size(&self) -> usize {
        // Each of the two codings takes about a sixth of the body.
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
