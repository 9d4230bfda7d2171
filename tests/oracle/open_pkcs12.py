"""Opens a PKCS#12 file with cryptography: FILE PASSWORD. Prints its name, and how many other certificates it holds."""

import sys

from cryptography.hazmat.primitives.serialization import pkcs12

path, password = sys.argv[1:]
with open(path, "rb") as file:
    opened = pkcs12.load_pkcs12(file.read(), password.encode())
assert opened.key.public_key() == opened.cert.certificate.public_key(), "another key's certificate"
print(opened.cert.friendly_name.decode(), len(opened.additional_certs))
