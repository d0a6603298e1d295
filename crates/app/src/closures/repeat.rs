//! Closures that repeat every year: each repetition is a closure of its own, made years ahead so that nobody can book in it.

use jiff::ToSpan as _;
use jiff::civil::Date;
use kalends_domain::closure::{Closure, years_later};
use kalends_domain::id::TenantId;
use kalends_domain::opening::Meeting;
use kalends_domain::time::Zone;
use kalends_store::tx::Tx;
use kalends_store::{closures as store, tenants};

use super::{Closed, audit, close, place};
use crate::app::App;
use crate::ctx::Ctx;
use crate::error::Result;

/// As far ahead as anything can be booked.
const YEARS: i32 = 5;

/// Makes the repetitions that have come within the horizon since the last round, and counts them. One that somebody removed is not made
/// again.
///
/// # Errors
/// What the database refused.
pub async fn repeat_due(app: &App, tenant: TenantId) -> Result<u64> {
    let mut tx = app.store.read(tenant).await?;
    let Some(tenant) = tenants::find(&mut tx, tenant).await? else {
        return Ok(0);
    };
    let ctx = Ctx::system(tenant, app.now());
    let yearly = store::list_yearly(&mut tx, ctx.tenant_id()).await?;
    drop(tx);
    let mut made = 0;
    for origin in yearly {
        let mut tx = app.store.begin(ctx.tenant_id()).await?;
        // By the clock of its place as it is now; nowhere any more, nothing is closed.
        let Ok(places) = place::places(&mut tx, &ctx, origin.extent).await else {
            continue;
        };
        let Some((_, zone)) = places.first() else { continue };
        let (repeated, stranded) = repeat(app, &ctx, &mut tx, &origin, zone).await?;
        let mut repeated = repeated.into_iter();
        if let Some(closure) = repeated.next() {
            made += 1 + repeated.len() as u64;
            let closed = Closed {
                closure,
                elsewhere: repeated.collect(),
                stranded,
            };
            audit(&mut tx, &ctx, "repeat", &closed).await?;
            tx.commit().await?;
        }
    }
    Ok(made)
}

/// Makes what is due of one closure, and tells whom it strands.
pub(super) async fn repeat(
    app: &App,
    ctx: &Ctx,
    tx: &mut Tx,
    origin: &Closure,
    zone: &Zone,
) -> Result<(Vec<Closure>, Vec<Meeting>)> {
    let (mut made, mut stranded) = (Vec::new(), Vec::new());
    let Some(done) = origin.yearly_until else {
        return Ok((made, stranded));
    };
    let until = zone.date_at(ctx.now).saturating_add(YEARS.years());
    let mut last = done;
    for (date, span) in repetitions(origin, zone, done, until) {
        last = date;
        made.push(Closure {
            id: app.new_id(),
            span,
            created_at: ctx.now,
            yearly_until: None,
            ..origin.clone()
        });
    }
    if last == done || !store::repeat(tx, ctx.tenant_id(), origin, last).await? {
        return Ok((Vec::new(), stranded));
    }
    for closure in &made {
        stranded.extend(close(tx, ctx, closure).await?);
    }
    Ok((made, stranded))
}

/// The repetitions after `done` that begin by `until`, each with its first date.
fn repetitions(origin: &Closure, zone: &Zone, done: Date, until: Date) -> Vec<(Date, kalends_domain::time::Span)> {
    let each = (1..).map_while(|years| {
        let span = years_later(origin.span, zone, years)?;
        let date = zone.date_at(span.starts_at());
        (date <= until).then_some((date, span))
    });
    each.filter(|(date, _)| *date > done).collect()
}
