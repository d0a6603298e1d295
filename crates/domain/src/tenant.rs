//! An isolated organisation.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::TenantId;
use crate::name::names;

names! {
    /// Whether an organisation's doors are open.
    pub enum TenantStatus {
        Active = "active",
        /// Nobody signs in and no session is valid.
        Suspended = "suspended",
    }
}

/// What an organisation decides for itself; absent members take the defaults.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// How far ahead may be booked where the service does not say; absent: six calendar months.
    pub booking_horizon_days: Option<i32>,
    /// The language of visitors who did not choose one.
    pub language: Option<String>,
    /// ISO 4217, for prices.
    pub currency: Option<String>,
    /// Shown to patients who cannot book online.
    pub phone: Option<String>,
    /// A line about the organisation for its front page.
    pub tagline: Option<String>,
}

/// An organisation as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    pub id: TenantId,
    /// Its name in addresses: `<slug>.<base domain>`.
    pub slug: String,
    pub name: String,
    pub status: TenantStatus,
    pub settings: Settings,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    pub version: i64,
}
