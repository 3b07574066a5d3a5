# /// script
# requires-python = ">=3.11"
# dependencies = ["pyhanko>=0.38,<0.39", "cryptography>=44"]
# ///
"""Check the seal of certificates without a connection and without the site that issued them.

    python verify.py --root root.pem [--revoked seal.crl ...] CERTIFICATE.pdf ...

It needs Python 3.11 and pyHanko (`pip install 'pyhanko==0.38.*'`); `uv run verify.py` brings them
along. Fetch `/pki/root.pem` from the issuer's own site, once, and keep it: a root that came with a
certificate proves nothing. The lists of keys that were taken back are beside it.

    python verify.py --root root.pem --proof proof.json [--kept FILE] CERTIFICATE.pdf

With a proof, which the check page gives to whoever has the file, it says also under the root of
which day the file is: that it existed by then. Only a root that somebody else kept proves the day,
because whoever has the key can sign another one later. `--kept` looks for it in such a copy.

Of each file it says whether our seal is on it and whether it was changed since. It cannot say
whether the certificate counts today: only the register knows that, at the address that is printed.
Ends with 1 unless every file is sealed and unchanged, and with 2 where it could not begin.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from asn1crypto import parser
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
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


# Roots of days ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proven:
    """Under which root a file is: it existed when that was signed."""

    number: int
    day: str
    root: str
    signed_at: str
    issuer: str
    is_kept: bool | None = None


def check_proof(content: bytes, proof: str, trust: Trust, copy: str | None = None) -> Proven:
    """The root that a proof leads a file to. `copy` is the text of a copy that was kept, to look for it in.

    Raises NotUsable, with the reason, for a proof that is not one of this file.
    """
    try:
        fields = json.loads(proof)
        index, path = int(fields["index"]), [bytes.fromhex(each) for each in fields["path"]]
        statement = str(fields["statement"])
    except (ValueError, TypeError, KeyError) as error:
        raise NotUsable("This is no proof as the check page gives it.") from error
    claims = read_statement(statement, trust)
    leaf = sha256(b"\0" + sha256(content).digest()).digest()
    root = root_by(path, leaf, index=index, size=int(claims["size"]))
    if root is None or root.hex() != claims["root"]:
        raise NotUsable("The proof is of another file, or was changed.")
    return Proven(
        number=int(claims["number"]),
        day=str(claims["day"]),
        root=str(claims["root"]),
        signed_at=datetime.fromtimestamp(int(claims["iat"]), UTC).isoformat(),
        issuer=str(claims["iss"]),
        is_kept=None if copy is None else str(claims["root"]) in copy,
    )


def root_by(path: Sequence[bytes], leaf: bytes, *, index: int, size: int) -> bytes | None:
    """The root that a leaf and its path lead to (RFC 9162, section 2.1.3.2); None for none."""
    if not 0 <= index < size:
        return None
    place, last, root = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return None
        if place % 2 or place == last:
            root = sha256(b"\1" + beside + root).digest()
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            root = sha256(b"\1" + root + beside).digest()
        place, last = place >> 1, last >> 1
    return root if last == 0 else None


def read_statement(statement: str, trust: Trust) -> dict[str, Any]:
    """What a signed root of a day says. Raises NotUsable where a root key does not vouch for it."""
    try:
        head, body, signature = statement.strip().split(".")
        header, claims = json.loads(decoded(head)), json.loads(decoded(body))
        chain = [x509.load_der_x509_certificate(base64.b64decode(each)) for each in header["x5c"]]
        at = datetime.fromtimestamp(int(claims["iat"]), UTC)
        is_named = header["alg"] == "ES256" and header["typ"] == "daily-root+jwt"
        if not is_named or not is_vouched_for(chain, trust, at=at):
            raise NotUsable(
                "The root of the day is not signed by a key that this root vouches for."
            )
        verify_signature(chain[0], f"{head}.{body}".encode(), decoded(signature))
    except InvalidSignature as error:
        raise NotUsable("The root of the day was changed after it was signed.") from error
    except (ValueError, TypeError, KeyError) as error:
        raise NotUsable("The root of the day cannot be read.") from error
    if trust.took_back(chain):
        raise NotUsable("The key that signed the root of the day was taken back.")
    return dict(claims)


def is_vouched_for(chain: Sequence[x509.Certificate], trust: Trust, *, at: datetime) -> bool:
    """Whether a seal stands under an authority, that under a root, and was good at a moment."""
    if len(chain) != 2 or not chain[0].not_valid_before_utc <= at <= chain[0].not_valid_after_utc:
        return False
    seal, issuing = chain
    roots = [x509.load_der_x509_certificate(root.dump()) for root in trust.roots]
    return is_issued_by(seal, issuing) and any(is_issued_by(issuing, root) for root in roots)


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def verify_signature(certificate: x509.Certificate, message: bytes, signature: bytes) -> None:
    """Raises InvalidSignature."""
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey) or len(signature) != 64:
        raise InvalidSignature
    numbers = (int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
    key.verify(encode_dss_signature(*numbers), message, ec.ECDSA(hashes.SHA256()))


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def proven_in_words(proven: Proven) -> str:
    lines = [
        f"  Under root {proven.number} of {proven.issuer}, of {proven.day}, "
        f"signed {proven.signed_at}:",
        f"  {proven.root}",
    ]
    if proven.is_kept is None:
        lines.append("  The day is proven where somebody else kept this root: compare it (--kept).")
    elif proven.is_kept:
        lines.append("  The copy that you kept has this root: the file existed when it was kept.")
    else:
        lines.append("  THE COPY THAT YOU KEPT HAS ANOTHER ROOT, or none of that day.")
    return "\n".join(lines)


# The command ------------------------------------------------------------------------------------


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    command = argparse.ArgumentParser(
        description="Checks the seal of certificates, without a connection."
    )
    command.add_argument("files", nargs="+", type=Path, metavar="FILE")
    command.add_argument("--root", required=True, type=Path, help="the issuer's root.pem")
    command.add_argument("--revoked", action="append", default=[], type=Path, metavar="LIST.crl")
    command.add_argument("--proof", type=Path, help="the proof of one file, from the check page")
    command.add_argument("--kept", type=Path, help="a copy of the roots that somebody else kept")
    command.add_argument("--json", action="store_true", help="print as JSON")
    return command.parse_args(words)


def answers(files: Sequence[Path], trust: Trust) -> list[tuple[str, Answer]]:
    """What is said of each file. Raises NotUsable for one that is not there."""
    try:
        return [(str(path), check(path.read_bytes(), trust)) for path in files]
    except OSError as error:
        raise NotUsable(f"{error.filename}: {error.strerror}") from error


def proof_for(options: argparse.Namespace, trust: Trust) -> Proven | None:
    """What the proof says that was given, if one was. Raises NotUsable."""
    if options.proof is None:
        return None
    if len(options.files) != 1:
        raise NotUsable("A proof is of one file: name that one alone.")
    try:
        copy = options.kept.read_text(encoding="utf-8") if options.kept else None
        proof = options.proof.read_text(encoding="utf-8")
        return check_proof(options.files[0].read_bytes(), proof, trust, copy)
    except OSError as error:
        raise NotUsable(f"{error.filename}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise NotUsable("The proof, or the copy that was kept, is no text.") from error


def in_words(path: str, answer: Answer) -> str:
    lines = [f"{path}: {WORDS[answer.verdict]}"]
    if answer.number:
        lines.append(f"  {answer.number}, sealed {answer.sealed_at} by {answer.sealed_by}")
        lines.append(f"  {ASK.format(address=answer.address)}")
    return "\n".join(lines)


def as_json(done: Sequence[tuple[str, Answer]], proven: Proven | None) -> str:
    rows = [{"file": path, **asdict(answer)} for path, answer in done]
    if proven is not None:
        rows[0]["proven"] = asdict(proven)
    return json.dumps(rows, indent=2)


def main(words: Sequence[str] | None = None) -> int:
    options = arguments(words)
    try:
        trust = Trust(read_roots(options.root), [read_list(path) for path in options.revoked])
        done = answers(options.files, trust)
        proven = proof_for(options, trust)
    except NotUsable as problem:
        print(problem, file=sys.stderr)
        return 2
    if options.json:
        print(as_json(done, proven))
    else:
        print("\n".join(in_words(path, answer) for path, answer in done))
        if proven is not None:
            print(proven_in_words(proven))
    if not trust.lists:
        print(NO_LISTS, file=sys.stderr)
    is_kept = proven is None or proven.is_kept is not False
    return 0 if is_kept and all(answer.is_good for _path, answer in done) else 1


if __name__ == "__main__":
    sys.exit(main())
