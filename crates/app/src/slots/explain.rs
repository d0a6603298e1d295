//! Why a time is not offered.

use jiff::{SignedDuration, Timestamp};
use kalends_domain::id::{ProviderId, ServiceId};
use kalends_domain::permission::Action;
use kalends_domain::slot::{Asker, Candidate};
use kalends_domain::time::Span;

use super::{Among, Asked, For, load};
use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::openings::{calendar_of, requirement};

/// What a patient who asked for this start would be told: offered, or by which rules not.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown service or provider, [`AppError::Forbidden`] for a calendar out of reach.
pub async fn explain(
    app: &App,
    ctx: &Ctx,
    service: ServiceId,
    provider: ProviderId,
    starts_at: Timestamp,
) -> Result<Candidate> {
    let scope = requirement(ctx, Action::Read)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    calendar_of(&mut tx, ctx, scope, provider).await?;
    let range = instant(starts_at)?;
    let grounds = load(
        &mut tx,
        &ctx.tenant,
        ctx.now,
        Among::Provider(service, provider),
        For::default(),
        range,
    )
    .await?;
    let of_provider = grounds.provider(provider).ok_or(AppError::NotFound)?;
    Ok(grounds.judge(of_provider, &Asked::by(Asker::Public), starts_at))
}

/// The range of this one start.
///
/// # Errors
/// At the end of representable time.
pub(super) fn instant(starts_at: Timestamp) -> Result<Span> {
    starts_at
        .checked_add(SignedDuration::from_mins(1))
        .ok()
        .and_then(|after| Span::new(starts_at, after).ok())
        .ok_or_else(|| AppError::field("starts_at", "out-of-range"))
}
