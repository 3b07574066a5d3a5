"""A browser that translates a page leaves names, numbers and addresses as they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.template import engines

from tests import make

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
SHOWN = re.compile(
    r"\{\{ ((?:\w+\.)*(?:full_name|get_short_name)|facts\.(?:name|number|signatory)"
    r"|(?:\w+\.)*credential\.(?:number|name)|certificate\.number) \}\}"
)
LEFT_ALONE = re.compile(r"<(\w+)[^<>]*translate=\"no\"[^<>]*>.*?</\1>", re.DOTALL)
IN_A_TAG = re.compile(r"<[^<>]*\{\{[^{}]*\}\}[^<>]*>")
TITLE = re.compile(r"\{% block title %\}.*?\{% endblock")


def test_no_page_shows_a_name_or_a_number_that_would_be_translated():
    """Finds the next one, in every template of a page."""
    pages = [page for page in TEMPLATES.rglob("*.html") if "email" not in page.parts]
    assert len(pages) > 150
    found = {
        f"{page.relative_to(TEMPLATES)}: {name}"
        for page in pages
        for name in SHOWN.findall(
            TITLE.sub("", IN_A_TAG.sub("", LEFT_ALONE.sub("", page.read_text(encoding="utf-8"))))
        )
    }
    assert found == set()


def test_the_walk_would_find_one():
    assert SHOWN.search("<td>{{ learner.full_name }}</td>")
    assert not SHOWN.search("<td>{{ learner.full_name|as_is }}</td>")


def test_a_name_stays_safe():
    shown = engines["django"].from_string("{{ name|as_is }}").render({"name": "<b>Ada</b>"})
    assert shown == '<span translate="no">&lt;b&gt;Ada&lt;/b&gt;</span>'


@pytest.mark.django_db
def test_the_public_page_of_a_certificate(client):
    credential = make.credential()
    html = client.get(f"/verify/{credential.number}/").content.decode()
    assert f'<span translate="no">{credential.number}</span>' in html
    name = html.split('certified__name" translate="no">')[1].split("</div>")[0]
    assert '<dt translate="yes">' in name
    assert credential.name in name
