//! Bodies that are not what an operation takes: refused with 4xx by every operation, at once, and nothing of them is written.

use std::time::{Duration, Instant};

use kalends_store::on_both;
use serde_json::{Value, json};

use super::canary::World;
use super::document::{Document, Operation};

/// How long a refusal may take, beside whatever else the machine is doing.
const AT_ONCE: Duration = Duration::from_secs(5);

/// A valid body with its first text replaced, written as it is.
fn with_text(sample: &Value, raw: &str) -> Option<String> {
    let members = sample.as_object()?;
    let (name, _) = members.iter().find(|(_, value)| value.is_string())?;
    let pairs = members.iter().map(|(member, value)| {
        if member == name {
            format!("{}:{raw}", json!(member))
        } else {
            format!("{}:{value}", json!(member))
        }
    });
    Some(format!("{{{}}}", pairs.collect::<Vec<_>>().join(",")))
}

/// Bodies that no operation takes, by what is odd about them.
fn odd_bodies(sample: &Value) -> Vec<(&'static str, Vec<u8>)> {
    let plain = sample.to_string();
    let inside = plain.trim_start_matches('{').trim_end_matches('}');
    let utf16: Vec<u8> = std::iter::once(0xFEFF)
        .chain(plain.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let mut odd = vec![
        ("a byte order mark", [b"\xEF\xBB\xBF", plain.as_bytes()].concat()),
        ("UTF-16", utf16),
        ("cut off", plain.as_bytes()[..plain.len() - 1].to_vec()),
        ("something after it", format!("{plain}{plain}").into_bytes()),
        ("a comment", format!("{plain}//").into_bytes()),
        ("single quotes", b"{'name': 'x'}".to_vec()),
        ("NaN", b"{\"name\": NaN}".to_vec()),
        ("a list", b"[1]".to_vec()),
        ("a text", b"\"name\"".to_vec()),
        ("a number", b"7".to_vec()),
        ("a huge number", b"{\"name\": 1e309}".to_vec()),
        (
            "brackets 10^5 deep",
            [vec![b'['; 100_000], vec![b']'; 100_000]].concat(),
        ),
        (
            "objects 10^4 deep",
            [b"{\"name\":".repeat(10_000), b"1".to_vec(), vec![b'}'; 10_000]].concat(),
        ),
        (
            "a megabyte",
            format!("{{\"name\": \"{}\"}}", "x".repeat(1_000_000)).into_bytes(),
        ),
        (
            "10^6 items",
            format!("{{\"name\": [{}0]}}", "0,".repeat(1_000_000)).into_bytes(),
        ),
        (
            "an unknown member",
            format!(
                "{{{inside}{}\"surprise\": 1}}",
                if inside.is_empty() { "" } else { "," }
            )
            .into_bytes(),
        ),
        ("no UTF-8", b"{\"name\": \"\xFF\xFE\"}".to_vec()),
    ];
    if let Some(members) = sample.as_object()
        && let Some((name, value)) = members.iter().next()
    {
        let twice = format!("{{{inside},{}:{value}}}", json!(name));
        odd.push(("a member twice", twice.into_bytes()));
        let wrong = json!({name: {"$ne": null}});
        odd.push(("an object for a text", wrong.to_string().into_bytes()));
    }
    for (what, raw) in [
        ("a lone high surrogate", "\"\\ud800\""),
        ("a lone low surrogate", "\"\\udc00x\""),
        ("surrogates the wrong way round", "\"\\udc00\\ud800\""),
        ("a NUL", "\"a\\u0000b\""),
        ("a bare control character", "\"a\u{1}b\""),
    ] {
        odd.extend(with_text(sample, raw).map(|text| (what, text.into_bytes())));
    }
    odd
}

/// Operations whose body may be left out take anything that is none.
fn may_be_left_out(operation: &Operation) -> bool {
    operation.body["required"].is_null()
}

on_both! {
    async fn odd_json_is_refused_and_writes_nothing(database: TestDatabase) {
        let world = World::new(&database).await?;
        let document = Document::of(&world.server).await?;
        let ours = &world.ours;
        let before = world.rows(ours.tenant.id).await?;
        for operation in document.operations().iter().filter(|it| !it.body.is_null()) {
            let sample = operation.sample(&document);
            let path = operation.path(ours.id(operation.noun()));
            for (what, body) in odd_bodies(&sample) {
                let is_large = body.len() > 256 * 1024;
                let call = world.server.call(operation.method.clone(), &path).bytes(body, "application/json").header("connection", "close");
                let started = Instant::now();
                let name = format!("{} with {what}", operation.name());
                // Whose own things they are: a patient's, under `me`.
                let who = if operation.noun() == "me" { "patient" } else { "admin" };
                // One that is far too large may be cut off before it is sent, or its answer read.
                let answer = match call.bearer(ours.token(who)).send().await {
                    Ok(answer) => answer,
                    Err(_) if is_large => continue,
                    Err(error) => return Err(error),
                };
                let status = answer.status.as_u16();
                // A session is ended by whoever has its token: a NUL in one, or in an address, is that of nobody.
                let refused = if operation.noun() == "auth" { &[400, 413, 422, 401, 204][..] } else { &[400, 413, 422] };
                assert!(refused.contains(&status), "{name}: {status} {}", answer.text);
                assert!(started.elapsed() < AT_ONCE, "{name} took {:?}", started.elapsed());
            }
        }
        let mut after = world.rows(ours.tenant.id).await?;
        let mut expected = before;
        // What is refused is on the trail.
        after.remove("audit_entries");
        expected.remove("audit_entries");
        assert_eq!(after, expected, "nothing was written");
        Ok(())
    }

    async fn only_plain_json_is_read(database: TestDatabase) {
        let world = World::new(&database).await?;
        let document = Document::of(&world.server).await?;
        let ours = &world.ours;
        let before = world.rows(ours.tenant.id).await?;
        // Ten megabytes of zeros in ten kilobytes: a bomb for whoever unpacks it.
        let bomb = [&[0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 3][..], &[0u8; 10_000]].concat();
        for operation in document.operations().iter().filter(|it| !it.body.is_null() && !may_be_left_out(it)) {
            let sample = operation.sample(&document);
            let path = operation.path(ours.id(operation.noun()));
            for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml", "", "application/jsonp"] {
                let call = world.server.call(operation.method.clone(), &path).bytes(sample.to_string(), kind);
                let answer = call.bearer(ours.token("admin")).send().await?;
                assert_eq!((answer.status.as_u16(), answer.problem()), (415, "unsupported-media-type"), "{} as {kind}", operation.name());
            }
            let call = world.server.call(operation.method.clone(), &path).bytes(bomb.clone(), "application/json");
            let answer = call.header("content-encoding", "gzip").bearer(ours.token("admin")).send().await?;
            assert!([400, 415].contains(&answer.status.as_u16()), "{}: {}", operation.name(), answer.text);
        }
        assert_eq!(world.rows(ours.tenant.id).await?, before, "nothing was written");
        Ok(())
    }

    async fn a_list_gives_no_more_than_a_page(database: TestDatabase) {
        let world = World::new(&database).await?;
        let document = Document::of(&world.server).await?;
        let ours = &world.ours;
        let lists = document.operations();
        for operation in lists.iter().filter(|it| it.query.iter().any(|it| it.name == "limit")) {
            for limit in ["1000000000", "201", "0", "-1", "99999999999999999999", "1e9", "0x10", "", "NaN", "50;50"] {
                let mut query = operation.required_query(&document);
                for (name, value) in &mut query {
                    if let Some(id) = ours.id_for(name) {
                        id.clone_into(value);
                    }
                }
                query.push(("limit".to_owned(), limit.to_owned()));
                let call = operation.call(&world.server, "", &query, &Value::Null).bearer(ours.token("admin"));
                let answer = call.send().await?;
                assert_eq!(answer.status, 422, "{} limit={limit}: {}", operation.name(), answer.text);
            }
            // A search is words, never a pattern: a regular expression that explodes is a word like any other.
            if operation.query.iter().any(|it| it.name == "q") {
                let mut query = operation.required_query(&document);
                query.retain(|(name, _)| name != "q");
                for (name, value) in &mut query {
                    if let Some(id) = ours.id_for(name) {
                        id.clone_into(value);
                    }
                }
                for words in [format!("({}a+)+$", "(a+)+".repeat(50)), "%".repeat(3_000), "x ".repeat(2_000)] {
                    let mut query = query.clone();
                    query.push(("q".to_owned(), words));
                    let started = Instant::now();
                    let call = operation.call(&world.server, "", &query, &Value::Null).bearer(ours.token("admin"));
                    let answer = call.send().await?;
                    assert!(answer.status.as_u16() < 500 && started.elapsed() < AT_ONCE, "{}: {}", operation.name(), answer.status);
                }
            }
        }
        Ok(())
    }
}
