"""Stories told from end to end, through the pages that people use: renewals, and an appeal won."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from certificates.models import Credential, HolderRequest, RenewalEvidence, RenewalRule
from certificates.preparing import notify_of_changes
from certificates.renewal.shipped import BY_NAME
from certificates.standing import standing_of
from lms.sweeping import sweep
from tests import make
from tests.certificates.views.verify_page import words_of
from tests.make import DAY, NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(settings):
    """Ada, who holds an award, and registrars in their browsers."""
    settings.STAFF_NEED_SECOND_FACTOR = False
    make.home()
    award = make.award(valid_months=24)
    ada = make.user(full_name="Ada Okafor")
    registrars = {name: make.registrar(full_name=name) for name in ("Rosa", "Sam", "Tess")}
    return SimpleNamespace(award=award, ada=ada, **registrars)


def browser(person):
    client = Client()
    client.force_login(person)
    return client


def on(at):
    return time_machine.travel(at, tick=False)


def of_holder(credential, name, *more):
    return reverse(f"certificates:{name}", args=[credential.number, *more])


def standing(credential, at):
    return standing_of(Credential.objects.with_standing().get(pk=credential.pk), at=at)


def set_shipped_rule(person, award, name):
    """Choose a shipped rule in the staff pages, just as it is filled in."""
    client = browser(person)
    url = reverse("renewal_rules:award", args=[award.pk])
    form = client.get(f"{url}?from={name}").context["form"]
    values = {bound.name: bound.value() for bound in form}
    sent = {key: value for key, value in values.items() if value is not None and value is not False}
    assert client.post(url, sent).status_code == 302


def enter_hours(person, credential, hours, category="", title="Listening at night"):
    url = of_holder(credential, "enter_evidence", "hours")
    sent = {"title": title, "provider": "River College", "done_on": "2027-05-01", "hours": hours}
    sent |= {"category": category} if category else {}
    assert browser(person).post(url, sent).status_code == 302


def accept_all(person):
    client = browser(person)
    for evidence in RenewalEvidence.objects.waiting():
        url = reverse("renewal_evidence:decide", args=[evidence.pk])
        sent = {"accept": "yes", "seen": evidence.entered_at.isoformat()}
        assert client.post(url, sent).status_code == 302


def press_renew(person, credential, **fields):
    url = reverse("credentials:renew", args=[credential.pk])
    sent = {"last_seen": credential.events.count(), "name": "Ada Okafor", "reason": "Hours seen."}
    return browser(person).post(url, {**sent, **fields}, follow=True)


def test_a_renewal_sixty_days_early_costs_ada_no_day(people):
    with on(NOON):
        set_shipped_rule(people.Rosa, people.award, "california")
    assert RenewalRule.objects.get().rule == BY_NAME["california"].rule
    credential = make.credential(people.award, people.ada, at=NOON)
    last_day = credential.expires_on
    in_time = NOON + 671 * DAY
    with on(in_time):
        # Her letter of 90 days before came, and leads to her page.
        Credential.objects.update(announced_at=NOON, pdf="x.pdf")
        sweep(lambda: in_time)
        assert of_holder(credential, "held") in mail.outbox[-1].body
        page_text = words_of(browser(people.ada).get(of_holder(credential, "renewal")))
        assert "20 hours to go" in page_text
        enter_hours(people.ada, credential, 14, "other")
        enter_hours(people.ada, credential, 6, "law-and-ethics", "Keeping confidences")
        response = browser(people.ada).post(
            of_holder(credential, "renew"), {"words": ""}, follow=True
        )
        assert "Your request is with the issuer" in words_of(response)
        refused = press_renew(people.Rosa, credential)
        assert "still missing" in refused.content.decode()
        accept_all(people.Rosa)
        press_renew(people.Rosa, credential)
    new = credential.__class__.objects.get(follows=credential)
    assert (last_day.isoformat(), new.expires_on.isoformat()) == ("2028-11-23", "2030-11-23")
    assert HolderRequest.objects.get().decision == HolderRequest.Decision.DONE
    assert (standing(credential, in_time), standing(new, in_time)) == ("renewed", "current")
    with on(in_time):
        public = words_of(Client().get(of_holder(credential, "verify_number")))
        assert new.number in public
        assert "Ada" not in public
        assert "Keeping confidences" not in public


def test_a_lapsed_one_is_renewed_late_and_then_no_more(people):
    with on(NOON):
        set_shipped_rule(people.Rosa, people.award, "north_carolina")
    credential = make.credential(people.award, people.ada, at=NOON)
    late = NOON + 750 * DAY
    with on(late):
        assert standing(credential, late) == "expired"
        page_text = words_of(browser(people.ada).get(of_holder(credential, "renewal")))
        assert "You can still renew it late. Until 23 December 2028." in page_text
        enter_hours(people.ada, credential, 20)
        accept_all(people.Sam)
        press_renew(people.Sam, credential)
    new = Credential.objects.get(follows=credential)
    # What is printed and what is shown is the same date, and no day is hidden or lost.
    assert new.expires_on.isoformat() == "2030-11-23"
    assert standing(new, late) == "current"
    over = NOON + 1493 * DAY
    with on(over):
        page_text = words_of(browser(people.ada).get(of_holder(new, "renewal")))
        assert "The award is earned anew." in page_text
        refused = press_renew(people.Sam, new)
        assert "until 23 December 2030" in refused.content.decode()
    assert not Credential.objects.filter(follows=new).exists()


def test_hours_that_are_asked_back_are_put_right_and_count(people):
    with on(NOON):
        set_shipped_rule(people.Rosa, people.award, "north_carolina")
    credential = make.credential(people.award, people.ada, at=NOON)
    Credential.objects.update(announced_at=NOON)
    in_time = NOON + 700 * DAY
    with on(in_time):
        enter_hours(people.ada, credential, 40)
        evidence = RenewalEvidence.objects.get()
        decide = reverse("renewal_evidence:decide", args=[evidence.pk])
        seen = {"seen": evidence.entered_at.isoformat()}
        words = {"answer": "Your paper says 20 hours."}
        assert browser(people.Rosa).post(decide, {**seen, **words}).status_code == 302
        notify_of_changes(str(credential.pk), at=in_time)
        assert of_holder(credential, "renewal") in mail.outbox[-1].body
        page = words_of(browser(people.ada).get(of_holder(credential, "renewal")))
        assert "Your paper says 20 hours." in page
        assert "0 hours count, 20 hours to go" in page
    with on(in_time + DAY):
        change = of_holder(credential, "change_evidence", evidence.pk)
        sent = {"title": "Night", "provider": "College", "done_on": "2027-05-01", "hours": "20"}
        assert browser(people.ada).post(change, sent).status_code == 302
        accept_all(people.Rosa)
        page = words_of(browser(people.ada).get(of_holder(credential, "renewal")))
        assert "20 hours of continuing education (20 hours count)" in page


def test_an_appeal_is_won_by_whoever_decided_neither_time(people):
    credential = make.credential(people.award, people.ada, at=NOON)
    revoke = reverse("credentials:change", args=[credential.pk, "revoke"])
    with on(NOON + DAY):
        sent = {"last_seen": 1, "reason": "A complaint.", "explanation": "A complaint was upheld."}
        browser(people.Rosa).post(revoke, sent)
    contest = of_holder(credential, "contest")
    with on(NOON + 10 * DAY):
        browser(people.ada).post(contest, {"words": "I was not on shift that day."})
        review = HolderRequest.objects.get()
        answer = reverse("holder_requests:answer", args=[review.pk])
        assert browser(people.Rosa).post(answer, {"answer": "No."}).status_code == 422
        refused = {"answer": "The log has your name."}
        assert browser(people.Sam).post(answer, refused).status_code == 302
    with on(NOON + 20 * DAY):
        page_text = words_of(browser(people.ada).get(of_holder(credential, "held")))
        assert "The log has your name." in page_text
        browser(people.ada).post(contest, {"words": "It was another Ada."})
        undo = reverse("credentials:change", args=[credential.pk, "reinstate"])
        sent = {"last_seen": 2, "reason": "Two people with one name."}
        for name in ("Rosa", "Sam"):
            browser(getattr(people, name)).post(undo, sent)
            assert standing(credential, NOON + 20 * DAY) == "revoked"
        browser(people.Tess).post(undo, sent)
    assert standing(credential, NOON + 20 * DAY) == "current"
    held = Credential.objects.get(pk=credential.pk)
    assert (held.issued_on, held.expires_on) == (credential.issued_on, credential.expires_on)
    with on(NOON + 21 * DAY):
        public = words_of(Client().get(of_holder(credential, "verify_number")))
        assert "another Ada" not in public
        assert "complaint" not in public
