"""Competencies and their groups, as a trainer meets them in the staff pages."""

from __future__ import annotations

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_once_and_without_second_factor")]


def test_a_competency_that_is_taught_or_asked_stays(editor):
    competency = make.competency("LI7")
    question = make.single_choice(code="USES-IT")
    question.competencies.add(competency)
    question.save()
    address = reverse("competencies:delete", args=[competency.pk])
    response = editor.post(address)
    assert response.status_code == 409
    assert "USES-IT" in response.content.decode()


def test_competencies_and_their_groups_are_written_here(editor, settings):
    settings.SECOND_READER = False
    form = nested_form_data(
        {
            "code": "LI8",
            "name": "Listen",
            "description": "Attends.",
            "reason_of_change": "It was missing.",
            "mappings": inline_formset([{"framework": "Ours", "reference": "1", "url": ""}]),
        }
    )
    assert editor.post(reverse("competencies:add"), form).status_code == 302
    assert "LI8" in editor.get(reverse("competencies:index")).content.decode()
    form = {"name": "Boundaries, privacy and crisis", "place": "4", "reason_of_change": "New."}
    assert editor.post(reverse("competency-groups:add"), form).status_code == 302
    groups = editor.get(reverse("competency-groups:index")).content.decode()
    assert "Boundaries, privacy and crisis" in groups
