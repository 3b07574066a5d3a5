"""What the staff pages send when a question or a quiz is written."""

from __future__ import annotations

from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

BANK = "/admin/questions/"


def url(question_or_kind, name, *args):
    return reverse(question_or_kind.snippet_viewset.get_url_name(name), args=args)


def single_choice_form(code="N1", **changes):
    return nested_form_data(
        {
            "code": code,
            "stem": rich_text("<p>Sam goes quiet. What comes first?</p>"),
            "note": "",
            "rationale": "Silence is often thinking.",
            "module": "",
            "tags": "listening",
            "shuffle": "on",
            "options": streamfield(
                [
                    ("option", {"text": "Wait", "fraction": "1", "feedback": "Yes."}),
                    ("option", {"text": "Advise", "fraction": "0", "feedback": "Not yet."}),
                ]
            ),
            **changes,
        }
    )


def quiz_form(draws, **fields):
    return nested_form_data(
        {
            "title": "Module check",
            "pass_percent": "75",
            "attempts_allowed": "",
            "wait_minutes": "0",
            "pause_hours": "12",
            "feedback": "full",
            "draws": inline_formset(draws),
            "other_words": inline_formset([]),
            **fields,
        }
    )


def draw_form(**fields):
    return {
        "question": "",
        "count": "1",
        "worth": "1",
        "module": "",
        "competency": "",
        "tag": "",
        **fields,
    }
