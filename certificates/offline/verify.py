# /// script
# requires-python = ">=3.11"
# dependencies = ["pyhanko>=0.38,<0.39", "cryptography>=44"]
# ///
"""Check the seal of certificates without a connection and without the site that issued them.

    python verify.py --root root.pem [--revoked seal.crl ...] CERTIFICATE.pdf ...

It needs Python 3.11 and pyHanko (`pip install 'pyhanko==0.38.*'`); `uv run verify.py` brings them
along. Fetch `/pki/root.pem` from the issuer's own site, once, and keep it: a root that came with a
certificate proves nothing. The lists of keys that were taken back are beside it.

Of each file it says whether our seal is on it and whether it was changed since. It cannot say
whether the certificate counts today: only the register knows that, at the address that is printed.
Ends with 1 unless every file is sealed and unchanged, and with 2 where it could not begin.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import parser
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import EmbeddedPdfSignature, async_validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

MOST_BYTES = 5 * 1024**2
ISSUED_AS = "Issued as "
ASK = "Whether it counts today, only the register can say: {address}"
NO_LISTS = "No list of keys that were taken back was given (--revoked), so none was looked at."


class Verdict(StrEnum):
    """What a file is, as far as its seal tells."""

    SEALED = "sealed"
    TIMES_ADDED = "times_added"
    ALTERED = "altered"
    SEAL_WITHDRAWN = "seal_withdrawn"
    NOT_OURS = "not_ours"
    UNREADABLE = "unreadable"


WORDS = {
    Verdict.SEALED: "Sealed by the issuer, and not changed since",
    Verdict.TIMES_ADDED: "Sealed by the issuer; attested times were added, and nothing else",
    Verdict.ALTERED: "CHANGED after it was sealed: do not rely on it",
    Verdict.SEAL_WITHDRAWN: "Sealed with a key that was taken back: do not rely on the file alone",
    Verdict.NOT_OURS: "NO SEAL that this root vouches for: do not rely on it",
    Verdict.UNREADABLE: "Cannot be read as a certificate: do not rely on it",
}
GOOD = {Verdict.SEALED, Verdict.TIMES_ADDED}


@dataclass(frozen=True)
class Answer:
    """What is said of one file. `sealed_at` is what the seal claims, unless a service attested it."""

    verdict: Verdict
    number: str = ""
    address: str = ""
    sealed_by: str = ""
    sealed_at: str = ""

    @property
    def is_good(self) -> bool:
        return self.verdict in GOOD


class NotUsable(Exception):
    """What was given to check with cannot be used. The message says what to do."""


@dataclass(frozen=True)
class Trust:
    """What is believed: the roots, and the lists of what authorities below them took back."""

    roots: Sequence[asn1_x509.Certificate]
    lists: Sequence[x509.CertificateRevocationList] = ()

    def took_back(self, chain: Sequence[x509.Certificate]) -> bool:
        """Whether a list that the issuer of one of these certificates signed names it."""
        return any(
            listed.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None
            for certificate in chain
            for listed in self.lists
            if is_from(listed, certificate.issuer, chain)
        )


def is_from(
    listed: x509.CertificateRevocationList, issuer: x509.Name, chain: Sequence[x509.Certificate]
) -> bool:
    """Whether the one who issued a certificate of this chain signed this list."""
    if listed.issuer != issuer:
        return False
    keys = [certificate.public_key() for certificate in chain if certificate.subject == issuer]
    return any(
        isinstance(key, ec.EllipticCurvePublicKey) and listed.is_signature_valid(key)
        for key in keys
    )


def read_roots(path: Path) -> list[asn1_x509.Certificate]:
    """The certificates of a file of roots. Raises NotUsable."""
    try:
        roots = x509.load_pem_x509_certificates(path.read_bytes())
    except OSError as error:
        raise NotUsable(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise NotUsable(f"{path} holds no certificate. Fetch /pki/root.pem once more.") from error
    return [asn1_x509.Certificate.load(root.public_bytes(Encoding.DER)) for root in roots]


def read_list(path: Path) -> x509.CertificateRevocationList:
    """A list of certificates that were taken back. Raises NotUsable."""
    try:
        return x509.load_der_x509_crl(path.read_bytes())
    except OSError as error:
        raise NotUsable(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise NotUsable(f"{path} is no list of what was taken back (.crl).") from error


def check(content: bytes, trust: Trust) -> Answer:
    """What a file is. It may be anything at all: whatever cannot be read is not relied on."""
    if len(content) > MOST_BYTES or b"%PDF-" not in content[:1024]:
        return Answer(Verdict.UNREADABLE)
    try:
        reader = PdfFileReader(BytesIO(content), strict=False)
        signature = next(iter(reader.embedded_regular_signatures), None)
        if reader.encrypted or signature is None:
            return Answer(Verdict.UNREADABLE if reader.encrypted else Verdict.NOT_OURS)
        return judged(reader, signature, trust)
    except Exception:
        # Including what a library does not foresee: a file made to break it is none of ours.
        return Answer(Verdict.UNREADABLE)


def judged(reader: PdfFileReader, signature: EmbeddedPdfSignature, trust: Trust) -> Answer:
    """What the first seal of a file says."""
    status = asyncio.run(validated(signature, trust))
    if not status.trusted:
        return Answer(Verdict.NOT_OURS)
    chain = [
        x509.load_der_x509_certificate(certificate.dump())
        for certificate in (signature.signer_cert, *signature.other_embedded_certs, *trust.roots)
    ]
    seal = signature.sig_object
    answer = Answer(
        verdict_of(reader, signature, status),
        number=str(seal.get("/Reason", "")).removeprefix(ISSUED_AS)[:40],
        address=str(seal.get("/Location", ""))[:200],
        sealed_by=str(signature.signer_cert.subject.human_friendly),
        sealed_at=claimed_time(signature),
    )
    if answer.is_good and trust.took_back(chain):
        return replace(answer, verdict=Verdict.SEAL_WITHDRAWN)
    return answer


async def validated(signature: EmbeddedPdfSignature, trust: Trust) -> Any:
    """What pyHanko says of a seal, at the time that it claims: a key that has run out since is no
    fault of what it sealed. Nobody else is asked.
    """
    context = ValidationContext(
        trust_roots=list(trust.roots),
        other_certs=list(signature.other_embedded_certs),
        moment=signature.self_reported_timestamp,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    return await async_validate_pdf_signature(signature, context)


def verdict_of(reader: PdfFileReader, signature: EmbeddedPdfSignature, status: Any) -> Verdict:
    """Whether a seal that is trusted is whole, and speaks for all that is in the file."""
    start, length, _behind, _rest = map(int, signature.byte_range)
    is_signed = start == 0 and length > 0 and status.intact and status.valid
    if not is_signed or not status.docmdp_ok or not is_only_seal(reader):
        return Verdict.ALTERED
    if has_room_filled(signature):
        return Verdict.ALTERED
    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return Verdict.SEALED
    is_longer_by_times = status.modification_level == ModificationLevel.LTA_UPDATES
    is_whole_revision = status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION
    return Verdict.TIMES_ADDED if is_longer_by_times and is_whole_revision else Verdict.ALTERED


def is_only_seal(reader: PdfFileReader) -> bool:
    """Whether there is one seal, and no field that waits for another."""
    waiting = next(iter(enumerate_sig_fields(reader, filled_status=False)), None)
    return waiting is None and len(list(reader.embedded_regular_signatures)) == 1


def has_room_filled(signature: EmbeddedPdfSignature) -> bool:
    """Whether something stands in the room behind a signature, which no signature speaks for."""
    room = bytes(signature.pkcs7_content)
    return bool(room[parser.peek(room) :].strip(b"\0"))


def claimed_time(signature: EmbeddedPdfSignature) -> str:
    """When the seal says that it was made."""
    when = signature.self_reported_timestamp
    return when.astimezone(UTC).isoformat() if when else ""


# The command ------------------------------------------------------------------------------------


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    command = argparse.ArgumentParser(
        description="Checks the seal of certificates, without a connection."
    )
    command.add_argument("files", nargs="+", type=Path, metavar="FILE")
    command.add_argument("--root", required=True, type=Path, help="the issuer's root.pem")
    command.add_argument("--revoked", action="append", default=[], type=Path, metavar="LIST.crl")
    command.add_argument("--json", action="store_true", help="print as JSON")
    return command.parse_args(words)


def answers(files: Sequence[Path], trust: Trust) -> list[tuple[str, Answer]]:
    """What is said of each file. Raises NotUsable for one that is not there."""
    try:
        return [(str(path), check(path.read_bytes(), trust)) for path in files]
    except OSError as error:
        raise NotUsable(f"{error.filename}: {error.strerror}") from error


def in_words(path: str, answer: Answer) -> str:
    lines = [f"{path}: {WORDS[answer.verdict]}"]
    if answer.number:
        lines.append(f"  {answer.number}, sealed {answer.sealed_at} by {answer.sealed_by}")
        lines.append(f"  {ASK.format(address=answer.address)}")
    return "\n".join(lines)


def main(words: Sequence[str] | None = None) -> int:
    options = arguments(words)
    try:
        trust = Trust(read_roots(options.root), [read_list(path) for path in options.revoked])
        done = answers(options.files, trust)
    except NotUsable as problem:
        print(problem, file=sys.stderr)
        return 2
    if options.json:
        print(json.dumps([{"file": path, **asdict(answer)} for path, answer in done], indent=2))
    else:
        print("\n".join(in_words(path, answer) for path, answer in done))
    if not trust.lists:
        print(NO_LISTS, file=sys.stderr)
    return 0 if all(answer.is_good for _path, answer in done) else 1


if __name__ == "__main__":
    sys.exit(main())
