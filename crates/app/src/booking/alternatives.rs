//! What is free instead of a time that is gone.

use jiff::{SignedDuration, Timestamp};
use kalends_domain::allocation::Whose;
use kalends_domain::id::{LocationId, ProviderId};
use kalends_domain::slot::Candidate;
use kalends_domain::time::{Span, Zone};

use super::Wish;
use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{Alternative, AppError, Result};
use crate::slots::{Among, Asked, Grounds};

/// As many as a person can choose from.
const MOST: usize = 6;
/// Of them, so many with the provider who was asked for, where others are free as well.
const SAME_PROVIDER: usize = 4;
/// How far around the time to look: the same day and the next, whatever the hour.
const BEFORE: SignedDuration = SignedDuration::from_hours(12);
const AFTER: SignedDuration = SignedDuration::from_hours(36);
/// Where to look first: mostly it is enough, and many look at once when a popular time is gone.
const NEAR: SignedDuration = SignedDuration::from_hours(3);

impl Wish {
    /// The refusal with the free times next to the wish, where somebody else was faster.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn with_alternatives(&self, app: &App, ctx: &Ctx, refusal: AppError) -> Result<AppError> {
        Ok(match refusal {
            AppError::SlotTaken { whose, .. } if whose != Whose::Patient => AppError::SlotTaken {
                whose,
                alternatives: self.alternatives(app, ctx).await?,
            },
            AppError::HoldExpired { .. } => AppError::HoldExpired {
                alternatives: self.alternatives(app, ctx).await?,
            },
            other => other,
        })
    }

    /// The first free time on the day of the wish, with whomever it asks for.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn soonest(&self, app: &App, ctx: &Ctx) -> Result<Option<Alternative>> {
        let Some(around) = self.around(app, ctx).await? else {
            return Ok(None);
        };
        let mut free = around.free(self, ctx, SignedDuration::ZERO, AFTER);
        free.retain(|slot| self.asks_for(slot));
        free.sort_by_key(|slot| slot.starts_at);
        let Some(first) = free.into_iter().next() else {
            return Ok(None);
        };
        let zone = Zone::new(&first.time_zone).map_err(|error| AppError::Internal(error.to_string()))?;
        Ok((zone.date_at(first.starts_at) == zone.date_at(self.starts_at)).then_some(first))
    }

    /// The nearest free times: those of the provider asked for first, then others', at most [`MOST`].
    pub async fn alternatives(&self, app: &App, ctx: &Ctx) -> Result<Vec<Alternative>> {
        let Some(around) = self.around(app, ctx).await? else {
            return Ok(Vec::new());
        };
        let near = self.nearest(around.free(self, ctx, NEAR, NEAR));
        // What is farther away is no nearer than any of these, so it is not looked at where these are enough.
        let same = near.iter().filter(|slot| self.asks_for(slot)).count();
        let of_same = if self.provider_id.is_some() {
            SAME_PROVIDER
        } else {
            MOST
        };
        if near.len() == MOST && same == of_same {
            return Ok(near);
        }
        Ok(self.nearest(around.free(self, ctx, BEFORE, AFTER)))
    }

    /// The choice of what is free, the nearest first.
    fn nearest(&self, mut free: Vec<Alternative>) -> Vec<Alternative> {
        free.sort_by_key(|slot| (slot.starts_at.duration_since(self.starts_at).abs(), slot.starts_at));
        let (same, mut others): (Vec<_>, Vec<_>) = free.into_iter().partition(|slot| self.asks_for(slot));
        // The same time with several others is one alternative.
        others.dedup_by_key(|slot| slot.starts_at);
        let of_same = MOST - others.len().min(MOST - SAME_PROVIDER);
        let mut chosen: Vec<_> = same.into_iter().take(of_same).collect();
        chosen.extend(others.into_iter().take(MOST - chosen.len()));
        chosen
    }

    fn asks_for(&self, slot: &Alternative) -> bool {
        self.provider_id.is_none_or(|id| id == slot.provider_id)
    }

    /// Everything that decides about the times around the wish, with whomever; nothing when they are over.
    async fn around(&self, app: &App, ctx: &Ctx) -> Result<Option<Around>> {
        let Some(range) = self.range(ctx, BEFORE, AFTER) else {
            return Ok(None);
        };
        let mut tx = app.store.read(ctx.tenant_id()).await?;
        let grounds = self
            .grounds(&mut tx, ctx, Among::Service(self.service_id), range)
            .await?;
        let providers = self.providers(&mut tx, ctx, &grounds).await?;
        let providers = providers.iter().map(|provider| provider.id).collect();
        Ok(Some(Around { grounds, providers }))
    }

    /// From so long before the wish until so long after it, without what is over; absent when all of it is.
    fn range(&self, ctx: &Ctx, before: SignedDuration, after: SignedDuration) -> Option<Span> {
        let from = self.starts_at.saturating_sub(before).unwrap_or(ctx.now).max(ctx.now);
        let to = self.starts_at.saturating_add(after).unwrap_or(Timestamp::MAX);
        Span::new(from, to).ok()
    }
}

/// What is known of the times around a wish.
struct Around {
    grounds: Grounds,
    /// Those whom the caller may book.
    providers: Vec<ProviderId>,
}

impl Around {
    /// Every free time from so long before the wish until so long after it.
    fn free(&self, wish: &Wish, ctx: &Ctx, before: SignedDuration, after: SignedDuration) -> Vec<Alternative> {
        let Some(range) = wish.range(ctx, before, after) else {
            return Vec::new();
        };
        // What was set aside was so for the time that was asked for.
        let asked = Asked {
            overrides: &[],
            ..wish.asked(ctx)
        };
        let providers = self.providers.iter().filter_map(|id| self.grounds.provider(*id));
        let mut free = Vec::new();
        for provider in providers {
            for candidate in self.grounds.candidates(provider, &asked, range) {
                free.extend(
                    candidate
                        .offered()
                        .filter(|place| wish.reaches(place.location_id))
                        .and_then(|place| alternative(&self.grounds, provider.id, place.location_id, &candidate)),
                );
            }
        }
        free
    }
}

fn alternative(
    grounds: &Grounds,
    provider_id: ProviderId,
    location_id: LocationId,
    candidate: &Candidate,
) -> Option<Alternative> {
    Some(Alternative {
        starts_at: candidate.starts_at,
        ends_at: candidate.ends_at,
        time_zone: grounds.zone(location_id)?.name().to_owned(),
        provider_id,
        location_id,
    })
}
