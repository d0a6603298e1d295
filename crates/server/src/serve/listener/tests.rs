//! Slow and broken clients: each is given up in time, and nobody else waits for them.

use std::error::Error;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::middleware::from_fn_with_state;
use axum::routing::post;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::super::fallback::Reader;
use super::super::patience;
use super::serve_within;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// What stands for the minutes that the program is patient for.
const PATIENT: Duration = Duration::from_millis(300);
/// Far longer than that, and far shorter than for ever.
const FOR_EVER: Duration = Duration::from_secs(20);
const QUICK: &str = "POST / HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-length: 5\r\n\r\nquick";

/// Runs a client against a program that answers with the length of what it was sent.
async fn against(client: impl AsyncFnOnce(SocketAddr) -> Outcome) -> Outcome {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let router = Router::new()
        .route("/", post(async |body: Bytes| body.len().to_string()))
        .layer(from_fn_with_state((Reader::Program, PATIENT), patience::limit));
    let (_stop, stopping) = watch::channel(false);
    tokio::select! {
        () = serve_within(PATIENT, listener, router, stopping) => Err("the program ended".into()),
        outcome = client(address) => outcome,
        () = tokio::time::sleep(FOR_EVER) => Err("the client was left waiting".into()),
    }
}

/// Sends this and reads until the other side closes.
async fn said_to(address: SocketAddr, part: &str) -> Outcome<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(part.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[tokio::test]
async fn a_head_that_does_not_end_is_given_up() -> Outcome {
    against(async |address| {
        for part in ["", "POST / HTT", "POST / HTTP/1.1\r\nhost: a\r\nx-slow: "] {
            let answer = said_to(address, part).await?;
            assert!(answer.is_empty() || answer.contains("408"), "{part:?}: {answer}");
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_body_that_does_not_end_is_given_up_and_others_are_served() -> Outcome {
    against(async |address| {
        let mut slow = TcpStream::connect(address).await?;
        let part = b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\nslow";
        slow.write_all(part).await?;
        let answer = said_to(address, QUICK).await?;
        assert!(answer.contains("200 OK") && answer.ends_with('5'), "{answer}");
        let mut answer = Vec::new();
        slow.read_to_end(&mut answer).await?;
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            answer.contains("503") && answer.contains("urn:kalends:problem:timeout"),
            "{answer}"
        );
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() -> Outcome {
    against(async |address| {
        let head = format!("POST / HTTP/1.1\r\nhost: a\r\nx-large: {}\r\n", "x".repeat(1_000_000));
        let mut stream = TcpStream::connect(address).await?;
        let started = Instant::now();
        // The other side may close before all of it is sent or read.
        let sent = stream.write_all(head.as_bytes()).await.is_ok();
        let mut answer = Vec::new();
        let read = stream.read_to_end(&mut answer).await.is_ok();
        let answer = String::from_utf8_lossy(&answer);
        assert!(!sent || !read || answer.starts_with("HTTP/1.1 431"), "{answer}");
        assert!(started.elapsed() < FOR_EVER);
        assert!(said_to(address, QUICK).await?.contains("200 OK"));
        Ok(())
    })
    .await
}
