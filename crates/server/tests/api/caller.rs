//! People who speak to the API.

use std::fmt::Display;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::{Client, Method};
use serde_json::{Value, json};

use crate::api::server::{Answer, Outcome, PASSWORD};

/// Somebody who speaks to the API; behind several servers, to each in turn.
#[derive(Clone)]
pub struct Caller {
    bases: Arc<[String]>,
    /// How many requests were sent, by everybody who was a visitor here first.
    requests: Arc<AtomicUsize>,
    client: Client,
    token: Option<String>,
    /// What signing in answered; null for visitors.
    pub user: Value,
}

impl Caller {
    /// Nobody yet, before the servers that listen there.
    pub fn visitor(addresses: &[impl Display], client: &Client) -> Self {
        Self {
            bases: bases(addresses),
            requests: Arc::default(),
            client: client.clone(),
            token: None,
            user: Value::Null,
        }
    }

    /// Signs in.
    pub async fn sign_in(&self, email: &str, tenant: &str) -> Outcome<Self> {
        let body = json!({"email": email, "password": PASSWORD, "tenant": tenant});
        let answer = self.post("/auth/login", &body).await?.expect(200)?;
        self.signed_in(&answer)
    }

    /// Makes an account for a patient and signs in with it.
    pub async fn register(&self, email: &str, tenant: &str) -> Outcome<Self> {
        let body = json!({
            "email": email, "password": PASSWORD, "given_name": "Pat", "family_name": "Ient", "tenant": tenant,
        });
        let answer = self.post("/auth/register", &body).await?.expect(201)?;
        self.signed_in(&answer)
    }

    fn signed_in(&self, answer: &Answer) -> Outcome<Self> {
        let token = answer.body["access_token"].as_str().ok_or("no access token")?;
        Ok(Self {
            token: Some(token.to_owned()),
            user: answer.body["user"].clone(),
            ..self.clone()
        })
    }

    /// The same person before other servers.
    pub fn at(&self, addresses: &[impl Display]) -> Self {
        Self {
            bases: bases(addresses),
            ..self.clone()
        }
    }

    /// The patient that the caller is.
    pub fn patient_id(&self) -> &str {
        self.user["patient_id"].as_str().unwrap_or_default()
    }

    pub async fn get(&self, path: &str) -> Outcome<Answer> {
        self.send(Method::GET, path, None, &[]).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Outcome<Answer> {
        self.send(Method::POST, path, Some(body), &[]).await
    }

    /// With an `Idempotency-Key`.
    pub async fn post_once(&self, path: &str, body: &Value, key: &str) -> Outcome<Answer> {
        self.send(Method::POST, path, Some(body), &[("idempotency-key", key)])
            .await
    }

    pub async fn delete(&self, path: &str) -> Outcome<Answer> {
        self.send(Method::DELETE, path, None, &[]).await
    }

    /// Any request; `path` is below `/api/v1`.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
        headers: &[(&str, &str)],
    ) -> Outcome<Answer> {
        let turn = self.requests.fetch_add(1, Ordering::SeqCst);
        let base = &self.bases[turn % self.bases.len()];
        let mut request = self.client.request(method, format!("{base}{path}"));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        Answer::read(request.send().await?).await
    }
}

fn bases(addresses: &[impl Display]) -> Arc<[String]> {
    addresses
        .iter()
        .map(|address| format!("http://{address}/api/v1"))
        .collect()
}
