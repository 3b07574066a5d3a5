"""The log of acts: one chain that nothing is taken out of, changed in or slipped into unseen."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import ProtectedError

from courses.exceptions import StillInUse
from people import acts
from people.act_kinds import ActKind
from people.acts import NO_HASH, Head, acts_last, check_chain, last_link, missing_guards, record_act
from people.models import Act, ActIsNeverChanged
from tests import make
from tests.log_of_acts import COST_OF_AN_ACT
from tests.make import NOON
from tests.racing import at_once

THING = ("assessments.quiz", "7")


def write(number, **fields):
    for place in range(number):
        given = {"by": None, "at": NOON + timedelta(seconds=place), **fields}
        record_act(ActKind.CHANGED, ("assessments.quiz", str(place)), **given)


def write_and_fail(number):
    write(number)
    raise ValueError("no")


def save_and_write(record):
    record.save()
    write(1)


def without_guards():
    """Let this transaction do what the database refuses: somebody with its password can."""
    with connection.cursor() as cursor:
        on = " ON people_act" if connection.vendor == "postgresql" else ""
        for name in acts.GUARDS:
            cursor.execute(f"DROP TRIGGER {name}{on}")


def run(sql, *values):
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.fixture
def log(db):
    """Five acts, after those of whatever made the test's own ground."""
    write(5)
    return list(Act.objects.order_by("-number")[:5])[::-1]


class TestTheChain:
    def test_it_is_whole_and_says_where_it_ends(self, log):
        checked = check_chain()
        assert checked.faults == ()
        assert checked.head == Head(log[-1].number, log[-1].hash)
        assert [act.number for act in log] == list(range(log[0].number, log[0].number + 5))

    def test_an_act_says_who_what_on_what_whom_and_when(self, db):
        actor, learner = make.user(), make.user()
        record_act(ActKind.READ, THING, by=actor, person=learner, at=NOON)
        act = Act.objects.first()
        assert (act.actor, act.person, act.kind, act.at) == (actor, learner, "learner.read", NOON)
        assert (act.subject_kind, act.subject_id) == THING

    def test_a_record_is_named_by_its_model_and_its_key(self, db):
        quiz = make.quiz()
        record_act(ActKind.CHANGED, quiz, by=None, at=NOON)
        act = Act.objects.first()
        assert (act.subject_kind, act.subject_id) == ("assessments.quiz", str(quiz.pk))

    def test_the_hash_is_of_the_moment_and_not_of_how_its_zone_is_written(self):
        entry = acts.Entry("x", NOON, None, None, *THING)
        other = acts.Entry(
            "x", NOON.astimezone(datetime.now().astimezone().tzinfo), None, None, *THING
        )
        assert acts.link_hash(NO_HASH, 1, entry) == acts.link_hash(NO_HASH, 1, other)
        assert NOON.tzinfo is not None

    @pytest.mark.parametrize(
        "column, value",
        [
            ("kind", "thing.deleted"),
            ("subject_id", "8"),
            ("subject_kind", "assessments.question"),
            ("at", datetime(2020, 1, 1, tzinfo=UTC)),
            ("hash", "a" * 64),
        ],
    )
    def test_whatever_is_changed_in_one_is_found(self, log, column, value):
        without_guards()
        run(f"UPDATE people_act SET {column} = %s WHERE number = %s", value, log[2].number)
        assert check_chain().faults == (f"Act {log[2].number} is not what was written.",)

    @pytest.mark.parametrize("column", ["actor_id", "person_id"])
    def test_somebody_else_put_in_is_found(self, log, column):
        other = make.user()
        without_guards()
        run(f"UPDATE people_act SET {column} = %s WHERE number = %s", other.pk, log[1].number)
        assert check_chain().faults == (f"Act {log[1].number} is not what was written.",)

    def test_one_taken_out_is_found(self, log):
        without_guards()
        run("DELETE FROM people_act WHERE number = %s", log[2].number)
        assert check_chain().faults == (f"Act {log[2].number} is missing.",)

    def test_one_taken_out_with_the_numbers_drawn_together_is_found(self, log):
        without_guards()
        run("DELETE FROM people_act WHERE number = %s", log[2].number)
        for act in log[3:]:
            run("UPDATE people_act SET number = %s WHERE number = %s", act.number - 1, act.number)
        assert check_chain().faults == (f"Act {log[2].number} is not what was written.",)

    def test_an_end_that_was_cut_off_is_found_by_where_it_ended(self, log):
        known = check_chain().head
        without_guards()
        run("DELETE FROM people_act WHERE number = %s", known.number)
        assert check_chain().faults == ()  # a chain alone does not tell
        (fault,) = check_chain(known).faults
        assert fault == f"The log ends at {known.number - 1}, and had {known.number} acts."

    def test_one_written_all_anew_is_found_by_where_it_ended(self, log):
        known = check_chain().head
        without_guards()
        run("DELETE FROM people_act WHERE number >= %s", log[0].number)
        write(6, at=NOON + timedelta(days=1))
        assert check_chain().faults == ()
        assert check_chain(known).faults == (f"Act {known.number} was another when last checked.",)

    def test_one_that_grew_passes_through_where_it_ended(self, log):
        known = check_chain().head
        write(3)
        assert check_chain(known).faults == ()
        assert check_chain(known).head.number == known.number + 3

    def test_an_empty_one_is_whole(self, db, monkeypatch):
        monkeypatch.setattr(Act, "objects", Act.objects.none())
        assert check_chain().head == Head(0, NO_HASH)

    def test_the_next_one_costs_two_queries(self, db, django_assert_num_queries):
        with django_assert_num_queries(COST_OF_AN_ACT):
            record_act(ActKind.CHANGED, THING, by=None, at=NOON)


class TestNothingIsTakenBack:
    def test_a_row_is_neither_saved_again_nor_deleted(self, log):
        act = Act.objects.get(pk=log[0].pk)
        act.kind = "thing.deleted"
        with pytest.raises(ActIsNeverChanged):
            act.save()
        with pytest.raises(ActIsNeverChanged):
            act.delete()

    def test_nor_are_many(self, log):
        with pytest.raises(ActIsNeverChanged):
            Act.objects.all().update(kind="thing.deleted")
        with pytest.raises(ActIsNeverChanged):
            Act.objects.all().delete()
        with pytest.raises(ActIsNeverChanged):
            Act.objects.bulk_update(log, ["kind"])

    @pytest.mark.parametrize(
        "sql",
        ["UPDATE people_act SET kind = 'thing.deleted'", "DELETE FROM people_act"],
    )
    def test_the_database_refuses_it_too(self, log, sql):
        with pytest.raises(DatabaseError, match="never"), transaction.atomic():
            run(sql)
        assert check_chain().faults == ()

    def test_the_guards_stand_and_one_that_is_gone_is_missed(self, log):
        assert missing_guards() == []
        without_guards()
        assert missing_guards() == list(acts.GUARDS)

    def test_whoever_did_something_cannot_be_deleted(self, db):
        actor = make.user()
        record_act(ActKind.CHANGED, THING, by=actor, at=NOON)
        with pytest.raises((ProtectedError, StillInUse)):
            actor.delete()


class TestInTheTransaction:
    def test_what_is_rolled_back_was_never_done(self, log):
        before = last_link()
        with pytest.raises(ValueError, match="no"), transaction.atomic():
            write_and_fail(2)
        assert last_link() == before

    def test_what_cannot_be_logged_is_not_done(self, db, monkeypatch):
        learner = make.user(full_name="Before")
        monkeypatch.setattr(acts, "link_hash", lambda *given: None)
        learner.full_name = "After"
        with pytest.raises(DatabaseError), transaction.atomic():
            save_and_write(learner)
        learner.refresh_from_db()
        assert learner.full_name == "Before"

    def test_within_acts_last_they_are_written_at_its_end_in_their_order(self, log):
        before = last_link()[0]
        with acts_last():
            write(2)
            with acts_last():
                write(1)
            assert last_link()[0] == before
        assert last_link()[0] == before + 3
        assert check_chain().faults == ()
        newest = Act.objects.order_by("-number")[:3]
        assert [act.subject_id for act in newest] == ["0", "1", "0"]

    def test_what_fails_within_acts_last_writes_none(self, log):
        before = last_link()
        with pytest.raises(ValueError, match="no"), acts_last():
            write_and_fail(2)
        write(1)
        assert last_link()[0] == before[0] + 1


def test_a_new_site_has_no_earlier_events_to_take_over(db):
    migration = import_module("certificates.migrations.0008_events_in_the_log")
    before = last_link()
    migration.take_over(apps, None)
    assert last_link() == before


# Many at once ------------------------------------------------------------------------------

WRITER = """
import django
django.setup()
from django.db import connections
from people.act_kinds import ActKind
from people.acts import record_act
from datetime import UTC, datetime
import sys
print("ready", flush=True)
for place in range(40):
    if place < 2:  # the first act and all others, each when it is told
        sys.stdin.readline()
    record_act(ActKind.CHANGED, (sys.argv[1], str(place)), by=None, at=datetime.now(UTC))
    if place == 0:
        print("begun", flush=True)
"""


@pytest.mark.django_db(transaction=True)
def test_many_threads_write_one_chain():
    before = last_link()[0]
    raised = [each for each in at_once(8, lambda number: write(5)) if each is not None]
    assert raised == []
    checked = check_chain()
    assert checked.faults == ()
    assert checked.head.number == before + 40


@pytest.mark.django_db(transaction=True)
def test_many_processes_write_one_chain(tmp_path):
    before = last_link()[0]
    stored = connection.settings_dict
    program = WRITER.replace("django.setup()", _pointed_at(stored) + "\ndjango.setup()", 1)
    writers = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", program, f"writer.{number}"],
            cwd=settings.BASE_DIR,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "lms.settings.test"},
            text=True,
        )
        for number in range(3)
    ]
    for line in ("ready\n", "begun\n"):  # so that none is done before another has begun
        for writer in writers:
            assert writer.stdout.readline() == line
        for writer in writers:
            writer.stdin.write("go\n")
            writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=120)
        assert writer.returncode == 0
    checked = check_chain()
    assert checked.faults == ()
    assert checked.head.number == before + 3 * 40
    kinds = Act.objects.filter(number__gt=before).order_by("number")
    turns = [act.subject_kind for act in kinds]
    assert turns != sorted(turns)
    assert set(turns) == {"writer.0", "writer.1", "writer.2"}
    for writer in set(turns):
        own = [int(act.subject_id) for act in kinds if act.subject_kind == writer]
        assert own == list(range(40))  # each wrote its own in its order


def _pointed_at(stored):
    """The lines that point a new process at the database of this test."""
    return (
        "from django.conf import settings\n"
        f"settings.DATABASES['default']['NAME'] = {str(stored['NAME'])!r}\n"
    )
