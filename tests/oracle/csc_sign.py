"""Signs PDFs with pyHanko's own client of the CSC API, as it comes.

Usage: csc_sign.py URL VERSION BEARER CREDENTIAL COUNT FILE FOLDER [pss]

URL is what stands before /csc/VERSION. CREDENTIAL is the description of a credential that the service
lists, or `=ID` for one of this name. COUNT copies of FILE are signed, all of them in one batch, and
written to FOLDER as 0.pdf, 1.pdf and so on. With `pss` RSA keys sign with RSASSA-PSS.
"""

import asyncio
import io
import pathlib
import sys

import aiohttp
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.csc_signer import (
    CSCAuthorizationManager,
    CSCServiceSessionInfo,
    CSCSigner,
    fetch_certs_in_csc_credential,
)


class Authorization(CSCAuthorizationManager):
    """Asks for activation data for exactly the hashes that are about to be signed."""

    def __init__(self, session, service, credential):
        super().__init__(service, credential)
        self.session = session

    async def authorize_signature(self, hash_b64s):
        request = self.format_csc_auth_request(hash_b64s=hash_b64s)
        async with self.session.post(
            self.csc_session_info.endpoint_url("credentials/authorize"),
            headers=self.auth_headers,
            json=request,
            raise_for_status=True,
        ) as answer:
            return self.parse_csc_auth_response(await answer.json())


async def credential_id(session, url, version, bearer, wanted):
    """The name of the credential with this description."""
    if wanted.startswith("="):
        return wanted[1:]
    service = CSCServiceSessionInfo(url, "", oauth_token=bearer, api_ver=version)

    async def ask(method, request):
        address = service.endpoint_url(method)
        headers = service.auth_headers
        async with session.post(
            address, headers=headers, json=request, raise_for_status=True
        ) as answer:
            return await answer.json()

    for one in (await ask("credentials/list", {}))["credentialIDs"]:
        info = await ask("credentials/info", {"credentialID": one})
        if info["description"] == wanted:
            return one
    raise SystemExit(f"no credential {wanted}")


async def sign(session, url, version, bearer, wanted, count, source, folder, pss):
    name = await credential_id(session, url, version, bearer, wanted)
    service = CSCServiceSessionInfo(url, name, oauth_token=bearer, api_ver=version)
    credential = await fetch_certs_in_csc_credential(session, service)
    authorization = Authorization(session, service, credential)
    signer = CSCSigner(session, authorization, prefer_pss=pss, batch_size=count)
    metadata = signers.PdfSignatureMetadata(
        field_name="Seal", md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )

    async def one(number):
        # Each copy is another document.
        content = source + b"%% copy %d\n" % number
        writer = IncrementalPdfFileWriter(io.BytesIO(content))
        output = io.BytesIO()
        await signers.PdfSigner(metadata, signer=signer).async_sign_pdf(writer, output=output)
        (folder / f"{number}.pdf").write_bytes(output.getvalue())

    await asyncio.gather(*(one(number) for number in range(count)))


async def main():
    url, version, bearer, wanted, count, source, folder, *wishes = sys.argv[1:]
    source, folder = pathlib.Path(source).read_bytes(), pathlib.Path(folder)
    # The service closes a connection on which nothing has come for some seconds, and a batch may be
    # prepared for longer.
    connector = aiohttp.TCPConnector(keepalive_timeout=1)
    async with aiohttp.ClientSession(connector=connector) as session:
        await sign(
            session, url, version, bearer, wanted, int(count), source, folder, "pss" in wishes
        )


asyncio.run(main())
