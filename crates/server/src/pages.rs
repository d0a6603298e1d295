//! The pages: what a person sees, as HTML from the server.
