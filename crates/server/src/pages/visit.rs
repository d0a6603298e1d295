//! `/book/visit`: several services in one go. First which and where, then the visits that fit, then one of them booked as a whole. For
//! patients and those who act for them; staff book for the patient whom the address names. A visit that is booked is moved as a whole on
//! a page below.

mod moving;
mod offer;

use std::collections::BTreeSet;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use jiff::civil::Date;
use kalends_app::booking::Overrides;
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, FieldError, Result};
use kalends_app::idempotency::Once;
use kalends_app::providers::{self, ProviderFilter};
use kalends_app::services::{self, ServiceFilter};
use kalends_app::visits::{self, NewPart, NewVisit, VisitSearch, VisitSlot, WantedPart};
use kalends_app::{locations, patients};
use kalends_domain::id::{AppointmentId, LocationId, PatientId, ServiceId};
use kalends_domain::intake::Question;
use kalends_domain::location::Location;
use kalends_domain::permission::{Action, Resource, Role};
use kalends_domain::provider::Provider;
use kalends_domain::service::Service;
use kalends_domain::time::Zone;

use self::offer::Words;
use super::book::offered::all;
use super::book::ways::call;
use super::kit::{
    Blank, Choice, Field, Form, Frame, Icon, Notice, Page, Refused, Search, Submitted, Toast, Tone, render_as,
    see_other_saying,
};
use super::session::AsBooker;
use super::{intake, rule};
use crate::http::locale::Locale;
use crate::http::state::AppState;

/// The fields of the services, in their order.
const PARTS: [&str; 4] = ["first", "second", "third", "fourth"];
/// The routes.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/book/visit", get(show).post(book))
        .route("/book/visit/{id}/move", get(moving::show).post(moving::choose))
}

/// The page on which the visit is moved that an appointment is part of.
pub fn moving(appointment: AppointmentId) -> String {
    format!("/book/visit/{appointment}/move")
}

/// The page for a patient whom staff book for.
pub fn of_patient(id: &str) -> String {
    format!("/book/visit?patient={id}")
}

#[derive(Template)]
#[template(path = "visit.html")]
struct Show {
    page: Page,
    notice: Option<Notice>,
    form: Form,
    /// What fits; nothing before anything was asked.
    offered: Option<Form>,
    none: Option<Blank>,
}

/// Everything that one request is about.
struct Asked<'r> {
    state: &'r AppState,
    ctx: &'r Ctx,
    l: Locale,
    typed: Submitted,
    /// For whom; absent: the reader.
    patient: Option<PatientId>,
    services: Vec<Service>,
    providers: Vec<Provider>,
    locations: Vec<Location>,
}

type Answer = std::result::Result<Response, Refused>;

/// `GET /book/visit`
async fn show(State(state): State<AppState>, AsBooker(ctx): AsBooker, frame: Frame, search: Search) -> Answer {
    let pairs = search.pairs().map(|(name, value)| (name.to_owned(), value.to_owned()));
    let asked = Asked::read(&state, &ctx, frame.l, Submitted::new(pairs.collect())).await?;
    asked.page(frame, StatusCode::OK, None, Vec::new()).await
}

/// `POST /book/visit`: what was asked for, and which of the visits.
async fn book(State(state): State<AppState>, AsBooker(ctx): AsBooker, frame: Frame, submitted: Submitted) -> Answer {
    let l = frame.l;
    let asked = Asked::read(&state, &ctx, l, submitted).await?;
    let refused = |text: String| Notice::new(Tone::Error, l.t("visit-not-booked")).text(text);
    let Some(visit) = asked.visit() else {
        let notice = refused(l.t("book-no-time-chosen-text"));
        return asked
            .page(frame, StatusCode::UNPROCESSABLE_ENTITY, Some(notice), Vec::new())
            .await;
    };
    let (status, notice, errors) = match visits::book(&state.app, &ctx, visit, &Once::unkeyed()).await {
        Ok(booked) => {
            let first = booked.appointments.first().ok_or(AppError::NotFound)?;
            let zone = Zone::new(&first.time_zone).map_err(|error| AppError::Internal(error.to_string()))?;
            let said = l.tf(
                "visit-booked",
                &[("time", l.day_time(zone.local(first.starts_at)).into())],
            );
            let to = match ctx.role() {
                Some(Role::Patient) => "/patient/appointments".to_owned(),
                Some(Role::Doctor) => format!("/doctor/calendar?date={}", zone.date_at(first.starts_at)),
                _ => format!("/desk?patient={}", first.patient_id),
            };
            return Ok(see_other_saying(&to, &Toast::success(said)));
        }
        Err(AppError::NotAll { .. } | AppError::SlotTaken { .. }) => {
            (StatusCode::CONFLICT, refused(l.t("visit-taken")), Vec::new())
        }
        Err(AppError::NotBookable { rule, detail }) if rule == "intake-stop" => {
            let notice = Notice::new(Tone::Warning, l.t("intake-stop")).text(detail.unwrap_or_default());
            let notice = call(&ctx, l).into_iter().fold(notice, Notice::action);
            (StatusCode::UNPROCESSABLE_ENTITY, notice, Vec::new())
        }
        Err(AppError::NotBookable { rule, .. }) => {
            (StatusCode::UNPROCESSABLE_ENTITY, refused(asked.why(&rule)), Vec::new())
        }
        Err(AppError::Invalid(errors)) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            refused(l.t("visit-wrong")),
            intake::beside(&errors),
        ),
        Err(error) => return Err(error.into()),
    };
    asked.page(frame, status, Some(notice), errors).await
}

impl<'r> Asked<'r> {
    async fn read(state: &'r AppState, ctx: &'r Ctx, l: Locale, typed: Submitted) -> Result<Self> {
        ctx.require(Resource::Appointment, Action::Write)?;
        let app = &state.app;
        let mut offered = services::list(app, ctx, &all(), ServiceFilter::default()).await?.items;
        offered.retain(|it| ctx.is_staff() || it.public);
        l.sort_by_name(&mut offered, |it| it.name_in(l.code()));
        let patient = typed.parsed("patient");
        // Staff book for somebody.
        if ctx.is_staff() && patient.is_none() {
            return Err(AppError::NotFound);
        }
        Ok(Self {
            state,
            ctx,
            l,
            patient,
            typed,
            services: offered,
            providers: providers::list(app, ctx, &all(), ProviderFilter::default())
                .await?
                .items,
            locations: locations::list(app, ctx, &all()).await?.items,
        })
    }

    fn why(&self, name: &str) -> String {
        if self.ctx.is_staff() {
            rule::to_staff(self.l, name)
        } else {
            rule::to_patient(self.l, name)
        }
    }

    fn location(&self) -> Result<&Location> {
        let id = self.typed.get("location");
        let chosen = self.locations.iter().find(|it| it.id.to_string() == id);
        chosen.or(self.locations.first()).ok_or(AppError::NotFound)
    }

    fn zone(&self) -> Result<Zone> {
        Zone::new(&self.location()?.time_zone).map_err(|error| AppError::Internal(error.to_string()))
    }

    /// The chosen services, in order.
    fn parts(&self) -> Vec<ServiceId> {
        PARTS.iter().filter_map(|part| self.typed.parsed(part)).collect()
    }

    fn first_day(&self) -> Result<Date> {
        Ok(offer::first_day(&self.typed, &self.zone()?, self.ctx.now))
    }

    async fn find(&self) -> Result<Vec<VisitSlot>> {
        let part = |service_id| WantedPart {
            service_id,
            provider_id: None,
        };
        let search = VisitSearch {
            parts: self.parts().into_iter().map(part).collect(),
            patient_id: self.patient,
            ..offer::search(self.first_day()?, self.location()?.id)
        };
        visits::list(&self.state.app, self.ctx, &search).await
    }

    /// The visit that was chosen.
    fn visit(&self) -> Option<NewVisit> {
        let times = offer::chosen(&self.typed)?;
        let parts = self
            .parts()
            .into_iter()
            .zip(times)
            .map(|(service_id, (starts_at, provider))| NewPart {
                service_id,
                starts_at,
                provider_id: Some(provider),
                answers: intake::answers(self.l, self.questions(service_id), &self.typed),
            });
        Some(NewVisit {
            parts: parts.collect(),
            location_id: self.typed.parsed::<LocationId>("location")?,
            patient_id: self.patient,
            reason: self.typed.some("reason"),
            overrides: Overrides::default(),
        })
    }

    async fn page(&self, frame: Frame, status: StatusCode, notice: Option<Notice>, errors: Vec<FieldError>) -> Answer {
        let l = self.l;
        let asked = self.parts().len() >= 2;
        let found = if asked { self.find().await? } else { Vec::new() };
        let page = frame.page(self.ctx, l.t("visit-title"));
        let page = match self.patient {
            Some(id) => {
                let name = patients::get(&self.state.app, self.ctx, id).await?.full_name();
                page.lead(l.tf("visit-lead-for", &[("name", name.into())]))
            }
            None => page.lead(l.t("visit-lead")),
        };
        let blank = Blank::new(Icon("calendar-x-2"), l.t("visit-none"), l.t("visit-none-text"));
        let show = Show {
            page,
            notice,
            form: self.form()?,
            offered: if found.is_empty() {
                None
            } else {
                Some(self.choices(&found)?.keep(&self.typed).refused(&errors))
            },
            none: (asked && found.is_empty()).then_some(blank),
        };
        Ok(render_as(status, &show))
    }

    /// Which services, where, from when.
    fn form(&self) -> Result<Form> {
        let l = self.l;
        let choices = |first: &str| {
            let services = self
                .services
                .iter()
                .map(|it| Choice::new(it.id.to_string(), it.name_in(l.code())));
            std::iter::once(Choice::new("", l.t(first)))
                .chain(services)
                .collect::<Vec<_>>()
        };
        let labels = ["visit-first", "visit-second", "visit-third", "visit-fourth"];
        let fields = PARTS.iter().zip(labels).enumerate().map(|(index, (name, label))| {
            let field = Field::select(
                *name,
                l.t(label),
                choices(if index < 2 { "visit-choose" } else { "visit-nothing" }),
            );
            let field = field.maybe(self.typed.some(name));
            if index < 2 { field.required() } else { field }
        });
        let places = self
            .locations
            .iter()
            .map(|it| Choice::new(it.id.to_string(), it.name.clone()));
        let form = fields.fold(Form::get(l, "/book/visit", l.t("visit-find")), Form::field);
        let form = form.row([
            Field::select("location", l.t("calendar-location"), places.collect())
                .required()
                .value(self.location()?.id.to_string()),
            Field::date("from", l.t("visit-from")).value(self.first_day()?.to_string()),
        ]);
        Ok(match self.patient {
            Some(id) => form.hidden("patient", id.to_string()),
            None => form,
        })
    }

    fn service(&self, id: ServiceId) -> Option<&Service> {
        self.services.iter().find(|it| it.id == id)
    }

    fn questions(&self, service: ServiceId) -> &[Question] {
        self.service(service).map_or(&[], |it| &it.intake)
    }

    /// The visits to choose from, each with its parts, and what the services ask.
    fn choices(&self, found: &[VisitSlot]) -> Result<Form> {
        let l = self.l;
        let people = self.providers.iter().map(|it| (it.id, it.full_name()));
        let services = self.services.iter();
        let words = Words {
            l,
            zone: self.zone()?,
            services: services.map(|it| (it.id, it.name_in(l.code()).to_owned())).collect(),
            people: people.collect(),
        };
        let field = words.choice(found);
        let form = Form::post(l, "/book/visit", l.t("visit-book"))
            .hidden("location", self.location()?.id.to_string())
            .hidden("from", self.first_day()?.to_string());
        let form = PARTS.iter().fold(form, |form, part| match self.typed.some(part) {
            Some(id) => form.hidden(*part, id),
            None => form,
        });
        let form = match self.patient {
            Some(id) => form.hidden("patient", id.to_string()),
            None => form,
        };
        let reason = Field::textarea("reason", l.t("visit-reason")).attribute("maxlength", "1000");
        // Asked once, also of who books the same service twice.
        let asking: BTreeSet<ServiceId> = self.parts().into_iter().collect();
        let asking = asking.into_iter().filter_map(|id| self.service(id));
        let form = asking
            .filter(|it| !it.intake.is_empty())
            .fold(form.field(field), |form, it| {
                let fields = intake::fields(l, &it.intake);
                fields.into_iter().fold(form.heading(it.name_in(l.code())), Form::field)
            });
        Ok(form.field(reason))
    }
}
