"""The letter to whoever reads what was sent leads to what it says."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from django.test import Client
from django.urls import reverse
from wagtail.models import Workflow

from assessments.kinds.true_false.model import TrueFalse
from tests import make

pytestmark = pytest.mark.django_db


def member_of(group, language="en"):
    person = make.user(language=language)
    person.groups.add(Group.objects.get(name=group))
    return person


def letter_about(thing, *, reader):
    mail.outbox.clear()
    writer = make.user()
    thing.save_revision(user=writer)
    Workflow.objects.get().start(thing, writer)
    return next(letter for letter in mail.outbox if letter.to == [reader.email])


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "You can preview the "), ("es", "Aquí tienes la vista previa (")],
)
def test_a_question_that_was_sent_can_be_previewed_from_the_letter(settings, language, words):
    settings.STAFF_NEED_SECOND_FACTOR = False
    question = TrueFalse.objects.get(pk=make.true_false(live=False).pk)
    reader = member_of("Lead trainers", language)
    letter = letter_about(question, reader=reader)
    task = question.current_workflow_task
    name = TrueFalse.snippet_viewset.get_url_name("workflow_preview")
    preview = reverse(name, args=[question.pk, task.pk])
    edit = reverse(TrueFalse.snippet_viewset.get_url_name("edit"), args=[question.pk])
    html = letter.alternatives[0].content
    assert words in letter.body
    assert words in html
    assert f'<html lang="{language}"' in html
    for address in (preview, edit):
        assert re.search(rf"http\S+{address}\s", letter.body)
        assert re.search(rf'href="http\S+{address}"', html)
    browser = Client()
    browser.force_login(reader)
    assert browser.get(preview).status_code == 200


def test_the_letter_about_a_page_is_as_it_was():
    lesson = make.lesson(make.module(make.course()))
    letter = letter_about(lesson, reader=member_of("Lead trainers"))
    task = lesson.current_workflow_task
    preview = reverse("wagtailadmin_pages:workflow_preview", args=[lesson.pk, task.pk])
    assert preview in letter.body
    assert preview in letter.alternatives[0].content
