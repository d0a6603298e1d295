//! Whose clock a closure goes by.

use jiff::Timestamp;
use jiff::civil::Date;
use kalends_domain::closure::Extent;
use kalends_domain::time::{LocalTime, Span, Zone};
use kalends_store::providers;
use kalends_store::sites::{self, Site};
use kalends_store::tx::Tx;

use super::{NewClosure, checked};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::validate::Check;

/// When a closure is.
#[derive(Clone, Copy, Debug)]
pub(super) enum When {
    Instants {
        starts_at: Timestamp,
        ends_at: Timestamp,
    },
    Dates {
        first: Date,
        last: Date,
        from: LocalTime,
        to: LocalTime,
    },
}

/// When it is wanted: one of the two forms, whole.
pub(super) fn when(input: &NewClosure) -> Result<When> {
    match (input.starts_at, input.ends_at, input.first_date, input.last_date) {
        (Some(_), _, _, _) if input.repeats_yearly => Err(AppError::field("first_date", "required")),
        (Some(starts_at), Some(ends_at), None, None) => Ok(When::Instants { starts_at, ends_at }),
        (None, None, Some(first), last) => Ok(When::Dates {
            first,
            last: last.unwrap_or(first),
            from: input.from_time.unwrap_or(LocalTime::START_OF_DAY),
            to: input.to_time.unwrap_or(LocalTime::END_OF_DAY),
        }),
        (Some(_), None, None, None) => Err(AppError::field("ends_at", "required")),
        (None, _, None, _) => Err(AppError::field("starts_at", "required")),
        (Some(_), _, _, _) | (None, Some(_), Some(_), _) => Err(AppError::field("first_date", "not-both")),
    }
}

/// The spans to close: one; or, where everybody is closed by date and the locations keep different clocks, one for each location.
pub(super) async fn spans(tx: &mut Tx, ctx: &Ctx, extent: Extent, when: When) -> Result<Vec<(Extent, Zone, Span)>> {
    let places = places(tx, ctx, extent).await?;
    match when {
        When::Instants { starts_at, ends_at } => {
            let mut check = Check::default();
            for (field, instant) in [("starts_at", starts_at), ("ends_at", ends_at)] {
                check.whole_minutes(field, instant);
            }
            check.finish()?;
            let span = Span::new(starts_at, ends_at).map_err(|_| AppError::field("ends_at", "end-not-after-start"))?;
            let span = checked(ctx, span, "ends_at")?;
            let clock = places.into_iter().next().map(|(_, zone)| zone);
            Ok(clock.map(|zone| (extent, zone, span)).into_iter().collect())
        }
        When::Dates { first, last, from, to } => {
            if last < first {
                return Err(AppError::field("last_date", "dates-reversed"));
            }
            if last == first && to <= from {
                return Err(AppError::field("to_time", "end-not-after-start"));
            }
            let of = |(extent, zone): (Extent, Zone)| {
                let at = |date, time, field| {
                    let instant = zone.instant(date, time);
                    instant.ok_or_else(|| AppError::field(field, "not-a-time"))
                };
                let (starts_at, ends_at) = (at(first, from, "from_time")?, at(last, to, "to_time")?);
                let span = Span::new(starts_at, ends_at);
                let span = span.map_err(|_| AppError::field("to_time", "end-not-after-start"))?;
                Ok((extent, zone, checked(ctx, span, "last_date")?))
            };
            places.into_iter().map(of).collect()
        }
    }
}

/// Whom it closes, each with the clock that their dates go by.
pub(super) async fn places(tx: &mut Tx, ctx: &Ctx, extent: Extent) -> Result<Vec<(Extent, Zone)>> {
    let mut sites = sites::list(tx, ctx.tenant_id(), None).await?;
    sites.retain(|site| !site.archived);
    let found = match extent {
        Extent::Organisation => {
            let one_clock = sites.windows(2).all(|pair| pair[0].zone.name() == pair[1].zone.name());
            let each = |site: &Site| (Extent::Location(site.location_id), site.zone.clone());
            return Ok(match sites.first() {
                Some(site) if one_clock => vec![(extent, site.zone.clone())],
                _ => sites.iter().map(each).collect(),
            });
        }
        Extent::Location(id) => {
            let site = sites.iter().find(|site| site.location_id == id);
            site.ok_or_else(|| AppError::field("location_id", "unknown"))?
        }
        Extent::Provider(id) => {
            let provider = providers::find(tx, ctx.tenant_id(), id).await?;
            let provider = provider.ok_or_else(|| AppError::field("provider_id", "unknown"))?;
            let at = |location: &_| sites.iter().find(|site| site.location_id == *location);
            let home = provider.location_ids.iter().find_map(at).or_else(|| sites.first());
            home.ok_or_else(|| AppError::field("provider_id", "unknown"))?
        }
    };
    Ok(vec![(extent, found.zone.clone())])
}
