"""What the templates of questions may say. They are Jinja's: see docs/decisions/0150."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.template.defaultfilters import linebreaks_filter
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from jinja2 import Environment
from wagtail.rich_text import expand_db_html

from assessments.templatetags import marks
from lms.templatetags.pages import icon, lang


def environment(**options: Any) -> Environment:
    """Where the templates of the kinds are found, with the words and figures that they share."""
    engine = Environment(**options)  # noqa: S701  Django turns escaping on
    engine.globals.update(
        _=translate,
        figure=marks.figure,
        fitting=marks.fitting,
        icon=icon,
        lang=lang,
        mark_in_words=marks.mark_in_words,
        question_name=marks.question_name,
        question_of=marks.question_of,
        read_again=marks.read_again,
    )
    engine.filters.update(linebreaks=linebreaks_filter, richtext=richtext)
    return engine


def translate(words: str) -> str:
    """Some words of a template in the reader's language."""
    return _translated(words, get_language())


@lru_cache(maxsize=2_000)
def _translated(words: str, language: str | None) -> str:
    """The same few words stand in each question. The catalogue is searched once for each."""
    return gettext(words)


def richtext(source: str) -> SafeString:
    """What was written in the editor, with its links as addresses."""
    return mark_safe(expand_db_html(source))
