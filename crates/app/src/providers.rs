//! Providers: the public ones are seen by everybody, all of them by staff; kept by admins, their profile by themselves.

use kalends_domain::department::Department;
use kalends_domain::id::{DepartmentId, LocationId, ProviderId, ServiceId};
use kalends_domain::location::Location;
use kalends_domain::page::{Page, PageRequest};
use kalends_domain::permission::{Action, Resource, Role, Scope};
use kalends_domain::provider::Provider;
use kalends_domain::service::Service;
use kalends_domain::stamp::Stamp;
use kalends_domain::user::{Membership, User};
use kalends_store::providers as store;
use kalends_store::tx::Tx;
use kalends_store::{audit, memberships, stored};

pub use kalends_store::providers::ProviderFilter;

use crate::app::App;
use crate::catalogue::{self, Change};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::idempotency::Once;
use crate::users::{self, NewUser};
use crate::validate::{CAP_MAX, Check, DESCRIPTION_MAX};

const TITLE_MAX: usize = 60;
const LANGUAGES_MAX: usize = 20;

/// What changes, or what a new provider has (both names at least): an absent member stays as it is, `Some(None)` clears.
/// A new provider is public and takes new patients.
#[derive(Clone, Debug, Default)]
pub struct ProviderPatch {
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub title: Option<Option<String>>,
    pub bio: Option<Option<String>>,
    pub languages: Option<Vec<String>>,
    pub public: Option<bool>,
    pub accepting: Option<bool>,
    pub max_per_day: Option<Option<i64>>,
    pub max_per_week: Option<Option<i64>>,
    pub department_ids: Option<Vec<DepartmentId>>,
    /// The first one is where their calendar opens.
    pub location_ids: Option<Vec<LocationId>>,
    pub service_ids: Option<Vec<ServiceId>>,
    /// `true` takes them out of use, `false` back into it.
    pub archived: Option<bool>,
}

/// What a new provider needs: both names at least.
#[derive(Clone, Debug, Default)]
pub struct NewProvider {
    /// The address that they sign in with; absent: they do not.
    pub email: Option<String>,
    pub password: Option<String>,
    pub profile: ProviderPatch,
}

/// One page of providers; only public ones for those who do not work here.
///
/// # Errors
/// When archived ones are asked for by somebody who does not keep the catalogue, or the list cannot be sorted so.
pub async fn list(app: &App, ctx: &Ctx, request: &PageRequest, mut filter: ProviderFilter) -> Result<Page<Provider>> {
    catalogue::may_list(ctx, request)?;
    if !catalogue::sees_private(ctx) {
        filter.public = Some(true);
    }
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    let page = store::list(&mut tx, ctx.tenant_id(), request, filter).await?;
    Ok(page.map(|it| as_seen(ctx, it)))
}

/// One provider, archived or not.
///
/// # Errors
/// [`AppError::NotFound`], also when they are not public and the caller does not work here.
pub async fn get(app: &App, ctx: &Ctx, id: ProviderId) -> Result<Provider> {
    let mut tx = app.store.read(ctx.tenant_id()).await?;
    store::find(&mut tx, ctx.tenant_id(), id)
        .await?
        .filter(|it| it.public || catalogue::sees_private(ctx))
        .map(|it| as_seen(ctx, it))
        .ok_or(AppError::NotFound)
}

/// Makes a provider, with the account they sign in with if there is an address for it.
///
/// # Errors
/// Fields that break a rule; [`AppError::EmailTaken`]; [`AppError::Replayed`] when the key was used before.
pub async fn create(app: &App, ctx: &Ctx, input: NewProvider, once: &Once<'_, Provider>) -> Result<Provider> {
    if ctx.require(Resource::Provider, Action::Write)? == Scope::Own {
        return Err(AppError::Forbidden);
    }
    let NewProvider {
        email,
        password,
        profile,
    } = input;
    let mut check = Check::default();
    let account = match email {
        Some(email) => {
            let user = NewUser {
                email,
                given_name: profile.given_name.clone().unwrap_or_default(),
                family_name: profile.family_name.clone().unwrap_or_default(),
                language: None,
                role: Role::Doctor,
                password,
            };
            // Before the transaction: a hash takes its time.
            Some(users::prepare(app, ctx, &mut check, &user).await?)
        }
        None => {
            if password.is_some() {
                check.fail("email", "required");
            }
            None
        }
    };
    let mut change = catalogue::make(app, ctx, blank(app.new_id(), ctx), once).await?;
    apply(ctx, &mut change, &mut check, profile).await?;
    check.finish()?;
    if let Some(account) = &account {
        users::insert(&mut change.tx, ctx, account).await?;
        change.it.user_id = Some(account.user.id);
        change.it.email = Some(account.user.email.clone());
    }
    change.write(ctx, None).await?;
    if let Some(account) = account {
        let membership = Membership {
            provider_id: Some(change.it.id),
            ..account.membership
        };
        memberships::insert(&mut change.tx, ctx.tenant_id(), &membership).await?;
    }
    change.finish(ctx, once).await
}

/// Stores the provider that a doctor is whose account was made among the users. They give no service until somebody says
/// which, so nothing of theirs is offered yet.
///
/// # Errors
/// What the database refused.
pub(crate) async fn add_for(app: &App, ctx: &Ctx, tx: &mut Tx, user: &User) -> Result<ProviderId> {
    let provider = Provider {
        user_id: Some(user.id),
        email: Some(user.email.clone()),
        given_name: user.given_name.clone(),
        family_name: user.family_name.clone(),
        ..blank(app.new_id(), ctx)
    };
    stored::insert(tx, ctx.tenant_id(), &provider).await?;
    let entry = ctx.audit("create", "provider", Some(provider.id.uuid()));
    audit::insert(tx, ctx.tenant_id(), &[entry]).await?;
    Ok(provider.id)
}

/// Changes a provider: admins everything, doctors their own title, text, languages and whether they take new patients.
///
/// # Errors
/// [`AppError::Stale`] when `expected` is not their version, [`AppError::InUse`] when an appointment keeps them from being
/// archived, `read-only` for what doctors may not change, or fields that break a rule.
pub async fn update(
    app: &App,
    ctx: &Ctx,
    id: ProviderId,
    expected: Option<i64>,
    patch: ProviderPatch,
) -> Result<Provider> {
    if ctx.require(Resource::Provider, Action::Write)? == Scope::Own {
        if ctx.signed_in()?.provider_id != Some(id) {
            return Err(AppError::Forbidden);
        }
        let mut check = Check::default();
        for (field, touched) in [
            ("given_name", patch.given_name.is_some()),
            ("family_name", patch.family_name.is_some()),
            ("public", patch.public.is_some()),
            ("max_per_day", patch.max_per_day.is_some()),
            ("max_per_week", patch.max_per_week.is_some()),
            ("department_ids", patch.department_ids.is_some()),
            ("location_ids", patch.location_ids.is_some()),
            ("service_ids", patch.service_ids.is_some()),
            ("archived", patch.archived.is_some()),
        ] {
            if touched {
                check.fail(field, "read-only");
            }
        }
        check.finish()?;
    }
    let mut change = catalogue::open(app, ctx, id, expected).await?;
    let mut check = Check::default();
    let archived = patch.archived;
    apply(ctx, &mut change, &mut check, patch).await?;
    check.finish()?;
    change.archive(ctx, archived).await?;
    change.save(ctx, None).await
}

/// A provider of whom nothing is known.
pub fn blank(id: ProviderId, ctx: &Ctx) -> Provider {
    Provider {
        id,
        user_id: None,
        email: None,
        title: None,
        given_name: String::new(),
        family_name: String::new(),
        bio: None,
        languages: Vec::new(),
        public: true,
        accepting: true,
        max_per_day: None,
        max_per_week: None,
        department_ids: Vec::new(),
        location_ids: Vec::new(),
        service_ids: Vec::new(),
        stamp: Stamp::new(ctx.now),
    }
}

async fn apply(ctx: &Ctx, change: &mut Change<Provider>, check: &mut Check, patch: ProviderPatch) -> Result<()> {
    if let Some(ids) = patch.department_ids {
        let already = change.it.department_ids.clone();
        change.it.department_ids = change
            .check_links::<Department>(ctx, check, "department_ids", ids, &already)
            .await?;
    }
    if let Some(ids) = patch.location_ids {
        let already = change.it.location_ids.clone();
        change.it.location_ids = change
            .check_links::<Location>(ctx, check, "location_ids", ids, &already)
            .await?;
    }
    if let Some(ids) = patch.service_ids {
        let already = change.it.service_ids.clone();
        change.it.service_ids = change
            .check_links::<Service>(ctx, check, "service_ids", ids, &already)
            .await?;
    }
    let it = &mut change.it;
    check.name("given_name", patch.given_name, &mut it.given_name);
    check.name("family_name", patch.family_name, &mut it.family_name);
    if let Some(title) = patch.title {
        it.title = check.optional_line("title", title.as_deref(), TITLE_MAX);
    }
    if let Some(bio) = patch.bio {
        it.bio = check.optional_lines("bio", bio.as_deref(), DESCRIPTION_MAX);
    }
    if let Some(languages) = patch.languages {
        if languages.len() > LANGUAGES_MAX {
            check.fail_with("languages", "too-many", vec![("max", LANGUAGES_MAX.to_string())]);
        }
        let tags = languages.iter().enumerate();
        it.languages = tags
            .filter_map(|(position, tag)| check.optional_language(&format!("languages/{position}"), Some(tag)))
            .collect();
    }
    it.public = patch.public.unwrap_or(it.public);
    it.accepting = patch.accepting.unwrap_or(it.accepting);
    check.set_optional_number("max_per_day", patch.max_per_day, 1..=CAP_MAX, &mut it.max_per_day);
    check.set_optional_number("max_per_week", patch.max_per_week, 1..=CAP_MAX, &mut it.max_per_week);
    Ok(())
}

/// What the caller sees of a provider: the address is for those who work here.
fn as_seen(ctx: &Ctx, mut provider: Provider) -> Provider {
    if !catalogue::sees_private(ctx) {
        provider.email = None;
    }
    provider
}
