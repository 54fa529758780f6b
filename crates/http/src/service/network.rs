//! Client addresses: the address of the peer, or the address that trusted proxies report.

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

use actix_web::http::header::{self, HeaderMap, HeaderName};
use clap::ValueEnum;
use ipnet::IpNet;

/// The header in which proxies report the client's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`, which most proxies send.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// The trusted proxies, and the header in which they report the client's address.
///
/// Only one header is trusted, because a proxy that writes one of them passes the other on as the client sent it.
#[derive(Debug, Clone)]
pub struct Proxies {
    trusted: Vec<IpNet>,
    header: ForwardedHeader,
}

impl Proxies {
    pub const fn new(trusted: Vec<IpNet>, header: ForwardedHeader) -> Self {
        Self { trusted, header }
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }

    /// The client's address: the last address in the chain that is not a trusted proxy.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.trusts(peer) {
            return peer;
        }
        let name: HeaderName = match self.header {
            ForwardedHeader::XForwardedFor => HeaderName::from_static("x-forwarded-for"),
            ForwardedHeader::Forwarded => header::FORWARDED,
        };
        let mut hops: Vec<&str> = Vec::new();
        for value in headers.get_all(name) {
            hops.extend(value.to_str().unwrap_or_default().split(','));
        }
        let mut client = peer;
        for hop in hops.into_iter().rev() {
            let address = match self.header {
                ForwardedHeader::XForwardedFor => address(hop),
                ForwardedHeader::Forwarded => forwarded_for(hop),
            };
            // No trusted proxy writes a hop that cannot be parsed, so the chain ends here.
            let Some(address) = address else { break };
            client = address;
            if !self.trusts(address) {
                break;
            }
        }
        client
    }
}

/// Parses an address, with or without a port, and IPv6 with or without brackets.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let bare = match text.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None if text.matches(':').count() == 1 => text.split(':').next().unwrap_or_default(),
        None => text,
    };
    IpAddr::from_str(bare).ok().map(|address| address.to_canonical())
}

/// The address in the `for` parameter of a `Forwarded` element.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let value = element.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then_some(value)
    });
    address(value?)
}

/// The unit for quotas of addresses: an IPv4 address, or an IPv6 network (/64), because one person has a whole network.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 64))),
    }
}

/// The IPv6 network (/48) that one customer of a provider can have.
pub fn wide_network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & (u128::MAX << 80))),
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn client(
        trusted: &[&str],
        header: ForwardedHeader,
        peer: &str,
        headers: &[(&'static str, &'static str)],
    ) -> String {
        let trusted = trusted.iter().map(|network| network.parse().unwrap()).collect();
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        Proxies::new(trusted, header).client(peer.parse().unwrap(), &map).to_string()
    }

    #[test]
    fn only_configured_proxies_are_trusted() {
        use ForwardedHeader::{Forwarded, XForwardedFor};
        let claims = [("x-forwarded-for", "1.2.3.4"), ("forwarded", "for=5.6.7.8")];
        assert_eq!(client(&[], XForwardedFor, "10.0.0.1", &claims), "10.0.0.1");
        assert_eq!(client(&["10.0.0.0/8"], XForwardedFor, "9.9.9.9", &claims), "9.9.9.9");
        assert_eq!(client(&["10.0.0.0/8"], XForwardedFor, "10.0.0.1", &claims), "1.2.3.4");
        assert_eq!(client(&["10.0.0.0/8"], Forwarded, "10.0.0.1", &claims), "5.6.7.8");
        assert_eq!(client(&["10.0.0.0/8"], XForwardedFor, "10.0.0.1", &[("forwarded", "for=5.6.7.8")]), "10.0.0.1");
        assert_eq!(client(&["10.0.0.0/8"], XForwardedFor, "::ffff:10.0.0.1", &claims), "1.2.3.4");
    }

    #[test]
    fn addresses_that_the_client_made_up_are_ignored() {
        use ForwardedHeader::{Forwarded, XForwardedFor};
        let trusted = ["10.0.0.0/8"];
        for (written, expected) in [
            ("6.6.6.6, 1.2.3.4", "1.2.3.4"),
            ("6.6.6.6, 1.2.3.4, 10.0.0.7", "1.2.3.4"),
            ("6.6.6.6, unknown, 10.0.0.7", "10.0.0.7"),
            ("10.0.0.9", "10.0.0.9"),
            ("", "10.0.0.1"),
        ] {
            let headers = [("x-forwarded-for", written)];
            assert_eq!(client(&trusted, XForwardedFor, "10.0.0.1", &headers), expected, "{written}");
        }
        let two = [("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "1.2.3.4")];
        assert_eq!(client(&trusted, XForwardedFor, "10.0.0.1", &two), "1.2.3.4");
        let value = [("forwarded", "for=6.6.6.6, for=\"[2001:db8::7]:4711\";proto=https;by=10.0.0.1")];
        assert_eq!(client(&trusted, Forwarded, "10.0.0.1", &value), "2001:db8::7");
        assert_eq!(client(&trusted, XForwardedFor, "10.0.0.1", &[("x-forwarded-for", "1.2.3.4:5555")]), "1.2.3.4");
    }

    #[test]
    fn an_ipv6_network_counts_as_one_address() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }
}
