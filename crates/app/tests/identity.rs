//! Who signs in, how long it lasts, and what ends it, on both databases.

mod identity {
    mod accounts;
    mod sessions;
    mod tenancy;
    mod world;
}
