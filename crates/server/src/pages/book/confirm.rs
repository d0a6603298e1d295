//! The third step: read it once more, say why if you like, and book.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::Timestamp;
use kalends_app::booking::{self, NewBooking, Overrides};
use kalends_app::ctx::Ctx;
use kalends_app::error::AppError;
use kalends_app::holds;
use kalends_app::idempotency::{Answer, Key, Once};
use kalends_app::provider_services;
use kalends_domain::appointment::Appointment;
use kalends_domain::id::{PatientId, ServiceId};
use kalends_domain::permission::Role;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::hold;
use super::offered::{self, Offered};
use super::refusal::{choice, explain};
use super::wanted::{Kept, Pick, Wanted};
use super::ways::call;
use super::whom;
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::intake;
use crate::pages::kit::{
    Action, Cell, ErrorKind, Facts, Field, Form, Frame, Notice, Page, Refused, Search, Submitted, Toast, Tone,
    render_as, see_other, see_other_saying,
};
use crate::pages::patient::terms::{Terms, cutoffs};
use crate::pages::patient::typed;
use crate::pages::price::price;
use crate::pages::session::{Anyone, AsPatient};

#[derive(Template)]
#[template(path = "book/confirm.html")]
struct Confirm {
    page: Page,
    notice: Option<Notice>,
    /// Until when the time is kept, and the server's clock.
    countdown: Option<Countdown>,
    facts: Facts,
    /// The start and the zone, for the reader's own clock.
    starts_at: Timestamp,
    zone: String,
    cutoffs: String,
    form: Option<Form>,
    /// Where the typed reason is kept when the time has gone: a form of several buttons.
    instead: Option<Instead>,
    release: Action,
    pairs: Vec<(&'static str, String)>,
}

struct Countdown {
    until: Timestamp,
    now: Timestamp,
    /// `Kept for you until 10:42.`
    text: String,
    /// The same with `{time}` where the script puts what is left.
    label: String,
}

struct Instead {
    reason: Field,
    choices: Vec<(String, Pick)>,
    hidden: Vec<(String, String)>,
}

/// What the page is about, whether it is shown for the first time or again.
struct Asked<'a> {
    ctx: &'a Ctx,
    frame: &'a Frame,
    wanted: Wanted,
    pick: Pick,
    /// Whom it is for, and what they are called.
    patient: (PatientId, String),
    /// The hold, and until when.
    kept: Option<(Kept, Timestamp)>,
    offered: Offered,
}

/// `GET /book/confirm`: keeps the time first where it is not kept yet, as after signing in on the way.
pub async fn show(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
    search: Search,
) -> Result<Response, Refused> {
    let kept = Kept::read(|name| search.get(name));
    let asked = asked(&state, &ctx, &frame, Wanted::read(|name| search.get(name)), kept).await?;
    if asked.kept.is_none() {
        let service = asked.offered.service.id;
        return hold::keep(&state, &ctx, &frame, &asked.wanted, service, asked.pick).await;
    }
    let form = asked.form(&state.app.new_id::<Uuid>().to_string())?;
    let page = asked.page(None, Some(form), None)?;
    Ok(render_as(StatusCode::OK, &page))
}

async fn asked<'a>(
    state: &AppState,
    ctx: &'a Ctx,
    frame: &'a Frame,
    wanted: Wanted,
    kept: Option<Kept>,
) -> Result<Asked<'a>, Refused> {
    let service = wanted.service.ok_or(Refused(ErrorKind::NotFound))?;
    let pick = wanted.at.ok_or(Refused(ErrorKind::NotFound))?;
    let held = match &kept {
        Some(kept) => holds::find(&state.app, ctx, &kept.token).await?,
        None => None,
    };
    let live = held.filter(|hold| hold.expires_at > ctx.now && hold.starts_at == pick.starts_at);
    let mut offered = offered::load(&state.app, ctx, service, wanted.ticket).await?;
    if let Some(provider) = pick.provider.or(wanted.provider) {
        offered.service = provider_services::given(&state.app, ctx, offered.service, provider).await?;
    }
    Ok(Asked {
        ctx,
        frame,
        patient: whom::patient(ctx, &wanted)?,
        pick,
        kept: kept.zip(live).map(|(kept, hold)| (kept, hold.expires_at)),
        offered,
        wanted,
    })
}

/// `POST /book`: books the time, once however often it is sent.
pub async fn book(
    State(state): State<AppState>,
    Anyone(ctx): Anyone,
    frame: Frame,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let wanted = Wanted::read(|name| submitted.get(name));
    match ctx.role() {
        Some(Role::Patient) => {}
        // Whose session ended while they read comes back to this page.
        None => return Ok(hold::sign_in(&wanted)),
        Some(_) => return Err(Refused(ErrorKind::Forbidden)),
    }
    let kept = Kept::read(|name| submitted.get(name));
    let token = kept.as_ref().map(|kept| kept.token.clone());
    let asked = asked(&state, &ctx, &frame, wanted, kept).await?;
    let service = asked.offered.service.id;
    let key = submitted.get("key");
    let booking = |hold_token| NewBooking {
        service_id: service,
        starts_at: asked.pick.starts_at,
        provider_id: asked.pick.provider.or(asked.wanted.provider),
        location_id: Some(asked.pick.location),
        patient_id: Some(asked.patient.0),
        ticket_id: asked.wanted.ticket,
        hold_token,
        reason: submitted.some("reason"),
        answers: intake::answers(frame.l, &asked.offered.service.intake, &submitted),
        overrides: Overrides::default(),
    };
    let render = |appointment: &Appointment| Answer {
        status: StatusCode::SEE_OTHER.as_u16(),
        body: appointment.id.to_string(),
    };
    let once = Once::new(once_key(&ctx, service, asked.patient.0, asked.pick, key), &render);
    let mut outcome = booking::book(&state.app, &ctx, booking(token), &once).await;
    let expired = matches!(outcome, Err(AppError::HoldExpired { .. }));
    if expired {
        // It may still be free: whoever took their time to read should not have to choose again.
        outcome = booking::book(&state.app, &ctx, booking(None), &once).await;
    }
    match outcome {
        Ok(appointment) => Ok(booked(&frame, &appointment.id.to_string(), expired)),
        Err(AppError::Replayed(answer)) => Ok(booked(&frame, &answer.body, false)),
        Err(AppError::Invalid(errors)) => {
            let form = asked.form(key)?.keep(&submitted).refused(&intake::beside(&errors));
            Ok(render_as(
                StatusCode::UNPROCESSABLE_ENTITY,
                &asked.page(None, Some(form), None)?,
            ))
        }
        Err(AppError::NotBookable { rule, detail }) if rule == "intake-stop" => {
            // What they answered stays, to be read once more; the time stays theirs until it is let go of.
            let form = asked.form(key)?.keep(&submitted);
            let notice = Notice::new(Tone::Warning, frame.l.t("intake-stop")).text(detail.unwrap_or_default());
            let notice = call(&ctx, frame.l).into_iter().fold(notice, Notice::action);
            let page = asked.page(Some(notice), Some(form), None)?;
            Ok(render_as(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => asked.refuse(error, key, &submitted),
    }
}

fn booked(frame: &Frame, id: &str, expired: bool) -> Response {
    let path = format!("/patient/appointments/{id}?new=1");
    if expired {
        return see_other_saying(&path, &Toast::info(frame.l.t("book-expired-but-free")));
    }
    see_other(&path)
}

/// The key under which this form books: each of its buttons has its own, since each is another time.
fn once_key(ctx: &Ctx, service: ServiceId, patient: PatientId, pick: Pick, key: &str) -> Option<Key> {
    let user = ctx.user_id()?;
    let key: Uuid = key.parse().ok()?;
    Some(Key {
        caller: user.to_string(),
        operation: "page.book",
        key: format!("{key} {pick}"),
        fingerprint: Sha256::digest(format!("{service} {patient} {pick}")).to_vec(),
    })
}

impl Asked<'_> {
    fn kept_pairs(&self) -> Vec<(&'static str, String)> {
        self.kept.as_ref().map(|(kept, _)| kept.pairs()).unwrap_or_default()
    }

    /// The form that books, under a key of its own.
    fn form(&self, key: &str) -> Result<Form, AppError> {
        let l = self.frame.l;
        let at = self.offered.zone(self.pick.location)?.local(self.pick.starts_at);
        let label = if self.offered.service.requires_approval {
            l.tf("book-request-button", &[("time", l.day_time(at).into())])
        } else {
            l.tf("book-button", &[("time", l.day_time(at).into())])
        };
        let questions = intake::fields(l, &self.offered.service.intake);
        let form = questions.into_iter().fold(Form::post(l, "/book", label), Form::field);
        let form = form.field(reason(self.ctx, l));
        let hidden = self.wanted.pairs().into_iter().chain(self.kept_pairs());
        let form = hidden.fold(form, |form, (name, value)| form.hidden(name, value));
        Ok(form.hidden("key", key))
    }

    /// The page that says why it was not booked, with what can be booked instead and what was typed.
    fn refuse(&self, error: AppError, key: &str, submitted: &Submitted) -> Result<Response, Refused> {
        let l = self.frame.l;
        let at = self.offered.zone(self.pick.location)?.local(self.pick.starts_at);
        let refusal = explain(self.ctx, l, &hold::asked(&self.offered, &self.wanted), at, error)?;
        let mut choices = Vec::new();
        for alternative in &refusal.alternatives {
            choices.push(choice(l, &self.offered, alternative)?);
        }
        let hidden = Wanted {
            at: None,
            ..self.wanted.clone()
        };
        let pairs = hidden.pairs().into_iter().map(|(name, value)| (name.to_owned(), value));
        let mut hidden: Vec<(String, String)> = pairs.collect();
        hidden.push(("key".to_owned(), key.to_owned()));
        hidden.extend(intake::kept(&self.offered.service.intake, submitted));
        let instead = Instead {
            reason: Field {
                l,
                ..reason(self.ctx, l)
            }
            .value(submitted.get("reason")),
            choices,
            hidden,
        };
        let page = self.page(Some(refusal.notice), None, Some(instead))?;
        Ok(render_as(refusal.status, &page))
    }

    fn page(&self, notice: Option<Notice>, form: Option<Form>, instead: Option<Instead>) -> Result<Confirm, AppError> {
        let (ctx, l, service) = (self.ctx, self.frame.l, &self.offered.service);
        let zone = self.offered.zone(self.pick.location)?;
        let (from, provider) = (self.pick.starts_at, self.pick.provider.or(self.wanted.provider));
        let ends_at = kalends_domain::time::Minutes(service.duration_minutes.unsigned_abs()).after(from);
        let (start, end) = (zone.local(from), zone.local(ends_at));
        let provider = provider.and_then(|id| self.offered.provider(id));
        let place = self.offered.location(self.pick.location);
        let mut when = l.day_time_range(start, end);
        if zone.is_repeated(from) {
            when = format!("{when} ({})", zone.stamp(from).get(19..).unwrap_or_default());
        }
        let with = provider.map_or_else(|| l.t("book-anyone"), |provider| provider.full_name());
        let currency = ctx.tenant.settings.currency.as_deref();
        let cost = service.price_minor.map(|minor| price(l, currency, minor));
        let length = l.minutes(service.duration_minutes);
        let facts = Facts::new(l)
            .row(
                l.t("book-fact-what"),
                Cell::text(service.name_in(l.code())).second(length),
            )
            .row(l.t("book-fact-when"), Cell::text(when).second(zone.name()))
            .row(l.t("book-fact-with"), Cell::text(with));
        let facts = match place {
            Some(place) => facts.row(
                l.t("book-fact-where"),
                Cell::text(place.name.as_str()).second(place.address.clone().unwrap_or_default()),
            ),
            None => facts,
        };
        let facts = facts
            .row(l.t("book-fact-who"), Cell::text(self.patient.1.as_str()))
            .maybe(l.t("book-fact-price"), cost.as_deref());
        let terms = Terms {
            starts_at: from,
            zone: &zone,
            cancel_minutes: service.cancel_cutoff_minutes,
            move_minutes: service.reschedule_cutoff_minutes,
        };
        let title = if notice.is_some() {
            l.t("book-not-booked-title")
        } else if service.requires_approval {
            l.t("book-request-title")
        } else {
            l.t("book-confirm-title")
        };
        let mut cutoffs = cutoffs(ctx, l, &terms);
        if service.requires_approval {
            cutoffs = format!("{} {cutoffs}", l.t("book-approval"));
        }
        let release = self
            .wanted
            .within(Action::post(l.t("book-other-time"), "/book/release"));
        let pairs = self.kept_pairs().into_iter();
        let release = pairs.fold(release, |action, (name, value)| action.with(name, value));
        let until = self.kept.as_ref().filter(|_| form.is_some()).map(|(_, until)| *until);
        let countdown = until.map(|until| Countdown {
            until,
            now: ctx.now,
            label: l.tf("book-kept-for", &[("time", "{time}".into())]),
            text: l.tf("book-kept-until", &[("time", l.time(zone.local(until).time()).into())]),
        });
        Ok(Confirm {
            page: self.frame.page(ctx, title),
            notice,
            countdown,
            facts,
            starts_at: from,
            zone: zone.name().to_owned(),
            cutoffs,
            form,
            instead,
            pairs: if until.is_some() { self.kept_pairs() } else { Vec::new() },
            release,
        })
    }
}

/// What it is about.
fn reason(ctx: &Ctx, l: Locale) -> Field {
    Field::textarea("reason", l.t("book-reason"))
        .hint(l.t("book-reason-hint"))
        .attribute("maxlength", "1000")
        .attribute("data-keep", typed(ctx))
}
