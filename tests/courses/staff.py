"""Trainers in the staff pages, and what they send."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from courses.models import LessonPage
from tests import make


def sign_in(client, role=None):
    person = make.user(is_superuser=role is None)
    if role:
        person.groups.add(Group.objects.get(name=role))
    client.force_login(person)
    return client


def lesson_form(title="Being present", **changes):
    return nested_form_data(
        {
            "title": title,
            "slug": "being-present",
            "code": "L2",
            "summary": "How to be there.",
            "minutes": "20",
            "outcomes": streamfield([("outcome", "listen without fixing")]),
            "content_note": "",
            "body": streamfield(
                [
                    ("prose", rich_text("<p>Be there first.</p>")),
                    ("key_point", {"text": "Stay."}),
                ]
            ),
            "sources": streamfield([]),
            "comments": inline_formset([]),
            **changes,
        }
    )


def add_address(parent, model=LessonPage):
    return reverse(
        "wagtailadmin_pages:add", args=[model._meta.app_label, model._meta.model_name, parent.pk]
    )
