//! People who speak to a server, each new and with an address of their own; and `verify` after them.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use kalends_app::ctx::Ctx;
use kalends_app::sweep::Sweep;
use kalends_app::users::{NewUser, create_admin};
use kalends_app::{audit, tenants, verify};
use kalends_domain::permission::Role;
use kalends_domain::tenant::DEFAULT_SLUG;

use super::caller::Caller;
use super::server::{Outcome, PASSWORD, Server};

impl Server {
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
            ..self.system()
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
        let findings = verify::verify(&self.url).await?;
        if findings.violations.is_empty() {
            Ok(())
        } else {
            Err(format!("verify: {:?}", findings.violations).into())
        }
    }
}
