"""Short lines of advice and of warning, each with the word that says which it is."""

from __future__ import annotations

from django.utils.translation import gettext as _
from wagtail import blocks

QUOTATION_MARKS = ("“", '"', "‘", "«", "„")


class DoDontValue(blocks.StructValue):
    """A do and don’t, each line of it with its own word, in the language it is rendered in."""

    @property
    def do_lines(self) -> list[tuple[str, str]]:
        return [(word_before_do(line), line) for line in self["do"]]

    @property
    def dont_lines(self) -> list[tuple[str, str]]:
        return [(word_before_dont(line), line) for line in self["dont"]]


def word_before_do(line: str) -> str:
    """What stands before a line that advises: for words in quotation marks, that one may say them."""
    return _("Say:") if line.startswith(QUOTATION_MARKS) else _("Do:")


def word_before_dont(line: str) -> str:
    """What stands before a line that warns, so that nobody can read it alone as advice.

    A line that says “do not” by itself gets nothing: twice would mean the opposite.
    """
    # Translators: how a warning may begin, in small letters, with a bar between any two.
    openings = _("do not |don’t |don't |never ").split("|")
    if line.lower().startswith(tuple(openings)):
        return ""
    return _("Don’t say:") if line.startswith(QUOTATION_MARKS) else _("Don’t:")
