//! What an operation answers because of what it takes: the rules of the house, each written once.

use serde_json::{Map, Value, json};

/// Adds to an operation what every one of its sort answers beside its own answers.
pub(super) fn promise(method: &str, operation: &mut Map<String, Value>) {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let parameters = parameters.map(Vec::as_slice).unwrap_or_default();
    let takes = |name: &str| parameters.iter().any(|parameter| parameter["name"] == name);
    let (key, version) = (takes("Idempotency-Key"), takes("If-Match"));
    let none = parameters.is_empty();
    let asks = parameters.iter().any(|parameter| parameter["in"] == "query");
    let (bearer, body) =
        (operation.contains_key("security"), operation.contains_key("requestBody"));
    if let Some(Value::String(summary)) = operation.get("summary") {
        let summary = summary.trim_end_matches('.').to_owned();
        operation.insert("summary".into(), summary.into());
    }
    if none {
        operation.remove("parameters");
    }
    let Some(Value::Object(responses)) = operation.get_mut("responses") else { return };
    let mut add = |status: &str, description: &str| {
        responses.entry(status).or_insert_with(|| problem(description));
    };
    add("408", "The request took too long, or its body stood still.");
    add("500", "The service failed.");
    if bearer {
        add("401", "Nobody was recognised.");
        add("429", "Too many requests came without a key that is accepted.");
    }
    if bearer && (asks || method != "get") {
        add("400", "The request is malformed.");
    }
    if bearer && body {
        add("413", "The body is too long.");
        add("415", "The body's type or encoding is not accepted.");
    }
    if version {
        add("412", "It was changed since it was read.");
        add("428", "If-Match is missing.");
    }
    if key {
        let done = "the request of this key was done already (`already-done`, with `location` and \
                    `receipt`) or is under way";
        also(responses, "409", done);
        also(responses, "422", "the key was used for another request");
        also(responses, "429", "as many keys of requests are kept as there may be");
    }
}

/// Adds a cause to those for which a status is answered.
fn also(responses: &mut Map<String, Value>, status: &str, cause: &str) {
    let before = responses.get(status).and_then(|response| response["description"].as_str());
    let description = match before {
        Some(before) => format!("{}; or {cause}.", before.trim_end_matches('.')),
        None => {
            let (first, rest) = cause.split_at(1);
            format!("{}{rest}.", first.to_uppercase())
        }
    };
    responses.insert(status.to_owned(), problem(&description));
}

/// An answer that is a problem document (RFC 9457).
fn problem(description: &str) -> Value {
    let schema = json!({ "schema": { "$ref": "#/components/schemas/Problem" } });
    json!({ "description": description, "content": { "application/problem+json": schema } })
}

/// Makes the optional members of an answer what they are here: left out, never null. A request, which
/// may have no other members, may also say null.
pub(super) fn leave_out(schema: &mut Value) {
    let Some(schema) = schema.as_object_mut() else { return };
    if schema.get("additionalProperties") == Some(&Value::Bool(false)) {
        return;
    }
    let required = schema.get("required").cloned().unwrap_or_default();
    let is_required =
        |name: &str| required.as_array().is_some_and(|all| all.iter().any(|one| one == name));
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        for (name, property) in properties {
            if !is_required(name) {
                never_null(property);
            }
            leave_out(property);
        }
    }
    if let Some(Value::Array(parts)) = schema.get_mut("allOf") {
        parts.iter_mut().for_each(leave_out);
    }
}

fn never_null(property: &mut Value) {
    let null = json!("null");
    if let Some(Value::Array(types)) = property.get_mut("type") {
        types.retain(|one| *one != null);
        if let [one] = types.as_slice() {
            property["type"] = one.clone();
        }
    }
    if let Some(Value::Array(choices)) = property.get_mut("oneOf") {
        choices.retain(|one| one["type"] != null);
        if let [one] = choices.as_slice() {
            *property = one.clone();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_operation_answers_what_follows_from_what_it_takes() {
        let mut operation = json!({
            "security": [{ "bearer": [] }],
            "parameters": [{ "name": "Idempotency-Key", "in": "header" }],
            "requestBody": {},
            "responses": { "409": { "description": "It exists." }, "201": {} },
        });
        promise("post", operation.as_object_mut().unwrap());
        let responses = &operation["responses"];
        let mut statuses: Vec<&String> = responses.as_object().unwrap().keys().collect();
        statuses.sort();
        let expected =
            ["201", "400", "401", "408", "409", "413", "415", "422", "429", "500"].to_vec();
        assert_eq!(statuses, expected);
        let conflict = responses["409"]["description"].as_str().unwrap();
        assert!(conflict.starts_with("It exists; or the request of this key"), "{conflict}");
        assert_eq!(responses["422"]["description"], "The key was used for another request.");
    }

    #[test]
    fn an_optional_member_is_left_out_and_a_required_one_may_be_null() {
        let reference = json!({ "$ref": "#/components/schemas/Moment" });
        let mut schema = json!({
            "required": ["c"],
            "properties": {
                "a": { "type": ["string", "null"] },
                "b": { "oneOf": [reference, { "type": "null" }] },
                "c": { "type": ["string", "null"] },
            },
        });
        leave_out(&mut schema);
        let expected = json!({
            "a": { "type": "string" }, "b": reference, "c": { "type": ["string", "null"] },
        });
        assert_eq!(schema["properties"], expected);
    }
}
