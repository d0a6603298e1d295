//! Whose calendar is looked at, where and when: what every handler of the calendar starts from.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use jiff::civil::{Date, Time};
use kalends_app::app::App;
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, Result};
use kalends_app::{locations, providers};
use kalends_domain::id::{LocationId, ProviderId};
use kalends_domain::location::Location;
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::provider::Provider;
use kalends_domain::time::{Month, Zone};
use kalends_store::providers::ProviderFilter;

use super::address::Address;
use super::empty;
use super::view::View;
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{Frame, Refused};
use crate::pages::session::{AsDesk, AsDoctor};

/// A calendar as the request asks for it.
pub struct Board {
    pub app: App,
    pub ctx: Ctx,
    pub frame: Frame,
    pub l: Locale,
    pub at: Address,
    /// Those to choose from, as far as they were searched for; one for a doctor.
    pub providers: Vec<Provider>,
    pub provider: Provider,
    /// Where this provider works; every location if nowhere in particular.
    pub locations: Vec<Location>,
    pub location: Location,
    /// The location's clock.
    pub zone: Zone,
    pub today: Date,
    pub this_month: Month,
    pub view: View,
}

impl Board {
    async fn open(state: &AppState, ctx: Ctx, frame: Frame) -> Result<std::result::Result<Self, Response>> {
        let at = Address::of(&frame.path);
        let app = &state.app;
        let providers = candidates(app, &ctx, &at).await?;
        let provider = match at.get("provider") {
            _ if at.is_own() => providers.first().cloned(),
            "" => providers.first().cloned(),
            id => Some(providers::get(app, &ctx, id.parse().map_err(|_| AppError::NotFound)?).await?),
        };
        let everything = PageRequest {
            limit: MAX_LIMIT,
            ..PageRequest::default()
        };
        let all = locations::list(app, &ctx, &everything).await?.items;
        let (Some(provider), false) = (provider, all.is_empty()) else {
            return Ok(Err(empty::page(&ctx, &frame, &at, all.is_empty())));
        };
        let locations = workplaces(&provider, all);
        let asked = at.parsed::<LocationId>("location");
        let location = asked
            .and_then(|id| locations.iter().find(|location| location.id == id))
            .or_else(|| locations.first())
            .cloned()
            .ok_or(AppError::NotFound)?;
        let zone = Zone::new(&location.time_zone)
            .map_err(|error| AppError::Internal(format!("location {}: {error}", location.id)))?;
        let today = zone.date_at(ctx.now);
        let this_month = Month::of(today).map_err(|error| AppError::Internal(error.to_string()))?;
        Ok(Ok(Self {
            app: app.clone(),
            l: frame.l,
            view: View::of(frame.l, &at, today, this_month),
            ctx,
            frame,
            at,
            providers,
            provider,
            locations,
            location,
            zone,
            today,
            this_month,
        }))
    }

    /// The clock's time at the location.
    pub fn now(&self) -> Time {
        self.zone.local(self.ctx.now).time()
    }

    /// What the provider is called, with the title.
    pub fn provider_name(&self) -> String {
        self.provider.full_name()
    }

    pub fn provider_id(&self) -> ProviderId {
        self.provider.id
    }
}

/// The providers to choose from: those in reach, as far as they were searched for, in order of name.
async fn candidates(app: &App, ctx: &Ctx, at: &Address) -> Result<Vec<Provider>> {
    let user = ctx.signed_in()?;
    if at.is_own() {
        let own = user.provider_id.ok_or(AppError::Forbidden)?;
        return Ok(vec![providers::get(app, ctx, own).await?]);
    }
    let request = PageRequest {
        limit: MAX_LIMIT,
        search: Some(at.get("find").to_owned()).filter(|words| !words.is_empty()),
        ..PageRequest::default()
    };
    let mut found = providers::list(app, ctx, &request, ProviderFilter::default())
        .await?
        .items;
    found.retain(|provider| {
        (user.locations.is_empty() || provider.location_ids.iter().any(|id| user.locations.contains(id)))
            && (user.departments.is_empty() || provider.department_ids.iter().any(|id| user.departments.contains(id)))
    });
    Ok(found)
}

/// Where a provider works, their first location first.
fn workplaces(provider: &Provider, all: Vec<Location>) -> Vec<Location> {
    let theirs: Vec<Location> = provider
        .location_ids
        .iter()
        .filter_map(|id| all.iter().find(|location| location.id == *id))
        .cloned()
        .collect();
    if theirs.is_empty() { all } else { theirs }
}

impl FromRequestParts<AppState> for Board {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> std::result::Result<Self, Response> {
        let Ok(frame) = Frame::from_request_parts(parts, state).await;
        let ctx = if Address::of(&frame.path).is_own() {
            AsDoctor::from_request_parts(parts, state).await?.0
        } else {
            AsDesk::from_request_parts(parts, state).await?.0
        };
        let opened = Self::open(state, ctx, frame).await;
        opened.map_err(|error| Refused::from(error).into_response())?
    }
}
