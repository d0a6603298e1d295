//! Who receives a service.

use jiff::civil::Date;
use serde::Serialize;

use crate::id::{PatientId, UserId};
use crate::stamp::Stamp;

/// A patient as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Patient {
    pub id: PatientId,
    /// The user who signs in as this patient.
    pub user_id: Option<UserId>,
    pub given_name: String,
    pub family_name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub birth_date: Option<Date>,
    /// A language tag, for what is sent to them.
    pub language: Option<String>,
    /// For staff only.
    pub notes: Option<String>,
    pub stamp: Stamp,
}

impl Patient {
    /// Given and family name.
    pub fn full_name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name)
    }
}
