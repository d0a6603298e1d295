//! An appointment that stands already goes wherever it is offered to go, and nowhere else.

use jiff::{Timestamp, ToSpan as _};
use kalends_domain::appointment::{Appointment, Range};
use kalends_domain::id::{AppointmentId, ProviderId};

use super::super::{Outcome, Search};
use super::stage::Stage;
use crate::appointments::{Reschedule, reschedule};
use crate::booking::Overrides;
use crate::error::{AppError, Result};
use crate::slots::{Slot, list_days};

impl Stage<'_> {
    /// The desk books something that is offered, moves it to some of what is offered for it, and tries any times; how often it moved.
    pub async fn moves(&self) -> Outcome<usize> {
        let desk = self.desk().await?;
        let offered = self.offered(&desk).await?;
        let Some(slot) = offered.first() else { return Ok(0) };
        let it = self.book(&desk, slot.provider_id, slot.starts_at).await??;
        let mut moved = 0;
        for pick in self.scene.picks.iter().take(3) {
            let offered = self.places(it.id).await?;
            let to = &offered[pick % offered.len()];
            moved += usize::from(self.moves_as_offered(&it, to.provider_id, to.starts_at).await?);
        }
        for minutes in &self.scene.tries {
            let starts_at = self.scene.at(*minutes);
            moved += usize::from(self.moves_as_offered(&it, self.providers[0], starts_at).await?);
        }
        Ok(moved)
    }

    /// Whether it went there, which it must exactly when that was offered.
    async fn moves_as_offered(&self, it: &Appointment, provider: ProviderId, starts_at: Timestamp) -> Outcome<bool> {
        let mut offered = self.places(it.id).await?.into_iter();
        let is_offered = offered.any(|to| (to.provider_id, to.starts_at) == (provider, starts_at));
        match self.move_to(it.id, provider, starts_at).await {
            Ok(now) if is_offered => {
                assert_eq!((now.provider_id, now.starts_at), (provider, starts_at));
                // It keeps its length, whatever the other provider's own way is.
                let length = |of: &Appointment| of.ends_at.duration_since(of.starts_at);
                assert_eq!(length(&now), length(it));
                Ok(true)
            }
            Err(AppError::NotBookable { .. } | AppError::SlotTaken { .. }) if !is_offered => Ok(false),
            other => Err(format!("{starts_at}, offered to be moved to: {is_offered}, but {other:?}").into()),
        }
    }

    /// Where the appointment is offered to go in the days around the change.
    async fn places(&self, id: AppointmentId) -> Outcome<Vec<Slot>> {
        let day = self.scene.zone.date_at(self.scene.change);
        let search = Search {
            service_id: self.service,
            provider_id: None,
            department_id: None,
            location_id: None,
            patient_id: None,
            ticket_id: None,
            moving: Some(id),
            from: day.checked_sub(2.days())?,
            to: day.checked_add(2.days())?,
            limit: 1,
        };
        Ok(list_days(&self.practice.app, &self.staff, &search).await?)
    }

    async fn move_to(&self, id: AppointmentId, provider: ProviderId, starts_at: Timestamp) -> Result<Appointment> {
        let to = Reschedule {
            starts_at,
            provider_id: Some(provider),
            location_id: None,
            overrides: Overrides {
                rules: Vec::new(),
                reason: Some("As they asked".to_owned()),
            },
            expected: None,
            range: Range::This,
        };
        reschedule(&self.practice.app, &self.staff, id, to).await
    }
}
