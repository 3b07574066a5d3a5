"""What is published and signed, as plain values in the words of W3C and 1EdTech."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import base58
from jwt.utils import base64url_encode

from certificates.badges.addresses import (
    absolute,
    issuer_did,
    key_address,
    site_did,
    status_address,
)
from certificates.badges.contexts import CREDENTIALS, DIDS, MULTIKEY, OPEN_BADGES
from certificates.models import Award, Credential, Issuer, SealKey, StatusList

MULTICODEC_ED25519 = b"\xed\x01"
REVOCATION = "revocation"
SUSPENSION = "suspension"
Document = dict[str, Any]


def moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def plain(text: str) -> str:
    """A text without control characters: libraries do not agree on how those are signed."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(" " if unicodedata.category(each) == "Cc" else each for each in composed)


def start_of(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(zone))


# A credential --------------------------------------------------------------------------------


def badge_document(
    credential: Credential, listed: StatusList, index: int, *, subject_id: str
) -> Document:
    """A credential as an Open Badge, not signed yet. Only what its certificate says of it.

    The name is the one that is printed; hours, evidence and whatever else is about the person
    are left out, because a badge is handed on.
    """
    issuer = credential.issuer
    document: Document = {
        "@context": [CREDENTIALS, OPEN_BADGES],
        "id": credential.pk.urn,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": profile(issuer, name=credential.issuer_name, mark=credential.mark),
        "validFrom": moment(start_of(credential.issued_on, issuer.time_zone)),
        "name": plain(credential.award_name),
        "credentialSubject": {
            "id": subject_id,
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": plain(credential.name),
                    "identityType": "name",
                }
            ],
            "licenseNumber": credential.number,
            "achievement": achievement_of(credential),
        },
        "credentialStatus": {
            "id": f"{status_address(listed, REVOCATION)}#{index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": REVOCATION,
            "statusListIndex": str(index),
            "statusListCredential": status_address(listed, REVOCATION),
        },
    }
    if credential.expires_on is not None:
        next_day = start_of(credential.expires_on + timedelta(days=1), issuer.time_zone)
        document["validUntil"] = moment(next_day - timedelta(seconds=1))
    return document


def achievement_of(credential: Credential) -> Document:
    """The award, in the words that were frozen when it was issued."""
    return _achievement(
        credential.award_id,
        name=credential.award_name,
        description=credential.description,
        limits=credential.limits,
        language=credential.language,
    )


def achievement(award: Award) -> Document:
    """An award as it is today, for its address."""
    return {
        "@context": [CREDENTIALS, OPEN_BADGES],
        **_achievement(
            award.pk,
            name=award.name,
            description=award.description,
            limits=award.limits,
            language=award.language,
        ),
        "creator": profile(award.issuer, name=award.issuer.name, mark=award.issuer.mark),
    }


def _achievement(
    award_id: int, *, name: str, description: str, limits: str, language: str
) -> Document:
    address = absolute("achievement", award_id)
    return {
        "id": address,
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "name": plain(name),
        "description": plain(description),
        "inLanguage": language,
        "criteria": {"id": address, "narrative": plain(limits or description)},
        "image": {"id": absolute("achievement_picture", award_id), "type": "Image"},
    }


def profile(issuer: Issuer, *, name: str, mark: Any) -> Document:
    """An issuer, as the signed credential has it."""
    described: Document = {
        "id": issuer_did(issuer.pk),
        "type": ["Profile"],
        "name": plain(name),
        "email": issuer.email,
    }
    if issuer.url:
        described["url"] = issuer.url
    if mark is not None:
        described["image"] = {"id": absolute("mark", mark.sha256), "type": "Image"}
    return described


def jwt_claims(document: Document) -> Document:
    """The same credential as the claims of a JWT."""
    claims = {
        **document,
        "iss": document["issuer"]["id"],
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": _seconds(document["validFrom"]),
    }
    if "validUntil" in document:
        claims["exp"] = _seconds(document["validUntil"])
    return claims


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


# What was taken back -------------------------------------------------------------------------


def status_document(
    listed: StatusList, purpose: str, encoded: str, *, at: datetime, lasts: timedelta
) -> Document:
    """A list of standings, not signed yet."""
    address = status_address(listed, purpose)
    return {
        "@context": [CREDENTIALS],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer_did(listed.issuer_id),
        "validFrom": moment(at),
        "validUntil": moment(at + lasts),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": purpose,
            "encodedList": encoded,
        },
    }


# Keys ----------------------------------------------------------------------------------------


def multibase(content: bytes) -> str:
    return "z" + base58.b58encode(content).decode()


def did_document(did: str, keys: Iterable[SealKey]) -> Document:
    """Who a name is: the keys that speak for it, those of former years among them."""
    methods = [
        {
            "id": key_address(did, key),
            "type": "Multikey",
            "controller": did,
            "publicKeyMultibase": multibase(MULTICODEC_ED25519 + key.raw_public_key),
        }
        for key in keys
    ]
    return {
        "@context": [DIDS, MULTIKEY],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def key_set(keys: Iterable[SealKey], issuers: Iterable[Issuer]) -> Document:
    """Every key that signs, as JWKs: under each name by which a JWT may call it."""
    dids = [issuer_did(issuer.pk) for issuer in issuers]
    return {
        "keys": [
            {
                "kty": "OKP",
                "crv": "Ed25519",
                "x": base64url_encode(key.raw_public_key).decode(),
                "use": "sig",
                "alg": "EdDSA",
                "kid": key_address(did, key),
            }
            for key in keys
            for did in (dids if key.role == SealKey.Role.BADGE else [site_did()])
        ]
    }
