//! The API's own document as a list of what can be tried: every operation, with a body and a query that its schema allows.

use reqwest::Method;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::server::{Call, Outcome, Server};

/// The document.
pub struct Document(pub Value);

/// An operation as it is described.
pub struct Operation {
    pub method: Method,
    /// With `{id}` where one belongs.
    pub template: String,
    /// Every parameter of the query, with its schema.
    pub query: Vec<Parameter>,
    /// The schema of the body; null where there is none.
    pub body: Value,
}

/// One parameter of the query.
pub struct Parameter {
    pub name: String,
    pub required: bool,
    pub schema: Value,
}

impl Document {
    /// As the program serves it.
    pub async fn of(server: &Server) -> Outcome<Self> {
        Ok(Self(server.get("//api/openapi.json").send().await?.body))
    }

    /// Every operation.
    pub fn operations(&self) -> Vec<Operation> {
        let mut all = Vec::new();
        for (path, item) in self.0["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                let Ok(method) = method.to_uppercase().parse::<Method>() else {
                    continue;
                };
                assert!(!path.replace("{id}", "").contains('{'), "{path} has another parameter");
                let parameters = operation["parameters"].as_array().into_iter().flatten();
                let query = parameters.filter(|it| it["in"] == "query").map(|it| Parameter {
                    name: it["name"].as_str().unwrap_or_default().to_owned(),
                    required: it["required"] == true,
                    schema: it["schema"].clone(),
                });
                all.push(Operation {
                    method,
                    template: path.clone(),
                    query: query.collect(),
                    body: self.resolved(&operation["requestBody"]["content"]["application/json"]["schema"]),
                });
            }
        }
        all
    }

    /// A schema behind its references; of several, the one that is not null.
    pub fn resolved(&self, schema: &Value) -> Value {
        if let Some(name) = schema["$ref"].as_str() {
            let pointer = name.trim_start_matches('#');
            return self.resolved(self.0.pointer(pointer).unwrap_or(&Value::Null));
        }
        let any = schema["oneOf"].as_array().or(schema["anyOf"].as_array());
        match any.and_then(|any| any.iter().find(|it| it["type"] != "null")) {
            Some(one) => self.resolved(one),
            None => schema.clone(),
        }
    }

    /// A value that a schema allows: the required members only.
    pub fn sample(&self, schema: &Value) -> Value {
        let schema = &self.resolved(schema);
        if let Some(first) = schema["enum"].get(0).or(schema["examples"].get(0)) {
            return first.clone();
        }
        match (kind(schema), schema["format"].as_str().unwrap_or_default()) {
            ("object", _) => {
                let required = schema["required"].as_array().into_iter().flatten();
                let members: Map<String, Value> = required
                    .filter_map(Value::as_str)
                    .map(|name| (name.to_owned(), self.member(name, &schema["properties"][name])))
                    .collect();
                Value::Object(members)
            }
            ("array", _) => json!([]),
            ("integer" | "number", _) => schema["minimum"].as_i64().map_or(json!(30), |least| json!(least)),
            ("boolean", _) => json!(false),
            (_, "uuid") => json!(Uuid::nil()),
            (_, "date-time") => json!("2027-01-05T10:00:00Z"),
            (_, "date") => json!("2027-01-05"),
            ("string", _) => json!("something@example.org"),
            _ => Value::Null,
        }
    }

    /// A member that its name says more about than its schema does.
    pub fn member(&self, name: &str, schema: &Value) -> Value {
        match (name, schema["format"].as_str()) {
            ("month", _) => json!("2027-01"),
            ("role", _) => json!("doctor"),
            ("time_zone", _) => json!("Europe/Berlin"),
            ("weekdays", _) => json!(["mon"]),
            ("from", None) => json!("09:00"),
            ("to", None) => json!("17:00"),
            _ => self.sample(schema),
        }
    }
}

/// The type of a schema, null apart.
pub fn kind(schema: &Value) -> &str {
    schema["type"]
        .as_str()
        .or_else(|| {
            schema["type"]
                .as_array()?
                .iter()
                .find_map(|it| it.as_str().filter(|it| *it != "null"))
        })
        .unwrap_or_default()
}

/// A value as it stands in a query.
pub fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

impl Operation {
    pub fn name(&self) -> String {
        format!("{} {}", self.method, self.template)
    }

    /// The first part of its path: `appointments`.
    pub fn noun(&self) -> &str {
        let path = self.template.trim_start_matches("/api/v1/");
        path.split('/').next().unwrap_or_default()
    }

    pub fn takes_id(&self) -> bool {
        self.template.contains("{id}")
    }

    /// Its path below `/api/v1`, for a record.
    pub fn path(&self, id: &str) -> String {
        self.template.trim_start_matches("/api/v1").replace("{id}", id)
    }

    /// The parameters that it cannot do without, as pairs.
    pub fn required_query(&self, document: &Document) -> Vec<(String, String)> {
        let required = self.query.iter().filter(|it| it.required);
        required
            .map(|it| (it.name.clone(), plain(&document.sample(&it.schema))))
            .collect()
    }

    /// A body of the required members, each as its schema allows.
    pub fn sample(&self, document: &Document) -> Value {
        document.sample(&self.body)
    }

    /// The members that the body knows, with their schemas.
    pub fn members(&self) -> impl Iterator<Item = (&str, &Value)> {
        let members = self.body["properties"].as_object().into_iter().flatten();
        members.map(|(name, schema)| (name.as_str(), schema))
    }

    /// A request for it, without credentials; a body of null is none.
    pub fn call<'s>(&self, server: &'s Server, id: &str, query: &[(String, String)], body: &Value) -> Call<'s> {
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let pairs: Vec<String> = query
            .iter()
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        let path = match &pairs[..] {
            [] => self.path(id),
            pairs => format!("{}?{}", self.path(id), pairs.join("&")),
        };
        let call = server.call(self.method.clone(), &path);
        if body.is_null() { call } else { call.json(body.clone()) }
    }
}
