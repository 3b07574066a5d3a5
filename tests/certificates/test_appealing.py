"""A decision can be contested: an answer, a decision by another, an appeal to a third."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from certificates.appealing import contest_of, working_days_after
from certificates.appealing_exceptions import DecidedBefore, NothingToContest, TooLateToContest
from certificates.models import Credential, HolderRequest
from certificates.preparing import notify_of_changes
from certificates.requesting import contest_about, contest_decision, decline_request
from certificates.revoking import reinstate, restore, revoke, suspend
from certificates.standing import Standing, standing_of
from tests import make
from tests.certificates.views.verify_page import words_of
from tests.make import DAY, NOON

Kind = HolderRequest.Kind
NOTICE = NOON + 10 * DAY
ANSWER = NOTICE + 20 * DAY
REFUSAL = NOTICE + 40 * DAY
APPEAL = NOTICE + 50 * DAY


@pytest.fixture
def rosa(db):
    return make.user(full_name="Rosa Adeyemi")


@pytest.fixture
def second(db):
    return make.user(full_name="Second Registrar")


@pytest.fixture
def third(db):
    return make.user(full_name="Third Registrar")


@pytest.fixture
def credential(rosa):
    make.home()
    credential = make.credential(make.award(valid_months=24), make.user(full_name="Ada Okafor"))
    revoke(credential, by=rosa, reason="x", at=NOTICE, explanation="A complaint was upheld.")
    return credential


def fresh(credential):
    return Credential.objects.with_standing().get(pk=credential.pk)


def contested(credential, at=ANSWER):
    return contest_decision(fresh(credential), words="I was not there that day.", at=at)


def refused(request, by, at=REFUSAL):
    decline_request(request, by=by, answer="The record says otherwise.", at=at)


def standing(credential, at=APPEAL):
    return standing_of(fresh(credential), at=at)


class TestTheWay:
    def test_first_a_review_for_thirty_days(self, credential):
        contest = contest_about(fresh(credential))
        assert (contest.kind, contest.until) == (Kind.REVIEW, date(2027, 1, 2))
        assert contested(credential, at=NOTICE + 30 * DAY).kind == Kind.REVIEW

    def test_after_that_it_is_too_late(self, credential):
        with pytest.raises(TooLateToContest, match="2 January 2027"):
            contested(credential, at=NOTICE + 31 * DAY)

    def test_while_an_answer_is_to_come_nothing_more_is_asked(self, credential):
        contested(credential)
        with pytest.raises(NothingToContest):
            contested(credential)

    def test_after_a_no_an_appeal_for_ten_working_days(self, credential, second):
        refused(contested(credential), second)
        contest = contest_about(fresh(credential))
        # The no is of Tuesday, 12 January 2027.
        assert (contest.kind, contest.until) == (Kind.APPEAL, date(2027, 1, 26))
        with pytest.raises(TooLateToContest):
            contested(credential, at=REFUSAL + 15 * DAY)
        assert contested(credential, at=REFUSAL + 14 * DAY).kind == Kind.APPEAL

    def test_after_a_second_no_there_is_nothing_left(self, credential, second, third):
        refused(contested(credential), second)
        refused(contested(credential, at=APPEAL), third, at=APPEAL + DAY)
        with pytest.raises(NothingToContest):
            contested(credential, at=APPEAL + 2 * DAY)

    def test_a_new_decision_may_be_contested_anew(self, credential, rosa, second, third):
        refused(contested(credential), second)
        reinstate(credential, by=third, reason="x", at=APPEAL)
        assert contest_about(fresh(credential)) is None
        suspend(credential, by=rosa, reason="x", at=APPEAL + DAY)
        assert contest_about(fresh(credential)).kind == Kind.REVIEW

    def test_a_current_one_has_no_decision_to_contest(self, rosa):
        credential = make.credential(by=rosa)
        with pytest.raises(NothingToContest):
            contested(credential)
        assert contest_of([], [], credential.issuer) is None


class TestWhoDecides:
    def test_never_whoever_made_the_decision(self, credential, rosa):
        request = contested(credential)
        with pytest.raises(DecidedBefore):
            refused(request, rosa)
        assert not HolderRequest.objects.get().decision

    def test_nor_of_an_appeal_whoever_answered_the_review(self, credential, second, third):
        refused(contested(credential), second)
        appeal = contested(credential, at=APPEAL)
        with pytest.raises(DecidedBefore):
            refused(appeal, second)
        with pytest.raises(DecidedBefore):
            reinstate(credential, by=second, reason="x", at=APPEAL)
        assert standing(credential) == Standing.REVOKED
        refused(appeal, third)

    def test_a_suspension_that_is_contested_is_not_lifted_by_its_maker(self, rosa, second):
        credential = make.credential()
        suspend(credential, by=rosa, reason="x", at=NOTICE)
        restore(credential, by=rosa, reason="It was settled.", at=NOTICE)
        suspend(credential, by=rosa, reason="x", at=NOTICE + DAY)
        contested(credential)
        with pytest.raises(DecidedBefore):
            restore(credential, by=rosa, reason="x", at=REFUSAL)
        restore(credential, by=second, reason="x", at=REFUSAL)
        assert HolderRequest.objects.get().decision == HolderRequest.Decision.DONE


class TestAnAppealThatIsWon:
    def test_it_stands_again_from_its_first_day(self, credential, second, third):
        before = (credential.issued_on, credential.expires_on, credential.number)
        refused(contested(credential), second)
        contested(credential, at=APPEAL)
        reinstate(credential, by=third, reason="The log shows it.", at=APPEAL + DAY)
        after = fresh(credential)
        assert (after.issued_on, after.expires_on, after.number) == before
        assert standing(credential) == Standing.CURRENT
        decisions = HolderRequest.objects.order_by("asked_at").values_list("kind", "decision")
        assert list(decisions) == [("review", "declined"), ("appeal", "done")]

    def test_the_letters_say_until_when_and_that_there_is_an_answer(self, credential, second):
        Credential.objects.update(announced_at=NOON)
        notify_of_changes(str(credential.pk), at=NOTICE)
        refused(contested(credential), second)
        notify_of_changes(str(credential.pk), at=REFUSAL)
        notice, answer = mail.outbox
        assert "until 2 January 2027" in " ".join(notice.body.split())
        assert "complaint" not in notice.body
        assert "the decision stays as it was" in " ".join(answer.body.split())
        assert "record says otherwise" not in answer.body


class TestWorkingDays:
    @pytest.mark.parametrize(
        ("day", "number", "later"),
        [
            (date(2027, 1, 12), 10, date(2027, 1, 26)),
            (date(2027, 1, 15), 1, date(2027, 1, 18)),
            (date(2027, 1, 16), 1, date(2027, 1, 18)),
            (date(2027, 1, 12), 0, date(2027, 1, 12)),
        ],
    )
    def test_without_the_weekend(self, day, number, later):
        assert working_days_after(day, number) == later

    @given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 40))
    def test_it_is_always_a_working_day_and_one_more_is_later(self, day, number):
        later = working_days_after(day, number)
        assert later.weekday() < 5
        assert timedelta(0) < working_days_after(day, number + 1) - later <= timedelta(days=3)


class TestThePages:
    def page(self, client, credential, name):
        return client.get(reverse(f"certificates:{name}", args=[credential.number]))

    def test_the_holder_writes_their_side_and_reads_the_answer(self, client, credential, second):
        url = reverse("certificates:contest", args=[credential.number])
        with time_machine.travel(ANSWER, tick=False):
            client.force_login(credential.holder)
            page_text = words_of(self.page(client, credential, "held"))
            assert "write your side of it here until 2 January 2027" in page_text
            assert "within 30 days" in words_of(client.get(url))
            assert client.post(url, {"words": " "}).status_code == 422
            page_text = words_of(client.post(url, {"words": "I was not there."}, follow=True))
            assert "answers by 22 January 2027" in page_text
        refused(HolderRequest.objects.get(), second)
        with time_machine.travel(REFUSAL + DAY, tick=False):
            client.force_login(credential.holder)
            page_text = words_of(self.page(client, credential, "held"))
            assert "The record says otherwise." in page_text
            assert "you can appeal until 26 January 2027" in page_text
            assert "decided neither time" in words_of(client.get(url))
            client.post(url, {"words": "Once more."})
        assert HolderRequest.objects.open().get().kind == Kind.APPEAL

    def test_when_it_is_too_late_the_page_says_so_and_offers_nothing(self, client, credential):
        with time_machine.travel(NOTICE + 31 * DAY, tick=False):
            client.force_login(credential.holder)
            held = self.page(client, credential, "held").content.decode()
            assert reverse("certificates:contest", args=[credential.number]) not in held
            url = reverse("certificates:contest", args=[credential.number])
            assert "until 2 January 2027" in words_of(client.get(url, follow=True))

    def test_nobody_contests_for_somebody_else(self, client, credential):
        client.force_login(make.user())
        assert self.page(client, credential, "contest").status_code == 404

    def test_registrars_see_the_day_and_who_may_not_decide(self, client, credential, settings):
        settings.STAFF_NEED_SECOND_FACTOR = False
        request = contested(credential)
        url = reverse("holder_requests:answer", args=[request.pk])
        with time_machine.travel(ANSWER + 24 * DAY, tick=False):
            registrar = make.registrar(full_name="Second Registrar")
            client.force_login(registrar)
            page = client.get(url).content.decode()
            assert "I was not there that day." in page
            assert "22 January 2027" in page
            assert f"/admin/credentials/{credential.pk}/reinstate/" in page
            assert "22 January 2027" in client.get("/admin/credential-requests/").content.decode()
            assert "to be answered within a week" in client.get("/admin/").content.decode()
            decider = credential.events.get(kind="revoked").actor
            decider.groups.set(registrar.groups.all())
            client.force_login(decider)
            page = client.get(url).content.decode()
            assert "You have decided about this before." in page
            assert "Decline" not in page
            assert client.post(url, {"answer": "No."}).status_code == 422

    def test_three_weeks_before_its_day_nobody_is_hurried(self, client, credential, settings):
        settings.STAFF_NEED_SECOND_FACTOR = False
        contested(credential)
        with time_machine.travel(ANSWER + DAY, tick=False):
            client.force_login(make.registrar())
            assert "to be answered within" not in client.get("/admin/").content.decode()
