//! A service's booking rules, with the providers in question and how each of them stands.

use kalends_domain::appointment::Policy;
use kalends_domain::id::{DepartmentId, PatientId, ProviderId, ServiceId, TenantId};
use kalends_domain::slot::{Horizon, Standing, Terms};
use kalends_domain::time::Minutes;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::tx::Tx;
use crate::value::Instant;

/// Which providers are in question for a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Among {
    /// This one, whether they give it or not.
    Provider(ServiceId, ProviderId),
    /// Everybody who gives it.
    Service(ServiceId),
    /// Everybody in the department who gives it.
    Department(ServiceId, DepartmentId),
}

impl Among {
    /// A query for their ids: `$1` is the tenant, `$2` the service, `$3` the [`key`](Self::key).
    pub(crate) const fn providers(self) -> &'static str {
        match self {
            Self::Provider(..) => "SELECT p.id FROM providers p WHERE p.tenant_id = $1 AND p.id = $3",
            Self::Service(_) => {
                "SELECT g.provider_id FROM provider_services g JOIN providers p ON p.tenant_id = $1 AND p.id = g.provider_id
                 WHERE g.tenant_id = $1 AND g.service_id = $2 AND p.archived_at IS NULL"
            }
            Self::Department(..) => {
                "SELECT g.provider_id FROM provider_services g JOIN providers p ON p.tenant_id = $1 AND p.id = g.provider_id
                 WHERE g.tenant_id = $1 AND g.service_id = $2 AND p.archived_at IS NULL
                   AND EXISTS (SELECT 1 FROM provider_departments d
                       WHERE d.tenant_id = $1 AND d.provider_id = g.provider_id AND d.department_id = $3)"
            }
        }
    }

    pub(crate) const fn service(self) -> ServiceId {
        match self {
            Self::Provider(service, _) | Self::Service(service) | Self::Department(service, _) => service,
        }
    }

    pub(crate) const fn key(self) -> Option<Uuid> {
        match self {
            Self::Provider(_, provider) => Some(provider.uuid()),
            Self::Service(_) => None,
            Self::Department(_, department) => Some(department.uuid()),
        }
    }
}

/// What a service asks of a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceRules {
    pub id: ServiceId,
    pub terms: Terms,
    /// What an appointment keeps of the rules.
    pub policy: Policy,
    pub public: bool,
    pub archived: bool,
}

/// The service's rules, and each provider with how they stand; absent when there is no such service.
pub type Standings = Option<(ServiceRules, Vec<(ProviderId, Standing)>)>;

#[derive(sqlx::FromRow)]
struct Row {
    duration_minutes: i32,
    buffer_before_minutes: i32,
    buffer_after_minutes: i32,
    start_interval_minutes: Option<i32>,
    lead_time_minutes: i32,
    booking_horizon_days: Option<i32>,
    cancel_cutoff_minutes: i32,
    reschedule_cutoff_minutes: i32,
    resource_kind: Option<String>,
    requires_approval: bool,
    public: bool,
    archived_at: Option<Instant>,
    provider_id: Option<Uuid>,
    provider_archived_at: Option<Instant>,
    provider_public: Option<bool>,
    accepting: Option<bool>,
    gives: bool,
    known: bool,
}

/// Reads the service with the providers in question. `horizon` holds where the service has none of its own. A provider who
/// takes no new patients still takes `patient` if they have seen them before.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn list(
    tx: &mut Tx,
    tenant: TenantId,
    among: Among,
    patient: Option<PatientId>,
    horizon: Horizon,
) -> Result<Standings> {
    let rows: Vec<Row> = tx
        .query_built(format!(
            "SELECT s.duration_minutes, s.buffer_before_minutes, s.buffer_after_minutes, s.start_interval_minutes,
                 s.lead_time_minutes, s.booking_horizon_days, s.cancel_cutoff_minutes, s.reschedule_cutoff_minutes,
                 s.resource_kind, s.requires_approval, s.public, s.archived_at,
                 c.id AS provider_id, c.archived_at AS provider_archived_at, c.public AS provider_public, c.accepting,
                 EXISTS (SELECT 1 FROM provider_services o
                     WHERE o.tenant_id = $1 AND o.provider_id = c.id AND o.service_id = $2) AS gives,
                 CASE WHEN c.accepting THEN FALSE ELSE EXISTS (SELECT 1 FROM appointments a
                     WHERE a.tenant_id = $1 AND a.patient_id = $4 AND a.provider_id = c.id AND a.status = 'fulfilled') END AS known
             FROM services s LEFT JOIN providers c ON c.tenant_id = $1 AND c.id IN ({})
             WHERE s.tenant_id = $1 AND s.id = $2",
            among.providers()
        ))
        .bind(tenant)
        .bind(among.service())
        .bind(among.key())
        .bind(patient)
        .all()
        .await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let rules = rules(among.service(), first, horizon)?;
    let standings = rows.iter().filter_map(|row| {
        let standing = Standing {
            archived: rules.archived || row.provider_archived_at.is_some(),
            gives_service: row.gives,
            accepts: row.accepting? || row.known,
            public: rules.public && row.provider_public?,
        };
        Some((row.provider_id?.into(), standing))
    });
    let standings = standings.collect();
    Ok(Some((rules, standings)))
}

fn rules(id: ServiceId, row: &Row, horizon: Horizon) -> Result<ServiceRules> {
    let corrupt = |column, value: i32| StoreError::Corrupt {
        table: "services",
        column,
        row: id.to_string(),
        value: value.to_string(),
    };
    let minutes = |column, value| u32::try_from(value).map(Minutes).map_err(|_| corrupt(column, value));
    let start_interval = row.start_interval_minutes.map(|value| {
        let interval = u32::try_from(value).ok().and_then(|minutes| minutes.try_into().ok());
        interval.ok_or_else(|| corrupt("start_interval_minutes", value))
    });
    let own_horizon = row.booking_horizon_days.map(|value| {
        u16::try_from(value)
            .map(Horizon::Days)
            .map_err(|_| corrupt("booking_horizon_days", value))
    });
    Ok(ServiceRules {
        id,
        terms: Terms {
            duration: minutes("duration_minutes", row.duration_minutes)?,
            buffer_before: minutes("buffer_before_minutes", row.buffer_before_minutes)?,
            buffer_after: minutes("buffer_after_minutes", row.buffer_after_minutes)?,
            start_interval: start_interval.transpose()?,
            lead_time: minutes("lead_time_minutes", row.lead_time_minutes)?,
            horizon: own_horizon.transpose()?.unwrap_or(horizon),
        },
        policy: Policy {
            buffer_before_minutes: row.buffer_before_minutes,
            buffer_after_minutes: row.buffer_after_minutes,
            cancel_cutoff_minutes: row.cancel_cutoff_minutes,
            reschedule_cutoff_minutes: row.reschedule_cutoff_minutes,
            resource_kind: row.resource_kind.clone(),
            requires_approval: row.requires_approval,
        },
        public: row.public,
        archived: row.archived_at.is_some(),
    })
}
