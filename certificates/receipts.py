"""Signed receipts: what was asked of the register, what it answered, and when.

A receipt is a JWS that anybody verifies with the keys at /.well-known/jwks.json. It is not a
credential: it says what was true at one moment, and a standing can change in the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from certificates.badges.addresses import key_address, site_did
from certificates.badges.tokens import ALGORITHM, signed_jwt
from certificates.exceptions import SigningFailed
from certificates.many import CheckedNumber
from certificates.models import SealKey

KIND = "receipt+jwt"
LONGEST = 1_000_000
OF_A_RECORD = (
    *("number", "standing", "since", "counts_now", "name", "award"),
    *("issued_on", "expires_on", "issuer", "signatory"),
)
"""What a receipt repeats of a public answer."""
CLOCKS_DIFFER = 60


class Receipt(models.TextChoices):
    """What a text is that is shown as a receipt."""

    GENUINE = "genuine", _("A receipt of ours, exactly as it was signed")
    KEY_WITHDRAWN = "key_withdrawn", _("Signed by a key that we took back")
    ALTERED = "altered", _("Altered, or signed by somebody else")
    NOT_OURS = "not_ours", _("Not a receipt of ours")


@dataclass(frozen=True)
class ReceiptVerdict:
    """The answer for one receipt. What it says is there only where it is genuine."""

    verdict: Receipt
    claims: dict[str, Any]
    answered_at: datetime | None = None

    @property
    def is_genuine(self) -> bool:
        return self.verdict == Receipt.GENUINE

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Each number that was asked for, with its answer."""
        pairs = zip(self.claims.get("asked", []), self.claims.get("answered", []), strict=True)
        return [{"asked": asked, "answered": answered} for asked, answered in pairs]


def sign_receipt(checked: Sequence[CheckedNumber], *, at: datetime) -> str:
    """A receipt of some answers, in one query. Raises SigningFailed."""
    key = SealKey.objects.active().filter(role=SealKey.Role.RECEIPT).first()
    if key is None:
        raise SigningFailed("no key of receipts is in use")
    claims = {
        "iss": settings.BASE_URL,
        "iat": int(at.timestamp()),
        "checked_at": at.astimezone(UTC).isoformat(timespec="seconds"),
        "asked": [
            {"number": each.entry.typed, "name": each.entry.name or None} for each in checked
        ],
        "answered": [_answered(each, at=at) for each in checked],
    }
    return signed_jwt(claims, key, kid=key_address(site_did(), key), kind=KIND)


def _answered(checked: CheckedNumber, *, at: datetime) -> dict[str, Any]:
    answer = checked.to_json(checked_at=at)
    record = answer["record"] or {}
    return {
        "number": answer["number"],
        "standing": answer["standing"],
        "name_match": answer["name_match"],
        "record": {name: record[name] for name in OF_A_RECORD} if record else None,
    }


def verify_receipt(text: str) -> ReceiptVerdict:
    """Whether a text is a receipt of ours, and what it says: one query."""
    token = "".join(text[:LONGEST].split())
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        return ReceiptVerdict(Receipt.NOT_OURS, {})
    did, _hash, name = str(header.get("kid", "")).rpartition("#")
    key = SealKey.objects.filter(name=name, role=SealKey.Role.RECEIPT).first()
    if key is None or did != site_did() or header.get("typ") != KIND:
        return ReceiptVerdict(Receipt.NOT_OURS, {})
    try:
        claims = jwt.decode(
            token,
            Ed25519PublicKey.from_public_bytes(key.raw_public_key),
            algorithms=[ALGORITHM],
            issuer=settings.BASE_URL,
            leeway=CLOCKS_DIFFER,
        )
    except jwt.PyJWTError:
        return ReceiptVerdict(Receipt.ALTERED, {})
    if key.is_compromised:
        return ReceiptVerdict(Receipt.KEY_WITHDRAWN, {})
    return ReceiptVerdict(Receipt.GENUINE, claims, datetime.fromisoformat(claims["checked_at"]))
