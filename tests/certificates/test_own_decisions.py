"""A registrar decides nothing of their own, at no door; nor does whoever decided before."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from certificates import exceptions as cannot
from certificates.appealing_exceptions import DecidedBefore, NothingToContest, TooLateToContest
from certificates.models import Credential, CredentialEvent, CredentialNote, HolderRequest
from certificates.requesting import contest_about, contest_decision, decline_request
from certificates.revoking import reinstate, restore, revoke, suspend
from certificates.standing import standing_of
from people.models import Act
from tests import make
from tests.certificates.views.verify_page import words_of
from tests.make import DAY, HOUR, NOON

ANSWER = NOON + 10 * DAY


@pytest.fixture
def rosa(db, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    make.home()
    return make.registrar(full_name="Rosa Adeyemi")


@pytest.fixture
def ada(rosa):
    """A registrar who holds a credential herself."""
    return make.registrar(full_name="Ada Okafor")


@pytest.fixture
def credential(ada, rosa):
    return make.credential(make.award(valid_months=24), ada, by=rosa)


def fresh(credential):
    return Credential.objects.with_standing().get(pk=credential.pk)


def standing(credential, at=ANSWER):
    return standing_of(fresh(credential), at=at)


def contested(credential, at=ANSWER):
    return contest_decision(fresh(credential), words="I was not there.", at=at)


def press(person, credential, name, **fields):
    client = Client()
    sent = {"last_seen": credential.events.count(), "reason": "x", **fields}
    url = reverse("credentials:change", args=[credential.pk, name])
    with time_machine.travel(ANSWER, tick=False):
        client.force_login(person)
        return client.post(url, sent, follow=True)


class TestTheirOwn:
    def test_nobody_ends_a_suspension_of_their_own(self, credential, ada, rosa):
        suspend(credential, by=rosa, reason="x", at=NOON)
        with pytest.raises(cannot.TheirOwnCredential):
            restore(credential, by=ada, reason="All well.", at=ANSWER)
        assert standing(credential) == "suspended"

    def test_nor_on_the_page_where_the_refusal_says_what_to_do(self, credential, ada, rosa):
        suspend(credential, by=rosa, reason="x", at=NOON)
        page_text = words_of(press(ada, credential, "restore"))
        assert "This is your own certificate. Please ask another registrar" in page_text
        assert standing(credential) == "suspended"
        assert not Act.objects.filter(kind="credential.restored").exists()

    def test_contesting_it_opens_no_door(self, credential, ada, rosa):
        suspend(credential, by=rosa, reason="x", at=NOON)
        request = contested(credential)
        with pytest.raises(cannot.TheirOwnCredential):
            restore(credential, by=ada, reason="x", at=ANSWER)
        with pytest.raises(cannot.TheirOwnCredential):
            decline_request(request, by=ada, answer="No.", at=ANSWER)
        assert not HolderRequest.objects.get().decision

    def test_nor_do_they_undo_a_revocation_of_theirs(self, credential, ada, rosa):
        revoke(credential, by=rosa, reason="x", at=NOON)
        contested(credential)
        with pytest.raises(cannot.TheirOwnCredential):
            reinstate(credential, by=ada, reason="x", at=ANSWER)
        assert "your own certificate" in words_of(press(ada, credential, "reinstate"))
        assert standing(credential) == "revoked"

    def test_another_registrar_may(self, credential, rosa):
        suspend(credential, by=rosa, reason="x", at=NOON)
        restore(credential, by=make.registrar(full_name="Sam"), reason="x", at=ANSWER)
        assert standing(credential) == "current"


class TestWhoeverDecidedBefore:
    def test_is_refused_at_every_door_and_nothing_is_written(self, credential, rosa):
        suspend(credential, by=rosa, reason="x", at=NOON)
        request = contested(credential)
        acts = Act.objects.count()
        with pytest.raises(DecidedBefore):
            restore(credential, by=rosa, reason="x", at=ANSWER)
        with pytest.raises(DecidedBefore):
            decline_request(request, by=rosa, answer="No.", at=ANSWER)
        assert "You have decided about this before" in words_of(press(rosa, credential, "restore"))
        assert standing(credential) == "suspended"
        assert Act.objects.count() == acts
        assert CredentialEvent.objects.filter(credential=credential).count() == 2

    def test_nor_does_a_review_go_away_because_the_decision_is_made_graver(self, credential, rosa):
        suspend(credential, by=rosa, reason="x", at=NOON)
        request = contested(credential)
        revoke(credential, by=rosa, reason="y", at=ANSWER + HOUR)
        with pytest.raises(DecidedBefore):
            decline_request(request, by=rosa, answer="No.", at=ANSWER + DAY)
        with pytest.raises(cannot.AlreadyAsked):
            contested(credential, at=ANSWER + DAY)
        reinstate(credential, by=make.registrar(full_name="Sam"), reason="z", at=ANSWER + DAY)
        assert HolderRequest.objects.get().decision == HolderRequest.Decision.DONE

    def test_a_double_click_asks_once(self, credential, ada, rosa):
        suspend(credential, by=rosa, reason="x", at=NOON)
        client = Client()
        client.force_login(ada)
        url = reverse("certificates:contest", args=[credential.number])
        with time_machine.travel(ANSWER, tick=False):
            for _ in range(2):
                assert client.post(url, {"words": "I was not there."}).status_code == 302
        assert HolderRequest.objects.count() == 1

    def test_the_first_answer_stays_when_two_registrars_answer(self, credential, rosa):
        suspend(credential, by=rosa, reason="x", at=NOON)
        in_two_tabs = [contested(credential), HolderRequest.objects.get()]
        sam, tess = (make.registrar(full_name=name) for name in ("Sam", "Tess"))
        decline_request(in_two_tabs[0], by=sam, answer="It is so.", at=ANSWER)
        with pytest.raises(cannot.AlreadyAnswered):
            decline_request(in_two_tabs[1], by=tess, answer="Otherwise.", at=ANSWER)
        row = HolderRequest.objects.get()
        assert (row.answer, row.decided_by) == ("It is so.", sam)


class TestWhereTheIssuerIs:
    """The last day to contest ends when it ends there, not in Greenwich."""

    @pytest.mark.parametrize(
        ("time_zone", "until", "last_moment"),
        [
            ("Pacific/Auckland", date(2026, 12, 24), NOON + 30 * DAY + 22 * HOUR),
            ("America/Los_Angeles", date(2026, 12, 23), NOON + 30 * DAY + 19 * HOUR),
        ],
    )
    def test_the_thirtieth_day(self, rosa, time_zone, until, last_moment):
        award = make.award(issuer=make.issuer(time_zone=time_zone))
        credential = make.credential(award, make.user(full_name="Ben Moss"), by=rosa)
        suspend(credential, by=rosa, reason="x", at=NOON)
        assert contest_about(fresh(credential)).until == until
        with pytest.raises(TooLateToContest):
            contested(credential, at=last_moment + HOUR)
        assert contested(credential, at=last_moment).kind == "review"


class TestTheDayOfTheReview:
    @pytest.mark.parametrize("day", [NOON.date(), date(2026, 11, 22), date(2020, 2, 29)])
    def test_it_lies_ahead_or_nothing_is_suspended(self, credential, rosa, day):
        with pytest.raises(cannot.DayIsOver):
            suspend(credential, by=rosa, reason="x", at=NOON, review_on=day)
        assert standing(credential) == "current"
        assert not CredentialNote.objects.exists()

    def test_the_page_says_so_beside_the_field_and_keeps_the_words(self, credential, rosa):
        fields = {"explanation": "Please send the form.", "review_on": "2026-01-31"}
        response = press(rosa, credential, "suspend", **fields)
        assert response.status_code == 422
        assert "Please choose a day that is still to come." in words_of(response)
        assert "Please send the form." in response.content.decode()
        assert list(response.context["form"].errors) == ["review_on"]
        assert standing(credential) == "current"

    def test_a_restored_one_is_contested_no_more(self, credential, rosa):
        suspend(credential, by=rosa, reason="x", at=NOON)
        restore(credential, by=rosa, reason="x", at=NOON + DAY)
        assert not CredentialNote.objects.to_look_at().exists()
        with pytest.raises(NothingToContest):
            contested(credential)
