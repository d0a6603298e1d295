//! Who looks at closures, and what the names in them mean.

use jiff::civil::Date;
use kalends_app::app::App;
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, Result};
use kalends_app::providers::{self, ProviderFilter};
use kalends_app::{closures, locations};
use kalends_domain::closure::{Closure, Extent};
use kalends_domain::id::{LocationId, ProviderId};
use kalends_domain::location::Location;
use kalends_domain::provider::Provider;
use kalends_domain::time::Zone;

use crate::http::locale::Locale;
use crate::http::state::AppState;
use crate::pages::kit::Frame;

/// What every page of closures needs.
pub struct Place {
    pub app: App,
    pub ctx: Ctx,
    pub l: Locale,
    /// The reader's own calendar, if they keep no other.
    pub own: Option<ProviderId>,
    pub locations: Vec<Location>,
    pub providers: Vec<Provider>,
    clock: Zone,
}

impl Place {
    pub async fn open(state: &AppState, ctx: Ctx, frame: &Frame) -> Result<Self> {
        let app = state.app.clone();
        let all = super::super::admin::all();
        let locations = locations::list(&app, &ctx, &all).await?.items;
        let providers = providers::list(&app, &ctx, &all, ProviderFilter::default())
            .await?
            .items;
        let own = ctx.signed_in()?.provider_id.filter(|_| !closures::decides(&ctx));
        let zone = locations.first().map_or("UTC", |it| &it.time_zone);
        Ok(Self {
            clock: Zone::new(zone).map_err(|error| AppError::Internal(error.to_string()))?,
            l: frame.l,
            app,
            ctx,
            own,
            locations,
            providers,
        })
    }

    /// The same, for who may close something.
    pub async fn open_to_close(state: &AppState, ctx: Ctx, frame: &Frame) -> Result<Self> {
        let place = Self::open(state, ctx, frame).await?;
        if place.own.is_none() && !closures::decides(&place.ctx) {
            return Err(AppError::Forbidden);
        }
        Ok(place)
    }

    fn location(&self, id: LocationId) -> Option<&Location> {
        self.locations.iter().find(|it| it.id == id)
    }

    fn provider(&self, id: ProviderId) -> Option<&Provider> {
        self.providers.iter().find(|it| it.id == id)
    }

    /// Whom it closes, in a few words.
    pub fn whose(&self, it: &Closure) -> String {
        match it.extent {
            Extent::Organisation => self.l.t("closures-everybody"),
            Extent::Location(id) => self
                .location(id)
                .map_or_else(|| self.l.t("closures-former"), |it| it.name.clone()),
            Extent::Provider(id) => self
                .provider(id)
                .map_or_else(|| self.l.t("closures-former"), Provider::full_name),
        }
    }

    /// The clock by which it is told.
    pub fn zone(&self, it: &Closure) -> Zone {
        let location = match it.extent {
            Extent::Organisation => None,
            Extent::Location(id) => self.location(id),
            Extent::Provider(id) => {
                let home = self.provider(id).and_then(|it| it.location_ids.first());
                home.and_then(|id| self.location(*id))
            }
        };
        let zone = location.and_then(|it| Zone::new(&it.time_zone).ok());
        zone.unwrap_or_else(|| self.clock.clone())
    }

    /// From when until when: dates where they are whole.
    pub fn when(&self, it: &Closure) -> String {
        let (l, zone) = (self.l, self.zone(it));
        let first = zone.date_at(it.span.starts_at());
        let last = zone.date_at(it.span.ends_at());
        let last = last.yesterday().unwrap_or(last);
        if last >= first && zone.days(first, last) == Some(it.span) {
            if first == last {
                l.day_long(first)
            } else {
                l.date_range(first, last)
            }
        } else {
            l.day_time_range(zone.local(it.span.starts_at()), zone.local(it.span.ends_at()))
        }
    }

    /// The date on the first location's clock.
    pub fn today(&self) -> Date {
        self.clock.date_at(self.ctx.now)
    }

    /// How many appointments lie in it.
    pub fn appointments(&self, n: usize) -> String {
        self.l.tf("closures-appointments", &[("n", count(n).into())])
    }

    /// The same, as what is to be done about it.
    pub fn strands(&self, n: usize) -> String {
        self.l.tf("closures-strands", &[("n", count(n).into())])
    }
}

pub fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
