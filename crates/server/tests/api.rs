//! The API and the sign-in pages over HTTP, on both databases.

mod api {
    mod access;
    mod accounts;
    mod cookies;
    mod guessing;
    mod server;
    mod sign_in;
    mod tenancy;
}
