//! Blocks: time of one calendar that nobody may book. They take time as appointments do, through the same guard.

use jiff::Timestamp;
use kalends_domain::allocation::{Allocation, Bookable, Owner};
use kalends_domain::block::Block;
use kalends_domain::id::{BlockId, ProviderId};
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::permission::Action;
use kalends_domain::time::Span;
use kalends_store::change::{Applied, Change, NewBlock};
use kalends_store::error::StoreError;
use kalends_store::{allocations, blocks as store};

use crate::app::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Conflict, Result};
use crate::idempotency::Once;
use crate::openings::{calendar_of, requirement};
use crate::validate::Check;

const REASON_MAX: usize = 200;
const LONGEST_DAYS: i64 = Block::LONGEST.as_hours() / 24;

/// What a new block needs. It may lie outside openings, and may have begun, but must not be over.
#[derive(Clone, Debug)]
pub struct BlockInput {
    pub provider_id: ProviderId,
    pub starts_at: Timestamp,
    pub ends_at: Timestamp,
    pub reason: Option<String>,
}

/// One page of a provider's blocks that are not over at `from` and begin before `to`, by their start.
///
/// # Errors
/// [`AppError::NotFound`] for an unknown provider, [`AppError::Forbidden`] for a calendar out of reach.
pub async fn list(
    app: &App,
    ctx: &Ctx,
    request: &PageRequest,
    provider: ProviderId,
    from: Option<Timestamp>,
    to: Option<Timestamp>,
) -> Result<Page<Block>> {
    let scope = requirement(ctx, Action::Read)?;
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    calendar_of(&mut tx, ctx, scope, provider).await?;
    Ok(store::list(&mut tx, ctx.tenant_id(), request, provider, from, to).await?)
}

/// Blocks a provider's time.
///
/// # Errors
/// [`AppError::Occupied`] with what is in the way, fields that break a rule, or as [`list`].
pub async fn create(app: &App, ctx: &Ctx, input: BlockInput, once: &Once<'_, Block>) -> Result<Block> {
    let scope = requirement(ctx, Action::Write)?;
    let tenant = ctx.tenant_id();
    once.replay(app, ctx).await?;
    let (span, reason) = checked(ctx, &input)?;
    let mut tx = app.store.read(tenant).await?;
    calendar_of(&mut tx, ctx, scope, input.provider_id).await?;
    drop(tx);

    let block = Block {
        id: app.new_id(),
        provider_id: input.provider_id,
        span,
        reason,
        created_by: ctx.user_id(),
        created_at: ctx.now,
    };
    let mut entry = ctx.audit("create", "block", Some(block.id.uuid()));
    entry.detail = serde_json::json!({
        "provider_id": block.provider_id, "starts_at": span.starts_at(), "ends_at": span.ends_at(),
    });
    let change = Change {
        idempotency: once.row(&block),
        block: Some(NewBlock {
            id: block.id,
            provider_id: block.provider_id,
            starts_at: span.starts_at(),
            ends_at: span.ends_at(),
            reason: block.reason.clone(),
            created_by: block.created_by,
        }),
        allocations: vec![Allocation {
            group_id: None,
            id: app.new_id(),
            bookable: Bookable::Provider(block.provider_id),
            owner: Owner::Block(block.id),
            starts_at: span.starts_at(),
            ends_at: span.ends_at(),
            block_starts_at: span.starts_at(),
            block_ends_at: span.ends_at(),
            blocks: true,
        }],
        audit: vec![entry],
        ..Change::default()
    };
    match app.store.apply(tenant, ctx.now, &change).await {
        Ok(Applied::Done) => Ok(block),
        Ok(Applied::Replayed(stored)) => once.replayed(stored).map(|()| block),
        Err(StoreError::Taken(_) | StoreError::Conflict) => {
            once.replay(app, ctx).await?;
            Err(occupied(app, ctx, block.provider_id, span).await?)
        }
        Err(error) => Err(error.into()),
    }
}

fn checked(ctx: &Ctx, input: &BlockInput) -> Result<(Span, Option<String>)> {
    let mut check = Check::default();
    let reason = check.optional_line("reason", input.reason.as_deref(), REASON_MAX);
    for (field, instant) in [("starts_at", input.starts_at), ("ends_at", input.ends_at)] {
        check.whole_minutes(field, instant);
    }
    let span = Span::new(input.starts_at, input.ends_at);
    match &span {
        Err(_) => check.fail("ends_at", "end-not-after-start"),
        Ok(span) if span.ends_at() <= ctx.now => check.fail("ends_at", "past"),
        Ok(span) if span.duration() > Block::LONGEST => {
            check.fail_with("ends_at", "too-long-span", vec![("max_days", LONGEST_DAYS.to_string())]);
        }
        Ok(_) => {}
    }
    check.finish()?;
    let span = span.map_err(|_| AppError::field("ends_at", "end-not-after-start"))?;
    Ok((span, reason))
}

/// What is in the way.
async fn occupied(app: &App, ctx: &Ctx, provider: ProviderId, span: Span) -> Result<AppError> {
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let busy = allocations::list(&mut tx, ctx.tenant_id(), Bookable::Provider(provider), span).await?;
    let in_force = |it: &Allocation| match it.owner {
        Owner::Hold { expires_at, .. } => it.blocks && expires_at > ctx.now,
        Owner::Appointment(_) | Owner::Block(_) | Owner::External => it.blocks,
    };
    let conflicts = busy.into_iter().filter(in_force).map(|it| Conflict {
        starts_at: it.starts_at,
        ends_at: it.ends_at,
        owner: it.owner,
    });
    Ok(AppError::Occupied {
        conflicts: conflicts.collect(),
    })
}

/// Frees the time again.
///
/// # Errors
/// [`AppError::NotFound`], or [`AppError::Forbidden`] for a calendar out of reach.
pub async fn delete(app: &App, ctx: &Ctx, id: BlockId) -> Result<()> {
    let scope = requirement(ctx, Action::Write)?;
    let tenant = ctx.tenant_id();
    let mut tx = app.store.begin(tenant).await?;
    let block = store::find(&mut tx, tenant, id).await?.ok_or(AppError::NotFound)?;
    calendar_of(&mut tx, ctx, scope, block.provider_id).await?;
    if !store::delete(&mut tx, tenant, id).await? {
        return Err(AppError::NotFound);
    }
    let mut entry = ctx.audit("delete", "block", Some(id.uuid()));
    entry.detail = serde_json::json!({
        "provider_id": block.provider_id, "starts_at": block.span.starts_at(), "ends_at": block.span.ends_at(),
    });
    kalends_store::audit::insert(&mut tx, tenant, &[entry]).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests;
