//! Every template is looked at in every language, filled by people who store script wherever they can.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use jiff::SignedDuration;
use kalends_server::http::locale::Locale;
use kalends_store::testing::{Kind, TestDatabase};
use reqwest::Method;
use serde_json::json;

use super::canary::World;
use super::escaping::{cookies, look_around, store_everywhere};
use super::server::{Answer, Outcome};

/// Shorter pieces of a template may stand in any page.
const TELLING: usize = 6;
/// The page of samples of the kit's components, which a test of its own renders.
const GALLERY: &str = "kit/gallery.html";

/// What is sent with a form.
type Fields<'f> = &'f [(&'f str, &'f str)];

/// Every file with this ending below a directory of the crate, by its path there.
fn files(folder: &str, ending: &str) -> Outcome<BTreeMap<String, String>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let (mut ahead, mut found) = (vec![root.clone()], BTreeMap::new());
    while let Some(place) = ahead.pop() {
        for entry in fs::read_dir(place)? {
            let path = entry?.path();
            if path.is_dir() {
                ahead.push(path);
            } else if path.extension().is_some_and(|it| it == ending) {
                let name = path.strip_prefix(&root)?.display().to_string();
                found.insert(name, fs::read_to_string(path)?);
            }
        }
    }
    Ok(found)
}

/// The templates of each page, by the name of its type.
fn templates_of_types() -> Outcome<BTreeMap<String, String>> {
    let mut found = BTreeMap::new();
    for (file, source) in files("src", "rs")? {
        let module = file.trim_end_matches(".rs").replace('/', "::");
        for part in source.split("#[template(path = \"").skip(1) {
            let path = part.split('"').next().unwrap_or_default();
            let mut words = part.split([' ', '<', ';', '\n']);
            let name = words.find(|word| ["struct", "enum"].contains(word)).and(words.next());
            let name = name.ok_or_else(|| format!("{file}: a template without a type"))?;
            found.insert(format!("kalends_server::{module}::{name}"), path.to_owned());
        }
    }
    Ok(found)
}

/// What a template writes itself, line by line: what it says and no other does.
fn own_markup(name: &str, templates: &BTreeMap<String, String>) -> Vec<String> {
    let text = templates[name].replace("{%", "{{");
    let outside = text.split("{{").map(|part| {
        part.rsplit_once("}}")
            .or(part.rsplit_once("%}"))
            .map_or(part, |(_, it)| it)
    });
    let mut pieces: Vec<String> = outside.flat_map(str::lines).map(str::to_owned).collect();
    pieces.retain(|piece| piece.len() >= TELLING);
    pieces.retain(|piece| {
        templates
            .iter()
            .all(|(other, text)| other == name || !text.contains(&**piece))
    });
    pieces
}

/// What no link leads to: the answers of forms (or to plain questions, without fields), as who gets them.
async fn answers(world: &World, visit_part: &str, language: &str) -> Outcome<Vec<(String, Answer)>> {
    let (server, ours) = (&world.server, &world.ours);
    let patient = server.me(&server.token(&ours.email("patient")).await?).await?;
    let (patient, provider) = (patient.text_of("patient_id"), ours.id("providers"));
    let (service, appointment) = (ours.id("services"), ours.id("appointments"));
    let time = |hour: &str| format!("2027-01-05T{hour}:00Z");
    let (taken, blocked, free) = (time("09:00"), time("11:00"), time("14:30"));
    let at = |time: &str| format!("{time}~{}", ours.id("locations"));
    let (taken_at, free_at) = (at(&taken), at(&free));
    let calendar = |rest: String| format!("/admin/calendar{rest}provider={provider}");
    let book = calendar(format!("/book?slot={taken}&q={}&", ours.canary));
    let hours = calendar(format!("/openings/{}?day=2027-01-05&", ours.id("openings")));
    let cancel = calendar(format!("/appointments/{appointment}/cancel?appointment={appointment}&"));
    let later = [
        ("from", "16:00"),
        ("to", "17:00"),
        ("slot_minutes", "30"),
        ("publish_mode", "internal"),
    ];
    let propose = format!("/requests?propose={appointment}");
    let moved = calendar(format!("?appointment={appointment}&do=move&"));
    let why = format!("/why?service={service}&provider={provider}&on=2027-01-05&time=03:00");
    let series = format!(
        "/series/new?patient={patient}&service={service}&provider={provider}&location={}&date=2027-01-05&time=10:00&every=1&unit=weeks&count=3",
        ours.id("locations")
    );
    let visit = format!("/book/visit?first={service}&second={service}&from=2027-01-12");
    let move_visit = format!("/book/visit/{visit_part}/move");
    let asked: [(&str, &str, Fields<'_>); 17] = [
        ("admin", &move_visit, &[]),
        ("admin", &calendar(format!("?appointment={visit_part}&")), &[]),
        ("admin", &series, &[]),
        ("patient", &visit, &[]),
        (
            "admin",
            &book,
            &[("starts_at", &taken), ("patient_id", patient), ("service_id", service)],
        ),
        ("admin", &hours, &later),
        ("admin", &cancel, &[("version", "999")]),
        ("admin", &calendar(format!("?slot={blocked}&")), &[]),
        ("admin", &calendar(format!("?slot={}&", time("12:30"))), &[]),
        ("admin", "/admin/calendar?find=nobody", &[]),
        ("desk", &why, &[]),
        ("desk", &propose, &[]),
        ("admin", &moved, &[]),
        ("admin", "/stranded", &[]),
        ("admin", "/no/such/page", &[]),
        ("patient", "/book/hold", &[("service", service), ("at", &taken_at)]),
        (
            "second patient",
            "/book/hold",
            &[("service", service), ("at", &free_at)],
        ),
    ];
    let mut found = Vec::new();
    for (who, path, fields) in asked {
        let mut cookies = cookies(world, who).await?;
        cookies.push(("lang".to_owned(), language.to_owned()));
        let read = |path: &str| server.get(&format!("/{path}")).cookies(&cookies).send();
        let answer = if fields.is_empty() {
            read(path).await?
        } else {
            let form = server.call(Method::POST, &format!("/{path}")).form(fields);
            let form = form.cookies(&cookies).header("sec-fetch-site", "same-origin");
            form.send().await?
        };
        let on = answer.headers.get("location").map(|to| to.to_str()).transpose()?;
        found.push((
            path.to_owned(),
            match on {
                Some(on) => read(on).await?,
                None => answer,
            },
        ));
    }
    Ok(found)
}

/// A group with somebody in it, on the doctor's day, and a visit on another; gives a part of that.
async fn gather(world: &World) -> Outcome<String> {
    let (server, ours) = (&world.server, &world.ours);
    let class = json!({"name": "Class", "duration_minutes": 30, "capacity": 3, "provider_ids": [ours.id("providers")]});
    let class = server
        .post("/services", class)
        .bearer(ours.token("admin"))
        .send()
        .await?;
    let seat = json!({
        "service_id": class.text_of("id"), "starts_at": "2027-01-05T12:30:00Z", "patient_id": ours.id("patients"),
    });
    let booked = server
        .post("/appointments", seat)
        .bearer(ours.token("admin"))
        .send()
        .await?;
    assert_eq!(booked.status, 201, "{}", booked.text);
    let part = |hour: &str| {
        json!({
            "service_id": ours.id("services"), "starts_at": format!("2027-01-12T{hour}:00Z"), "provider_id": ours.id("providers"),
        })
    };
    let visit = json!({
        "parts": [part("09:00"), part("10:00")], "location_id": ours.id("locations"), "patient_id": ours.id("patients"),
    });
    let booked = server.post("/visits", visit).bearer(ours.token("admin")).send().await?;
    assert_eq!(booked.status, 201, "{}", booked.text);
    Ok(booked.body["appointments"][0]["id"]
        .as_str()
        .unwrap_or_default()
        .to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_template_is_rendered_in_every_language() -> Outcome<()> {
    let templates = files("templates", "html")?;
    let types = templates_of_types()?;
    let database = TestDatabase::create(Kind::Sqlite).await?;
    let world = World::new(&database).await?;
    store_everywhere(&world).await?;
    let visit_part = gather(&world).await?;
    // Until the morning of the day on which the doctor is there.
    world.server.app.clock.advance(SignedDuration::from_hours(23));
    let mut wrong = Vec::new();
    for l in Locale::OFFERED {
        let visits = look_around(&world, l.code()).await?;
        let mut seen: Vec<(String, Answer)> = visits.into_iter().flat_map(|it| it.pages).collect();
        seen.extend(answers(&world, &visit_part, l.code()).await?);
        let (mut pages, mut html) = (BTreeSet::new(), String::new());
        for (path, answer) in seen {
            let Some(page) = answer.headers.get("x-page") else {
                continue;
            };
            pages.extend(types.get(page.to_str()?).cloned());
            assert!(
                answer.text.contains(&format!("<html lang=\"{}\"", l.code())) || !answer.text.contains("<html"),
                "{path}"
            );
            assert!(!answer.text.contains('⟦'), "{path} lacks a message: {}", answer.text);
            html += &answer.text;
        }
        html += &world.server.get("//docs/").send().await?.text;
        for (name, text) in templates.iter().filter(|(name, _)| *name != GALLERY) {
            let own = own_markup(name, &templates);
            let seen = if text.contains("{% extends \"base.html\"") {
                pages.contains(name)
            } else {
                // What has no markup of its own shows nothing but others.
                own.is_empty() || own.iter().any(|piece| html.contains(&**piece))
            };
            if !seen {
                wrong.push(format!("{name} in {}", l.code()));
            }
        }
    }
    assert!(wrong.is_empty(), "nobody saw {wrong:#?}");
    Ok(())
}
