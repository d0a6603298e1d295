//! What a patient waits for, what they were offered, and their answers.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, Result as Outcome};
use kalends_app::idempotency::Once;
use kalends_app::waitlist::{self, Query, Waiting, offers};
use kalends_app::{locations, providers};
use kalends_domain::id::{PatientId, WaitlistEntryId, WaitlistOfferId};
use kalends_domain::location::Location;
use kalends_domain::provider::Provider;
use kalends_domain::time::Zone;
use kalends_domain::waitlist::{OfferState, WaitlistOffer};

use kalends_store::providers::ProviderFilter;

use super::whose::is_own;
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::book::offered::{self, all};
use crate::pages::book::wanted::{Kept, Pick, Wanted, address};
use crate::pages::book::whom;
use crate::pages::kit::{
    Action, Blank, ErrorKind, Form, Frame, Icon, Kind, Notice, Page, Refused, Search, Submitted, Toast, Tone, render,
    render_as, see_other, see_other_saying,
};
use crate::pages::proxies::clock;
use crate::pages::session::AsPatient;
use crate::pages::waitlist::wish;

const PATH: &str = "/patient/waitlist";

/// The routes.
pub fn router() -> Router<AppState> {
    Router::new()
        .route(PATH, get(list))
        .route("/patient/waitlist/join", get(ask).post(join))
        .route("/patient/waitlist/{id}/leave", post(leave))
        .route("/patient/waitlist/offers/{id}/take", post(take))
        .route("/patient/waitlist/offers/{id}/decline", post(decline))
}

/// A wish, with what was offered.
pub struct Wish {
    pub service: String,
    pub whose: Option<String>,
    /// What would suit.
    pub words: String,
    pub offers: Vec<Offer>,
    pub leave: Action,
}

/// An open offer.
pub struct Offer {
    pub when: String,
    /// With whom, and where.
    pub what: String,
    pub until: String,
    pub take: Action,
    pub decline: Action,
}

#[derive(Template)]
#[template(path = "patient/waitlist.html")]
struct Waitlist {
    page: Page,
    wishes: Vec<Wish>,
    blank: Option<Blank>,
}

#[derive(Template)]
#[template(path = "patient/ward.html")]
struct Join {
    page: Page,
    form: Form,
    /// Nobody's record is read here.
    access: String,
}

/// What this caller and those whom they look after wait for.
///
/// # Errors
/// What the database refused.
pub async fn waiting(state: &AppState, ctx: &Ctx, frame: &Frame) -> Outcome<Vec<Wish>> {
    let found = waitlist::list(&state.app, ctx, &all(), Query::default()).await?.items;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let places = locations::list(&state.app, ctx, &all()).await?.items;
    let doctors = providers::list(&state.app, ctx, &all(), ProviderFilter::default())
        .await?
        .items;
    let home = clock(&state.app, ctx).await?;
    let around = Around {
        ctx,
        l: frame.l,
        places,
        doctors,
        home,
    };
    Ok(found.iter().map(|it| around.shown(it)).collect())
}

impl Wish {
    /// Whether there is something to answer.
    pub fn is_offered(&self) -> bool {
        !self.offers.is_empty()
    }
}

/// What wishes are shown with.
struct Around<'a> {
    ctx: &'a Ctx,
    l: Locale,
    places: Vec<Location>,
    doctors: Vec<Provider>,
    home: Zone,
}

impl Around<'_> {
    fn shown(&self, it: &Waiting) -> Wish {
        let (ctx, l) = (self.ctx, self.l);
        let entry = &it.named.entry;
        let own = is_own(ctx, entry.patient_id);
        let open = it
            .offers
            .iter()
            .filter(|offer| offer.state(ctx.now) == OfferState::Open);
        let offer = |offer: &WaitlistOffer| {
            let kept = wish::kept(l, offer, &self.places, &self.home, ctx.now);
            let with = self.doctors.iter().find(|it| it.id == offer.provider_id);
            let place = self.places.iter().find(|it| it.id == offer.location_id);
            let with = with.map(|it| l.tf("book-with-provider", &[("name", it.full_name().into())]));
            Offer {
                what: with
                    .into_iter()
                    .chain(place.map(|it| it.name.clone()))
                    .collect::<Vec<_>>()
                    .join(" · "),
                take: Action::post(l.t("waitlist-take"), format!("{PATH}/offers/{}/take", offer.id))
                    .primary()
                    .about(&kept.when),
                decline: Action::post(l.t("waitlist-decline"), format!("{PATH}/offers/{}/decline", offer.id))
                    .about(&kept.when),
                when: kept.when,
                until: kept.until,
            }
        };
        Wish {
            service: it.named.service_in(l.code()).to_owned(),
            whose: (!own).then(|| l.tf("patient-for", &[("name", it.named.patient_name.as_str().into())])),
            words: wish::words(l, &it.named),
            offers: open.map(offer).collect(),
            leave: Action::post(l.t("waitlist-leave"), format!("{PATH}/{}/leave", entry.id))
                .kind(Kind::Plain)
                .about(it.named.service_in(l.code())),
        }
    }
}

/// `GET /patient/waitlist`
async fn list(State(state): State<AppState>, AsPatient(ctx): AsPatient, frame: Frame) -> Result<Response, Refused> {
    let l = frame.l;
    let wishes = waiting(&state, &ctx, &frame).await?;
    let blank = wishes.is_empty().then(|| {
        Blank::new(Icon("bell"), l.t("waitlist-none"), l.t("waitlist-none-text")).action(
            Action::link(l.t("patient-book"), "/book")
                .primary()
                .icon(Icon("calendar-plus")),
        )
    });
    Ok(render(&Waitlist {
        page: frame.page(&ctx, l.t("waitlist-title")).lead(l.t("waitlist-lead")),
        wishes,
        blank,
    }))
}

/// `GET /patient/waitlist/join?service=…`, from where no time suited.
async fn ask(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
    search: Search,
) -> Result<Response, Refused> {
    let wanted = Wanted::read(|name| search.get(name));
    let form = form(&state, &ctx, &frame, &wanted).await?;
    Ok(asked(&ctx, &frame, StatusCode::OK, &wanted, form))
}

async fn form(state: &AppState, ctx: &Ctx, frame: &Frame, wanted: &Wanted) -> Result<Form, Refused> {
    let l = frame.l;
    let service = wanted.service.ok_or(Refused(ErrorKind::NotFound))?;
    let (_, name) = whom::patient(ctx, wanted)?;
    let offered = offered::load(&state.app, ctx, service, None).await?;
    let today = clock(&state.app, ctx).await?.date_at(ctx.now);
    // Who and where are asked again below.
    let fixed = Wanted {
        provider: None,
        location: None,
        ..wanted.clone()
    };
    let form = fixed.pairs().into_iter().fold(
        Form::post(l, "/patient/waitlist/join", l.t("waitlist-join")),
        |form, (name, value)| form.hidden(name, value),
    );
    let notice = Notice::new(Tone::Info, offered.service.name_in(l.code()).to_owned())
        .text(l.tf("patient-for", &[("name", name.as_str().into())]));
    let form = form.markup(crate::pages::kit::Markup::of(&notice));
    let asked = wish::Asked {
        providers: &offered.providers,
        locations: &offered.locations,
        provider: wanted.provider,
        location: wanted.location,
        today,
    };
    Ok(wish::fields(l, form, &asked).cancel(wanted.address("/book")))
}

fn asked(ctx: &Ctx, frame: &Frame, status: StatusCode, wanted: &Wanted, form: Form) -> Response {
    let l = frame.l;
    let page = frame
        .page(ctx, l.t("waitlist-join-title"))
        .lead(l.t("waitlist-join-lead"));
    let page = Join {
        page: page.crumb(l.t("nav-book"), wanted.address("/book")),
        form,
        access: String::new(),
    };
    render_as(status, &page)
}

/// `POST /patient/waitlist/join`
async fn join(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let wanted = Wanted {
        // The day of the booking's address is another question than the first day that suits.
        from: None,
        ..Wanted::read(|name| submitted.get(name))
    };
    let service = wanted.service.ok_or(Refused(ErrorKind::NotFound))?;
    let (patient, _): (PatientId, String) = whom::patient(&ctx, &wanted)?;
    let joined = match wish::read(&submitted, Some(patient), service) {
        Ok(entry) => waitlist::join(&state.app, &ctx, entry, &Once::unkeyed()).await,
        Err(error) => Err(error),
    };
    match joined {
        Ok(_) => Ok(see_other_saying(PATH, &Toast::success(frame.l.t("waitlist-joined")))),
        Err(AppError::Invalid(errors)) => {
            let form = form(&state, &ctx, &frame, &wanted).await?;
            let form = form.keep(&submitted).refused(&errors);
            Ok(asked(&ctx, &frame, StatusCode::UNPROCESSABLE_ENTITY, &wanted, form))
        }
        Err(AppError::NotBookable { rule, .. }) => {
            let form = form(&state, &ctx, &frame, &wanted).await?.keep(&submitted);
            let form = form.error(crate::pages::rule::to_patient(frame.l, &rule));
            Ok(asked(&ctx, &frame, StatusCode::UNPROCESSABLE_ENTITY, &wanted, form))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /patient/waitlist/{id}/leave`
async fn leave(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let id: WaitlistEntryId = id.parse().map_err(|_| Refused(ErrorKind::NotFound))?;
    waitlist::leave(&state.app, &ctx, id).await?;
    Ok(see_other_saying(PATH, &Toast::success(frame.l.t("waitlist-left"))))
}

/// `POST /patient/waitlist/offers/{id}/take`: on to the page on which it is confirmed, where the service's questions are asked.
async fn take(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let id: WaitlistOfferId = id.parse().map_err(|_| Refused(ErrorKind::NotFound))?;
    let found = offers::get(&state.app, &ctx, id).await?;
    if found.offer.state(ctx.now) != OfferState::Open {
        return Ok(see_other_saying(PATH, &Toast::info(frame.l.t("waitlist-gone"))));
    }
    let wanted = Wanted {
        patient: Some(found.entry.patient_id).filter(|patient| !is_own(&ctx, *patient)),
        service: Some(found.entry.service_id),
        at: Some(Pick {
            starts_at: found.offer.starts_at,
            location: found.offer.location_id,
            provider: Some(found.offer.provider_id),
        }),
        ..Wanted::default()
    };
    let kept = Kept {
        id: found.offer.hold_id,
        token: found.token,
    };
    Ok(see_other(&address(
        "/book/confirm",
        &[wanted.pairs(), kept.pairs()].concat(),
    )))
}

/// `POST /patient/waitlist/offers/{id}/decline`
async fn decline(
    State(state): State<AppState>,
    AsPatient(ctx): AsPatient,
    frame: Frame,
    Path(id): Path<String>,
) -> Result<Response, Refused> {
    let id: WaitlistOfferId = id.parse().map_err(|_| Refused(ErrorKind::NotFound))?;
    match offers::decline(&state.app, &ctx, id).await {
        Ok(()) => Ok(see_other_saying(PATH, &Toast::success(frame.l.t("waitlist-declined")))),
        Err(AppError::NotFound) => Ok(see_other_saying(PATH, &Toast::info(frame.l.t("waitlist-gone")))),
        Err(error) => Err(error.into()),
    }
}
