"""Verbs: signing a credential as a badge, and the lists that say what was taken back.

Both are done by whatever sweeps and by the worker, which have the key of badges. A web process
only hands out what was signed.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from uuid import uuid4

from django.db import transaction
from django.db.models import Max

from certificates.badges.addresses import issuer_did, key_address
from certificates.badges.documents import (
    REVOCATION,
    SUSPENSION,
    Document,
    badge_document,
    jwt_claims,
    status_document,
)
from certificates.badges.proofs import proof_holds, with_proof
from certificates.badges.statuses import (
    PLACES,
    encoded_list,
    revoked_places,
    suspended_places,
)
from certificates.badges.texts import serialised
from certificates.badges.tokens import signed_jwt
from certificates.exceptions import SigningFailed
from certificates.models import Badge, Credential, CredentialEvent, Issuer, SealKey, StatusList
from certificates.sealing.stores import KeyCannotBeUsed, KeyStore, key_store

FULL = PLACES // 2
"""So many badges make a list full: a free place is found at once."""
LASTS = timedelta(days=7)
SIGN_ANEW_AFTER = timedelta(hours=1)


@transaction.atomic
def make_badge(credential: Credential, *, at: datetime) -> Badge | None:
    """Sign a credential as a badge, once; None where it is signed, or where no key signs.

    Its credential must have its issuer and its mark. Raises SigningFailed where the key is out of
    reach; try it again.
    """
    key = _badge_key()
    to_sign = Credential.objects.to_sign().filter(pk=credential.pk)
    if key is None or not to_sign.update(badge_made_at=at):
        return None
    listed, index = take_place(credential.issuer)
    document = badge_document(credential, listed, index, subject_id=uuid4().urn)
    did = issuer_did(credential.issuer_id)
    signed = serialised(signed_document(document, key, did, at=at))
    token = signed_jwt(jwt_claims(document), key, kid=key_address(did, key))
    return Badge.objects.create(
        credential=credential,
        key=key,
        status_list=listed,
        status_index=index,
        document=signed,
        jwt=token,
        document_sha256=sha256(signed.encode()).hexdigest(),
        jwt_sha256=sha256(token.encode()).hexdigest(),
        made_at=at,
    )


def take_place(issuer: Issuer) -> tuple[StatusList, int]:
    """A place that nobody has or had, at random, in the newest list of an issuer."""
    listed = issuer.status_lists.order_by("number").last()
    if listed is None or listed.badges.count() >= FULL:
        number = 1 if listed is None else listed.number + 1
        listed, _is_new = StatusList.objects.get_or_create(issuer=issuer, number=number)
    while True:
        index = secrets.randbelow(PLACES)
        if not listed.badges.filter(status_index=index).exists():
            return listed, index


def _badge_key() -> SealKey | None:
    return SealKey.objects.active().filter(role=SealKey.Role.BADGE).first()


# Signing -------------------------------------------------------------------------------------


def signed_document(
    document: Document, key: SealKey, did: str, *, at: datetime, store: KeyStore | None = None
) -> Document:
    """A document with our proof, which is checked before anybody gets it. Raises SigningFailed."""
    sign: Callable[[bytes], bytes] = partial((store or key_store()).sign, key.name)
    try:
        signed = with_proof(document, sign, method=key_address(did, key), at=at)
    except KeyCannotBeUsed as error:
        raise SigningFailed(str(error)) from error
    if not proof_holds(signed, key.raw_public_key):
        raise SigningFailed("the store signed with another key")
    return signed


# Lists of standings --------------------------------------------------------------------------


def publish_status_lists(*, at: datetime, force: bool = False) -> int:
    """Sign anew each list since which something happened, or that is an hour old; say how many.

    Raises SigningFailed where the key is out of reach.
    """
    key = _badge_key()
    if key is None:
        return 0
    last_event = CredentialEvent.objects.aggregate(last=Max("pk"))["last"] or 0
    number = 0
    for listed in StatusList.objects.all():
        is_old = listed.signed_at is None or listed.signed_at + SIGN_ANEW_AFTER <= at
        if force or is_old or listed.last_event != last_event:
            listed.last_event = last_event
            sign_status_list(listed, key, at=at)
            number += 1
    return number


def sign_status_list(listed: StatusList, key: SealKey, *, at: datetime) -> None:
    """Sign both documents of a list, by what happened to its badges. Raises SigningFailed."""
    events = events_by_place(listed)
    did = issuer_did(listed.issuer_id)
    for purpose, places in (
        (REVOCATION, revoked_places(events)),
        (SUSPENSION, suspended_places(events)),
    ):
        document = status_document(listed, purpose, encoded_list(places), at=at, lasts=LASTS)
        setattr(listed, purpose, serialised(signed_document(document, key, did, at=at)))
    listed.signed_at = at
    listed.save(update_fields=[REVOCATION, SUSPENSION, "signed_at", "last_event"])


def events_by_place(listed: StatusList) -> dict[int, list[str]]:
    """What happened to the badges of a list, by their places, in its order; an issue is left out."""
    kinds = CredentialEvent.Kind
    rows = (
        CredentialEvent.objects.filter(credential__badges__status_list=listed)
        .exclude(kind__in=(kinds.ISSUED, kinds.RENEWED))
        .order_by("number")
        .values_list("credential__badges__status_index", "kind")
    )
    events: defaultdict[int, list[str]] = defaultdict(list)
    for place, kind in rows:
        events[place].append(kind)
    return events
