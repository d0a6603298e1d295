//! The running program, spoken to over HTTP, on both databases.

mod appointments;
mod booking_pages;
mod calendar;
mod calendar_pages;
mod clock_changes;
mod harness;
mod races;
