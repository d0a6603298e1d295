//! The program on a port of its own, over a test's database, with a clock that stands still.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use jiff::Timestamp;
use kalends_app::app::App;
use kalends_app::clock::Clock;
use kalends_app::ctx::{Actor, Ctx};
use kalends_app::idempotency::Once;
use kalends_app::users::{self, NewUser};
use kalends_app::{installation, signing_keys, tenants};
use kalends_domain::permission::Role;
use kalends_domain::tenant::{DEFAULT_SLUG, Tenant};
use kalends_domain::user::User;
use kalends_server::http::state::{AppState, Config};
use kalends_server::serve;
use kalends_store::store::{Access, Store};
use kalends_store::testing::TestDatabase;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::caller::Caller;

pub const PASSWORD: &str = "correct horse battery";

pub type Outcome<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// A twentieth as many as `KALENDS_SOAK=1` asks for, but at least `least`.
#[expect(clippy::disallowed_methods, reason = "the length of a run is the runner's to choose")]
pub fn scaled(full: usize, least: usize) -> usize {
    if std::env::var_os("KALENDS_SOAK").is_some() {
        full
    } else {
        (full / 20).max(least)
    }
}

/// A running program.
pub struct Server {
    pub app: App,
    pub tenant: Arc<Tenant>,
    /// Where it listens; the first place, if there are several.
    pub address: SocketAddr,
    /// The database.
    pub url: String,
    pub(super) visitor: Caller,
    /// How many addresses were given to people.
    pub(super) people: AtomicUsize,
    client: reqwest::Client,
}

/// An answer, read to its end.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
    /// Null when there is no JSON.
    pub body: Value,
}

impl Answer {
    pub async fn read(response: reqwest::Response) -> Outcome<Self> {
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or_default();
        Ok(Self {
            status,
            headers,
            text,
            body,
        })
    }

    /// The answer, if it has this status.
    pub fn expect(self, status: u16) -> Outcome<Self> {
        if self.status.as_u16() == status {
            Ok(self)
        } else {
            Err(format!("expected {status}, got {}: {}", self.status, self.text).into())
        }
    }

    /// The record's id.
    pub fn id(&self) -> Outcome<String> {
        Ok(self.body["id"].as_str().ok_or("no id")?.to_owned())
    }

    /// The rule of booking that said no.
    pub fn rule(&self) -> &str {
        self.text_of("rule")
    }

    /// The name that ends the problem's type.
    pub fn problem(&self) -> &str {
        let kind = self.body["type"].as_str().unwrap_or_default();
        kind.rsplit(':').next().unwrap_or_default()
    }

    /// A member of the body, as text.
    pub fn text_of(&self, name: &str) -> &str {
        self.body[name].as_str().unwrap_or_default()
    }

    /// What it sets, by name, without the attributes.
    pub fn cookies(&self) -> Vec<(String, String)> {
        let values = self.headers.get_all("set-cookie").iter();
        values
            .filter_map(|value| value.to_str().ok()?.split(';').next()?.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    }
}

/// A request being put together.
pub struct Call<'s> {
    server: &'s Server,
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Option<Vec<u8>>,
    from: Option<IpAddr>,
}

impl Server {
    pub async fn start(database: &TestDatabase) -> Outcome<Self> {
        Self::start_with(database, true).await
    }

    pub async fn start_with(database: &TestDatabase, limits: bool) -> Outcome<Self> {
        Self::start_several(database, "2027-01-04T09:00:00Z".parse()?, limits, 1).await
    }

    /// Starts so many of them over one database, as so many processes would: each with connections and a writer of its own. Only
    /// [`Caller`]s speak to them all.
    pub async fn start_several(database: &TestDatabase, now: Timestamp, limits: bool, count: usize) -> Outcome<Self> {
        let owner = Store::connect(&database.url, Access::Owner).await?;
        installation::complete(&owner, now).await?;
        owner.close().await?;
        let clock = Clock::fixed(now);
        let (app, address) = listen(database, clock.clone(), limits).await?;
        let mut addresses = vec![address];
        while addresses.len() < count {
            addresses.push(listen(database, clock.clone(), limits).await?.1);
        }
        let tenant = tenants::find(&app, DEFAULT_SLUG).await?.ok_or("no tenant")?;
        let client = client(None)?;
        Ok(Self {
            app,
            tenant: Arc::new(tenant),
            address,
            url: database.url.clone(),
            visitor: Caller::visitor(&addresses, &client),
            people: AtomicUsize::new(0),
            client,
        })
    }

    /// The program itself, acting in a tenant.
    pub fn system(&self) -> Ctx {
        Ctx {
            tenant: Arc::clone(&self.tenant),
            actor: Actor::System,
            now: self.app.now(),
            request_id: None,
            address: None,
        }
    }

    pub async fn add_tenant(&self, slug: &str) -> Outcome<Arc<Tenant>> {
        Ok(Arc::new(tenants::create(&self.app, &self.system(), slug, None).await?))
    }

    pub async fn add_user(&self, email: &str, role: Role) -> Outcome<User> {
        self.add_user_to(&self.tenant, email, role).await
    }

    pub async fn add_user_to(&self, tenant: &Arc<Tenant>, email: &str, role: Role) -> Outcome<User> {
        let ctx = Ctx {
            tenant: Arc::clone(tenant),
            ..self.system()
        };
        let input = NewUser {
            email: email.into(),
            given_name: "Grace".into(),
            family_name: "Hopper".into(),
            language: None,
            role,
            password: Some(PASSWORD.into()),
        };
        Ok(users::create(&self.app, &ctx, input, &Once::unkeyed()).await?)
    }

    /// A request to an operation (`/me`), or to a page (`//patient/login`).
    pub fn call(&self, method: Method, path: &str) -> Call<'_> {
        let path = match path.strip_prefix("//") {
            Some(page) => format!("/{page}"),
            None => format!("/api/v1{path}"),
        };
        Call {
            server: self,
            method,
            path,
            headers: HeaderMap::new(),
            body: None,
            from: None,
        }
    }

    pub fn get(&self, path: &str) -> Call<'_> {
        self.call(Method::GET, path)
    }

    pub fn post(&self, path: &str, body: Value) -> Call<'_> {
        self.call(Method::POST, path).json(body)
    }

    pub async fn register(&self, email: &str) -> Outcome<Answer> {
        let body = json!({"email": email, "password": PASSWORD, "given_name": "Ana", "family_name": "Núñez"});
        self.post("/auth/register", body).send().await
    }

    pub async fn login(&self, email: &str, password: &str) -> Outcome<Answer> {
        let body = json!({"email": email, "password": password});
        self.post("/auth/login", body).send().await
    }

    /// A fresh access token.
    pub async fn token(&self, email: &str) -> Outcome<String> {
        let answer = self.login(email, PASSWORD).await?;
        assert_eq!(answer.status, 200, "{}", answer.text);
        Ok(answer.text_of("access_token").to_owned())
    }

    pub async fn me(&self, token: &str) -> Outcome<Answer> {
        self.get("/me").bearer(token).send().await
    }

    pub async fn refresh(&self, token: &str) -> Outcome<Answer> {
        self.post("/auth/refresh", json!({"refresh_token": token})).send().await
    }
}

/// The program over a database.
async fn listen(database: &TestDatabase, clock: Clock, limits: bool) -> Outcome<(App, SocketAddr)> {
    let store = database.store().await?;
    let keys = signing_keys::load(&store).await?;
    let app = App::new(store, clock, keys);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let config = Config {
        public_url: format!("http://{address}"),
        base_domain: "localhost".into(),
        limits,
        request_timeout_seconds: 60,
    };
    let state = AppState {
        app: app.clone(),
        config: Arc::new(config),
        limits: Arc::default(),
    };
    let service = serve::router(state).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    Ok((app, address))
}

fn client(from: Option<IpAddr>) -> Outcome<reqwest::Client> {
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    Ok(builder.local_address(from).build()?)
}

impl Call<'_> {
    pub fn json(self, body: Value) -> Self {
        self.bytes(body.to_string(), "application/json")
    }

    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let pairs: Vec<String> = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        self.bytes(pairs.join("&"), "application/x-www-form-urlencoded")
    }

    /// Any body at all.
    pub fn bytes(mut self, body: impl Into<Vec<u8>>, content_type: &str) -> Self {
        self.body = Some(body.into());
        self.header("content-type", content_type)
    }

    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
            self.headers.append(HeaderName::from_static(name), value);
        }
        self
    }

    /// With the cookies that answers have set.
    pub fn cookies(self, cookies: &[(String, String)]) -> Self {
        let pairs: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.header("cookie", &pairs.join("; "))
    }

    /// From another address of this machine.
    pub fn from(mut self, address: [u8; 4]) -> Self {
        self.from = Some(address.into());
        self
    }

    pub async fn send(self) -> Outcome<Answer> {
        let client = match self.from {
            Some(_) => client(self.from)?,
            None => self.server.client.clone(),
        };
        let url = format!("http://{}{}", self.server.address, self.path);
        let mut request = client.request(self.method, url).headers(self.headers);
        if let Some(body) = self.body {
            request = request.body(body);
        }
        Answer::read(request.send().await?).await
    }
}
