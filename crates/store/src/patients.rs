//! Patients.

use kalends_domain::id::{PatientId, ProviderId, TenantId};
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::patient::Patient;
use kalends_domain::stamp::Stamp;
use kalends_domain::text::digits;
use uuid::Uuid;

use crate::error::Result;
use crate::list::Filter;
use crate::stored::{self, Stored};
use crate::tx::{Query, Tx};
use crate::value::Day;

#[derive(sqlx::FromRow)]
pub struct Row {
    user_id: Option<Uuid>,
    given_name: String,
    family_name: String,
    email: Option<String>,
    phone: Option<String>,
    birth_date: Option<Day>,
    language: Option<String>,
    notes: Option<String>,
}

/// Which patients a list shows.
#[derive(Clone, Debug, Default)]
pub struct PatientFilter {
    /// Those who have had or will have an appointment with this provider.
    pub of_provider: Option<ProviderId>,
}

impl Stored for Patient {
    type Id = PatientId;
    type Row = Row;

    const TABLE: &'static str = "patients";
    const NOUN: &'static str = "patient";
    const BOOKED_AS: Option<&'static str> = Some("patient_id = $2");
    const COLUMNS: &'static [&'static str] = &[
        "user_id",
        "given_name",
        "family_name",
        "email",
        "phone",
        "birth_date",
        "language",
        "notes",
    ];

    fn id(&self) -> PatientId {
        self.id
    }

    fn stamp(&self) -> &Stamp {
        &self.stamp
    }

    fn stamp_mut(&mut self) -> &mut Stamp {
        &mut self.stamp
    }

    fn sort_name(&self) -> String {
        format!("{} {}", self.family_name, self.given_name)
    }

    /// E-mail, telephone and birth date; numbers as bare digits, which is how searches look for them.
    fn search_text(&self) -> String {
        let email = self.email.as_deref().unwrap_or_default();
        let phone = self.phone.as_deref().map(digits).unwrap_or_default();
        let birth_date = self.birth_date.map(|date| {
            let (year, month, day) = (date.year(), date.month(), date.day());
            // As people type it: year first, day first or month first, with and without zeros.
            format!(
                "{year:04}{month:02}{day:02} {day:02}{month:02}{year:04} {month:02}{day:02}{year:04} {day}{month}{year} {month}{day}{year}"
            )
        });
        format!("{email} {phone} {}", birth_date.unwrap_or_default())
    }

    fn bind<'t>(&self, query: Query<'t>) -> Query<'t> {
        query
            .bind(self.user_id)
            .bind(&self.given_name)
            .bind(&self.family_name)
            .bind(self.email.as_deref())
            .bind(self.phone.as_deref())
            .bind(self.birth_date)
            .bind(self.language.as_deref())
            .bind(self.notes.as_deref())
    }

    fn parse(id: PatientId, row: Row, stamp: Stamp) -> Result<Self> {
        Ok(Self {
            id,
            user_id: row.user_id.map(Into::into),
            given_name: row.given_name,
            family_name: row.family_name,
            email: row.email,
            phone: row.phone,
            birth_date: row.birth_date.map(Into::into),
            language: row.language,
            notes: row.notes,
            stamp,
        })
    }
}

/// One page of patients.
///
/// # Errors
/// An unknown sort column, or what the database refused.
pub async fn list(
    tx: &mut Tx,
    tenant: TenantId,
    request: &PageRequest,
    filter: PatientFilter,
) -> Result<Page<Patient>> {
    let of_provider = Filter::optional(
        "t.id IN (SELECT a.patient_id FROM appointments a WHERE a.tenant_id = t.tenant_id AND a.provider_id = ?)",
        filter.of_provider,
    );
    stored::list(tx, tenant, request, of_provider.into_iter().collect()).await
}

/// The patient, archived or not.
///
/// # Errors
/// What the database refused.
pub async fn find(tx: &mut Tx, tenant: TenantId, id: PatientId) -> Result<Option<Patient>> {
    stored::find(tx, tenant, id).await
}

/// Whether the patient has had or will have an appointment with the provider.
///
/// # Errors
/// What the database refused.
pub async fn has_provider(tx: &mut Tx, tenant: TenantId, id: PatientId, provider: ProviderId) -> Result<bool> {
    let count: i64 = tx
        .query("SELECT COUNT(*) FROM appointments WHERE tenant_id = $1 AND patient_id = $2 AND provider_id = $3")
        .bind(tenant)
        .bind(id)
        .bind(provider)
        .scalar()
        .await?;
    Ok(count > 0)
}
