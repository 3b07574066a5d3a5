"""What is said of a file: is it ours, as we issued it, and what is it worth today. Nothing is saved.

The register speaks first: a file whose hash stands there is the one that we issued, sealed or not.
Only of others the seal is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certificates.apart import Busy, Limits, ProcessApart, TookTooLong
from certificates.examining.process import Seen, read_until_closed
from certificates.models import Badge, Credential, SealKey
from certificates.numbers import Mistyped, parse_code
from certificates.verifying import PublicCredential, extract_number, look_up_codes, public_facts

SECONDS = 3
BYTES = 768 * 1024**2
WAIT = 4
MOST_FILES = 200
MOST_FILE_BYTES = 5 * 1024**2

reader = ProcessApart(read_until_closed, lambda: Limits(SECONDS, BYTES))


class Verdict(models.TextChoices):
    """What a file is to us."""

    AS_ISSUED = "as_issued", _("Exactly as we issued it")
    EXTENDED = "extended", _("Ours, with times added")
    SEALED = "sealed", _("Sealed by us")
    ALTERED = "altered", _("Not the file that we issued")
    SEAL_WITHDRAWN = "seal_withdrawn", _("Its seal can no longer be relied on")
    NOT_OURS = "not_ours", _("Not ours")
    UNREADABLE = "unreadable", _("We could not read it")
    NOT_CHECKED = "not_checked", _("Not looked at")


OURS = (Verdict.AS_ISSUED, Verdict.EXTENDED, Verdict.SEALED)


class Why(models.TextChoices):
    """Why a file was not read."""

    EMPTY = "empty", _("The file is empty.")
    TOO_LARGE = "too_large", _("The file is larger than 5 MB. Our certificates are much smaller.")
    NO_PDF = "no_pdf", _("It is neither a PDF nor an Open Badge, which is all that we issue.")
    FORGOTTEN = (
        "forgotten",
        _("Its holder asked us to forget them, so there is nothing left to compare it with."),
    )
    BROKEN = "broken", _("It is damaged, or only a part of a file.")
    LOCKED = "locked", _("It is locked with a password. Our certificates never are.")
    TOO_MUCH = (
        "too_much",
        _("Reading it took too long, so we stopped. Our certificates are read at once."),
    )
    BUSY = "busy", _("Many files are being checked at the moment. Please try again in a minute.")


@dataclass(frozen=True)
class FileVerdict:
    """The answer for one file.

    `sealed` says whether the file as we issued it carries a seal or is signed, and `seal_withdrawn`
    that its key was taken back since. `is_badge` says that it is no PDF. `rooted_on` is the
    day whose signed root has it. `credential` is None where the register has none to show.
    """

    verdict: Verdict
    credential: PublicCredential | None = None
    number: str = ""
    sealed: bool = False
    attested: bool = False
    seal_withdrawn: bool = False
    why: Why | None = None
    name: str = ""
    is_badge: bool = False
    in_picture: bool = False
    rooted_on: date | None = None
    sha256: str = ""

    @property
    def proof_address(self) -> str:
        """Where the proof is that it existed by a day; nothing where no root has it."""
        return reverse("certificates:proof", args=[self.sha256]) if self.rooted_on else ""

    @property
    def is_ours(self) -> bool:
        return self.verdict in OURS

    def to_json(self, *, checked_at: datetime) -> dict[str, Any]:
        """The answer for programs: the public facts are those of the check by number."""
        credential = self.credential
        return {
            "verdict": str(self.verdict.value),
            "why": str(self.why.value) if self.why else None,
            "number": credential.number if credential else self.number or None,
            "badge": self.is_badge,
            "sealed": self.sealed,
            "seal_withdrawn": self.seal_withdrawn,
            "proof": settings.BASE_URL + self.proof_address if self.rooted_on else None,
            "record": public_facts(credential, checked_at=checked_at) if credential else None,
        }


@dataclass(frozen=True)
class Stored:
    """What the register holds of a file."""

    code: str
    key_state: str | None
    attested: bool
    is_badge: bool = False
    rooted_on: date | None = None
    sha256: str = ""

    @property
    def verdict(self) -> FileVerdict:
        return FileVerdict(
            Verdict.AS_ISSUED,
            sealed=self.key_state is not None,
            attested=self.attested,
            seal_withdrawn=self.key_state == SealKey.State.COMPROMISED,
            number=self.code,
            is_badge=self.is_badge,
            rooted_on=self.rooted_on,
            sha256=self.sha256,
        )


def hash_of(content: bytes) -> str:
    return sha256(content).hexdigest()


def verdicts_of_hashes(hashes: Sequence[str]) -> dict[str, FileVerdict]:
    """The answer for each hash that the register knows, in three queries for all."""
    known = stored_files(hashes)
    known |= stored_badges([digest for digest in hashes if digest not in known])
    return dict(zip(known, with_records([each.verdict for each in known.values()]), strict=True))


def verdict_of(content: bytes) -> FileVerdict:
    """The answer for one file: four queries at most."""
    (verdict,) = with_records([_verdict_of(content)])
    return verdict


def _verdict_of(content: bytes) -> FileVerdict:
    digest = hash_of(content)
    known = stored_files([digest])
    if digest in known:
        return known[digest].verdict
    if not content:
        return FileVerdict(Verdict.UNREADABLE, why=Why.EMPTY)
    if len(content) > MOST_FILE_BYTES:
        return FileVerdict(Verdict.UNREADABLE, why=Why.TOO_LARGE)
    keys = {key.sha256: key for key in SealKey.objects.filter(role=SealKey.Role.SEAL)}
    try:
        seen: Seen = reader.ask((content, frozenset(keys)), wait=WAIT)
    except Busy:
        return FileVerdict(Verdict.NOT_CHECKED, why=Why.BUSY)
    except (TookTooLong, EOFError, OSError):
        return FileVerdict(Verdict.UNREADABLE, why=Why.TOO_MUCH)
    return _judged(content, seen, keys.get(seen.sealed_by))


def _judged(content: bytes, seen: Seen, key: SealKey | None) -> FileVerdict:
    """What follows from what was seen in a file whose hash the register does not know."""
    if seen.badge_sha256:
        return _judged_badge(seen)
    if not seen.is_pdf:
        return FileVerdict(Verdict.UNREADABLE, why=Why.NO_PDF)
    if seen.is_locked:
        return FileVerdict(Verdict.UNREADABLE, why=Why.LOCKED)
    if key is None:
        return _unsealed(seen)
    number = _code_in(seen.issued_as)
    verdict = FileVerdict(
        Verdict.ALTERED, number=number, sealed=True, seal_withdrawn=key.is_compromised
    )
    if not seen.intact or not (seen.whole or seen.only_times):
        return verdict
    # Up to the end of the seal it may be the very file that we stored.
    if seen.only_times and stored_files([hash_of(content[: seen.signed_bytes])]):
        return replace(verdict, verdict=Verdict.EXTENDED)
    if key.is_compromised:
        return replace(verdict, verdict=Verdict.SEAL_WITHDRAWN)
    # A seal does not speak for each byte of itself. Where the register knows the file by its hash,
    # this is another one; where it does not, the seal is all that there is.
    has_file = Credential.objects.filter(code=number).exclude(pdf_sha256="").exists()
    return verdict if has_file else replace(verdict, verdict=Verdict.SEALED)


def _judged_badge(seen: Seen) -> FileVerdict:
    """A badge: as we signed it only where the register knows all of it. No proof is followed."""
    known = stored_badges([seen.badge_sha256]).get(seen.badge_sha256)
    if known is not None:
        return replace(known.verdict, in_picture=seen.in_picture)
    code, name = _named_by(seen.badge_of)
    verdict = FileVerdict(Verdict.ALTERED, number=code, is_badge=True, in_picture=seen.in_picture)
    if code and not name:
        return replace(verdict, verdict=Verdict.NOT_CHECKED, why=Why.FORGOTTEN)
    return verdict


def _named_by(credential_id: str) -> tuple[str, str]:
    """The code and the name of the credential that a badge says it is; nothing where there is none."""
    if not credential_id:
        return "", ""
    rows = Credential.objects.filter(pk=credential_id).values_list("code", "name")
    return rows.first() or ("", "")


def _unsealed(seen: Seen) -> FileVerdict:
    """A file without a seal of ours. It may name a number of ours and be a copy, or a forgery."""
    number = next(filter(None, map(_code_in_address, seen.addresses)), "")
    if seen.is_broken and not number:
        return FileVerdict(Verdict.UNREADABLE, why=Why.BROKEN)
    return FileVerdict(Verdict.ALTERED if number else Verdict.NOT_OURS, number=number)


def _code_in_address(address: str) -> str:
    """The code in a link to our own site; nothing for any other."""
    parts = urlsplit(address)
    own = urlsplit(settings.BASE_URL).netloc
    return _code_in(extract_number(address)) if parts.netloc.lower() == own else ""


def _code_in(text: str) -> str:
    try:
        return parse_code(text)
    except (Mistyped, ValueError):
        return ""


# The register --------------------------------------------------------------------------------


def stored_files(hashes: Iterable[str]) -> dict[str, Stored]:
    """Of these hashes those that a file of ours has, in one query."""
    present = [digest for digest in hashes if digest]
    rows = Credential.objects.filter(pdf_sha256__in=present).values_list(
        "pdf_sha256", "code", "sealed_by__state", "timestamped", "daily_root__day"
    )
    return {
        digest: Stored(code, state, attested, rooted_on=day, sha256=digest)
        for digest, code, state, attested, day in rows
    }


def stored_badges(hashes: Iterable[str]) -> dict[str, Stored]:
    """Of these hashes those that a badge of ours has, in one query."""
    present = [digest for digest in hashes if digest]
    if not present:
        return {}
    matching = Q(document_sha256__in=present) | Q(jwt_sha256__in=present)
    rows = Badge.objects.filter(matching).values_list(
        "document_sha256", "jwt_sha256", "credential__code", "key__state"
    )
    return {
        digest: Stored(code, state, attested=False, is_badge=True)
        for document, token, code, state in rows
        for digest in (document, token)
        if digest in present
    }


def with_records(verdicts: Sequence[FileVerdict]) -> list[FileVerdict]:
    """The same, each with its record, in one query for all.

    A file that only names a number, and one that the register does not have, is not ours.
    """
    credentials = look_up_codes({each.number for each in verdicts if each.number})
    return [_with_record(each, credentials.get(each.number)) for each in verdicts]


def _with_record(verdict: FileVerdict, credential: PublicCredential | None) -> FileVerdict:
    if credential is not None:
        return replace(verdict, credential=credential, number=credential.number)
    if verdict.verdict == Verdict.ALTERED and not verdict.sealed:
        return replace(verdict, verdict=Verdict.NOT_OURS, number="")
    return replace(verdict, number="")
