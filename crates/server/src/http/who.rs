//! Who a request turned out to be, for what surrounds its handler: the handler's own copy goes with the request.

use std::sync::{Arc, OnceLock};

use axum::http::Extensions;
use kalends_app::ctx::Ctx;

/// A place that is empty until somebody has read the request's token or cookies.
#[derive(Clone, Default)]
pub struct Who(Arc<OnceLock<Ctx>>);

impl Who {
    /// The request's place, made where there is none.
    pub fn of(extensions: &mut Extensions) -> Self {
        extensions.get_or_insert_default::<Self>().clone()
    }

    /// Tells it, once.
    pub fn tell(extensions: &Extensions, ctx: &Ctx) {
        if let Some(Self(place)) = extensions.get::<Self>() {
            // The first word counts: nobody becomes somebody else on the way.
            let _known = place.set(ctx.clone());
        }
    }

    /// Who it was, as far as anybody asked.
    pub fn told(&self) -> Option<&Ctx> {
        self.0.get()
    }
}
