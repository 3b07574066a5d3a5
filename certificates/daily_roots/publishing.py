"""Verbs: signing the root of a day, and proving that a file is under it.

Whatever schedules signs, because it has the key of the seal. A web process only hands out what was
signed. A file that was stored late comes under the root of a later day, never under none.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.db import IntegrityError, transaction

from certificates.daily_roots.tree import leaf_of, path_of, root_of
from certificates.exceptions import SealingFailed
from certificates.models import Credential, DailyRoot, SealKey
from certificates.sealing.authorities import public_half
from certificates.sealing.keys import x509_of
from certificates.sealing.stores import KeyCannotBeUsed, StoredKey, key_store

ALGORITHM = "ES256"
KIND = "daily-root+jwt"


def publish_root(*, at: datetime) -> DailyRoot | None:
    """Sign the root over all files that were made before this day began and are under none yet.

    None where there are none, where nothing seals, or where somebody was quicker. Days on which
    this did not run, or nothing was issued, have no root of their own: what they left is under the
    next. Raises SealingFailed where the key is out of reach; try it again.
    """
    midnight = datetime.combine(at.astimezone(UTC).date(), time(), tzinfo=UTC)
    due = Credential.objects.filter(daily_root=None, pdf_made_at__lt=midnight)
    due = due.exclude(pdf_sha256="")
    key = SealKey.objects.active().filter(role=SealKey.Role.SEAL).select_related("signed_by")
    seal = key.first()
    if seal is None or not due.exists():
        return None
    previous = DailyRoot.objects.last()
    root = DailyRoot(
        number=previous.number + 1 if previous else 1,
        day=(midnight - timedelta(days=1)).date(),
        size=0,
        key=seal,
        signed_at=at,
    )
    try:
        with transaction.atomic():
            root.save()
            due.update(daily_root=root)
            _sign(root, seal, previous)
    except IntegrityError:
        return None
    return root


def _sign(root: DailyRoot, seal: SealKey, previous: DailyRoot | None) -> None:
    hashes = Credential.objects.filter(daily_root=root).values_list("pdf_sha256", flat=True)
    # By their hashes, so that their order tells nothing of when each was made.
    leaves = [leaf_of(digest) for digest in sorted(hashes)]
    root.size = len(leaves)
    root.root = root_of(leaves).hex()
    root.leaves = [leaf.hex() for leaf in leaves]
    root.statement = signed_statement(statement_of(root, previous), seal)
    root.save()


def statement_of(root: DailyRoot, previous: DailyRoot | None) -> dict[str, Any]:
    """What is signed and published of a root."""
    return {
        "iss": settings.BASE_URL,
        "iat": int(root.signed_at.timestamp()),
        "number": root.number,
        "day": root.day.isoformat(),
        "size": root.size,
        "root": root.root,
        "previous": hash_of(previous) if previous else None,
    }


def hash_of(root: DailyRoot) -> str:
    """The hash of what was signed, by which the next root names it."""
    return sha256(root.statement.encode()).hexdigest()


def signed_statement(claims: dict[str, Any], seal: SealKey) -> str:
    """The claims as a JWS, with the certificates up to the root key. Raises SealingFailed."""
    signer: ec.EllipticCurvePrivateKey = StoredKey(
        key_store(), seal.name, public_half(x509_of(seal))
    )
    chain = [seal, seal.signed_by] if seal.signed_by else [seal]
    headers = {
        "typ": KIND,
        "x5c": [b64encode(bytes(key.certificate)).decode() for key in chain],
    }
    try:
        return jwt.encode(claims, signer, algorithm=ALGORITHM, headers=headers)
    except KeyCannotBeUsed as error:
        raise SealingFailed(str(error)) from error


def proof_of(file_sha256: str) -> dict[str, Any] | None:
    """The proof that a file is under the root of a day, in one query; None where it is under none."""
    roots = DailyRoot.objects.filter(credential__pdf_sha256=file_sha256)
    root = roots.first()
    if root is None:
        return None
    leaves = [bytes.fromhex(leaf) for leaf in root.leaves]
    index = leaves.index(leaf_of(file_sha256))
    return {
        "file_sha256": file_sha256,
        "index": index,
        "path": [each.hex() for each in path_of(index, leaves)],
        "statement": root.statement,
    }
