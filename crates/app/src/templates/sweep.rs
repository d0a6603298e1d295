//! The rolling horizon: every template's openings are made as far ahead as the organisation says, day by day.

use kalends_domain::id::{TemplateId, TenantId};
use kalends_store::tx::Tx;
use kalends_store::{sites, templates as store, tenants};

use super::renewal::{self, horizon};
use crate::app::App;
use crate::ctx::Ctx;
use crate::error::Result;

/// Makes the openings that have come within the horizon since the last round, and counts them. What was made before is not
/// looked at again: whoever removed an opening by hand has removed it for good.
///
/// # Errors
/// What the database refused.
pub async fn publish_due(app: &App, tenant: TenantId) -> Result<u64> {
    let mut tx = app.store.read(tenant).await?;
    let Some(tenant) = tenants::find(&mut tx, tenant).await? else {
        return Ok(0);
    };
    let ctx = Ctx::system(tenant, app.now());
    let sites = sites::list(&mut tx, ctx.tenant_id(), None).await?;
    // As far as the easternmost site; each template has its own.
    let horizons = sites
        .iter()
        .map(|site| horizon(&ctx, site))
        .collect::<Result<Vec<_>>>()?;
    let Some(latest) = horizons.into_iter().max() else {
        return Ok(0);
    };
    let due = store::list_due(&mut tx, ctx.tenant_id(), latest).await?;
    drop(tx);
    let mut made = 0;
    for template in due {
        let mut tx = app.store.begin(ctx.tenant_id()).await?;
        made += publish(app, &ctx, &mut tx, template).await?;
        tx.commit().await?;
    }
    Ok(made)
}

async fn publish(app: &App, ctx: &Ctx, tx: &mut Tx, id: TemplateId) -> Result<u64> {
    let tenant = ctx.tenant_id();
    let Some(template) = store::lock(tx, tenant, id).await?.filter(|it| !it.stamp.is_archived()) else {
        return Ok(0);
    };
    let sites = sites::list(tx, tenant, None).await?;
    let Some(site) = sites
        .iter()
        .find(|it| it.location_id == template.location_id && !it.archived)
    else {
        return Ok(0);
    };
    let next = template.published_until.and_then(|until| until.tomorrow().ok());
    if next.is_some_and(|next| horizon(ctx, site).is_ok_and(|horizon| horizon < next)) {
        return Ok(0);
    }
    let applied = renewal::apply(app, ctx, tx, site, template, next).await?;
    if applied.openings_created > 0 {
        renewal::audit(tx, ctx, "publish", &applied).await?;
    }
    Ok(applied.openings_created as u64)
}
