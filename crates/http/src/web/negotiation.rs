//! Content negotiation, with the header types of actix-web.

use std::str::FromStr;

use actix_web::HttpRequest;
use actix_web::http::header::{
    Accept, AcceptEncoding, ContentEncoding, Encoding, EntityTag, Header, IfNoneMatch, Preference, Quality, QualityItem,
};

use super::problem::{Problem, ProblemKind};
use crate::service::snapshot::Coding;

/// A media type of an answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Representation {
    /// The media type, without parameters.
    pub media_type: &'static str,
    /// The value of `Content-Type`, with parameters.
    pub content_type: &'static str,
}

impl Representation {
    pub const fn new(media_type: &'static str) -> Self {
        Self { media_type, content_type: media_type }
    }
}

pub const JSON: &[Representation] = &[Representation::new("application/json")];

/// Chooses the representation that the caller prefers; among equals, the first.
pub fn representation(
    request: &HttpRequest,
    offered: &'static [Representation],
) -> Result<&'static Representation, Problem> {
    let accept = Accept::parse(request).map(|accept| accept.0).unwrap_or_default();
    let quality = |representation: &Representation| {
        if accept.is_empty() {
            return Quality::MAX;
        }
        let (family, _) = representation.media_type.split_once('/').unwrap_or_default();
        // The most specific range decides.
        let ranges = accept.iter().filter_map(|range| {
            let closeness = match (range.item.type_().as_str(), range.item.subtype().as_str()) {
                _ if range.item.essence_str() == representation.media_type => 3_u8,
                (named, "*") if named == family => 2,
                ("*", "*") => 1,
                _ => return None,
            };
            Some((closeness, range.quality))
        });
        ranges.max_by_key(|(closeness, _)| *closeness).map_or(Quality::ZERO, |(_, quality)| quality)
    };
    let mut best: Option<(&Representation, Quality)> = None;
    for representation in offered {
        let quality = quality(representation);
        if quality > best.map_or(Quality::ZERO, |(_, best)| best) {
            best = Some((representation, quality));
        }
    }
    best.map(|(representation, _)| representation).ok_or_else(|| {
        let supported: Vec<&str> = offered.iter().map(|one| one.media_type).collect();
        let detail = format!("Supported media types: {}", supported.join(", "));
        Problem::new(ProblemKind::NotAcceptable, detail)
    })
}

/// Chooses the coding that the caller prefers; among equals, the smallest. A body that is too short to compress is sent
/// compressed only when the caller refuses `identity`.
pub fn coding(request: &HttpRequest, worth_compressing: bool) -> Result<Coding, Problem> {
    let mut accept = AcceptEncoding::parse(request).unwrap_or_else(|_| AcceptEncoding(Vec::new()));
    // `*` stands for each coding that the header does not name.
    if let Some(quality) = accept.iter().find(|range| range.item == Preference::Any).map(|range| range.quality) {
        for encoding in [Encoding::brotli(), Encoding::gzip()].map(Preference::Specific) {
            if !accept.iter().any(|range| range.item == encoding) {
                accept.0.push(QualityItem::new(encoding, quality));
            }
        }
    }
    let (identity, all) = ([Encoding::identity()], [Encoding::brotli(), Encoding::gzip(), Encoding::identity()]);
    let first = if worth_compressing { all.as_slice() } else { identity.as_slice() };
    let chosen = accept.negotiate(first.iter()).or_else(|| accept.negotiate(all.iter()));
    match chosen {
        Some(Encoding::Known(ContentEncoding::Brotli)) => Ok(Coding::Brotli),
        Some(Encoding::Known(ContentEncoding::Gzip)) => Ok(Coding::Gzip),
        Some(Encoding::Known(ContentEncoding::Identity)) => Ok(Coding::Identity),
        _ => Err(Problem::new(ProblemKind::NotAcceptable, "Supported codings: identity, gzip, br")),
    }
}

/// Whether `If-None-Match` names the tag. The comparison is weak, as RFC 9110 requires for reads.
pub fn is_unchanged(request: &HttpRequest, tag: &str) -> bool {
    let Ok(tag) = EntityTag::from_str(tag) else { return false };
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(&tag)),
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header;
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn the_best_acceptable_coding_is_chosen() {
        for (accept, expected) in [
            ("gzip, deflate, br", Some(Coding::Brotli)),
            ("GZIP;q=1.0, br;q=0.5", Some(Coding::Gzip)),
            ("br;q=0", Some(Coding::Identity)),
            ("deflate", Some(Coding::Identity)),
            ("identity;q=0, deflate", None),
            ("*", Some(Coding::Brotli)),
            ("identity;q=0, *", Some(Coding::Brotli)),
            ("*;q=0", None),
            ("gzip, *;q=0", Some(Coding::Gzip)),
            ("identity, gzip;q=0.5", Some(Coding::Identity)),
        ] {
            let request = TestRequest::get().insert_header((header::ACCEPT_ENCODING, accept)).to_http_request();
            assert_eq!(coding(&request, true).ok(), expected, "{accept}");
        }
        assert_eq!(coding(&TestRequest::get().to_http_request(), true).ok(), Some(Coding::Identity));
        let only = TestRequest::get().insert_header((header::ACCEPT_ENCODING, "gzip, identity;q=0")).to_http_request();
        assert_eq!(coding(&only, false).ok(), Some(Coding::Gzip));
    }

    #[test]
    fn the_preferred_media_type_is_sent() {
        const OFFERED: &[Representation] = &[Representation::new("application/json"), Representation::new("text/csv")];
        for (accept, expected) in [
            ("*/*", Some("application/json")),
            ("text/csv", Some("text/csv")),
            ("Text/*", Some("text/csv")),
            ("text/csv;q=0.4, application/json;q=0.5", Some("application/json")),
            ("text/csv, */*;q=0.1", Some("text/csv")),
            ("application/json;q=0, */*", Some("text/csv")),
            ("text/html", None),
            ("text/csv;q=0", None),
        ] {
            let request = TestRequest::get().insert_header((header::ACCEPT, accept)).to_http_request();
            assert_eq!(representation(&request, OFFERED).ok().map(|one| one.media_type), expected, "{accept}");
        }
    }

    #[test]
    fn a_tag_is_found_among_several() {
        for (sent, expected) in [("\"b\", \"a\"", true), ("W/\"a\"", true), ("*", true), ("\"b\"", false), ("a", false)]
        {
            let request = TestRequest::get().insert_header((header::IF_NONE_MATCH, sent)).to_http_request();
            assert_eq!(is_unchanged(&request, "\"a\""), expected, "{sent}");
        }
    }
}
