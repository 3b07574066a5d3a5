"""What an editor should be told: what the bank cannot fill, and what rests on what.

Answers only: nothing is saved here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.blueprint import BankEntry, PaperSize, Row, paper_size, select
from assessments.models import Draw, Question, Quiz


@dataclass(frozen=True)
class Shortfall:
    """A row of a quiz that asks for more than the bank has ready."""

    number: int
    row: Row
    ready: int

    def __str__(self) -> str:
        if self.row.names_the_other_bank:
            return self._other_bank()
        if self.row.names_red_line:
            return _(
                "Row %(row)s names a red line that is still a draft. Nobody can begin this quiz until you publish it."
            ) % {"row": self.number}
        if self.row.question is not None:
            return _(
                "Row %(row)s names a question that is still a draft. It is left out until you publish it."
            ) % {"row": self.number}
        if self.row.all_red_lines:
            return _("Row %(row)s asks for every red line, and the bank has none ready for it.") % {
                "row": self.number
            }
        if self.row.held_back:
            return ngettext(
                "Row %(row)s asks for %(count)s held-back questions, and %(ready)s of them is ready for it.",
                "Row %(row)s asks for %(count)s held-back questions, and %(ready)s of them are ready for it.",
                self.ready,
            ) % {"row": self.number, "count": self.row.count, "ready": self.ready}
        return ngettext(
            "Row %(row)s asks for %(count)s, and the bank has %(ready)s ready for it.",
            "Row %(row)s asks for %(count)s, and the bank has %(ready)s ready for it.",
            self.ready,
        ) % {"row": self.number, "count": self.row.count, "ready": self.ready}

    def _other_bank(self) -> str:
        if self.row.held_back:
            return _(
                "Row %(row)s names a question that is not held back. A final of held-back questions leaves it out: its answer has been shown in other quizzes."
            ) % {"row": self.number}
        return _(
            "Row %(row)s names a held-back question. It is left out here, so that it stays a secret of the final."
        ) % {"row": self.number}


def shortfalls(blueprint: list[Row], entries: Iterable[BankEntry]) -> list[Shortfall]:
    """The rows of one quiz that the bank cannot fill, by the same matching as the draw."""
    selection = select(blueprint, entries)
    return [
        Shortfall(number, row, len(questions))
        for number, (row, questions, missing) in enumerate(
            zip(blueprint, selection.chosen, selection.missing, strict=True), start=1
        )
        if missing
    ]


@dataclass(frozen=True)
class Filling:
    """What the bank makes of a quiz: the size of its papers, and the rows that it cannot fill."""

    size: PaperSize
    shortfalls: list[Shortfall]


def fillings_of(quizzes: Iterable[Quiz]) -> dict[int, Filling]:
    """What the bank makes of each quiz, by its primary key. Constant queries."""
    blueprints: dict[int, list[Row]] = {quiz.pk: [] for quiz in quizzes}
    draws = Draw.objects.select_related("quiz", "module").annotate(
        names_red_line=F("question__red_line"), names_held_back=F("question__held_back")
    )
    for draw in draws.filter(quiz__in=blueprints).order_by("sort_order", "pk"):
        row = draw.row(bool(draw.names_red_line), draw.names_held_back)
        blueprints[draw.quiz_id].append(row)
    entries = Question.objects.bank_entries() if blueprints else []
    return {
        pk: Filling(paper_size(rows, entries), shortfalls(rows, entries))
        for pk, rows in blueprints.items()
    }


def shortfalls_of(quizzes: Iterable[Quiz]) -> dict[int, list[Shortfall]]:
    """The rows that the bank cannot fill, by quiz. Constant queries."""
    return {pk: filling.shortfalls for pk, filling in fillings_of(quizzes).items()}


def reasons_against_publishing(question: Question) -> list[str]:
    """Why the newest version of a question may not be asked yet, in sentences; none if it may."""
    newest: Question = question.get_latest_revision_as_object()
    try:
        newest.full_clean()
    except ValidationError as refused:
        return refused.messages
    return []


def questions_asked_by(quizzes: Iterable[int]) -> list[int]:
    """The ready questions that any of some quizzes names or may draw, by primary key."""
    rows = [
        draw.row()
        for draw in Draw.objects.filter(quiz__in=list(quizzes)).select_related("quiz", "module")
    ]
    entries = Question.objects.bank_entries() if rows else []
    return [entry.question for entry in entries if any(row.may_ask(entry) for row in rows)]


def asking_quizzes(question: Question, draws: Iterable[Draw]) -> dict[int, list[Draw]]:
    """The quizzes that name a question or may draw it, by primary key, with the rows that do.

    Every page that says how many quizzes ask a question counts these. No query for each.
    """
    entry = question.bank_entry()
    asking: dict[int, list[Draw]] = {}
    for draw in draws:
        if draw.row().may_ask(entry):
            asking.setdefault(draw.quiz_id, []).append(draw)
    return asking


def draws_that_may_ask(question: Question) -> QuerySet[Draw]:
    """The rows of any quiz that name a question, or that may draw it at random."""
    asking = asking_quizzes(question, Draw.objects.select_related("quiz", "module"))
    fitting = [draw.pk for draws in asking.values() for draw in draws]
    return (
        Draw.objects.filter(pk__in=fitting)
        .select_related("quiz", "module")
        .order_by("quiz__title", "sort_order")
    )
