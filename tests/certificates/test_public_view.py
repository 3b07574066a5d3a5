"""What strangers see is the holder's choice, and every door keeps to it."""

from __future__ import annotations

import json
import re
from io import BytesIO

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from certificates.examining.verdicts import hash_of
from certificates.following import replace_credential
from certificates.guessing import MISSES_A_MINUTE, WRONG_NAMES_AN_HOUR, NameGuesses
from certificates.models import Credential
from certificates.public_view import PublicView
from certificates.revoking import revoke
from certificates.sharing import choose_public_view
from certificates.verifying import look_up, look_up_codes
from people.organisations.keys import make_key
from tests import make
from tests.certificates.views.verify_page import as_json, page, words_of
from tests.people.organisations import making

pytestmark = pytest.mark.django_db

NAME = "Canaryname Okafor"
AWARD = "CANARYAWARD of listening"
FILE = b"%PDF-1.7 of a test"
VIEWS = list(PublicView)
HIDING = [PublicView.TYPED, PublicView.STANDING]


@pytest.fixture(autouse=True)
def home():
    make.home()
    cache.clear()


@pytest.fixture
def credential():
    award = make.award(name=AWARD, description="can CANARYDESCRIPTION.", limits="No CANARYLIMIT.")
    credential = make.credential(award, make.user(full_name=NAME))
    credential.pdf.save("test.pdf", ContentFile(FILE), save=False)
    credential.pdf_sha256 = hash_of(FILE)
    credential.save()
    return credential


def show(credential, view):
    choose_public_view(credential, view)
    credential.refresh_from_db()


# Every door ---------------------------------------------------------------------------------


def doors(client, credential):
    """What each way of checking answers a stranger who has the number, or the file, by its name."""
    owner = make.user()
    _row, key = make_key(making.organisation(owner), "Payroll", by=owner, at=timezone.now())
    program = Client(headers={"Authorization": f"Bearer {key}"})
    number = credential.number
    many, files = reverse("certificates:verify_many"), reverse("certificates:verify_files")
    in_json = {"accept": "application/json"}
    yield "check page", page(client, credential)
    yield "check page in Spanish", page(client, credential, accept_language="es")
    yield "json", page(client, credential, accept="application/json")
    yield "link", client.get(reverse("certificates:verify"), {"number": number}, follow=True)
    yield "code", client.get(f"/C/{number}", follow=True)
    yield "many", client.post(many, {"numbers": number})
    yield "many json", client.post(many, {"numbers": number}, headers=in_json)
    yield "many csv", client.post(many, {"numbers": number, "as": "csv"})
    yield "hash", client.post(files, {"sha256": hash_of(FILE)})
    yield "hash json", client.post(files, {"sha256": hash_of(FILE)}, headers=in_json)
    yield "hash part", client.post(files, {"sha256": hash_of(FILE), "part": "1"})
    yield "api one", program.get(f"/api/v1/certificates/{number}")
    checks = {"checks": [{"number": number}]}
    yield "api many", program.post("/api/v1/checks", checks, content_type="application/json")
    yield "search", client.get("/search/", {"q": "Canaryname"})
    yield "search by number", client.get("/search/", {"q": number})


def text_of(response):
    return response.serialize().decode("utf-8", "replace").upper()


@pytest.mark.parametrize("view", HIDING)
def test_no_door_shows_a_name_that_the_holder_does_not_show(client, credential, view):
    show(credential, view)
    for door, response in doors(client, credential):
        assert response.status_code == 200, door
        asked = 'NAME="Q"' if door.startswith("search") else ""
        shown = re.sub(r"<TITLE>.*?</TITLE>|<INPUT[^>]*>|“[^”]*”", "", text_of(response))
        assert asked in text_of(response)
        assert "CANARYNAME OKAFOR" not in shown, door
        assert "OKAFOR" not in shown, door


def test_with_the_standing_alone_no_door_tells_what_was_earned_and_when(client, credential):
    show(credential, PublicView.STANDING)
    for door, response in doors(client, credential):
        text = text_of(response)
        for secret in ("CANARYAWARD", "CANARYDESCRIPTION", "CANARYLIMIT"):
            assert secret not in text, door
        if not door.startswith("search"):
            assert "23 NOVEMBER 2026" not in text, door
            assert '"ISSUED_ON": "' not in text, door


def test_as_printed_the_doors_show_the_name_so_that_the_tests_above_can_fail(client, credential):
    shown = {door for door, each in doors(client, credential) if "OKAFOR" in text_of(each)}
    assert {
        "check page",
        "json",
        "code",
        "many",
        "many csv",
        "hash",
        "api one",
        "api many",
    } <= shown


def test_a_spreadsheet_of_many_leaves_out_what_is_not_shown(client, credential):
    show(credential, PublicView.STANDING)
    response = client.post(
        reverse("certificates:verify_many"), {"numbers": credential.number, "as": "xlsx"}
    )
    sheet = load_workbook(BytesIO(response.content)).active
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert credential.number in cells
    assert not [cell for cell in cells if "CANARY" in cell.upper() or "2026-11-23 00" in cell]


@pytest.mark.parametrize("view", VIEWS)
def test_each_door_says_the_standing_whatever_is_shown(client, credential, view):
    show(credential, view)
    revoke(credential, by=make.user(), reason="x", at=timezone.now())
    for door, response in doors(client, credential):
        if not door.startswith("search"):
            assert "REVO" in text_of(response), door


@pytest.mark.parametrize("view", VIEWS)
def test_an_expired_one_says_so_whatever_is_shown(client, credential, view):
    show(credential, view)
    Credential.objects.filter(pk=credential.pk).update(expires_on="2026-11-24")
    response = page(client, credential)
    assert "Expired after 24 November 2026" in words_of(response)
    facts = as_json(client, credential)[1]
    assert facts["standing"] == "expired"
    assert facts["expires_on"] == (None if view == PublicView.STANDING else "2026-11-24")


def test_a_program_reads_how_much_is_shown(client, credential):
    show(credential, PublicView.STANDING)
    facts = as_json(client, credential)[1]
    told = {name for name, value in facts.items() if value not in (None, [])}
    assert told == {"shows", "number", "standing", "issuer", "issuer_email", "checked_at"}
    assert facts["shows"] == "standing"


def test_the_page_never_says_that_one_whose_dates_are_hidden_does_not_expire(client, credential):
    show(credential, PublicView.STANDING)
    assert "does not expire" not in words_of(page(client, credential))
    assert "The holder shows no more than this" in words_of(page(client, credential))


def test_what_is_not_shown_is_not_even_in_the_value_that_pages_are_handed(credential):
    show(credential, PublicView.STANDING)
    row = look_up(credential.number)
    assert "CANARY" not in repr(row).upper()
    assert row.expires_on is None
    show(credential, PublicView.TYPED)
    assert NAME not in repr(look_up(credential.number))
    assert look_up_codes([credential.code], in_full=True)[credential.code].name == NAME


def test_one_that_takes_its_place_is_as_private_as_it(credential):
    show(credential, PublicView.TYPED)
    newer = replace_credential(
        credential, name="Newer Name", by=make.user(), reason="x", at=timezone.now()
    )
    assert Credential.objects.get(pk=newer.pk).public_view == PublicView.TYPED


# The name that is typed ---------------------------------------------------------------------


def typed(client, credential, name, **headers):
    address = reverse("certificates:verify_number", args=[credential.number])
    return client.post(address, {"name": name}, headers=headers)


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        (NAME, "Yes: the name that we printed is"),
        ("canaryname  OKAFOR", "Yes: the name that we printed is"),
        ("Okafor, Canaryname", "Nearly: the name that we printed is like"),
        ("Cánaryname Okafor", "Nearly: the name that we printed is like"),
        ("Somebody Else", "No: the name that we printed is not"),
    ],
)
def test_a_typed_name_is_told_to_fit_or_not(client, credential, given, answer):
    show(credential, PublicView.TYPED)
    response = typed(client, credential, given)
    assert answer in words_of(response)
    if answer.startswith("No"):
        assert "Okafor" not in response.content.decode()


def test_the_page_asks_for_the_name_without_a_script_or_a_cookie(credential):
    show(credential, PublicView.TYPED)
    stranger = Client(enforce_csrf_checks=True)
    assert "Does the name fit?" in words_of(page(stranger, credential))
    response = typed(stranger, credential, NAME)
    assert response.status_code == 200
    assert not response.cookies
    assert response["Cache-Control"] == "no-store"
    assert "noindex" in response["X-Robots-Tag"]


def test_an_empty_name_is_as_if_none_was_sent(client, credential):
    show(credential, PublicView.TYPED)
    assert "No: the name" not in words_of(typed(client, credential, "   "))


def test_a_program_reads_whether_a_name_fits(client, credential):
    show(credential, PublicView.TYPED)
    answer = json.loads(typed(client, credential, NAME, accept="application/json").content)
    assert (answer["name_match"], answer["name"], answer["shows"]) == ("same", None, "typed")


def test_with_the_standing_alone_no_name_is_compared(client, credential):
    show(credential, PublicView.STANDING)
    response = typed(client, credential, NAME)
    assert "No name is compared for this certificate" in words_of(response)
    answer = json.loads(typed(client, credential, NAME, accept="application/json").content)
    assert answer["name_match"] == "not_compared"
    assert "Does the name fit?" not in words_of(response)


def test_of_a_replaced_one_no_name_is_compared(client, credential):
    show(credential, PublicView.TYPED)
    replace_credential(credential, name="New", by=make.user(), reason="x", at=timezone.now())
    assert "No name is compared" in words_of(typed(client, credential, NAME))


def test_after_ten_wrong_names_even_the_right_one_is_not_told(client, credential):
    show(credential, PublicView.TYPED)
    for number in range(WRONG_NAMES_AN_HOUR):
        assert "No: the name" in words_of(typed(client, credential, f"Guess {number}"))
    response = typed(client, credential, NAME)
    assert "Too many names were tried" in words_of(response)
    other = Client(REMOTE_ADDR="192.0.2.77")
    assert "Yes:" in words_of(typed(other, credential, NAME)), "nobody shuts the door for others"


@time_machine.travel(make.NOON, tick=False)  # guesses are counted by the minute
def test_wrong_names_are_misses_like_unknown_numbers(client, credential):
    show(credential, PublicView.TYPED)
    others = [make.credential(holder=make.user(full_name="B C")) for _ in range(6)]
    for each in others:
        show(each, PublicView.TYPED)
        for number in range(WRONG_NAMES_AN_HOUR):
            typed(client, each, f"Guess {number}")
    assert WRONG_NAMES_AN_HOUR * len(others) == MISSES_A_MINUTE
    assert typed(client, credential, NAME).status_code == 429


def test_right_names_are_counted_against_nobody(client, credential):
    show(credential, PublicView.TYPED)
    for _time in range(WRONG_NAMES_AN_HOUR + 2):
        assert "Yes:" in words_of(typed(client, credential, NAME))


def test_a_list_is_no_way_to_guess_faster(client, credential):
    show(credential, PublicView.TYPED)
    guesses = [f"{credential.number}, Guess {number}" for number in range(12)]
    sent = {"numbers": "\n".join([*guesses, f"{credential.number}, {NAME}"])}
    url = reverse("certificates:verify_many")
    rows = client.post(url, sent, headers={"accept": "application/json"}).json()["numbers"]
    matches = [row["name_match"] for row in rows]
    assert matches == ["differs"] * WRONG_NAMES_AN_HOUR + ["too_many"] * 3
    again = client.post(
        url, {"numbers": f"{credential.number}, {NAME}"}, headers={"accept": "application/json"}
    )
    assert again.json()["numbers"][0]["name_match"] == "too_many"


def test_an_organisation_is_held_to_the_same_by_its_keys(credential):
    show(credential, PublicView.TYPED)
    owner = make.user()
    house = making.organisation(owner)
    clients = []
    for name in ("One", "Two"):
        _row, key = make_key(house, name, by=owner, at=timezone.now())
        clients.append(Client(headers={"Authorization": f"Bearer {key}"}))
    url = f"/api/v1/certificates/{credential.number}"
    for number in range(WRONG_NAMES_AN_HOUR):
        answer = clients[number % 2].get(url, {"name": f"Guess {number}"}).json()["check"]
        assert answer["name_match"] == "differs"
    check = clients[0].get(url, {"name": NAME}).json()["check"]
    assert (check["name_match"], check["record"]["name"]) == ("too_many", None)


def test_one_guess_is_counted_for_one_asker_and_one_certificate(credential):
    at = make.NOON
    first = NameGuesses("a", ["X", "Y"], at=at)
    for _time in range(WRONG_NAMES_AN_HOUR):
        first.count("X")
    first.save()
    assert not NameGuesses("a", ["X"], at=at).may_try("X")
    assert NameGuesses("a", ["Y"], at=at).may_try("Y")
    assert NameGuesses("b", ["X"], at=at).may_try("X")
    assert NameGuesses("a", ["X"], at=at + make.HOUR).may_try("X")


# Choosing -----------------------------------------------------------------------------------


@pytest.fixture
def address(credential):
    return reverse("certificates:strangers", args=[credential.number])


def test_a_holder_chooses_and_reads_what_holds_now(client, credential, address):
    client.force_login(credential.holder)
    page_text = words_of(client.get(address))
    for words in ("All that is printed", "All but the name", "after ten wrong names"):
        assert words in page_text
    response = client.post(address, {"view": "typed"}, follow=True)
    assert "Your choice is kept" in words_of(response)
    assert "they type it, and read whether it fits" in words_of(response)
    credential.refresh_from_db()
    assert credential.public_view == PublicView.TYPED


def test_the_holders_page_says_what_others_do_not_see(client, credential):
    show(credential, PublicView.STANDING)
    client.force_login(credential.holder)
    held = words_of(client.get(reverse("certificates:held", args=[credential.number])))
    assert "They do not see your name, the award or its dates." in held
    assert NAME in held, "their own page shows them all of it"


@pytest.mark.parametrize("sent", [{}, {"view": "everything"}])
def test_what_cannot_be_chosen_is_refused_kindly(client, credential, address, sent):
    client.force_login(credential.holder)
    response = client.post(address, sent)
    assert response.status_code == 422
    credential.refresh_from_db()
    assert credential.public_view == PublicView.PRINTED


def test_nobody_else_chooses(client, credential, address):
    client.force_login(make.registrar())
    assert client.get(address).status_code == 404
    assert client.post(address, {"view": "standing"}).status_code == 404
    client.logout()
    assert client.get(address).status_code == 302
    credential.refresh_from_db()
    assert credential.public_view == PublicView.PRINTED


def test_the_site_address_is_not_in_what_a_preview_shows(client, credential):
    show(credential, PublicView.TYPED)
    head = page(client, credential).content.decode().partition("</head>")[0]
    assert "noindex" in head
    assert "Okafor" not in head
    assert str(settings.SITE_NAME) in head
