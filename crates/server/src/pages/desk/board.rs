//! The board: what each doctor of the location is doing, who is next, and how full the day is.

use askama::Template;
use askama::filters::HtmlSafe;
use jiff::Timestamp;
use kalends_app::error::{AppError, Result};
use kalends_app::providers::{self, ProviderFilter};
use kalends_app::slots::{self, Day};
use kalends_domain::allocation::Owner;
use kalends_domain::appointment::{NamedAppointment, Status as Life};
use kalends_domain::opening::Opening;
use kalends_domain::provider::Provider;
use kalends_domain::slot::CellStatus;

use super::{Today, all};
use crate::http::locale::Locale;
use crate::pages::kit::{Blank, Icon, Status};

/// Fewer minutes than these are no delay worth telling.
const LATE: i64 = 5;

/// The column.
#[derive(Template)]
#[template(path = "desk/board.html")]
pub struct Board {
    l: Locale,
    doctors: Vec<Doctor>,
    /// Those who do not work here today.
    away: String,
    blank: Option<Blank>,
}

impl HtmlSafe for Board {}

/// What one doctor is doing.
struct Doctor {
    name: String,
    /// Their day in the calendar.
    href: String,
    status: Status,
    /// `With Noor Haddad since 10:05`
    doing: String,
    /// `Next 10:45 Lucia Núñez`
    next: String,
    late: String,
    /// `9 booked, 4 free`
    count: String,
}

/// Reads what every doctor of the location is doing.
///
/// # Errors
/// What the database refused.
pub async fn read(today: &Today<'_>) -> Result<Board> {
    let (app, ctx, l) = (&today.state.app, today.ctx, today.l);
    let filter = ProviderFilter {
        location_id: today.location.as_ref().map(|it| it.id),
        ..ProviderFilter::default()
    };
    let mut all_of_them = providers::list(app, ctx, &all(), filter).await?.items;
    l.sort_by_name(&mut all_of_them, |it| &it.family_name);
    let (mut doctors, mut away) = (Vec::new(), Vec::new());
    for provider in &all_of_them {
        let mut days = match slots::calendar(app, ctx, provider.id, today.date, today.date, None).await {
            Ok(days) => days,
            // Not one of the people whom this desk works for.
            Err(AppError::Forbidden) => continue,
            Err(error) => return Err(error),
        };
        let Some(mut day) = days.pop() else { continue };
        let here = today.location.as_ref().map(|it| it.id);
        day.openings.retain(|opening| Some(opening.location_id) == here);
        let of_provider = |it: &&NamedAppointment| it.appointment.provider_id == provider.id;
        let visits: Vec<&NamedAppointment> = today.visits.iter().filter(of_provider).collect();
        if day.openings.is_empty() && visits.is_empty() {
            away.push(provider.full_name());
        } else {
            doctors.push(doctor(today, provider, &day, &visits));
        }
    }
    let blank = doctors
        .is_empty()
        .then(|| Blank::new(Icon("users"), l.t("desk-nobody-works"), l.t("desk-nobody-works-text")));
    Ok(Board {
        l,
        doctors,
        away: if away.is_empty() { String::new() } else { l.list(&away) },
        blank,
    })
}

fn doctor(today: &Today<'_>, provider: &Provider, day: &Day, visits: &[&NamedAppointment]) -> Doctor {
    let (l, now) = (today.l, today.ctx.now);
    let first = |wanted: Life| visits.iter().find(|it| it.appointment.status == wanted).copied();
    let (inside, waiting) = (first(Life::InProgress), first(Life::Arrived));
    let next = visits.iter().copied().find(|it| match it.appointment.status {
        Life::Arrived => inside.is_some(),
        Life::Booked | Life::Pending => it.appointment.starts_at > now,
        _ => false,
    });
    // Whose time has come, and who has not.
    let due = visits.iter().copied().find(|it| {
        let of = &it.appointment;
        matches!(of.status, Life::Booked | Life::Pending) && (of.starts_at..of.ends_at).contains(&now)
    });
    let said = |id: &str, it: &NamedAppointment| {
        let name = it.patient_name.as_str();
        l.tf(
            id,
            &[
                ("name", name.into()),
                ("time", today.clock(it.appointment.updated_at).into()),
            ],
        )
    };
    let (status, doing) = match (inside, waiting) {
        (Some(inside), _) => (Status::InProgress, said("desk-with", inside)),
        (None, Some(waiting)) => (Status::Arrived, said("desk-kept-waiting", waiting)),
        (None, None) => match due {
            Some(due) => {
                let name = due.patient_name.as_str();
                let since = today.clock(due.appointment.starts_at);
                let args = [("name", name.into()), ("time", since.into())];
                (Status::Held, l.tf("desk-due", &args))
            }
            None => idle(today, day, next),
        },
    };
    let late = late_minutes(now, inside, waiting);
    let free = day.slots.iter().filter(|cell| {
        cell.status == CellStatus::Available && day.openings.iter().any(|it| it.span.contains(cell.starts_at))
    });
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let counts = [
        ("booked", number(visits.len()).into()),
        ("free", number(free.count()).into()),
    ];
    Doctor {
        name: provider.full_name(),
        href: format!("/admin/calendar?provider={}&view=day&date={}", provider.id, today.date),
        status,
        doing,
        next: next.map_or_else(String::new, |it| {
            let time = today.clock(it.appointment.starts_at);
            l.tf(
                "desk-next-one",
                &[("time", time.into()), ("name", it.patient_name.as_str().into())],
            )
        }),
        late: if late >= LATE {
            l.tf("desk-late", &[("time", l.minutes(late).into())])
        } else {
            String::new()
        },
        count: l.tf("desk-counts", &counts),
    }
}

/// What a doctor does with whom nobody is.
fn idle(today: &Today<'_>, day: &Day, next: Option<&NamedAppointment>) -> (Status, String) {
    let (l, now) = (today.l, today.ctx.now);
    let until = |id: &str, at: Timestamp| l.tf(id, &[("time", today.clock(at).into())]);
    let blocked = day
        .busy
        .iter()
        .find(|it| matches!(it.owner, Owner::Block(_) | Owner::External) && (it.starts_at..it.ends_at).contains(&now));
    let open = |it: &&Opening| it.span.contains(now);
    let later = |it: &&Opening| it.span.starts_at() > now;
    match (blocked, day.openings.iter().find(open), day.openings.iter().find(later)) {
        (Some(block), _, _) => (Status::Blocked, until("desk-busy-until", block.ends_at)),
        (None, Some(opening), _) => {
            let end = opening.span.ends_at();
            let end = next.map_or(end, |it| it.appointment.starts_at.min(end));
            (Status::Available, until("desk-free-until", end))
        }
        (None, None, Some(opening)) => (Status::Closed, until("desk-from-time", opening.span.starts_at())),
        (None, None, None) => (Status::Past, l.t("desk-day-over")),
    }
}

/// By how much the doctor keeps the one who is here waiting, or the one inside beyond their time.
fn late_minutes(now: Timestamp, inside: Option<&NamedAppointment>, waiting: Option<&NamedAppointment>) -> i64 {
    let over = inside.map(|it| now.duration_since(it.appointment.ends_at).as_mins());
    let kept = waiting.map(|it| now.duration_since(it.appointment.starts_at).as_mins());
    over.into_iter().chain(kept).max().unwrap_or_default()
}
