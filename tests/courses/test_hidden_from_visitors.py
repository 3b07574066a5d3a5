"""What is not for visitors is nowhere to be found (A14)."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, PageViewRestriction
from wagtail.search.index import insert_or_update_object

from assessments.models import QuizPage
from courses.models import LessonPage, Reflection
from tests import make
from tests.courses.reading import reflecting_lesson, signed_in, text_of
from tests.make import NOON

pytestmark = pytest.mark.django_db


LINK = re.compile(r'(?:href|action|src)="(/[^"#]*)')


def crawl(browser, *starts):
    """Every page that links lead to, by its address."""
    pages, todo = {}, list(starts)
    while todo:
        url = todo.pop()
        if url in pages or url.startswith(("/static/", "/admin/")):
            continue
        response = browser.get(url)
        if response.status_code in {301, 302, 303}:
            todo.append(response.headers["Location"])
        body = b"".join(response.streaming_content) if response.streaming else response.content
        pages[url] = body.decode(errors="replace")  # a workbook is a PDF
        todo += [link.replace("&amp;", "&") for link in LINK.findall(pages[url])]
    return pages


@pytest.fixture
def secrets():
    """A course with a canary in each place that visitors must not see."""
    course = make.course("Listening well", order="free")
    module = make.module(course)
    lesson = reflecting_lesson(module, title="Silence", prose="<p>canarybody word.</p>")
    draft = make.lesson(module, title="canarydraft", summary="canarydraft summary")
    draft.unpublish()
    changed = make.lesson(module, title="Questions")
    changed.title = "canaryrevision"
    changed.save_revision()
    closed = make.module(course, "canaryrestricted")
    make.lesson(closed, title="canaryrestrictedlesson", body=[("prose", "<p>canarywithin</p>")])
    PageViewRestriction.objects.create(
        page=closed.page_ptr, restriction_type=PageViewRestriction.PASSWORD, password="open"
    )
    question = make.single_choice(
        stem="<p>canarystem</p>",
        options=[("canaryoption", "1", "canaryfeedback"), ("Fix", "0", "canarymistake")],
        rationale="<p>canaryrationale</p>",
    )
    quiz = make.quiz([question], title="canaryquizinside")
    page = make.quiz_page(module, quiz, title="Quiz one")
    learner = make.user(full_name="Canaryname Okafor", email="canarymail@peerwork.example")
    place = make.enrolment(learner, course)
    Reflection.objects.create(
        learner=learner,
        lesson_key=lesson.translation_key,
        block_id=lesson.body[1].id,
        prompt="When were you quiet?",
        text="canaryreflection",
        saved_at=NOON,
    )
    make.attempt(place, page)
    for indexed in Page.objects.specific():
        insert_or_update_object(indexed)
    return course


WORDS = [
    "canarybody", "canarydraft", "canaryrevision", "canarywithin", "canarystem", "canaryoption",
    "canaryfeedback", "canarymistake", "canaryrationale", "canaryquizinside", "canaryname",
    "canarymail", "canaryreflection",
]  # fmt: skip


@pytest.mark.parametrize("visitor", ["a visitor", "a learner without a place", "one who left"])
def test_no_link_no_search_and_no_json_leads_to_what_is_not_theirs(secrets, visitor):
    browser = Client()
    if visitor != "a visitor":
        person = make.user()
        browser.force_login(person)
        if visitor == "one who left":
            make.enrolment(person, secrets, withdrawn_at=NOON)
    searches = [f"/search/?q={word}" for word in [*WORDS, "word", "canary", "silence", "quiz"]]
    pages = [page.url for page in [*LessonPage.objects.all(), *QuizPage.objects.all()]]
    opened = crawl(browser, "/", secrets.url, *pages, *searches)
    assert len(opened) > 15
    leaks = {
        (word, url)
        for url, text in opened.items()
        for word in WORDS
        # A search says back what was looked for.
        if word in text.lower() and not url.startswith(f"/search/?q={word}")
    }
    assert not leaks
    for word in WORDS:
        assert f"Nothing yet for “{word}”" in opened[f"/search/?q={word}"]
    answers = [
        browser.get(url, headers={"Accept": "application/json"})
        for url in [*pages, "/search/?q=canarybody", "/api/v2/pages/", "/learn/"]
    ]
    assert not [
        word
        for word in WORDS
        for answer in answers
        if word in text_of(answer).lower() and "canarybody" not in answer.request["QUERY_STRING"]
    ]


def test_a_learner_with_a_place_finds_the_words_of_a_lesson(secrets):
    learner = make.enrolment(course=secrets).learner
    browser = signed_in(learner)
    assert "Silence" in text_of(browser.get("/search/?q=canarybody"))
    lesson = LessonPage.objects.get(title="Silence")
    assert "canarybody" in text_of(browser.get(lesson.url))
    # Nor does a place show what is another's, unpublished or kept for later.
    rest = set(WORDS) - {"canarybody"}
    opened = crawl(browser, "/", secrets.url, *(f"/search/?q={word}" for word in WORDS))
    assert not {
        (word, url)
        for url, text in opened.items()
        for word in rest
        if word in text.lower() and f"q={word}" not in url
    }


def test_a_page_that_only_those_signed_in_may_see_is_read_by_those_with_a_place():
    course = make.course(order="free")
    module = make.module(course)
    lesson = reflecting_lesson(module, prose="<p>canarybody</p>")
    PageViewRestriction.objects.create(
        page=module.page_ptr, restriction_type=PageViewRestriction.LOGIN
    )
    assert Client().get(lesson.url).headers["Location"].startswith("/accounts/login/")
    assert "canarybody" not in text_of(signed_in(make.user()).get(lesson.url))
    assert "canarybody" in text_of(signed_in(make.enrolment(course=course).learner).get(lesson.url))


def test_a_page_behind_a_password_is_read_with_both_the_password_and_a_place():
    course = make.course(order="free")
    module = make.module(course)
    lesson = reflecting_lesson(module, prose="<p>canarybody</p>")
    restriction = PageViewRestriction.objects.create(
        page=module.page_ptr, restriction_type=PageViewRestriction.PASSWORD, password="open"
    )
    within = signed_in(make.enrolment(course=course).learner)
    for browser, reads in ((Client(), False), (within, True)):
        assert "canarybody" not in text_of(browser.get(lesson.url))
        url = reverse("wagtailcore_authenticate_with_password", args=[restriction.pk, lesson.pk])
        browser.post(url, {"password": "open", "return_url": lesson.url})
        assert ("canarybody" in text_of(browser.get(lesson.url))) == reads
