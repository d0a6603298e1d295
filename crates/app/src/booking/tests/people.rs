//! The people of the tests' clinic, as callers.

use std::sync::Arc;

use jiff::Timestamp;
use kalends_domain::id::{PatientId, ProviderId, UserId};
use kalends_domain::permission::Role;
use kalends_domain::tenant::{Settings, Tenant, TenantStatus};
use kalends_store::testing::clinic::{Clinic, NOW, id};

use crate::app::App;
use crate::booking::{NewBooking, Overrides, book};
use crate::clock::Clock;
use crate::ctx::{Actor, Ctx, SignedIn};
use crate::error::Result;
use crate::idempotency::{Answer, Key, Once};
use crate::intake::Answers;
use crate::signing_keys::{KeyError, Keys};
use kalends_domain::appointment::Appointment;

/// The clinic behind the use cases.
#[derive(Clone)]
pub struct Practice {
    pub clinic: Clinic,
    pub app: App,
}

impl Practice {
    pub fn new(clinic: Clinic) -> std::result::Result<Self, KeyError> {
        let keys = Keys::new(&[Keys::generate()?])?;
        let app = App::new(clinic.store.clone(), Clock::fixed(NOW), keys);
        Ok(Self { clinic, app })
    }

    /// Somebody who signs in, as a patient of their own.
    pub async fn patient(&self) -> std::result::Result<Ctx, Box<dyn std::error::Error>> {
        let (user, patient) = (self.clinic.add_user().await?, self.clinic.add_patient().await?);
        Ok(self.ctx(Role::Patient, user, Some(patient), None))
    }

    /// So many of them.
    pub async fn patients(&self, count: usize) -> std::result::Result<Vec<Ctx>, Box<dyn std::error::Error>> {
        let mut patients = Vec::new();
        for _ in 0..count {
            patients.push(self.patient().await?);
        }
        Ok(patients)
    }

    pub fn receptionist(&self) -> Ctx {
        self.ctx(Role::Receptionist, self.clinic.user, None, None)
    }

    pub fn admin(&self) -> Ctx {
        self.ctx(Role::Admin, self.clinic.user, None, None)
    }

    pub fn doctor(&self) -> Ctx {
        self.ctx(Role::Doctor, self.clinic.user, None, Some(self.clinic.provider))
    }

    pub fn ctx(&self, role: Role, user: UserId, patient: Option<PatientId>, provider: Option<ProviderId>) -> Ctx {
        Ctx {
            tenant: Arc::new(Tenant {
                id: self.clinic.tenant,
                slug: "clinic".into(),
                name: "Clinic".into(),
                status: TenantStatus::Active,
                settings: Settings::default(),
                created_at: NOW,
                updated_at: NOW,
                version: 1,
            }),
            actor: Actor::User(Arc::new(SignedIn {
                user_id: user,
                session_id: id(),
                membership_id: id(),
                role,
                email: String::new(),
                given_name: String::new(),
                family_name: String::new(),
                language: None,
                provider_id: provider,
                patient_id: patient,
                locations: Vec::new(),
                departments: Vec::new(),
                acts_for: Vec::new(),
            })),
            now: NOW,
            request_id: None,
            address: None,
        }
    }

    /// The clinic's service at that time, with anyone, wherever.
    pub fn wish(&self, starts_at: Timestamp) -> NewBooking {
        NewBooking {
            service_id: self.clinic.service,
            starts_at,
            provider_id: None,
            location_id: None,
            patient_id: None,
            ticket_id: None,
            answers: Answers::default(),
            hold_token: None,
            reason: None,
            overrides: Overrides::default(),
        }
    }

    /// Books without a key.
    pub async fn book(&self, ctx: &Ctx, wish: NewBooking) -> Result<Appointment> {
        book(&self.app, ctx, wish, &Once::unkeyed()).await
    }

    /// Books all at once, each caller their own wish.
    pub async fn race(&self, wishes: Vec<(Ctx, NewBooking)>) -> Vec<Result<Appointment>> {
        let mut racers = tokio::task::JoinSet::new();
        for (ctx, wish) in wishes {
            let practice = self.clone();
            racers.spawn(async move { practice.book(&ctx, wish).await });
        }
        racers.join_all().await
    }

    /// Fails unless nothing overlaps and every appointment has what belongs to it.
    pub async fn verify(&self) -> std::result::Result<(), Box<dyn std::error::Error>> {
        assert_eq!(self.clinic.overlaps().await?, 0, "allocations overlap");
        assert_eq!(self.clinic.inconsistencies().await?, 0, "an appointment is not whole");
        Ok(())
    }
}

/// The same caller at another moment.
pub fn later(ctx: &Ctx, now: Timestamp) -> Ctx {
    Ctx { now, ..ctx.clone() }
}

/// A key for one request of this caller.
pub fn key(ctx: &Ctx, fingerprint: u8) -> Key {
    Key {
        caller: ctx.user_id().map(|id| id.to_string()).unwrap_or_default(),
        operation: "appointments.book",
        key: "once".into(),
        fingerprint: vec![fingerprint],
    }
}

/// How an appointment reads in these tests.
pub fn rendered(appointment: &Appointment) -> Answer {
    Answer {
        status: 201,
        body: appointment.id.to_string(),
    }
}
