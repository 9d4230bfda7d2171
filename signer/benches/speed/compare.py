"""Signs a PDF with pyHanko again and again and prints microseconds a signature.

For comparison only: key and certificate are made once, outside the measurement, where Segl makes
them anew for each seal. Usage: compare.py FILE COUNT
"""

import datetime
import io
import statistics
import sys
import time

from asn1crypto import keys, x509
from cryptography import x509 as cx509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore


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


def main():
    document, count = open(sys.argv[1], "rb").read(), int(sys.argv[2])
    certificate, key = certify("Benchmark", False)
    authority, authority_key = certify("Benchmark TSA", True)
    signer = signers.SimpleSigner(certificate, key, SimpleCertificateStore())
    stamper = DummyTimeStamper(authority, authority_key, SimpleCertificateStore())
    for level, timestamper in (("B-B", None), ("B-T", stamper)):
        durations = []
        for _ in range(count):
            start = time.perf_counter()
            metadata = signers.PdfSignatureMetadata(
                field_name="Signature1",
                md_algorithm="sha256",
                subfilter=fields.SigSeedSubFilter.PADES,
            )
            writer = IncrementalPdfFileWriter(io.BytesIO(document))
            signers.PdfSigner(metadata, signer, timestamper=timestamper).sign_pdf(writer)
            durations.append(time.perf_counter() - start)
        print(level, round(statistics.median(durations) * 1e6, 1))


main()
