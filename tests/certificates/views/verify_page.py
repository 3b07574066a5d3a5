"""The verification page, asked and read."""

from __future__ import annotations

import json
import re

from django.urls import reverse

from certificates.following import renew_credential, replace_credential
from certificates.models import Credential
from certificates.numbers import ALPHABET, formatted, random_code
from certificates.revoking import revoke, suspend
from tests import make

NOW = make.NOON + 10 * make.DAY
ALLOWED = {
    "shows",
    "hours_basis",
    "hours_attested_by",
    "study",
    "covers",
    "number",
    "standing",
    "name",
    "award",
    "issued_on",
    "expires_on",
    "issuer",
    "issuer_url",
    "issuer_email",
    "signatory",
    "since",
    "counts_now",
    "hours",
    "checked_at",
}


def page(client, credential, **headers):
    number = getattr(credential, "number", credential)
    return client.get(reverse("certificates:verify_number", args=[number]), headers=headers)


def as_json(client, credential):
    response = page(client, credential, accept="application/json")
    return response.status_code, json.loads(response.content)


def words_of(response):
    text = re.sub(r"<(script|style|svg).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def verdict(response):
    return re.search(r'<h1 id="verdict">(.*?)</h1>', response.content.decode())[1]


def successor(credential, name="A Newer Name"):
    """A newer credential in the place of one, under another name."""
    return replace_credential(credential, name=name, by=make.user(), reason="REASON-CANARY", at=NOW)


STANDINGS = {
    "current": "Current",
    "expired": "Expired after 2 December 2026",
    "suspended": "Suspended since 3 December 2026",
    "revoked": "Revoked on 3 December 2026",
    "replaced": "Replaced on 3 December 2026",
    "renewed": "Renewed on 3 December 2026",
}


def brought_to(standing, credential):
    registrar = make.user()
    if standing == "expired":
        Credential.objects.filter(pk=credential.pk).update(expires_on="2026-12-02")
    elif standing == "suspended":
        suspend(credential, by=registrar, reason="REASON-CANARY", at=NOW)
    elif standing == "revoked":
        revoke(credential, by=registrar, reason="REASON-CANARY", at=NOW)
    elif standing == "replaced":
        successor(credential)
    elif standing == "renewed":
        Credential.objects.filter(pk=credential.pk).update(expires_on="2026-12-24")
        credential.refresh_from_db()
        renew_credential(credential, by=registrar, reason="REASON-CANARY", at=NOW)


def unknown():
    return formatted("PSW", random_code())


def slipped(number):
    """The number with its last symbol mistyped."""
    return number[:-1] + ALPHABET[(ALPHABET.index(number[-1]) + 1) % len(ALPHABET)]
