"""Reading a PDF that a stranger sent: whose seal it carries, and what happened to it since.

Runs only in the process apart. A file may be anything at all: whatever goes wrong in reading it
says that it is not as we made it, and nothing more.
"""

from __future__ import annotations

import asyncio
import re
import zlib
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from itertools import islice
from typing import Any

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

from certificates.examining.badges import read_badge
from certificates.examining.process import Seen

HEADER_WITHIN = 1024
MOST_ADDRESSES = 20
MOST_STREAMS = 100
MOST_STREAM_BYTES = 100_000
STREAM = re.compile(rb"stream\r?\n")
ISSUED_AS = "Issued as "
ADDRESS = re.compile(rb"https?://[\x21-\x27\x2a-\x7e]{1,300}", re.IGNORECASE)


def read_file(content: bytes, ours: Collection[str]) -> Seen:
    """What is to be seen in a file. `ours` has the hashes of the certificates of our seals."""
    if b"%PDF-" not in content[:HEADER_WITHIN]:
        with suppress(Exception):
            # Including what a library does not foresee: what breaks the reading is none of ours.
            return read_badge(content)
        return Seen()
    seen = Seen(is_pdf=True, addresses=tuple(addresses_in(content)))
    try:
        reader = PdfFileReader(BytesIO(content), strict=False)
        if reader.encrypted:
            return replace(seen, is_locked=True)
        for signature in reader.embedded_regular_signatures:
            certificate = sha256(signature.signer_cert.dump()).hexdigest()
            if certificate in ours:
                return judged(seen, reader, signature, certificate)
    except Exception:
        # Including what a library does not foresee: a file made to break it is none of ours.
        return replace(seen, is_broken=True)
    return seen


def judged(
    seen: Seen, reader: PdfFileReader, signature: EmbeddedPdfSignature, certificate: str
) -> Seen:
    """The same, with what the seal of ours says. Where it cannot be read it is not intact."""
    seen = replace(seen, sealed_by=certificate)
    with suppress(Exception):
        reason = str(signature.sig_object.get("/Reason", ""))
        seen = replace(seen, issued_as=reason.removeprefix(ISSUED_AS)[:40])
        start, length, behind, rest = map(int, signature.byte_range)
        end = behind + rest
        status = asyncio.run(validated(signature))
        is_first = start == 0 and length > 0
        is_signed = is_first and status.intact and status.valid and bool(status.docmdp_ok)
        covered = status.coverage
        return replace(
            seen,
            signed_bytes=end,
            intact=is_signed and covered >= SignatureCoverageLevel.ENTIRE_REVISION,
            whole=covered == SignatureCoverageLevel.ENTIRE_FILE,
            only_times=status.modification_level == ModificationLevel.LTA_UPDATES
            and adds_only_times(reader),
        )
    return seen


async def validated(signature: EmbeddedPdfSignature) -> Any:
    """What pyHanko says of a seal. That its key is ours is known, so nobody else is asked."""
    context = ValidationContext(
        trust_roots=[signature.signer_cert], allow_fetching=False, revocation_mode="soft-fail"
    )
    return await async_validate_pdf_signature(signature, context)


def adds_only_times(reader: PdfFileReader) -> bool:
    """Whether beside one seal there are attested times alone, and no field waits to be filled."""
    waiting = next(iter(enumerate_sig_fields(reader, filled_status=False)), None)
    return waiting is None and len(list(reader.embedded_regular_signatures)) == 1


def addresses_in(content: bytes) -> Iterator[str]:
    """Addresses that a file holds, also where it is too broken to be read as a PDF."""
    addresses: dict[bytes, None] = {}
    for part in (content, *opened_streams(content)):
        addresses.update(dict.fromkeys(match[0] for match in islice(ADDRESS.finditer(part), 20)))
    for address in islice(addresses, MOST_ADDRESSES):
        yield address.decode("ascii", "replace")


def opened_streams(content: bytes) -> Iterator[bytes]:
    """The first streams of a file, uncompressed as far as each goes, and never too much."""
    for start in islice(STREAM.finditer(content), MOST_STREAMS):
        with suppress(zlib.error):
            behind = content[start.end() : start.end() + MOST_STREAM_BYTES]
            yield zlib.decompressobj().decompress(behind, MOST_STREAM_BYTES)
