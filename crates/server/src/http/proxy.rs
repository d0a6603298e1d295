//! Whose connection it is behind a proxy. The word of a proxy that is known by its address is believed, nobody else's: a
//! client could write anything there.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName};
use axum::middleware::Next;
use axum::response::Response;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Puts the client's address in the place of a known proxy's.
pub async fn believe(State(proxies): State<Arc<[IpAddr]>>, mut request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>().copied() {
        let client = client(peer.ip().to_canonical(), request.headers(), &proxies);
        request
            .extensions_mut()
            .insert(ConnectInfo(SocketAddr::new(client, peer.port())));
    }
    next.run(request).await
}

/// Each proxy appends who asked it, so the list is believed from its end for as long as the one who wrote it is known.
fn client(peer: IpAddr, headers: &HeaderMap, proxies: &[IpAddr]) -> IpAddr {
    let lists = headers.get_all(FORWARDED_FOR).iter();
    let hops: Vec<&str> = lists
        .filter_map(|list| list.to_str().ok())
        .flat_map(|list| list.split(','))
        .collect();
    let mut client = peer;
    for hop in hops.iter().rev() {
        if !proxies.contains(&client) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(address) => client = address.to_canonical(),
            Err(_) => break,
        }
    }
    client
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::{FORWARDED_FOR, client};
    use axum::http::{HeaderMap, HeaderValue};

    #[test]
    fn only_known_proxies_are_believed() {
        let proxies = ["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()];
        for (peer, said, found) in [
            ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
            ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "1.1.1.1, 198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "198.51.100.1, 10.0.0.2", "198.51.100.1"),
            ("10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"),
            ("10.0.0.1", "", "10.0.0.1"),
            ("10.0.0.1", "2001:db8::7", "2001:db8::7"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(FORWARDED_FOR, HeaderValue::from_static(said));
            let found: std::net::IpAddr = found.parse().unwrap();
            assert_eq!(
                client(peer.parse().unwrap(), &headers, &proxies),
                found,
                "{peer} says {said}"
            );
        }
    }
}
