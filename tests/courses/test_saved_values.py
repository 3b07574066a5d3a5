"""Two editors at one thing without revisions: neither loses work, and the history says what changed."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.log_actions import registry
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from assessments.models import Draw
from courses.models import Competency
from courses.models.second_read import without_second_reader
from people.saved_values import CHANGE_ACTION, LONGEST_SHOWN, changes_in_words, shortened
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once_and_without_second_factor")]


@pytest.fixture
def quiz():
    return make.quiz(title="Boundaries", pass_percent=75)


@pytest.fixture
def url(quiz):
    return reverse("wagtailsnippets_assessments_quiz:edit", args=[quiz.pk])


def editor(name):
    person = make.user(f"{name.split()[0].lower()}@peerwork.example", full_name=name)
    person.groups.add(Group.objects.get(name="Lead trainers"))
    client = Client()
    client.force_login(person)
    return client


def opened_with(page):
    """What the form in a page says that it was opened with."""
    (tag,) = re.findall(r'<input[^>]*name="opened_with"[^>]*>', page)
    return unescape(re.search(r'value="([^"]*)"', tag)[1])


def quiz_form(quiz, opened, **changes):
    draws = [
        {
            "id": draw.pk,
            "question": draw.question_id or "",
            "count": draw.count,
            "worth": draw.worth,
            "ORDER": number,
        }
        for number, draw in enumerate(quiz.draws.all(), start=1)
    ]
    return nested_form_data(
        {
            "title": quiz.title,
            "pass_percent": "75",
            "attempts_allowed": "",
            "wait_minutes": "0",
            "pause_hours": "12",
            "feedback": "full",
            "opens_at": "",
            "closes_at": "",
            "time_limit_minutes": "",
            "opened_with": opened,
            "other_words": inline_formset([]),
            "draws": inline_formset(draws, initial=len(draws)),
            **changes,
        }
    )


def test_the_second_of_two_editors_is_told_with_both_values_and_nothing_is_lost(quiz, url):
    rosa, tariq = editor("Rosa Adler"), editor("Tariq Aziz")
    opened = opened_with(rosa.get(url).content.decode())
    first = rosa.post(url, quiz_form(quiz, opened, pass_percent="80"))
    assert first.status_code == 302
    second = tariq.post(url, quiz_form(quiz, opened, title="Kind boundaries"))
    page = unescape(second.content.decode())
    assert "there is now “80”, and you have “75”" in page
    assert "Rosa Adler" in page
    quiz.refresh_from_db()
    assert (quiz.pass_percent, quiz.title) == (80, "Boundaries")
    # What the second one typed is still in the form.
    assert 'value="Kind boundaries"' in page


def test_whoever_saves_again_after_being_told_decides(quiz, url):
    rosa, tariq = editor("Rosa Adler"), editor("Tariq Aziz")
    opened = opened_with(tariq.get(url).content.decode())
    rosa.post(url, quiz_form(quiz, opened, pass_percent="80"))
    refused = tariq.post(url, quiz_form(quiz, opened, title="Kind boundaries"))
    now = opened_with(refused.content.decode())
    again = tariq.post(url, quiz_form(quiz, now, title="Kind boundaries", pass_percent="80"))
    assert again.status_code == 302
    quiz.refresh_from_db()
    assert (quiz.pass_percent, quiz.title) == (80, "Kind boundaries")


def test_a_third_save_in_between_is_told_again(quiz, url):
    rosa, tariq = editor("Rosa Adler"), editor("Tariq Aziz")
    opened = opened_with(tariq.get(url).content.decode())
    rosa.post(url, quiz_form(quiz, opened, pass_percent="80"))
    refused = tariq.post(url, quiz_form(quiz, opened))
    type(quiz).objects.update(pass_percent=85)
    again = tariq.post(url, quiz_form(quiz, opened_with(refused.content.decode())))
    assert "there is now “85”" in unescape(again.content.decode())


def test_a_row_that_another_editor_added_is_noticed(quiz, url):
    rosa = editor("Rosa Adler")
    opened = opened_with(rosa.get(url).content.decode())
    form = quiz_form(quiz, opened, title="Kind boundaries")
    Draw.objects.create(quiz=quiz, count=3, sort_order=9)
    refused = rosa.post(url, form)
    assert refused.status_code == 200
    assert "there is now" in unescape(refused.content.decode())
    quiz.refresh_from_db()
    assert quiz.title == "Boundaries"


def test_one_editor_alone_saves_as_often_as_they_like(quiz, url):
    rosa = editor("Rosa Adler")
    for percent in (80, 85, 90):
        form = quiz_form(quiz, opened_with(rosa.get(url).content.decode()))
        assert rosa.post(url, {**form, "pass_percent": percent}).status_code == 302
    quiz.refresh_from_db()
    assert quiz.pass_percent == 90


@pytest.mark.parametrize("token", ["", "nonsense", "eyJ0aXRsZSI6ICJ4In0:forged:signature"])
def test_a_form_that_does_not_say_what_it_was_opened_with_is_saved_and_never_a_fault(
    quiz, url, token
):
    rosa = editor("Rosa Adler")
    assert rosa.post(url, quiz_form(quiz, token, pass_percent="80")).status_code == 302


def test_the_history_says_what_a_save_changed(quiz, url):
    rosa = editor("Rosa Adler")
    opened = opened_with(rosa.get(url).content.decode())
    rosa.post(url, quiz_form(quiz, opened, pass_percent="80", attempts_allowed="3"))
    history = reverse("wagtailsnippets_assessments_quiz:history", args=[quiz.pk])
    page = unescape(rosa.get(history).content.decode())
    assert "Pass mark (%): “75” became “80”" in page
    assert "Tries allowed: “nothing” became “3”" in page
    assert "Title:" not in page


def test_a_save_that_changes_nothing_is_no_change_in_the_history(quiz, url):
    rosa = editor("Rosa Adler")
    rosa.post(url, quiz_form(quiz, opened_with(rosa.get(url).content.decode())))
    entries = registry.get_logs_for_instance(quiz)
    assert not entries.filter(action=CHANGE_ACTION).exists()


EDITED_WITHOUT_REVISIONS = [
    ("awards:edit", make.award),
    ("issuers:edit", make.issuer),
    ("statements:edit", lambda: make.statement().statement),
    ("wagtailsnippets_assessments_quiz:edit", make.quiz),
]


@pytest.mark.parametrize(
    "address, make_instance",
    EDITED_WITHOUT_REVISIONS,
    ids=[address.split(":")[0] for address, _ in EDITED_WITHOUT_REVISIONS],
)
def test_every_form_of_a_thing_without_revisions_remembers_its_values(
    client, address, make_instance
):
    client.force_login(make.user(is_superuser=True))
    page = client.get(reverse(address, args=[make_instance().pk])).content.decode()
    assert opened_with(page)


def test_a_competency_is_watched_too(client):
    client.force_login(make.user(is_superuser=True))
    competency = make.competency()
    from_page = client.get(reverse("competencies:edit", args=[competency.pk]))
    assert opened_with(from_page.content.decode())
    with without_second_reader():
        Competency.objects.update(name="Somebody else’s name")
    form = {
        "code": competency.code,
        "name": "My name for it",
        "description": "",
        "opened_with": opened_with(from_page.content.decode()),
        **nested_form_data({"words": inline_formset([]), "mappings": inline_formset([])}),
    }
    refused = client.post(reverse("competencies:edit", args=[competency.pk]), form)
    assert "there is now “Somebody else’s name”, and you have “My name for it”" in unescape(
        refused.content.decode()
    )


def test_long_values_are_shortened_where_they_are_told():
    assert shortened("a" * LONGEST_SHOWN) == "a" * LONGEST_SHOWN
    assert shortened("a" * (LONGEST_SHOWN + 1)) == "a" * LONGEST_SHOWN + " …"
    assert len(changes_in_words([("Text", "a" * 900, "b" * 900)])) < 2 * LONGEST_SHOWN + 60
