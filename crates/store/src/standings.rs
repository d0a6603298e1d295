//! A service's booking rules, with the providers in question and how each of them stands.

use jiff::Timestamp;
use kalends_domain::appointment::Policy;
use kalends_domain::assignment::Assignment;
use kalends_domain::id::{DepartmentId, PatientId, ProviderId, ServiceId, TenantId};
use kalends_domain::need::Need;
use kalends_domain::rule::Rule;
use kalends_domain::service::Clientele;
use kalends_domain::slot::{Cap, Granted, Horizon, OpenLimit, PatientStanding, Period, Standing, Terms};
use kalends_domain::time::Minutes;
use uuid::Uuid;

use crate::error::{Result, StoreError};
use crate::service_needs;
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

/// What of a service's rules does not depend on who gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceRules {
    pub id: ServiceId,
    /// What the service itself says; a provider may say otherwise.
    pub terms: Terms,
    /// The rooms and the equipment that it takes.
    pub needs: Vec<Need>,
    /// Who gets it when it is booked with anyone.
    pub assignment: Assignment,
    pub usual_provider_first: bool,
    /// How many appointments of it one patient may have to come.
    pub max_open_per_patient: Option<u32>,
    pub public: bool,
    pub archived: bool,
    /// Whether it asks something before it is booked.
    pub asks: bool,
}

/// How one provider gives the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Giving {
    pub provider_id: ProviderId,
    pub standing: Standing,
    pub terms: Terms,
    /// What an appointment keeps of the rules.
    pub policy: Policy,
    /// How often may be booked; nothing is counted yet.
    pub caps: Vec<Cap>,
}

/// The service's rules, and each provider with how they give it; absent when there is no such service.
pub type Standings = Option<(ServiceRules, Vec<Giving>)>;

/// Whom it is for, and what holds where the service does not say.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    pub now: Timestamp,
    pub patient: Option<PatientId>,
    pub horizon: Horizon,
    /// How many appointments one patient may have to come, of whatever service.
    pub max_open_per_patient: Option<u32>,
}

/// The service's own value of each column, or the provider's where they have one.
const OVERRIDABLE: [&str; 9] = [
    "duration_minutes",
    "buffer_before_minutes",
    "buffer_after_minutes",
    "start_interval_minutes",
    "lead_time_minutes",
    "booking_horizon_days",
    "cancel_cutoff_minutes",
    "reschedule_cutoff_minutes",
    "requires_approval",
];

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
    requires_approval: bool,
    start_on_hour: bool,
    capacity: i32,
    has_needs: bool,
    assignment: String,
    usual_provider_first: bool,
    clientele: String,
    max_per_day: Option<i32>,
    max_per_week: Option<i32>,
    max_open_per_patient: Option<i32>,
    public: bool,
    asks: bool,
    archived_at: Option<Instant>,
    provider_id: Option<Uuid>,
    provider_archived_at: Option<Instant>,
    provider_public: Option<bool>,
    accepting: Option<bool>,
    provider_max_per_day: Option<i32>,
    provider_max_per_week: Option<i32>,
    own_max_per_day: Option<i32>,
    own_max_per_week: Option<i32>,
    gives: bool,
    known: bool,
    been_here: bool,
    open_of_service: i64,
    open: i64,
}

/// Reads the service with the providers in question. A provider who takes no new patients still takes the patient if they have
/// seen them before.
///
/// # Errors
/// What the database refused, or a row that does not parse.
pub async fn list(tx: &mut Tx, tenant: TenantId, among: Among, context: &Context) -> Result<Standings> {
    let columns = OVERRIDABLE.map(|column| format!("COALESCE(o.{column}, s.{column}) AS {column}"));
    let rows: Vec<Row> = tx
        .query_built(format!(
            "SELECT {}, s.start_on_hour, s.capacity, s.assignment, s.usual_provider_first, s.clientele, s.max_per_day, s.max_per_week,
                 s.max_open_per_patient, s.public, CAST(s.intake AS text) <> '[]' AS asks, s.archived_at,
                 c.id AS provider_id, c.archived_at AS provider_archived_at, c.public AS provider_public, c.accepting,
                 c.max_per_day AS provider_max_per_day, c.max_per_week AS provider_max_per_week,
                 o.max_per_day AS own_max_per_day, o.max_per_week AS own_max_per_week,
                 o.service_id IS NOT NULL AS gives,
                 EXISTS (SELECT 1 FROM service_needs n WHERE n.tenant_id = $1 AND n.service_id = $2) AS has_needs,
                 CASE WHEN c.accepting THEN FALSE ELSE EXISTS (SELECT 1 FROM appointments a
                     WHERE a.tenant_id = $1 AND a.patient_id = $4 AND a.provider_id = c.id AND a.status = 'fulfilled') END AS known,
                 CASE WHEN s.clientele = 'anyone' THEN FALSE ELSE EXISTS (SELECT 1 FROM appointments a
                     WHERE a.tenant_id = $1 AND a.patient_id = $4 AND a.status = 'fulfilled') END AS been_here,
                 CASE WHEN s.max_open_per_patient IS NULL THEN 0 ELSE (SELECT count(*) FROM appointments a
                     WHERE a.tenant_id = $1 AND a.patient_id = $4 AND a.service_id = $2 AND a.starts_at >= $5
                       AND a.status NOT IN ('cancelled', 'declined')) END AS open_of_service,
                 CASE WHEN $6 THEN (SELECT count(*) FROM appointments a
                     WHERE a.tenant_id = $1 AND a.patient_id = $4 AND a.starts_at >= $5
                       AND a.status NOT IN ('cancelled', 'declined')) ELSE 0 END AS open
             FROM services s LEFT JOIN providers c ON c.tenant_id = $1 AND c.id IN ({})
             LEFT JOIN provider_services o ON o.tenant_id = $1 AND o.provider_id = c.id AND o.service_id = $2
             WHERE s.tenant_id = $1 AND s.id = $2",
            columns.join(", "),
            among.providers()
        ))
        .bind(tenant)
        .bind(among.service())
        .bind(among.key())
        .bind(context.patient)
        .bind(context.now)
        .bind(context.max_open_per_patient.is_some())
        .all()
        .await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let service = among.service();
    let read = |row: &Row| Reading { service, row, context }.giving();
    let mut rules = Reading {
        service,
        row: first,
        context,
    }
    .rules()?;
    if first.has_needs {
        rules.needs = service_needs::list(tx, tenant, service).await?;
    }
    let givings: Result<Vec<Option<Giving>>> = rows.iter().map(read).collect();
    Ok(Some((rules, givings?.into_iter().flatten().collect())))
}

/// One row as the domain has it.
struct Reading<'a> {
    service: ServiceId,
    row: &'a Row,
    context: &'a Context,
}

impl Reading<'_> {
    fn rules(&self) -> Result<ServiceRules> {
        Ok(ServiceRules {
            id: self.service,
            terms: self.terms()?,
            needs: Vec::new(),
            assignment: self.name("assignment", &self.row.assignment)?,
            usual_provider_first: self.row.usual_provider_first,
            max_open_per_patient: self.count("max_open_per_patient", self.row.max_open_per_patient)?,
            public: self.row.public,
            archived: self.row.archived_at.is_some(),
            asks: self.row.asks,
        })
    }

    /// How the row's provider gives the service; nothing where it has none.
    fn giving(&self) -> Result<Option<Giving>> {
        let row = self.row;
        let (Some(provider), Some(accepting), Some(public)) = (row.provider_id, row.accepting, row.provider_public)
        else {
            return Ok(None);
        };
        let provider_id = provider.into();
        Ok(Some(Giving {
            provider_id,
            standing: Standing {
                archived: row.archived_at.is_some() || row.provider_archived_at.is_some(),
                gives_service: row.gives,
                accepts: accepting || row.known,
                public: row.public && public,
                granted: Granted::Nothing,
                patient: self.patient()?,
            },
            terms: self.terms()?,
            policy: Policy {
                buffer_before_minutes: row.buffer_before_minutes,
                buffer_after_minutes: row.buffer_after_minutes,
                cancel_cutoff_minutes: row.cancel_cutoff_minutes,
                reschedule_cutoff_minutes: row.reschedule_cutoff_minutes,
                requires_approval: row.requires_approval,
                capacity: row.capacity,
            },
            caps: self.caps(provider_id)?,
        }))
    }

    fn terms(&self) -> Result<Terms> {
        let row = self.row;
        let minutes = |column, value: i32| {
            u32::try_from(value)
                .map(Minutes)
                .map_err(|_| self.corrupt(column, value))
        };
        let start_interval = row.start_interval_minutes.map(|value| {
            let interval = u32::try_from(value).ok().and_then(|minutes| minutes.try_into().ok());
            interval.ok_or_else(|| self.corrupt("start_interval_minutes", value))
        });
        let own_horizon = row.booking_horizon_days.map(|value| {
            u16::try_from(value)
                .map(Horizon::Days)
                .map_err(|_| self.corrupt("booking_horizon_days", value))
        });
        Ok(Terms {
            duration: minutes("duration_minutes", row.duration_minutes)?,
            buffer_before: minutes("buffer_before_minutes", row.buffer_before_minutes)?,
            buffer_after: minutes("buffer_after_minutes", row.buffer_after_minutes)?,
            start_interval: start_interval.transpose()?,
            start_on_hour: row.start_on_hour,
            lead_time: minutes("lead_time_minutes", row.lead_time_minutes)?,
            horizon: own_horizon.transpose()?.unwrap_or(self.context.horizon),
            capacity: u32::try_from(row.capacity).map_err(|_| self.corrupt("capacity", row.capacity))?,
        })
    }

    fn patient(&self) -> Result<PatientStanding> {
        let row = self.row;
        if self.context.patient.is_none() {
            return Ok(PatientStanding::default());
        }
        let clientele = self.name("clientele", &row.clientele)?;
        let of_service = self.count("max_open_per_patient", row.max_open_per_patient)?;
        let limit = |most: Option<u32>, open: i64| {
            most.map(|most| OpenLimit {
                most,
                open: u32::try_from(open).unwrap_or(u32::MAX),
            })
        };
        Ok(PatientStanding {
            for_others: match clientele {
                Clientele::New if row.been_here => Some(Clientele::New),
                Clientele::Returning if !row.been_here => Some(Clientele::Returning),
                _ => None,
            },
            open_of_service: limit(of_service, row.open_of_service),
            open_of_any: limit(self.context.max_open_per_patient, row.open),
            phone_only: false,
        })
    }

    fn caps(&self, provider: ProviderId) -> Result<Vec<Cap>> {
        let row = self.row;
        let (whole, own) = (None, Some(provider));
        let service = Some(self.service);
        let caps = [
            (
                Rule::ServiceDayCap,
                Period::Day,
                "max_per_day",
                row.max_per_day,
                whole,
                service,
            ),
            (
                Rule::ServiceWeekCap,
                Period::Week,
                "max_per_week",
                row.max_per_week,
                whole,
                service,
            ),
            (
                Rule::ServiceDayCap,
                Period::Day,
                "max_per_day",
                row.own_max_per_day,
                own,
                service,
            ),
            (
                Rule::ServiceWeekCap,
                Period::Week,
                "max_per_week",
                row.own_max_per_week,
                own,
                service,
            ),
            (
                Rule::ProviderDayCap,
                Period::Day,
                "max_per_day",
                row.provider_max_per_day,
                own,
                None,
            ),
            (
                Rule::ProviderWeekCap,
                Period::Week,
                "max_per_week",
                row.provider_max_per_week,
                own,
                None,
            ),
        ];
        let cap = |(rule, period, column, most, provider_id, service_id)| {
            let most = self.count(column, most)?;
            Ok(most.map(|most| Cap {
                rule,
                period,
                most,
                provider_id,
                service_id,
                counted: Vec::new(),
            }))
        };
        let caps: Result<Vec<Option<Cap>>> = caps.into_iter().map(cap).collect();
        Ok(caps?.into_iter().flatten().collect())
    }

    fn name<T: std::str::FromStr>(&self, column: &'static str, name: &str) -> Result<T> {
        name.parse().map_err(|_| StoreError::Corrupt {
            table: "services",
            column,
            row: self.service.to_string(),
            value: name.to_owned(),
        })
    }

    fn count(&self, column: &'static str, value: Option<i32>) -> Result<Option<u32>> {
        let count = |value| u32::try_from(value).map_err(|_| self.corrupt(column, value));
        value.map(count).transpose()
    }

    fn corrupt(&self, column: &'static str, value: i32) -> StoreError {
        StoreError::Corrupt {
            table: "services",
            column,
            row: self.service.to_string(),
            value: value.to_string(),
        }
    }
}
