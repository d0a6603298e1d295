//! Keeping a time while the visitor reads and confirms, and letting go of it.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kalends_app::ctx::Ctx;
use kalends_app::error::AppError;
use kalends_app::holds::{self, HoldRequest};
use kalends_app::idempotency::Once;
use kalends_domain::id::ServiceId;
use kalends_domain::permission::Role;

use super::offered::{self, Offered};
use super::refusal::{choice, explain};
use super::time;
use super::wanted::{Kept, Pick, Wanted, address};
use super::ways::Asked;
use super::whom;
use crate::http::state::AppState;
use crate::pages::kit::{
    Action, ErrorKind, Frame, Notice, Refused, Search, Submitted, Toast, Tone, home, see_other, see_other_saying,
};
use crate::pages::session::{Anyone, AsPatient};

/// `POST /book/hold`: keeps the chosen time and goes on to confirm it.
pub async fn hold(
    State(state): State<AppState>,
    Anyone(ctx): Anyone,
    frame: Frame,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let wanted = Wanted::read(|name| submitted.get(name));
    let service = wanted.service.ok_or(Refused(ErrorKind::NotFound))?;
    let Some(pick) = wanted.at else {
        let notice =
            Notice::new(Tone::Error, frame.l.t("book-no-time-chosen")).text(frame.l.t("book-no-time-chosen-text"));
        let refused = Some((StatusCode::UNPROCESSABLE_ENTITY, notice));
        return time::show(&state, &ctx, &frame, &wanted, service, refused).await;
    };
    match ctx.role() {
        Some(Role::Patient) => keep(&state, &ctx, &frame, &wanted, service, pick).await,
        None => Ok(sign_in(&wanted)),
        role => Ok(see_other_saying(
            home(role),
            &Toast::info(frame.l.t("book-not-for-staff")),
        )),
    }
}

/// To the sign-in page, and back to where the time is confirmed.
pub fn sign_in(wanted: &Wanted) -> Response {
    let next = wanted.address("/book/confirm");
    see_other(&Search::of("/patient/login").with(&[("next", next.as_str())]))
}

/// Keeps the time for the patient, in place of another that they kept for this service, and goes on to confirm it.
pub async fn keep(
    state: &AppState,
    ctx: &Ctx,
    frame: &Frame,
    wanted: &Wanted,
    service: ServiceId,
    pick: Pick,
) -> Result<Response, Refused> {
    let request = HoldRequest {
        service_id: service,
        starts_at: pick.starts_at,
        provider_id: pick.provider.or(wanted.provider),
        location_id: Some(pick.location),
        patient_id: Some(whom::patient(ctx, wanted)?.0),
        ticket_id: wanted.ticket,
    };
    match holds::hold(&state.app, ctx, request, &Once::unkeyed()).await {
        Ok(held) => {
            holds::keep_only(&state.app, ctx, &held.hold).await?;
            let kept = Kept {
                id: held.hold.id,
                token: held.token,
            };
            let wanted = wanted.at(Pick {
                starts_at: held.hold.starts_at,
                location: held.hold.location_id,
                provider: Some(held.hold.provider_id),
            });
            let pairs = [wanted.pairs(), kept.pairs()].concat();
            Ok(see_other(&address("/book/confirm", &pairs)))
        }
        Err(error) => refuse(state, ctx, frame, wanted, service, pick, error).await,
    }
}

/// The times again, with what is nearest to the one that could not be kept.
async fn refuse(
    state: &AppState,
    ctx: &Ctx,
    frame: &Frame,
    wanted: &Wanted,
    service: ServiceId,
    pick: Pick,
    error: AppError,
) -> Result<Response, Refused> {
    let offered = offered::load(&state.app, ctx, service, wanted.ticket).await?;
    let at = offered.zone(pick.location)?.local(pick.starts_at);
    let refusal = explain(ctx, frame.l, &asked(&offered, wanted), at, error)?;
    let mut notice = refusal.notice;
    for alternative in &refusal.alternatives {
        let (label, pick) = choice(frame.l, &offered, alternative)?;
        notice = notice.action(wanted.at(pick).within(Action::post(label, "/book/hold")));
    }
    let wanted = Wanted {
        at: None,
        from: Some(at.date()),
        ..wanted.clone()
    };
    let refused = Some((refusal.status, notice));
    time::show(state, ctx, frame, &wanted, service, refused).await
}

/// `POST /book/release`: lets go of the time and shows the others. One that is gone already is as good as released.
pub async fn release(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let wanted = Wanted::read(|name| submitted.get(name));
    if let Some(kept) = Kept::read(|name| submitted.get(name)) {
        match holds::release(&state.app, &ctx, kept.id, Some(&kept.token)).await {
            Ok(()) | Err(AppError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(see_other(&Wanted { at: None, ..wanted }.address("/book")))
}

/// What a booking looks for.
pub fn asked<'a>(offered: &'a Offered, wanted: &'a Wanted) -> Asked<'a> {
    Asked {
        path: "/book",
        offered,
        wanted,
    }
}
