//! The running program, spoken to over HTTP, on both databases.

mod appointments;
mod booking_pages;
mod calendar;
mod calendar_pages;
mod clock_changes;
mod crashes;
mod desk_pages;
mod doctor_pages;
mod harness;
#[path = "../cli/program.rs"]
#[expect(dead_code, reason = "the command line's own tests need more of it")]
mod program;
mod races;
