//! One doctor's diary: booked, carried out, moved and called off by the same use cases as anybody's.

use jiff::{SignedDuration, Timestamp, ToSpan as _};
use kalends_app::appointments::{self, Reschedule, Stepped};
use kalends_app::booking::{self, NewBooking, Overrides};
use kalends_app::error::AppError;
use kalends_app::idempotency::Once;
use kalends_app::intake::Answers;
use kalends_domain::appointment::{Appointment, Range};
use kalends_domain::id::{AppointmentId, PatientId, ProviderId};
use kalends_domain::opening::Opening;
use kalends_domain::service::Service;
use kalends_domain::time::Zone;

use super::chance::Chance;
use super::stage::{Person, Stage, making};
use crate::serve::Failure;

/// What a diary is filled from.
pub struct Diary {
    pub stage: Stage,
    pub provider: ProviderId,
    pub doctor: Person,
    pub desk: Person,
    /// The clock of the provider's first site, which says what today is.
    pub zone: Zone,
    pub openings: Vec<Opening>,
    pub services: Vec<Service>,
    /// Nobody else's diary has them, so that diaries can be filled side by side.
    pub patients: Vec<PatientId>,
    pub is_full_today: bool,
    pub chance: Chance,
}

/// So many patients fill a diary.
const ENOUGH_PATIENTS: usize = 150;

const REASONS: [&str; 14] = [
    "Headaches since last week",
    "Follow-up after the blood test",
    "Knee hurts when climbing stairs",
    "Rückenschmerzen seit drei Tagen",
    "Controle anual",
    "Repeat prescription",
    "Tired all the time",
    "ألم في الكتف منذ أسبوع",
    "Rash on both arms",
    "Réaction allergique, visage gonflé",
    "Cough that does not go away",
    "Second opinion",
    "Боль в груди при нагрузке",
    "Travel to Kenya in spring",
];

const CALLED_OFF: [&str; 5] = [
    "Feels better",
    "Has to work",
    "Cannot find a babysitter",
    "Doctor is ill",
    "Found an earlier time elsewhere",
];

impl Diary {
    /// Fills it from the first opening to the last. Returns how many appointments were made.
    ///
    /// # Errors
    /// Whatever is not a refusal of a time.
    pub async fn fill(mut self) -> Result<usize, Failure> {
        let mut made = 0;
        for opening in std::mem::take(&mut self.openings) {
            let fill = self.density(&opening);
            let step = opening.slot_minutes.duration();
            let mut free_from = opening.span.starts_at();
            while free_from < opening.span.ends_at() {
                if !self.chance.percent(fill) {
                    free_from += step;
                    continue;
                }
                match self.place(&opening, free_from).await? {
                    Some(appointment) => {
                        free_from = self.live(&opening, &appointment).await?;
                        made += 1 + self.seat_others(&opening, &appointment).await?;
                    }
                    None => free_from += step,
                }
            }
        }
        Ok(made)
    }

    /// How many of a hundred free starts are taken: everything today, less the further away.
    fn density(&self, opening: &Opening) -> usize {
        // A small demo has few patients, who do not come more often for that.
        let share = |density: usize| (density * self.patients.len() / ENOUGH_PATIENTS).clamp(1, density);
        let today = self.zone.date_at(self.stage.now);
        let days = opening.local_date.duration_since(today).as_hours() / 24;
        match days {
            0 if self.is_full_today => 100,
            0 => share(85),
            1..=7 => share(45),
            8..=21 => share(25),
            22.. => share(10),
            -14..0 => share(40),
            _ => share(14),
        }
    }

    /// Lets others share the time, where the service is for several. Returns how many.
    async fn seat_others(&mut self, opening: &Opening, first: &Appointment) -> Result<usize, Failure> {
        let others = usize::try_from(first.policy.capacity - 1).unwrap_or_default();
        let mut seated = 0;
        for _ in 0..self.chance.below(others + 1) {
            let Some(patient_id) = self.chance.pick(&self.patients).copied() else {
                break;
            };
            let input = NewBooking {
                service_id: first.service_id,
                starts_at: first.starts_at,
                provider_id: Some(self.provider),
                location_id: Some(opening.location_id),
                patient_id: Some(patient_id),
                ticket_id: None,
                answers: Answers::default(),
                hold_token: None,
                reason: None,
                overrides: Overrides::default(),
            };
            let ctx = self.stage.ctx(&self.desk, first.created_at);
            match booking::book(&self.stage.app, &ctx, input, &Once::unkeyed()).await {
                Ok(appointment) => {
                    self.live(opening, &appointment).await?;
                    seated += 1;
                }
                Err(AppError::NotBookable { .. } | AppError::SlotTaken { .. }) => {}
                Err(error) => return Err(making("a seat")(error)),
            }
        }
        Ok(seated)
    }

    /// Books something from `free_from` on, if it fits and nobody minds.
    async fn place(&mut self, opening: &Opening, free_from: Timestamp) -> Result<Option<Appointment>, Failure> {
        let Some(service) = self.chance.pick(&self.services).cloned() else {
            return Ok(None);
        };
        let starts_at = aligned(opening, &service, free_from);
        if starts_at + minutes(service.duration_minutes) > opening.span.ends_at() {
            return Ok(None);
        }
        let Some(patient_id) = self.chance.pick(&self.patients).copied() else {
            return Ok(None);
        };
        let reason = self
            .chance
            .percent(55)
            .then(|| self.chance.pick(&REASONS).map(|reason| (*reason).to_owned()));
        let input = NewBooking {
            service_id: service.id,
            starts_at,
            provider_id: Some(self.provider),
            location_id: Some(opening.location_id),
            patient_id: Some(patient_id),
            ticket_id: None,
            answers: Answers::default(),
            hold_token: None,
            reason: reason.flatten(),
            overrides: Overrides::default(),
        };
        // Sick children come at short notice, everybody else some weeks before.
        let most_days = service.booking_horizon_days.unwrap_or(40).clamp(1, 40);
        let ahead = self.chance.below(usize::try_from(most_days).unwrap_or(1) * 24 * 60);
        let ahead = minutes(service.lead_time_minutes) + SignedDuration::from_mins(i64::try_from(ahead).unwrap_or(0));
        let ctx = self
            .stage
            .ctx(&self.desk, starts_at - ahead - SignedDuration::from_hours(1));
        match booking::book(&self.stage.app, &ctx, input, &Once::unkeyed()).await {
            Ok(appointment) => Ok(Some(appointment)),
            Err(AppError::NotBookable { .. } | AppError::SlotTaken { .. }) => Ok(None),
            Err(error) => Err(making("an appointment")(error)),
        }
    }

    /// Lets happen what happens to an appointment until now. Returns when the provider is free again.
    async fn live(&mut self, opening: &Opening, booked: &Appointment) -> Result<Timestamp, Failure> {
        let now = self.stage.now;
        let after = booked.ends_at + minutes(booked.policy.buffer_after_minutes + booked.policy.buffer_before_minutes);
        let fate = self.chance.below(100);
        if fate < 6 && !self.is_full_today {
            let reason = self.chance.pick(&CALLED_OFF).map(|reason| (*reason).to_owned());
            let at = booked.created_at + booked.starts_at.duration_since(booked.created_at) / 2;
            self.step(Deed::Cancel, booked.id, at, reason).await?;
            return Ok(after);
        }
        if fate < 9 && booked.starts_at > now {
            return self.put_off(opening, booked, after).await;
        }
        if booked.ends_at <= now {
            if fate < 14 {
                self.step(Deed::NoShow, booked.id, booked.ends_at, None).await?;
            } else {
                let is_recent = booked.starts_at > now - 72.hours();
                self.visit(booked, is_recent, true).await?;
            }
        } else if booked.starts_at <= now {
            self.visit(booked, true, false).await?;
        } else if fate < 70 {
            let here = arrival(&booked.time_zone, booked.starts_at, 20)?;
            if here <= now {
                self.step(Deed::CheckIn, booked.id, here, None).await?;
            }
        }
        Ok(after)
    }

    /// The patient comes, and after the visit goes. Only recent visits have a beginning: most doctors do not bother.
    async fn visit(&self, booked: &Appointment, begins: bool, ends: bool) -> Result<(), Failure> {
        let begins_at = booked.starts_at + 2.minutes();
        let here = arrival(&booked.time_zone, booked.starts_at, 6)?;
        self.step(Deed::CheckIn, booked.id, here, None).await?;
        if begins {
            self.step(Deed::Start, booked.id, begins_at, None).await?;
        }
        if ends {
            self.step(Deed::Fulfil, booked.id, booked.ends_at, None).await?;
        }
        Ok(())
    }

    /// Moves it to the next time that is free.
    async fn put_off(&self, opening: &Opening, booked: &Appointment, to: Timestamp) -> Result<Timestamp, Failure> {
        let Some(service) = self.services.iter().find(|service| service.id == booked.service_id) else {
            return Ok(to);
        };
        let starts_at = aligned(opening, service, to);
        let to_when = Reschedule {
            starts_at,
            provider_id: None,
            location_id: Some(opening.location_id),
            overrides: Overrides {
                rules: Vec::new(),
                reason: Some("The patient called.".to_owned()),
            },
            expected: None,
            range: Range::This,
        };
        let ctx = self.stage.ctx(&self.desk, self.stage.now - 1.hours());
        match appointments::reschedule(&self.stage.app, &ctx, booked.id, to_when).await {
            Ok(moved) => Ok(moved.ends_at + to.duration_since(booked.ends_at)),
            Err(AppError::NotBookable { .. } | AppError::SlotTaken { .. }) => Ok(to),
            Err(error) => Err(making("a move")(error)),
        }
    }

    async fn step(&self, deed: Deed, id: AppointmentId, at: Timestamp, reason: Option<String>) -> Result<(), Failure> {
        let with = Stepped {
            reason,
            expected: None,
            range: Range::This,
        };
        let who = match deed {
            Deed::Start | Deed::Fulfil => &self.doctor,
            Deed::Cancel | Deed::CheckIn | Deed::NoShow => &self.desk,
        };
        let (app, ctx) = (&self.stage.app, self.stage.ctx(who, at));
        let outcome = match deed {
            Deed::Cancel => appointments::cancel(app, &ctx, id, with).await,
            Deed::CheckIn => appointments::check_in(app, &ctx, id, with).await,
            Deed::Start => appointments::start(app, &ctx, id, with).await,
            Deed::Fulfil => appointments::fulfil(app, &ctx, id, with).await,
            Deed::NoShow => appointments::mark_no_show(app, &ctx, id, with).await,
        };
        outcome.map(drop).map_err(making("a visit"))
    }
}

/// What is done with an appointment.
#[derive(Clone, Copy)]
enum Deed {
    Cancel,
    CheckIn,
    Start,
    Fulfil,
    NoShow,
}

/// When somebody is there who comes so many minutes early: on the same day, for the desk checks in nobody the day before.
fn arrival(time_zone: &str, starts_at: Timestamp, minutes_early: i64) -> Result<Timestamp, Failure> {
    let zone = Zone::new(time_zone)?;
    let day = zone.day(zone.date_at(starts_at)).ok_or("a day that does not exist")?;
    Ok((starts_at - minutes_early.minutes()).max(day.starts_at()))
}

fn minutes(count: i32) -> SignedDuration {
    SignedDuration::from_mins(i64::from(count))
}

/// The first start of the opening's rhythm that leaves the service its buffer after `free_from`.
pub fn aligned(opening: &Opening, service: &Service, free_from: Timestamp) -> Timestamp {
    let rhythm = service
        .start_interval_minutes
        .map_or(opening.slot_minutes.duration(), minutes);
    let begins = opening.span.starts_at();
    let (wait, rhythm) = (free_from.duration_since(begins).as_secs(), rhythm.as_secs().max(60));
    let buffered = if wait == 0 {
        0
    } else {
        wait + minutes(service.buffer_before_minutes).as_secs()
    };
    begins
        + SignedDuration::from_secs(
            buffered.div_euclid(rhythm) * rhythm + if buffered % rhythm == 0 { 0 } else { rhythm },
        )
}

#[cfg(test)]
mod tests {
    use super::{Failure, Timestamp, arrival};

    #[test]
    fn nobody_arrives_the_day_before() -> Result<(), Failure> {
        let at = |time: &str| time.parse::<Timestamp>();
        let came = |starts_at| arrival("Europe/Berlin", at(starts_at)?, 20);
        assert_eq!(came("2027-01-12T08:00:00Z")?, at("2027-01-12T07:40:00Z")?);
        assert_eq!(came("2027-01-11T23:05:00Z")?, at("2027-01-11T23:00:00Z")?);
        Ok(())
    }
}
