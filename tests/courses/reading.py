"""A learner's browser, and a lesson with a place for their own words."""

from __future__ import annotations

from django.apps import apps
from django.test import Client

from assessments.models import Attempt, Mark, PaperItem, ResponseStep, Result
from courses.models import Completion, Enrolment, Opening
from people.models import User
from tests import make


def signed_in(person):
    browser = Client()
    browser.force_login(person)
    return browser


def text_of(response):
    return response.content.decode()


def reflecting_lesson(module, **fields):
    body = [
        ("prose", fields.pop("prose", "<p>Be there first.</p>")),
        ("reflection", {"prompt": "When were you quiet?"}),
    ]
    return make.lesson(module, body=body, **fields)


def everything_recorded():
    """The records of learning, as they stand."""
    records = {}
    for record in (
        Enrolment,
        Completion,
        Opening,
        Attempt,
        PaperItem,
        ResponseStep,
        Result,
        Mark,
        User,
    ):
        rows = record.objects.order_by("pk").values()
        records[record.__name__] = [
            {name: value for name, value in row.items() if name != "last_login"} for row in rows
        ]
    for record in apps.get_app_config("certificates").get_models():
        records[record.__name__] = list(record.objects.order_by("pk").values())
    return records
