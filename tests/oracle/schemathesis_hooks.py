"""What schemathesis cannot know: media types that are not JSON, and a document that can be sealed."""

import itertools
import json
import os
import pathlib

import schemathesis
from schemathesis import GenerationMode

DOCUMENT = pathlib.Path(os.environ["SEGL_DOCUMENT"]).read_bytes()

# What is asked of it, where chance would hardly come upon a profile and a document that fit.
ACTS = {
    "/v1/seals": {"profile": "decisions"},
    "/v1/signatures": {"profile": "staff"},
    "/v1/augmentations": {"level": "B-T"},
    "/v1/validations": {},
}

calls = itertools.count()


@schemathesis.hook
def before_call(_context, case, _kwargs):
    """Makes every other call that is as it should be one that can be done."""
    query = ACTS.get(case.operation.path)
    positive = case.meta is None or case.meta.generation.mode is GenerationMode.POSITIVE
    if query is not None and case.method == "POST" and positive and next(calls) % 2:
        case.query = dict(query)
        case.body = DOCUMENT
        case.media_type = "application/octet-stream"
        case.headers["Content-Type"] = case.media_type
        case.headers.pop("Idempotency-Key", None)


@schemathesis.serializer("application/ocsp-request", "application/timestamp-query", "application/pkcs10")
def octets(_context, value):
    """Bytes as they are."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@schemathesis.deserializer("application/x-ndjson")
def json_lines(_context, response):
    """The first record: the description says what each line is. All lines must be JSON."""
    records = [json.loads(line) for line in response.content.splitlines()]
    return records[0]
