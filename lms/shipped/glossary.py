"""Builds the words of the glossary that come with the site."""

from __future__ import annotations

from courses.models import GlossaryWord, LessonPage
from lms.shipped.pieces import FOUNDATIONS, Pieces, key_of, load

FILE = FOUNDATIONS / "glossary.yaml"


def build_glossary(pieces: Pieces) -> None:
    """Make and publish each word, with the lesson that explains it where the site has it."""
    for shipped in load(FILE):
        if not pieces.is_new(f"word:{shipped['word']}"):
            continue
        word = GlossaryWord(
            word=shipped["word"],
            forms="\n".join(shipped.get("forms", [])),
            meaning=shipped["meaning"],
            lesson=LessonPage.objects.filter(
                translation_key=key_of(f"lesson:{shipped['lesson']}")
            ).first(),
        )
        word.save()
        pieces.publish_first_version(word)
