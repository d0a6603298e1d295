//! Script in every text that somebody can store: on every page that anybody can reach it is text, and the policy would not run
//! it if it were not.

use std::collections::{BTreeSet, VecDeque};

use kalends_store::on_both;
use reqwest::Method;
use serde_json::{Value, json};

use super::canary::World;
use super::server::{Answer, Outcome, PASSWORD, Server};

/// Closes whatever it stands in, and asks to be run in several ways.
const SCRIPT: &str = "x\"'></title></textarea><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}";
/// The same for texts that are short.
const SHORT: &str = "\"'><script>alert(1)</script>";
/// What must not stand on a page as it is.
const LIVE: [&str; 4] = ["<script>alert", "<img src=x", "</title></textarea>", "\"'><"];
/// What it reads once it is text.
const ESCAPED: &str = "&#60;script&#62;alert";
/// The most pages of one visit.
const MOST: usize = 250;

/// Everything of the page's own site that it leads to.
fn links(answer: &Answer) -> impl Iterator<Item = String> {
    let quoted = answer
        .text
        .split("href=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    let own = quoted.filter(|href| href.starts_with('/') && !href.starts_with("//") && !href.starts_with("/assets/"));
    own.map(|href| {
        href.split('#')
            .next()
            .unwrap_or_default()
            .replace("&amp;", "&")
            .replace("&#38;", "&")
    })
}

/// The part of an address that says which page it is: ids and filters apart.
fn kind_of(path: &str) -> String {
    let (place, query) = path.split_once('?').unwrap_or((path, ""));
    let is_id = |part: &str| part.len() == 36 && part.matches('-').count() == 4;
    let place: Vec<&str> = place
        .split('/')
        .map(|part| if is_id(part) { "{id}" } else { part })
        .collect();
    let names: BTreeSet<&str> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!(
        "{}?{}",
        place.join("/"),
        names.into_iter().collect::<Vec<_>>().join("&")
    )
}

/// Looks at a page.
fn inspect(path: &str, answer: &Answer) -> usize {
    assert!(answer.status.as_u16() < 500, "{path}: {}", answer.status);
    let kind = answer
        .headers
        .get("content-type")
        .and_then(|it| it.to_str().ok())
        .unwrap_or_default();
    if !kind.starts_with("text/html") {
        // A table or a calendar file is text for another program, and is never run.
        assert_eq!(answer.headers["x-content-type-options"], "nosniff", "{path}");
        return 0;
    }
    for live in LIVE {
        assert!(!answer.text.contains(live), "{path} has {live}: {}", answer.text);
    }
    assert!(
        !answer.text.contains("x\"'>49") && !answer.text.contains(">49<"),
        "{path} computes"
    );
    let policy = answer
        .headers
        .get("content-security-policy")
        .and_then(|it| it.to_str().ok())
        .unwrap_or_default();
    assert!(
        policy.contains("script-src 'self'") && !policy.contains("script-src 'self' 'unsafe"),
        "{path}: {policy}"
    );
    answer.text.matches(ESCAPED).count()
}

/// What somebody saw.
#[derive(Default)]
pub struct Visit {
    pub pages: Vec<(String, Answer)>,
    /// How often the stored script stood there as text.
    found: usize,
}

/// Follows every link from the given pages, one of each kind.
async fn visit(server: &Server, cookies: &[(String, String)], from: &[&str]) -> Outcome<Visit> {
    let mut waiting: VecDeque<String> = from.iter().map(|path| (*path).to_owned()).collect();
    let mut seen: BTreeSet<String> = from.iter().map(|path| kind_of(path)).collect();
    let mut visit = Visit::default();
    while let Some(path) = waiting.pop_front() {
        if visit.pages.len() >= MOST {
            break;
        }
        let call = server.get(&format!("/{path}"));
        let call = if cookies.is_empty() {
            call
        } else {
            call.cookies(cookies)
        };
        let answer = call.send().await?;
        if answer.status.is_redirection() {
            let to = answer
                .headers
                .get("location")
                .and_then(|to| to.to_str().ok())
                .unwrap_or_default()
                .to_owned();
            if seen.insert(kind_of(&to)) {
                waiting.push_back(to);
            }
            continue;
        }
        visit.found += inspect(&path, &answer);
        for link in links(&answer) {
            if seen.insert(kind_of(&link)) {
                waiting.push_back(link);
            }
        }
        visit.pages.push((path, answer));
    }
    Ok(visit)
}

/// Who looks around, where they begin, and how often they see the script at least.
const VISITORS: [(Option<&str>, &[&str], usize); 5] = [
    (None, &["/", "/book", "/patient/register"], 3),
    (
        Some("admin"),
        &[
            "/admin/dashboard",
            "/admin/calendar?date=2027-01-05",
            "/admin/settings",
            "/admin/audit",
            "/admin/users",
            "/admin/reports",
        ],
        30,
    ),
    (Some("desk"), &["/desk", "/desk?date=2027-01-05", "/admin/patients"], 10),
    (
        Some("doctor"),
        &[
            "/doctor/dashboard",
            "/doctor/dashboard?date=2027-01-05",
            "/doctor/calendar?date=2027-01-05",
            "/doctor/profile",
        ],
        5,
    ),
    (
        Some("second patient"),
        &[
            "/patient/dashboard",
            "/patient/appointments",
            "/patient/profile",
            "/book",
        ],
        10,
    ),
];

/// Signs somebody in.
pub async fn cookies(world: &World, who: &str) -> Outcome<Vec<(String, String)>> {
    let email = world.ours.email(who);
    let form = [("email", email.as_str()), ("password", PASSWORD)];
    let call = world.server.call(Method::POST, "//staff/login").form(&form);
    Ok(call.header("sec-fetch-site", "same-origin").send().await?.cookies())
}

/// Everybody looks around in a language.
pub async fn look_around(world: &World, language: &str) -> Outcome<Vec<Visit>> {
    let mut visits = Vec::new();
    for (who, pages, least) in VISITORS {
        let mut cookies = match who {
            Some(who) => cookies(world, who).await?,
            None => Vec::new(),
        };
        cookies.push(("lang".to_owned(), language.to_owned()));
        let visit = visit(&world.server, &cookies, pages).await?;
        let (visited, found) = (visit.pages.len(), visit.found);
        assert!(
            visited >= pages.len() && found >= least,
            "{who:?} saw it {found} times on {visited} pages"
        );
        visits.push(visit);
    }
    Ok(visits)
}

/// Stores the script wherever a text is taken.
pub async fn store_everywhere(world: &World) -> Outcome<()> {
    let (server, ours) = (&world.server, &world.ours);
    let admin = ours.token("admin");
    let patch = |noun: &str, body: Value| {
        let path = format!("/{noun}/{}", ours.id(noun));
        server.call(Method::PATCH, &path).json(body).bearer(admin).send()
    };
    for (noun, body) in [
        ("departments", json!({"name": SCRIPT, "description": SCRIPT})),
        ("locations", json!({"name": SCRIPT, "address": SCRIPT})),
        ("resources", json!({"name": SCRIPT})),
        (
            "services",
            json!({"name": SCRIPT, "description": SCRIPT, "department_id": ours.id("departments")}),
        ),
        (
            "providers",
            json!({"given_name": SCRIPT, "family_name": SCRIPT, "title": SHORT, "bio": SCRIPT, "department_ids": [ours.id("departments")]}),
        ),
        (
            "patients",
            json!({"given_name": SCRIPT, "family_name": SCRIPT, "notes": SCRIPT}),
        ),
        ("users", json!({"given_name": SCRIPT, "family_name": SCRIPT})),
    ] {
        let answer = patch(noun, body).await?;
        assert_eq!(answer.status, 200, "{noun}: {}", answer.text);
    }
    let settings = server.get("/settings").bearer(admin).send().await?;
    let mut wanted = settings.body.clone();
    if let Some(members) = wanted.as_object_mut() {
        members.retain(|name, _| ["booking_horizon_days", "currency", "language", "phone"].contains(&name.as_str()));
    }
    wanted["name"] = json!(SCRIPT);
    wanted["tagline"] = json!(SCRIPT);
    let kept = server
        .call(Method::PUT, "/settings")
        .json(wanted)
        .bearer(admin)
        .send()
        .await?;
    assert_eq!(kept.status, 200, "{}", kept.text);
    let wish = |starts_at: &str| json!({"service_id": ours.id("services"), "starts_at": starts_at, "reason": SCRIPT});
    let booked = server
        .post("/appointments", wish("2027-01-05T13:00:00Z"))
        .bearer(ours.token("second patient"))
        .send()
        .await?;
    assert_eq!(booked.status, 201, "{}", booked.text);
    let cancelled = server
        .post("/appointments", wish("2027-01-05T14:00:00Z"))
        .bearer(ours.token("second patient"))
        .send()
        .await?;
    let path = format!("/appointments/{}/cancel", cancelled.text_of("id"));
    let done = server
        .post(&path, json!({"reason": SCRIPT}))
        .bearer(ours.token("second patient"))
        .send()
        .await?;
    assert_eq!(done.status, 200, "{}", done.text);
    let block = json!({"provider_id": ours.id("providers"), "starts_at": "2027-01-05T15:00:00Z", "ends_at": "2027-01-05T15:30:00Z", "reason": SCRIPT});
    assert_eq!(server.post("/blocks", block).bearer(admin).send().await?.status, 201);
    let closure = json!({"starts_at": "2027-01-20T00:00:00Z", "ends_at": "2027-01-21T00:00:00Z", "reason": SCRIPT});
    assert_eq!(
        server.post("/closures", closure).bearer(admin).send().await?.status,
        201
    );
    Ok(())
}

on_both! {
    async fn a_stored_script_is_text_on_every_page(database: TestDatabase) {
        let world = World::new(&database).await?;
        store_everywhere(&world).await?;
        look_around(&world, "en").await?;
        let server = &world.server;
        // What a form sends back is shown as it was typed, as text.
        for path in ["//patient/login", "//patient/register"] {
            let form = [("email", SCRIPT), ("password", "short"), ("given_name", SCRIPT), ("family_name", SCRIPT), ("phone", SCRIPT)];
            let call = server.call(Method::POST, path).form(&form).header("sec-fetch-site", "same-origin");
            let answer = call.send().await?;
            assert!(inspect(path, &answer) > 0, "{path} shows what was typed");
        }
        for path in ["//book?service=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "//staff/login?next=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "//%22%3E%3Cscript%3Ealert(1)%3C/script%3E"] {
            inspect(path, &server.get(path).send().await?);
        }
        Ok(())
    }
}
