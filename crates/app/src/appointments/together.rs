//! Those that were booked together, as far as a change of one is about them too.

use kalends_domain::appointment::{Appointment, Range, Together};
use kalends_store::appointments::{self as store, Visible};
use kalends_store::tx::Tx;

use crate::ctx::Ctx;
use crate::error::Result;

/// The appointment and, to the range, those of its series or visit that are still to come, in order of time. To patients a visit is
/// one: they change all of it.
pub async fn covered(
    tx: &mut Tx,
    ctx: &Ctx,
    visible: &Visible,
    of: &Appointment,
    range: Range,
    locked: bool,
) -> Result<Vec<Appointment>> {
    let range = match of.together {
        Some(Together::Visit(_)) if !ctx.is_staff() => Range::All,
        _ => range,
    };
    let Some(together) = of.together.filter(|_| range != Range::This) else {
        return Ok(if locked {
            let found = store::find_locked(tx, ctx.tenant_id(), visible, of.id).await?;
            found.into_iter().collect()
        } else {
            vec![of.clone()]
        });
    };
    let mut found = store::list_together(tx, ctx.tenant_id(), visible, together, locked).await?;
    found.retain(|it| {
        let to_come = it.status.is_open() && it.starts_at > ctx.now;
        it.id == of.id || (to_come && range.covers(of, it))
    });
    Ok(found)
}
