//! The origin of a request.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::{HttpMessage, HttpRequest};

use crate::service::Service;
use crate::service::audit::Origin;
use crate::web::request_log::RequestId;

/// Address and id of a request.
pub(super) fn origin(request: &HttpRequest, service: &Service) -> Origin {
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    let request_id = request.extensions().get::<RequestId>().and_then(|id| id.0.to_str().ok()).map(Into::into);
    Origin { address: service.proxies.client(peer, request.headers()), request_id }
}
