//! Why a time is not offered.

use jiff::{SignedDuration, Timestamp};
use kalends_domain::id::{PatientId, ProviderId, ServiceId};
use kalends_domain::permission::{Action, Resource};
use kalends_domain::slot::{Asker, Candidate};
use kalends_domain::time::Span;

use super::{Among, Asked, For, load};
use crate::app::App;
use crate::booking;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::openings::{calendar_of, requirement};

/// The verdict on one start, as patients and as staff would meet it.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// For a visitor; for the patient, where one was named.
    pub patients: Candidate,
    /// For staff, whom fewer rules bind.
    pub staff: Candidate,
}

/// Whether this start is offered, or by which rules not: to anybody, or to one patient with what they have already.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown service, provider or patient, [`AppError::Forbidden`] for a calendar out of reach.
pub async fn explain(
    app: &App,
    ctx: &Ctx,
    service: ServiceId,
    provider: ProviderId,
    patient: Option<PatientId>,
    starts_at: Timestamp,
) -> Result<Explanation> {
    let scope = requirement(ctx, Action::Read)?;
    if let Some(patient) = patient {
        ctx.require(Resource::Appointment, Action::Write)?;
        booking::patient(app, ctx, Some(patient)).await?;
    }
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    calendar_of(&mut tx, ctx, scope, provider).await?;
    let range = instant(starts_at)?;
    let among = Among::Provider(service, provider);
    let who = For {
        patient,
        ..For::default()
    };
    let grounds = load(&mut tx, &ctx.tenant, ctx.now, among, who, range).await?;
    drop(tx);
    let of_provider = grounds.provider(provider).ok_or(AppError::NotFound)?;
    let judge = |asker| grounds.judge(of_provider, &Asked::by(asker), starts_at);
    let explanation = Explanation {
        patients: judge(patient.map_or(Asker::Public, |_| Asker::Patient)),
        staff: judge(Asker::Staff),
    };
    if patient.is_some() {
        // The answer may tell when the patient has an appointment.
        let mut entry = ctx.audit("explain", "appointment", None);
        entry.patient_id = patient;
        let mut tx = app.store.begin(ctx.tenant_id()).await?;
        kalends_store::audit::insert(&mut tx, ctx.tenant_id(), &[entry]).await?;
        tx.commit().await?;
    }
    Ok(explanation)
}

/// The range of this one start.
///
/// # Errors
/// At the end of representable time.
pub(super) fn instant(starts_at: Timestamp) -> Result<Span> {
    starts_at
        .checked_add(SignedDuration::from_mins(1))
        .ok()
        .and_then(|after| Span::new(starts_at, after).ok())
        .ok_or_else(|| AppError::field("starts_at", "out-of-range"))
}
