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
    fixed = {draw.question_id for draw in draws}
    random_draws = [draw for draw in draws if draw.question_id is None]
    pools = [pool - fixed for pool in _pools(random_draws)]

    candidates = sorted(set().union(*pools))
    random.shuffle(candidates)
    candidates.sort(key=lambda question: seen.get(question, 0))
    filled = fill([draw.count for draw in random_draws], pools, candidates)
    if filled is None:
        raise PoolTooSmall(quiz)

    chosen: dict[int, Draw] = {}
    drawn = iter(filled)
    for draw in draws:
        if draw.question_id is not None:
            chosen.setdefault(draw.question_id, draw)
        else:
            picked = next(drawn)
            random.shuffle(picked)
            chosen.update(dict.fromkeys(picked, draw))
    ready = {
        question.pk: question
        for question in Question.objects.ready()
        .filter(pk__in=chosen)
        .prefetch_related("competencies")
    }
    if not ready:
        raise PoolTooSmall(quiz)
    return Paper(
        items=[
            ready[pk].freeze(random, worth=draw.worth) for pk, draw in chosen.items() if pk in ready
        ],
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


def _pools(draws: Sequence[Draw]) -> list[set[int]]:
    """What each random draw may be filled from. One query for each different pool."""
    known: dict[tuple[int | None, int | None, str], set[int]] = {}
    pools = []
    for draw in draws:
        conditions = (draw.module_id, draw.competency_id, draw.tag.casefold())
        if conditions not in known:
            ready = Question.objects.non_polymorphic().ready()
            if draw.module_id is not None:
                ready = ready.filter(module=draw.module_id)
            if draw.competency_id is not None:
                ready = ready.filter(competencies=draw.competency_id)
            if draw.tag:
                ready = ready.filter(tagged_items__tag__name__iexact=draw.tag)
            known[conditions] = set(ready.values_list("pk", flat=True))
        pools.append(known[conditions])
    return pools
