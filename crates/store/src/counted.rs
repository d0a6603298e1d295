//! The appointments and holds that count towards caps.

use kalends_domain::allocation::Owner;
use kalends_domain::id::{ProviderId, ServiceId, TenantId};
use kalends_domain::slot::{Cap, Taken};
use kalends_domain::time::Span;
use uuid::Uuid;

use crate::error::Result;
use crate::standings::Among;
use crate::tx::Tx;
use crate::value::Instant;

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    expires_at: Option<Instant>,
    starts_at: Instant,
    provider_id: Uuid,
    service_id: Uuid,
}

/// What counts towards some cap, with what it is of.
#[derive(Debug)]
pub struct Counted(Vec<(ProviderId, ServiceId, Taken)>);

impl Counted {
    /// Those that count towards `cap`.
    pub fn of(&self, cap: &Cap) -> Vec<Taken> {
        let counts = |(provider, service, _): &&(ProviderId, ServiceId, Taken)| {
            cap.provider_id.is_none_or(|id| id == *provider) && cap.service_id.is_none_or(|id| id == *service)
        };
        self.0.iter().filter(counts).map(|(.., taken)| *taken).collect()
    }
}

/// Every appointment that takes time, and every hold, expired or not, that starts in `span` and is of the service or of one of
/// the providers in question.
///
/// # Errors
/// What the database refused. It never means that nothing counts.
pub async fn list(tx: &mut Tx, tenant: TenantId, among: Among, span: Span) -> Result<Counted> {
    let of = |table: &str, expires_at: &str, condition: &str| {
        let providers = among.providers();
        let columns =
            format!("SELECT t.id, {expires_at} AS expires_at, t.starts_at, t.provider_id, t.service_id FROM {table} t");
        let within = format!("t.tenant_id = $1 AND t.starts_at >= $4 AND t.starts_at < $5 {condition}");
        // Two looks, each by its index; what both find is one.
        format!(
            "{columns} WHERE {within} AND t.service_id = $2
             UNION {columns} WHERE {within} AND t.provider_id IN ({providers})"
        )
    };
    let rows: Vec<Row> = tx
        .query_built(format!(
            "{} UNION {}",
            // The holds first: their column gives the other one's its type.
            of("holds", "t.expires_at", ""),
            of("appointments", "NULL", "AND t.status NOT IN ('cancelled', 'declined')")
        ))
        .bind(tenant)
        .bind(among.service())
        .bind(among.key())
        .bind(span.starts_at())
        .bind(span.ends_at())
        .all()
        .await?;
    let counted = rows.into_iter().map(|row| {
        let owner = match row.expires_at {
            Some(Instant(expires_at)) => Owner::Hold {
                id: row.id.into(),
                expires_at,
            },
            None => Owner::Appointment(row.id.into()),
        };
        let taken = Taken {
            owner,
            starts_at: row.starts_at.0,
        };
        (row.provider_id.into(), row.service_id.into(), taken)
    });
    Ok(Counted(counted.collect()))
}
