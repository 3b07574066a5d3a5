"""The interface in Spanish: all of it, with every name in its place."""

import gettext
import re
from pathlib import Path

import pytest

from tests import make

CATALOGUE = Path(__file__).resolve().parents[2] / "lms" / "locale" / "es" / "LC_MESSAGES"
PLACES = re.compile(r"%\(\w+\)[sd]|(?<!%)%s|\{\w+\}")


@pytest.fixture(scope="module")
def translated():
    with (CATALOGUE / "django.mo").open("rb") as compiled:
        return {
            key[0] if isinstance(key, tuple) else key: text
            for key, text in gettext.GNUTranslations(compiled)._catalog.items()
            if key
        }


def test_nothing_is_left_in_english():
    text = (CATALOGUE / "django.po").read_text(encoding="utf-8")
    assert "#, fuzzy" not in text
    assert re.findall(r'^msgstr ""\n\n', text, re.M) == []


def test_what_is_compiled_is_what_was_written(translated):
    written = re.findall(r"^msgid ", (CATALOGUE / "django.po").read_text(encoding="utf-8"), re.M)
    assert len(translated) == len(written) - 1


def test_every_place_for_a_name_or_a_number_is_kept(translated):
    with (CATALOGUE / "django.mo").open("rb") as compiled:
        keys = gettext.GNUTranslations(compiled)._catalog
    plurals = {
        key[0] for key in keys if isinstance(key, tuple)
    }  # “one” need not be said in figures
    lost = [
        original
        for original, text in translated.items()
        if original not in plurals and set(PLACES.findall(text)) != set(PLACES.findall(original))
    ]
    assert lost == []


def test_a_page_is_spanish_for_whoever_reads_spanish(client, db):
    make.home()
    page = client.get("/verify/", headers={"Accept-Language": "es"}).content.decode()
    assert '<html lang="es"' in page
    assert "certificado" in page
