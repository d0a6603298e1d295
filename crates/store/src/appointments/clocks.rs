//! What the clock was to show at an appointment when its time was agreed.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use kalends_domain::id::{AppointmentId, GroupId, PatientId, TenantId, VisitId};
use kalends_domain::time::Zone;
use uuid::Uuid;

use super::filtered;
use crate::error::{Result, StoreError};
use crate::list::Filter;
use crate::tx::Tx;
use crate::value::Instant;

/// When an appointment is, and by which offset that was agreed.
#[derive(Clone, Debug)]
pub struct Clock {
    pub id: AppointmentId,
    pub patient_id: PatientId,
    pub group_id: Option<GroupId>,
    pub visit_id: Option<VisitId>,
    pub starts_at: Timestamp,
    pub zone: Zone,
    /// The offset of its zone when the time was agreed.
    pub utc_offset_seconds: i32,
    /// It is known already that the agreed time was not free.
    pub changed: bool,
}

impl Clock {
    /// The instant at which its clock shows the agreed time by today's rules; absent where it skips it.
    pub fn kept(&self) -> Option<Timestamp> {
        self.zone.kept(self.starts_at, self.utc_offset_seconds)
    }

    /// What its clock was to show, where it is to show something else by today's rules.
    pub fn agreed(&self) -> Option<DateTime> {
        let offset = Offset::from_seconds(self.utc_offset_seconds).ok()?;
        let agreed = offset.to_datetime(self.starts_at);
        (agreed != self.zone.local(self.starts_at)).then_some(agreed)
    }
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    patient_id: Uuid,
    group_id: Option<Uuid>,
    visit_id: Option<Uuid>,
    starts_at: Instant,
    time_zone: String,
    utc_offset_seconds: i32,
    clock_changed: bool,
}

const CLOCKS: &str =
    "SELECT t.id, t.patient_id, t.group_id, t.visit_id, t.starts_at, t.time_zone, t.utc_offset_seconds, t.clock_changed
     FROM appointments t WHERE t.tenant_id = $1 AND t.status IN ('pending', 'booked')";

/// The clocks of the appointments that are still to come after `after`, or of `these` among them, in order of time.
///
/// # Errors
/// What the database refused, or a zone that is none.
pub async fn clocks(
    tx: &mut Tx,
    tenant: TenantId,
    after: Timestamp,
    these: Option<Vec<AppointmentId>>,
) -> Result<Vec<Clock>> {
    let mut filters = vec![Filter::new("t.starts_at >", after)];
    filters.extend(these.map(|ids| Filter::one_of("t.id IN ?", ids)));
    let rows: Vec<Row> = filtered(tx, tenant, CLOCKS, filters, " ORDER BY t.starts_at, t.id")
        .all()
        .await?;
    rows.into_iter().map(Clock::try_from).collect()
}

impl TryFrom<Row> for Clock {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self> {
        let corrupt = |_| StoreError::Corrupt {
            table: "appointments",
            column: "time_zone",
            row: row.id.to_string(),
            value: row.time_zone.clone(),
        };
        Ok(Self {
            zone: Zone::new(&row.time_zone).map_err(corrupt)?,
            id: row.id.into(),
            patient_id: row.patient_id.into(),
            group_id: row.group_id.map(Into::into),
            visit_id: row.visit_id.map(Into::into),
            starts_at: row.starts_at.0,
            utc_offset_seconds: row.utc_offset_seconds,
            changed: row.clock_changed,
        })
    }
}

/// Notes that the agreed time of an appointment was not free, for as long as it stays where it is. Says whether that is new.
///
/// # Errors
/// What the database refused.
pub async fn mark_clock_changed(tx: &mut Tx, tenant: TenantId, of: &Clock) -> Result<bool> {
    let marked = tx
        .query(
            "UPDATE appointments SET clock_changed = true
             WHERE tenant_id = $1 AND id = $2 AND starts_at = $3 AND NOT clock_changed",
        )
        .bind(tenant)
        .bind(of.id)
        .bind(of.starts_at)
        .execute()
        .await?;
    Ok(marked > 0)
}
