//! Style and script. Their addresses change with what they say, so that they are kept for a year.

use std::{borrow::Cow, sync::LazyLock};

use axum::{
    extract::Path,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
    },
    response::{IntoResponse, Response},
};

use crate::{
    access::random_secret::sha256,
    audit::hex,
    problem::Problem,
    service::RequestError,
    web::{
        KEY_SCRIPTS, PLACE, READING, RESULT, SCRIPT, STYLE, Scripts, UPLOAD, VERIFY_SCRIPT,
        VERIFY_STYLE,
    },
};

/// One of them.
struct Asset {
    address: String,
    media_type: &'static str,
    text: Cow<'static, str>,
}

fn address(name: &str, text: &str, kind: &str) -> String {
    format!("/pages/{name}.{}.{kind}", &hex(&sha256(text.as_bytes()))[..16])
}

/// The scripts by which a browser makes a key. Each imports some of those before it, by their addresses.
static KEYS: LazyLock<Vec<Asset>> = LazyLock::new(|| {
    let mut made: Vec<Asset> = Vec::new();
    let mut names: Vec<(String, String)> = Vec::new();
    for (name, text) in KEY_SCRIPTS {
        let text = names.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
        let address = address(name, &text, "js");
        let relative = address.replacen("/pages/", "./", 1);
        names.push((format!("\"./{name}.js\""), format!("\"{relative}\"")));
        let (media_type, text) = ("text/javascript; charset=utf-8", Cow::Owned(text));
        made.push(Asset { address, media_type, text });
    }
    made
});

static ASSETS: LazyLock<[Asset; 8]> = LazyLock::new(|| {
    let script = |name: &str, text: &'static str| Asset {
        address: address(name, text, "js"),
        media_type: "text/javascript; charset=utf-8",
        text: Cow::Borrowed(text),
    };
    [
        Asset {
            address: address("style", STYLE, "css"),
            media_type: "text/css; charset=utf-8",
            text: Cow::Borrowed(STYLE),
        },
        script("passkey", SCRIPT),
        script("upload", UPLOAD),
        script("reading", READING),
        script("place", PLACE),
        script("result", RESULT),
        Asset {
            address: address("verify", VERIFY_STYLE, "css"),
            media_type: "text/css; charset=utf-8",
            text: Cow::Borrowed(VERIFY_STYLE),
        },
        script("verify", VERIFY_SCRIPT),
    ]
});

/// The addresses of style and script.
pub(super) fn addresses() -> (&'static str, &'static str) {
    let [style, script, ..] = &*ASSETS;
    (&style.address, &script.address)
}

/// The addresses of what `/verify` has beside them.
pub(super) fn of_verify() -> (&'static str, &'static str) {
    let [.., style, script] = &*ASSETS;
    (&style.address, &script.address)
}

/// The address of the script that collects certificates.
pub(super) fn collecting() -> &'static str {
    KEYS.last().map_or("", |script| &script.address)
}

/// The addresses of the scripts on pages of documents.
pub(super) fn scripts() -> Scripts {
    let [_, _, upload, reading, place, result, ..] = &*ASSETS;
    Scripts {
        upload: &upload.address,
        reading: &reading.address,
        place: &place.address,
        result: &result.address,
    }
}

/// One of them, by its name.
pub(super) async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Response {
    let found =
        ASSETS.iter().chain(&*KEYS).find(|one| one.address.strip_prefix("/pages/") == Some(&*name));
    let Some(Asset { media_type, text, .. }) = found else {
        return Problem::from(RequestError::NotFound).into_response();
    };
    let tag = format!("\"{name}\"");
    let same = headers.get(IF_NONE_MATCH).is_some_and(|value| value == tag.as_str());
    let tag = HeaderValue::try_from(tag).unwrap_or(HeaderValue::from_static("\"\""));
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
        (ETAG, tag),
    ];
    match same {
        true => (StatusCode::NOT_MODIFIED, headers).into_response(),
        false => (headers, text.as_ref()).into_response(),
    }
}
