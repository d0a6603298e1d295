//! The databases. `&mut Tx` and `TenantId` come first; functions return domain types, and `Option` where there is nothing.

pub mod allocations;
pub mod appointment_events;
pub mod appointments;
pub mod audit;
mod bind;
pub mod blocks;
pub mod change;
pub mod closures;
pub mod departments;
pub mod error;
pub mod holds;
pub mod idempotency_keys;
pub mod jobs;
mod links;
pub mod list;
pub mod locations;
pub mod memberships;
pub mod openings;
pub mod patients;
pub mod providers;
pub mod refresh_tokens;
pub mod reports;
pub mod resources;
pub mod services;
pub mod sessions;
pub mod signing_keys;
pub mod sites;
mod sqlite;
pub mod standings;
pub mod store;
pub mod stored;
pub mod tenants;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tx;
pub mod users;
mod value;
