"""Renewals as people really do them: twice, late, in two tabs, and while the rule changes."""

from datetime import date

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from certificates import exceptions as cannot
from certificates.following import renew_credential, replace_credential
from certificates.models import Credential, RenewalEvidence, RenewalReminder
from certificates.reminders import choose_stages, due_reminders, send_reminder
from certificates.renewal.rules import LateStep, Rule
from certificates.renewal_evidence import (
    Brought,
    accept_evidence,
    ask_back,
    change_evidence,
    remove_evidence,
)
from certificates.renewal_exceptions import AlreadyFollowed, RenewalIsOver
from certificates.renewal_outlook import renewal_of
from certificates.renewal_rules import first_last_day, rule_of, set_rule
from certificates.revoking import suspend
from people.fates import every_step
from tests import make
from tests.certificates.renewal import making
from tests.certificates.views.verify_page import words_of
from tests.make import DAY, HOUR, NOON

IN_TIME = NOON + 700 * DAY
LAST = NOON + 731 * DAY


@pytest.fixture
def rosa(db, settings):
    settings.STAFF_NEED_SECOND_FACTOR = False
    make.home()
    return make.registrar(full_name="Rosa Adeyemi")


@pytest.fixture
def award(rosa):
    award = make.award(valid_months=24)
    making.rule_of(award, Rule(minutes=600, grace_days=30), by=rosa)
    return award


@pytest.fixture
def credential(award, rosa):
    return make.credential(award, make.user(full_name="Ada Okafor"), by=rosa)


def seen(credential, at=IN_TIME):
    return renewal_of(Credential.objects.with_standing().get(pk=credential.pk), at=at).outlook


def url(credential, name, *more):
    return reverse(f"certificates:{name}", args=[credential.number, *more])


def browser(person):
    client = Client()
    client.force_login(person)
    return client


class TestTheRuleChangesUnderWay:
    def renewing(self, credential, rosa, at=IN_TIME):
        return renew_credential(credential, by=rosa, reason="Seen.", at=at)

    def test_a_harder_rule_for_new_ones_alone_asks_nobody_for_more(self, award, credential, rosa):
        accept_evidence(making.evidence(credential), by=rosa, at=IN_TIME)
        harder = Rule(minutes=6000, grace_days=30)
        set_rule(award, harder, effective_on=IN_TIME.date(), by=rosa, at=IN_TIME)
        assert seen(credential).is_complete
        new = self.renewing(credential, rosa)
        assert [item.needed for item in seen(new, IN_TIME + 650 * DAY).items] == [6000]

    def test_one_for_holders_too_counts_from_its_day_and_not_before(self, award, credential, rosa):
        accept_evidence(making.evidence(credential), by=rosa, at=IN_TIME)
        day = (IN_TIME + 10 * DAY).date()
        harder = Rule(minutes=1200, grace_days=30)
        set_rule(award, harder, effective_on=day, for_holders_too=True, by=rosa, at=IN_TIME)
        assert seen(credential, IN_TIME + 9 * DAY).is_complete
        later = seen(credential, IN_TIME + 10 * DAY)
        assert [(item.counted, item.missing) for item in later.items] == [(600, 600)]

    def test_of_two_that_begin_on_one_day_the_newer_counts(self, award, rosa):
        day = date(2027, 1, 1)
        for months in (36, 12):
            rule = Rule(months=months)
            set_rule(award, rule, effective_on=day, by=rosa, at=NOON + DAY)
        assert first_last_day(award, day) == date(2028, 1, 1)
        assert first_last_day(award, date(2026, 12, 31)) == date(2028, 12, 31)
        assert rule_of(make.credential(award, at=NOON + 60 * DAY), on=day).version == 3

    def test_the_printed_last_day_stays_whatever_the_rule_becomes(self, award, credential, rosa):
        before = credential.expires_on
        shorter = Rule(months=6)
        set_rule(award, shorter, effective_on=NOON.date(), for_holders_too=True, by=rosa, at=NOON)
        credential.refresh_from_db()
        assert credential.expires_on == before
        assert self.renewing(credential, rosa).expires_on == date(2029, 5, 23)


class TestTheLastDayOfGrace:
    @pytest.mark.parametrize(
        ("time_zone", "hours"), [("Pacific/Auckland", -2), ("America/Los_Angeles", 19)]
    )
    def test_it_ends_with_the_day_where_the_issuer_is(self, rosa, time_zone, hours):
        award = make.award(issuer=make.issuer(time_zone=time_zone), valid_months=24)
        making.rule_of(award, Rule(grace_days=30), by=rosa)
        credential = make.credential(award, by=rosa, at=NOON - 2 * HOUR)
        assert credential.expires_on == date(2028, 11, 23)
        last_moment = LAST + 30 * DAY + hours * HOUR
        with pytest.raises(RenewalIsOver, match="23 December 2028"):
            renew_credential(credential, by=rosa, reason="x", at=last_moment + 2 * HOUR)
        new = renew_credential(credential, by=rosa, reason="x", at=last_moment)
        assert new.expires_on == date(2030, 11, 23)

    def test_one_issued_on_a_leap_day_is_renewed_without_losing_one(self, rosa):
        award = make.award(valid_months=24)
        leap_noon = NOON.replace(year=2028, month=2, day=29)
        rule = Rule(late=(LateStep(30),))
        making.rule_of(award, rule, by=rosa, effective_on=date(2028, 2, 29))
        credential = make.credential(award, by=rosa, at=leap_noon)
        assert credential.expires_on == date(2030, 2, 28)
        late = NOON.replace(year=2030, month=3, day=1)
        new = renew_credential(credential, by=rosa, reason="x", at=late)
        assert (new.issued_on, new.expires_on) == (date(2030, 3, 1), date(2032, 3, 1))


class TestEntriesWhenItIsOver:
    BROUGHT = Brought("More", "College", NOON.date(), minutes=6000)

    def test_what_a_renewal_was_decided_on_is_not_rewritten_afterwards(self, credential, rosa):
        evidence = making.evidence(credential)
        ask_back(evidence, answer="Which?", by=rosa, at=IN_TIME)
        renew_credential(credential, by=rosa, reason="x", at=IN_TIME, although_incomplete=True)
        evidence.refresh_from_db()
        with pytest.raises(AlreadyFollowed):
            change_evidence(evidence, self.BROUGHT, at=IN_TIME)
        assert not RenewalEvidence.objects.waiting().exists()

    def test_nor_while_it_is_suspended_and_the_page_says_why(self, credential, rosa):
        evidence = making.evidence(credential)
        suspend(credential, by=rosa, reason="x", at=IN_TIME)
        with pytest.raises(cannot.StillSuspended):
            change_evidence(evidence, self.BROUGHT, at=IN_TIME)
        sent = {"title": "T", "provider": "P", "done_on": "2027-05-01", "hours": "1"}
        with time_machine.travel(IN_TIME, tick=False):
            client = browser(credential.holder)
            page = client.post(url(credential, "change_evidence", evidence.pk), sent, follow=True)
        assert "is suspended" in words_of(page)
        evidence.refresh_from_db()
        assert evidence.minutes == 600

    def test_but_it_may_still_be_taken_back_by_whose_it_is(self, credential, rosa):
        evidence = making.evidence(credential)
        suspend(credential, by=rosa, reason="x", at=IN_TIME)
        remove_evidence(evidence)
        assert not RenewalEvidence.objects.exists()

    def test_a_corrected_name_keeps_each_entry_with_what_was_decided(self, credential, rosa):
        accepted, waiting = (making.evidence(credential, minutes=300) for _ in range(2))
        accept_evidence(accepted, by=rosa, at=IN_TIME)
        new = replace_credential(
            credential, name="Ada Moss", by=rosa, reason="Passport.", at=IN_TIME
        )
        [line] = seen(new).items
        assert (line.counted, line.waiting, line.missing) == (300, 300, 0)
        with time_machine.travel(IN_TIME, tick=False):
            client = browser(credential.holder)
            assert client.get(url(new, "change_evidence", waiting.pk)).status_code == 200
            old_page = client.get(url(credential, "change_evidence", waiting.pk))
        assert old_page.status_code == 404

    def test_an_erased_person_leaves_nothing_to_look_at(self, credential, rosa):
        making.evidence(credential)
        for _name, step in every_step():
            step(credential.holder)
        client = browser(rosa)
        assert (
            "Nothing waits for you here."
            in client.get(reverse("renewal_evidence:index")).content.decode()
        )


class TestInTwoTabs:
    @pytest.fixture
    def evidence(self, credential):
        return making.evidence(credential, title="Night ward")

    @pytest.fixture
    def page(self, evidence):
        return reverse("renewal_evidence:decide", args=[evidence.pk])

    @pytest.fixture
    def registrar(self, rosa):
        with time_machine.travel(IN_TIME, tick=False):
            yield browser(rosa)

    def corrected(self, evidence):
        brought = Brought("Night ward, two nights", "College", NOON.date(), minutes=60)
        change_evidence(evidence, brought, at=NOON + 3 * DAY)

    def test_a_correction_is_shown_and_the_next_press_decides_about_it(
        self, registrar, evidence, page
    ):
        form = registrar.get(page).context["form"]
        sent = {"seen": form["seen"].value(), "answer": "Which hours were online?"}
        self.corrected(evidence)
        refused = registrar.post(page, sent)
        page_text = words_of(refused)
        assert refused.status_code == 422
        assert "changed or answered since you opened the page" in page_text
        assert "Night ward, two nights" in page_text
        assert "Which hours were online?" in page_text
        again = {**sent, "seen": refused.context["form"]["seen"].value()}
        assert registrar.post(page, again).status_code == 302
        evidence.refresh_from_db()
        assert (evidence.decision, evidence.minutes) == ("asked_back", 60)

    @pytest.mark.parametrize("seen_as", ["x", "2026-11-24", "2026-11-24T12:00:00", "9" * 40])
    def test_what_names_no_moment_is_refused_without_a_word_of_the_machine(
        self, registrar, page, seen_as
    ):
        refused = registrar.post(page, {"accept": "yes", "seen": seen_as})
        assert refused.status_code == 422
        assert "isoformat" not in refused.content.decode()
        assert RenewalEvidence.objects.waiting().exists()

    def test_a_double_click_decides_once_and_shows_what_was_decided(
        self, registrar, evidence, page
    ):
        sent = {"accept": "yes", "seen": evidence.entered_at.isoformat()}
        assert registrar.post(page, sent).status_code == 302
        second = registrar.post(page, sent)
        assert second.status_code == 422
        assert "What was decided" in words_of(second)
        assert evidence.credential.renewal_evidence.get().decision == "accepted"

    def test_entered_twice_by_a_double_click_it_counts_once(self, credential):
        sent = {"title": "Ward", "provider": "P", "done_on": "2027-05-01", "hours": "4"}
        with time_machine.travel(IN_TIME, tick=False):
            client = browser(credential.holder)
            for _ in range(2):
                client.post(url(credential, "enter_evidence", "hours"), sent)
            page_text = words_of(client.get(url(credential, "renewal")))
        assert "0 hours count, 4 hours wait to be looked at, 6 hours to go" in page_text

    def test_the_page_of_one_entry_asks_the_same_however_many_there_are(
        self, registrar, credential, page
    ):
        def queries():
            with CaptureQueriesContext(connection) as caught:
                assert registrar.get(page).status_code == 200
            return len(caught)

        queries()
        few = queries()
        for _ in range(3):
            making.evidence(credential)
        assert queries() == few


class TestReminders:
    def sent_on(self, at):
        return [send_reminder(reminder, at=at) for reminder in due_reminders(at)]

    def test_a_clock_that_was_set_back_sends_none_twice(self, credential):
        assert self.sent_on(LAST - 90 * DAY) == [True]
        choose_stages(credential, [90, 60], at=LAST - 95 * DAY)
        assert RenewalReminder.objects.get().next_on == (LAST - 90 * DAY).date()
        self.sent_on(LAST - 92 * DAY)
        self.sent_on(LAST - 90 * DAY)
        assert len(mail.outbox) == 1
        assert self.sent_on(LAST - 60 * DAY) == [True]

    def test_none_comes_before_the_day_has_begun_where_the_issuer_is(self, rosa):
        award = make.award(issuer=make.issuer(time_zone="America/Los_Angeles"), valid_months=24)
        credential = make.credential(award, by=rosa)
        midnight = LAST - 90 * DAY - 12 * HOUR
        assert credential.expires_on == LAST.date()
        assert self.sent_on(midnight + HOUR) == [False]
        assert not mail.outbox
        assert self.sent_on(midnight + 9 * HOUR) == [True]

    def test_stopped_and_begun_again_only_what_lies_ahead_comes(self, credential):
        choose_stages(credential, [], at=NOON)
        assert self.sent_on(LAST - 60 * DAY) == []
        choose_stages(credential, [90, 60, 7], at=LAST - 60 * DAY)
        assert self.sent_on(LAST - 30 * DAY) == []
        assert self.sent_on(LAST - 7 * DAY) == [True]

    def test_what_was_renewed_is_never_chosen_into_a_letter(self, credential, rosa):
        accept_evidence(making.evidence(credential), by=rosa, at=IN_TIME)
        renew_credential(credential, by=rosa, reason="Seen.", at=LAST - 20 * DAY)
        choose_stages(credential, [7], at=LAST - 19 * DAY)
        assert self.sent_on(LAST - 7 * DAY) == [False]
        assert not mail.outbox

    def test_the_day_is_written_in_spanish(self, credential):
        credential.holder.language = "es"
        credential.holder.save()
        self.sent_on(LAST - 90 * DAY)
        assert "23 de noviembre de 2028" in " ".join(mail.outbox[0].body.split())
        assert "Ada" not in mail.outbox[0].subject
