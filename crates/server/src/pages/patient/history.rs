//! What happened to an appointment, in the patient's words.

use kalends_app::appointments;
use kalends_app::clock_changes::CLOCK_CHANGED;
use kalends_app::ctx::Ctx;
use kalends_app::error::AppError;
use kalends_app::requests::EXPIRED;
use kalends_domain::appointment::{NamedAppointment, NamedEvent};
use kalends_domain::time::Zone;

use crate::http::locale::Locale;
use crate::http::state::AppState;

/// One change.
pub struct Happened {
    pub what: String,
    pub when: String,
    /// To when it was moved, or why it was called off; empty for nothing.
    pub more: String,
}

/// The changes, the latest first.
///
/// # Errors
/// As the use case.
pub async fn history(
    state: &AppState,
    ctx: &Ctx,
    l: Locale,
    named: &NamedAppointment,
    zone: &Zone,
) -> Result<Vec<Happened>, AppError> {
    let events = appointments::history(&state.app, ctx, named.appointment.id).await?;
    Ok(events.iter().rev().map(|event| happened(ctx, l, event, zone)).collect())
}

fn happened(ctx: &Ctx, l: Locale, named: &NamedEvent, zone: &Zone) -> Happened {
    let event = &named.event;
    let own = event.actor_id.is_some() && event.actor_id == ctx.user_id();
    let relative = named.actor_name.as_deref().filter(|_| !own);
    let by = match (event.action.as_str(), relative) {
        ("book", Some(_)) => Some("patient-event-book-by"),
        ("reschedule", Some(_)) => Some("patient-event-move-by"),
        ("cancel", Some(_)) => Some("patient-event-cancel-by"),
        _ => None,
    };
    let what = match (event.action.as_str(), own) {
        ("reschedule", _) if event.reason.as_deref() == Some(CLOCK_CHANGED) => "patient-event-clock",
        ("book", true) => "patient-event-book-own",
        ("book", false) => "patient-event-book",
        ("reschedule", true) => "patient-event-move-own",
        ("reschedule", false) => "patient-event-move",
        ("cancel", true) => "patient-event-cancel-own",
        ("cancel", false) => "patient-event-cancel",
        ("confirm", _) => "patient-event-confirm",
        ("decline", _) => "patient-event-decline",
        ("check_in", _) => "patient-event-check-in",
        ("start", _) => "patient-event-start",
        ("fulfil", _) => "patient-event-fulfil",
        ("mark_no_show", _) => "patient-event-no-show",
        ("forgive", _) => "patient-event-forgive",
        ("count_again", _) => "patient-event-count-again",
        ("propose", _) => "patient-event-propose",
        ("accept", _) => "patient-event-accept",
        ("refuse", _) => "patient-event-refuse",
        ("withdraw", _) => "patient-event-withdraw",
        _ => "patient-event-other",
    };
    let more = match event.action.as_str() {
        "book" | "reschedule" | "accept" => {
            let at = l.date_time(zone.local(event.starts_at));
            l.tf("patient-event-to", &[("time", at.into())])
        }
        "decline" if event.reason.as_deref() == Some(EXPIRED) => l.t("requests-expired"),
        _ => event.reason.clone().unwrap_or_default(),
    };
    Happened {
        what: match (by, relative) {
            (Some(by), Some(name)) => l.tf(by, &[("name", name.into())]),
            _ => l.t(what),
        },
        when: l.date_time(zone.local(event.at)),
        more,
    }
}
