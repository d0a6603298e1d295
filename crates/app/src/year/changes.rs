//! What comes in between: people cannot come, doctors are away, hours change.

use jiff::ToSpan as _;
use jiff::civil::Date;
use kalends_domain::appointment::{Appointment, Range};
use kalends_domain::id::AppointmentId;
use kalends_domain::page::PageRequest;
use kalends_domain::time::Weekday;
use kalends_store::testing::TestResult;
use rand::RngExt as _;
use rand::seq::IndexedRandom as _;

use super::{Life, mornings_and_afternoons, unless_refused};
use crate::appointments::{self, Reschedule, Stepped};
use crate::booking::Overrides;
use crate::closures::{self, NewClosure};
use crate::error::Result;
use crate::idempotency::Once;
use crate::slots;
use crate::stranded::{self, Lost, Move};
use crate::templates::{self, TemplatePatch};

impl Life {
    /// Any of those that are still to come.
    pub fn any_to_come(&mut self) -> Option<Appointment> {
        let now = self.now();
        let open: Vec<&Appointment> = self
            .booked
            .values()
            .filter(|it| it.status.is_open() && it.starts_at > now)
            .collect();
        open.choose(&mut self.chance).map(|it| (*it).clone())
    }

    /// How it stands by now, after whatever was done to it and to those beside it.
    pub async fn look_again(&mut self, of: &Appointment) -> Result<()> {
        let admin = self.admin();
        let together: Vec<AppointmentId> = match of.together {
            Some(_) => self
                .booked
                .values()
                .filter(|it| it.together == of.together)
                .map(|it| it.id)
                .collect(),
            None => vec![of.id],
        };
        for id in together {
            let now = appointments::get(&self.practice.app, &admin, id).await?.appointment;
            self.booked.insert(id, now);
        }
        Ok(())
    }

    pub async fn cancel(&mut self) -> Result<()> {
        let Some(of) = self.any_to_come() else { return Ok(()) };
        let by_staff = self.chance.random_bool(0.5);
        let ctx = if by_staff {
            self.admin()
        } else {
            self.patient(of.patient_id)
        };
        let with = Stepped {
            reason: Some("something came up".into()),
            expected: None,
            range: *Range::ALL.choose(&mut self.chance).unwrap_or(&Range::This),
        };
        let off = unless_refused(appointments::cancel(&self.practice.app, &ctx, of.id, with).await)?;
        self.count("cancelled", usize::from(off.is_some()));
        self.look_again(&of).await
    }

    pub async fn reschedule(&mut self, today: Date) -> Result<()> {
        let Some(of) = self.any_to_come() else { return Ok(()) };
        let search = self.search(of.service_id, Some(of.id), today);
        let ctx = self.patient(of.patient_id);
        let found = slots::list(&self.practice.app, &ctx, &search).await?;
        let Some(slot) = found.choose(&mut self.chance) else {
            return Ok(());
        };
        let to = Reschedule {
            starts_at: slot.starts_at,
            provider_id: Some(slot.provider_id),
            location_id: Some(slot.location_id),
            overrides: Overrides::default(),
            expected: None,
            range: *Range::ALL.choose(&mut self.chance).unwrap_or(&Range::This),
        };
        let moved = unless_refused(appointments::reschedule(&self.practice.app, &ctx, of.id, to).await)?;
        self.count("moved", usize::from(moved.is_some()));
        self.look_again(&of).await
    }

    /// A doctor who is booked is away, and whoever had a time with them gets another one.
    pub async fn time_off(&mut self) -> Result<()> {
        let Some(of) = self.any_to_come() else { return Ok(()) };
        let (first, doctor) = (self.date(of.starts_at), Some(of.provider_id));
        let new = NewClosure {
            location_id: None,
            provider_id: doctor,
            starts_at: None,
            ends_at: None,
            first_date: Some(first),
            last_date: Some(first.saturating_add(self.chance.random_range(0..3).days())),
            from_time: None,
            to_time: None,
            repeats_yearly: false,
            reason: Some("away".into()),
            dry_run: false,
        };
        let admin = self.admin();
        closures::create(&self.practice.app, &admin, new, &Once::unkeyed()).await?;
        self.count("closures", 1);
        self.move_stranded().await
    }

    pub async fn move_stranded(&mut self) -> Result<()> {
        let (app, admin) = (self.practice.app.clone(), self.admin());
        let page = PageRequest {
            limit: 50,
            ..PageRequest::default()
        };
        let lost = stranded::list(&app, &admin, &page, Lost::default()).await?.items;
        let suggested = stranded::suggest(&app, &admin, lost).await?;
        let moves = suggested.iter().filter_map(|it| {
            let slot = it.times.first()?;
            Some(Move {
                id: it.named.appointment.id,
                to: Reschedule {
                    starts_at: slot.starts_at,
                    provider_id: Some(slot.provider_id),
                    location_id: Some(slot.location_id),
                    overrides: Overrides::default(),
                    expected: None,
                    range: Range::This,
                },
            })
        });
        let moves: Vec<Move> = moves.collect();
        for (_, outcome) in stranded::move_all(&app, &admin, moves).await? {
            let moved = unless_refused(outcome)?;
            self.keep("stranded and moved", moved);
        }
        Ok(())
    }

    /// A doctor works one day of the week less, or again.
    pub async fn change_hours(&mut self) -> TestResult {
        let (app, admin) = (self.practice.app.clone(), self.admin());
        let Some(doctor) = self.doctors.choose(&mut self.chance).copied() else {
            return Ok(());
        };
        let mut windows = mornings_and_afternoons()?;
        let off = *Weekday::ALL.choose(&mut self.chance).unwrap_or(&Weekday::Monday);
        windows.retain(|it| it.weekday != off);
        for template in templates::list(&app, &admin, doctor).await? {
            let patch = TemplatePatch {
                windows: Some(windows.clone()),
                ..TemplatePatch::default()
            };
            templates::update(&app, &admin, template.id, None, patch).await?;
            self.count("hours changed", 1);
        }
        Ok(self.move_stranded().await?)
    }
}
