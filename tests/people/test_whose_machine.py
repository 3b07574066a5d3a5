"""People, tabs and sessions of one browser in any order: no word reaches another person.

`pytest --hypothesis-profile=thorough` drives two thousand of them instead of a few.
"""

from __future__ import annotations

import html
import re
import time
from dataclasses import dataclass

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from courses.models import ProposedChange, Reflection
from people.models import SetAsideForm, User
from people.page_owners import FIELD, HEADER
from tests import make
from tests.courses.reading import reflecting_lesson

pytestmark = pytest.mark.django_db

FEW = {"max_examples": 12, "stateful_step_count": 12}
MANY = {"stateful_step_count": 15}
IN_ONE_MINUTE = {"deadline": None, "suppress_health_check": list(HealthCheck)}
SECRETS = [letter * 32 for letter in "abcdefghij"]
WORD = re.compile(r"Word(\d+)of(\d+)q")
ORIGIN = {"Origin": "http://testserver"}
LIST = "/accounts/set-aside/"


@dataclass
class Tab:
    """A page that is open: whose it is, where its form goes, and what the form holds."""

    person: User
    address: str
    fields: dict[str, str]
    box: str


def fields_of(page, address):
    """The fields of the form that a page sends to an address, hidden ones and all."""
    form = re.search(rf'<form[^>]*action="{re.escape(address)}".*?</form>', page, re.S)
    body = form[0] if form else page
    outside = "".join(re.findall(r'<input[^>]*form="lesson-form"[^>]*>', page))
    pairs = re.findall(r'name="([^"]+)"\s+value="([^"]*)"', body + outside)
    return {name: html.unescape(value) for name, value in pairs}


class SharedBrowser(RuleBasedStateMachine):
    """One browser that Ada, Ben and two of the staff use in turn, each in tabs of their own."""

    lesson = None
    learners = ()
    people = ()

    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.browser = Client(enforce_csrf_checks=True)
        self.tabs = []
        self.count = 0
        self.signed_in = None
        self.is_away = False

    def teardown(self):
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    # What people do ------------------------------------------------------------------------

    @rule(number=st.integers(0, 3))
    def somebody_signs_in(self, number):
        self.signed_in = self.people[number]
        self.is_away = False
        self.browser.force_login(self.signed_in)
        self.new_token()

    @rule()
    def whoever_is_here_signs_out(self):
        self.browser.logout()
        self.browser.cookies["csrftoken"] = SECRETS[0]
        self.signed_in = None

    @rule()
    def the_session_ends_on_the_server(self):
        Session.objects.all().delete()
        self.signed_in = None

    @precondition(lambda self: self.signed_in)
    @rule()
    def half_an_hour_goes_by(self):
        session = self.browser.session
        session["staff_seen_at"] = time.time() - 31 * 60
        session.save()
        self.is_away = True

    @precondition(lambda self: self.signed_in in self.learners)
    @rule()
    def a_learner_opens_the_lesson(self):
        page = self.look(self.lesson.url)
        box = f"text-{self.lesson.body[1].id}"
        self.open_tab("/learn/reflections/save/", fields_of(page, "/learn/reflections/save/"), box)

    @precondition(lambda self: self.signed_in)
    @rule()
    def somebody_opens_their_profile(self):
        fields = fields_of(self.look("/accounts/profile/"), "/accounts/profile/")
        fields |= {"language": "en", "time_zone": "UTC"}
        self.open_tab("/accounts/profile/", fields, "full_name")

    @precondition(lambda self: self.signed_in and self.signed_in.is_superuser and not self.is_away)
    @rule()
    def staff_open_a_form(self):
        address = "/admin/competency-groups/new/"
        fields = fields_of(self.look(address), address)
        reason = {"reason_of_change": "It was missing."}
        self.open_tab(address, {**fields, **reason, "place": "1"}, "name")

    @precondition(lambda self: self.tabs)
    @rule(number=st.integers(0, 99), is_script=st.booleans())
    def something_is_typed_in_a_tab_and_sent(self, number, is_script):
        tab = self.tabs[number % len(self.tabs)]
        self.count += 1
        words = f"Word{self.count}of{tab.person.pk}q"
        tab.fields[tab.box] = f"{words} and more"
        headers = {**ORIGIN, **({"Accept": "application/json"} if is_script else {})}
        answer = self.browser.post(tab.address, tab.fields, headers=headers)
        self.read(answer, typed_here=words)
        self.notice_who_is_here(tab)
        if tab.address == "/learn/reflections/save/":
            self.keep_number(tab)
        # Where their other tab saved something else first, they are shown both, and choose. A
        # script is told of what was saved: what was typed still stands in its box.
        asks = answer.status_code == 409 and self.signed_in == tab.person
        if asks and is_script:
            assert answer.json()["state"] == "changed"
            return
        stored_words = answer.content.decode() if asks else self.kept_for(tab.person)
        assert words in stored_words, answer.content.decode()[:2000]

    @precondition(lambda self: self.tabs)
    @rule(number=st.integers(0, 99), address=st.sampled_from(["/learn/", LIST]))
    def a_script_of_a_tab_fetches_a_page(self, number, address):
        tab = self.tabs[number % len(self.tabs)]
        answer = self.browser.get(address, headers={HEADER: tab.fields[FIELD]})
        if self.signed_in not in {None, tab.person}:
            assert answer.status_code == 409
        self.read(answer)

    @precondition(lambda self: self.signed_in)
    @rule(presses=st.booleans())
    def somebody_looks_at_what_waits_for_them(self, presses):
        self.read(self.browser.get(LIST))
        waiting = SetAsideForm.objects.filter(owner=self.signed_in).newest_first().first()
        if waiting is None or not presses:
            return
        page = self.look(LIST)
        form = {**fields_of(page, waiting.address), "sent_again": str(waiting.pk)}
        words = WORD.findall(str(waiting.fields))
        answer = self.browser.post(waiting.address, form, headers=ORIGIN)
        self.read(answer)
        self.notice_who_is_here(None)
        stored_words = (
            self.kept_for(self.people_by_pk()[int(words[0][1])]) + answer.content.decode()
        )
        assert all(f"Word{number}of{pk}q" in stored_words for number, pk in words)

    # What must hold --------------------------------------------------------------------------

    @invariant()
    def every_word_is_its_writers_own(self):
        for reflection in Reflection.objects.all():
            assert writers_in(reflection.text) <= {reflection.learner_id}
        for form in SetAsideForm.objects.all():
            assert writers_in(str(form.fields)) <= {form.owner_id}
        for person in User.objects.all():
            assert writers_in(person.full_name) <= {person.pk}

    # Doing it ----------------------------------------------------------------------------------

    def new_token(self):
        self.count += 1
        self.browser.cookies["csrftoken"] = SECRETS[self.count % len(SECRETS)]

    def people_by_pk(self):
        return {person.pk: person for person in self.people}

    def look(self, address):
        answer = self.browser.get(address)
        self.read(answer)
        return answer.content.decode()

    def read(self, answer, typed_here=""):
        """Whoever is here now reads the answer: nobody else's words may be in it."""
        readers = {self.signed_in.pk} if self.signed_in else set()
        text = (
            answer.content.decode().replace(typed_here, "") if typed_here else str(answer.content)
        )
        shared = set(ProposedChange.objects.values_list("name", flat=True))
        for name in shared:  # what staff saved is the site's, and any of them may read it
            text = text.replace(name, "")
        assert writers_in(text) <= readers, (readers, text)

    def notice_who_is_here(self, tab):
        """Half an hour away ends a session of the staff at what they do next on their pages."""
        is_staff_page = tab is None or tab.address.startswith("/admin/")
        if self.is_away and is_staff_page and "_auth_user_id" not in self.browser.session:
            self.signed_in, self.is_away = None, False

    def open_tab(self, address, fields, box):
        assert fields.get(FIELD), fields
        self.tabs.append(Tab(self.signed_in, address, dict(fields), box))

    def keep_number(self, tab):
        """A script takes the number of what was saved into its form; a page brings a new one."""
        saved = Reflection.objects.filter(learner=tab.person).first()
        name = tab.box.replace("text-", "number-")
        tab.fields[name] = str(saved.number if saved else 0)

    def kept_for(self, person):
        """All that this person can find again."""
        return "\n".join(
            [
                *Reflection.objects.filter(learner=person).values_list("text", flat=True),
                *map(
                    str, SetAsideForm.objects.filter(owner=person).values_list("fields", flat=True)
                ),
                User.objects.get(pk=person.pk).full_name,
                *ProposedChange.objects.values_list("name", flat=True),
            ]
        )


def writers_in(text):
    return {int(writer) for _, writer in WORD.findall(text)}


@pytest.fixture
def people_of_one_course(settings, monkeypatch):
    """Two learners with a place on one course, and two of the staff, the same in every run."""
    settings.STAFF_NEED_SECOND_FACTOR = False
    lesson = reflecting_lesson(make.module(make.course(order="free")))
    course = lesson.get_parent().get_parent().specific
    learners = [make.enrolment(course=course).learner for _ in range(2)]
    staff = [make.user(is_superuser=True, full_name="Rosa Adeyemi") for _ in range(2)]
    monkeypatch.setattr(SharedBrowser, "lesson", lesson)
    monkeypatch.setattr(SharedBrowser, "learners", learners)
    monkeypatch.setattr(SharedBrowser, "people", [*learners, *staff])


def test_no_word_reaches_another_person_whoever_comes_and_goes(people_of_one_course):
    is_thorough = settings.get_current_profile_name() == "thorough"
    run_state_machine_as_test(
        SharedBrowser, settings=settings(**(MANY if is_thorough else FEW), **IN_ONE_MINUTE)
    )
