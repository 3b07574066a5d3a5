"""The form to issue by hand, and those of what awards are made of, field by field."""

from __future__ import annotations

import pytest

from certificates.admin.forms import IssueByHandForm, IssuerForm, ReasonForm, StatementVersionForm
from certificates.models import WORDS_LENGTH
from tests import make

pytestmark = pytest.mark.django_db

UNPRINTABLE = "𒀀"


@pytest.fixture
def holder():
    return make.user("ada@peerwork.example", full_name="Ada Okafor")


@pytest.fixture
def award():
    return make.award()


@pytest.fixture
def form(holder, award, registrar):
    """The form as a registrar sends it, with some fields changed."""

    def filled(**changes):
        fields = {
            "award": award.pk,
            "email": holder.email,
            "name": "",
            "evidence": "Portfolio seen.",
            "says": "award",
            "words": "",
            **changes,
        }
        return IssueByHandForm(fields, by=registrar)

    return filled


# Whom it is for ---------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["ada@peerwork.example", " ADA@peerwork.example "])
def test_a_person_is_found_by_their_address_in_any_capitals(form, holder, typed):
    filled = form(email=typed)
    assert filled.is_valid(), filled.errors
    assert filled.holder == holder


@pytest.mark.parametrize("typed", ["nobody@peerwork.example", "ada@other.example"])
def test_an_address_of_nobody_is_said(form, typed):
    assert "Nobody with an account here" in str(form(email=typed).errors["email"])


def test_whoever_left_is_not_found(form, holder):
    holder.is_active = False
    holder.save()
    assert "Nobody with an account here" in str(form().errors["email"])


def test_a_registrar_does_not_issue_to_themselves(form, registrar):
    assert "another registrar" in str(form(email=registrar.email).errors["email"])


@pytest.mark.parametrize("missing", ["award", "email", "evidence", "says"])
def test_each_thing_that_is_needed_is_asked_for(form, missing):
    assert set(form(**{missing: ""}).errors) == {missing}


def test_a_closed_award_cannot_be_chosen(form):
    closed = make.award(active=False)
    assert set(form(award=closed.pk).errors) == {"award"}


# What it prints ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "printed"),
    [("", "Ada Okafor"), ("  Ada  N. ", "Ada N."), ("Zoe\u0308\u202e", "Zoë")],
)
def test_the_name_is_the_accounts_own_unless_another_is_typed(form, typed, printed):
    filled = form(name=typed)
    assert filled.is_valid(), filled.errors
    assert filled.name_to_print == printed


@pytest.mark.parametrize("typed", [UNPRINTABLE, "123", f"Ada {UNPRINTABLE}"])
def test_a_name_that_cannot_be_printed_is_refused_before_it_is_read_over(form, typed):
    assert set(form(name=typed).errors) == {"name"}


@pytest.mark.parametrize(
    ("says", "words", "printed"),
    [
        ("award", "", None),
        ("award", "has shown it otherwise.", None),
        ("words", "has  shown\nit.", "has shown it."),
    ],
)
def test_the_words_are_the_awards_own_unless_others_are_chosen(form, says, words, printed):
    filled = form(says=says, words=words)
    assert filled.is_valid(), filled.errors
    assert filled.words_to_print == printed


def test_whoever_chooses_other_words_writes_them(form):
    assert "Write what the certificate is to say" in str(form(says="words").errors["words"])


@pytest.mark.parametrize(("length", "fits"), [(WORDS_LENGTH, True), (WORDS_LENGTH + 1, False)])
def test_words_have_the_room_that_a_certificate_has(form, length, fits):
    assert form(says="words", words="w" * length).is_valid() is fits


def test_words_that_cannot_be_printed_are_refused_where_they_stand(form, award):
    assert set(form(says="words", words=f"has {UNPRINTABLE}").errors) == {"words"}
    award.description = f"has {UNPRINTABLE}"
    award.save()
    assert set(form().errors) == {"award"}
    assert form(says="words", words="has shown it.").is_valid()


def test_a_page_that_asks_again_sends_everything_as_it_was_typed(form):
    filled = form(name="Ada N.", says="words", words="has shown it.")
    assert filled.is_valid()
    hidden = filled.as_hidden()
    assert all(field.widget.input_type == "hidden" for field in hidden.fields.values())
    page = str(hidden)
    for value in ("Ada N.", "has shown it.", "Portfolio seen."):
        assert value in page


# The others -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"last_seen": "1", "reason": "Checked."}, set()),
        ({"last_seen": "1", "reason": "  "}, {"reason"}),
        ({"last_seen": "", "reason": "Checked."}, {"last_seen"}),
        ({"last_seen": "one", "reason": "x" * 2001}, {"last_seen", "reason"}),
    ],
)
def test_a_change_of_standing_says_why_and_what_was_seen(fields, wrong):
    assert set(ReasonForm(fields).errors) == wrong


@pytest.mark.parametrize("field", ["name", "signatory_name", "signatory_role"])
def test_what_is_printed_of_an_issuer_can_be_printed(field):
    assert field in IssuerForm.printed_fields


def test_a_text_is_published_by_somebody_who_has_read_it_over():
    assert "read it over" in str(StatementVersionForm.base_fields["read_over"].error_messages)
    assert StatementVersionForm.base_fields["read_over"].required
