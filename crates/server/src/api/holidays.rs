//! Public holidays: which there are, and closing the clinic on them.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use kalends_app::closures::{self, Closed, Day, NewClosure};
use kalends_app::ctx::Ctx;
use kalends_app::error::AppError;
use kalends_app::idempotency::Once;
use kalends_app::locations;
use kalends_app::validate::Check;
use kalends_domain::id::LocationId;
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::permission::{Action, Resource};
use kalends_domain::time::{LocalTime, Zone};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::closures::ClosedView;
use crate::holidays::{self, Country, Holiday};
use crate::http::caller::Caller;
use crate::http::json::Body;
use crate::http::once::{IdempotencyKey, created};
use crate::http::params::{IsoDate, Params};
use crate::http::problem::{ApiResult, Problem};
use crate::http::state::AppState;

/// A country whose holidays are known.
#[derive(Serialize, ToSchema)]
pub struct CountryView {
    /// By ISO 3166-1.
    code: &'static str,
    /// In English.
    name: &'static str,
    regions: Vec<RegionView>,
}

/// A part of a country with holidays of its own.
#[derive(Serialize, ToSchema)]
pub struct RegionView {
    code: &'static str,
    name: &'static str,
}

/// The countries, by their codes.
#[derive(Serialize, ToSchema)]
pub struct CountriesView {
    items: Vec<CountryView>,
}

/// Which holidays are asked for.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HolidayParams {
    /// Absent: the country in whose time zone the location is.
    country: Option<String>,
    /// Absent: those of the whole country.
    region: Option<String>,
    /// Absent: this year.
    #[param(minimum = 1900, maximum = 2999)]
    year: Option<i16>,
    /// Whom closing would strand there; absent: at every location.
    location_id: Option<Uuid>,
}

/// A public holiday.
#[derive(Serialize, ToSchema)]
pub struct HolidayView {
    /// In the language of the place.
    name: String,
    /// In English, if that is another one.
    name_en: Option<String>,
    #[schema(value_type = String, format = Date)]
    first_date: jiff::civil::Date,
    #[schema(value_type = String, format = Date)]
    last_date: jiff::civil::Date,
    /// From this time of the first date on; absent: all of it.
    #[schema(value_type = Option<String>)]
    from_time: Option<LocalTime>,
    /// `past`, `closed` or `open`.
    #[schema(value_type = String)]
    state: &'static str,
    /// How many appointments closing it would strand.
    stranded: usize,
}

/// The public holidays of one place and year.
#[derive(Serialize, ToSchema)]
pub struct HolidaysView {
    country: &'static str,
    region: Option<String>,
    year: i16,
    items: Vec<HolidayView>,
    /// Whose data they are, and under which licence.
    source: &'static str,
}

/// On which holidays to close.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HolidaysBody {
    /// Absent: the country in whose time zone the location is.
    country: Option<String>,
    /// Absent: those of the whole country.
    region: Option<String>,
    /// Absent: this year.
    #[schema(minimum = 1900, maximum = 2999)]
    year: Option<i16>,
    /// One location; absent: every location.
    location_id: Option<Uuid>,
    /// The first dates of those to close; absent: all of them.
    #[schema(value_type = Option<Vec<String>>, format = Date, max_items = 100)]
    dates: Option<Vec<IsoDate>>,
}

/// The closures that were made: none for what was closed already.
#[derive(Serialize, ToSchema)]
pub struct ClosedDaysView {
    items: Vec<ClosedView>,
}

impl From<&Vec<Closed>> for ClosedDaysView {
    fn from(all: &Vec<Closed>) -> Self {
        Self {
            items: all.iter().map(Into::into).collect(),
        }
    }
}

/// The operations on public holidays.
pub fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, close))
        .routes(routes!(countries))
}

/// The countries and regions whose public holidays are known.
#[utoipa::path(get, path = "/holidays/countries", tag = "calendar", security(("bearer" = [])),
    responses((status = 200, body = CountriesView), (status = 403, body = Problem)))]
async fn countries(Caller(ctx): Caller) -> ApiResult<Json<CountriesView>> {
    ctx.require(Resource::Closure, Action::Read)?;
    let region = |(code, name): &'static (String, String)| RegionView { code, name };
    let view = |it: &'static Country| CountryView {
        code: &it.code,
        name: it.name("en"),
        regions: it.regions.iter().map(region).collect(),
    };
    let items = holidays::countries().iter().map(view).collect();
    Ok(Json(CountriesView { items }))
}

/// The public holidays of a year, and what closing on each would do.
#[utoipa::path(get, path = "/holidays", tag = "calendar", params(HolidayParams), security(("bearer" = [])),
    responses((status = 200, body = HolidaysView), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn list(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    Params(params): Params<HolidayParams>,
) -> ApiResult<Json<HolidaysView>> {
    let wish = Wish {
        country: params.country.as_deref(),
        region: params.region.as_deref(),
        year: params.year,
        location: params.location_id.map(LocationId),
    };
    let (country, year, found) = wish.find(&state, &ctx).await?;
    let inputs: Vec<NewClosure> = found.iter().map(|it| it.closure(wish.location)).collect();
    let days = closures::look(&state.app, &ctx, &inputs).await?;
    Ok(Json(HolidaysView {
        country: &country.code,
        region: params.region.clone(),
        year,
        items: found.into_iter().zip(days).map(view).collect(),
        source: holidays::SOURCE,
    }))
}

/// Closes on public holidays: all that are named and to come, or none. What is closed already is left as it is.
#[utoipa::path(post, path = "/holidays", tag = "calendar", request_body = HolidaysBody,
    params(("idempotency-key" = Option<String>, Header)), security(("bearer" = [])),
    responses((status = 201, body = ClosedDaysView), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn close(
    State(state): State<AppState>,
    Caller(ctx): Caller,
    key: IdempotencyKey,
    body: Body<HolidaysBody>,
) -> ApiResult<(StatusCode, Json<ClosedDaysView>)> {
    let render = |all: &Vec<Closed>| created(&ClosedDaysView::from(all));
    let once = Once::new(key.of(&ctx, "holidays.close", body.fingerprint), &render);
    let wish = Wish {
        country: body.value.country.as_deref(),
        region: body.value.region.as_deref(),
        year: body.value.year,
        location: body.value.location_id.map(LocationId),
    };
    let (_, _, mut found) = wish.find(&state, &ctx).await?;
    if let Some(dates) = &body.value.dates {
        for (at, date) in dates.iter().enumerate() {
            if found.iter().all(|it| it.first != date.0) {
                return Err(AppError::field(&format!("dates/{at}"), "unknown").into());
            }
        }
        found.retain(|it| dates.iter().any(|date| date.0 == it.first));
    }
    let inputs: Vec<NewClosure> = found.iter().map(|it| it.closure(wish.location)).collect();
    let closed = closures::create_missing(&state.app, &ctx, &inputs, &once).await?;
    Ok((StatusCode::CREATED, Json((&closed).into())))
}

/// What a request asks for.
struct Wish<'a> {
    country: Option<&'a str>,
    region: Option<&'a str>,
    year: Option<i16>,
    location: Option<LocationId>,
}

impl Wish<'_> {
    async fn find(&self, state: &AppState, ctx: &Ctx) -> ApiResult<(&'static Country, i16, Vec<Holiday>)> {
        closures::permitted(ctx)?;
        let all = PageRequest {
            limit: MAX_LIMIT,
            ..PageRequest::default()
        };
        let sites = locations::list(&state.app, ctx, &all).await?.items;
        let site = match self.location {
            Some(id) => sites.iter().find(|it| it.id == id),
            None => sites.first(),
        };
        let zone = site.map_or("UTC", |it| &it.time_zone);
        let (country, region) = holidays::place(self.country, self.region, zone)?;
        let clock = Zone::new(zone).map_err(|error| AppError::Internal(error.to_string()))?;
        let mut check = Check::default();
        let year = self.year.unwrap_or_else(|| clock.date_at(ctx.now).year());
        check.number("year", year.into(), 1900, 2999);
        check.finish()?;
        Ok((country, year, holidays::of(country, region, year)))
    }
}

fn view((it, day): (Holiday, Day)) -> HolidayView {
    let (state, stranded) = match day {
        Day::Past => ("past", 0),
        Day::Closed => ("closed", 0),
        Day::Open(stranded) => ("open", stranded.len()),
    };
    HolidayView {
        name: it.name,
        name_en: it.english,
        first_date: it.first,
        last_date: it.last,
        from_time: it.from,
        state,
        stranded,
    }
}
