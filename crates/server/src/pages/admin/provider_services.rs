//! `/admin/services/{id}/providers`: what each doctor does otherwise than the service says.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, Result};
use kalends_app::provider_services::{self, OwnWay};
use kalends_app::{providers, services};
use kalends_domain::id::{ProviderId, ServiceId};
use kalends_domain::provider::Provider;
use kalends_domain::provider_service::ProviderService;
use kalends_domain::service::Service;
use uuid::Uuid;

use super::reading::Reading;
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{
    Action, Blank, Cell, Choice, Column, Field, Form, Frame, Icon, Markup, Page, Refused, Row, Search, Submitted,
    Table, Toast, render_as, see_other_saying,
};
use crate::pages::price::{price, typed_price};
use crate::pages::session::AsAdmin;

#[derive(Template)]
#[template(path = "admin/provider_services.html")]
struct Shown {
    page: Page,
    /// Whether it stands on a card; a table is one itself.
    on_card: bool,
    content: Markup,
}

fn known<T: From<Uuid>>(id: &str) -> Result<T> {
    id.parse().map(Uuid::into).map_err(|_| AppError::NotFound)
}

fn path(service: ServiceId) -> String {
    format!("/admin/services/{service}/providers")
}

/// `GET /admin/services/{id}/providers`
pub async fn list(
    State(state): State<AppState>,
    AsAdmin(ctx): AsAdmin,
    frame: Frame,
    Path(id): Path<String>,
) -> std::result::Result<Response, Refused> {
    let service = services::get(&state.app, &ctx, known(&id)?).await?;
    let l = frame.l;
    let mut rows = Vec::new();
    for own in provider_services::list(&state.app, &ctx, service.id).await? {
        let name = providers::get(&state.app, &ctx, own.provider_id).await?.full_name();
        let at = format!("{}/{}", path(service.id), own.provider_id);
        let edit = Action::link(l.t("own-ways-edit"), at).icon(Icon("pencil")).about(&name);
        let otherwise = otherwise(l, &ctx, &own);
        let cells = vec![
            Cell::text(name),
            Cell::maybe((!otherwise.is_empty()).then(|| otherwise.join(" · "))),
        ];
        rows.push(Row::new(cells).action(edit));
    }
    let columns = vec![Column::new(l.t("records-name")), Column::new(l.t("own-ways-otherwise"))];
    let none = Blank::new(Icon("stethoscope"), l.t("own-ways-none"), l.t("own-ways-none-text"));
    let table = Table::new(l, l.t("own-ways-title"), &Search::of(&path(service.id)), columns)
        .rows(rows)
        .blank(none);
    let page = frame
        .page(&ctx, l.tf("own-ways-of", &[("service", service.name.into())]))
        .lead(l.t("own-ways-lead"))
        .crumb(l.t("services-title"), "/admin/services");
    let content = Markup::of(&table);
    Ok(render_as(
        StatusCode::OK,
        &Shown {
            page,
            on_card: false,
            content,
        },
    ))
}

/// What the doctor does otherwise, each in a few words.
fn otherwise(l: Locale, ctx: &Ctx, own: &ProviderService) -> Vec<String> {
    let minutes = |label: &str, value: Option<i32>| value.map(|value| format!("{}: {}", l.t(label), l.minutes(value)));
    let number = |label: &str, value: Option<i32>| value.map(|value| format!("{}: {}", l.t(label), l.number(value)));
    let currency = ctx.tenant.settings.currency.as_deref();
    let approval = own.requires_approval.map(|needed| {
        if needed {
            "services-approval"
        } else {
            "own-ways-no-approval"
        }
    });
    [
        minutes("services-duration", own.duration_minutes),
        minutes("own-ways-before", own.buffer_before_minutes),
        minutes("own-ways-after", own.buffer_after_minutes),
        minutes("own-ways-interval", own.start_interval_minutes),
        minutes("own-ways-notice", own.lead_time_minutes),
        number("services-horizon", own.booking_horizon_days),
        minutes("own-ways-cancel", own.cancel_cutoff_minutes),
        minutes("own-ways-move", own.reschedule_cutoff_minutes),
        own.price_minor.map(|minor| price(l, currency, minor)),
        approval.map(|id| l.t(id)),
        number("services-max-per-day", own.max_per_day),
        number("services-max-per-week", own.max_per_week),
        number("own-ways-weight", own.weight),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// A service and one who gives it.
struct Pair {
    service: Service,
    provider: Provider,
    own: ProviderService,
}

async fn pair(state: &AppState, ctx: &Ctx, service: &str, provider: &str) -> Result<Pair> {
    let (service, provider): (ServiceId, ProviderId) = (known(service)?, known(provider)?);
    Ok(Pair {
        own: provider_services::get(&state.app, ctx, service, provider).await?,
        service: services::get(&state.app, ctx, service).await?,
        provider: providers::get(&state.app, ctx, provider).await?,
    })
}

/// `GET /admin/services/{id}/providers/{provider}`
pub async fn edit(
    State(state): State<AppState>,
    AsAdmin(ctx): AsAdmin,
    frame: Frame,
    Path((service, provider)): Path<(String, String)>,
) -> std::result::Result<Response, Refused> {
    let pair = pair(&state, &ctx, &service, &provider).await?;
    let form = form(frame.l, &ctx, &pair);
    Ok(shown(&ctx, &frame, &pair, StatusCode::OK, form))
}

/// `POST /admin/services/{id}/providers/{provider}`
pub async fn save(
    State(state): State<AppState>,
    AsAdmin(ctx): AsAdmin,
    frame: Frame,
    Path((service, provider)): Path<(String, String)>,
    submitted: Submitted,
) -> std::result::Result<Response, Refused> {
    let pair = pair(&state, &ctx, &service, &provider).await?;
    let saved = match read(&ctx, &submitted) {
        Ok(way) => provider_services::update(&state.app, &ctx, pair.service.id, pair.provider.id, way).await,
        Err(error) => Err(error),
    };
    match saved {
        Ok(_) => Ok(see_other_saying(
            &path(pair.service.id),
            &Toast::success(
                frame
                    .l
                    .tf("own-ways-saved", &[("name", pair.provider.full_name().into())]),
            ),
        )),
        Err(AppError::Invalid(errors)) => {
            let form = form(frame.l, &ctx, &pair).keep(&submitted).refused(&errors);
            Ok(shown(&ctx, &frame, &pair, StatusCode::UNPROCESSABLE_ENTITY, form))
        }
        Err(error) => Err(error.into()),
    }
}

fn shown(ctx: &Ctx, frame: &Frame, pair: &Pair, status: StatusCode, form: Form) -> Response {
    let l = frame.l;
    let page = frame
        .page(ctx, pair.provider.full_name())
        .lead(l.t("own-ways-form-lead"))
        .crumb(l.t("services-title"), "/admin/services")
        .crumb(pair.service.name.clone(), path(pair.service.id));
    let content = Markup::of(&form);
    render_as(
        status,
        &Shown {
            page,
            on_card: true,
            content,
        },
    )
}

fn read(ctx: &Ctx, submitted: &Submitted) -> Result<OwnWay> {
    let mut read = Reading::of(submitted);
    let way = OwnWay {
        duration_minutes: read.number("duration_minutes"),
        buffer_before_minutes: read.number("buffer_before_minutes"),
        buffer_after_minutes: read.number("buffer_after_minutes"),
        start_interval_minutes: read.number("start_interval_minutes"),
        lead_time_minutes: read.number("lead_time_minutes"),
        booking_horizon_days: read.number("booking_horizon_days"),
        cancel_cutoff_minutes: read.number("cancel_cutoff_minutes"),
        reschedule_cutoff_minutes: read.number("reschedule_cutoff_minutes"),
        price_minor: read.price("price_minor", ctx.tenant.settings.currency.as_deref()),
        requires_approval: read.parsed("requires_approval", "unknown"),
        max_per_day: read.number("max_per_day"),
        max_per_week: read.number("max_per_week"),
        weight: read.number("weight"),
    };
    read.finish().map(|()| way)
}

/// Empty fields are as the service says, which stands beside each.
fn form(l: Locale, ctx: &Ctx, pair: &Pair) -> Form {
    let (service, own) = (&pair.service, &pair.own);
    let number =
        |name: &'static str, label: &str, (min, max): (i64, i64), of_service: Option<i32>, value: Option<i32>| {
            let field = Field::number(name, l.t(label), min, max).maybe(value.map(|value| value.to_string()));
            match of_service {
                Some(said) => field.hint(l.tf("own-ways-service-says", &[("value", l.number(said).into())])),
                None => field,
            }
        };
    let approval = vec![
        Choice::new("", l.t("own-ways-as-service")),
        Choice::new("true", l.t("services-approval")),
        Choice::new("false", l.t("own-ways-no-approval")),
    ];
    let year = (0, 525_600);
    let currency = ctx.tenant.settings.currency.as_deref();
    let cost = Field::text("price_minor", l.t("services-price"))
        .maybe(own.price_minor.map(|minor| typed_price(currency, minor)));
    let cost = match service.price_minor {
        Some(said) => cost.hint(l.tf("own-ways-service-says", &[("value", price(l, currency, said).into())])),
        None => cost,
    };
    let (said, its) = (service, own);
    Form::post(
        l,
        format!("{}/{}", path(service.id), pair.provider.id),
        l.t("records-save"),
    )
    .row([
        number(
            "duration_minutes",
            "services-duration-minutes",
            (5, 1440),
            Some(said.duration_minutes),
            its.duration_minutes,
        ),
        number(
            "start_interval_minutes",
            "services-interval",
            (5, 480),
            said.start_interval_minutes,
            its.start_interval_minutes,
        ),
    ])
    .row([
        number(
            "buffer_before_minutes",
            "services-buffer-before",
            (0, 480),
            Some(said.buffer_before_minutes),
            its.buffer_before_minutes,
        ),
        number(
            "buffer_after_minutes",
            "services-buffer-after",
            (0, 480),
            Some(said.buffer_after_minutes),
            its.buffer_after_minutes,
        ),
    ])
    .row([
        number(
            "lead_time_minutes",
            "services-lead-time",
            year,
            Some(said.lead_time_minutes),
            its.lead_time_minutes,
        ),
        number(
            "booking_horizon_days",
            "services-horizon",
            (1, 1_830),
            said.booking_horizon_days,
            its.booking_horizon_days,
        ),
    ])
    .row([
        number(
            "cancel_cutoff_minutes",
            "services-cancel-cutoff",
            year,
            Some(said.cancel_cutoff_minutes),
            its.cancel_cutoff_minutes,
        ),
        number(
            "reschedule_cutoff_minutes",
            "services-reschedule-cutoff",
            year,
            Some(said.reschedule_cutoff_minutes),
            its.reschedule_cutoff_minutes,
        ),
    ])
    .row([
        // The service's caps are over all doctors: they hold beside these, not instead of them.
        number(
            "max_per_day",
            "services-max-per-day",
            (1, 10_000),
            None,
            its.max_per_day,
        ),
        number(
            "max_per_week",
            "services-max-per-week",
            (1, 10_000),
            None,
            its.max_per_week,
        ),
    ])
    .row([
        cost,
        Field::select("requires_approval", l.t("own-ways-approval"), approval)
            .maybe(own.requires_approval.map(|needed| needed.to_string())),
    ])
    .field(
        Field::number("weight", l.t("own-ways-weight"), 1, 100)
            .hint(l.t("own-ways-weight-hint"))
            .short()
            .maybe(own.weight.map(|weight| weight.to_string())),
    )
    .cancel(path(service.id))
}
