"""Every model says what erasure does to it, and one that does not stops the start."""

from __future__ import annotations

import dataclasses

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.db import models

from certificates.models import Credential
from courses.models import Enrolment, Reflection, StudiedPart
from people import fates
from people.checks import every_model_has_a_fate, problems_of
from people.fates import Fate, every_fate, every_step, fate_of, models_to_decide, text_fields
from people.models import User


@pytest.fixture
def changed(monkeypatch):
    """Say something else of a model, for this test: None says nothing of it."""
    monkeypatch.setattr(fates, "_fates", dict(fates._fates))

    def change(model, **values):
        label = model._meta.label
        if values:
            fates._fates[label] = dataclasses.replace(fates._fates[label], **values)
        else:
            del fates._fates[label]
        return [number for number, _problem in problems_of(model)]

    return change


def test_every_model_of_the_site_and_of_its_libraries_has_one():
    assert every_model_has_a_fate() == []
    assert len(list(models_to_decide())) > 90
    assert {type(each.fate) for each in every_fate()} == {Fate}


def test_the_check_is_among_those_that_a_start_runs(changed):
    changed(Reflection)
    assert "people.E001" in [message.id for message in run_checks()]


def test_a_model_of_which_nobody_said_anything_is_found(changed):
    assert changed(Reflection) == [1]


def test_a_field_that_leads_to_an_account_and_is_not_named_is_found(changed):
    assert 2 in changed(Reflection, person=("pk",))


def test_a_model_that_leads_to_a_person_by_way_of_another_is_found(changed):
    assert 3 in changed(StudiedPart, person=())


def test_a_text_that_is_neither_blanked_nor_said_to_stay_is_found(changed):
    blanks = {name: value for name, value in fate_of(Credential).blanks.items() if name != "name"}
    assert changed(Credential, blanks=blanks) == [4]


def test_a_model_that_is_deleted_need_not_speak_of_its_text():
    assert "text" in text_fields(Reflection)
    assert list(problems_of(Reflection)) == []


def test_a_new_model_of_an_app_is_looked_at():
    class Diary(models.Model):
        writer = models.ForeignKey(User, models.CASCADE, related_name="+")
        words = models.TextField()

        class Meta:
            app_label = "courses"
            managed = True

    try:
        assert Diary in list(models_to_decide())
        assert [number for number, _problem in problems_of(Diary)] == [1]
    finally:
        del apps.all_models["courses"]["diary"]
        apps.clear_cache()


def test_the_account_comes_last_and_is_no_step_of_its_own():
    assert every_fate()[-1].model is User
    names = [name for name, _step in every_step()]
    assert "people.User" not in names
    assert len(names) == len(set(names))
    assert "certificates.Credential" in names


@pytest.mark.django_db
def test_each_way_to_a_person_leads_to_one():
    """A path with a slip in it would find nobody's rows, and erase none."""
    someone = User(pk=1)
    for fate in every_fate():
        assert fate.rows_of(someone).count() == 0, fate.label
        for path in fate.copied:
            list(fate.rows_of(someone).values(path))


def test_every_fate_says_why_in_a_sentence():
    for fate in every_fate():
        assert str(fate.why).endswith("."), fate.label


def test_what_is_kept_blanks_nothing():
    for fate in every_fate():
        if fate.fate == Fate.KEEP:
            assert not fate.blanks, fate.label


def test_the_places_of_a_course_stay_for_the_counts():
    assert fate_of(Enrolment).fate == Fate.ANONYMISE
