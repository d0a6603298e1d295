//! The databases. `&mut Tx` and `TenantId` come first; functions return domain types, and `Option` where there is nothing.

pub mod appointment_events;
pub mod audit;
mod bind;
pub mod change;
pub mod departments;
pub mod error;
pub mod idempotency_keys;
pub mod jobs;
pub mod list;
mod sqlite;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tx;
mod value;
