"""Whom a learner may ask is said where there is somebody, and nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Site

from assessments.attempting import save_responses, start_attempt, submit_attempt
from assessments.exceptions import NoAttemptsLeft, PoolTooSmall, QuizClosed, TimeIsUp
from courses.models import CoursePage, CourseTrainer, Edition
from courses.outlines import outline_of
from courses.progress import Contact
from courses.trainers import trainers_in_words
from lms.models import SiteSettings
from people.models import User
from tests import make
from tests.make import DAY, HOUR, NOON

pytestmark = pytest.mark.django_db

ASK = "courses/_whom_to_ask.html"


def words_of(**context):
    return " ".join(render_to_string(ASK, context).split())


@pytest.mark.parametrize(
    ("contact", "site_email", "says"),
    [
        (Contact(), "", []),
        (Contact(), "hello@site.example", ["You can ask us", "hello@site.example"]),
        (Contact("Lucía, your trainer"), "", ["You can ask about it: Lucía, your trainer."]),
        (Contact("Lucía"), "hello@site.example", ["Lucía", "hello@site.example"]),
        (Contact("Lucía", "lucia@x.example"), "hello@site.example", ["lucia@x.example"]),
        (Contact("", "team@x.example"), "", ["You can ask us", "team@x.example"]),
    ],
)
def test_who_is_there_is_named_and_nobody_else(contact, site_email, says):
    words = words_of(contact=contact, site_email=site_email)
    for each in says:
        assert each in words
    assert bool(says) == bool(words)
    assert "trainer" not in words or "trainer" in contact.name


def test_a_course_says_whom_its_learners_may_ask():
    course = make.course(contact_name="Lucía, your trainer", contact_email="lucia@x.example")
    assert outline_of(course).contact == Contact("Lucía, your trainer", "lucia@x.example")
    assert outline_of(make.course()).contact == Contact()


@pytest.mark.parametrize(
    "refusal",
    [NoAttemptsLeft(1), NoAttemptsLeft(3), QuizClosed(NOON), TimeIsUp(NOON), PoolTooSmall()],
)
def test_a_refusal_says_what_is_so_and_sends_nobody_to_a_trainer(refusal):
    assert "trainer" not in str(refusal)


def fixed_words():
    """What learners may be told: the templates and sentences of ours, but for the staff pages."""
    root = Path(settings.BASE_DIR)
    places = [*(root / "templates").rglob("*.html"), *(root / "templates").rglob("*.txt")]
    for app in ("people", "courses", "assessments", "certificates", "lms"):
        places += (root / app).rglob("*.py")
        places += (root / app).rglob("*.html")
    places += (root / "lms" / "static" / "js").glob("*.js")
    for path in places:
        if not {"admin", "migrations", "locale"} & set(path.relative_to(root).parts):
            yield path, path.read_text()


def test_no_words_of_ours_count_on_a_trainer():
    """`your trainer` is what an editor may write, of a course that has one."""
    said = re.compile(
        r"\b(ask|tell|talk with|with) (your|a) trainer\b|\byour trainer (would|gave)", re.I
    )
    found = {str(path): said.findall(text) for path, text in fixed_words() if said.search(text)}
    assert {path for path in found if not path.endswith("courses/models/pages.py")} == set()


# On the pages -------------------------------------------------------------------------------


def quiz_page(course_fields=None, **rules):
    module = make.module(make.course(order="free", **(course_fields or {})))
    questions = [make.true_false() for _ in range(3)] + [make.true_false(red_line=True)]
    return make.quiz_page(module, make.quiz(questions, **rules))


def failed(page, *, wrong=(0, 1, 2, 3)):
    course = page.get_parent().get_parent().specific
    at = timezone.now() - HOUR
    place = make.enrolment(make.user(), course, at=at)
    attempt = start_attempt(place, page, at=at)
    responses = make.right_responses(attempt)
    for number in wrong:
        item = attempt.paper.items[number]
        responses[item.id] = next(o.id for o in item.options if o.fraction == 0)
    save_responses(attempt, responses, base=0, at=at)
    submit_attempt(attempt, base=1, at=at)
    browser = Client()
    browser.force_login(place.learner)
    return browser, attempt


@pytest.mark.parametrize("has_trainer", [True, False])
def test_a_learner_out_of_tries_is_told_whom_to_ask_where_there_is_somebody(has_trainer):
    contact = {"contact_name": "Lucía, your trainer", "contact_email": "lucia@x.example"}
    page = quiz_page(contact if has_trainer else {}, attempts_allowed=1)
    browser, attempt = failed(page)
    for url in (page.url, reverse("assessments:result", args=[attempt.pk])):
        shown = browser.get(url).content.decode()
        assert "This quiz can be taken once" in shown
        assert ("Lucía, your trainer" in shown) is has_trainer
        assert ("mailto:lucia@x.example" in shown) is has_trainer
        assert ("trainer" in shown) is has_trainer


def test_without_a_trainer_the_sites_address_is_given():
    page = quiz_page(attempts_allowed=1)
    site = SiteSettings.for_site(Site.objects.get(is_default_site=True))
    site.contact_email = "hello@site.example"
    site.save()
    browser, _attempt = failed(page)
    assert "You can ask us about it:" in browser.get(page.url).content.decode()


@pytest.mark.parametrize("has_trainer", [True, False])
def test_talking_a_red_line_through_is_offered_where_somebody_is_there(has_trainer):
    page = quiz_page({"contact_name": "Lucía, your trainer"} if has_trainer else {})
    browser, attempt = failed(page, wrong=[3])
    shown = browser.get(reverse("assessments:result", args=[attempt.pk])).content.decode()
    assert "Nearly there" in shown
    assert ("I’d rather do this with someone" in shown) is has_trainer
    assert ("with Lucía, your trainer" in shown) is has_trainer


def test_a_place_whose_time_is_over_says_whom_to_ask():
    page = quiz_page({"contact_name": "Lucía, your trainer"}, time_limit_minutes=5)
    course = page.get_parent().get_parent().specific
    at = timezone.now() - DAY
    place = make.enrolment(make.user(), course, at=at)
    attempt = start_attempt(place, page, at=at)
    browser = Client()
    browser.force_login(place.learner)
    shown = browser.get(reverse("assessments:attempt", args=[attempt.pk])).content.decode()
    assert "The time for this try ended" in shown
    assert "Lucía, your trainer" in shown


# Who teaches ---------------------------------------------------------------------------------


def teach(course, *names, group="Trainers", **fields):
    """Name people as the trainers of a course, as publishing its page does."""
    for place, name in enumerate(names):
        person = make.user(full_name=name, **fields)
        person.groups.set(Group.objects.filter(name=group))
        CourseTrainer.objects.create(course=course, trainer=person, sort_order=place)
    Edition.begin_new()


def names_on(course):
    """Whom the learners of a course are told of, by its outline as it is read now."""
    Edition.begin_new()
    return trainers_in_words(outline_of(CoursePage.objects.get(pk=course.pk)).trainer_ids)


def test_those_who_teach_a_course_are_named_in_its_order_and_once():
    course = make.course()
    assert names_on(course) == ""
    teach(course, "Rosa Lund", "Idris Bello", "Rosa Lund")
    teach(make.course(), "Somebody Else")
    assert names_on(course) == "Rosa Lund or Idris Bello"


def test_nobody_is_named_who_teaches_no_longer_or_in_a_draft():
    course = make.course()
    teach(course, "Gone Away", is_active=False)
    teach(course, "Another Role", group="Assessors")
    assert names_on(course) == ""
    teach(course, "Rosa Lund")
    assert names_on(course) == "Rosa Lund"
    CoursePage.objects.filter(pk=course.pk).update(live=False, first_published_at=None)
    assert names_on(course) == ""


def test_a_name_that_was_corrected_is_told_at_once_though_the_course_is_cached():
    course = make.course()
    teach(course, "Rosa Lnud")
    assert names_on(course) == "Rosa Lnud"
    ids = outline_of(course).trainer_ids
    User.objects.filter(pk__in=ids).update(full_name="Rosa Lund")
    assert trainers_in_words(outline_of(course).trainer_ids) == "Rosa Lund"
    User.objects.filter(pk__in=ids).update(is_active=False)
    assert trainers_in_words(outline_of(course).trainer_ids) == ""


def test_a_course_that_names_nobody_asks_the_database_for_nobody(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert trainers_in_words(()) == ""


def failed_twice(page, **wrong):
    """Somebody after two tries that did not pass, whom a talk is offered."""
    browser, _first = failed(page, **wrong)
    place = _first.enrolment
    at = timezone.now()
    attempt = start_attempt(place, page, at=at)
    submit_attempt(attempt, base=0, at=at)
    return browser, attempt


def shown_words(browser, url):
    return " ".join(browser.get(url).content.decode().split())


TALKS = {"tries_before_pause": 2, "pause_hours": 12}
CONTACT = {"contact_name": "The front desk", "contact_email": "desk@x.example"}


def test_the_talk_that_is_offered_names_those_who_teach_the_course():
    page = quiz_page(CONTACT, **TALKS)
    course = page.get_parent().get_parent().specific
    teach(course, "Rosa Lund", "Idris Bello")
    browser, attempt = failed_twice(page)
    result = reverse("assessments:result", args=[attempt.pk])
    for url in (page.url, result):
        shown = shown_words(browser, url)
        assert "before your next try: Rosa Lund or Idris Bello." in shown
        assert "before your next try: The front desk" not in shown
    browser.post(reverse("assessments:answer_talk", args=[attempt.pk]), {"wants_talk": "yes"})
    for url in (page.url, result):
        shown = shown_words(browser, url)
        assert "It is with Rosa Lund or Idris Bello, who can see here that you asked." in shown
        assert "mailto:desk@x.example" in shown


def test_where_nobody_is_named_the_talk_falls_back_to_whom_learners_may_ask():
    page = quiz_page(CONTACT, **TALKS)
    browser, attempt = failed_twice(page)
    result = reverse("assessments:result", args=[attempt.pk])
    for url in (page.url, result):
        assert "before your next try: The front desk." in shown_words(browser, url)
    browser.post(reverse("assessments:answer_talk", args=[attempt.pk]), {"wants_talk": "no"})
    for url in (page.url, result):
        shown = shown_words(browser, url)
        assert "Write to desk@x.example" in shown


def test_kind_words_of_the_quiz_are_followed_by_who_it_would_be():
    page = quiz_page(CONTACT, talk_words="We have tea.", **TALKS)
    browser, attempt = failed_twice(page)
    result = reverse("assessments:result", args=[attempt.pk])
    assert "It would be with" not in shown_words(browser, result)
    teach(page.get_parent().get_parent().specific, "Rosa Lund")
    shown = shown_words(browser, result)
    assert "We have tea." in shown
    assert "It would be with Rosa Lund." in shown


def test_a_red_line_is_talked_through_with_those_who_teach():
    page = quiz_page(CONTACT)
    teach(page.get_parent().get_parent().specific, "Rosa Lund")
    browser, attempt = failed(page, wrong=[3])
    shown = shown_words(browser, reverse("assessments:result", args=[attempt.pk]))
    assert "You can talk it through aloud instead, with Rosa Lund." in shown


def test_a_name_is_shown_as_it_is_typed_and_not_as_markup():
    page = quiz_page(CONTACT, **TALKS)
    teach(page.get_parent().get_parent().specific, "Rosa & <b>Lund")
    browser, attempt = failed_twice(page)
    shown = shown_words(browser, reverse("assessments:result", args=[attempt.pk]))
    assert "Rosa &amp; &lt;b&gt;Lund" in shown
