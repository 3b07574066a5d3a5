"""Draws a paper: the questions of the bank that one learner is given, frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

from assessments.bank import Question
from assessments.blueprint import BankEntry, Row, Selection, least_met_first, select
from assessments.exceptions import PoolTooSmall
from assessments.items import Item
from assessments.papers import Paper
from assessments.wording import freeze_with_words
from courses.editions import cache_value, cached_value
from courses.models import Edition


def draw_paper(
    blueprint: Sequence[Row],
    entries: Sequence[BankEntry] | None = None,
    *,
    pass_percent: Decimal,
    random: Random,
    times_met: Mapping[int, int],
    edition: int | None = None,
) -> Paper:
    """A paper for one attempt, in the order of the blueprint, with no question twice.

    `entries` are the ready questions that its rows may ask, and `edition` the edition they are
    of, where those were read already.

    Only questions that are ready are drawn, in the words that are published. At random,
    those that the learner has met least come first; `times_met` says how often each was met,
    by its primary key. Raises PoolTooSmall when the bank cannot fill the paper. Writes nothing.
    """
    if entries is None:
        entries = Question.objects.bank_entries()
    selection = _select(blueprint, entries, random=random, times_met=times_met)
    is_short = any(
        missing and row.blocks_when_short
        for row, missing in zip(blueprint, selection.missing, strict=True)
    )
    if is_short or not any(selection.chosen):
        raise PoolTooSmall
    number = Edition.current() if edition is None else edition
    return Paper(_items(blueprint, selection, random, number), pass_percent)


def sample_paper(blueprint: Sequence[Row], *, pass_percent: Decimal, random: Random) -> Paper:
    """A paper such as a learner might be given, for an author to try. It never counts.

    Rows that the bank cannot fill are filled as far as it can.
    """
    entries = Question.objects.bank_entries()
    selection = _select(blueprint, entries, random=random, times_met={})
    return Paper(_items(blueprint, selection, random, Edition.current()), pass_percent)


def _select(
    blueprint: Sequence[Row],
    entries: Sequence[BankEntry],
    *,
    random: Random,
    times_met: Mapping[int, int],
) -> Selection:
    preferred = least_met_first(entries, times_met=times_met, random=random)
    return select(blueprint, entries, preferred=preferred, times_met=times_met)


def _items(
    blueprint: Sequence[Row], selection: Selection, random: Random, edition: int
) -> list[Item]:
    questions = selection.in_order(random)
    frozen = frozen_questions([question for _, question in questions], edition)
    return [
        replace(frozen[question].deal(random), worth=blueprint[index].worth)
        for index, question in questions
        if question in frozen
    ]


def frozen_questions(questions: list[int], edition: int) -> dict[int, Item]:
    """The questions as items in their authors' order, by primary key; cached for the edition."""
    keys = {pk: ("frozen_question", pk) for pk in questions}
    items = {pk: cached_value(edition, key) for pk, key in keys.items()}
    missing = [pk for pk, item in items.items() if item is None]
    if missing:
        rows = Question.objects.ready().filter(pk__in=missing)
        for question in rows.prefetch_related("competencies", "lesson", "other_words"):
            items[question.pk] = freeze_with_words(question)
            cache_value(edition, keys[question.pk], items[question.pk])
    return {pk: item for pk, item in items.items() if item is not None}
