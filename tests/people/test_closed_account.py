"""What is left of an account that was erased, and what of it can never be done any more."""

from __future__ import annotations

import json
import os
import random
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from people import erasure as erasing
from people.erasure import (
    LETTER,
    LastAdministrator,
    ask_to_erase,
    carry_on,
    erase_due,
    plan,
    replay_erasures,
    undo,
    waiting_erasure,
)
from people.erasures_file import ErasedAccount, accounts_in, erasures_file, line_of, note, noted
from people.fates import every_step
from people.mentions import mentions
from people.models import Erasure, User
from tests import make

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NOW = timedelta()
WORDS = ("Rosalind", "Quartermaine", "rosalind.q@peerwork.example", "Lord_Howe")


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def rosalind():
    person = make.user(
        "rosalind.q@peerwork.example",
        full_name="Rosalind Quartermaine",
        time_zone="Australia/Lord_Howe",
        language="es",
        agreed_at=timezone.now() - 100 * DAY,
        last_login=timezone.now() - DAY,
    )
    person.groups.add(Group.objects.get(name="Trainers"))
    return person


def erased(person):
    assert carry_on(ask_to_erase(person, at=timezone.now(), pause=NOW), at=timezone.now())
    return User.objects.get(pk=person.pk)


# The row of the account -----------------------------------------------------------------------------


def test_of_the_account_itself_nothing_is_left_but_its_number_and_dates(rosalind):
    joined_at = rosalind.joined_at
    row = erased(rosalind)
    values = User.objects.filter(pk=row.pk).values().get()
    text = json.dumps(values, default=str)
    assert [word for word in WORDS if word.lower() in text.lower()] == []
    assert values.pop("id") == rosalind.pk
    assert values.pop("joined_at") == joined_at
    assert values.pop("erased_at")
    assert values["email"] == f"{rosalind.pk}@erased.invalid"
    assert values["full_name"] == f"Closed account {rosalind.pk}"
    assert (values["language"], values["time_zone"]) == ("en", "UTC")
    assert values["is_active"] is values["is_superuser"] is False
    assert values["last_login"] is values["agreed_at"] is None
    assert not row.has_usable_password()


def test_it_has_no_role_and_no_address_any_more(rosalind):
    row = erased(rosalind)
    assert list(row.groups.all()) == []
    assert row.emailaddress_set.count() == 0
    assert not row.is_staff


def test_two_who_were_erased_are_told_apart_and_neither_is_named(rosalind):
    other = make.user(full_name="Rosalind Quartermaine")
    names = {erased(person).full_name for person in (rosalind, other)}
    assert len(names) == 2
    assert not any("Rosalind" in name for name in names)


def test_no_field_of_an_account_was_added_that_erasing_does_not_know():
    """Whoever adds one decides what becomes of it, in `forget_account`, and then here."""
    blanked = {
        "email", "full_name", "search_words", "password", "language", "time_zone", "last_login",
        "agreed_at", "is_active", "is_superuser", "erased_at",
    }  # fmt: skip
    stays = {"id", "joined_at", "evidence_number"}
    fields = {
        each.name
        for each in User._meta.local_concrete_fields
        if not isinstance(each, models.ManyToManyField)
    }
    assert fields == blanked | stays


# What was asked, and undone -------------------------------------------------------------------------


def test_asking_again_after_it_was_undone_counts_from_then(rosalind):
    first = ask_to_erase(rosalind, at=timezone.now() - 10 * DAY)
    assert undo(rosalind, at=timezone.now())
    assert not undo(rosalind, at=timezone.now())
    assert waiting_erasure(rosalind) is None
    again = ask_to_erase(rosalind, at=timezone.now())
    assert again.due_at - first.due_at >= 10 * DAY
    assert erase_due(timezone.now) == (0, 0)


def test_what_one_person_asked_undoes_nothing_for_another(rosalind):
    other = make.user()
    ask_to_erase(rosalind, at=timezone.now())
    assert not undo(other, at=timezone.now())
    assert waiting_erasure(other) is None
    assert waiting_erasure(rosalind)


def test_of_two_administrators_one_may_go_and_then_the_other_may_not():
    one, two = make.user(is_superuser=True), make.user(is_superuser=True)
    ask_to_erase(one, at=timezone.now(), pause=NOW)
    erase_due(timezone.now)
    with pytest.raises(LastAdministrator) as refusal:
        ask_to_erase(two, at=timezone.now())
    assert "only administrator" in str(refusal.value)
    assert not Erasure.objects.filter(person_id=two.pk).exists()


def test_an_administrator_whose_account_is_closed_is_no_other_administrator():
    one, two = make.user(is_superuser=True), make.user(is_superuser=True)
    User.objects.filter(pk=two.pk).update(is_active=False)
    with pytest.raises(LastAdministrator):
        ask_to_erase(one, at=timezone.now())


def test_nobody_has_two_erasures_at_a_time(rosalind):
    ask_to_erase(rosalind, at=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Erasure.objects.create(
            person_id=rosalind.pk,
            joined_at=rosalind.joined_at,
            asked_at=timezone.now(),
            due_at=timezone.now(),
        )


def test_a_plan_counts_what_there_is_and_touches_nothing(rosalind):
    course = make.course(order="free")
    make.module(course)
    make.enrolment(rosalind, course)
    before = User.objects.filter(pk=rosalind.pk).values().get()
    steps = {step.fate.label: step.rows for step in plan(rosalind)}
    assert steps["courses.Enrolment"] == 1
    assert steps["people.User"] == 1
    assert "courses.Reflection" not in steps
    assert User.objects.filter(pk=rosalind.pk).values().get() == before
    assert not Erasure.objects.exists()


# Killed, and gone on with ---------------------------------------------------------------------------


class Killed(BaseException):
    """As SIGKILL: nothing catches it, and what was in a transaction is gone."""


@pytest.mark.parametrize("seed", range(6))
def test_killed_at_seeded_moments_every_erasure_is_gone_on_with_and_none_is_partial(
    seed, monkeypatch
):
    """A dozen people, and a process that dies within any step, also as it is being written down."""
    chance = random.Random(seed)
    people = [make.user(f"gone{seed}.{n}@peerwork.example") for n in range(12)]
    stays = make.user("stays@peerwork.example")
    for person in people:
        ask_to_erase(person, at=timezone.now() - 15 * DAY)
    mail.outbox.clear()
    record, forget = erasing._record, erasing.forget_account
    dies_in = [0]

    def or_die(act):
        def acting(*args, **options):
            dies_in[0] -= 1
            if dies_in[0] == 0:
                raise Killed
            return act(*args, **options)

        return acting

    monkeypatch.setattr(erasing, "_record", or_die(record))
    monkeypatch.setattr(erasing, "forget_account", or_die(forget))
    kills = 0
    for _process in range(30):
        dies_in[0] = chance.randint(1, 60)
        try:
            with transaction.atomic():
                erase_due(timezone.now)
                break
        except Killed:
            kills += 1
    dies_in[0] = 0
    monkeypatch.undo()
    done, failed = erase_due(timezone.now)
    assert failed == 0
    after = User.objects.filter(pk__in=[person.pk for person in people])
    assert {each.email for each in after} == {f"{person.pk}@erased.invalid" for person in people}
    assert not after.filter(erased_at=None).exists()
    assert not Erasure.objects.filter(erased_at=None).exists()
    assert erase_due(timezone.now) == (0, 0)
    assert kills or not done
    stays.refresh_from_db()
    assert stays.is_active
    assert {account.person_id for account in noted()} >= {person.pk for person in people}


def test_a_step_that_was_done_is_not_done_again_and_the_next_one_is(rosalind, monkeypatch):
    names = [name for name, _step in every_step()]
    waiting = ask_to_erase(rosalind, at=timezone.now(), pause=NOW)
    waiting.done_steps = names[: len(names) // 2]
    waiting.save()
    ran = []
    monkeypatch.setattr(
        erasing,
        "every_step",
        lambda: [(name, lambda person, n=name: ran.append(n)) for name in names],
    )
    assert carry_on(waiting, at=timezone.now())
    assert ran == names[len(names) // 2 :]
    assert Erasure.objects.get().done_steps == [*names, LETTER]


def test_one_whose_account_is_gone_altogether_is_done_and_never_asked_for_again(rosalind):
    waiting = ask_to_erase(rosalind, at=timezone.now(), pause=NOW)
    Erasure.objects.filter(pk=waiting.pk).update(person_id=10**6)
    assert erase_due(timezone.now) == (1, 0)
    assert erase_due(timezone.now) == (0, 0)
    rosalind.refresh_from_db()
    assert rosalind.full_name == "Rosalind Quartermaine"


# The list beside the database -----------------------------------------------------------------------

MOMENTS = st.integers(0, 4_102_444_800).map(lambda at: datetime.fromtimestamp(at, UTC))
ACCOUNTS = st.builds(ErasedAccount, st.integers(1, 2**62), MOMENTS, MOMENTS)


@given(st.lists(ACCOUNTS, max_size=6))
def test_the_list_is_read_as_it_was_written(accounts):
    assert list(accounts_in(line_of(account) for account in accounts)) == accounts


@given(st.lists(st.text(max_size=40) | ACCOUNTS.map(line_of), max_size=8))
def test_no_line_of_it_hides_another_whatever_it_holds(lines):
    ours = []
    for line in lines:
        ours += list(accounts_in([line]))
    assert list(accounts_in(lines)) == ours


@given(ACCOUNTS, st.data())
def test_a_line_that_a_power_failure_cut_off_is_passed_over(account, data):
    whole = line_of(account)
    cut = whole[: data.draw(st.integers(0, len(whole) - 1))]
    assert list(accounts_in([cut, whole])) == [account]


def test_it_is_only_added_to_and_only_its_owner_reads_it(rosalind):
    for person in (rosalind, make.user()):
        before = erasures_file().read_bytes() if erasures_file().exists() else b""
        note(ask_to_erase(person, at=timezone.now()))
        assert erasures_file().read_bytes().startswith(before)
        assert os.stat(erasures_file()).st_mode & 0o077 == 0
    assert len(list(noted())) == 0  # none of them has begun, so none of them is replayed
    assert replay_erasures(timezone.now) == 0


def test_where_there_is_no_list_nobody_was_erased(tmp_path):
    assert list(noted(tmp_path / "nowhere.jsonl")) == []
    assert replay_erasures(timezone.now) == 0


# Where somebody is named in what stays ---------------------------------------------------------------


def test_staff_are_told_where_a_name_stands_and_how_often(rosalind):
    course = make.course("A course by Rosalind Quartermaine")
    lesson = make.lesson(make.module(course), title="With rosalind.q@peerwork.example")
    found = {(each.model, each.field): each.rows for each in mentions(rosalind)}
    assert found["wagtailcore.Page", "title"] == 2
    assert lesson.title not in str(found)
    assert not any("User" in model for model, _field in found)


def test_a_name_that_stands_nowhere_is_found_nowhere(rosalind):
    make.lesson(make.module(make.course("Listening")), title="Silence")
    assert list(mentions(rosalind)) == []
