"""Keys, a signed badge, and how those who check it get what it names."""

from __future__ import annotations

import json
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pytest
from django.conf import settings as site
from pyld import BUNDLED_CONTEXTS

from certificates.badges.contexts import CREDENTIALS, DIDS, OPEN_BADGES, OPEN_BADGES_FILE
from certificates.badges.making import make_badge, publish_status_lists
from certificates.sealing.keys import add_signing_keys
from tests import make
from tests.certificates.badges import oracles
from tests.make import DAY, NOON

SCHEMA = (
    "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json"
)
NAME = "Ada ® Łukasz-Ünal O’Neil"


@pytest.fixture
def keys(db, settings, tmp_path):
    """The key of badges and the key of receipts."""
    settings.SEAL_KEYS = tmp_path / "keys"
    return add_signing_keys(at=NOON)


@pytest.fixture
def credential(keys):
    award = make.award(valid_months=24, limits="It is no licence.")
    return make.credential(award, make.user(full_name=NAME))


@pytest.fixture
def badge(credential):
    signed = make_badge(credential, at=NOON)
    publish_status_lists(at=NOON)
    return signed


@pytest.fixture
def fetch(client):
    """What anybody gets at an address of ours, or by the name of an issuer."""

    def at(address):
        if address.startswith("did:web:"):
            host, *path = map(unquote, address.removeprefix("did:web:").split(":"))
            assert host == urlsplit(site.BASE_URL).netloc
            place = "/".join(path) if path else ".well-known"
            address = f"{site.BASE_URL}/{place}/did.json"
        response = client.get(urlsplit(address).path)
        assert response.status_code == 200, address
        assert response["Access-Control-Allow-Origin"] == "*"
        return json.loads(response.content)

    return at


@pytest.fixture
def judge(fetch):
    """What Digital Bazaar's libraries say of a badge, with what they would have fetched."""

    def by(document, *, at=NOON + DAY, **others):
        listed = document["credentialStatus"]["statusListCredential"]
        issuer = document["issuer"]["id"]
        documents = {
            CREDENTIALS: json.loads(BUNDLED_CONTEXTS[CREDENTIALS].read_text()),
            DIDS: json.loads(BUNDLED_CONTEXTS[DIDS].read_text()),
            OPEN_BADGES: json.loads(OPEN_BADGES_FILE.read_text()),
            issuer: fetch(issuer),
            listed: fetch(listed),
            **others,
        }
        answer = oracles.ask(badge=document, documents=documents, now=at.isoformat())
        return SimpleNamespace(**answer)

    return by


@pytest.fixture
def judge_as_wallets_do(fetch):
    """What the Digital Credentials Consortium's verifier-core says of a badge, step by step, with
    the documents of ours that it fetches."""

    def by(document, *, at=NOON + DAY, without=(), **others):
        listed = document["credentialStatus"]["statusListCredential"]
        issuer = document["issuer"]["id"]
        host, *path = issuer.removeprefix("did:web:").split(":")
        documents = {
            f"https://{unquote(host)}/{'/'.join(path)}/did.json": fetch(issuer),
            listed: fetch(listed),
            SCHEMA: oracles.schema_words("achievementcredential"),
            **others,
        }
        documents = {url: each for url, each in documents.items() if url not in without}
        question = {"badge": document, "documents": documents, "now": at.isoformat()}
        return SimpleNamespace(**oracles.ask("verifier_core", **question))

    return by
