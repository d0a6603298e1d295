//! Whose an appointment is: told to those who look after somebody, and to nobody else.

use kalends_app::ctx::Ctx;
use kalends_domain::appointment::NamedAppointment;
use kalends_domain::id::PatientId;
use kalends_domain::permission::{Action, Resource};

use crate::http::locale::Locale;

/// Whether it is the reader's own.
pub fn is_own(ctx: &Ctx, patient: PatientId) -> bool {
    ctx.signed_in().is_ok_and(|user| user.patient_id == Some(patient))
}

/// Whether the reader may move and cancel it, as far as that is about whose it is.
pub fn may_change(ctx: &Ctx, named: &NamedAppointment) -> bool {
    let id = named.appointment.patient_id;
    ctx.require_patient(id, Resource::Appointment, Action::Write).is_ok()
}

/// `For Mia Park`, `For you`; nothing for somebody who acts for nobody.
pub fn whose(ctx: &Ctx, l: Locale, named: &NamedAppointment) -> Option<String> {
    if is_own(ctx, named.appointment.patient_id) {
        let alone = ctx.signed_in().is_ok_and(|user| user.acts_for.is_empty());
        return (!alone).then(|| l.t("patient-for-you"));
    }
    Some(l.tf("patient-for", &[("name", named.patient_name.as_str().into())]))
}
