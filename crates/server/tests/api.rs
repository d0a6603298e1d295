//! The API and the sign-in pages over HTTP, on both databases.

mod api {
    mod access;
    mod accounts;
    mod assignment;
    mod bodies;
    mod canary;
    mod cookies;
    mod document;
    mod escaping;
    mod exposure;
    mod forged;
    mod guessing;
    mod holds;
    mod logs;
    mod numbers;
    mod raw;
    mod refusals;
    mod server;
    mod sign_in;
    mod sql;
    mod strangers;
    mod tenancy;
    mod timing;
    mod tricks;
}
