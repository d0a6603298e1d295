//! Who acts in the demo's past, and when: the circumstances of each use case.

use std::sync::Arc;

use jiff::Timestamp;
use kalends_app::app::App;
use kalends_app::ctx::{Actor, Ctx, SignedIn};
use kalends_app::error::AppError;
use kalends_domain::id::{PatientId, ProviderId, SessionId, UserId};
use kalends_domain::permission::Role;
use kalends_domain::tenant::Tenant;
use kalends_domain::user::User;

use super::super::session;
use crate::serve::Failure;

/// The program, the organisation and the present instant, for everything that is made.
#[derive(Clone)]
pub struct Stage {
    pub app: App,
    pub tenant: Arc<Tenant>,
    pub now: Timestamp,
}

/// Somebody who does things.
#[derive(Clone)]
pub struct Person(Actor);

impl Person {
    /// The program itself.
    pub const fn system() -> Self {
        Self(Actor::System)
    }

    /// A user in one of their roles.
    pub fn user(app: &App, user: &User, role: Role, provider: Option<ProviderId>, patient: Option<PatientId>) -> Self {
        Self::signed_in(app, user.id, role, provider, patient)
    }

    /// A provider by their account.
    pub fn doctor(app: &App, user: UserId, provider: ProviderId) -> Self {
        Self::signed_in(app, user, Role::Doctor, Some(provider), None)
    }

    /// The session is never stored: it only says who acts.
    fn signed_in(
        app: &App,
        user_id: UserId,
        role: Role,
        provider_id: Option<ProviderId>,
        patient_id: Option<PatientId>,
    ) -> Self {
        let session_id: SessionId = app.new_id();
        Self(Actor::User(Arc::new(SignedIn {
            user_id,
            session_id,
            membership_id: app.new_id(),
            role,
            email: String::new(),
            given_name: String::new(),
            family_name: String::new(),
            language: None,
            provider_id,
            patient_id,
            locations: Vec::new(),
            departments: Vec::new(),
            acts_for: Vec::new(),
        })))
    }
}

impl Stage {
    /// The circumstances in which `who` acts at `at`, which is never later than now.
    pub fn ctx(&self, who: &Person, at: Timestamp) -> Ctx {
        Ctx {
            tenant: Arc::clone(&self.tenant),
            actor: who.0.clone(),
            now: at.min(self.now),
            request_id: None,
            address: None,
        }
    }
}

/// Says what was being made when something failed.
pub fn making(what: &str) -> impl Fn(AppError) -> Failure + '_ {
    move |error| format!("making the demo clinic: {what}: {}", session::explain(error)).into()
}
