"""Signs a PDF as another product does: with SubFilter adbe.pkcs7.detached, by a PKI made here.

Usage: pyhanko_sign.py FILE FOLDER [signing-certificate] [revocation] [certified] [own-anchor]

Writes signed.pdf, root.pem (the anchor) and root.crl (its revocation list) into FOLDER. With
`signing-certificate` the signature has signing-certificate-v2, with `revocation` the list in
adbe-revocationInfoArchival, and with `certified` it certifies the document and permits annotations
(DocMDP with P=3). With `own-anchor` the signer issued its certificate itself, and is the anchor.
"""

import datetime
import pathlib
import secrets
import sys

from asn1crypto import crl as asn1_crl
from asn1crypto import keys, x509
from cryptography import x509 as certificates
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_cms import GenericPdfSignedAttributeProviderSpec
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

DAY = datetime.timedelta(days=1)


def name(common_name):
    return certificates.Name([certificates.NameAttribute(NameOID.COMMON_NAME, common_name)])


def certificate(subject, key, issuer, issuer_key, is_authority, now):
    usage = dict.fromkeys(
        ["digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
         "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"],
        False,
    )
    for allowed in ["key_cert_sign", "crl_sign"] if is_authority else ["content_commitment"]:
        usage[allowed] = True
    identifier = certificates.SubjectKeyIdentifier.from_public_key(key.public_key())
    authority = certificates.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key())
    return (
        certificates.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer))
        .public_key(key.public_key())
        .serial_number(certificates.random_serial_number())
        .not_valid_before(now - DAY)
        .not_valid_after(now + 30 * DAY)
        .add_extension(certificates.BasicConstraints(is_authority, None), critical=True)
        .add_extension(certificates.KeyUsage(**usage), critical=True)
        .add_extension(identifier, critical=False)
        .add_extension(authority, critical=False)
        .sign(issuer_key, hashes.SHA256())
    )


class Signer(signers.SimpleSigner):
    """One that names its certificate or does not."""

    names_certificate = True

    def _signed_attr_provider_spec(self, attr_settings, timestamper, use_cades, is_pdf_sig):
        return GenericPdfSignedAttributeProviderSpec(
            attr_settings=attr_settings,
            signing_cert=self.signing_cert if self.names_certificate else None,
            signature_mechanism=None,
            timestamper=timestamper,
        )


def main():
    source, folder, *wishes = sys.argv[1:]
    folder = pathlib.Path(folder)
    now = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    # Every run has a root of another name: lists are told apart by it.
    root_name = f"Another Root {secrets.token_hex(8)}"
    root = certificate(root_name, root_key, root_name, root_key, True, now)
    leaf = certificate("Another Signer", key, root_name, root_key, False, now)
    if "own-anchor" in wishes:
        root = leaf = certificate(root_name, key, root_name, key, False, now)
    authority = certificates.AuthorityKeyIdentifier.from_issuer_public_key(root_key.public_key())
    revocation = (
        certificates.CertificateRevocationListBuilder()
        .issuer_name(root.subject)
        .last_update(now - datetime.timedelta(minutes=1))
        .next_update(now + 7 * DAY)
        .add_extension(certificates.CRLNumber(1), critical=False)
        .add_extension(authority, critical=False)
        .sign(root_key, hashes.SHA256())
        .public_bytes(serialization.Encoding.DER)
    )
    (folder / "root.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    (folder / "root.crl").write_bytes(revocation)

    der = serialization.Encoding.DER
    [root, leaf] = [x509.Certificate.load(one.public_bytes(der)) for one in [root, leaf]]
    private = key.private_bytes(der, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    store = SimpleCertificateStore()
    store.register(root)
    signer = Signer(
        signing_cert=leaf,
        signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=store,
    )
    signer.names_certificate = "signing-certificate" in wishes
    embeds = "revocation" in wishes
    context = ValidationContext(
        trust_roots=[root],
        crls=[asn1_crl.CertificateList.load(revocation)],
        revocation_mode="hard-fail",
    )
    metadata = signers.PdfSignatureMetadata(
        field_name="Another",
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.ADOBE_PKCS7_DETACHED,
        embed_validation_info=embeds,
        certify="certified" in wishes,
        docmdp_permissions=fields.MDPPerm.ANNOTATE,
        validation_context=context if embeds else None,
    )
    with open(source, "rb") as file, open(folder / "signed.pdf", "wb") as output:
        writer = IncrementalPdfFileWriter(file)
        signers.PdfSigner(metadata, signer=signer).sign_pdf(writer, output=output)


main()
