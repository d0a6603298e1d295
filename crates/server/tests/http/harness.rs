//! A server of its own for each test, on a clock that stands still, and people who speak to it.

pub mod browser;
pub mod caller;
pub mod clinic;
pub mod practice;
pub mod processes;

use std::error::Error;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use kalends_app::app::App;
use kalends_app::clock::Clock;
use kalends_app::ctx::{Actor, Ctx};
use kalends_app::sweep::Sweep;
use kalends_app::users::{NewUser, create_admin};
use kalends_app::{audit, installation, signing_keys, tenants, verify};
use kalends_domain::permission::Role;
use kalends_domain::tenant::DEFAULT_SLUG;
use kalends_server::http::state::{AppState, Config};
use kalends_server::serve::router;
use kalends_store::store::{Access, Store};
use kalends_store::testing::TestDatabase;
use reqwest::Client;

pub use caller::{Answer, Caller};

pub type Outcome<T> = Result<T, Box<dyn Error>>;

/// What every account of a test signs in with.
pub const PASSWORD: &str = "correct horse battery staple";

/// The present of every test: Monday, 4 January 2027, 08:00 in Berlin.
pub const NOW: Timestamp = Timestamp::constant(1_799_046_000, 0);

/// A twentieth as many as `KALENDS_SOAK=1` asks for, but at least `least`.
#[expect(clippy::disallowed_methods, reason = "the length of a run is the runner's to choose")]
pub fn scaled(full: usize, least: usize) -> usize {
    if std::env::var_os("KALENDS_SOAK").is_some() {
        full
    } else {
        (full / 20).max(least)
    }
}

/// The server and what is behind it.
pub struct Harness {
    pub app: App,
    /// Where its servers listen; one, unless a test asked for more.
    pub addresses: Vec<SocketAddr>,
    pub database: TestDatabase,
    visitor: Caller,
    people: AtomicUsize,
}

impl Harness {
    /// Starts the program on a new database with the tenant `default`, without request limits.
    pub async fn start(database: TestDatabase) -> Outcome<Self> {
        Self::start_several(database, 1).await
    }

    /// Starts so many of them over one database, as so many processes would: each with connections and a writer of its own.
    pub async fn start_several(database: TestDatabase, count: usize) -> Outcome<Self> {
        let owner = Store::connect(&database.url, Access::Owner).await?;
        installation::complete(&owner, NOW).await?;
        owner.close().await?;
        let clock = Clock::fixed(NOW);
        let (app, address) = serve(&database, clock.clone()).await?;
        let mut addresses = vec![address];
        while addresses.len() < count {
            addresses.push(serve(&database, clock.clone()).await?.1);
        }
        Ok(Self {
            app,
            visitor: Caller::visitor(&addresses, &Client::new()),
            addresses,
            database,
            people: AtomicUsize::new(0),
        })
    }

    /// A caller without a token.
    pub fn visitor(&self) -> Caller {
        self.visitor.clone()
    }

    /// A new account of staff in a tenant, made as the command line does, signed in. Providers come from the API instead.
    pub async fn staff_in(&self, tenant: &str, role: Role) -> Outcome<Caller> {
        let email = self.address_of(role.name());
        let tenant = tenants::find(&self.app, tenant).await?.ok_or("no such tenant")?;
        let slug = tenant.slug.clone();
        let ctx = Ctx {
            tenant: Arc::new(tenant),
            actor: Actor::System,
            now: self.app.now(),
            request_id: None,
            address: None,
        };
        let input = NewUser {
            email: email.clone(),
            given_name: "Ada".into(),
            family_name: role.name().into(),
            language: None,
            role,
            password: Some(PASSWORD.into()),
        };
        create_admin(&self.app, &ctx, input).await?;
        self.sign_in(&email, &slug).await
    }

    /// The same in the tenant `default`.
    pub async fn staff(&self, role: Role) -> Outcome<Caller> {
        self.staff_in(DEFAULT_SLUG, role).await
    }

    /// A new patient with an account, signed in.
    pub async fn patient_in(&self, tenant: &str) -> Outcome<Caller> {
        self.visitor().register(&self.address_of("patient"), tenant).await
    }

    /// The same in the tenant `default`.
    pub async fn patient(&self) -> Outcome<Caller> {
        self.patient_in(DEFAULT_SLUG).await
    }

    /// So many of them.
    pub async fn patients(&self, count: usize) -> Outcome<Vec<Caller>> {
        let mut patients = Vec::new();
        for _ in 0..count {
            patients.push(self.patient().await?);
        }
        Ok(patients)
    }

    /// Signs in through the API.
    pub async fn sign_in(&self, email: &str, tenant: &str) -> Outcome<Caller> {
        self.visitor().sign_in(email, tenant).await
    }

    /// The same person of the tenant `default`, signed in anew: access tokens last ten minutes.
    pub async fn again(&self, caller: &Caller) -> Outcome<Caller> {
        let email = caller.user["email"].as_str().ok_or("a visitor")?;
        self.sign_in(email, DEFAULT_SLUG).await
    }

    /// An address that nobody has yet.
    pub fn address_of(&self, name: &str) -> String {
        format!("{name}-{}@example.test", self.people.fetch_add(1, Ordering::SeqCst))
    }

    /// Fails unless `kalends verify` finds nothing, after the sweeps had their turn.
    pub async fn verify(&self) -> Outcome<()> {
        for sweep in Sweep::ALL {
            sweep.run(&self.app).await?;
        }
        audit::seal_all(&self.app).await?;
        let findings = verify::verify(&self.database.url).await?;
        if findings.violations.is_empty() {
            Ok(())
        } else {
            Err(format!("verify: {:?}", findings.violations).into())
        }
    }
}

/// The program over a database, with a connection pool and a writer of its own.
async fn serve(database: &TestDatabase, clock: Clock) -> Outcome<(App, SocketAddr)> {
    let store = database.store().await?;
    let keys = signing_keys::load(&store).await?;
    let app = App::new(store, clock, keys);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let state = AppState {
        app: app.clone(),
        config: Arc::new(Config {
            public_url: format!("http://{address}"),
            base_domain: "localhost".into(),
            limits: false,
            request_timeout_seconds: 60,
        }),
        limits: Arc::default(),
    };
    let service = router(state).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    Ok((app, address))
}
