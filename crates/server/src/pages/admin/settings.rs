//! `/admin/settings`: what the organisation decides for itself.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kalends_app::ctx::Ctx;
use kalends_app::error::AppError;
use kalends_app::settings::{self, SettingsInput};
use kalends_domain::tenant::NoShowConsequence;

use super::reading::Reading;
use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::{
    Choice, Field, Form, Frame, Page, Refused, Submitted, Toast, render, render_as, see_other_saying,
};
use crate::pages::session::AsAdmin;

#[derive(Template)]
#[template(path = "admin/settings.html")]
struct Settings {
    page: Page,
    form: Form,
}

/// `GET /admin/settings`
pub async fn show(AsAdmin(ctx): AsAdmin, frame: Frame) -> Response {
    render(&page(&ctx, &frame, form(&ctx, frame.l)))
}

/// `POST /admin/settings`
pub async fn update(
    State(state): State<AppState>,
    AsAdmin(ctx): AsAdmin,
    frame: Frame,
    submitted: Submitted,
) -> Result<Response, Refused> {
    let l = frame.l;
    let refused = match save(&state, &ctx, &submitted).await {
        Ok(()) => {
            return Ok(see_other_saying(
                "/admin/settings",
                &Toast::success(l.t("settings-saved")),
            ));
        }
        Err(error @ (AppError::Invalid(_) | AppError::Stale)) => error,
        Err(error) => return Err(error.into()),
    };
    let kept = form(&ctx, l).keep(&submitted);
    let (status, form) = match refused {
        AppError::Invalid(errors) => (StatusCode::UNPROCESSABLE_ENTITY, kept.refused(&errors)),
        _ => (StatusCode::CONFLICT, kept.error(l.t("records-stale"))),
    };
    Ok(render_as(status, &page(&ctx, &frame, form)))
}

async fn save(state: &AppState, ctx: &Ctx, submitted: &Submitted) -> Result<(), AppError> {
    let mut read = Reading::of(submitted);
    let input = SettingsInput {
        name: read.text("name"),
        tagline: read.maybe("tagline"),
        phone: read.maybe("phone"),
        language: read.maybe("language"),
        currency: read.maybe("currency"),
        booking_horizon_days: read.number("booking_horizon_days"),
        published_weeks: read.number("published_weeks"),
        dependants_by_desk: read.ticked("dependants_by_desk"),
        fill_gaps: read.ticked("fill_gaps"),
        time_off_needs_approval: read.ticked("time_off_needs_approval"),
        max_open_per_patient: read.number("max_open_per_patient"),
        requests_expire_after_hours: read.number("requests_expire_after_hours"),
        requests_expire_before_hours: read.number("requests_expire_before_hours"),
        waitlist_offers_at_once: read.number("waitlist_offers_at_once"),
        waitlist_offer_minutes: read.number("waitlist_offer_minutes"),
        waitlist_desk_share: read.number("waitlist_desk_share"),
        overbookings_per_day: read.number("overbookings_per_day"),
        no_show_window_days: read.number("no_show_window_days"),
        no_show_threshold: read.number("no_show_threshold"),
        no_show_consequence: read.maybe("no_show_consequence"),
    };
    read.finish()?;
    settings::update(&state.app, ctx, submitted.parsed("version"), input)
        .await
        .map(drop)
}

fn page(ctx: &Ctx, frame: &Frame, form: Form) -> Settings {
    Settings {
        page: frame.page(ctx, frame.l.t("settings-title")),
        form,
    }
}

fn consequences(l: Locale) -> Vec<Choice> {
    NoShowConsequence::ALL
        .iter()
        .map(|it| {
            let words = match it {
                NoShowConsequence::None => "settings-consequence-none",
                NoShowConsequence::Approval => "settings-consequence-approval",
                NoShowConsequence::PhoneOnly => "settings-consequence-phone",
            };
            Choice::new(it.name(), l.t(words))
        })
        .collect()
}

fn form(ctx: &Ctx, l: Locale) -> Form {
    let (tenant, it) = (&ctx.tenant, &ctx.tenant.settings);
    let languages = std::iter::once(Choice::new("", l.t("settings-language-reader"))).chain(
        Locale::OFFERED
            .iter()
            .map(|language| Choice::new(language.code(), language.name())),
    );
    Form::post(l, "/admin/settings", l.t("settings-save"))
        .field(Field::text("name", l.t("settings-name")).required().value(&tenant.name))
        .field(
            Field::text("tagline", l.t("settings-tagline"))
                .hint(l.t("settings-tagline-hint"))
                .maybe(it.tagline.clone()),
        )
        .field(
            Field::tel("phone", l.t("records-phone"))
                .hint(l.t("settings-phone-hint"))
                .maybe(it.phone.clone()),
        )
        .row([
            Field::select("language", l.t("settings-language"), languages.collect()).maybe(it.language.clone()),
            Field::text("currency", l.t("settings-currency"))
                .hint(l.t("settings-currency-hint"))
                .short()
                .maybe(it.currency.clone()),
        ])
        .row([
            Field::number("booking_horizon_days", l.t("settings-horizon"), 1, 1_830)
                .hint(l.t("settings-horizon-hint"))
                .maybe(it.booking_horizon_days.map(|days| days.to_string())),
            Field::number("published_weeks", l.t("settings-weeks"), 1, 104)
                .hint(l.t("settings-weeks-hint"))
                .maybe(it.published_weeks.map(|weeks| weeks.to_string())),
        ])
        .field(
            Field::checkbox("fill_gaps", l.t("settings-fill-gaps"))
                .hint(l.t("settings-fill-gaps-hint"))
                .checked(it.fill_gaps),
        )
        .field(
            Field::checkbox("dependants_by_desk", l.t("settings-dependants"))
                .hint(l.t("settings-dependants-hint"))
                .checked(it.dependants_by_desk),
        )
        .field(
            Field::checkbox("time_off_needs_approval", l.t("settings-time-off"))
                .hint(l.t("settings-time-off-hint"))
                .checked(it.time_off_needs_approval),
        )
        .field(
            Field::number("max_open_per_patient", l.t("settings-max-open"), 1, 1_000)
                .hint(l.t("settings-max-open-hint"))
                .short()
                .maybe(it.max_open_per_patient.map(|most| most.to_string())),
        )
        .heading(l.t("settings-requests"))
        .row([
            Field::number("requests_expire_after_hours", l.t("settings-expire-after"), 1, 8_760)
                .hint(l.t("settings-expire-after-hint"))
                .maybe(it.requests_expire_after_hours.map(|hours| hours.to_string())),
            Field::number("requests_expire_before_hours", l.t("settings-expire-before"), 0, 720)
                .hint(l.t("settings-expire-before-hint"))
                .maybe(it.requests_expire_before_hours.map(|hours| hours.to_string())),
        ])
        .heading(l.t("waitlist-title"))
        .row([
            Field::number("waitlist_offers_at_once", l.t("settings-offers-at-once"), 1, 20)
                .hint(l.t("settings-offers-at-once-hint"))
                .maybe(it.waitlist_offers_at_once.map(|count| count.to_string())),
            Field::number("waitlist_offer_minutes", l.t("settings-offer-minutes"), 10, 2_880)
                .hint(l.t("settings-offer-minutes-hint"))
                .maybe(it.waitlist_offer_minutes.map(|minutes| minutes.to_string())),
            Field::number("waitlist_desk_share", l.t("settings-desk-share"), 0, 100)
                .hint(l.t("settings-desk-share-hint"))
                .maybe(it.waitlist_desk_share.map(|share| share.to_string())),
        ])
        .heading(l.t("settings-desk"))
        .field(
            Field::number("overbookings_per_day", l.t("settings-overbookings"), 0, 50)
                .hint(l.t("settings-overbookings-hint"))
                .maybe(it.overbookings_per_day.map(|most| most.to_string())),
        )
        .row([
            Field::number("no_show_threshold", l.t("settings-no-shows"), 1, 100)
                .hint(l.t("settings-no-shows-hint"))
                .maybe(it.no_show_threshold.map(|count| count.to_string())),
            Field::number("no_show_window_days", l.t("settings-no-show-days"), 1, 1_830)
                .hint(l.t("settings-no-show-days-hint"))
                .maybe(it.no_show_window_days.map(|days| days.to_string())),
        ])
        .field(
            Field::select("no_show_consequence", l.t("settings-consequence"), consequences(l))
                .value(it.no_show_consequence.name()),
        )
        .hidden("version", tenant.version.to_string())
}
