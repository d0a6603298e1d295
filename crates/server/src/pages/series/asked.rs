//! What the address of the page asks for: the rule of a series, and the form that asks for it.

use jiff::civil::{Date, DateTime};
use kalends_app::app::App;
use kalends_app::booking::Overrides;
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, Result};
use kalends_app::intake::Answers;
use kalends_app::providers::ProviderFilter;
use kalends_app::series::{Instead, NewSeries};
use kalends_app::services::ServiceFilter;
use kalends_app::{locations, patients, providers, services};
use kalends_domain::id::{PatientId, ProviderId};
use kalends_domain::location::Location;
use kalends_domain::patient::Patient;
use kalends_domain::permission::Role;
use kalends_domain::provider::Provider;
use kalends_domain::recurrence::{End, MOST_OCCURRENCES, MOST_STEP, Recurrence, Unit};
use kalends_domain::service::Service;
use kalends_domain::time::{Weekday, Zone};

use crate::http::locale::Locale;
use crate::pages::book::offered::all;
use crate::pages::hours::named;
use crate::pages::kit::{Choice, Field, Form, Search, Submitted};

/// Everything that one request is about.
pub struct Asked {
    l: Locale,
    pub patient: Patient,
    pub providers: Vec<Provider>,
    services: Vec<Service>,
    locations: Vec<Location>,
    /// A doctor books with themselves.
    own: Option<ProviderId>,
    typed: Submitted,
}

impl Asked {
    /// # Errors
    /// [`AppError::NotFound`] without a patient whom the reader may book for.
    pub async fn read(app: &App, ctx: &Ctx, l: Locale, search: &Search) -> Result<Self> {
        kalends_app::series::permitted(ctx)?;
        let patient: PatientId = search.get("patient").parse().map_err(|_| AppError::NotFound)?;
        let patient = patients::get(app, ctx, patient).await?;
        let own = ctx
            .signed_in()?
            .provider_id
            .filter(|_| ctx.role() == Some(Role::Doctor));
        let mut services = services::list(app, ctx, &all(), ServiceFilter::default()).await?.items;
        l.sort_by_name(&mut services, |it| it.name_in(l.code()));
        let pairs = search.pairs().map(|(name, value)| (name.to_owned(), value.to_owned()));
        Ok(Self {
            l,
            patient,
            own,
            services,
            providers: providers::list(app, ctx, &all(), ProviderFilter::default())
                .await?
                .items,
            locations: locations::list(app, ctx, &all()).await?.items,
            typed: Submitted::new(pairs.collect()),
        })
    }

    /// Whether there is a rule to look at: the form was sent.
    pub fn is_complete(&self) -> bool {
        self.typed.some("every").is_some()
    }

    /// The clock of the chosen location.
    pub fn zone(&self) -> Result<Zone> {
        let id = self.typed.get("location");
        let chosen = self
            .locations
            .iter()
            .find(|it| it.id.to_string() == id)
            .or(self.locations.first());
        let chosen = chosen.ok_or_else(|| AppError::field("location", "required"))?;
        Zone::new(&chosen.time_zone).map_err(|error| AppError::Internal(error.to_string()))
    }

    /// The series, with the times that were chosen instead.
    ///
    /// # Errors
    /// Fields that cannot be read.
    pub fn series(&self, chosen: &Submitted) -> Result<NewSeries> {
        let typed = &self.typed;
        let required = |name: &'static str| AppError::field(name, "required");
        let date: Date = typed.parsed("date").ok_or_else(|| required("date"))?;
        let time = typed.some("time").ok_or_else(|| required("time"))?;
        let local: DateTime = format!("{date}T{time}")
            .parse()
            .map_err(|_| AppError::field("time", "malformed"))?;
        let starts_at = self.zone()?.shown(date, local.time());
        let end = match typed.get("ends") {
            "until" => End::Until(typed.parsed("until").ok_or_else(|| required("until"))?),
            _ => End::Count(typed.parsed("count").ok_or_else(|| required("count"))?),
        };
        let unit = typed.parsed("unit").unwrap_or(Unit::Weeks);
        let weekdays = typed.all("weekdays");
        let instead = chosen.all("number").into_iter().filter_map(|number| {
            let at = chosen.some(&format!("instead-{number}"))?;
            let (starts_at, provider) = at.split_once('|')?;
            Some(Instead {
                number: number.parse().ok()?,
                starts_at: starts_at.parse().ok()?,
                provider_id: provider.parse().ok().map(ProviderId),
            })
        });
        Ok(NewSeries {
            service_id: typed.parsed("service").ok_or_else(|| required("service"))?,
            starts_at: starts_at.ok_or_else(|| AppError::field("time", "not-a-time"))?,
            provider_id: self.own.or(typed.parsed("provider")),
            location_id: typed.parsed("location").ok_or_else(|| required("location"))?,
            patient_id: self.patient.id,
            recurrence: Recurrence {
                every: typed.parsed("every").unwrap_or(0),
                unit,
                weekdays: match unit {
                    Unit::Weeks => weekdays.iter().filter_map(|day| day.parse::<Weekday>().ok()).collect(),
                    Unit::Days | Unit::Months => Vec::new(),
                },
                end,
            },
            instead: instead.collect(),
            skip_conflicts: chosen.is_checked("skip"),
            reason: None,
            answers: Answers::default(),
            overrides: Overrides::default(),
        })
    }

    /// The form, with what the address says.
    pub fn form(&self, search: &Search) -> Form {
        let l = self.l;
        let services = self
            .services
            .iter()
            .map(|it| Choice::new(it.id.to_string(), it.name_in(l.code())));
        let places = self
            .locations
            .iter()
            .map(|it| Choice::new(it.id.to_string(), it.name.clone()));
        let anyone = self.own.is_none().then(|| Choice::new("", l.t("book-anyone")));
        let doctors = self
            .providers
            .iter()
            .filter(|it| self.own.is_none_or(|own| own == it.id));
        let doctors = doctors.map(|it| Choice::new(it.id.to_string(), it.full_name()));
        let units = Unit::ALL.iter().map(|unit| Choice::new(unit.name(), l.t(word(*unit))));
        let days = l.weekdays().map(|day| Choice::new(named(day).name(), l.weekday(day)));
        let ends = vec![
            Choice::new("count", l.t("series-after")),
            Choice::new("until", l.t("series-on")),
        ];
        let form = Form::get(l, search.path(), l.t("series-check"))
            .hidden("patient", self.patient.id.to_string())
            .row([
                Field::select("service", l.t("calendar-service"), services.collect()).required(),
                Field::select(
                    "provider",
                    l.t("book-with"),
                    anyone.into_iter().chain(doctors).collect(),
                ),
                Field::select("location", l.t("calendar-location"), places.collect()).required(),
            ])
            .row([
                Field::date("date", l.t("series-first")).required(),
                Field::time("time", l.t("calendar-time")).required(),
            ])
            .row([
                Field::number("every", l.t("series-every"), 1, i64::from(MOST_STEP))
                    .value("1")
                    .required()
                    .short(),
                Field::select("unit", l.t("series-unit"), units.collect())
                    .value(Unit::Weeks.name())
                    .required(),
            ])
            .field(
                Field::checkboxes("weekdays", l.t("series-weekdays"), days.into())
                    .across()
                    .hint(l.t("series-weekdays-hint")),
            )
            .field(
                Field::radios("ends", l.t("series-ends"), ends)
                    .value("count")
                    .required(),
            )
            .row([
                Field::number(
                    "count",
                    l.t("series-count"),
                    2,
                    i64::try_from(MOST_OCCURRENCES).unwrap_or(i64::MAX),
                )
                .value("10")
                .short(),
                Field::date("until", l.t("series-until")),
            ]);
        if search.pairs().any(|(name, _)| name != "patient") {
            form.keep(&self.with_defaults())
        } else {
            form
        }
    }

    /// What was typed; where the address says less than the form does, what the form begins with.
    fn with_defaults(&self) -> Submitted {
        let mut pairs: Vec<(String, String)> = Vec::new();
        for name in ["service", "provider", "location", "date", "time", "until"] {
            pairs.push((name.to_owned(), self.typed.get(name).to_owned()));
        }
        for (name, value) in [
            ("every", "1"),
            ("unit", Unit::Weeks.name()),
            ("ends", "count"),
            ("count", "10"),
        ] {
            pairs.push((
                name.to_owned(),
                self.typed.some(name).unwrap_or_else(|| value.to_owned()),
            ));
        }
        pairs.extend(
            self.typed
                .all("weekdays")
                .into_iter()
                .map(|day| ("weekdays".to_owned(), day)),
        );
        Submitted::new(pairs)
    }
}

const fn word(unit: Unit) -> &'static str {
    match unit {
        Unit::Days => "series-days",
        Unit::Weeks => "series-weeks",
        Unit::Months => "series-months",
    }
}
