//! What can be booked, with its names: the catalogue as the visitor sees it.

use jiff::Timestamp;
use kalends_app::app::App;
use kalends_app::ctx::Ctx;
use kalends_app::error::{AppError, Result};
use kalends_app::{locations, providers, services, tickets};
use kalends_domain::id::{LocationId, ProviderId, ServiceId, TicketId};
use kalends_domain::location::Location;
use kalends_domain::page::{MAX_LIMIT, PageRequest};
use kalends_domain::provider::Provider;
use kalends_domain::service::Service;
use kalends_domain::time::Zone;
use kalends_store::providers::ProviderFilter;

/// A service with those who give it and where.
#[derive(Clone, Debug)]
pub struct Offered {
    pub service: Service,
    pub providers: Vec<Provider>,
    /// Where at least one of them works.
    pub locations: Vec<Location>,
}

/// As many records as one page of a list can have.
pub fn all() -> PageRequest {
    PageRequest {
        limit: MAX_LIMIT,
        ..PageRequest::default()
    }
}

/// Reads it: what is public, or what the ticket is for.
///
/// # Errors
/// [`AppError::NotFound`] for a service that is not public or is no longer offered, and for a ticket that is not the visitor's or
/// not for this service.
pub async fn load(app: &App, ctx: &Ctx, service: ServiceId, ticket: Option<TicketId>) -> Result<Offered> {
    let (found, providers) = match ticket {
        Some(ticket) => tickets::offer(app, ctx, ticket).await?,
        None => public(app, ctx, service).await?,
    };
    if found.id != service || found.stamp.is_archived() {
        return Err(AppError::NotFound);
    }
    let mut locations = locations::list(app, ctx, &all()).await?.items;
    locations.retain(|location| {
        providers
            .iter()
            .any(|provider| provider.location_ids.contains(&location.id))
    });
    Ok(Offered {
        service: found,
        providers,
        locations,
    })
}

async fn public(app: &App, ctx: &Ctx, service: ServiceId) -> Result<(Service, Vec<Provider>)> {
    let service = services::get(app, ctx, service).await?;
    let giving = ProviderFilter {
        service_id: Some(service.id),
        public: Some(true),
        ..ProviderFilter::default()
    };
    let providers = providers::list(app, ctx, &all(), giving).await?.items;
    Ok((service, providers))
}

impl Offered {
    pub fn provider(&self, id: ProviderId) -> Option<&Provider> {
        self.providers.iter().find(|provider| provider.id == id)
    }

    pub fn location(&self, id: LocationId) -> Option<&Location> {
        self.locations.iter().find(|location| location.id == id)
    }

    /// The clock of a location.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a location where the service is not given.
    pub fn zone(&self, id: LocationId) -> Result<Zone> {
        zone(&self.location(id).ok_or(AppError::NotFound)?.time_zone)
    }

    /// Today, where it is asked for, else at the first place where the service is given.
    ///
    /// # Errors
    /// When the location's zone is none.
    pub fn today(&self, location: Option<LocationId>, now: Timestamp) -> Result<jiff::civil::Date> {
        let place = location
            .and_then(|id| self.location(id))
            .or_else(|| self.locations.first());
        match place {
            Some(place) => Ok(zone(&place.time_zone)?.date_at(now)),
            None => Ok(now.to_zoned(jiff::tz::TimeZone::UTC).date()),
        }
    }
}

/// A zone by the name that a record has.
///
/// # Errors
/// [`AppError::Internal`]: names are checked before they are stored.
pub fn zone(name: &str) -> Result<Zone> {
    Zone::new(name).map_err(|error| AppError::Internal(error.to_string()))
}
