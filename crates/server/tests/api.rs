//! The API and the sign-in pages over HTTP, on both databases.

mod api {
    mod access;
    mod accounts;
    mod assignment;
    mod canary;
    mod cookies;
    mod document;
    mod guessing;
    mod holds;
    mod logs;
    mod refusals;
    mod server;
    mod sign_in;
    mod strangers;
    mod tenancy;
}
