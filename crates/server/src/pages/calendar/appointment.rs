//! An appointment's details, with the steps that fit its state and the present moment.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use kalends_app::appointments::{self, Company, Stepped};
use kalends_app::error::Result;
use kalends_domain::appointment::{Appointment, NamedAppointment, Range, Status, Step, Together};
use kalends_domain::id::AppointmentId;
use kalends_domain::permission::{Action as Doing, Resource};
use kalends_domain::rule::Rule;
use kalends_domain::time::{Span, Zone};

use super::board::Board;
use super::moving;
use super::refusal::Refusal;
use super::rooms;
use super::sheet::clock_range;
use crate::http::locale::Locale;
use crate::pages::intake;
use crate::pages::kit::{
    Action, Actions, Cell, Choice, Dialog, ErrorKind, Facts, Field, Form, Icon, Kind, Markup, Refused, Submitted,
};
use crate::pages::patient::appointment::status_reason;
use crate::pages::together::{self, Others};
use crate::pages::{rule, series, visit};

#[derive(Template)]
#[template(path = "calendar/appointment.html")]
struct Details {
    head: Markup,
    facts: Facts,
    actions: Actions,
    /// What it was booked together with.
    others: Option<Others>,
}

/// The details, with what was refused above them; or the question that a step asks first.
pub async fn dialog(board: &Board, id: AppointmentId, refused: Option<(&Submitted, &Refusal)>) -> Result<Dialog> {
    let it = appointments::get(&board.app, &board.ctx, id).await?;
    if board.at.get("do") == "rooms" && rooms::may_change(&it.appointment) {
        return rooms::dialog(board, &it, refused).await;
    }
    let asked = match board.at.get("do") {
        "cancel" => Some(Step::Cancel),
        "decline" => Some(Step::Decline),
        "move" => Some(Step::Reschedule),
        _ => None,
    };
    if board.at.get("do") == "forgive" && it.appointment.status == Status::NoShow {
        return Ok(forgive(board, &it, refused));
    }
    match asked.filter(|step| it.appointment.status.after(*step).is_ok()) {
        Some(Step::Reschedule) => moving::dialog(board, &it, refused).await,
        Some(step) => Ok(question(board, &it, step, refused)),
        None => {
            let company = appointments::company(&board.app, &board.ctx, &it.appointment).await?;
            Ok(details(board, &it, company.as_ref(), refused))
        }
    }
}

fn details(
    board: &Board,
    it: &NamedAppointment,
    company: Option<&Company>,
    refused: Option<(&Submitted, &Refusal)>,
) -> Dialog {
    let of = &it.appointment;
    let details = Details {
        head: refused.map(|(_, refusal)| refusal.head()).unwrap_or_default(),
        facts: facts(board, it, company),
        actions: Actions(actions(board, of, company)),
        others: company.and_then(|company| together::others(&board.ctx, board.l, of, company)),
    };
    Dialog::new(board.l, &it.patient_name, board.at.back(), Markup::of(&details))
}

fn facts(board: &Board, it: &NamedAppointment, company: Option<&Company>) -> Facts {
    let l = board.l;
    let of = &it.appointment;
    // By the clock of the place where it was agreed on.
    let zone = Zone::new(&of.time_zone).unwrap_or_else(|_| board.zone.clone());
    let when = Span::new(of.starts_at, of.ends_at).map(|span| clock_range(l, &zone, &span));
    let place = match it.resources() {
        Some(room) => format!("{} · {room}", it.location_name),
        None => it.location_name.clone(),
    };
    let mut facts = Facts::new(l)
        .row(
            l.t("calendar-date"),
            Cell::text(l.date_long(zone.date_at(of.starts_at))),
        )
        .row(
            l.t("calendar-time"),
            Cell::code(when.unwrap_or_default()).second(zone.name()),
        )
        .row(l.t("calendar-status"), Cell::status(l, of.status))
        .row(l.t("calendar-service"), Cell::text(it.service_in(l.code())))
        .row(l.t("calendar-doctor"), Cell::text(&it.provider_name))
        .row(l.t("calendar-location"), Cell::text(place))
        .maybe(l.t("calendar-booked-by"), it.booked_by_name.as_deref())
        .maybe(l.t("calendar-reason"), of.reason.as_deref())
        .maybe(l.t("calendar-notes"), of.notes.as_deref())
        .maybe(l.t("calendar-status-reason"), status_reason(l, of).as_deref());
    let together = company.and_then(|company| together::told(l, of, company));
    facts = facts.maybe(l.t("series-part-of"), together.as_deref());
    facts = intake::facts(l, facts, of);
    if of.forgiven {
        facts = facts.row(l.t("calendar-no-show"), Cell::text(l.t("calendar-is-forgiven")));
    }
    if is_overbooked(of) {
        facts = facts.row(l.t("calendar-overbooked"), Cell::text(l.t("calendar-overbooked-text")));
    }
    if !of.overrides.is_empty() {
        let rules: Vec<String> = of.overrides.iter().map(|rule| rule::to_staff(l, rule)).collect();
        facts = facts.row(l.t("calendar-set-aside"), Cell::text(rules.join(" ")));
    }
    facts
}

/// Whether it was booked over another.
pub fn is_overbooked(of: &Appointment) -> bool {
    of.overrides.iter().any(|rule| rule == Rule::Taken.name())
}

/// What can be done now, the next step of the visit first.
fn actions(board: &Board, of: &Appointment, company: Option<&Company>) -> Vec<Action> {
    let l = board.l;
    let may = |resource, doing| board.ctx.require(resource, doing).is_ok();
    let mut actions = Vec::new();
    for step in of.status.steps().filter(|step| is_time_for(board, of, *step)) {
        let allowed = match step {
            Step::Confirm | Step::Decline | Step::Reschedule | Step::Cancel => may(Resource::Appointment, Doing::Write),
            Step::CheckIn | Step::Start | Step::Fulfil | Step::MarkNoShow | Step::Undo => {
                may(Resource::Visit, Doing::Write)
            }
        };
        let Some((name, label, icon)) = words(step).filter(|_| allowed) else {
            continue;
        };
        let action = if matches!(step, Step::Reschedule | Step::Cancel | Step::Decline) {
            let href = board.at.dialog(&[("appointment", &of.id.to_string()), ("do", name)]);
            Action::dialog(l.t(label), href)
        } else {
            Action::post(l.t(label), board.at.post(&format!("appointments/{}/{name}", of.id)))
                .with("version", of.version.to_string())
        };
        actions.push(action.icon(icon).kind(match step {
            Step::Cancel | Step::Decline => Kind::Danger,
            _ if actions.is_empty() => Kind::Primary,
            _ => Kind::Quiet,
        }));
        // Who sees a part of a visit only does not move all of it.
        let whole = company.is_some_and(|company| company.is_whole) && of.starts_at > board.ctx.now;
        if step == Step::Reschedule && of.visit().is_some() && whole {
            let href = visit::moving(of.id);
            actions.push(Action::link(l.t("visit-move"), href).icon(Icon("calendar-range")));
        }
    }
    if rooms::may_change(of) && may(Resource::Appointment, Doing::Write) {
        let href = board.at.dialog(&[("appointment", &of.id.to_string()), ("do", "rooms")]);
        actions.push(Action::dialog(l.t("calendar-rooms-change"), href).icon(Icon("door-open")));
    }
    if of.status.holds_time() && may(Resource::Appointment, Doing::Write) {
        actions.push(Action::link(l.t("series-repeat"), series::repeated(of)).icon(Icon("repeat")));
    }
    if may(Resource::Ticket, Doing::Write) {
        let tickets = format!("/patients/{}/tickets?do=grant", of.patient_id);
        actions.push(Action::link(l.t("tickets-grant"), tickets).icon(Icon("ticket")));
    }
    if of.status.holds_time() && of.ends_at > board.ctx.now && may(Resource::Appointment, Doing::Override) {
        let href = board.at.dialog(&[("slot", &of.starts_at.to_string()), ("over", "1")]);
        actions.push(Action::dialog(l.t("calendar-over"), href).icon(Icon("copy-plus")));
    }
    if of.status == Status::NoShow && may(Resource::Visit, Doing::Override) {
        actions.push(forgiveness(board, of));
    }
    if can_undo(of.status) && may(Resource::Visit, Doing::Override) {
        actions.push(
            Action::post(
                l.t("calendar-undo"),
                board.at.post(&format!("appointments/{}/undo", of.id)),
            )
            .with("version", of.version.to_string())
            .icon(Icon("undo-2")),
        );
    }
    actions
}

/// The way to forgive a no-show, or to count it again.
fn forgiveness(board: &Board, of: &Appointment) -> Action {
    let l = board.l;
    if of.forgiven {
        let path = board.at.post(&format!("appointments/{}/count-again", of.id));
        return Action::post(l.t("calendar-count-again"), path)
            .with("version", of.version.to_string())
            .icon(Icon("undo-2"));
    }
    let href = board
        .at
        .dialog(&[("appointment", &of.id.to_string()), ("do", "forgive")]);
    Action::dialog(l.t("calendar-forgive"), href).icon(Icon("heart-handshake"))
}

/// Asks why a no-show is forgiven.
fn forgive(board: &Board, it: &NamedAppointment, refused: Option<(&Submitted, &Refusal)>) -> Dialog {
    let l = board.l;
    let of = &it.appointment;
    let mut form = Form::post(
        l,
        board.at.post(&format!("appointments/{}/forgive", of.id)),
        l.t("calendar-forgive"),
    )
    .hidden("version", of.version.to_string())
    .field(Field::textarea("reason", l.t("calendar-why-so")).required());
    if let Some((submitted, refusal)) = refused {
        form = refusal.onto(form, submitted);
        form.entries.insert(0, crate::pages::kit::Entry::Markup(refusal.head()));
    }
    let back = board.at.dialog(&[("appointment", &of.id.to_string())]);
    let text = l.tf("calendar-forgive-text", &[("name", it.patient_name.as_str().into())]);
    Dialog::confirm(l, l.t("calendar-forgive"), text, back, form)
}

/// Its name in addresses, its words and its icon; undo is not among the steps of a state.
fn words(step: Step) -> Option<(&'static str, &'static str, Icon)> {
    match step {
        Step::Confirm => Some(("confirm", "calendar-step-confirm", Icon("check"))),
        Step::Decline => Some(("decline", "calendar-step-decline", Icon("circle-x"))),
        Step::Reschedule => Some(("move", "calendar-step-move", Icon("calendar-clock"))),
        Step::Cancel => Some(("cancel", "calendar-step-cancel", Icon("ban"))),
        Step::CheckIn => Some(("check-in", "calendar-step-check-in", Icon("circle-dot"))),
        Step::Start => Some(("start", "calendar-step-start", Icon("activity"))),
        Step::Fulfil => Some(("fulfil", "calendar-step-fulfil", Icon("check"))),
        Step::MarkNoShow => Some(("no-show", "calendar-step-no-show", Icon("x"))),
        Step::Undo => None,
    }
}

/// Whether the use case would find it too early: a button that must fail is not shown.
fn is_time_for(board: &Board, of: &Appointment, step: Step) -> bool {
    match step {
        Step::CheckIn | Step::Start => board.zone.date_at(of.starts_at) <= board.today,
        Step::MarkNoShow => of.starts_at <= board.ctx.now,
        _ => true,
    }
}

const fn can_undo(status: Status) -> bool {
    !matches!(status, Status::Pending | Status::Booked)
}

/// Asks before an appointment is called off or declined.
fn question(board: &Board, it: &NamedAppointment, step: Step, refused: Option<(&Submitted, &Refusal)>) -> Dialog {
    let l = board.l;
    let (name, title, text, submit) = match step {
        Step::Decline => (
            "decline",
            "calendar-decline-title",
            "calendar-decline-text",
            "calendar-step-decline",
        ),
        _ => (
            "cancel",
            "calendar-cancel-title",
            "calendar-cancel-text",
            "calendar-step-cancel",
        ),
    };
    let of = &it.appointment;
    let when = l.day_time(board.zone.local(of.starts_at));
    let reason = Field::textarea("reason", l.t("calendar-why-so"));
    let mut form = Form::post(l, board.at.post(&format!("appointments/{}/{name}", of.id)), l.t(submit))
        .kind(Kind::DangerPrimary)
        .hidden("version", of.version.to_string())
        .field(match step {
            Step::Cancel if appointments::needs_reason(&board.ctx, of, of.policy.cancel_cutoff_minutes) => {
                reason.hint(l.t("calendar-late-cancel-hint")).required()
            }
            _ => reason.hint(l.t("calendar-why-so-hint")),
        });
    if let Some(which) = which(l, of).filter(|_| step == Step::Cancel) {
        form = form.field(which);
    }
    if let Some((submitted, refusal)) = refused {
        form = refusal.onto(form, submitted);
        form.entries.insert(0, crate::pages::kit::Entry::Markup(refusal.head()));
    }
    let args = [
        ("name", it.patient_name.as_str().into()),
        ("when", when.into()),
        ("service", it.service_in(l.code()).into()),
    ];
    let back = board.at.dialog(&[("appointment", &of.id.to_string())]);
    Dialog::confirm(l, l.t(title), l.tf(text, &args), back, form)
}

/// Which of those that it was booked together with are meant, where there are any.
pub fn which(l: Locale, of: &Appointment) -> Option<Field> {
    let label = match of.together? {
        Together::Series(_) => "series-range",
        Together::Visit(_) => "series-range-visit",
    };
    let words = [
        (Range::This, "series-this"),
        (Range::Following, "series-following"),
        (Range::All, "series-all"),
    ];
    let choices = words.map(|(range, word)| Choice::new(range.name(), l.t(word)));
    let field = Field::radios("range", l.t(label), choices.into())
        .value(Range::This.name())
        .required();
    Some(Field { l, ..field })
}

/// `POST …/appointments/{id}/{step}`
pub async fn take(
    board: Board,
    Path((id, step)): Path<(String, String)>,
    submitted: Submitted,
) -> std::result::Result<Response, Refused> {
    let id: AppointmentId = id.parse().map_err(|_| Refused(ErrorKind::NotFound))?;
    let with = Stepped {
        reason: submitted.some("reason"),
        expected: submitted.parsed("version"),
        range: submitted.parsed("range").unwrap_or_default(),
    };
    let (app, ctx) = (&board.app, &board.ctx);
    let (taken, said) = match step.as_str() {
        "confirm" => (appointments::confirm(app, ctx, id, with).await, "calendar-confirmed"),
        "decline" => (appointments::decline(app, ctx, id, with).await, "calendar-declined"),
        "cancel" => (appointments::cancel(app, ctx, id, with).await, "calendar-called-off"),
        "check-in" => (appointments::check_in(app, ctx, id, with).await, "calendar-checked-in"),
        "start" => (appointments::start(app, ctx, id, with).await, "calendar-started"),
        "fulfil" => (appointments::fulfil(app, ctx, id, with).await, "calendar-fulfilled"),
        "no-show" => (
            appointments::mark_no_show(app, ctx, id, with).await,
            "calendar-marked-no-show",
        ),
        "forgive" => (appointments::forgive(app, ctx, id, with).await, "calendar-forgiven"),
        "count-again" => (
            appointments::count_again(app, ctx, id, with).await,
            "calendar-counted-again",
        ),
        "undo" => (appointments::undo(app, ctx, id, with).await, "calendar-undone"),
        _ => return Err(Refused(ErrorKind::NotFound)),
    };
    match taken {
        Ok(now) => {
            let when = board.l.day_time(board.zone.local(now.starts_at));
            Ok(board.done(board.l.tf(said, &[("when", when.into())])))
        }
        Err(error) => {
            let refusal = Refusal::of(&board, error, None)?;
            let dialog = dialog(&board, id, Some((&submitted, &refusal))).await?;
            board.show(refusal.status, Some(dialog)).await
        }
    }
}
