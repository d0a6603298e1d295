//! `/waitlist`: who waits, how long, and what can be done about it.

pub mod wish;

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, Result as Outcome};
use kalends_app::idempotency::Once;
use kalends_app::services::ServiceFilter;
use kalends_app::waitlist::offers::{self, Accepted};
use kalends_app::waitlist::{self, Query, Waiting};
use kalends_app::{locations, patients, providers, services};
use kalends_domain::id::{PatientId, ServiceId, WaitlistEntryId, WaitlistOfferId};
use kalends_domain::location::Location;
use kalends_domain::patient::Patient;
use kalends_domain::permission::{Action as Doing, Resource};
use kalends_domain::time::Zone;
use kalends_domain::waitlist::{Attention, OfferState};
use kalends_store::providers::ProviderFilter;

use super::book::offered::all;
use super::kit::{
    Action, Badge, Blank, Cell, Choice, Column, Dialog, ErrorKind, Field, Form, Frame, Icon, Kind, Page, Refused, Row,
    Search, Submitted, Table, Toast, render_as, see_other_saying,
};
use super::proxies::clock;
use super::rule;
use super::session::AsStaff;
use crate::http::locale::Locale;
use crate::http::state::AppState;

const PATH: &str = "/waitlist";

/// The routes.
pub fn router() -> Router<AppState> {
    Router::new()
        .route(PATH, get(list))
        .route("/waitlist/join", get(ask).post(join))
        .route("/waitlist/{id}/contact", post(contact))
        .route("/waitlist/{id}/leave", post(leave))
        .route("/waitlist/offers/{id}/accept", post(accept))
        .route("/waitlist/offers/{id}/decline", post(decline))
}

#[derive(Template)]
#[template(path = "waitlist/list.html")]
struct Worklist {
    page: Page,
    table: Table,
    dialog: Option<Dialog>,
}

/// `GET /waitlist`, with the question before somebody is taken off it: `?leave=…`.
async fn list(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    search: Search,
) -> Result<Response, Refused> {
    let l = frame.l;
    let query = Query {
        service_id: search.some("service").and_then(|id| id.parse().ok()),
        ..Query::default()
    };
    let found = waitlist::list(&state.app, &ctx, &search.request(), query).await?;
    let places = locations::list(&state.app, &ctx, &all()).await?.items;
    let offered = services::list(&state.app, &ctx, &all(), ServiceFilter::default())
        .await?
        .items;
    let home_clock = clock(&state.app, &ctx).await?;
    let desk = Desk {
        ctx: &ctx,
        l,
        search: &search,
        places: &places,
        clock: &home_clock,
    };
    let dialog = found
        .items
        .iter()
        .find(|it| it.named.entry.id.to_string() == search.get("leave"));
    let columns = vec![
        Column::new(l.t("waitlist-patient")).sort("patient"),
        Column::new(l.t("waitlist-wish")),
        Column::new(l.t("waitlist-since")).sort("created_at"),
        Column::new(l.t("waitlist-offered")),
    ];
    let of_service = std::iter::once(Choice::new("", l.t("waitlist-all-services")))
        .chain(offered.iter().map(|it| Choice::new(it.id.to_string(), it.name.clone())))
        .collect();
    let table = Table::new(l, l.t("waitlist-title"), &search, columns)
        .searched_by(l.t("waitlist-search"))
        .filter("service", l.t("calendar-service"), of_service)
        .rows(found.items.iter().map(|it| desk.row(it)))
        .next(found.next.as_ref())
        .blank(Blank::new(
            Icon("bell"),
            l.t("waitlist-empty"),
            l.t("waitlist-empty-text"),
        ));
    let shown = Worklist {
        page: frame.page(&ctx, l.t("waitlist-title")).lead(l.t("waitlist-staff-lead")),
        table,
        dialog: dialog.map(|it| desk.question(it)),
    };
    Ok(render_as(StatusCode::OK, &shown))
}

/// What the rows of one page are drawn with.
struct Desk<'d> {
    ctx: &'d Ctx,
    l: Locale,
    search: &'d Search,
    places: &'d [Location],
    clock: &'d Zone,
}

impl Desk<'_> {
    fn row(&self, it: &Waiting) -> Row {
        let (l, entry) = (self.l, &it.named.entry);
        let today = self.clock.date_at(self.ctx.now);
        let since = l.days_away(today, self.clock.date_at(entry.created_at));
        let contacted = entry.contacted_at.map(|at| {
            let when = l.days_away(today, self.clock.date_at(at));
            l.tf("waitlist-contacted", &[("when", when.into())])
        });
        let attention = entry.attention(self.ctx.now, today).map(|why| match why {
            Attention::EndsSoon => l.t("waitlist-ends-soon"),
            Attention::Forgotten => l.t("waitlist-forgotten"),
        });
        let open: Vec<_> = it
            .offers
            .iter()
            .filter(|offer| offer.state(self.ctx.now) == OfferState::Open)
            .collect();
        let offered = open.first().map(|offer| {
            let kept = wish::kept(l, offer, self.places, self.clock, self.ctx.now);
            let how = if offer.by_desk {
                l.t("waitlist-call")
            } else {
                l.t("waitlist-told")
            };
            Cell::text(kept.when).second(format!("{how} · {}", kept.until))
        });
        let before = it.offers.len();
        let offered = offered.unwrap_or_else(|| {
            Cell::maybe((before > 0).then(|| l.tf("waitlist-offers-before", &[("count", (before as i64).into())])))
        });
        let wanted = match &entry.note {
            Some(note) => format!("{} · {note}", wish::words(l, &it.named)),
            None => wish::words(l, &it.named),
        };
        let waits = match attention {
            Some(attention) => Cell::badge(Badge::urgent(attention)).second(since),
            None => Cell::text(since).second(contacted.unwrap_or_default()),
        };
        let mut row = Row::new(vec![
            Cell::link(
                it.named.patient_name.as_str(),
                format!("/desk?patient={}", entry.patient_id),
            )
            .second(
                it.named
                    .patient_phone
                    .as_deref()
                    .map(super::kit::phone)
                    .unwrap_or_default(),
            ),
            Cell::text(it.named.service_in(l.code())).second(wanted),
            waits,
            offered,
        ]);
        if self.ctx.require(Resource::Appointment, Doing::Write).is_err() {
            return row;
        }
        let about = it.named.patient_name.as_str();
        for offer in open.iter().take(1) {
            row = row
                .action(
                    Action::post(l.t("waitlist-book-it"), format!("{PATH}/offers/{}/accept", offer.id)).about(about),
                )
                .action(
                    Action::post(l.t("waitlist-refused"), format!("{PATH}/offers/{}/decline", offer.id)).about(about),
                );
        }
        row.action(Action::post(l.t("waitlist-note-contact"), format!("{PATH}/{}/contact", entry.id)).about(about))
            .action(
                Action::dialog(
                    l.t("waitlist-take-off"),
                    self.search.with(&[("leave", &entry.id.to_string())]),
                )
                .kind(Kind::Plain)
                .about(about),
            )
    }

    fn question(&self, it: &Waiting) -> Dialog {
        let l = self.l;
        let form = Form::post(
            l,
            format!("{PATH}/{}/leave", it.named.entry.id),
            l.t("waitlist-take-off"),
        )
        .kind(Kind::DangerPrimary);
        let title = l.tf(
            "waitlist-take-off-title",
            &[("name", it.named.patient_name.as_str().into())],
        );
        Dialog::confirm(
            l,
            title,
            l.t("waitlist-take-off-text"),
            self.search.with(&[("leave", "")]),
            form,
        )
    }
}

fn entry_id(id: &str) -> Result<WaitlistEntryId, Refused> {
    id.parse().map_err(|_| Refused(ErrorKind::NotFound))
}

fn offer_id(id: &str) -> Result<WaitlistOfferId, Refused> {
    id.parse().map_err(|_| Refused(ErrorKind::NotFound))
}

fn back(frame: &Frame, text: &str) -> Response {
    see_other_saying(PATH, &Toast::success(frame.l.t(text)))
}

/// `POST /waitlist/{id}/contact`
async fn contact(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    waitlist::contact(&state.app, &ctx, entry_id(&id)?).await?;
    Ok(back(&frame, "waitlist-contact-noted"))
}

/// `POST /waitlist/{id}/leave`
async fn leave(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    waitlist::leave(&state.app, &ctx, entry_id(&id)?).await?;
    Ok(back(&frame, "waitlist-taken-off"))
}

/// `POST /waitlist/offers/{id}/accept`: whoever was called said yes.
async fn accept(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    match offers::accept(&state.app, &ctx, offer_id(&id)?, Accepted::default(), &Once::unkeyed()).await {
        Ok(booked) => {
            let zone = super::book::offered::zone(&booked.time_zone)?;
            let when = frame.l.day_time(zone.local(booked.starts_at));
            let text = frame.l.tf("calendar-booked", &[("when", when.into())]);
            Ok(see_other_saying(PATH, &Toast::success(text)))
        }
        Err(AppError::HoldExpired { .. } | AppError::SlotTaken { .. }) => {
            Ok(see_other_saying(PATH, &Toast::info(frame.l.t("waitlist-gone"))))
        }
        Err(AppError::NotBookable { rule, .. }) => {
            Ok(see_other_saying(PATH, &Toast::info(rule::to_staff(frame.l, &rule))))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /waitlist/offers/{id}/decline`
async fn decline(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    match offers::decline(&state.app, &ctx, offer_id(&id)?).await {
        Ok(()) => Ok(back(&frame, "waitlist-declined")),
        Err(AppError::NotFound) => Ok(see_other_saying(PATH, &Toast::info(frame.l.t("waitlist-gone")))),
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "waitlist/join.html")]
struct Join {
    page: Page,
    form: Form,
}

/// `GET /waitlist/join?patient=…`: for whoever called and finds no time.
async fn ask(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    search: Search,
) -> Result<Response, Refused> {
    let patient = patient(&state, &ctx, search.get("patient")).await?;
    let form = form(&state, &ctx, frame.l, &patient).await?;
    Ok(asked(&ctx, &frame, StatusCode::OK, &patient, form))
}

async fn patient(state: &AppState, ctx: &Ctx, id: &str) -> Result<Patient, Refused> {
    let id: PatientId = id.parse().map_err(|_| Refused(ErrorKind::NotFound))?;
    Ok(patients::get(&state.app, ctx, id).await?)
}

async fn form(state: &AppState, ctx: &Ctx, l: Locale, patient: &Patient) -> Outcome<Form> {
    let mut offered = services::list(&state.app, ctx, &all(), ServiceFilter::default())
        .await?
        .items;
    l.sort_by_name(&mut offered, |it| &it.name);
    let services = offered.iter().map(|it| Choice::new(it.id.to_string(), it.name.clone()));
    let services = std::iter::once(Choice::new("", l.t("calendar-choose")))
        .chain(services)
        .collect();
    let doctors = providers::list(&state.app, ctx, &all(), ProviderFilter::default())
        .await?
        .items;
    let places = locations::list(&state.app, ctx, &all()).await?.items;
    let today = clock(&state.app, ctx).await?.date_at(ctx.now);
    let form = Form::post(l, "/waitlist/join", l.t("waitlist-add"))
        .hidden("patient", patient.id.to_string())
        .field(Field::select("service_id", l.t("calendar-service"), services).required());
    let asked = wish::Asked {
        providers: &doctors,
        locations: &places,
        provider: None,
        location: None,
        today,
    };
    Ok(wish::fields(l, form, &asked).cancel(format!("/desk?patient={}", patient.id)))
}

fn asked(ctx: &Ctx, frame: &Frame, status: StatusCode, patient: &Patient, form: Form) -> Response {
    let l = frame.l;
    let title = l.tf("waitlist-add-title", &[("name", patient.full_name().into())]);
    let page = Join {
        page: frame.page(ctx, title).crumb(l.t("waitlist-title"), PATH),
        form,
    };
    render_as(status, &page)
}

/// `POST /waitlist/join`
async fn join(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let patient = patient(&state, &ctx, submitted.get("patient")).await?;
    let service = submitted.parsed::<ServiceId>("service_id");
    let joined = match service.ok_or_else(|| AppError::field("service_id", "required")) {
        Ok(service) => match wish::read(&submitted, Some(patient.id), service) {
            Ok(entry) => waitlist::join(&state.app, &ctx, entry, &Once::unkeyed()).await,
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    };
    let form = || form(&state, &ctx, frame.l, &patient);
    let form = match joined {
        Ok(_) => return Ok(back(&frame, "waitlist-added")),
        Err(AppError::Invalid(errors)) => form().await?.keep(&submitted).refused(&errors),
        Err(AppError::NotBookable { rule, .. }) => form().await?.keep(&submitted).error(rule::to_staff(frame.l, &rule)),
        Err(error) => return Err(error.into()),
    };
    Ok(asked(&ctx, &frame, StatusCode::UNPROCESSABLE_ENTITY, &patient, form))
}
