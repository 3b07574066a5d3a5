"""What is typed into an account's forms is the same from whatever keyboard it comes."""

from importlib import import_module
from pathlib import Path
from unicodedata import normalize

import pytest
from django import forms
from django.apps import apps
from django.contrib.auth.hashers import make_password

from people.forms import AddressField
from people.models import User
from tests import make

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
CONFIRM = "/accounts/login/code/confirm/"
ACCENTED = "contraseña de Zoë"


def sign_in(client, email, password):
    client.logout()
    client.post("/accounts/login/", {"login": email, "password": password})
    return "_auth_user_id" in client.session


def joined(client, email, **fields):
    return client.post(
        "/accounts/signup/",
        {
            "email": email,
            "full_name": "Ada Okafor",
            "password1": make.PASSWORD,
            "agreement": "on",
            **fields,
        },
    )


@pytest.mark.parametrize("typed", ["a\u200bda@peerwork.example", "ada＠peerwork.example"])
def test_an_address_with_what_nobody_sees_makes_an_account(client, typed):
    assert joined(client, typed).status_code == 302
    assert User.objects.get().email == "ada@peerwork.example"


def test_no_browser_judges_an_address_by_itself(client):
    page = client.get("/accounts/signup/").content.decode()
    assert 'type="email"' not in page
    assert 'inputmode="email"' in page


def test_the_same_address_in_another_width_is_the_same_account(client):
    make.user("ada@peerwork.example")
    joined(client, "ADA＠peerwork.example")
    assert User.objects.count() == 1
    assert sign_in(client, "ada＠peerwork．example", make.PASSWORD)


@pytest.mark.parametrize("set_in", ["NFC", "NFD", "NFKC", "NFKD"])
@pytest.mark.parametrize("typed_in", ["NFC", "NFD", "NFKC", "NFKD"])
def test_a_password_with_an_accent_is_the_same_from_every_system(set_in, typed_in):
    person = make.user()
    person.set_password(normalize(set_in, ACCENTED))
    assert person.check_password(normalize(typed_in, ACCENTED))
    assert not person.check_password(ACCENTED.upper())


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_password_from_before_still_works(client, form):
    person = make.user()
    raw = normalize(form, "contrasen\u0303a ﬁna")
    User.objects.filter(pk=person.pk).update(password=make_password(raw))
    assert sign_in(client, person.email, raw)


@pytest.mark.parametrize(
    "change", [str, lambda code: code.replace("-", "—"), lambda code: wide(code)]
)
def test_a_code_in_other_signs_is_taken_and_costs_no_try(client, mailbox, change):
    person = make.user()
    client.post("/accounts/login/code/", {"email": person.email})
    client.post(CONFIRM, {"code": change(mailbox.code)})
    assert "_auth_user_id" in client.session


def wide(code):
    return "".join(chr(ord(sign) + 0xFEE0) for sign in code)


def form_classes(above=forms.BaseForm):
    for each in above.__subclasses__():
        yield each
        yield from form_classes(each)


def test_every_form_of_ours_that_asks_for_an_address_folds_it(client):
    """Finds the next one: a field for an address that reads it as Django does."""
    ours = ("people.", "certificates.", "courses.", "assessments.", "lms.")
    unfolded = [
        f"{form.__module__}.{form.__name__}.{name}"
        for form in form_classes()
        if form.__module__.startswith(ours)
        for name, field in getattr(form, "base_fields", {}).items()
        if isinstance(field, forms.EmailField)
        and not isinstance(field, AddressField)
        # Those of allauth are folded as a form is made: `PlainFieldsMixin`.
        and not hasattr(form, "help_texts")
    ]
    assert unfolded == []
    assert AddressField().clean("ada＠peerwork.example") == "ada@peerwork.example"


# Searching for people ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["zieliński", "ZIELIŃSKI", "Zielinski", "zielin", "ｚｉｅｌｉŃ", "magda zielinski"]
)
def test_staff_find_a_person_however_they_type_the_name(client, settings, typed):
    settings.STAFF_NEED_SECOND_FACTOR = False
    make.user(full_name="Magda Zieliński")
    make.user(full_name="Somebody Else")
    client.force_login(make.user(is_superuser=True, full_name="Root Admin"))
    page = client.get("/admin/users/", {"q": typed}).content.decode()
    assert "Magda Zieliński" in page
    assert "Somebody Else" not in page


def test_a_name_that_changes_is_found_by_the_new_one():
    person = make.user(full_name="Łucja Wójcik")
    assert person.search_words.startswith("lucja wojcik ")
    person.full_name = "Ötzi Ålund"
    person.save(update_fields=["full_name"])
    person.refresh_from_db()
    assert person.search_words.startswith("otzi alund ")


def test_no_search_of_names_is_left_to_a_database():
    """Finds the next one: SQLite knows the small letters of English alone."""
    sources = [
        path
        for app in ("people", "courses", "assessments", "certificates", "lms")
        for path in (ROOT / app).rglob("*.py")
        if "migrations" not in path.parts
    ]
    lookups = ("__icontains", "__iexact", "__istartswith", "__iregex", ".casefold()")
    found = {
        f"{path.relative_to(ROOT)}: {lookup}"
        for path in sources
        for lookup in lookups
        if lookup in path.read_text(encoding="utf-8")
    }
    # A number's prefix and an award's first word are in one alphabet, and never typed.
    # Whoever is erased is looked for in what stays as their name was written, and in capitals
    # of English beside; a person is asked to read what was found.
    erased = {"people/mentions.py: __icontains", "lms/fates.py: __icontains"}
    alphabet = {"certificates/pdf.py: .casefold()", "people/folding.py: .casefold()"}
    assert found <= erased | alphabet


def test_whoever_joined_before_is_found_after_the_upgrade():
    person = make.user(full_name="Magda Zieliński")
    User.objects.filter(pk=person.pk).update(search_words="")
    import_module("people.migrations.0004_fill_search_words").fill_search_words(apps, None)
    person.refresh_from_db()
    assert "zielinski" in person.search_words
