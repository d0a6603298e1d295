//! The form of a closure or of time off: whole days, or from a time to a time.

use jiff::civil::Date;
use kalends_app::closures::NewClosure;
use kalends_app::error::{FieldError, Result};
use kalends_app::validate::Check;
use kalends_domain::time::LocalTime;

use super::HERE;
use super::place::Place;
use crate::pages::kit::{Choice, Field, Form, Submitted};

/// The blank form. Who keeps only a calendar of their own is not asked whose.
pub fn new(place: &Place) -> Form {
    let l = place.l;
    let submit = match place.own {
        Some(_) if place.ctx.tenant.settings.time_off_needs_approval => "time-off-ask",
        Some(_) => "time-off-take",
        None => "closures-close",
    };
    let mut form = Form::post(l, "/closures/new", l.t(submit));
    if place.own.is_none() {
        let everybody = std::iter::once(Choice::new("", l.t("closures-everybody")));
        let locations = place
            .locations
            .iter()
            .map(|it| Choice::new(format!("location:{}", it.id), &it.name));
        let providers = place
            .providers
            .iter()
            .map(|it| Choice::new(format!("provider:{}", it.id), it.full_name()));
        let whose = everybody.chain(locations).chain(providers);
        form = form.field(Field::select("whose", l.t("closures-whose"), whose.collect()).required());
    }
    form.row([
        Field::date("first_date", l.t("closures-first")).required(),
        Field::date("last_date", l.t("closures-last")).hint(l.t("closures-last-hint")),
    ])
    .row([
        Field::time("from_time", l.t("closures-from-time")).hint(l.t("closures-time-hint")),
        Field::time("to_time", l.t("closures-to-time")),
    ])
    .field(Field::checkbox("repeats_yearly", l.t("closures-yearly")).hint(l.t("closures-yearly-hint")))
    .field(Field::text("reason", l.t("closures-reason")).attribute("maxlength", "200"))
    .other(l.t("calendar-preview"), "preview", "true")
    .cancel(HERE)
}

/// Reads the form.
///
/// # Errors
/// What could not be read.
pub fn read(place: &Place, submitted: &Submitted, dry_run: bool) -> Result<NewClosure> {
    let mut check = Check::default();
    let whose = submitted.get("whose");
    let named = |kind: &str| whose.strip_prefix(kind).and_then(|id| id.parse().ok());
    let (location_id, provider_id) = (named("location:"), named("provider:"));
    if !whose.is_empty() && location_id.is_none() && provider_id.is_none() {
        check.fail("whose", "unknown");
    }
    let first_date: Option<Date> = parsed(&mut check, submitted, "first_date");
    if submitted.some("first_date").is_none() {
        check.fail("first_date", "required");
    }
    let input = NewClosure {
        location_id: location_id.map(kalends_domain::id::LocationId),
        provider_id: place.own.or(provider_id.map(kalends_domain::id::ProviderId)),
        first_date,
        last_date: parsed(&mut check, submitted, "last_date"),
        from_time: parsed::<LocalTime>(&mut check, submitted, "from_time"),
        to_time: parsed::<LocalTime>(&mut check, submitted, "to_time"),
        repeats_yearly: submitted.is_checked("repeats_yearly"),
        reason: submitted.some("reason"),
        dry_run,
        ..NewClosure::default()
    };
    check.finish()?;
    Ok(input)
}

fn parsed<T: std::str::FromStr>(check: &mut Check, submitted: &Submitted, name: &str) -> Option<T> {
    let value = submitted.some(name)?.parse().ok();
    if value.is_none() {
        check.fail(name, "malformed");
    }
    value
}

/// What is wrong, beside the field in which it was said.
pub fn placed(mut errors: Vec<FieldError>) -> Vec<FieldError> {
    for error in &mut errors {
        if matches!(&*error.pointer, "/location_id" | "/provider_id") {
            error.pointer = "/whose".to_owned();
        }
    }
    errors
}
