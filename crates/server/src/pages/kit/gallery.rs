//! Every component with sample values, as pages in each language and theme. The test renders them all and leaves them in
//! `target/gallery/`, for any server of static files to show.
#![expect(clippy::unwrap_used, reason = "a sample that cannot be made is a failed test")]

mod samples;

use std::fs;
use std::path::Path;

use askama::Template;
use kalends_domain::permission::Role;

use super::action::Actions;
use super::frame::{Frame, Theme};
use super::markup::Markup;
use super::page::Page;
use super::toast::Toast;
use crate::http::locale::Locale;

/// A page of samples.
#[derive(Template)]
#[template(path = "kit/gallery.html")]
pub(super) struct Gallery {
    pub page: Page,
    pub actions: Actions,
    pub parts: Vec<(String, Markup)>,
    pub overlay: Markup,
}

fn frame(l: Locale, theme: Theme, path: &str) -> Frame {
    Frame {
        l,
        theme,
        path: path.to_owned(),
        ..Frame::default()
    }
}

#[test]
fn every_component_is_rendered_in_every_language() {
    let out = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/gallery");
    fs::create_dir_all(out.join("assets")).unwrap();
    for asset in kalends_assets::ASSETS {
        fs::write(out.join("assets").join(asset.file), asset.bytes).unwrap();
    }
    for l in Locale::OFFERED {
        for theme in [Theme::Light, Theme::Dark] {
            let pages = [
                ("list", "/admin/patients?q=a", Some(Role::Admin)),
                ("forms", "/admin/settings", Some(Role::Admin)),
                ("month", "/admin/calendar", Some(Role::Admin)),
                ("day", "/doctor/calendar", Some(Role::Doctor)),
                ("dashboard", "/admin/dashboard", Some(Role::Admin)),
                ("book", "/book", Some(Role::Patient)),
                ("home", "/patient/dashboard", Some(Role::Patient)),
                ("sign-in", "/patient/login", None),
            ];
            for (name, path, role) in pages {
                let mut page = Page::new(frame(l, theme, path), samples::title(name));
                page.tenant = "Kalends Demo Clinic".to_owned();
                if let Some(role) = role {
                    page = page.viewed_by(role, "Amara Okafor");
                }
                let html = samples::gallery(name, page).render().unwrap();
                assert!(!html.contains('⟦'), "{name} in {}: {html}", l.code());
                assert!(!html.contains("style="), "{name} has a style attribute");
                fs::write(out.join(format!("{name}-{}-{}.html", l.code(), theme.name())), html).unwrap();
            }
            let page = Page::new(frame(l, theme, "/nowhere"), l.t("page-error-not-found")).bare();
            let html = super::error::sample(page).render().unwrap();
            fs::write(out.join(format!("error-{}-{}.html", l.code(), theme.name())), html).unwrap();
        }
    }
}

#[test]
fn text_is_escaped_wherever_it_stands() {
    let evil = "<script>alert(1)</script>\"'";
    let mut page = Page::new(frame(Locale::En, Theme::System, "/admin/patients"), evil)
        .viewed_by(Role::Admin, evil)
        .lead(evil)
        .crumb(evil, "/a")
        .toast(Toast::error(evil));
    page.tenant = evil.to_owned();
    let html = samples::gallery("forms", page).render().unwrap();
    assert!(!html.contains("<script>alert"));
    assert!(!html.contains("\"\"'"));
}
