"""The standing pages say what is true of the award and of a certificate, in each language."""

from __future__ import annotations

import re

import pytest
from django.utils import translation
from django.utils.translation import gettext

from certificates.models import Award
from certificates.standing import Standing
from lms.shipped.award import AWARD_SLUG
from lms.shipped.pieces import CONTENT, load
from tests.shipped import content

SITES = {"en": CONTENT / "site.yaml", "es": CONTENT / "es" / "site.yaml"}

SAYS_OF = {
    "course": {
        "en": r"complete the course|lessons finished|every lesson",
        "es": r"completan el curso|terminado las lecciones|todas las lecciones",
    },
    "quiz": {"en": r"final assessment", "es": r"evaluación final"},
    "conversations": {"en": r"practice conversations", "es": r"conversaciones de práctica"},
    "statement": {
        "en": r"sign(ed)?\b.{0,60}code of ethics|code of ethics signed",
        "es": r"firm(an|a|ado)\b.{0,60}código de ética",
    },
}
"""By which words a sentence names a requirement of each kind."""


def sentences_on_the_award(language):
    """The sentences of the standing pages that say what the certificate is given for."""
    texts = [
        text for page in load(SITES[language])["pages"] for text in content.strings_in(page["body"])
    ]
    text = re.sub(r"<[^>]+>", " ", "\n".join(texts))
    sentences = re.split(r"(?<=[.?!:])\s+|\n", text)
    named = SAYS_OF["quiz"][language]
    signed = SAYS_OF["statement"][language]
    return [each for each in sentences if re.search(named, each) and re.search(signed, each)]


@pytest.mark.parametrize("language", SITES)
def test_about_organisations_and_help_each_say_what_the_award_asks_for(language):
    assert len(sentences_on_the_award(language)) == 3


@pytest.mark.parametrize("language", SITES)
def test_each_sentence_names_every_kind_of_requirement_of_the_award(shipped_site, db, language):
    kinds = set(Award.objects.get(slug=AWARD_SLUG).requirements.values_list("kind", flat=True))
    assert kinds == set(SAYS_OF)
    for sentence in sentences_on_the_award(language):
        for kind in kinds:
            assert re.search(SAYS_OF[kind][language], sentence), (kind, sentence)


@pytest.mark.parametrize("language", SITES)
def test_the_table_of_standings_has_the_words_of_the_check(language):
    tables = [
        block["table"]["rows"]
        for page in load(SITES[language])["pages"]
        for block in page["body"]
        if "table" in block and len(block["table"]["header"]) == 2
    ]
    (rows,) = tables
    with translation.override(language):
        words = {str(standing.label) for standing in Standing} | {gettext("Not found")}
    assert {row[0] for row in rows} == words
