//! Two organisations, and people of every role who ask.

use std::error::Error;
use std::sync::Arc;

use jiff::Timestamp;
use kalends_app::app::App;
use kalends_app::clock::Clock;
use kalends_app::ctx::{Actor, Ctx, SignedIn};
use kalends_app::signing_keys;
use kalends_domain::id::{PatientId, ProviderId};
use kalends_domain::permission::Role;
use kalends_domain::tenant::{Settings, Tenant, TenantStatus};
use kalends_store::store::{Access, Store};
use kalends_store::tenants;
use kalends_store::testing::TestDatabase;

pub struct People {
    pub app: App,
    here: Arc<Tenant>,
    elsewhere: Arc<Tenant>,
}

impl People {
    /// On 2 March 2027, 09:00 UTC.
    pub async fn of(database: &TestDatabase) -> Result<Self, Box<dyn Error>> {
        let now: Timestamp = "2027-03-02T09:00:00Z".parse()?;
        let app = app(database, now).await?;
        let [here, elsewhere] = ["here", "elsewhere"].map(|slug| {
            Arc::new(Tenant {
                id: app.new_id(),
                slug: slug.to_owned(),
                name: slug.to_owned(),
                status: TenantStatus::Active,
                settings: Settings::default(),
                created_at: now,
                updated_at: now,
                version: 1,
            })
        });
        for tenant in [&here, &elsewhere] {
            let mut tx = app.store.begin_untenanted().await?;
            tenants::insert(&mut tx, tenant).await?;
            tx.commit().await?;
        }
        Ok(Self { app, here, elsewhere })
    }

    pub fn admin(&self) -> Ctx {
        self.signed_in(Role::Admin, None, None)
    }

    pub fn desk(&self) -> Ctx {
        self.signed_in(Role::Receptionist, None, None)
    }

    pub fn doctor(&self, id: ProviderId) -> Ctx {
        self.signed_in(Role::Doctor, Some(id), None)
    }

    pub fn patient(&self, id: PatientId) -> Ctx {
        self.signed_in(Role::Patient, None, Some(id))
    }

    pub fn visitor(&self) -> Ctx {
        self.ctx(&self.here, Actor::Anonymous)
    }

    /// The admin of the other organisation.
    pub fn stranger(&self) -> Ctx {
        Ctx {
            tenant: self.elsewhere.clone(),
            ..self.admin()
        }
    }

    fn signed_in(&self, role: Role, provider_id: Option<ProviderId>, patient_id: Option<PatientId>) -> Ctx {
        let user = SignedIn {
            user_id: self.app.new_id(),
            session_id: self.app.new_id(),
            membership_id: self.app.new_id(),
            role,
            email: "somebody@example.org".into(),
            given_name: "Some".into(),
            family_name: "Body".into(),
            language: None,
            provider_id,
            patient_id,
            locations: Vec::new(),
            departments: Vec::new(),
            acts_for: Vec::new(),
        };
        self.ctx(&self.here, Actor::User(Arc::new(user)))
    }

    fn ctx(&self, tenant: &Arc<Tenant>, actor: Actor) -> Ctx {
        Ctx {
            tenant: tenant.clone(),
            actor,
            now: self.app.now(),
            request_id: None,
            address: None,
        }
    }
}

async fn app(database: &TestDatabase, now: Timestamp) -> Result<App, Box<dyn Error>> {
    let owner = Store::connect(&database.url, Access::Owner).await?;
    signing_keys::ensure(&owner, now).await?;
    let keys = signing_keys::load(&owner).await?;
    owner.close().await?;
    Ok(App::new(database.store().await?, Clock::fixed(now), keys))
}
