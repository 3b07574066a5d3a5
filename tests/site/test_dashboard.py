"""The first of the staff pages speaks of the work of whoever opens it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Workflow, WorkflowPage

from assessments.attempting import save_responses, submit_attempt
from assessments.models import Attempt, Draw, Question
from certificates.models import Credential
from courses.admin.work import WorkItem, work_for
from people.organisations.joining import make_organisation
from people.page_owners import FIELD, stamp_for
from tests import make
from tests.make import DAY

pytestmark = pytest.mark.django_db

HOME = "/admin/"
NOTHING = "Nothing waits for you now."


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_NEED_SECOND_FACTOR = False


def member_of(group):
    person = make.user()
    person.groups.add(Group.objects.get(name=group))
    return person


def home_of(person):
    browser = Client()
    browser.force_login(person)
    return browser.get(HOME).content.decode()


ROLES = ["Trainers", "Lead trainers", "Assessors", "Registrars"]


# What is there for everybody ----------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_nobodys_first_page_is_blank_or_counts_pages(role):
    make.course()
    page = home_of(member_of(role))
    assert "What waits for you" in page
    assert NOTHING in page
    assert "w-summary" not in page, "how many pages there are is no work"
    assert 'class="bank-kind"' in page, "there is somewhere to go"


def test_an_assessor_is_led_to_what_they_may_read():
    page = home_of(member_of("Assessors"))
    assert 'href="/admin/questions/"' in page
    assert "Read every question, with what is right and why" in page
    assert 'href="/admin/snippets/practice/conversation/"' in page
    assert "Read and play each conversation that learners rehearse" in page
    assert 'href="/admin/learners/"' not in page
    assert 'href="/admin/snippets/assessments/quiz/"' not in page


@pytest.mark.parametrize("role", ["Trainers", "Lead trainers", "Registrars"])
def test_whoever_sees_learners_is_led_to_them(role):
    assert 'href="/admin/learners/"' in home_of(member_of(role))


@pytest.mark.parametrize(
    ("role", "leads_to"),
    [
        ("Trainers", "/admin/pages/search/"),
        ("Lead trainers", "/admin/pages/search/"),
        ("Assessors", "/admin/questions/"),
        ("Registrars", "/admin/credentials/"),
    ],
)
def test_the_first_search_is_of_a_list_that_one_may_open(role, leads_to):
    person = member_of(role)
    page = home_of(person)
    form = page[page.index('role="search"') - 400 : page.index('role="search"')]
    assert f'action="{leads_to}"' in form
    browser = Client()
    browser.force_login(person)
    assert browser.get(leads_to, {"q": "listening"}).status_code == 200


# What waits ---------------------------------------------------------------------------------


def test_what_there_is_none_of_is_left_out_and_what_is_urgent_comes_first(monkeypatch):
    items = [WorkItem(1, "later", "/"), WorkItem(0, "none", "/"), WorkItem(2, "now", "/", True)]
    monkeypatch.setattr("courses.admin.work.hooks.get_hooks", lambda name: [lambda user: items])
    assert [item.text for item in work_for(make.user())] == ["now", "later"]


def test_words_of_theirs_that_could_not_be_saved_wait_for_them_alone():
    course = make.course()
    writer = make.trainer_of(course)
    fields = {FIELD: stamp_for(writer), "title": "A long morning of words"}
    Client().post(reverse("wagtailadmin_pages:edit", args=[course.pk]), fields)
    words = "1 thing that you sent could not be saved at the time, and is kept for you"
    page = home_of(writer)
    assert words in page
    assert 'href="/accounts/set-aside/"' in page
    assert words not in home_of(member_of("Lead trainers"))


def test_a_draft_waits_for_a_lead_trainer_and_its_writer_is_told(client):
    lesson = make.lesson(make.module(make.course()))
    workflow = Workflow.objects.first()
    WorkflowPage.objects.get_or_create(page=lesson.get_root(), defaults={"workflow": workflow})
    writer = member_of("Trainers")
    lesson.save_revision(user=writer)
    workflow.start(lesson, writer)
    assert "1 draft of yours waits for a lead trainer" in home_of(writer)
    lead = member_of("Lead trainers")
    page = home_of(lead)
    assert "1 draft waits for you to read it" in page
    browser = Client()
    browser.force_login(lead)
    listed = browser.get(reverse("wagtailadmin_reports:workflow"), {"reviewable": "true"})
    assert lesson.title in listed.content.decode()
    assert "draft" not in home_of(member_of("Registrars")).partition("What waits")[2][:400]


def test_learners_who_may_be_glad_of_a_word_are_counted_for_their_trainers():
    course = make.full_course(modules=1, lessons=1, order="free")
    make.enrolment(make.user(), course, at=timezone.now() - 30 * DAY)
    words = "1 learner is under way and was not seen for two weeks"
    assert words in home_of(make.trainer_of(course))
    assert words in home_of(member_of("Lead trainers"))
    assert words not in home_of(make.trainer_of(make.course()))


def test_a_try_that_misses_a_red_line_waits():
    module = make.module(make.course(order="free"))
    questions = [make.true_false() for _ in range(3)] + [make.true_false(red_line=True)]
    page = make.quiz_page(module, make.quiz(questions))
    attempt = make.attempt(page=page, at=timezone.now() - DAY)
    responses = make.right_responses(attempt)
    last = attempt.paper.items[-1]
    responses[last.id] = next(o.id for o in last.options if o.fraction == 0)
    save_responses(attempt, responses, base=0, at=timezone.now())
    submit_attempt(attempt, base=1, at=timezone.now())
    words = "1 try is nearly there and waits for a red line"
    assert words in home_of(member_of("Lead trainers"))
    assert words not in home_of(member_of("Trainers"))
    assert Attempt.objects.get(pk=attempt.pk).results.get().is_nearly_there


def test_questions_that_are_drafts_or_changed_wait_for_those_who_publish():
    make.true_false(live=False)
    changed = make.true_false()
    Question.objects.filter(pk=changed.pk).update(has_unpublished_changes=True)
    page = home_of(member_of("Lead trainers"))
    assert "1 question is a draft" in page
    assert "1 question has changes that wait" in page
    assert NOTHING in home_of(member_of("Trainers"))


def test_a_quiz_that_nobody_can_begin_is_urgent():
    question = make.true_false()
    quiz = make.quiz([question])
    make.quiz_page(make.module(make.course()), quiz)
    assert NOTHING in home_of(member_of("Trainers"))
    Draw.objects.create(quiz=quiz, tag="nothing has this tag", count=2, sort_order=9)
    page = home_of(member_of("Trainers"))
    assert "1 quiz cannot be begun: the bank cannot fill it" in page
    assert "work__item--urgent" in page


def test_certificates_that_could_not_be_made_wait_for_a_registrar():
    make.credential()
    Credential.objects.update(pdf_problem="No letters for this.")
    assert "One certificate could not be made." in home_of(make.registrar())
    assert "could not be made" not in home_of(member_of("Lead trainers"))


# An account that is no member of staff ------------------------------------------------------


def test_an_organisations_account_is_told_what_it_can_do(client):
    client.force_login(make.user(full_name="Harbour House"))
    page = client.get("/learn/").content.decode()
    assert "Here for an organisation?" in page
    assert f'href="{reverse("certificates:verify")}"' in page
    assert f'href="{reverse("certificates:verify_many")}"' in page
    assert "sees nobody’s learning" in page
    assert "Make your organisation a home" in page


def test_whoever_has_a_home_is_led_to_it_and_not_asked_to_make_one(client):
    person = make.user()
    harbour = make_organisation("Harbour House", by=person, at=timezone.now())
    client.force_login(person)
    page = " ".join(client.get("/learn/").content.decode().split())
    assert f'<a href="{harbour.get_absolute_url()}"> Open the home of Harbour House</a>' in page
    assert "Make your organisation a home" not in page


def test_staff_without_a_course_are_led_to_their_work_and_not_told_of_organisations(client):
    client.force_login(make.registrar())
    page = client.get("/learn/").content.decode()
    assert "Your work is in the staff pages" in page
    assert f'href="{reverse("wagtailadmin_home")}"' in page
    assert "Here for an organisation?" not in page


def test_a_learner_is_not_told_what_organisations_can_do(client):
    client.force_login(make.enrolment().learner)
    assert "Here for an organisation?" not in client.get("/learn/").content.decode()
    client.force_login(make.credential().holder)
    assert "Here for an organisation?" not in client.get("/learn/").content.decode()


# The language -------------------------------------------------------------------------------


def first_page(person, accepts):
    browser = Client()
    browser.force_login(person)
    return browser, browser.get("/admin/", headers={"accept-language": accepts})


@pytest.mark.parametrize("accepts", ["es", "es-MX,es;q=0.9,en;q=0.5", "fr,es;q=0.8,en;q=0.5"])
def test_staff_whose_browser_asks_for_spanish_are_offered_it_on_their_first_page(accepts):
    _browser, response = first_page(make.user(is_superuser=True), accepts)
    page = response.content.decode()
    assert "Idioma de tu cuenta: Inglés." in page
    assert "Seguir en español" in page
    assert '<button class="button button-small button-secondary" name="language"' in page


def test_one_press_puts_the_staff_pages_into_it():
    person = make.user(is_superuser=True)
    browser, _response = first_page(person, "es")
    sent = browser.post("/accounts/language/", {"language": "es", "next": "/admin/"})
    assert sent.headers["Location"] == "/admin/"
    page = browser.get("/admin/", headers={"accept-language": "es"}).content.decode()
    assert '<html lang="es"' in page
    assert "Seguir en" not in page
    person.refresh_from_db()
    assert person.language == "es"


@pytest.mark.parametrize("accepts", ["en", "en-GB,es;q=0.5", "fr", "", "*", "x" * 300])
def test_nothing_is_offered_where_the_browser_asks_for_nothing_else(accepts):
    _browser, response = first_page(make.user(is_superuser=True), accepts)
    assert response.status_code == 200
    assert "Seguir en" not in response.content.decode()
    assert "Go on in" not in response.content.decode()


def test_an_english_browser_is_offered_english_by_a_spanish_account():
    _browser, response = first_page(make.user(is_superuser=True, language="es"), "en")
    page = response.content.decode()
    assert "The language of your account is Spanish." in page
    assert "Go on in English" in page
