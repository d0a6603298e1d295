//! Numbers and times that make no sense: refused by name, or without effect, in every body and every query.

use kalends_store::on_both;
use serde_json::{Value, json};

use super::canary::{Organisation, World};
use super::document::{Document, Operation, kind};

/// Texts where an instant, a date or a time of day belongs.
const NO_TIMES: [&str; 14] = [
    "",
    "yesterday",
    "0000-01-01T00:00:00Z",
    "-000001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "10000-01-01T00:00:00Z",
    "2027-02-30T10:00:00Z",
    "2027-01-05T25:00:00Z",
    "2027-01-05T10:00:00",
    "2027-01-05T10:00:00+99:00",
    "2027-01-05T10:00:00.123456789Z",
    "2027-13-01",
    "9999-12-31",
    "24:01",
];

/// The sample body with ids of one's own, so that nothing else is wrong with it.
fn body(operation: &Operation, document: &Document, own: &Organisation) -> Value {
    let mut body = operation.sample(document);
    for (name, value) in body.as_object_mut().into_iter().flatten() {
        if let Some(id) = own.id_for(name) {
            *value = json!(id);
        }
    }
    body
}

fn is_time(member: &str, schema: &Value) -> bool {
    let format = schema["format"].as_str().unwrap_or_default();
    ["date-time", "date"].contains(&format) || ["from", "to", "month", "starts_at", "ends_at", "date"].contains(&member)
}

on_both! {
    async fn no_body_takes_a_number_that_makes_no_sense(database: TestDatabase) {
        let world = World::new(&database).await?;
        let document = Document::of(&world.server).await?;
        let ours = &world.ours;
        let before = world.rows(ours.tenant.id).await?;
        let mut tried = 0;
        for operation in document.operations() {
            for (member, _) in operation.members().filter(|(_, schema)| kind(schema) == "integer") {
                for odd in ["-1", "0.5", "1e3", "1e30", "1000000000000000000", "-9223372036854775808", "18446744073709551616", "\"30\"", "true", "[]"] {
                    let mut odd_body = body(&operation, &document, ours);
                    odd_body[member] = serde_json::from_str(odd)?;
                    let call = operation.call(&world.server, ours.id(operation.noun()), &[], &odd_body);
                    let answer = call.bearer(ours.token("admin")).send().await?;
                    let pointers = answer.body["errors"].as_array().into_iter().flatten();
                    let named = pointers.filter_map(|it| it["pointer"].as_str()).any(|it| it == format!("/{member}"));
                    assert!(answer.status == 422 && named, "{} {member}={odd}: {}", operation.name(), answer.text);
                    tried += 1;
                }
                if ["duration_minutes", "start_interval_minutes", "capacity", "slot_minutes", "booking_horizon_days"].contains(&member) {
                    let mut zero = body(&operation, &document, ours);
                    zero[member] = json!(0);
                    let call = operation.call(&world.server, ours.id(operation.noun()), &[], &zero);
                    let answer = call.bearer(ours.token("admin")).send().await?;
                    assert_eq!(answer.status, 422, "{} {member}=0: {}", operation.name(), answer.text);
                }
            }
        }
        assert!(tried > 200, "only {tried} were tried");
        assert_eq!(world.rows(ours.tenant.id).await?, before, "nothing was written");
        Ok(())
    }

    async fn no_body_takes_a_time_that_makes_no_sense(database: TestDatabase) {
        let world = World::new(&database).await?;
        let document = Document::of(&world.server).await?;
        let ours = &world.ours;
        let before = world.rows(ours.tenant.id).await?;
        for operation in document.operations().iter().filter(|it| it.noun() != "auth") {
            // Whose own things they are: a patient's, under `me`.
            let who = if operation.noun() == "me" { "patient" } else { "admin" };
            for (member, _) in operation.members().filter(|(member, schema)| is_time(member, schema)) {
                for odd in NO_TIMES {
                    let mut odd_body = body(operation, &document, ours);
                    odd_body[member] = json!(odd);
                    let call = operation.call(&world.server, ours.id(operation.noun()), &[], &odd_body);
                    let answer = call.bearer(ours.token(who)).send().await?;
                    assert_eq!(answer.status, 422, "{} {member}={odd:?}: {}", operation.name(), answer.text);
                }
            }
        }
        assert_eq!(world.rows(ours.tenant.id).await?, before, "nothing was written");
        Ok(())
    }

    async fn no_query_stumbles_over_a_time(database: TestDatabase) {
        let world = World::new(&database).await?;
        let document = Document::of(&world.server).await?;
        let ours = &world.ours;
        for operation in document.operations().iter().filter(|it| it.method == "GET") {
            let own = |query: Vec<(String, String)>| {
                let own = |(name, value): (String, String)| {
                    let id = ours.id_for(&name).map(str::to_owned);
                    (name, id.unwrap_or(value))
                };
                query.into_iter().map(own).collect::<Vec<_>>()
            };
            for parameter in operation.query.iter().filter(|it| is_time(&it.name, &it.schema)) {
                for odd in NO_TIMES {
                    let mut query = own(operation.required_query(&document));
                    query.retain(|(name, _)| *name != parameter.name);
                    query.push((parameter.name.clone(), odd.to_owned()));
                    let call = operation.call(&world.server, ours.id(operation.noun()), &query, &Value::Null);
                    let answer = call.bearer(ours.token("admin")).send().await?;
                    let status = answer.status.as_u16();
                    assert!([200, 422].contains(&status), "{} {}={odd:?}: {}", operation.name(), parameter.name, answer.text);
                }
            }
            // The end before the beginning, and as far apart as can be written.
            let names: Vec<&str> = operation.query.iter().map(|it| it.name.as_str()).collect();
            if names.contains(&"from") && names.contains(&"to") {
                for (from, to) in [("2027-02-01", "2027-01-01"), ("0001-01-01", "9999-12-31")] {
                    for suffix in ["", "T00:00:00Z"] {
                        let mut query = own(operation.required_query(&document));
                        query.retain(|(name, _)| name != "from" && name != "to");
                        query.extend([("from".to_owned(), format!("{from}{suffix}")), ("to".to_owned(), format!("{to}{suffix}"))]);
                        let call = operation.call(&world.server, ours.id(operation.noun()), &query, &Value::Null);
                        let answer = call.bearer(ours.token("admin")).send().await?;
                        let status = answer.status.as_u16();
                        assert!([200, 422].contains(&status), "{} {from}..{to}: {}", operation.name(), answer.text);
                    }
                }
            }
        }
        Ok(())
    }

    async fn a_zone_is_no_way_into_the_past_or_beyond_the_horizon(database: TestDatabase) {
        let world = World::new(&database).await?;
        let (server, ours) = (&world.server, &world.ours);
        let before = world.rows(ours.tenant.id).await?;
        for (starts_at, rule) in [
            ("2027-01-04T08:30:00Z", "past"),
            ("2027-01-04T22:30:00+14:00", "past"),
            ("2027-01-03T20:30:00-12:00", "past"),
            ("1999-01-05T09:00:00Z", "past"),
            ("2027-07-05T09:00:00Z", "booking-horizon"),
            ("2027-07-04T21:00:00-12:00", "booking-horizon"),
            ("2027-07-05T23:00:00+14:00", "booking-horizon"),
            ("2099-01-05T09:00:00Z", "booking-horizon"),
        ] {
            for path in ["/appointments", "/holds"] {
                let wish = json!({"service_id": ours.id("services"), "starts_at": starts_at});
                let answer = server.post(path, wish).bearer(ours.token("patient")).send().await?;
                assert_eq!((answer.status.as_u16(), answer.text_of("rule")), (422, rule), "{path} {starts_at}: {}", answer.text);
            }
        }
        assert_eq!(world.rows(ours.tenant.id).await?, before, "nothing was booked");
        Ok(())
    }

    async fn a_month_is_filled_within_reason(database: TestDatabase) {
        let world = World::new(&database).await?;
        let (server, ours) = (&world.server, &world.ours);
        let before = world.rows(ours.tenant.id).await?;
        let path = format!("/providers/{}/openings/generate", ours.id("providers"));
        let good = json!({"month": "2027-03", "weekdays": ["mon"], "from": "09:00", "to": "17:00", "slot_minutes": 30});
        for (member, odd) in [
            ("month", json!("2027-13")),
            ("month", json!("0000-01")),
            ("month", json!("99999-01")),
            ("month", json!("2027-03-01")),
            ("month", json!(202_703)),
            ("weekdays", json!(["someday"])),
            ("weekdays", json!("mon")),
            ("from", json!("17:00")),
            ("from", json!("18:00")),
            ("to", json!("09:00")),
            ("to", json!("25:00")),
            ("slot_minutes", json!(0)),
            ("slot_minutes", json!(-30)),
            ("slot_minutes", json!(1_000_000)),
        ] {
            let mut body = good.clone();
            body[member] = odd.clone();
            let answer = server.post(&path, body).bearer(ours.token("admin")).send().await?;
            assert_eq!(answer.status, 422, "{member}={odd}: {}", answer.text);
        }
        assert_eq!(world.rows(ours.tenant.id).await?, before, "nothing was generated");
        // As many as fit is still a moment's work.
        let full = json!({"month": "2027-03", "weekdays": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "from": "00:00", "to": "24:00", "slot_minutes": 5, "dry_run": true});
        let started = std::time::Instant::now();
        let answer = server.post(&path, full).bearer(ours.token("admin")).send().await?;
        assert!([200, 422].contains(&answer.status.as_u16()), "{}", answer.text);
        assert!(started.elapsed().as_secs() < 10, "took {:?}", started.elapsed());
        Ok(())
    }
}
