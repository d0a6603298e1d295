//! One kept-alive connection that asks and waits, as cheap as a client can be: it shares the machine with what it measures.

use std::net::SocketAddr;

use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use crate::Result;

/// A connection, with the token that it sends.
pub struct Client {
    sender: SendRequest<Full<Bytes>>,
    authorization: Option<String>,
}

/// An answer.
pub struct Answer {
    pub status: u16,
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Errors
    /// When the status is not a success, or the body is no JSON.
    pub fn json(&self) -> Result<Value> {
        if !(200..300).contains(&self.status) {
            return Err(format!("{}: {}", self.status, String::from_utf8_lossy(&self.body)).into());
        }
        Ok(serde_json::from_slice(&self.body)?)
    }
}

impl Client {
    /// Connects.
    ///
    /// # Errors
    /// When nobody listens.
    pub async fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self {
            sender,
            authorization: None,
        })
    }

    /// The same connection, as the owner of `token`.
    #[must_use]
    pub fn bearer(mut self, token: &str) -> Self {
        self.authorization = Some(format!("Bearer {token}"));
        self
    }

    /// Asks for a page.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn get(&mut self, path: &str) -> Result<Answer> {
        self.send(Method::GET, path, None, Bytes::new()).await
    }

    /// Posts JSON.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn post(&mut self, path: &str, body: &Value) -> Result<Answer> {
        self.send(Method::POST, path, None, body.to_string().into()).await
    }

    /// Puts JSON.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn put(&mut self, path: &str, body: &Value) -> Result<Answer> {
        self.send(Method::PUT, path, None, body.to_string().into()).await
    }

    /// Posts JSON that counts once, however often it is sent.
    ///
    /// # Errors
    /// When the connection breaks.
    pub async fn post_once(&mut self, path: &str, key: &str, body: &Value) -> Result<Answer> {
        self.send(Method::POST, path, Some(key), body.to_string().into()).await
    }

    async fn send(&mut self, method: Method, path: &str, key: Option<&str>, body: Bytes) -> Result<Answer> {
        let mut request = Request::builder().method(method).uri(path).header("host", "127.0.0.1");
        if !body.is_empty() {
            request = request.header("content-type", "application/json");
        }
        if let Some(authorization) = &self.authorization {
            request = request.header("authorization", authorization);
        }
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        self.sender.ready().await?;
        let answer = self.sender.send_request(request.body(Full::new(body))?).await?;
        Ok(Answer {
            status: answer.status().as_u16(),
            body: answer.into_body().collect().await?.to_bytes(),
        })
    }
}
