//! What every operation's description says in the same way: the refusals that are nobody's own, the form in which problems are
//! told, and a name that no other operation has. The handlers' own attributes say what is particular to them.

use utoipa::openapi::path::Operation;
use utoipa::openapi::response::Response;
use utoipa::openapi::schema::{Components, Schema};
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{Content, OpenApi, Ref, RefOr};

const PROBLEM: &str = "application/problem+json";

/// What a status means, wherever it is answered.
const MEANINGS: [(&str, &str); 14] = [
    ("200", "The answer."),
    ("201", "What was just made."),
    ("204", "Done; there is nothing to say."),
    ("400", "The body is not JSON."),
    ("401", "The credentials are missing or not valid."),
    ("403", "This role may not do that."),
    (
        "404",
        "There is no such record for this caller, or no such organisation.",
    ),
    ("409", "Something is in the way."),
    ("412", "The record has another version by now."),
    ("413", "The body is too large."),
    ("415", "The body is not sent as application/json."),
    ("422", "A field or a rule says no: which one is told."),
    ("429", "Too many attempts; Retry-After says when to come back."),
    (
        "503",
        "Not available at the moment; Retry-After says when to come back.",
    ),
];

/// Completes the document.
pub fn complete(document: &mut OpenApi) {
    let components = document.components.clone().unwrap_or_default();
    for (path, item) in &mut document.paths.paths {
        let operations = [
            &mut item.get,
            &mut item.put,
            &mut item.post,
            &mut item.patch,
            &mut item.delete,
        ];
        for operation in operations.into_iter().flatten() {
            complete_operation(path, operation, &components);
        }
    }
}

fn complete_operation(path: &str, operation: &mut Operation, components: &Components) {
    let parts = path.trim_start_matches("/api/v1/").split('/');
    let names: Vec<String> = parts
        .filter(|part| !part.starts_with('{'))
        .map(|part| part.replace('-', "_"))
        .collect();
    let noun = names.first().map_or("", String::as_str);
    if let Some(verb) = &mut operation.operation_id {
        // A step's own name is its verb already: `appointments_cancel`.
        let mut words = names.clone();
        words.retain(|name| !verb.contains(name.as_str()));
        words.push(verb.clone());
        *verb = words.join("_");
    }
    let mut statuses = vec!["503"];
    // Signing in and out takes no token; everywhere else one that is not valid is refused, needed or not.
    if noun != "auth" {
        statuses.push("401");
        let anyone = || vec![SecurityRequirement::default(), bearer()];
        operation.security.get_or_insert_with(anyone);
    }
    if let Some(RefOr::T(body)) = &operation.request_body {
        statuses.extend(["400", "413", "415", "422"]);
        let schemas = body.content.values().filter_map(|content| match content {
            RefOr::T(content) => content.schema.as_ref(),
            RefOr::Ref(_) => None,
        });
        // Passwords are hashed and compared a few at a time, and guesses are counted.
        if noun == "auth" || schemas.into_iter().any(|schema| has_password(schema, components)) {
            statuses.push("429");
        }
    }
    let answers = &mut operation.responses.responses;
    for status in statuses {
        let problem = || {
            let mut response = Response::new("");
            let content = Content::new(Some(Ref::from_schema_name("Problem")));
            response.content.insert(PROBLEM.to_owned(), RefOr::T(content));
            RefOr::T(response)
        };
        answers.entry(status.to_owned()).or_insert_with(problem);
    }
    for (status, answer) in answers {
        let RefOr::T(response) = answer else { continue };
        if response.description.is_empty() {
            let meaning = MEANINGS.iter().find(|(known, _)| known == status);
            response.description = meaning.map_or_else(String::new, |(_, text)| (*text).to_owned());
        }
        if status.as_str() >= "400"
            && let Some(content) = response.content.swap_remove("application/json")
        {
            response.content.insert(PROBLEM.to_owned(), content);
        }
    }
}

fn bearer() -> SecurityRequirement {
    SecurityRequirement::new("bearer", [""; 0])
}

fn has_password(schema: &RefOr<Schema>, components: &Components) -> bool {
    match schema {
        RefOr::Ref(to) => {
            let name = to.ref_location.rsplit('/').next().unwrap_or_default();
            components
                .schemas
                .get(name)
                .is_some_and(|it| has_password(it, components))
        }
        RefOr::T(Schema::Object(object)) => object.properties.keys().any(|name| name.ends_with("password")),
        RefOr::T(_) => false,
    }
}
