//! `/admin/reports`: how full were we, as a number, a chart, a table and a file.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::ToSpan as _;
use jiff::civil::Date;
use kalends_app::ctx::Ctx;
use kalends_app::error::AppError;
use kalends_app::locations;
use kalends_app::reports::{self, Period, Utilisation};
use kalends_domain::id::LocationId;
use kalends_domain::location::Location;
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::report::{ProviderUse, percent};
use kalends_domain::time::Zone;

use super::kit::{
    Action, Bar, BarChart, Blank, Cell, Choice, Column, Field, Form, Frame, Icon, Page, Refused, Row, Search, Status,
    Table, Tile, Tiles, render,
};
use super::session::AsAdmin;
use crate::http::locale::Locale;
use crate::http::state::AppState;

/// The page and its file.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/admin/reports", get(show))
        .route("/admin/reports/utilisation.csv", get(file))
}

#[derive(Template)]
#[template(path = "reports.html")]
struct Reports {
    page: Page,
    narrow: Form,
    tiles: Tiles,
    chart: BarChart,
    table: Table,
    csv: Action,
}

/// What the address asks for.
struct Asked {
    period: Period,
    locations: Vec<Location>,
}

/// The period in the address: the last 28 days and the coming two weeks where it names none.
async fn asked(state: &AppState, ctx: &Ctx, search: &Search) -> Result<Asked, AppError> {
    let all = PageRequest {
        limit: MAX_LIMIT,
        ..PageRequest::default()
    };
    let locations = locations::list(&state.app, ctx, &all).await?.items;
    let location_id: Option<LocationId> = search.some("location").and_then(|id| id.parse().ok());
    let place = locations
        .iter()
        .find(|it| Some(it.id) == location_id)
        .or(locations.first());
    let zone =
        Zone::new(place.map_or("UTC", |it| &it.time_zone)).map_err(|error| AppError::Internal(error.to_string()))?;
    let today = zone.date_at(ctx.now);
    let date = |name| search.some(name).and_then(|text| text.parse::<Date>().ok());
    let from = date("from")
        .or_else(|| today.checked_sub(28.days()).ok())
        .unwrap_or(today);
    let to = date("to")
        .or_else(|| today.checked_add(14.days()).ok())
        .unwrap_or(today);
    // An address with its days the wrong way round means the same days.
    let (from, to) = if from <= to { (from, to) } else { (to, from) };
    Ok(Asked {
        period: Period {
            from,
            to,
            zone,
            location_id,
        },
        locations,
    })
}

async fn show(
    State(state): State<AppState>,
    AsAdmin(ctx): AsAdmin,
    frame: Frame,
    search: Search,
) -> Result<Response, Refused> {
    let l = frame.l;
    let asked = asked(&state, &ctx, &search).await?;
    let found = reports::utilisation(&state.app, &ctx, &asked.period).await?;
    let total = total(&found);
    let bars = found.providers.iter().filter(|it| it.open_minutes > 0).map(|it| {
        let full = it.utilisation_percent().unwrap_or_default();
        Bar::new(name(it), full, l.percent(full))
    });
    let chart = BarChart::new(
        l,
        l.t("reports-chart"),
        (l.t("reports-doctor"), l.t("reports-full")),
        bars.collect(),
    )
    .most(100);
    let csv = search.with(&[]);
    let csv = csv.replacen("/admin/reports", "/admin/reports/utilisation.csv", 1);
    let lead = l.date_range(asked.period.from, asked.period.to);
    Ok(render(&Reports {
        page: frame.page(&ctx, l.t("reports-title")).lead(lead),
        narrow: narrow(l, &asked),
        tiles: tiles(l, &found, &total),
        chart,
        table: table(l, &search, &found, &total),
        csv: Action::link(l.t("reports-csv"), csv).icon(Icon("download")),
    }))
}

fn narrow(l: Locale, asked: &Asked) -> Form {
    let places = asked
        .locations
        .iter()
        .map(|it| Choice::new(it.id.to_string(), &it.name));
    let places = std::iter::once(Choice::new("", l.t("records-all-locations"))).chain(places);
    Form::get(l, "/admin/reports", l.t("reports-show")).row([
        Field::date("from", l.t("reports-from")).value(asked.period.from.to_string()),
        Field::date("to", l.t("reports-to")).value(asked.period.to.to_string()),
        Field::select("location", l.t("records-location"), places.collect())
            .maybe(asked.period.location_id.map(|id| id.to_string())),
    ])
}

fn total(found: &Utilisation) -> ProviderUse {
    let none = ProviderUse {
        provider_id: uuid::Uuid::nil().into(),
        title: None,
        given_name: String::new(),
        family_name: String::new(),
        open_minutes: 0,
        booked_minutes: 0,
        appointments: 0,
        no_shows: 0,
        cancelled: 0,
    };
    found.providers.iter().fold(none, ProviderUse::plus)
}

fn tiles(l: Locale, found: &Utilisation, total: &ProviderUse) -> Tiles {
    let share = |part, whole| percent(part, whole).map_or_else(|| "–".to_owned(), |percent| l.percent(percent));
    let made = total.appointments + total.cancelled;
    let mut tiles = vec![
        Tile::new(
            Icon("gauge"),
            l.t("reports-full"),
            share(total.booked_minutes, total.open_minutes),
        ),
        Tile::new(
            Icon("calendar-check-2"),
            l.t("reports-appointments"),
            l.number(total.appointments),
        ),
        Tile::new(
            Icon("user-x"),
            l.t("reports-no-shows"),
            share(total.no_shows, total.appointments),
        )
        .note(l.number(total.no_shows)),
        Tile::new(
            Icon("calendar-x-2"),
            l.t("reports-cancelled"),
            share(total.cancelled, made),
        )
        .note(l.number(total.cancelled)),
    ];
    let pending = found
        .statuses
        .iter()
        .find(|it| it.status == kalends_domain::appointment::Status::Pending);
    if let Some(pending) = pending {
        tiles.push(Tile::new(
            Icon("inbox"),
            Status::from(pending.status).word(l),
            l.number(pending.appointments),
        ));
    }
    Tiles(tiles)
}

fn table(l: Locale, search: &Search, found: &Utilisation, total: &ProviderUse) -> Table {
    let columns = vec![
        Column::new(l.t("reports-doctor")),
        Column::new(l.t("reports-open")).end(),
        Column::new(l.t("reports-booked")).end(),
        Column::new(l.t("reports-full")).end(),
        Column::new(l.t("reports-appointments")).end(),
        Column::new(l.t("reports-no-shows")).end(),
        Column::new(l.t("reports-cancelled")).end(),
    ];
    let row = |who: String, it: &ProviderUse| {
        Row::new(vec![
            Cell::text(who),
            Cell::text(l.minutes(it.open_minutes)),
            Cell::text(l.minutes(it.booked_minutes)),
            Cell::maybe(it.utilisation_percent().map(|percent| l.percent(percent))),
            Cell::text(l.number(it.appointments)),
            Cell::text(l.number(it.no_shows)),
            Cell::text(l.number(it.cancelled)),
        ])
    };
    let rows = found.providers.iter().map(|it| row(name(it), it));
    let sum = (!found.providers.is_empty()).then(|| row(l.t("reports-total"), total));
    Table::new(l, l.t("reports-title"), search, columns)
        .rows(rows.chain(sum))
        .blank(Blank::new(
            Icon("chart-column"),
            l.t("reports-none"),
            l.t("reports-none-text"),
        ))
}

fn name(it: &ProviderUse) -> String {
    let title = it.title.as_deref().map(|title| format!("{title} ")).unwrap_or_default();
    format!("{title}{} {}", it.given_name, it.family_name)
}

/// The table as comma-separated values.
async fn file(State(state): State<AppState>, AsAdmin(ctx): AsAdmin, search: Search) -> Result<Response, Refused> {
    let asked = asked(&state, &ctx, &search).await?;
    let found = reports::utilisation(&state.app, &ctx, &asked.period).await?;
    let mut csv =
        String::from("doctor,open_minutes,booked_minutes,utilisation_percent,appointments,no_shows,cancelled\r\n");
    for it in &found.providers {
        let full = it
            .utilisation_percent()
            .map(|percent| percent.to_string())
            .unwrap_or_default();
        let numbers = [it.open_minutes, it.booked_minutes]
            .map(|number| number.to_string())
            .join(",");
        let counts = [it.appointments, it.no_shows, it.cancelled]
            .map(|number| number.to_string())
            .join(",");
        csv += &format!("{},{numbers},{full},{counts}\r\n", field(&name(it)));
    }
    let headers = [
        (CONTENT_TYPE, "text/csv; charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"utilisation.csv\""),
    ];
    Ok((headers, csv).into_response())
}

/// A quoted field. A spreadsheet would take one that starts with `=`, `+`, `-` or `@` (also in full width), a tab or a line
/// break for a formula: an apostrophe in front makes it text.
fn field(text: &str) -> String {
    let formula = text
        .trim_start()
        .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
        || text.starts_with(['\t', '\r', '\n']);
    let mark = if formula { "'" } else { "" };
    format!("\"{mark}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn no_name_becomes_a_formula() {
        assert_eq!(field("=HYPERLINK(\"x\")"), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(field(" ＝1+1"), "\"' ＝1+1\"");
        assert_eq!(field("Zoë, Dr"), "\"Zoë, Dr\"");
    }
}
