"""Seals a PDF through the generated package `segl_client`, once plainly and once visibly.

Usage: seal.py ADDRESS KEY DOCUMENT IMAGE FOLDER; the package is found by PYTHONPATH.
"""

import io
import pathlib
import sys

from segl_client import AuthenticatedClient
from segl_client.api.default import get_receipt, seal
from segl_client.models import (
    Appearance,
    AppearanceLanguage,
    AppearanceShowItem,
    Options,
    Problem,
    SealFilesBody,
    SealLevel,
)
from segl_client.types import File

address, key, document, image, folder = sys.argv[1:]
pdf, picture = (pathlib.Path(path).read_bytes() for path in (document, image))
client = AuthenticatedClient(base_url=address, token=key, timeout=30)


def keep(name, answer):
    """Writes what was answered, where it is a document."""
    assert isinstance(answer, File), answer
    (pathlib.Path(folder) / name).write_bytes(answer.payload.read())


plain = seal.sync(
    client=client, profile="decisions", level=SealLevel.B_T, body=File(payload=io.BytesIO(pdf))
)
keep("plain.pdf", plain)

appearance = Appearance(
    page=1,
    rect=[50, 50, 250, 80],
    language=AppearanceLanguage.DA,
    show=[AppearanceShowItem.SIGNER, AppearanceShowItem.TIME],
    text=["Sealed by a client"],
)
visible = SealFilesBody(
    document=File(payload=io.BytesIO(pdf), file_name="document.pdf", mime_type="application/pdf"),
    options=Options(reason="Decided", appearance=appearance),
    image=File(payload=io.BytesIO(picture), file_name="image.png", mime_type="image/png"),
)
keep("visible.pdf", seal.sync(client=client, profile="decisions", body=visible))

# What is not there is a problem with a type, as described.
missing = get_receipt.sync("1-0", client=client)
assert isinstance(missing, Problem) and missing.type_ == "urn:segl:problem:not-found", missing
