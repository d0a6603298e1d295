//! Who is asking, for which tenant: the second argument of every use case.

use std::net::IpAddr;
use std::sync::Arc;

use jiff::Timestamp;
use kalends_domain::audit::{ActorKind, AuditEntry, Outcome};
use kalends_domain::id::{DepartmentId, LocationId, MembershipId, PatientId, ProviderId, SessionId, TenantId, UserId};
use kalends_domain::permission::{Action, Resource, Role, Scope, granted};
use kalends_domain::proxy::ActsFor;
use kalends_domain::tenant::Tenant;
use uuid::Uuid;

use crate::clock;
use crate::error::{AppError, Result};

/// The circumstances of one request.
#[derive(Clone, Debug)]
pub struct Ctx {
    pub tenant: Arc<Tenant>,
    pub actor: Actor,
    /// The instant of the request: one for all that it does.
    pub now: Timestamp,
    pub request_id: Option<Uuid>,
    /// The caller's network address, as the connection shows it.
    pub address: Option<IpAddr>,
}

/// Who acts.
#[derive(Clone, Debug)]
pub enum Actor {
    Anonymous,
    User(Arc<SignedIn>),
    /// The program itself: a sweep, the command line.
    System,
}

/// Somebody with a valid session, as their membership stands at this moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    pub user_id: UserId,
    pub session_id: SessionId,
    pub membership_id: MembershipId,
    pub role: Role,
    pub email: String,
    pub given_name: String,
    pub family_name: String,
    pub language: Option<String>,
    /// The provider that this person is.
    pub provider_id: Option<ProviderId>,
    /// The patient that this person is.
    pub patient_id: Option<PatientId>,
    /// The sites and departments that the membership is limited to; none means all.
    pub locations: Vec<LocationId>,
    pub departments: Vec<DepartmentId>,
    /// The patients whom this person may act for at this moment, beside themselves.
    pub acts_for: Vec<ActsFor>,
}

impl SignedIn {
    /// The patients for whom this person may `action` such a `resource`: themselves, and those whom they look after as far as
    /// that goes. The one answer to "whose?" for everybody who is no staff.
    pub fn patients(&self, resource: Resource, action: Action) -> Vec<PatientId> {
        let covered = self.acts_for.iter().filter(|it| it.scope.covers(resource, action));
        self.patient_id
            .into_iter()
            .chain(covered.map(|it| it.patient_id))
            .collect()
    }

    /// Whether this person acts for the patient, within whatever scope.
    pub fn knows(&self, patient: PatientId) -> bool {
        self.patient_id == Some(patient) || self.acts_for.iter().any(|it| it.patient_id == patient)
    }
}

impl Ctx {
    /// The program's own work for a tenant.
    pub fn system(tenant: Tenant, now: Timestamp) -> Self {
        Self {
            tenant: Arc::new(tenant),
            actor: Actor::System,
            now,
            request_id: None,
            address: None,
        }
    }

    /// The tenant's id.
    pub fn tenant_id(&self) -> TenantId {
        self.tenant.id
    }

    /// The person who is signed in.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] when nobody is.
    pub fn signed_in(&self) -> Result<&SignedIn> {
        match &self.actor {
            Actor::User(user) => Ok(user),
            Actor::Anonymous | Actor::System => Err(AppError::Unauthenticated),
        }
    }

    /// The person's id, if there is one.
    pub fn user_id(&self) -> Option<UserId> {
        self.signed_in().ok().map(|user| user.user_id)
    }

    /// The person's role, if somebody is signed in.
    pub fn role(&self) -> Option<Role> {
        self.signed_in().ok().map(|user| user.role)
    }

    /// Whether staff (or the program itself) is asking.
    pub fn is_staff(&self) -> bool {
        matches!(self.actor, Actor::System) || self.role().is_some_and(Role::is_staff)
    }

    /// How far the caller may go.
    ///
    /// # Errors
    /// [`AppError::Unauthenticated`] or [`AppError::Forbidden`].
    pub fn require(&self, resource: Resource, action: Action) -> Result<Scope> {
        match &self.actor {
            Actor::System => Ok(Scope::Organisation),
            Actor::Anonymous => Err(AppError::Unauthenticated),
            Actor::User(user) => granted(user.role, resource, action).ok_or(AppError::Forbidden),
        }
    }

    /// Whether the caller, as a patient, may `action` such a `resource` of this patient.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a patient who is nothing to them, [`AppError::Forbidden`] for one for whom they may not act
    /// so far, [`AppError::Unauthenticated`].
    pub fn require_patient(&self, id: PatientId, resource: Resource, action: Action) -> Result<()> {
        let user = self.signed_in()?;
        if user.patients(resource, action).contains(&id) {
            Ok(())
        } else if user.knows(id) {
            Err(AppError::Forbidden)
        } else {
            Err(AppError::NotFound)
        }
    }

    /// An entry for the audit trail, by this caller at this moment.
    pub fn audit(&self, action: &str, resource: &str, resource_id: Option<Uuid>) -> AuditEntry {
        let user = self.signed_in().ok();
        AuditEntry {
            id: clock::new_id(self.now),
            at: self.now,
            actor_kind: match self.actor {
                Actor::Anonymous => ActorKind::Anonymous,
                Actor::User(_) => ActorKind::User,
                Actor::System => ActorKind::System,
            },
            actor_id: user.map(|user| user.user_id),
            role: user.map(|user| user.role),
            action: action.to_owned(),
            outcome: Outcome::Done,
            resource: resource.to_owned(),
            resource_id,
            patient_id: None,
            detail: serde_json::json!({}),
            request_id: self.request_id,
            address: self.address.map(|address| address.to_string()),
        }
    }
}
