//! An appointment in a list.

use askama::Template;
use askama::filters::HtmlSafe;
use kalends_app::ctx::Ctx;
use kalends_app::error::AppError;
use kalends_domain::appointment::{NamedAppointment, Status as Life};

use super::whose::whose;
use crate::http::locale::Locale;
use crate::pages::book::offered::zone;
use crate::pages::kit::{Badge, Icon, Status};

/// One line of a list, which leads to the appointment.
#[derive(Clone, Debug, Template)]
#[template(path = "patient/card.html")]
pub struct AppointmentCard {
    pub href: String,
    pub when: String,
    pub service: String,
    /// `Dr Amara Okafor · Main St`
    pub where_and_who: String,
    /// `For Mia Park`, where the reader looks after somebody.
    pub whose: Option<String>,
    /// What is not as expected; a booked appointment is.
    pub badge: Option<Badge>,
}

impl AppointmentCard {
    /// With the year where it is not near.
    ///
    /// # Errors
    /// When the appointment's zone is none.
    pub fn new(ctx: &Ctx, l: Locale, named: &NamedAppointment, with_year: bool) -> Result<Self, AppError> {
        let appointment = &named.appointment;
        let at = zone(&appointment.time_zone)?.local(appointment.starts_at);
        Ok(Self {
            href: format!("/patient/appointments/{}", appointment.id),
            when: if with_year { l.date_time(at) } else { l.day_time(at) },
            service: named.service_in(l.code()).to_owned(),
            where_and_who: format!("{} · {}", named.provider_name, named.location_name),
            whose: whose(ctx, l, named),
            badge: (appointment.status != Life::Booked).then(|| Status::from(appointment.status).badge(l)),
        })
    }

    fn icon(&self, name: &'static str) -> Icon {
        Icon(name)
    }
}

impl HtmlSafe for AppointmentCard {}
