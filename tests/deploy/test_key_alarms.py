"""Whoever watches the machine is told before a key or a list ends, and when a key is out of reach."""

from __future__ import annotations

from datetime import timedelta

import pytest

from certificates.badges.making import make_badge, publish_status_lists
from certificates.models import Credential, SealKey
from certificates.sealing import due
from certificates.sealing.keys import add_signing_keys, rotate_issuing, start
from deploy import health
from tests import make
from tests.make import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys(settings, tmp_path):
    settings.SEAL_KEYS = tmp_path / "keys"
    return start("Peerwork Training", at=NOON)


def rows():
    return list(SealKey.objects.all())


def test_without_keys_nothing_ends():
    assert health.keys(at=NOON) == "ok"


@pytest.mark.parametrize(("left", "is_said"), [(31, False), (29, True), (1, True), (-1, True)])
def test_a_list_is_said_a_month_before_it_ends_and_after(keys, left, is_said):
    at = due.published_until(keys[0]) - timedelta(days=left)
    words = health.keys(at=at)
    assert ("the list of root-2026-1" in words) is is_said
    assert ("the list of issuing-2026-1" in words) is is_said
    if is_said:
        assert words.endswith("see manage.py seal_keys status")
        assert ("ended on" in words) is (left < 0)


def test_a_seal_is_said_a_month_before_it_ends(keys):
    SealKey.objects.update(revocations=b"")
    end = due.ends_at(keys[2])
    assert health.keys(at=end - 31 * DAY) == "ok"
    assert f"the key seal-2026-1 ends on {end:%Y-%m-%d}" in health.keys(at=end - 29 * DAY)


def test_the_list_of_an_authority_that_retired_counts_while_its_certificate_lasts(keys):
    rotate_issuing(at=NOON + DAY)
    assert "issuing-2026-1" in due.list_ends(rows(), at=NOON + DAY)
    assert "issuing-2026-1" not in due.key_ends(rows())
    late = due.ends_at(keys[1])
    assert "issuing-2026-1" not in due.list_ends(rows(), at=late)


def test_lists_of_standings_that_are_not_signed_are_said(keys):
    add_signing_keys(at=NOON)
    make_badge(make.credential(), at=NOON)
    publish_status_lists(at=NOON)
    assert health.keys(at=NOON + 23 * HOUR) == "ok"
    assert "last signed 25 hours ago" in health.keys(at=NOON + 25 * HOUR)


def test_a_certificate_that_waits_for_its_file_is_said():
    credential = make.credential()
    Credential.objects.filter(pk=credential.pk).update(issued_at=NOON)
    assert health.certificates(at=NOON + HOUR / 2) == "ok"
    words = health.certificates(at=NOON + 2 * HOUR)
    assert "waits for its file for 120 minutes" in words
    Credential.objects.update(pdf="a.pdf")
    assert health.certificates(at=NOON + 2 * HOUR) == "ok"
