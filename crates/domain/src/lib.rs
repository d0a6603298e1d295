//! What booking *is*: pure rules and values. No I/O, no clock, no randomness: `now`, ids and zones are arguments.

pub mod allocation;
pub mod appointment;
pub mod audit;
pub mod block;
pub mod closure;
pub mod department;
pub mod hold;
pub mod id;
pub mod job;
pub mod name;
pub mod opening;
pub mod page;
pub mod permission;
pub mod report;
pub mod rule;
pub mod session;
pub mod slot;
pub mod tenant;
pub mod time;
pub mod user;
