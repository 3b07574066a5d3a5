"""The verification page, asked and read."""

from __future__ import annotations

import json
import re

from django.urls import reverse

from certificates.models import Credential
from certificates.numbers import ALPHABET, formatted, random_code
from certificates.revoking import revoke, suspend
from tests import make

NOW = make.NOON + 10 * make.DAY
ALLOWED = {
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


def successor(credential, **fields):
    """A newer credential in the place of one, as a reissue would make it."""
    newer = Credential.objects.get(pk=credential.pk)
    newer.pk, newer.code, newer.cycle = None, random_code(), credential.cycle + 1
    newer.replaces = credential
    for field, value in fields.items():
        setattr(newer, field, value)
    newer._state.adding = True
    newer.save(force_insert=True)
    return newer


STANDINGS = {
    "current": "Current",
    "expired": "Expired",
    "suspended": "Suspended",
    "revoked": "Revoked",
    "replaced": "Replaced by a newer one",
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
        successor(credential, name="A Newer Name")


def unknown():
    return formatted("PSW", random_code())


def slipped(number):
    """The number with its last symbol mistyped."""
    return number[:-1] + ALPHABET[(ALPHABET.index(number[-1]) + 1) % len(ALPHABET)]
