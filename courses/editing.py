"""What an editor should be told: what the bank cannot fill, and what rests on what.

Answers only: nothing is saved here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db.models import Model, QuerySet, TextField
from django.db.models.deletion import Collector, ProtectedError, RestrictedError
from django.db.models.functions import Cast
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page

from courses.models import Attempt, Competency, Draw, Question, Quiz
from courses.models.questions import TaggedQuestion


@dataclass(frozen=True)
class Entry:
    """What a draw asks about a question of the bank, and no more."""

    pk: int
    code: str
    module_id: int | None
    competency_ids: frozenset[int]
    tags: frozenset[str]

    @classmethod
    def of(cls, question: Question) -> Entry:
        """The entry of a question whose competencies and tags were read with it."""
        return cls(
            pk=question.pk,
            code=question.code,
            module_id=question.module_id,
            competency_ids=frozenset(one.pk for one in question.competencies.all()),
            tags=frozenset(item.tag.name.casefold() for item in question.tagged_items.all()),
        )

    def fits(self, draw: Draw) -> bool:
        """Whether a row of a quiz names this question, or may draw it."""
        if draw.question_id:
            return self.pk == draw.question_id
        return (
            (not draw.module_id or self.module_id == draw.module_id)
            and (not draw.competency_id or draw.competency_id in self.competency_ids)
            and (not draw.tag or draw.tag.casefold() in self.tags)
        )


def ready_entries() -> list[Entry]:
    """Every question that is ready, in three queries however many quizzes ask for them."""
    competencies: dict[int, set[int]] = defaultdict(set)
    for question, competency in Question.competencies.through.objects.values_list(
        "question_id", "competency_id"
    ):
        competencies[question].add(competency)
    tags: dict[int, set[str]] = defaultdict(set)
    for question, tag in TaggedQuestion.objects.values_list("content_object_id", "tag__name"):
        tags[question].add(tag.casefold())
    return [
        Entry(pk, code, module, frozenset(competencies[pk]), frozenset(tags[pk]))
        for pk, code, module in Question.objects.ready()
        .non_polymorphic()
        .values_list("pk", "code", "module_id")
    ]


@dataclass(frozen=True)
class Shortfall:
    """A row of a quiz that asks for more than the bank has ready."""

    row: int
    draw: Draw
    ready: int

    def __str__(self) -> str:
        if self.draw.question_id:
            return _(
                "Row %(row)s names a question that is still a draft. It is left out until you publish it."
            ) % {"row": self.row}
        return ngettext(
            "Row %(row)s asks for %(count)s, and the bank has %(ready)s ready for it.",
            "Row %(row)s asks for %(count)s, and the bank has %(ready)s ready for it.",
            self.ready,
        ) % {"row": self.row, "count": self.draw.count, "ready": self.ready}


def shortfalls(draws: Iterable[Draw], entries: Iterable[Entry]) -> list[Shortfall]:
    """The rows of one quiz that the bank cannot fill, when no question may be asked twice.

    Rows are filled together: a question that two rows could take counts for one of them.
    """
    draws = list(draws)
    entries = list(entries)
    fitting = [[entry.pk for entry in entries if entry.fits(draw)] for draw in draws]
    taken: dict[int, int] = {}

    def place(row: int, tried: set[int]) -> bool:
        """Give a row one more question, moving others to where they also fit."""
        for question in fitting[row]:
            if question in tried:
                continue
            tried.add(question)
            if question not in taken or place(taken[question], tried):
                taken[question] = row
                return True
        return False

    fixed_first = sorted(range(len(draws)), key=lambda row: not draws[row].question_id)
    short = []
    for row in fixed_first:
        filled = 0
        while filled < draws[row].count and place(row, set()):
            filled += 1
        if filled < draws[row].count:
            short.append(Shortfall(row + 1, draws[row], filled))
    return sorted(short, key=lambda one: one.row)


def shortfalls_of(quizzes: Iterable[Quiz]) -> dict[int, list[Shortfall]]:
    """The rows that the bank cannot fill, by quiz. Constant queries."""
    draws: dict[int, list[Draw]] = {quiz.pk: [] for quiz in quizzes}
    for draw in Draw.objects.filter(quiz__in=draws).order_by("sort_order", "pk"):
        draws[draw.quiz_id].append(draw)
    entries = ready_entries() if draws else []
    return {pk: shortfalls(rows, entries) for pk, rows in draws.items()}


def draws_that_may_ask(question: Question) -> QuerySet[Draw]:
    """The rows of any quiz that name a question, or that may draw it at random."""
    entry = Entry.of(question)
    fitting = [draw.pk for draw in Draw.objects.all() if entry.fits(draw)]
    return (
        Draw.objects.filter(pk__in=fitting)
        .select_related("quiz")
        .order_by("quiz__title", "sort_order")
    )


@dataclass(frozen=True)
class Hold:
    """Something that rests on what an editor would delete."""

    what: str
    at: Model | None = None


def holds_on(target: Model) -> list[Hold]:
    """What stands in the way of deleting something. Nothing is deleted to find out."""
    return [*_kept_by_constraint(target), *_kept_by_us(target)]


def _kept_by_constraint(target: Model) -> list[Hold]:
    try:
        Collector(using="default", origin=target).collect([target])
    except ProtectedError as protected:
        return _named(protected.protected_objects)
    except RestrictedError as restricted:
        return _named(restricted.restricted_objects)
    return []


def _named(objects: Iterable[Model]) -> list[Hold]:
    """Quizzes and pages by name; records of people by their number alone."""
    holds: dict[Any, Hold] = {}
    counted: dict[type[Model], int] = defaultdict(int)
    for one in objects:
        if isinstance(one, Draw):
            one = one.quiz
        if isinstance(one, Quiz | Question | Page):
            what = f"{capfirst(one._meta.verbose_name)}: {one}"
            holds[type(one), one.pk] = Hold(what, one)
        else:
            counted[type(one)] += 1
    tallies = [
        Hold(
            f"{count} × {model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural}"
        )
        for model, count in counted.items()
    ]
    return [*holds.values(), *tallies]


def _kept_by_us(target: Model) -> list[Hold]:
    """What no constraint keeps, and what we keep none the less."""
    if isinstance(target, Competency):
        return [
            Hold(f"{capfirst(one._meta.verbose_name)}: {one}", one)
            for one in chain(target.lessons.all(), target.questions.all())
        ]
    if isinstance(target, Question):
        quizzes = {draw.quiz_id: draw.quiz for draw in draws_that_may_ask(target)}
        holds = [
            Hold(_("May be drawn at random: %(quiz)s") % {"quiz": quiz}, quiz)
            for quiz in quizzes.values()
        ]
        asked = papers_with(target)
        if asked:
            holds.append(
                Hold(ngettext("%(count)s paper", "%(count)s papers", asked) % {"count": asked})
            )
        return holds
    return []


def papers_with(question: Question) -> int:
    """How many papers a question stands on. Each is read as text, so this is not for a list."""
    told = f'"question": "{question.pk}"'
    papers = Attempt.objects.annotate(text=Cast("paper", TextField()))
    return papers.filter(text__contains=told).count()
