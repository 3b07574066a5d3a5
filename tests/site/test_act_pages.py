"""The staff page of the log: read by registrars, narrowed down, downloaded; and its daily check."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates.models import CredentialEvent
from deploy import health, metrics, verifying_log
from deploy.verifying_log import LastCheck
from people import acts
from people.act_kinds import ActKind
from people.act_pages import kind_in_words
from people.acts import Head, check_chain, record_act
from people.fates import fate_of
from people.models import Act
from tests import make
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db

LOG = "/admin/acts/"


@pytest.fixture
def desk(world, browser_of):
    return browser_of("registrar")


@pytest.fixture
def ada():
    return make.user(full_name="Ada Ngũgĩ")


def rows_of(response):
    return list(response.context["object_list"])


def found(desk, **query):
    response = desk.get(LOG, query)
    assert response.status_code == 200
    return rows_of(response)


class TestThePage:
    def test_it_says_who_did_what_on_what_to_whom_with_the_names_of_today(self, desk, ada):
        rosa = make.registrar(full_name="Rosa Adeyemi")
        credential = make.credential(holder=ada, by=rosa)
        text = desk.get(LOG).content.decode()
        assert f"Rosa Adeyemi ({rosa.pk})" in text
        assert f"Ada Ngũgĩ ({ada.pk})" in text
        assert "Credential issued" in text
        assert f"Credential {credential.pk}" in text
        ada.full_name = "Ada Lund"
        ada.save()
        assert f"Ada Lund ({ada.pk})" in desk.get(LOG).content.decode()

    def test_what_nobody_did_is_the_sites(self, desk):
        record_act(ActKind.PUBLISHED, ("courses.lessonpage", "7"), by=None, at=NOON)
        assert "the site" in desk.get(LOG).content.decode()

    def test_it_is_narrowed_by_kind_thing_day_and_doer(self, desk, ada):
        record_act(ActKind.CHANGED, ("assessments.quiz", "7"), by=ada, at=NOON)
        record_act(ActKind.DELETED, ("certificates.award", "8"), by=None, at=NOON - 3 * DAY)
        assert {a.kind for a in found(desk, kind="thing.deleted")} == {"thing.deleted"}
        of_quizzes = found(desk, subject_kind="assessments.")
        assert {act.subject_kind.split(".")[0] for act in of_quizzes} == {"assessments"}
        day = NOON - 3 * DAY
        of_a_day = found(desk, at_from=f"{day:%Y-%m-%d}", at_to=f"{day:%Y-%m-%d}")
        assert [act.subject_id for act in of_a_day] == ["8"]
        assert all(act.actor_id is None for act in found(desk, by_the_site="site"))
        assert all(act.actor_id for act in found(desk, by_the_site="person"))

    def test_it_is_searched_by_name_and_by_id(self, desk, ada):
        record_act(ActKind.READ, ("assessments.attempt", "a-b-c"), by=None, person=ada, at=NOON)
        record_act(ActKind.CHANGED, ("assessments.quiz", "9"), by=ada, at=NOON)
        assert [a.kind for a in found(desk, q="ngugi")] == ["thing.changed", "learner.read"]
        assert [a.kind for a in found(desk, q="a-b-c")] == ["learner.read"]
        assert found(desk, q="nobody of this name") == []

    def test_there_is_no_way_to_add_change_or_delete_one(self, desk):
        text = desk.get(LOG).content.decode()
        assert f"{LOG}add/" not in text
        number = Act.objects.first().pk
        for way in ("add/", f"edit/{number}/", f"delete/{number}/", f"{number}/"):
            assert desk.get(LOG + way).status_code == 404

    def test_thirty_more_cost_no_query_more(self, desk, ada):
        desk.get(LOG)
        with CaptureQueriesContext(connection) as first:
            desk.get(LOG)
        for place in range(30):
            record_act(ActKind.CHANGED, ("assessments.quiz", str(place)), by=ada, at=NOON)
        with CaptureQueriesContext(connection) as then:
            desk.get(LOG)
        assert len(then) == len(first)

    def test_the_file_holds_ids_alone_and_the_hashes(self, desk, ada):
        credential = make.credential(holder=ada)
        content = b"".join(desk.get(LOG, {"export": "csv"}).streaming_content).decode()
        headings, *rows = csv.reader(io.StringIO(content))
        assert headings[0] == "Number"
        assert headings[-1] == "Hash"
        assert "Ada" not in content
        issued = next(row for row in rows if row[5] == str(credential.pk))
        assert issued[3] == "credential.issued"
        assert issued[6] == str(ada.pk)
        act = Act.objects.get(number=issued[0])
        assert issued[-1] == act.hash

    def test_a_kind_that_is_no_model_any_more_is_called_what_it_was(self):
        assert kind_in_words("certificates.award") == "Award"
        assert kind_in_words("courses.gone") == "courses.gone"
        assert kind_in_words("list.sitehistory") == "list.sitehistory"
        assert kind_in_words("odd") == "odd"


def test_erasure_keeps_it_and_the_persons_own_copy_holds_what_concerns_them(ada):
    record_act(ActKind.READ, ("assessments.attempt", "x"), by=make.user(), person=ada, at=NOON)
    fate = fate_of(Act)
    assert fate.fate == "keep"
    assert [act.kind for act in fate.rows_of(ada)] == ["learner.read"]
    assert "actor" not in fate.copied


# Its daily check ----------------------------------------------------------------------------


@pytest.fixture
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


def verify(*arguments):
    output = io.StringIO()
    try:
        call_command("verify_log", *arguments, stdout=output)
    except CommandError as error:
        output.write(f"ERROR {error}")
    return output.getvalue()


def cut_off_the_last():
    on = " ON people_act" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in acts.GUARDS:
            cursor.execute(f"DROP TRIGGER {name}{on}")
        cursor.execute("DELETE FROM people_act WHERE number = (SELECT MAX(number) FROM people_act)")


class TestVerifying:
    def test_a_whole_one_says_how_many_and_where_it_ends(self, var):
        make.credential()
        head = check_chain().head
        assert verify() == f"{head.number} acts, whole. The last is {head.hash}.\n"
        last = verifying_log.last_check()
        assert (last.head, last.faults) == (head, 0)

    def test_one_cut_off_since_is_found_and_stays_found(self, var):
        make.credential()
        record_act(ActKind.CHANGED, ("assessments.quiz", "7"), by=None, at=NOON)
        verify()
        cut_off_the_last()
        for _time in range(2):
            said = verify()
            assert "The log ends at" in said
            assert "ERROR The log of acts is not what was written." in said
        assert "does not refuse changes: acts_are_not_changed is missing" in said

    def test_an_event_that_the_log_knows_otherwise_is_found(self, var):
        credential = make.credential()
        CredentialEvent.objects.filter(credential=credential).update(at=NOON + DAY)
        assert f"credential {credential.pk} is not in the log as it is" in verify()
        assert verifying_log.last_check().faults == 1

    def test_the_scheduler_runs_it_once_a_day(self, var):
        assert verify("--when-due") != ""
        assert verify("--when-due") == ""
        last = verifying_log.last_check()
        assert verifying_log.is_due(at=last.at + DAY)
        assert not verifying_log.is_due(at=last.at + DAY - timedelta(minutes=1))

    def test_after_a_backup_was_put_back_it_begins_anew(self, var):
        make.credential()
        verify()
        cut_off_the_last()
        verifying_log.forget_where_it_ended(at=NOON)
        assert verifying_log.last_check() is None
        assert "The log ends at" not in verify()

    def test_a_note_that_cannot_be_read_is_none(self, var):
        verifying_log.note_file().write_text("{")
        assert verifying_log.last_check() is None


@pytest.mark.parametrize(
    ("last", "state"),
    [
        (None, "never checked: the scheduler does it, or manage.py verify_log"),
        (LastCheck(NOON, Head(), 0), "ok"),
        (LastCheck(NOON, Head(), 2), "2 faults: run manage.py verify_log"),
        (LastCheck(NOON - 3 * DAY, Head(), 0), "not checked for 3 days"),
    ],
)
def test_the_log_is_well_while_the_daily_check_finds_it_so(monkeypatch, last, state):
    monkeypatch.setattr(verifying_log, "last_check", lambda: last)
    assert health.log(at=NOON) == state
    parts = health.on_disk(at=NOON)
    assert parts["log"] == state
    assert health.state_of({"log": state}) in {"well", "degraded"}


def test_the_numbers_say_it_too(monkeypatch):
    monkeypatch.setattr(verifying_log, "last_check", lambda: LastCheck(NOON, Head(41, "x"), 1))
    text = metrics.generate_latest(metrics.measured(at=NOON + timedelta(hours=1))).decode()
    assert "peerwork_log_faults 1.0" in text
    assert "peerwork_log_acts 41.0" in text
    assert "peerwork_log_check_age_seconds 3600.0" in text


# From before there was a log ----------------------------------------------------------------


def test_events_from_before_are_taken_over_once_and_the_chain_is_whole(var):
    migration = import_module("certificates.migrations.0008_events_in_the_log")
    credential = make.credential()
    other = make.credential(at=NOON - DAY)
    on = " ON people_act" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in acts.GUARDS:
            cursor.execute(f"DROP TRIGGER {name}{on}")
        cursor.execute("DELETE FROM people_act")
    migration.take_over(apps, None)
    migration.take_over(apps, None)
    rows = list(Act.objects.order_by("number"))
    assert [row.subject_id for row in rows[-3:-1]] == [str(other.pk), str(credential.pk)]
    assert [row.kind for row in rows[-3:]] == ["credential.issued"] * 2 + ["log.taken_over"]
    assert len(rows) == CredentialEvent.objects.count() + 1
    assert check_chain().faults == ()


def test_the_menu_leads_there(desk):
    assert reverse("acts:index") in desk.get("/admin/").content.decode()
