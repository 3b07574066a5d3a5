"""A note changes no standing, and a suspension is looked at again on a day."""

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from certificates import exceptions as cannot
from certificates.fates import withdraw
from certificates.models import Credential, CredentialNote
from certificates.noting import write_note
from certificates.revoking import restore, revoke, suspend
from certificates.standing import Standing, standing_of
from people.fates import every_step
from people.models import Act
from tests import make
from tests.make import DAY, NOON

LIST = "/admin/credential-notes/"


@pytest.fixture
def rosa(db):
    return make.user(full_name="Rosa Adeyemi")


@pytest.fixture
def credential(db):
    return make.credential(make.award(valid_months=24), make.user(full_name="Ada Okafor"))


def noted(credential, by, at=NOON, **fields):
    return write_note(credential, text="Called, and was told.", by=by, at=at, **fields)


def due(on):
    return [note.credential for note in CredentialNote.objects.due(on)]


class TestNotes:
    def test_one_changes_nothing_of_the_standing_and_is_an_act(self, credential, rosa):
        events = credential.events.count()
        noted(credential, rosa)
        held = Credential.objects.with_standing().get()
        assert standing_of(held, at=NOON) == Standing.CURRENT
        assert credential.events.count() == events
        act = Act.objects.get(kind="credential.noted")
        assert (act.subject_id, act.actor_id) == (str(credential.pk), rosa.pk)

    @pytest.mark.parametrize(
        ("fields", "error"),
        [
            ({"text": " "}, cannot.ReasonNeeded),
            ({"text": "x", "look_again_on": NOON.date()}, cannot.DayIsOver),
        ],
    )
    def test_it_needs_words_and_a_day_ahead(self, credential, rosa, fields, error):
        with pytest.raises(error):
            write_note(credential, by=rosa, at=NOON, **fields)
        assert not CredentialNote.objects.exists()

    def test_nobody_notes_about_their_own(self, credential):
        with pytest.raises(cannot.TheirOwnCredential):
            noted(credential, credential.holder)

    def test_a_later_note_says_that_somebody_has_looked(self, credential, rosa):
        noted(credential, rosa, look_again_on=date(2026, 12, 1))
        assert due(date(2026, 11, 30)) == []
        assert due(date(2026, 12, 1)) == [credential]
        noted(credential, rosa, at=NOON + 9 * DAY)
        assert due(date(2027, 12, 1)) == []

    def test_erasure_blanks_it_and_nobody_is_reminded_any_more(self, credential, rosa):
        note = noted(credential, rosa, look_again_on=date(2026, 12, 1))
        withdraw(credential.holder)
        assert due(date(2027, 1, 1)) == []
        for _name, step in every_step():
            step(credential.holder)
        note.refresh_from_db()
        assert note.text == "—"


class TestTheReviewOfASuspension:
    @pytest.mark.parametrize(
        ("fields", "day"),
        [({}, date(2026, 12, 23)), ({"review_on": date(2026, 12, 5)}, date(2026, 12, 5))],
    )
    def test_it_always_has_a_day(self, credential, rosa, fields, day):
        suspend(credential, by=rosa, reason="Log missing.", at=NOON, **fields)
        note = CredentialNote.objects.get()
        assert (note.look_again_on, note.text) == (day, "Log missing.")

    @pytest.mark.parametrize("verb", [restore, revoke])
    def test_which_is_done_when_somebody_decides(self, credential, rosa, verb):
        suspend(credential, by=rosa, reason="x", at=NOON)
        verb(credential, by=rosa, reason="x", at=NOON + DAY)
        assert due(date(2028, 1, 1)) == []


class TestThePages:
    @pytest.fixture
    def registrar(self, client, credential, settings):
        settings.STAFF_NEED_SECOND_FACTOR = False
        make.home()
        with time_machine.travel(NOON + DAY, tick=False):
            client.force_login(make.registrar(full_name="Rosa Adeyemi"))
            yield client

    def test_a_note_is_written_and_stands_on_the_record(self, registrar, credential):
        url = reverse("credentials:note", args=[credential.pk])
        sent = {"text": "Called today.", "look_again_on": "2026-12-24"}
        page = registrar.post(url, sent, follow=True).content.decode()
        assert "Called today." in page
        assert "look again on 24 December 2026" in " ".join(page.split())
        assert "24 December 2026" in registrar.get(LIST).content.decode()

    def test_a_day_that_is_over_is_refused_beside_its_field(self, registrar, credential):
        url = reverse("credentials:note", args=[credential.pk])
        page = registrar.post(url, {"text": "x", "look_again_on": "2026-11-01"})
        assert page.status_code == 422
        assert "still to come" in page.content.decode()

    def test_registrars_are_reminded_on_the_day_of_a_suspension(self, registrar, credential):
        url = reverse("credentials:change", args=[credential.pk, "suspend"])
        sent = {"last_seen": 1, "reason": "Log missing.", "explanation": "Please send it."}
        registrar.post(url, {**sent, "review_on": "2026-11-30"})
        assert "is to be looked at again" not in registrar.get("/admin/").content.decode()
        with time_machine.travel(NOON + 8 * DAY, tick=False):
            registrar.force_login(make.registrar())
            assert "is to be looked at again" in registrar.get("/admin/").content.decode()
            page = registrar.get(LIST).content.decode()
            assert credential.number in page
            assert "Waiting for you" in page

    def test_the_holder_and_whoever_checks_read_none_of_it(self, client, credential, rosa):
        make.home()
        noted(credential, rosa)
        client.force_login(credential.holder)
        for name in ("held", "verify_number"):
            url = reverse(f"certificates:{name}", args=[credential.number])
            assert "was told" not in client.get(url).content.decode()
