//! Moving an appointment: the free times of a week, as radio buttons.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use jiff::ToSpan as _;
use jiff::civil::Date;
use kalends_app::appointments::{self, Reschedule};
use kalends_app::booking::Overrides;
use kalends_app::error::Result;
use kalends_app::providers;
use kalends_app::slots::{self, MOST_SLOTS, Search, Slot};
use kalends_domain::appointment::NamedAppointment;
use kalends_domain::id::{AppointmentId, ProviderId};
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::time::Zone;
use kalends_store::providers::ProviderFilter;

use super::appointment;
use super::board::Board;
use super::book::{Wanted, alternatives, wanted};
use super::refusal::Refusal;
use super::sheet::offset;
use crate::http::locale::Locale;
use crate::pages::kit::{
    self, DayTimes, Dialog, ErrorKind, Field, Markup, Part, Refused, Submitted, TimeChoice, Times,
};

/// How many days are offered at once.
const DAYS: i32 = 7;

#[derive(Template)]
#[template(path = "calendar/move.html")]
struct Move {
    l: Locale,
    /// What is moved, and from when.
    text: String,
    head: Markup,
    others: Markup,
    action: String,
    version: i64,
    /// Which days are shown.
    days: String,
    earlier: String,
    later: String,
    times: Option<Times>,
    back: String,
    /// Why, where patients could not move it any more.
    reason: Option<Field>,
    /// Which of those that it was booked together with are moved as well.
    which: Option<Field>,
    /// Who gives the service, to choose from; the form's address and what it keeps of it.
    doctors: Vec<Doctor>,
    base: &'static str,
    kept: Vec<(String, String)>,
}

/// Somebody with whom it could be instead.
struct Doctor {
    id: String,
    name: String,
    chosen: bool,
}

/// The week's free times, from the day that the address names, else from the appointment's own.
pub async fn dialog(board: &Board, it: &NamedAppointment, refused: Option<(&Submitted, &Refusal)>) -> Result<Dialog> {
    let l = board.l;
    let of = &it.appointment;
    let zone = Zone::new(&of.time_zone).unwrap_or_else(|_| board.zone.clone());
    let own = zone.date_at(of.starts_at);
    let with = board.at.parsed::<ProviderId>("with").unwrap_or(of.provider_id);
    let first = board.at.parsed::<Date>("on").unwrap_or(own).max(board.today);
    let last = first.saturating_add((DAYS - 1).days());
    let search = Search {
        service_id: of.service_id,
        provider_id: Some(with),
        department_id: None,
        location_id: Some(of.location_id),
        patient_id: None,
        ticket_id: None,
        moving: Some(of.id),
        from: first,
        to: last,
        limit: MOST_SLOTS,
    };
    let mut free = slots::list(&board.app, &board.ctx, &search).await?;
    // Where it is already it cannot be moved to.
    free.retain(|slot| (slot.starts_at, slot.provider_id) != (of.starts_at, of.provider_id));
    let others = match refused {
        Some((_, refusal)) => alternatives(board, &refusal.alternatives).await?,
        None => Markup::default(),
    };
    let on = |date: Option<Date>| {
        let date = date.map(|date| date.to_string());
        date.map(|date| board.at.within(&[("on", &date)])).unwrap_or_default()
    };
    let earlier = first.checked_sub(DAYS.days()).ok().map(|date| date.max(board.today));
    let args = [
        ("service", it.service_in(l.code()).into()),
        ("when", l.day_time(zone.local(of.starts_at)).into()),
    ];
    let back = board.at.dialog(&[("appointment", &of.id.to_string())]);
    let kept = board.at.kept(&["with"]);
    let kept = kept.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let body = Move {
        l,
        text: l.tf("calendar-move-text", &args),
        head: refused.map(|(_, refusal)| refusal.head()).unwrap_or_default(),
        others,
        action: board.at.post(&format!("appointments/{}/move", of.id)),
        version: of.version,
        days: l.date_range(first, last),
        earlier: on(earlier.filter(|_| first > board.today)),
        later: on(last.tomorrow().ok()),
        times: (!free.is_empty()).then(|| times(board, &zone, &free)),
        back: back.clone(),
        reason: reason(board, it, refused),
        which: appointment::which(l, of),
        doctors: doctors(board, it, with).await?,
        base: board.at.base(),
        kept: kept.collect(),
    };
    let title = l.tf("calendar-move-title", &[("name", it.patient_name.as_str().into())]);
    Ok(Dialog::new(l, title, back, Markup::of(&body)).wide())
}

/// Asked for where the use case wants it.
fn reason(board: &Board, it: &NamedAppointment, refused: Option<(&Submitted, &Refusal)>) -> Option<Field> {
    let (l, of) = (board.l, &it.appointment);
    if !appointments::needs_reason(&board.ctx, of, of.policy.reschedule_cutoff_minutes) {
        return None;
    }
    let field = Field {
        l,
        ..Field::text("override_reason", l.t("calendar-late-reason"))
            .hint(l.t("calendar-late-hint"))
            .required()
    };
    let Some((submitted, refusal)) = refused else {
        return Some(field);
    };
    let mut field = field.value(submitted.get("override_reason"));
    let wrong = refusal.errors.iter().find(|error| error.pointer == "/override_reason");
    field.error = wrong.map(|error| kit::refusal(l, error)).unwrap_or_default();
    Some(field)
}

/// Who gives the service, in order of name; nobody to choose from on a doctor's own calendar.
async fn doctors(board: &Board, it: &NamedAppointment, with: ProviderId) -> Result<Vec<Doctor>> {
    if board.at.is_own() {
        return Ok(Vec::new());
    }
    let filter = ProviderFilter {
        service_id: Some(it.appointment.service_id),
        location_id: Some(it.appointment.location_id),
        ..ProviderFilter::default()
    };
    let request = PageRequest {
        limit: MAX_LIMIT,
        ..PageRequest::default()
    };
    let found = providers::list(&board.app, &board.ctx, &request, filter).await?.items;
    let doctors = found.iter().map(|provider| Doctor {
        id: provider.id.to_string(),
        name: provider.full_name(),
        chosen: provider.id == with,
    });
    Ok(doctors.collect())
}

/// The days that have a free time, each in its parts.
fn times(board: &Board, zone: &Zone, free: &[Slot]) -> Times {
    let l = board.l;
    let mut days: Vec<DayTimes> = Vec::new();
    let mut last: Option<Date> = None;
    for slot in free {
        let local = zone.local(slot.starts_at);
        if last != Some(local.date()) {
            last = Some(local.date());
            days.push(DayTimes {
                heading: l.day_long(local.date()),
                hint: l.days_away(board.today, local.date()),
                parts: Vec::new(),
                none: String::new(),
            });
        }
        let part = l.t(if local.hour() < 12 {
            "calendar-morning"
        } else {
            "calendar-afternoon"
        });
        let choice =
            TimeChoice::new(wanted(slot), l.time(local.time())).note(offset(zone, slot.starts_at).unwrap_or_default());
        let Some(day) = days.last_mut() else { continue };
        match day.parts.last_mut().filter(|last| last.name == part) {
            Some(last) => last.times.push(choice),
            None => day.parts.push(Part {
                name: part,
                times: vec![choice],
            }),
        }
    }
    Times::new("at", days)
}

/// `POST …/appointments/{id}/move`
pub async fn reschedule(
    board: Board,
    Path(id): Path<String>,
    submitted: Submitted,
) -> std::result::Result<Response, Refused> {
    let l = board.l;
    let id: AppointmentId = id.parse().map_err(|_| Refused(ErrorKind::NotFound))?;
    let refusal = match Wanted::of(&submitted) {
        None => Refusal::saying(l.t("calendar-choose-time")),
        Some(wanted) => {
            let to = Reschedule {
                starts_at: wanted.starts_at,
                provider_id: wanted.provider_id,
                location_id: wanted.location_id,
                overrides: Overrides {
                    rules: Vec::new(),
                    reason: submitted.some("override_reason"),
                },
                expected: submitted.parsed("version"),
                range: submitted.parsed("range").unwrap_or_default(),
            };
            match appointments::reschedule(&board.app, &board.ctx, id, to).await {
                Ok(moved) => {
                    let when = l.day_time(board.zone.local(moved.starts_at));
                    return Ok(board.done(l.tf("calendar-moved", &[("when", when.into())])));
                }
                Err(error) => Refusal::of(&board, error, Some(wanted.starts_at))?,
            }
        }
    };
    let dialog = appointment::dialog(&board, id, Some((&submitted, &refusal))).await?;
    board.show(refusal.status, Some(dialog)).await
}
