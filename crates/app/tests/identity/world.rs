//! A program over a test's database, with one tenant and a clock that stands still.

use std::sync::Arc;

use jiff::Timestamp;
use kalends_app::app::App;
use kalends_app::clock::Clock;
use kalends_app::ctx::{Actor, Ctx};
use kalends_app::error::Result;
use kalends_app::idempotency::Once;
use kalends_app::registration::{self, Registration};
use kalends_app::sessions::{self, Client, Grant, Origin};
use kalends_app::signing_keys::Keys;
use kalends_app::tenants;
use kalends_app::users::{self, NewUser};
use kalends_domain::permission::Role;
use kalends_domain::tenant::Tenant;
use kalends_domain::user::User;
use kalends_store::testing::TestDatabase;

pub const PASSWORD: &str = "correct horse battery";

pub struct World {
    pub app: App,
    pub tenant: Arc<Tenant>,
}

pub type Failure = Box<dyn std::error::Error>;

impl World {
    pub async fn new(database: &TestDatabase) -> std::result::Result<Self, Failure> {
        let now: Timestamp = "2027-01-04T09:00:00Z".parse()?;
        let store = database.store().await?;
        let keys = Keys::new(&[Keys::generate()?])?;
        let tenant = Arc::new(tenants::ensure_default(&store, now).await?);
        Ok(Self {
            app: App::new(store, Clock::fixed(now), keys),
            tenant,
        })
    }

    /// The same program, as another tenant's.
    pub async fn elsewhere(&self, slug: &str) -> Result<Self> {
        let tenant = tenants::create(&self.app, &self.system(), slug, None).await?;
        Ok(Self {
            app: self.app.clone(),
            tenant: Arc::new(tenant),
        })
    }

    fn ctx(&self, actor: Actor) -> Ctx {
        Ctx {
            tenant: Arc::clone(&self.tenant),
            actor,
            now: self.app.now(),
            request_id: None,
            address: None,
        }
    }

    pub fn anonymous(&self) -> Ctx {
        self.ctx(Actor::Anonymous)
    }

    pub fn system(&self) -> Ctx {
        self.ctx(Actor::System)
    }

    pub fn client(agent: &str) -> Client {
        Client::new(agent, None)
    }

    pub fn origin(agent: &str) -> Origin {
        Origin {
            tenant: None,
            client: Self::client(agent),
            address: None,
            request_id: None,
        }
    }

    pub async fn register(&self, email: &str) -> Result<Grant> {
        let input = Registration {
            email: email.into(),
            password: PASSWORD.into(),
            given_name: "Ana".into(),
            family_name: "Núñez".into(),
            phone: None,
            birth_date: None,
            language: None,
        };
        registration::register(&self.app, &self.anonymous(), &Self::client("browser"), input).await
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Result<Grant> {
        sessions::sign_in(&self.app, &self.anonymous(), &Self::client("browser"), email, password).await
    }

    pub async fn refresh(&self, agent: &str, token: &str) -> Result<Grant> {
        sessions::refresh(&self.app, &Self::origin(agent), token).await
    }

    pub async fn authenticate(&self, grant: &Grant) -> Result<Ctx> {
        sessions::authenticate(&self.app, &Self::origin("browser"), &grant.access_token).await
    }

    pub async fn user(&self, email: &str, role: Role) -> Result<User> {
        self.user_by(&self.system(), email, role).await
    }

    pub async fn user_by(&self, ctx: &Ctx, email: &str, role: Role) -> Result<User> {
        let input = NewUser {
            email: email.into(),
            given_name: "Grace".into(),
            family_name: "Hopper".into(),
            language: None,
            role,
            password: Some(PASSWORD.into()),
        };
        users::create(&self.app, ctx, input, &Once::unkeyed()).await
    }

    /// Signed in anew with this role.
    pub async fn acting(&self, email: &str) -> Result<Ctx> {
        self.authenticate(&self.sign_in(email, PASSWORD).await?).await
    }
}
