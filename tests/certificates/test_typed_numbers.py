"""What people type and paste to check a certificate is read, or they are told what cannot be."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from certificates.numbers import foreign_signs, formatted, wrong_length
from certificates.verifying import OtherSite, refuse_other_sites, tidy_number, unwrapped
from tests import make

CODE = "72F46H4XXKM6"  # as `random_code` makes them; the same in every process of a run
NUMBER = formatted("PSW", CODE)
OURS = f"https://learn.example.org/verify/{NUMBER}/"
OWN = {"learn.example.org"}
SLASHED = "/".join(["PSW", CODE[:4], CODE[4:8], CODE[8:]])
SCANNED = quote(OURS, safe="")


@pytest.mark.parametrize(
    "typed",
    [
        f"Certificate no.: {NUMBER}",
        f"Número de certificado: {NUMBER}",
        f"Ada Lovelace {NUMBER}",
        f"Ada Lovelace, {NUMBER} (1).pdf",
        f"{NUMBER} (1).pdf",
        SLASHED,
        SLASHED.removeprefix("PSW/"),
        f"No: {SLASHED}",
        NUMBER.replace("P", "Р"),
        NUMBER.replace("-", "—"),
        NUMBER.replace("-", "\u00ad"),
        "".join(chr(ord(sign) + 0xFEE0) for sign in NUMBER),
        "\u200b".join(NUMBER),
    ],
)
def test_it_is_read(typed):
    assert tidy_number(typed) in {NUMBER, formatted("", CODE).removeprefix("-")}


def test_every_letter_of_another_keyboard_that_looks_like_ours_is_read():
    cyrillic = str.maketrans("BCHKMPTXY", "ВСНКМРТХУ")
    assert tidy_number(NUMBER.translate(cyrillic)) == NUMBER


@pytest.mark.parametrize(
    "typed",
    [
        f"https://eur01.safelinks.protection.outlook.com/?url={SCANNED}&data=05%7C02&reserved=0",
        f"https://urldefense.com/v3/__{OURS}__;!!abc$",
        "https://urldefense.proofpoint.com/v2/url?u="
        + SCANNED.replace("%", "-").replace("_", "%5F")
        + "&d=DwMF",
        f"https://scanner.example/?a=b&u={quote(SCANNED, safe='')}",
    ],
)
def test_our_link_is_read_out_of_the_one_of_a_mail_scanner(typed):
    inner = unwrapped(typed, OWN)
    refuse_other_sites(inner, OWN)
    assert tidy_number(inner) == NUMBER


@pytest.mark.parametrize(
    "typed",
    [
        f"https://evil.example/verify/{NUMBER}/",
        f"https://scanner.example/?url={quote('https://evil.example/verify/' + NUMBER, safe='')}",
    ],
)
def test_another_site_stays_another_site(typed):
    assert unwrapped(typed, OWN) == typed
    with pytest.raises(OtherSite):
        refuse_other_sites(typed, OWN)


def test_what_is_no_link_is_left_as_it_is():
    assert unwrapped(OURS, OWN) == OURS
    assert unwrapped(NUMBER, OWN) == NUMBER


def test_what_cannot_be_read_is_named():
    assert foreign_signs(f"Ю{NUMBER[1:]}Ж") == ["Ю", "Ж"]
    assert foreign_signs(NUMBER.replace("P", "Р")) == []


@pytest.mark.django_db
def test_the_page_names_what_cannot_be_read(client):
    html = client.get("/verify/", {"number": "ЮSW-1234"}).content.decode()
    assert '<b translate="no">Ю</b>' in html
    assert "letters A to Z" in html


@pytest.mark.django_db
def test_a_scanned_link_leads_to_the_answer(client, settings):
    number = make.credential().number
    link = quote(f"{settings.BASE_URL}/verify/{number}/", safe="")
    found = client.get("/verify/", {"number": f"https://scanner.example/?url={link}"})
    assert found.headers["Location"] == f"/verify/{number}/"


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("PSW-6SX6-BBRV", "short"),
        ("psw 6sx6 bbrv 4tw", "short"),
        ("PSW6SX6BBR", "short"),
        ("6SX6-BBRV", "short"),
        ("hello", "short"),
        ("COPSW-6SX6-BBRV-4TW", "short"),
        ("PSW-6SX6-BBRV-4TWKK", "long"),
        ("PSW6SX6BBRV4TWKK", "long"),
        ("6SX6BBRV4TWK2", "long"),
        ("PSW-6SX6-BBRV-4TWK", ""),
        ("6SX6-BBRV-4TWK", ""),
        ("BCDF-BBRV-4TWK", ""),
        ("BCDF-6SX6-BBRV-4TW", ""),
        ("P5W-6SX6-BBRV-4TWK", ""),
        ("PSWB6SX6BBRV4TWK", ""),
        ("PSW-6SX6-ЖЖЖЖ", ""),
        ("a whole sentence about nothing of ours that goes on and on", ""),
        ("", ""),
    ],
)
def test_what_has_too_few_or_too_many_symbols_is_known(typed, problem):
    assert wrong_length(typed) == problem
