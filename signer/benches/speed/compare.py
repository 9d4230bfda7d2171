"""Signs and validates PDFs with pyHanko again and again and prints microseconds each.

For comparison only: key and certificate are made once, outside the measurement, where Segl makes
them anew for each seal.

Usage: compare.py sign COUNT FILE
       compare.py validate COUNT TRUST.pem ROOT.crl FILE...
"""

import datetime
import io
import logging
import statistics
import sys
import time

from asn1crypto import keys, pem, x509
from cryptography import x509 as cx509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore


# That nothing may be fetched is on purpose.
logging.disable()


def certify(common_name, time_stamping):
    # pyHanko's time-stamper for tests knows RSA alone.
    key = rsa.generate_private_key(65537, 2048) if time_stamping else ec.generate_private_key(ec.SECP256R1())
    name = cx509.Name([cx509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = (
        cx509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(cx509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
    )
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment "
        "key_agreement key_cert_sign crl_sign encipher_only decipher_only"
    ).split()
    usage = cx509.KeyUsage(**{name: name == "content_commitment" for name in names})
    builder = builder.add_extension(usage, critical=True)
    if time_stamping:
        usage = cx509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    certificate = builder.sign(key, hashes.SHA256())
    return (
        x509.Certificate.load(certificate.public_bytes(serialization.Encoding.DER)),
        keys.PrivateKeyInfo.load(
            key.private_bytes(
                serialization.Encoding.DER,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        ),
    )


def median_us(count, work):
    durations = []
    for _ in range(count):
        start = time.perf_counter()
        work()
        durations.append(time.perf_counter() - start)
    return round(statistics.median(durations) * 1e6, 1)


def sign(count, path):
    document = open(path, "rb").read()
    certificate, key = certify("Benchmark", False)
    authority, authority_key = certify("Benchmark TSA", True)
    signer = signers.SimpleSigner(certificate, key, SimpleCertificateStore())
    stamper = DummyTimeStamper(authority, authority_key, SimpleCertificateStore())
    for level in ("B-B", "B-T", "B-LT", "B-LTA"):
        long_term = level in ("B-LT", "B-LTA")

        def one():
            context = ValidationContext(trust_roots=[certificate, authority], allow_fetching=False)
            metadata = signers.PdfSignatureMetadata(
                field_name="Signature1",
                md_algorithm="sha256",
                subfilter=fields.SigSeedSubFilter.PADES,
                embed_validation_info=long_term,
                use_pades_lta=level == "B-LTA",
                validation_context=context if long_term else None,
            )
            writer = IncrementalPdfFileWriter(io.BytesIO(document))
            timestamper = None if level == "B-B" else stamper
            signers.PdfSigner(metadata, signer, timestamper=timestamper).sign_pdf(writer)

        print(level, median_us(count, one))


def validate(count, trust, crl, paths):
    with open(trust, "rb") as file:
        roots = [x509.Certificate.load(der) for _, _, der in pem.unarmor(file.read(), multiple=True)]
    crls = [open(crl, "rb").read()]
    for path in paths:
        document = open(path, "rb").read()

        def one():
            context = ValidationContext(
                trust_roots=roots, crls=crls, revocation_mode="hard-fail", allow_fetching=False
            )
            reader = PdfFileReader(io.BytesIO(document))
            status = validate_pdf_signature(reader.embedded_regular_signatures[0], context)
            assert status.bottom_line, path

        print(path, median_us(count, one))


mode, count, *rest = sys.argv[1:]
if mode == "sign":
    sign(int(count), *rest)
else:
    trust, crl, *paths = rest
    validate(int(count), trust, crl, paths)
