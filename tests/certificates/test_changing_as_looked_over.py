"""Whatever happened to certificates, what is looked over of a change of many is what is done."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction

from certificates.changing.exceptions import NothingToChange
from certificates.changing.judging import dry_run_change
from certificates.changing.running import carry_on_change, start_change
from certificates.exceptions import AlreadyHolds, CannotBeDone
from certificates.following import renew_credential, replace_credential
from certificates.models import BulkChange, BulkChangeLine, Credential, CredentialEvent
from certificates.requesting import contest_decision, decline_request
from certificates.revoking import reinstate, restore, revoke, suspend
from tests import make
from tests.certificates.changing_many import credentials, kinds_of, started, stored
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db
State = BulkChangeLine.State
KINDS = list(BulkChange.Kind.values)
LATE = NOON + timedelta(days=700)
LAPSED = NOON + timedelta(days=800)
REASON = "A mistake in the register."


@pytest.fixture
def registrars(db):
    make.home()
    return [make.registrar(language="en") for _ in range(3)]


def fresh(credential):
    return Credential.objects.with_standing().get(pk=credential.pk)


def happen(chance, credential, registrars, at):
    """Something that a registrar or the holder does to a certificate, if it can be done."""
    decision = {"by": chance.choice(registrars), "reason": REASON, "at": at}
    acts = {
        "suspend": lambda: suspend(credential, **decision),
        "restore": lambda: restore(credential, **decision),
        "revoke": lambda: revoke(credential, **decision),
        "reinstate": lambda: reinstate(credential, **decision),
        "replace": lambda: replace_credential(credential, name="Bo Berg", **decision),
        "renew": lambda: renew_credential(credential, **decision),
        "issue anew": lambda: make.credential(
            credential.award, credential.holder, at=at, by=decision["by"]
        ),
        "contest": lambda: contest_decision(fresh(credential), words="I was not there.", at=at),
    }
    name = chance.choice([*acts, "suspend", "revoke", "revoke"])
    with suppress(CannotBeDone), transaction.atomic():
        acts[name]()


def becomes(kind, registrar, lines, at):
    """What the look over says of each line, and what was done of it; then all is as before."""
    with transaction.atomic():
        change = stored(registrar, *lines, kind=kind, at=at)
        run = dry_run_change(change, list(change.lines.all()), by=registrar, at=at)
        said = [each.problem for each in run.lines]
        last_days = {each.line.number: each.valid_until for each in run.lines}
        before = CredentialEvent.objects.count()
        try:
            start_change(change, by=registrar, at=at)
        except NothingToChange:
            assert all(said)
            done = None
        else:
            assert carry_on_change(change, clock=lambda: at)[1] == 0
            done = list(change.lines.select_related("renewed_as"))
            for line in done:
                if line.renewed_as is not None:
                    assert line.renewed_as.expires_on == last_days[line.number]
        events = CredentialEvent.objects.count() - before
        transaction.set_rollback(True)
    return said, done, events


@pytest.mark.parametrize("at", [NOON, LATE, LAPSED], ids=["current", "nearly over", "lapsed"])
@pytest.mark.parametrize("seed", range(8))
def test_what_is_said_first_is_what_is_done(registrars, seed, at):
    chance = random.Random(seed)
    rows = credentials(5)
    for _step in range(20):
        happen(chance, chance.choice(rows), registrars, at)
    rows += Credential.objects.exclude(pk__in=[row.pk for row in rows])
    for kind in KINDS:
        said, done, events = becomes(kind, chance.choice(registrars), rows, at)
        if done is None:
            assert events == 0
            continue
        assert [line.problem for line in done] == said, kind
        for line, problem in zip(done, said, strict=True):
            assert line.state == (State.LEFT_OUT if problem else State.DONE), kind
        per_line = 2 if kind == "renew" else 1
        assert events == per_line * said.count(""), kind


def test_whom_the_award_was_issued_anew_is_said_before_a_revocation_is_undone(registrars):
    first, second, _third = registrars
    row = credentials(1)[0]
    revoke(row, by=first, reason=REASON, at=NOON)
    anew = make.credential(row.award, row.holder, at=NOON + DAY, by=first)
    with pytest.raises(AlreadyHolds), transaction.atomic():
        reinstate(row, by=second, reason=REASON, at=NOON + DAY)
    change = stored(second, row, kind="reinstate", at=NOON + DAY)
    (judged,) = dry_run_change(change, list(change.lines.all()), by=second, at=NOON + DAY).lines
    assert judged.problem == f"This person already holds this award: {anew.number}."
    revoke(anew, by=first, reason=REASON, at=NOON + DAY)
    (judged,) = dry_run_change(change, list(change.lines.all()), by=second, at=NOON + DAY).lines
    assert judged.problem == ""


@pytest.mark.parametrize(("verb", "kind"), [(suspend, "restore"), (revoke, "reinstate")])
def test_whoever_decided_is_told_before_that_another_looks_at_what_is_contested(
    registrars, verb, kind
):
    first, second, third = registrars
    row = credentials(1)[0]
    verb(row, by=first, reason=REASON, at=NOON)
    review = contest_decision(fresh(row), words="I was not there.", at=NOON + DAY)
    decline_request(review, by=second, answer="The record says otherwise.", at=NOON + 2 * DAY)
    contest_decision(fresh(row), words="I still was not there.", at=NOON + 3 * DAY)
    at = NOON + 4 * DAY
    said = {}
    for by in registrars:
        change = stored(by, row, kind=kind, at=at)
        (judged,) = dry_run_change(change, list(change.lines.all()), by=by, at=at).lines
        said[by] = judged.problem
    assert "another registrar" in said[first]
    assert "have decided about this before" in said[second]
    assert said[third] == ""
    carry_on_change(started(third, row, kind=kind, at=at), clock=lambda: at)
    assert kinds_of(row)[-1] == {"restore": "restored", "reinstate": "reinstated"}[kind]


def test_whom_the_award_was_issued_anew_is_said_before_the_lapsed_one_is_renewed(registrars):
    first, second, _third = registrars
    row = credentials(1)[0]
    anew = make.credential(row.award, row.holder, at=LAPSED, by=first)
    with pytest.raises(AlreadyHolds), transaction.atomic():
        renew_credential(row, by=second, reason=REASON, at=LAPSED)
    said, done, events = becomes("renew", second, [row], LAPSED)
    assert said == [f"This person already holds this award: {anew.number}."]
    assert (done, events) == (None, 0)


def test_one_that_was_renewed_says_so_and_not_that_another_is_held(registrars):
    row = credentials(1)[0]
    renew_credential(row, by=registrars[0], reason=REASON, at=LATE)
    said, _done, events = becomes("renew", registrars[1], [row], LATE)
    assert said[0].startswith("Another certificate took the place of this one")
    assert events == 0
