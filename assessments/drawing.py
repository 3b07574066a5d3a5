"""Draws a paper: the questions of the bank that one learner is given, frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

from assessments.blueprint import Row, Selection, least_met_first, select
from assessments.exceptions import PoolTooSmall
from assessments.items import Item
from assessments.models.bank import Question
from assessments.papers import Paper


def draw_paper(
    blueprint: Sequence[Row],
    *,
    pass_percent: Decimal,
    random: Random,
    times_met: Mapping[int, int],
) -> Paper:
    """A paper for one attempt, in the order of the blueprint, with no question twice.

    Only questions that are ready are drawn, in the words that are published. At random,
    those that the learner has met least come first; `times_met` says how often each was met,
    by its primary key. Raises PoolTooSmall when the bank cannot fill the paper. Writes nothing.
    """
    selection = _select(blueprint, random=random, times_met=times_met)
    is_short = any(
        missing and row.blocks_when_short
        for row, missing in zip(blueprint, selection.missing, strict=True)
    )
    if is_short or not any(selection.chosen):
        raise PoolTooSmall
    return Paper(_items(blueprint, selection, random), pass_percent)


def sample_paper(blueprint: Sequence[Row], *, pass_percent: Decimal, random: Random) -> Paper:
    """A paper such as a learner might be given, for an author to try. It never counts.

    Rows that the bank cannot fill are filled as far as it can.
    """
    selection = _select(blueprint, random=random, times_met={})
    return Paper(_items(blueprint, selection, random), pass_percent)


def _select(blueprint: Sequence[Row], *, random: Random, times_met: Mapping[int, int]) -> Selection:
    entries = Question.objects.bank_entries()
    preferred = least_met_first(entries, times_met=times_met, random=random)
    return select(blueprint, entries, preferred=preferred)


def _items(blueprint: Sequence[Row], selection: Selection, random: Random) -> list[Item]:
    questions = selection.in_order(random)
    frozen = _freeze([question for _, question in questions])
    return [
        replace(frozen[question].deal(random), worth=blueprint[index].worth)
        for index, question in questions
        if question in frozen
    ]


def _freeze(questions: list[int]) -> dict[int, Item]:
    """The questions as items, by primary key."""
    rows = Question.objects.ready().filter(pk__in=questions)
    return {
        question.pk: question.freeze()
        for question in rows.prefetch_related("competencies", "lesson")
    }
