"""Draws a paper: the questions of the bank that one learner is given, frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from courses.exceptions import PoolTooSmall
from courses.models import Draw, Question, Quiz
from courses.papers import Paper


def draw_paper(quiz: Quiz, *, random: Random, seen: Mapping[int, int]) -> Paper:
    """A paper for one attempt, in the quiz's order, with no question twice.

    Only questions that are ready are drawn, in the words that are published. A fixed one
    that is no longer ready is left out. At random, those that the learner has met least
    come first; `seen` says how often each was met, by its primary key.
    Raises PoolTooSmall when the bank cannot fill the paper. Writes nothing.
    """
    draws = list(quiz.draws.all())
    fixed = _ready_ids(draws)
    pools = _pools([draw for draw in draws if draw.question_id is None])
    random_draws = [draw for draw in draws if draw.question_id is None]
    open_pools = [pools[_pool_of(draw)] - fixed for draw in random_draws]

    candidates = sorted(set().union(*open_pools)) if open_pools else []
    random.shuffle(candidates)
    candidates.sort(key=lambda pk: seen.get(pk, 0))
    filled = fill([draw.count for draw in random_draws], open_pools, candidates)
    if filled is None:
        raise PoolTooSmall(quiz)

    chosen: list[tuple[int, Draw]] = []
    drawn = iter(filled)
    for draw in draws:
        if draw.question_id is None:
            picked = next(drawn)
            random.shuffle(picked)
            chosen += [(pk, draw) for pk in picked]
        elif draw.question_id in fixed:
            fixed = fixed - {draw.question_id}
            chosen.append((draw.question_id, draw))
    if not chosen:
        raise PoolTooSmall(quiz)

    questions = {
        question.pk: question
        for question in Question.objects.filter(pk__in=[pk for pk, _ in chosen]).prefetch_related(
            "competencies"
        )
    }
    if len(questions) < len(chosen):  # one was deleted this very moment
        raise PoolTooSmall(quiz)
    return Paper(
        items=[questions[pk].freeze(random, worth=draw.worth) for pk, draw in chosen],
        pass_percent=quiz.pass_percent,
    )


def fill(
    counts: Sequence[int], pools: Sequence[set[int]], preferred: Sequence[int]
) -> list[list[int]] | None:
    """So many from each pool, none twice, taking those that come first in `preferred`.

    Pools may overlap: a question moves to another draw that can hold it when that makes
    room. The answer is None only when no choice at all would fill every draw.
    """
    held: list[list[int]] = [[] for _ in counts]
    wanted = sum(counts)

    def place(question: int, tried: set[int]) -> bool:
        for index, pool in enumerate(pools):
            if index in tried or question not in pool:
                continue
            tried.add(index)
            if len(held[index]) < counts[index]:
                held[index].append(question)
                return True
            for other in held[index]:
                if place(other, tried):
                    held[index].remove(other)
                    held[index].append(question)
                    return True
        return False

    for question in preferred:
        if wanted == 0:
            break
        wanted -= place(question, set())
    return held if wanted == 0 else None


Pool = tuple[int | None, int | None, str]


def _pool_of(draw: Draw) -> Pool:
    return (draw.module_id, draw.competency_id, draw.tag.casefold())


def _ready_ids(draws: Sequence[Draw]) -> set[int]:
    """The fixed questions that may be drawn. One query, and none without fixed questions."""
    fixed = [draw.question_id for draw in draws if draw.question_id is not None]
    if not fixed:
        return set()
    return set(
        Question.objects.non_polymorphic().ready().filter(pk__in=fixed).values_list("pk", flat=True)
    )


def _pools(draws: Sequence[Draw]) -> dict[Pool, set[int]]:
    """What each random draw may be filled from. One query for each different pool."""
    pools: dict[Pool, set[int]] = {}
    for draw in draws:
        if _pool_of(draw) in pools:
            continue
        ready = Question.objects.non_polymorphic().ready()
        if draw.module_id is not None:
            ready = ready.filter(module=draw.module_id)
        if draw.competency_id is not None:
            ready = ready.filter(competencies=draw.competency_id)
        if draw.tag:
            ready = ready.filter(tagged_items__tag__name__iexact=draw.tag)
        pools[_pool_of(draw)] = set(ready.values_list("pk", flat=True))
    return pools
