//! Those who look and book in a scene.

use jiff::{Timestamp, ToSpan as _};
use kalends_domain::appointment::Appointment;
use kalends_domain::id::{PatientId, ProviderId, TicketId};
use kalends_domain::permission::Role;
use kalends_domain::rule::Rule;
use kalends_domain::service::Clientele;
use kalends_domain::slot::Candidate;

use super::super::{Outcome, Search, nobody};
use super::rules::Who;
use super::stage::{Stage, in_scene};
use crate::booking::{NewBooking, Overrides};
use crate::ctx::Ctx;
use crate::error::Result;
use crate::holds::{Held, HoldRequest, hold};
use crate::idempotency::Once;
use crate::slots::{Slot, explain, list_days};
use crate::tickets::{self, NewTicket};

/// Somebody with whatever they need to be offered the service.
#[derive(Debug)]
pub struct Caller {
    /// As whom they look,
    looks: Ctx,
    /// and as whom they book.
    books: Ctx,
    pub patient: PatientId,
    pub ticket: Option<TicketId>,
    pub who: Who,
}

impl Stage<'_> {
    /// The next one who comes.
    pub async fn caller(&self) -> Outcome<Caller> {
        self.come(self.scene.rules.who).await
    }

    /// Another patient, whoever comes to the scene else.
    pub async fn stranger(&self) -> Outcome<Caller> {
        self.come(Who::NewPatient).await
    }

    pub async fn desk(&self) -> Outcome<Caller> {
        self.come(Who::Desk).await
    }

    async fn come(&self, who: Who) -> Outcome<Caller> {
        let own = match who {
            Who::OnePatient | Who::OldPatient => self.regular.clone(),
            _ => in_scene(self.scene, &self.practice.patient().await?),
        };
        let patient = own.signed_in()?.patient_id.ok_or("no patient")?;
        // Nobody but staff sees what is not public without a ticket for it.
        let ticket = match who {
            Who::Desk => None,
            _ if self.scene.rules.private => Some(self.grant(patient).await?),
            _ => None,
        };
        let desk = self
            .practice
            .ctx(Role::Receptionist, self.practice.clinic.user, None, None);
        let desk = in_scene(self.scene, &desk);
        let visitor = in_scene(self.scene, &nobody(self.practice));
        let (looks, books) = match who {
            Who::Desk => (self.staff.clone(), desk),
            Who::Visitor if self.unknown(ticket) => (visitor, own),
            Who::Visitor | Who::NewPatient | Who::OnePatient | Who::OldPatient => (own.clone(), own),
        };
        Ok(Caller {
            looks,
            books,
            patient,
            ticket,
            who,
        })
    }

    /// Whether a visitor may look before they say who they are: a ticket says it, and where a service is only for those who have been
    /// here, what a visitor sees is not for the new patient they turn out to be.
    fn unknown(&self, ticket: Option<TicketId>) -> bool {
        ticket.is_none() && self.scene.service.clientele != Some(Clientele::Returning)
    }

    async fn grant(&self, patient_id: PatientId) -> Outcome<TicketId> {
        let new = NewTicket {
            patient_id,
            service_id: self.service,
            provider_id: None,
            department_id: None,
            valid_until: None,
            note: None,
        };
        let made = tickets::create(&self.practice.app, &self.staff, new, &Once::unkeyed()).await?;
        Ok(made.ticket.id)
    }

    /// Who is known for whom they look.
    fn known(&self, caller: &Caller) -> Option<PatientId> {
        (caller.who != Who::Visitor || !self.unknown(caller.ticket)).then_some(caller.patient)
    }

    /// What the caller is offered in the days around the change.
    pub async fn offered(&self, caller: &Caller) -> Outcome<Vec<Slot>> {
        let day = self.scene.zone.date_at(self.scene.change);
        let search = Search {
            service_id: self.service,
            provider_id: None,
            department_id: None,
            location_id: None,
            patient_id: (caller.who == Who::Desk).then_some(caller.patient),
            ticket_id: caller.ticket,
            moving: None,
            from: day.checked_sub(2.days())?,
            to: day.checked_add(2.days())?,
            limit: 1,
        };
        Ok(list_days(&self.practice.app, &caller.looks, &search).await?)
    }

    /// Whether the caller is offered that time.
    pub async fn offers(&self, caller: &Caller, provider: ProviderId, starts_at: Timestamp) -> Outcome<bool> {
        let mut offered = self.offered(caller).await?.into_iter();
        Ok(offered.any(|slot| (slot.provider_id, slot.starts_at) == (provider, starts_at)))
    }

    pub async fn explained(&self, caller: &Caller, provider: ProviderId, starts_at: Timestamp) -> Result<Candidate> {
        let app = &self.practice.app;
        let told = explain(app, &self.staff, self.service, provider, self.known(caller), starts_at).await?;
        Ok(match caller.who {
            Who::Desk => told.staff,
            Who::Visitor | Who::NewPatient | Who::OnePatient | Who::OldPatient => told.patients,
        })
    }

    pub async fn book(
        &self,
        caller: &Caller,
        provider: ProviderId,
        starts_at: Timestamp,
    ) -> Outcome<Result<Appointment>> {
        self.book_over(caller, provider, starts_at, Vec::new()).await
    }

    /// Books with these rules set aside.
    pub async fn book_over(
        &self,
        caller: &Caller,
        provider_id: ProviderId,
        starts_at: Timestamp,
        rules: Vec<Rule>,
    ) -> Outcome<Result<Appointment>> {
        let reason = (!rules.is_empty()).then(|| "In pain".to_owned());
        let wish = NewBooking {
            service_id: self.service,
            provider_id: Some(provider_id),
            patient_id: (caller.who == Who::Desk).then_some(caller.patient),
            ticket_id: caller.ticket,
            overrides: Overrides { rules, reason },
            ..self.practice.wish(starts_at)
        };
        let ctx = if wish.overrides.rules.is_empty() {
            &caller.books
        } else {
            &self.staff
        };
        Ok(self.practice.book(ctx, wish).await)
    }

    pub async fn hold(&self, caller: &Caller, provider: ProviderId, starts_at: Timestamp) -> Result<Held> {
        let request = HoldRequest {
            service_id: self.service,
            starts_at,
            provider_id: Some(provider),
            location_id: None,
            patient_id: None,
            ticket_id: caller.ticket,
        };
        hold(&self.practice.app, &caller.books, request, &Once::unkeyed()).await
    }
}
