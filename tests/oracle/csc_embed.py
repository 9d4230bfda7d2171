"""Seals a PDF by its digest: pyHanko prepares it and puts in what signatures/signDoc answers.

Usage: csc_embed.py URL BEARER QUALIFIER FILE TARGET
"""

import base64
import datetime
import io
import json
import pathlib
import sys
import urllib.request

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign.signers import cms_embedder
from pyhanko.sign.signers.pdf_byterange import SignatureObject


def sign(url, bearer, qualifier, digest):
    request = {
        "signatureQualifier": qualifier,
        "documentDigests": [
            {
                # A text instead of a list, as a sample of the specification has it.
                "hashes": base64.b64encode(digest).decode(),
                "hashAlgorithmOID": "2.16.840.1.101.3.4.2.1",
                "signature_format": "P",
                "conformance_level": "AdES-B-T",
                "signAlgo": "1.2.840.10045.4.3.2",
            }
        ],
    }
    headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
    address = f"{url}/csc/v2/signatures/signDoc"
    body = json.dumps(request).encode()
    with urllib.request.urlopen(urllib.request.Request(address, body, headers)) as answer:
        return base64.b64decode(json.load(answer)["SignatureObject"][0])


def main():
    url, bearer, qualifier, source, target = sys.argv[1:]
    writer = IncrementalPdfFileWriter(io.BytesIO(pathlib.Path(source).read_bytes()))
    embedding = cms_embedder.PdfCMSEmbedder().write_cms(field_name="Seal", writer=writer)
    next(embedding)
    signature = SignatureObject(
        timestamp=datetime.datetime.now(datetime.timezone.utc),
        subfilter=fields.SigSeedSubFilter.PADES,
        bytes_reserved=32768,
    )
    embedding.send(cms_embedder.SigObjSetup(sig_placeholder=signature))
    prepared, output = embedding.send(
        cms_embedder.SigIOSetup(md_algorithm="sha256", in_place=True)
    )
    embedding.send(sign(url, bearer, qualifier, prepared.document_digest))
    pathlib.Path(target).write_bytes(output.getvalue())


main()
