//! Whom a booking is for: a question only to those who look after somebody.

use kalends_app::ctx::Ctx;
use kalends_app::error::AppError;
use kalends_domain::id::PatientId;
use kalends_domain::permission::{Action, Resource, Role};

use super::wanted::Wanted;
use crate::http::locale::Locale;
use crate::pages::kit::{Tab, Tabs};

/// The visitor and those for whom they may book, each a way to the same page; nothing where there is nothing to choose.
pub fn tabs(ctx: &Ctx, l: Locale, wanted: &Wanted) -> Option<Tabs> {
    // A ticket is one patient's.
    let user = ctx
        .signed_in()
        .ok()
        .filter(|user| user.role == Role::Patient && wanted.ticket.is_none())?;
    let bookable = user.patients(Resource::Appointment, Action::Write);
    let wards = user.acts_for.iter().filter(|it| bookable.contains(&it.patient_id));
    let tab = |label: String, patient: Option<PatientId>| {
        let to = Wanted {
            patient,
            at: None,
            ..wanted.clone()
        };
        Tab::new(label, to.address("/book"), wanted.patient == patient)
    };
    let tabs: Vec<Tab> = std::iter::once(tab(l.t("book-for-me"), None))
        .chain(wards.map(|it| tab(it.full_name(), Some(it.patient_id))))
        .collect();
    (tabs.len() > 1).then(|| Tabs::new(l, l.t("book-for-whom"), tabs))
}

/// The patient for whom it is, and what they are called.
///
/// # Errors
/// [`AppError::NotFound`] or [`AppError::Forbidden`] for somebody for whom the visitor may not book.
pub fn patient(ctx: &Ctx, wanted: &Wanted) -> Result<(PatientId, String), AppError> {
    let user = ctx.signed_in()?;
    let id = wanted.patient.or(user.patient_id).ok_or(AppError::Forbidden)?;
    ctx.require_patient(id, Resource::Appointment, Action::Write)?;
    let ward = user.acts_for.iter().find(|it| it.patient_id == id);
    let name = ward.map_or_else(
        || format!("{} {}", user.given_name, user.family_name),
        |ward| ward.full_name(),
    );
    Ok((id, name))
}
