//! The program: a JSON API, pages, a worker and a command line over the same use cases.

pub mod api;
pub mod cli;
pub mod config;
pub mod holidays;
pub mod http;
pub mod pages;
pub mod serve;
pub mod telemetry;
pub mod worker;
