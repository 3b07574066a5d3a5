"""What a holder types for a renewal comes back as it was typed, and what cannot be is said."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from certificates.evidence_files import MOST_BYTES
from certificates.renewal.rules import Category, Rule
from certificates.renewal_forms import EvidenceForm, initial_of

FIRST, TODAY = date(2028, 2, 29), date(2029, 2, 28)
TYPED = {
    "title": "  Keeping confidences ",
    "provider": "River College",
    "done_on": "2028-05-01",
    "hours": "1.5",
}


def form_of(kind="hours", rule=None, file=None, **fields):
    files = {"file": file} if file else {}
    return EvidenceForm(
        {**TYPED, **fields},
        files,
        kind=kind,
        rule=rule or Rule(minutes=600),
        first_day=FIRST,
        today=TODAY,
    )


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [("0.25", 15), ("0.83", 50), ("1", 60), ("1.33", 80), ("1.67", 100), ("200", 12000)],
)
def test_a_third_of_an_hour_is_twenty_minutes_and_stays_so_when_it_is_corrected(typed, minutes):
    form = form_of(hours=typed)
    assert form.is_valid()
    brought = form.brought()
    assert brought.minutes == minutes
    shown = initial_of(SimpleNamespace(**vars(brought)))["hours"]
    again = form_of(hours=str(shown))
    assert again.is_valid(), again.errors
    assert again.brought().minutes == minutes


def test_whatever_minutes_are_stored_their_form_can_be_sent_again():
    for minutes in range(15, 200, 7):
        row = SimpleNamespace(category="", title="x", provider="x", done_on=TODAY, minutes=minutes)
        form = form_of(hours=str(initial_of(row)["hours"]))
        assert form.is_valid(), minutes
        assert form.brought().minutes == minutes


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"done_on": "2028-02-28"}, "done_on", "before your certificate was issued"),
        ({"done_on": "2029-03-01"}, "done_on", "still to come"),
        ({"done_on": "2029-02-29"}, "done_on", "Enter a valid date"),
        ({"done_on": ""}, "done_on", "required"),
        ({"hours": "-1"}, "hours", "greater than or equal to 0.25"),
        ({"hours": "200.25"}, "hours", "less than or equal to 200"),
        ({"hours": "1.333"}, "hours", "2 decimal places"),
        ({"hours": "ten"}, "hours", "Enter a number"),
        ({"title": "   "}, "title", "required"),
        ({"title": "x" * 201}, "title", "at most 200"),
        ({"provider": ""}, "provider", "required"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_stays_typed(fields, field, words):
    form = form_of(**fields)
    assert list(form.errors) == [field]
    assert words in form.errors[field][0]
    assert form[field].value() == fields[field]
    assert form["hours" if field != "hours" else "provider"].value()


@pytest.mark.parametrize("day", [FIRST, TODAY])
def test_the_first_and_the_last_day_are_taken(day):
    assert form_of(done_on=day.isoformat()).is_valid()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("paper.pdf", b"MZ a program", "Choose a PDF or a picture."),
        ("paper.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Choose a PDF or a picture."),
        ("paper.jpg", b"\xff\xd8\xff\xe0 half of a photo", "Choose a PDF or a picture."),
        ("paper.pdf", b"%PDF-1.7 without its end", "Choose a PDF or a picture."),
        ("empty.pdf", b"", "empty"),
        ("large.pdf", b"%PDF-1.7" + b" " * MOST_BYTES, "we take up to 9.0"),
    ],
)
def test_a_file_that_is_none_or_too_large_says_what_to_do(name, content, words):
    form = form_of(file=SimpleUploadedFile(name, content))
    assert list(form.errors) == ["file"]
    assert words in form.errors["file"][0]
    assert form["title"].value() == TYPED["title"]


def test_and_says_it_in_spanish():
    with translation.override("es"):
        form = form_of(file=SimpleUploadedFile("paper.pdf", b"MZ"), done_on="2030-01-01")
        words = " ".join(str(message) for messages in form.errors.values() for message in messages)
    assert "Choose" not in words
    assert "This day" not in words
    assert len(form.errors) == 2


class TestTheKindOfHours:
    RULE = Rule(minutes=600, categories=(Category("ethics", "Ethics", least=60),))

    def test_it_is_asked_for_where_the_rule_names_kinds(self):
        assert "category" not in form_of().fields
        form = form_of(rule=self.RULE)
        assert list(form.errors) == ["category"]
        assert [value for value, _label in form.fields["category"].choices] == ["ethics", "other"]

    @pytest.mark.parametrize(("chosen", "stored"), [("ethics", "ethics"), ("other", "")])
    def test_any_other_kind_is_stored_as_none(self, chosen, stored):
        form = form_of(rule=self.RULE, category=chosen)
        assert form.is_valid()
        assert form.brought().category == stored
        assert initial_of(SimpleNamespace(**vars(form.brought())))["category"] == chosen

    def test_one_that_a_newer_rule_dropped_has_to_be_chosen_anew(self):
        form = form_of(rule=self.RULE, category="telephone")
        assert "Select a valid choice" in form.errors["category"][0]


def test_a_word_has_neither_hours_nor_a_kind():
    rule = Rule(minutes=600, categories=(Category("ethics", "Ethics"),), needs_word=True)
    form = form_of("word", rule)
    assert set(form.fields) == {"entry", "title", "provider", "done_on", "file"}
    assert form.is_valid()
    brought = form.brought()
    assert (brought.minutes, brought.category, brought.title) == (0, "", "Keeping confidences")
