//! A wish for a time: its form, how it is read, and how it is said in a line.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan as _};
use kalends_app::error::{AppError, FieldError, Result};
use kalends_app::waitlist::NewEntry;
use kalends_domain::id::{LocationId, PatientId, ProviderId, ServiceId};
use kalends_domain::location::Location;
use kalends_domain::provider::Provider;
use kalends_domain::time::{LocalTime, Weekday, Zone};
use kalends_domain::waitlist::{NamedEntry, WaitlistOffer};

use crate::http::locale::Locale;
use crate::pages::book::offered::zone;
use crate::pages::hours::named;
use crate::pages::kit::{Choice, Field, Form, Submitted};

/// How long somebody waits where they do not say.
const USUAL_DAYS: i32 = 56;

/// Whom and where there is to choose from, and what was chosen before.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    pub providers: &'a [Provider],
    pub locations: &'a [Location],
    pub provider: Option<ProviderId>,
    pub location: Option<LocationId>,
    pub today: Date,
}

/// The fields that say which times suit, after those that say for what.
pub fn fields(l: Locale, form: Form, asked: &Asked<'_>) -> Form {
    let Asked {
        providers,
        locations,
        today,
        ..
    } = *asked;
    let doctors = providers
        .iter()
        .map(|it| Choice::new(it.id.to_string(), it.full_name()))
        .collect();
    let anywhere = Choice::new("", l.t("waitlist-anywhere"));
    let places = locations
        .iter()
        .map(|it| Choice::new(it.id.to_string(), it.name.clone()));
    let names = l
        .weekdays()
        .map(|day| Choice::new(named(day).name(), l.weekday(day)))
        .to_vec();
    let mut form = form;
    if providers.len() > 1 {
        form = form.field(
            Field::checkboxes("provider_ids", l.t("waitlist-with"), doctors)
                .hint(l.t("waitlist-with-hint"))
                .values(asked.provider.map(|id| id.to_string())),
        );
    }
    if locations.len() > 1 {
        let places = std::iter::once(anywhere).chain(places).collect();
        let place = asked.location.map(|id| id.to_string());
        form = form.field(Field::select("location_id", l.t("book-where"), places).maybe(place));
    }
    form.field(
        Field::checkboxes("weekdays", l.t("waitlist-days"), names)
            .hint(l.t("waitlist-days-hint"))
            .across(),
    )
    .row([
        Field::time("local_from", l.t("waitlist-from-time")).hint(l.t("waitlist-time-hint")),
        Field::time("local_to", l.t("waitlist-to-time")),
    ])
    .row([
        Field::date("from", l.t("waitlist-from"))
            .value(today.to_string())
            .required(),
        Field::date("until", l.t("waitlist-until"))
            .value(today.saturating_add(USUAL_DAYS.days()).to_string())
            .required(),
    ])
    .field(
        Field::textarea("note", l.t("waitlist-note"))
            .hint(l.t("waitlist-note-hint"))
            .attribute("maxlength", "500"),
    )
}

/// What was sent.
///
/// # Errors
/// The fields that cannot be read.
pub fn read(submitted: &Submitted, patient_id: Option<PatientId>, service_id: ServiceId) -> Result<NewEntry> {
    let mut errors = Vec::new();
    let provider_ids = submitted.all("provider_ids");
    let weekdays = submitted.all("weekdays");
    let entry = NewEntry {
        patient_id,
        service_id,
        provider_ids: provider_ids
            .iter()
            .filter_map(|id| id.parse::<ProviderId>().ok())
            .collect(),
        location_id: submitted.parsed::<LocationId>("location_id"),
        weekdays: weekdays.iter().filter_map(|day| day.parse::<Weekday>().ok()).collect(),
        local_from: maybe::<LocalTime>(submitted, "local_from", &mut errors),
        local_to: maybe::<LocalTime>(submitted, "local_to", &mut errors)
            // No field of a browser knows 24:00.
            .map(|time| {
                if time == LocalTime::START_OF_DAY {
                    LocalTime::END_OF_DAY
                } else {
                    time
                }
            }),
        from: maybe::<Date>(submitted, "from", &mut errors),
        until: maybe::<Date>(submitted, "until", &mut errors).unwrap_or_else(|| {
            if submitted.some("until").is_none() {
                errors.push(wrong("until", "required"));
            }
            Date::MAX
        }),
        note: submitted.some("note"),
    };
    if errors.is_empty() {
        Ok(entry)
    } else {
        Err(AppError::Invalid(errors))
    }
}

fn maybe<T: std::str::FromStr>(submitted: &Submitted, name: &'static str, errors: &mut Vec<FieldError>) -> Option<T> {
    let text = submitted.some(name)?;
    let read = text.parse().ok();
    if read.is_none() {
        errors.push(wrong(name, "malformed"));
    }
    read
}

fn wrong(name: &str, code: &'static str) -> FieldError {
    FieldError {
        pointer: format!("/{name}"),
        code,
        params: Vec::new(),
    }
}

/// `With Dr Okafor · Mon, Wed · 09:00–12:00 · until 12 January 2027`
pub fn words(l: Locale, wish: &NamedEntry) -> String {
    let it = &wish.entry;
    let mut parts = Vec::new();
    if !wish.provider_names.is_empty() {
        let names = l.list(&wish.provider_names);
        parts.push(l.tf("book-with-provider", &[("name", names.into())]));
    }
    parts.extend(wish.location_name.clone());
    if !it.weekdays.is_empty() {
        let days = l
            .weekdays()
            .into_iter()
            .filter(|day| it.weekdays.contains(&named(*day)));
        let days: Vec<String> = days.map(|day| l.weekday_short(day)).collect();
        parts.push(l.list(&days));
    }
    let all_day = it.local_from == LocalTime::START_OF_DAY && it.local_to == LocalTime::END_OF_DAY;
    if !all_day {
        parts.push(l.time_range(clock(it.local_from), clock(it.local_to)));
    }
    parts.push(l.tf("people-until", &[("date", l.date_plain(it.until).into())]));
    parts.join(" · ")
}

/// As a clock shows it: the end of the day is midnight.
fn clock(time: LocalTime) -> jiff::civil::Time {
    let minute = time.minute_of_day();
    let (hour, minute) = (i8::try_from(minute / 60 % 24), i8::try_from(minute % 60));
    jiff::civil::time(hour.unwrap_or_default(), minute.unwrap_or_default(), 0, 0)
}

/// When an offered time is, by the clock of its place, and until when it is kept.
pub struct Kept {
    pub when: String,
    pub until: String,
}

/// By the clock of the offer's place, as far as it is known.
pub fn kept(l: Locale, offer: &WaitlistOffer, locations: &[Location], home: &Zone, now: Timestamp) -> Kept {
    let place = locations.iter().find(|it| it.id == offer.location_id);
    let zone = place
        .and_then(|it| zone(&it.time_zone).ok())
        .unwrap_or_else(|| home.clone());
    let (from, to) = (zone.local(offer.starts_at), zone.local(offer.ends_at));
    let expires = zone.local(offer.expires_at);
    let until = if expires.date() == zone.date_at(now) {
        l.time(expires.time())
    } else {
        l.day_time(expires)
    };
    Kept {
        when: l.day_time_range(from, to),
        until: l.tf("waitlist-kept-until", &[("when", until.into())]),
    }
}
