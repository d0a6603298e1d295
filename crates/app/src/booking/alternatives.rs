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
        let mut free = self.free(app, ctx, self.starts_at, AFTER).await?;
        free.retain(|slot| self.provider_id.is_none_or(|id| id == slot.provider_id));
        free.sort_by_key(|slot| slot.starts_at);
        let Some(first) = free.into_iter().next() else {
            return Ok(None);
        };
        let zone = Zone::new(&first.time_zone).map_err(|error| AppError::Internal(error.to_string()))?;
        Ok((zone.date_at(first.starts_at) == zone.date_at(self.starts_at)).then_some(first))
    }

    /// The nearest free times: those of the provider asked for first, then others', at most [`MOST`].
    pub async fn alternatives(&self, app: &App, ctx: &Ctx) -> Result<Vec<Alternative>> {
        let from = self.starts_at.saturating_sub(BEFORE).unwrap_or(ctx.now).max(ctx.now);
        let mut free = self.free(app, ctx, from, AFTER).await?;
        free.sort_by_key(|slot| (slot.starts_at.duration_since(self.starts_at).abs(), slot.starts_at));
        let wanted = |slot: &Alternative| self.provider_id.is_none_or(|id| id == slot.provider_id);
        let (same, mut others): (Vec<_>, Vec<_>) = free.into_iter().partition(wanted);
        // The same time with several others is one alternative.
        others.dedup_by_key(|slot| slot.starts_at);
        let of_same = MOST - others.len().min(MOST - SAME_PROVIDER);
        let mut chosen: Vec<_> = same.into_iter().take(of_same).collect();
        chosen.extend(others.into_iter().take(MOST - chosen.len()));
        Ok(chosen)
    }

    /// Every free time from then until so long after the wish.
    async fn free(&self, app: &App, ctx: &Ctx, from: Timestamp, after: SignedDuration) -> Result<Vec<Alternative>> {
        let to = self.starts_at.saturating_add(after).unwrap_or(Timestamp::MAX);
        let Ok(range) = Span::new(from, to) else {
            return Ok(Vec::new());
        };
        // A writing transaction: on the embedded database it sees what others have taken before the commit.
        let mut tx = app.store.begin(ctx.tenant_id()).await?;
        let grounds = self
            .grounds(&mut tx, ctx, Among::Service(self.service_id), range)
            .await?;
        let mut free = Vec::new();
        let providers = self.providers(&mut tx, ctx, &grounds).await?;
        drop(tx);
        // What was set aside was so for the time that was asked for.
        let asked = Asked {
            overrides: &[],
            ..self.asked(ctx)
        };
        for provider in providers {
            for candidate in grounds.candidates(provider, &asked, range) {
                free.extend(
                    candidate
                        .offered()
                        .filter(|place| self.reaches(place.location_id))
                        .and_then(|place| alternative(&grounds, provider.id, place.location_id, &candidate)),
                );
            }
        }
        Ok(free)
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
