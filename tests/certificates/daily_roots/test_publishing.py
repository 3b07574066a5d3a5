"""One signed root for each day on which something was issued, and each file under one."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import jwt
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from certificates.daily_roots import publishing
from certificates.daily_roots.publishing import hash_of, proof_of, publish_root
from certificates.daily_roots.tree import leaf_of, root_of
from certificates.exceptions import SealingFailed
from certificates.models import Credential, DailyRoot
from certificates.offline.verify import Trust, read_roots, read_statement
from certificates.sealing.keys import rotate_seal, x509_of
from certificates.sealing.stores import key_store
from people.erasure import ask_to_erase, carry_on
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db
TOMORROW = NOON + DAY
SECOND = timedelta(seconds=1)


def claims_of(root):
    return jwt.decode(root.statement, options={"verify_signature": False})


def ran(**options):
    out = StringIO()
    call_command("daily_roots", stdout=out, **options)
    return out.getvalue()


# When ----------------------------------------------------------------------------------------


def test_a_day_that_is_not_over_has_no_root(issue):
    issue()
    midnight = NOON.replace(hour=0, minute=0) + DAY
    assert publish_root(at=midnight - SECOND) is None
    root = publish_root(at=midnight)
    assert (root.number, root.day, root.size) == (1, NOON.date(), 1)


def test_a_day_has_one_root_however_often_it_is_asked_for(issue):
    issue()
    assert publish_root(at=TOMORROW).size == 1
    assert publish_root(at=TOMORROW) is None
    assert publish_root(at=TOMORROW + DAY) is None
    assert DailyRoot.objects.count() == 1


def test_days_without_a_run_come_under_the_next_root(issue):
    for days in range(3):
        issue(at=NOON + days * DAY)
    root = publish_root(at=NOON + 3 * DAY)
    assert (root.number, root.day, root.size) == (1, (NOON + 2 * DAY).date(), 3)


def test_a_file_that_was_stored_late_comes_under_a_later_root(issue):
    issue()
    publish_root(at=TOMORROW)
    late = issue()
    root = publish_root(at=TOMORROW + DAY)
    assert Credential.objects.get(pk=late.pk).daily_root == root
    assert (root.number, root.day, root.size) == (2, TOMORROW.date(), 1)


def test_a_second_late_file_waits_for_a_day_that_has_no_root(issue):
    issue()
    publish_root(at=TOMORROW)
    late = issue()
    assert publish_root(at=TOMORROW + SECOND) is None
    assert Credential.objects.get(pk=late.pk).daily_root is None


def test_whoever_is_second_signs_nothing(issue, monkeypatch):
    issue()

    def taken(*args):
        raise IntegrityError

    monkeypatch.setattr(publishing, "_sign", taken)
    assert publish_root(at=TOMORROW) is None
    assert not DailyRoot.objects.exists()
    assert not Credential.objects.exclude(daily_root=None).exists()


def test_without_a_seal_nothing_is_signed(issue, keys):
    issue()
    type(keys[2]).objects.filter(pk=keys[2].pk).update(state="retired")
    assert publish_root(at=TOMORROW) is None


def test_where_the_key_is_out_of_reach_all_of_it_is_tried_again(issue, keys):
    issue()
    path = key_store()._path(keys[2].name)
    hidden = path.rename(path.with_suffix(".away"))
    with pytest.raises(SealingFailed):
        publish_root(at=TOMORROW)
    with pytest.raises(CommandError, match="cannot be reached"):
        ran()
    assert not DailyRoot.objects.exists()
    hidden.rename(path)
    assert publish_root(at=TOMORROW).size == 1


# What ----------------------------------------------------------------------------------------


def test_it_is_over_the_hashes_of_the_files(issue):
    hashes = sorted(issue().pdf_sha256 for _ in range(3))
    root = publish_root(at=TOMORROW)
    assert root.root == root_of([leaf_of(digest) for digest in hashes]).hex()


def test_each_names_the_one_before(issue):
    issue()
    first = publish_root(at=TOMORROW)
    issue(at=TOMORROW)
    second = publish_root(at=TOMORROW + DAY)
    assert claims_of(first)["previous"] is None
    assert claims_of(second)["previous"] == hash_of(first)


def test_the_seal_signs_it_and_any_library_reads_it(issue, keys, settings):
    issue()
    root = publish_root(at=TOMORROW)
    claims = jwt.decode(root.statement, x509_of(keys[2]).public_key(), algorithms=["ES256"])
    assert claims == {
        "iss": settings.BASE_URL,
        "iat": int(TOMORROW.timestamp()),
        "number": 1,
        "day": NOON.date().isoformat(),
        "size": 1,
        "root": root.root,
        "previous": None,
    }


def test_what_a_rotated_seal_signed_stays_good(issue, save):
    issue()
    root = publish_root(at=TOMORROW)
    rotate_seal(at=TOMORROW)
    trust = Trust(read_roots(save("/pki/root.pem", "root.pem")))
    assert read_statement(root.statement, trust)["root"] == root.root


def test_nothing_of_a_person_is_in_it(issue):
    credential = issue(full_name="CANARY Person")
    root = publish_root(at=TOMORROW)
    text = json.dumps([claims_of(root), root.leaves])
    for private in ("CANARY", credential.code, credential.number, credential.pdf_sha256):
        assert private not in text


def test_a_day_of_many_costs_as_many_queries_as_one(issue, django_assert_max_num_queries):
    for _ in range(4):
        issue()
    with django_assert_max_num_queries(10):
        assert publish_root(at=TOMORROW).size == 4


# After erasure -------------------------------------------------------------------------------


def test_after_an_erasure_the_others_keep_their_proofs_and_theirs_is_gone(issue):
    gone, stays = issue(), issue()
    root = publish_root(at=TOMORROW)
    erasure = ask_to_erase(gone.holder, at=TOMORROW, pause=timedelta())
    carry_on(erasure, at=TOMORROW)
    assert proof_of(gone.pdf_sha256) is None
    assert proof_of(stays.pdf_sha256)["statement"] == root.statement
    assert ran(check=True) == "1 roots, whole.\n"


# By the command ------------------------------------------------------------------------------


def test_the_command_signs_what_is_due_and_says_so(issue):
    assert ran() == "Nothing to sign.\n"
    issue()
    output = ran()
    root = DailyRoot.objects.get()
    assert output == f"Root 1, of {root.day}, over 1: {root.root}\n"


@pytest.fixture
def two(issue):
    """Two roots, one after the other."""
    issue()
    first = publish_root(at=TOMORROW)
    issue(at=TOMORROW)
    return first, publish_root(at=TOMORROW + DAY)


def changed(which, **values):
    DailyRoot.objects.filter(pk=which.pk).update(**values)


def faults():
    out = StringIO()
    with pytest.raises(CommandError, match="not what was signed"):
        call_command("daily_roots", check=True, stdout=out)
    return out.getvalue()


def test_whole_roots_are_whole(two):
    assert ran(check=True) == "2 roots, whole.\n"


def test_other_leaves_are_found(two):
    changed(two[0], leaves=["00" * 32])
    assert "its leaves give another root" in faults()


def test_a_root_that_was_exchanged_with_its_leaves_is_found(two):
    leaf = leaf_of("11" * 32)
    changed(two[1], leaves=[leaf.hex()], root=root_of([leaf]).hex())
    assert "what was signed says something else" in faults()


def test_a_statement_that_was_changed_is_found(two):
    head, body, _signature = two[1].statement.split(".")
    changed(two[1], statement=f"{head}.{body}.{'A' * 86}")
    assert "changed after it was signed" in faults()


def test_one_that_was_signed_anew_is_found_by_the_next(two):
    claims = claims_of(two[0]) | {"iat": claims_of(two[0])["iat"] + 1}
    changed(two[0], statement=publishing.signed_statement(claims, two[0].key))
    assert "does not name the one before" in faults()


def test_one_that_is_missing_is_found(issue, two):
    issue(at=TOMORROW + DAY)
    publish_root(at=TOMORROW + 2 * DAY)
    Credential.objects.filter(daily_root=two[1]).update(daily_root=two[0])
    two[1].delete()
    assert "one before it is missing" in faults()


def test_a_file_whose_hash_was_changed_is_found(two):
    credential = Credential.objects.get(daily_root=two[0])
    Credential.objects.filter(pk=credential.pk).update(pdf_sha256="22" * 32)
    assert f"the file of {credential.code} is not under it" in faults()
