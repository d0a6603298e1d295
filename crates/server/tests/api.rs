//! The running program, spoken to over HTTP, on both databases.

mod api {
    mod access;
    mod account_pages;
    mod accounts;
    mod appointments;
    mod assignment;
    mod bodies;
    mod booking_pages;
    mod browser;
    mod calendar;
    mod calendar_pages;
    mod caller;
    mod canary;
    mod clinic;
    mod clock_changes;
    mod closures_pages;
    mod cookies;
    mod crashes;
    mod desk_pages;
    mod desk_powers;
    mod doctor_pages;
    mod document;
    mod error_pages;
    mod escaping;
    mod exposure;
    mod forged;
    mod groups;
    mod guessing;
    mod holds;
    mod holidays;
    mod hours_pages;
    mod intake;
    mod logs;
    mod needs;
    mod numbers;
    mod people;
    mod practice;
    mod processes;
    #[path = "../cli/program.rs"]
    #[expect(dead_code, reason = "the command line's own tests need more of it")]
    mod program;
    mod proxies;
    mod proxy_pages;
    mod races;
    mod raw;
    mod refusals;
    mod requests_pages;
    mod server;
    mod service_rules;
    mod sign_in;
    mod smart_order;
    mod sql;
    mod strangers;
    mod templates;
    mod tenancy;
    mod tickets;
    mod timing;
    mod together;
    mod translations;
    mod tricks;
    mod visit_pages;
    mod waitlist;
    mod weekly_hours;
    mod why_pages;
}
