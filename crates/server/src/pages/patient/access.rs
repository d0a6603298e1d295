//! Who looked at a patient's record, and who changed it: told to the patient.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use kalends_app::audit::{self, AuditRecord};
use kalends_app::ctx::Ctx;
use kalends_app::locations;
use kalends_domain::audit::ActorKind;
use kalends_domain::page::PageRequest;
use kalends_domain::permission::Role;
use kalends_domain::time::Zone;

use crate::http::list::encode;
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::book::offered::zone;
use crate::pages::kit::{Frame, Page, Refused, Search, render};
use crate::pages::session::AsPatient;

#[derive(Template)]
#[template(path = "patient/access.html")]
struct Access {
    page: Page,
    looks: Vec<Look>,
    first: String,
    next: String,
}

/// One look.
struct Look {
    who: String,
    /// `Doctor`, or nothing for the patient.
    role: String,
    what: String,
    /// The instant (RFC 3339), and the time at the first location in words.
    at: String,
    when: String,
}

/// `GET /patient/profile/access`
pub async fn list(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
    search: Search,
) -> Result<Response, Refused> {
    let l = frame.l;
    let request = PageRequest {
        sort: None,
        descending: true,
        ..search.request()
    };
    let found = audit::list_own(&state.app, &ctx, &request, search.get("patient").parse().ok()).await?;
    let places = locations::list(&state.app, &ctx, &PageRequest::default()).await?.items;
    let clock = zone(places.first().map_or("UTC", |place| place.time_zone.as_str()))?;
    let next = found
        .next
        .as_ref()
        .map(|cursor| search.with(&[("cursor", &encode(cursor))]));
    Ok(render(&Access {
        page: frame
            .page(&ctx, l.t("patient-access-title"))
            .lead(l.t("patient-access-lead"))
            .crumb(l.t("patient-profile-title"), "/patient/profile"),
        looks: found.items.iter().map(|record| look(&ctx, l, record, &clock)).collect(),
        first: search
            .some("cursor")
            .map(|_| search.with(&[("cursor", "")]))
            .unwrap_or_default(),
        next: next.unwrap_or_default(),
    }))
}

fn look(ctx: &Ctx, l: Locale, record: &AuditRecord, clock: &Zone) -> Look {
    let entry = &record.entry;
    let own = entry.actor_id.is_some() && entry.actor_id == ctx.user_id();
    let who = match (own, entry.actor_kind) {
        (true, _) => l.t("patient-access-you"),
        (false, ActorKind::User) => record
            .actor_name
            .clone()
            .unwrap_or_else(|| l.t("patient-access-someone")),
        (false, ActorKind::System) => l.t("patient-access-program"),
        (false, ActorKind::Anonymous) => l.t("patient-access-someone"),
    };
    let role = match entry.role {
        Some(Role::Doctor) => l.t("role-doctor"),
        Some(Role::Receptionist) => l.t("role-receptionist"),
        Some(Role::Admin) => l.t("role-admin"),
        Some(Role::Patient | Role::Operator) | None => String::new(),
    };
    Look {
        who,
        role,
        what: l.t(what(&entry.resource, &entry.action)),
        at: entry.at.to_string(),
        when: format!("{} ({clock})", l.date_time(clock.local(entry.at))),
    }
}

/// What was done, in words.
fn what(resource: &str, action: &str) -> &'static str {
    match (resource, action) {
        ("patient", "read" | "list") => "patient-access-patient-read",
        ("patient", "create") => "patient-access-patient-create",
        ("patient", _) => "patient-access-patient-update",
        ("proxy", "list" | "read") => "patient-access-proxy-read",
        ("proxy", "create") => "patient-access-proxy-create",
        ("proxy", "revoke") => "patient-access-proxy-revoke",
        ("proxy", _) => "patient-access-proxy-update",
        ("appointment", "read" | "list") => "patient-access-appointment-read",
        ("appointment", "book") => "patient-access-appointment-book",
        ("appointment", "reschedule") => "patient-access-appointment-move",
        ("appointment", "cancel" | "decline") => "patient-access-appointment-cancel",
        ("appointment", _) => "patient-access-appointment-update",
        (_, "read" | "list") => "patient-access-other-read",
        _ => "patient-access-other-update",
    }
}
