"""Verbs: keeping the words of a question in another language, as part of its newest version."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.html import strip_tags
from wagtail.models import Revision

from assessments.bank import Question
from assessments.models import QuestionWords
from assessments.wording import Content, WordsState, states_of, texts_to_translate
from courses.publishable import refuse_unpublishable
from people.models import User


def content_of(
    question: Question, texts: Mapping[str, str], before: Content, *, confirmed: frozenset[str]
) -> dict[str, dict[str, str]]:
    """The content of words, from the texts by path that somebody wrote beside the question's.

    A text that they left as it was goes on translating what it translated, unless they
    `confirmed` that it still says the same.
    """
    content = {}
    for text in texts_to_translate(question):
        words = texts.get(text.path, "")
        # The editor of rich text sends a paragraph of nothing where nothing was written.
        if strip_tags(words).strip():
            earlier = before.get(text.path, {})
            is_kept = earlier.get("text") == words and text.path not in confirmed
            of = earlier["of"] if is_kept else text.source
            content[text.path] = {"text": words, "of": of}
    return content


@transaction.atomic
def save_words(
    draft: Question,
    language: str,
    content: Content,
    *,
    reviewed_by: str,
    by: User | None,
    is_drafted: bool | None = None,
) -> Revision:
    """Keep words in a language in a new version of a question, a draft of all that it says.

    `draft` is its newest version as an object.
    """
    rows = {row.language: row for row in draft.other_words.all()}
    words = rows.get(language) or QuestionWords(language=language)
    words.content = dict(content)
    words.reviewed_by = reviewed_by
    if is_drafted is not None:
        words.is_drafted = is_drafted
    draft.other_words.add(words)
    # What is half written is kept all the same: it is asked for on publishing.
    revision: Revision = draft.save_revision(user=by, clean=False, log_action=True)
    return revision


def publish_words(draft: Question, revision: Revision, *, by: User | None) -> None:
    """Publish the version that was saved, with whatever else is new in it.

    Raises NotPublishable.
    """
    refuse_unpublishable(draft)
    revision.publish(user=by)


def state_in(question: Question, language: str) -> WordsState | None:
    """How a question stands in a language; None for its own, or one that the site does not have."""
    return next((state for state in states_of(question) if state.language == language), None)
