"""Prints pyHanko's verdict on every signature of a PDF as one JSON array.

Usage: pyhanko_verify.py FILE TRUST.pem [CRL...]

The certificates of TRUST.pem are the only trust anchors; revocation of every certificate below them
is decided by the given CRLs (a certificate with noRevAvail needs none). Nothing is fetched.
"""

import json
import sys

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext


def anchors(path):
    with open(path, "rb") as file:
        return [x509.Certificate.load(der) for _, _, der in pem.unarmor(file.read(), multiple=True)]


def read(path):
    with open(path, "rb") as file:
        return file.read()


def verdict(signature, context):
    time_stamp = signature.sig_object_type == "/DocTimeStamp"
    judge = validate_pdf_timestamp if time_stamp else validate_pdf_signature
    status = judge(signature, context)
    stamp = status if time_stamp else status.timestamp_validity
    stamped = bool(stamp and stamp.intact and stamp.valid and stamp.trusted)
    return {
        "field": signature.field_name,
        "kind": "time-stamp" if time_stamp else "signature",
        "intact": status.intact,
        "valid": status.valid,
        "trusted": status.trusted,
        "time_stamped": stamped,
        "coverage": status.coverage.name,
        "modification": status.modification_level.name if status.modification_level else None,
        # A document time-stamp's status has no conclusion of its own.
        "bottom_line": stamped if time_stamp else status.bottom_line,
        "subject": signature.signer_cert.subject.human_friendly,
    }


def main():
    path, trust, *crls = sys.argv[1:]
    context = {
        "trust_roots": anchors(trust),
        "crls": [read(crl) for crl in crls],
        "revocation_mode": "hard-fail" if crls else "soft-fail",
        "allow_fetching": False,
    }
    with open(path, "rb") as file:
        # Lenient: refusing to read a file at all says nothing about its signature.
        reader = PdfFileReader(file, strict=False)
        if reader.encrypted:
            reader.decrypt("")
        result = [verdict(s, ValidationContext(**context)) for s in reader.embedded_signatures]
    json.dump(result, sys.stdout)


main()
