//! Who is calling: the tenant by the host name, the person by the token.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::header::{AUTHORIZATION, HOST, USER_AGENT};
use axum::http::request::Parts;
use kalends_app::ctx::{Actor, Ctx};
use kalends_app::error::{AppError, Result};
use kalends_app::sessions::{self, Client, Origin};
use kalends_app::tenants::{self, Named};
use kalends_domain::tenant::{DEFAULT_SLUG, Tenant, TenantStatus};

use crate::http::observe::RequestId;
use crate::http::problem::Failure;
use crate::http::state::AppState;
use crate::http::who::Who;

/// The circumstances of a request of the API: anonymous without a token, refused with one that is not valid. Cookies are
/// never read here, so that no other site can make a browser act through the API.
pub struct Caller(pub Ctx);

impl FromRequestParts<AppState> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> std::result::Result<Self, Failure> {
        let connection = Connection::of(state, parts).await?;
        let ctx = match bearer(parts)? {
            Some(token) => sessions::authenticate(&state.app, &connection.origin, &token).await?,
            None => connection.anonymous(state, None).await?,
        };
        Who::tell(&parts.extensions, &ctx);
        Ok(Self(ctx))
    }
}

/// What is known of a request before its token is looked at.
pub struct Connection {
    /// The tenant that the host name names.
    pub named: Option<Tenant>,
    pub origin: Origin,
}

impl Connection {
    /// Reads the host name and where the request comes from.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a name under the base domain that no tenant has.
    pub async fn of(state: &AppState, parts: &Parts) -> Result<Self> {
        let host = parts
            .headers
            .get(HOST)
            .and_then(|host| host.to_str().ok())
            .unwrap_or_default();
        let named = match tenants::find_by_host(&state.app, host, &state.config.base_domain).await? {
            Named::Tenant(tenant) => Some(*tenant),
            Named::Nothing => None,
            Named::Unknown => return Err(AppError::NotFound),
        };
        let address = address(parts);
        let agent = parts
            .headers
            .get(USER_AGENT)
            .and_then(|agent| agent.to_str().ok())
            .unwrap_or_default();
        let origin = Origin {
            tenant: named.as_ref().map(|tenant| tenant.id),
            client: Client::new(agent, address),
            address,
            request_id: parts.extensions.get::<RequestId>().map(|id| id.0),
        };
        Ok(Self { named, origin })
    }

    /// Nobody in particular, in the tenant that the host names, else in the one with this slug, else in the default one.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such tenant, it is suspended, or the host names another one.
    pub async fn anonymous(&self, state: &AppState, slug: Option<&str>) -> Result<Ctx> {
        let ctx = self.any_tenant(state, slug).await?;
        if ctx.tenant.status == TenantStatus::Suspended {
            return Err(AppError::NotFound);
        }
        Ok(ctx)
    }

    /// The same, in a suspended tenant too: signing in there is refused like any other wrong password.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when there is no such tenant or the host names another one.
    pub async fn any_tenant(&self, state: &AppState, slug: Option<&str>) -> Result<Ctx> {
        let tenant = match (&self.named, slug) {
            (Some(named), Some(slug)) if named.slug != slug => return Err(AppError::NotFound),
            (Some(named), _) => named.clone(),
            (None, slug) => tenants::find(&state.app, slug.unwrap_or(DEFAULT_SLUG))
                .await?
                .ok_or(AppError::NotFound)?,
        };
        Ok(Ctx {
            tenant: Arc::new(tenant),
            actor: Actor::Anonymous,
            now: state.app.now(),
            request_id: self.origin.request_id,
            address: self.origin.address,
        })
    }
}

impl FromRequestParts<AppState> for Connection {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> std::result::Result<Self, Failure> {
        Ok(Self::of(state, parts).await?)
    }
}

/// The connection's own address. Headers such as `X-Forwarded-For` are the client's word and are not believed.
pub fn address(parts: &Parts) -> Option<IpAddr> {
    parts
        .extensions
        .get::<ConnectInfo<SocketAddr>>()
        .map(|peer| peer.0.ip().to_canonical())
}

/// The bearer token, if one is sent. Anything else in its place is a token that is not valid.
fn bearer(parts: &Parts) -> Result<Option<String>> {
    let mut values = parts.headers.get_all(AUTHORIZATION).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let token = value
        .to_str()
        .ok()
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| {
            // Two of them would leave open which one counts.
            scheme.eq_ignore_ascii_case("bearer") && values.next().is_none()
        });
    token
        .map(|(_, token)| Some(token.trim().to_owned()))
        .ok_or(AppError::Unauthenticated)
}
