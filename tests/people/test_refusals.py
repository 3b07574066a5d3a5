"""What is said of a refused form, whichever form it is and under whatever name."""

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import mark_safe

from people.templatetags.refusals import faults_of, faults_of_all


class Sample(forms.Form):
    name = forms.CharField(help_text="As you like it.")
    way = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label=mark_safe('I have read <a href="/privacy/">this</a>.'))
    seen = forms.CharField(widget=forms.HiddenInput)


def title(**context):
    return Template("{% load refusals %}{% error_prefix %}Sign in").render(Context(context))


@pytest.mark.parametrize(
    ("context", "expected"),
    [
        ({}, "Sign in"),
        ({"form": Sample()}, "Sign in"),
        ({"form": Sample({})}, "Error: Sign in"),
        ({"any_name": Sample({})}, "Error: Sign in"),
        ({"is_refused": True}, "Error: Sign in"),
        ({"is_refused": False, "form": Sample()}, "Sign in"),
    ],
)
def test_the_title_says_so_for_any_refused_form(context, expected):
    assert title(**context) == expected


def test_looking_for_a_refused_form_asks_nothing_of_what_is_lazy():
    def costly():
        raise AssertionError("it was asked")

    assert title(edition=SimpleLazyObject(costly)) == "Sign in"


def test_each_fault_leads_to_what_takes_the_focus():
    faults = faults_of(Sample({}))
    assert [(fault.anchor, fault.label) for fault in faults] == [
        ("id_name", "Name"),
        ("id_way_0", "Way"),
        ("id_agreed", "I have read this"),
    ]


def test_what_is_wrong_with_the_whole_or_with_what_is_unseen_is_said_without_a_link():
    form = Sample({"name": "x", "way": "a", "agreed": "on"})
    form.add_error(None, "Both do not go together.")
    assert faults_of_all(form) == ["Both do not go together.", "This field is required."]
    html = render_to_string("components/form_errors.html", {"form": form})
    assert "Both do not go together." in html
    assert "<a " not in html


def test_a_form_that_is_well_says_nothing():
    assert not render_to_string("components/form_errors.html", {"form": Sample()}).strip()


def test_what_was_typed_into_an_error_is_shown_as_text():
    form = Sample({"name": "x", "way": "<script>", "agreed": "on", "seen": "x"})
    html = render_to_string("components/form_errors.html", {"form": form})
    assert "<script>" not in html


def test_a_field_is_described_by_its_help_and_its_error():
    html = render_to_string("components/field.html", {"field": Sample({})["name"]})
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert 'id="id_name_helptext"' in html
