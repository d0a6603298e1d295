//! The appointments that were booked together.

use kalends_domain::appointment::{Appointment, Together};
use kalends_domain::id::TenantId;

use super::{FIND, Row, Visible, filtered};
use crate::error::Result;
use crate::list::Filter;
use crate::tx::Tx;

/// Those of one series or visit that the caller may see, in order of time; in a writing transaction nobody else changes them until it
/// ends.
///
/// # Errors
/// What the database refused.
pub async fn list_together(
    tx: &mut Tx,
    tenant: TenantId,
    visible: &Visible,
    together: Together,
    locked: bool,
) -> Result<Vec<Appointment>> {
    let mut filters = visible.filters();
    filters.push(match together {
        Together::Series(id) => Filter::new("t.series_id =", id),
        Together::Visit(id) => Filter::new("t.visit_id =", id),
    });
    // In id order, as whoever changes several takes them.
    let lock = if locked && tx.is_postgres() {
        " FOR UPDATE OF t"
    } else {
        ""
    };
    let tail = format!(" ORDER BY t.id{lock}");
    let rows: Vec<Row> = filtered(tx, tenant, FIND, filters, &tail).all().await?;
    let mut found: Vec<Appointment> = rows.into_iter().map(Appointment::try_from).collect::<Result<_>>()?;
    found.sort_by_key(|appointment| (appointment.starts_at, appointment.id));
    Ok(found)
}
