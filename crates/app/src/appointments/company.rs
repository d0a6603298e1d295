//! What an appointment was booked together with, as far as its reader may see it.

use kalends_domain::appointment::{Appointment, NamedAppointment};
use kalends_domain::id::AppointmentId;
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::permission::{Action, Resource};
use kalends_store::appointments::{self as store, AppointmentFilter, Visible};
use serde_json::json;

use super::access::visible;
use super::named_for_caller;
use crate::app::App;
use crate::ctx::Ctx;
use crate::error::Result;

/// Of a long series those around the appointment are told, so many with itself.
pub const MOST_SHOWN: usize = 12;
/// So many of them come before it, where there are as many after it.
const BEFORE: usize = 4;

/// The series or the visit of an appointment. What is called off is not counted, and told only of the appointment itself.
#[derive(Clone, Debug)]
pub struct Company {
    /// Those around it that the caller may see, itself among them, in order of time.
    pub shown: Vec<NamedAppointment>,
    /// All of them in order of time, also those that the caller may not see.
    standing: Vec<AppointmentId>,
    /// Whether the caller may see all of them.
    pub is_whole: bool,
}

impl Company {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.standing.len()
    }

    /// Which of them it is, from 1; none for what is called off.
    pub fn number(&self, id: AppointmentId) -> Option<usize> {
        self.standing
            .iter()
            .position(|it| *it == id)
            .map(|before| before.saturating_add(1))
    }
}

/// What the appointment was booked together with; nothing where it was booked by itself.
///
/// # Errors
/// When the role sees no appointments.
pub async fn company(app: &App, ctx: &Ctx, of: &Appointment) -> Result<Option<Company>> {
    let within = visible(ctx, Resource::Appointment, Action::Read)?;
    let Some(together) = of.together else {
        return Ok(None);
    };
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    // Beyond what the caller may see, for their number alone: a doctor reads "3 of 10" as everybody does.
    let all = store::list_together(&mut tx, ctx.tenant_id(), &Visible::default(), together, false).await?;
    let mut seen = store::list_together(&mut tx, ctx.tenant_id(), &within, together, false).await?;
    let standing: Vec<AppointmentId> = all.iter().filter(|it| it.status.holds_time()).map(|it| it.id).collect();
    let is_whole = seen.iter().filter(|it| it.status.holds_time()).count() == standing.len();
    seen.retain(|it| it.id == of.id || it.status.holds_time());
    let window = around(&seen, of.id);
    let filter = AppointmentFilter {
        from: window.iter().map(|it| it.starts_at).min(),
        to: window.iter().map(|it| it.ends_at).max(),
        series_id: of.series(),
        visit_id: of.visit(),
        visible: within,
        ..AppointmentFilter::default()
    };
    let request = PageRequest {
        limit: MAX_LIMIT,
        ..PageRequest::default()
    };
    let mut shown = store::list(&mut tx, ctx.tenant_id(), &request, &filter).await?.items;
    drop(tx);
    shown.retain(|it| window.iter().any(|of| of.id == it.appointment.id));
    for item in &mut shown {
        named_for_caller(ctx, item);
    }
    if ctx.is_staff() {
        let mut entry = ctx.audit("list", "appointment", None);
        entry.patient_id = Some(of.patient_id);
        entry.detail = json!({"count": shown.len()});
        let mut tx = app.store.begin(ctx.tenant_id()).await?;
        kalends_store::audit::insert(&mut tx, ctx.tenant_id(), &[entry]).await?;
        tx.commit().await?;
    }
    Ok(Some(Company {
        shown,
        standing,
        is_whole,
    }))
}

/// Those around `id`; near an end of the series as many more on its other side.
fn around(all: &[Appointment], id: AppointmentId) -> &[Appointment] {
    let place = all.iter().position(|it| it.id == id).unwrap_or_default();
    let last = all.len().saturating_sub(MOST_SHOWN);
    let first = place.saturating_sub(BEFORE).min(last);
    all.get(first..all.len().min(first.saturating_add(MOST_SHOWN)))
        .unwrap_or_default()
}
