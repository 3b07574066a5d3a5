"""Names as they are printed: any script, one line, no invisible characters."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError

from people.forms import ProfileForm
from people.models import User
from people.names import clean_name


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("  Ada   Okafor ", "Ada Okafor"),
        ("Zoe\u0308", "Zoë"),
        ("Ada\u202eroafkO", "AdaroafkO"),
        ("\u2066Ada\u2069 \u200fOkafor", "Ada Okafor"),
        ("Ada\u0000\u0007\x1b[31mOkafor", "Ada[31mOkafor"),
        ("Ada\nOkafor\tEze", "Ada Okafor Eze"),
        ("Ada\u00a0Okafor", "Ada Okafor"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("O’Brien-Smith, Jr.", "O’Brien-Smith, Jr."),
        ("李小龍", "李小龍"),
        ("\u202e\u200b\u2060", ""),
    ],
)
def test_a_name_keeps_its_letters_and_loses_what_hides_or_reorders(text, cleaned):
    assert clean_name(text) == cleaned
    assert unicodedata.is_normalized("NFC", clean_name(text))


@pytest.mark.django_db
def test_120_characters_fit_and_121_are_refused_with_a_reason(client, ada):
    client.force_login(ada)
    fields = {"language": "en", "time_zone": "UTC"}
    longest = "N" * 120
    client.post("/accounts/profile/", {**fields, "full_name": longest})
    assert User.objects.get().full_name == longest
    response = client.post("/accounts/profile/", {**fields, "full_name": "N" * 121})
    assert response.status_code == 422
    assert "120 characters" in response.content.decode()


@pytest.mark.django_db
def test_spaces_and_hidden_marks_do_not_count_towards_the_length():
    form = ProfileForm(
        {"full_name": f"  {'N' * 120}\u200b  ", "language": "en", "time_zone": "UTC"},
        instance=User(),
    )
    form.is_valid()
    assert "full_name" not in form.errors


@pytest.mark.django_db
def test_a_name_of_nothing_but_hidden_marks_is_no_name(ada):
    form = ProfileForm(
        {"full_name": "\u200b\u202e", "language": "en", "time_zone": "UTC"}, instance=ada
    )
    assert not form.is_valid()
    ada.full_name = "\u200b"
    with pytest.raises(ValidationError):
        ada.clean()


@pytest.mark.django_db
def test_a_name_is_cleaned_without_a_form_too():
    person = User.objects.create_user("x@peerwork.example", full_name="Zoe\u0308\u202e  Ang")
    assert User.objects.get(pk=person.pk).full_name == "Zoë Ang"
