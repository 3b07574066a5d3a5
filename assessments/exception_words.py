"""An exception in words: for the learner whom it is for, and for staff."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import QuizException
from assessments.terms import Terms
from people.moments import moment


@dataclass(frozen=True)
class ExceptionInWords:
    """What a learner was given, one sentence each, and why."""

    sentences: list[str]
    reason: str


def exception_in_words(terms: Terms) -> ExceptionInWords | None:
    """What somebody was given beyond the rules, for themselves to read; None for nothing.

    Only what changes something is said: more minutes say nothing where there is no limit.
    """
    exception = terms.exception
    if exception is None:
        return None
    sentences = []
    if exception.extra_attempts and terms.attempts_allowed is not None:
        sentences.append(
            ngettext(
                "You were given one more try.",
                "You were given %(count)s more tries.",
                exception.extra_attempts,
            )
            % {"count": exception.extra_attempts}
        )
    if exception.no_wait:
        sentences.append(_("You need not wait between tries."))
    if exception.talked and (
        terms.tries_before_pause is not None or terms.tries_before_talk is not None
    ):
        sentences.append(_("You talked it through, so your tries are counted afresh."))
    if exception.extra_minutes and terms.time_limit is not None:
        sentences.append(
            ngettext(
                "You have one more minute for each try.",
                "You have %(count)s more minutes for each try.",
                exception.extra_minutes,
            )
            % {"count": exception.extra_minutes}
        )
    if exception.opens_at and exception.opens_at == terms.opens_at:
        sentences.append(_("For you it opens on %(when)s.") % {"when": moment(terms.opens_at)})
    if exception.closes_at and exception.closes_at == terms.closes_at:
        sentences.append(_("For you it closes on %(when)s.") % {"when": moment(terms.closes_at)})
    return ExceptionInWords(sentences, exception.reason) if sentences else None


def exception_for_staff(exception: QuizException) -> list[str]:
    """What a row gives, in a few words each; for an empty one, that it took back what was given."""
    if exception.is_empty:
        return [_("Taken back: as for everybody")]
    parts = [
        (
            exception.extra_attempts,
            ngettext("%(count)s more try", "%(count)s more tries", exception.extra_attempts)
            % {"count": exception.extra_attempts},
        ),
        (exception.no_wait, _("no wait between tries")),
        (exception.talked, _("talked it through: tries counted afresh")),
        (
            exception.extra_minutes,
            ngettext("%(count)s more minute", "%(count)s more minutes", exception.extra_minutes)
            % {"count": exception.extra_minutes},
        ),
    ]
    dates = [(_("opens %(when)s"), exception.opens_at), (_("closes %(when)s"), exception.closes_at)]
    return [words for given, words in parts if given] + [
        words % {"when": moment(at)} for words, at in dates if at
    ]
