use std::collections::BTreeSet;

use serde_json::Value;

use super::*;

/// Files that `/pki/{file}` serves and that clients rely on by name.
const NAMED_FILES: [&str; 5] = [
    "/pki/root.cer",
    "/pki/issuing-ca.cer",
    "/pki/tsa.cer",
    "/pki/root.crl",
    "/pki/issuing-ca.crl",
];

/// Addresses that serve the page alone.
const PARTS_OF_THE_PAGE: [&str; 2] = ["/docs/page.js", "/docs/page.css"];

/// The description as it is served.
fn document() -> Value {
    let (_, api) = crate::http::described().split_for_parts();
    serde_json::to_value(Document::of(&api).unwrap()).unwrap()
}

#[test]
fn the_description_names_the_routes_of_the_router_and_no_others() {
    let own = include_str!("../../http.rs");
    let published = include_str!("../../../../qscd-sim/src/http/pki.rs");
    let mut routed: BTreeSet<String> = [own, published]
        .into_iter()
        .flat_map(|router| router.split(".route(\"").skip(1))
        .filter_map(|rest| rest.split('"').next())
        .filter(|path| !PARTS_OF_THE_PAGE.contains(path))
        .chain(NAMED_FILES)
        // The start page, which stands with the other pages.
        .chain(["/"])
        .map(|path| path.replace("{*", "{"))
        .collect();
    // Methods of the CSC API stand in both versions but for those of version 2.
    let csc = include_str!("../csc.rs");
    let paths = csc.split(".route(\"").skip(1).filter_map(|rest| rest.split('"').next());
    let mut of_version_2 = false;
    for path in paths {
        of_version_2 |= path == "/credentials/create";
        if path.starts_with("/csc/") {
            routed.insert(path.to_owned());
            continue;
        }
        let versions: &[&str] = if of_version_2 { &["v2"] } else { &["v1", "v2"] };
        routed.extend(versions.iter().map(|version| format!("/csc/{version}{path}")));
    }
    // What has its route from its description cannot be without either.
    let (_, api) = crate::http::described().split_for_parts();
    routed.extend(api.paths.paths.into_keys());
    let document = document();
    let paths = document["paths"].as_object().unwrap();
    let described: BTreeSet<String> = paths.keys().cloned().collect();
    assert_eq!(described, routed);
}

/// Each operation, with its method and path.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let of = |(path, methods): (&String, &'_ Value)| {
        let methods = methods.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        methods.into_iter().map(|method| (path.clone(), method)).collect::<Vec<_>>()
    };
    let named = paths.iter().flat_map(of).filter(|(_, method)| method != "parameters");
    named
        .map(|(path, method)| (format!("{method} {path}"), &document["paths"][&path][&method]))
        .collect()
}

#[test]
fn every_operation_has_a_name_of_its_own_and_says_how_it_fails() {
    let document = document();
    let mut names = BTreeSet::new();
    for (operation, described) in operations(&document) {
        let name = described["operationId"].as_str().unwrap_or_else(|| panic!("{operation}"));
        assert!(names.insert(name), "{operation}: {name}");
        let responses = described["responses"].as_object().unwrap();
        let mut expected = vec!["500", "408"];
        if described.get("requestBody").is_some() && operation.contains("/v1/") {
            expected.extend(["400", "401", "413", "415", "503"]);
        }
        if described.get("security").is_some() {
            // The register may be unreadable, which says who may come.
            expected.extend(["401", "429", "503"]);
        }
        for status in expected {
            assert!(responses.contains_key(status), "{operation}: {status}");
        }
    }
}

#[test]
fn no_choice_mixes_types() {
    fn look(value: &Value, at: &str) {
        match value {
            Value::Object(members) => {
                if let Some(Value::Array(choices)) = members.get("enum") {
                    let kind = |value: &Value| std::mem::discriminant(value);
                    let first = choices.first().map(kind);
                    assert!(choices.iter().all(|each| Some(kind(each)) == first), "{at}");
                }
                members.iter().for_each(|(name, each)| look(each, &format!("{at}/{name}")));
            }
            Value::Array(all) => all.iter().for_each(|each| look(each, at)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    look(&document(), "");
}

#[test]
fn every_reference_in_the_description_leads_somewhere() {
    let document = document();
    for rest in document.to_string().split("\"$ref\":\"#").skip(1) {
        let pointer = rest.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
}

#[test]
fn every_operation_parameter_and_member_of_the_handlers_says_what_it_is() {
    let document = document();
    let says = |value: &Value, at: &str| {
        // Of what may be null, the other choice says it.
        let value = value["oneOf"].as_array().map_or(value, |choices| &choices[0]);
        let text = value["description"].as_str().unwrap_or_default();
        assert!(!text.trim().is_empty(), "{at} says nothing");
    };
    let (_, api) = crate::http::described().split_for_parts();
    for (operation, described) in operations(&document) {
        assert!(described["summary"].as_str().is_some_and(|text| !text.is_empty()), "{operation}");
        let path = operation.split(' ').nth(1).unwrap();
        if api.paths.paths.contains_key(path) {
            for parameter in described["parameters"].as_array().into_iter().flatten() {
                says(parameter, &format!("{operation}: {}", parameter["name"]));
            }
        }
    }
    for (name, _) in api.components.unwrap().schemas {
        let schema = &document["components"]["schemas"][&name];
        for (member, described) in schema["properties"].as_object().into_iter().flatten() {
            says(described, &format!("{name}.{member}"));
        }
    }
}
