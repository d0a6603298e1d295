//! `/closures/holidays`: the public holidays of a country and a region, with what closing on each would strand, and a tick for each.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use jiff::civil::Date;
use kalends_app::closures::{self, Day, NewClosure};
use kalends_app::idempotency::Once;
use kalends_domain::id::LocationId;
use kalends_domain::location::Location;

use super::place::{Place, count};
use super::{Answer, HERE};
use crate::holidays::{self, Country, Holiday};
use crate::http::state::AppState;
use crate::pages::kit::{
    Choice, Field, Form, Frame, Notice, Page, Search, Submitted, Toast, Tone, render_as, see_other_saying,
};
use crate::pages::session::AsStaff;

/// The page's own address.
pub const HOLIDAYS: &str = "/closures/holidays";
/// So many years are offered: this one and those in which something can be booked.
const YEARS: i16 = 3;

/// Every location; with nothing in the address, one is chosen by its country.
const EVERYWHERE: &str = "all";

#[derive(Template)]
#[template(path = "closures/holidays.html")]
struct Show {
    page: Page,
    notice: Option<Notice>,
    ask: Form,
    days: Option<Form>,
    source: String,
}

/// What is asked for, as far as it is known.
struct Question {
    country: Option<&'static Country>,
    region: Option<&'static str>,
    year: i16,
    location: Option<LocationId>,
}

impl Question {
    /// Out of the address; with no country in it, the one of the first location's clock.
    fn read(place: &Place, search: &Search) -> Self {
        let country = match search.some("country") {
            Some(code) => holidays::country(code),
            None => place
                .locations
                .first()
                .and_then(|it| holidays::country_in(&it.time_zone)),
        };
        let region = search.get("region");
        let known = country.and_then(|it| it.regions.iter().find(|(code, _)| code == region));
        let this_year = place.today().year();
        let year = search.get("year").parse().ok();
        let location = match search.some("location") {
            Some(id) => id.parse().ok().map(LocationId),
            None => only_there(place, country),
        };
        Self {
            country,
            region: known.map(|(code, _)| code.as_str()),
            year: year.filter(|it| years(this_year).contains(it)).unwrap_or(this_year),
            location: location.filter(|id| place.locations.iter().any(|it| it.id == *id)),
        }
    }

    fn address(&self) -> String {
        let (year, location) = (self.year.to_string(), self.location());
        let country = self.country.map_or("", |it| &it.code);
        Search::of(HOLIDAYS).with(&[
            ("country", country),
            ("region", self.region.unwrap_or_default()),
            ("year", &year),
            ("location", &location),
        ])
    }

    /// Where, as the form says it.
    fn location(&self) -> String {
        self.location.map_or_else(|| EVERYWHERE.to_owned(), |id| id.to_string())
    }

    fn holidays(&self) -> Vec<Holiday> {
        self.country
            .map(|it| holidays::of(it, self.region, self.year))
            .unwrap_or_default()
    }

    fn closures(&self, of: &[Holiday]) -> Vec<NewClosure> {
        of.iter().map(|it| it.closure(self.location)).collect()
    }
}

/// The first location in the country, where others are in other countries: its holidays are none of theirs.
fn only_there(place: &Place, country: Option<&Country>) -> Option<LocationId> {
    let code = |zone: &str| holidays::country_in(zone).map(|it| &it.code);
    let here = |it: &&Location| code(&it.time_zone) == country.map(|it| &it.code);
    let first = place.locations.iter().find(here)?;
    place.locations.iter().any(|it| !here(&it)).then_some(first.id)
}

fn years(first: i16) -> std::ops::Range<i16> {
    first..first.saturating_add(YEARS)
}

/// `GET /closures/holidays`: `country`, `region`, `year` and `location`.
pub async fn show(State(state): State<AppState>, AsStaff(ctx): AsStaff, frame: Frame, search: Search) -> Answer {
    closures::permitted(&ctx)?;
    let place = Place::open(&state, ctx, &frame).await?;
    let question = Question::read(&place, &search);
    shown(&place, frame, &question, StatusCode::OK, None).await
}

async fn shown(place: &Place, frame: Frame, question: &Question, status: StatusCode, notice: Option<Notice>) -> Answer {
    let l = place.l;
    let found = question.holidays();
    let days = closures::look(&place.app, &place.ctx, &question.closures(&found)).await?;
    let to_come: Vec<(&Holiday, &Day)> = found.iter().zip(&days).filter(|(_, day)| **day != Day::Past).collect();
    let page = frame
        .page(&place.ctx, l.t("holidays-title"))
        .lead(l.t("holidays-lead"))
        .crumb(l.t("closures-title"), HERE);
    let none = question.country.is_some() && to_come.is_empty();
    let notice = notice.or(none.then(|| Notice::new(Tone::Info, l.t("holidays-none"))));
    Ok(render_as(
        status,
        &Show {
            page,
            notice,
            ask: ask(place, question),
            days: (!to_come.is_empty()).then(|| tick(place, question, &to_come)),
            source: l.tf("holidays-source", &[("source", holidays::SOURCE.into())]),
        },
    ))
}

/// The form that asks where and when.
fn ask(place: &Place, question: &Question) -> Form {
    let l = place.l;
    let mut countries: Vec<&Country> = holidays::countries().iter().collect();
    l.sort_by_name(&mut countries, |it| it.name(l.code()));
    let countries = countries.iter().map(|it| Choice::new(&it.code, it.name(l.code())));
    let whole = Choice::new("", l.t("holidays-whole"));
    let regions = question.country.map_or(&[][..], |it| &it.regions);
    let regions = std::iter::once(whole).chain(regions.iter().map(|(code, name)| Choice::new(code, name)));
    let everywhere = Choice::new(EVERYWHERE, l.t("closures-everybody"));
    let places = place
        .locations
        .iter()
        .map(|it| Choice::new(it.id.to_string(), &it.name));
    let years = years(place.today().year()).map(|it| Choice::new(it.to_string(), it.to_string()));
    let country = Field::select("country", l.t("holidays-country"), countries.collect())
        .maybe(question.country.map(|it| it.code.clone()))
        .required();
    let region = Field::select("region", l.t("holidays-region"), regions.collect()).maybe(question.region);
    Form::get(l, HOLIDAYS, l.t("holidays-show"))
        .row([country, region])
        .row([
            Field::select("year", l.t("holidays-year"), years.collect())
                .value(question.year.to_string())
                .required(),
            Field::select(
                "location",
                l.t("closures-whose"),
                std::iter::once(everywhere).chain(places).collect(),
            )
            .value(question.location())
            .required(),
        ])
}

/// The days, each with a tick. What is closed already stands below, for there is nothing to do about it.
fn tick(place: &Place, question: &Question, days: &[(&Holiday, &Day)]) -> Form {
    let l = place.l;
    let (mut open, mut closed) = (Vec::new(), Vec::new());
    for (it, day) in days {
        let when = match it.from.and_then(|from| from.on(it.first)) {
            Some(from) if it.first == it.last => l.day_time(from),
            _ if it.first == it.last => l.day_long(it.first),
            _ => l.date_range(it.first, it.last),
        };
        let label = format!("{when} · {}", it.name);
        match day {
            Day::Open(stranded) => {
                let mut words = it.english.clone().into_iter().collect::<Vec<_>>();
                if !stranded.is_empty() {
                    words.push(place.strands(stranded.len()));
                }
                open.push(Choice::new(it.first.to_string(), label).hint(words.join(" · ")));
            }
            _ => closed.push(label),
        }
    }
    let all: Vec<String> = open.iter().map(|it| it.value.clone()).collect();
    let mut form = Form::post(l, question.address(), l.t("holidays-close")).cancel(HERE);
    if !closed.is_empty() {
        form = form.markup(crate::pages::kit::Markup::of(
            &Notice::new(Tone::Info, l.t("holidays-closed")).text(l.list(&closed)),
        ));
    }
    form.field(
        Field::checkboxes("on", l.t("holidays-days"), open)
            .values(all)
            .hint(l.t("holidays-hint"))
            .required(),
    )
}

/// `POST /closures/holidays`: closes on each date that is ticked.
pub async fn close(
    State(state): State<AppState>,
    AsStaff(ctx): AsStaff,
    frame: Frame,
    search: Search,
    submitted: Submitted,
) -> Answer {
    closures::permitted(&ctx)?;
    let place = Place::open(&state, ctx, &frame).await?;
    let l = place.l;
    let question = Question::read(&place, &search);
    let ticked: Vec<Date> = submitted.all("on").iter().filter_map(|it| it.parse().ok()).collect();
    let mut found = question.holidays();
    found.retain(|it| ticked.contains(&it.first));
    if found.is_empty() {
        let notice = Notice::new(Tone::Error, l.t("holidays-none-ticked"));
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return shown(&place, frame, &question, status, Some(notice)).await;
    }
    let inputs = question.closures(&found);
    let closed = closures::create_missing(&place.app, &place.ctx, &inputs, &Once::unkeyed()).await?;
    Ok(made(
        &place,
        closed.len(),
        closed.iter().map(|it| it.stranded.len()).sum(),
    ))
}

/// On to where the appointments are moved, or to the list.
fn made(place: &Place, days: usize, stranded: usize) -> Response {
    let said = place.l.tf("holidays-made", &[("n", count(days).into())]);
    if stranded == 0 {
        return see_other_saying(HERE, &Toast::success(said));
    }
    let toast = Toast::warning(format!("{said} {}", place.strands(stranded)));
    see_other_saying("/stranded", &toast)
}
