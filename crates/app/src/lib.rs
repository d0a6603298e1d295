//! Use cases: `(&App, &Ctx, Input) -> Result<Output, AppError>`. Each checks the permission, opens the transaction, asks the
//! domain, writes with its jobs and audit entries, and commits.

pub mod app;
pub mod appointments;
pub mod audit;
pub mod blocks;
pub mod booking;
pub mod catalogue;
pub mod clock;
pub mod clock_changes;
pub mod closures;
pub mod ctx;
pub mod demo;
pub mod departments;
pub mod error;
pub mod holds;
pub mod idempotency;
pub mod installation;
pub mod intake;
pub mod locations;
pub mod occurrence;
pub mod openings;
pub mod passwords;
pub mod patients;
pub mod proposals;
pub mod provider_services;
pub mod providers;
pub mod proxies;
pub mod registration;
pub mod reports;
pub mod requests;
pub mod resources;
pub mod series;
pub mod services;
pub mod sessions;
pub mod settings;
pub mod signing_keys;
pub mod slots;
pub mod stranded;
pub mod sweep;
pub mod templates;
pub mod tenants;
pub mod tickets;
pub mod tokens;
pub mod users;
pub mod validate;
pub mod verify;
pub mod visits;
pub mod waitlist;
pub mod walk_ins;

#[cfg(test)]
mod year;
