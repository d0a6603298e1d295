//! The running program, spoken to over HTTP, on both databases.

mod appointments;
mod harness;
mod races;
