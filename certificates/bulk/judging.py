"""What will happen to each line of a bulk issue, what is wrong with it, and how to mend it.

Nothing is written. It costs the same few queries for one line and for five hundred.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, validate_email
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from certificates.approvals import says
from certificates.bulk.cells import (
    UnclearDay,
    day_comes_first,
    day_in,
    language_in,
    minutes_in,
)
from certificates.bulk.exceptions import AccountIsClosed
from certificates.bulk.lines import TypedLine
from certificates.bulk.register import HeldAward, Known, known_of
from certificates.dates import in_words
from certificates.exceptions import (
    CannotBeDone,
    HoursNotAttested,
    IssuesToThemselves,
    NameIsNotPrintable,
)
from certificates.issuing import EarnedBefore, earned_problem
from certificates.models import Award, BulkIssue, BulkLine
from certificates.models.bulk import LONGEST_ADDRESS, NAME_OF_WITNESS_LENGTH
from certificates.names import printable_name, validate_printable_words
from certificates.standing import Standing
from people.folding import fold, fold_for_search, plain_address
from people.models import NAME_LENGTH, User
from people.names import clean_name
from people.spreadsheets import may_be_a_formula

FIRST_DAY = date(1980, 1, 1)
"""Nobody has a day before this to attest: such a year is a slip."""
ODD_IN_A_NAME = set("@,;:/\\|<>()[]{}#*_=0123456789\ufffd")
"""Signs that stand in a name when it is two cells in one, an address, or text of a wrong encoding."""


@dataclass
class JudgedLine:
    """A line with what it comes to.

    `problems` stop it, each a sentence with its remedy. It is issued with `questions` only where a
    registrar confirms it. `notes` are worth knowing.
    """

    number: int
    cells: dict[str, str]
    email: str
    name: str = ""
    award: Award | None = None
    person: User | None = None
    earned_on: date | None = None
    minutes: int | None = None
    attested_by: str = ""
    language: str = ""
    problems: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def has_signed_in(self) -> bool:
        return self.person is not None and self.person.last_login is not None


@dataclass(frozen=True)
class DryRun:
    """All lines of a bulk issue, judged."""

    lines: list[JudgedLine]
    at_once: bool

    @cached_property
    def wrong(self) -> list[JudgedLine]:
        return [line for line in self.lines if line.problems]

    @cached_property
    def uncertain(self) -> list[JudgedLine]:
        return [line for line in self.lines if line.questions and not line.problems]

    @cached_property
    def to_issue(self) -> list[JudgedLine]:
        """Those that are issued as soon as it is started, without another word."""
        return [line for line in self._clean if self.at_once or line.has_signed_in]

    @cached_property
    def to_invite(self) -> list[JudgedLine]:
        """Those whose person is written to, and has the certificate when they signed in."""
        return [line for line in self._clean if not (self.at_once or line.has_signed_in)]

    def comes_to(self, confirmed: Collection[int]) -> dict[str, str]:
        """The lines that are to be issued or invited, by number, each with what its award says."""
        ticked = [line for line in self.uncertain if line.number in confirmed]
        lines = [*self._clean, *ticked]
        return {str(line.number): says(line.award) for line in lines if line.award}

    @property
    def _clean(self) -> list[JudgedLine]:
        return [line for line in self.lines if not line.problems and not line.questions]


def dry_run(bulk: BulkIssue, lines: Sequence[BulkLine], *, by: User, at: datetime) -> DryRun:
    """Judge some stored lines of a bulk issue, as this registrar would issue them."""
    typed = [TypedLine(line.number, dict(line.cells)) for line in lines]
    return DryRun(judge(bulk, typed, by=by, at=at), bulk.at_once)


def judge(
    bulk: BulkIssue, lines: Sequence[TypedLine], *, by: User, at: datetime
) -> list[JudgedLine]:
    """Judge the lines of one file, in their order."""
    judged = [
        JudgedLine(line.number, line.cells, plain_address(line.cells.get("email", "")))
        for line in lines
    ]
    known = known_of(
        (line.email for line in judged),
        (clean_name(line.cells.get("name", "")) for line in judged),
        at=at,
        but=bulk,
    )
    day_first = day_comes_first(line.cells.get("date", "") for line in judged)
    for line in judged:
        _judge_formulas(line)
        _judge_award(line, bulk, known)
        _judge_person(line, known, by)
        _judge_witness(line, bulk)
        _judge_day(line, day_first, at)
        _judge_hours(line)
        _judge_language(line)
        _judge_against_register(line, known)
    _judge_doubles(judged)
    return judged


# Each cell -----------------------------------------------------------------------------------


def _judge_formulas(line: JudgedLine) -> None:
    if any(may_be_a_formula(text) for text in line.cells.values()):
        line.problems.append(
            _("A cell holds a formula, or a text that begins like one. Put the plain text there.")
        )


def _judge_award(line: JudgedLine, bulk: BulkIssue, known: Known) -> None:
    typed = line.cells.get("award", "")
    line.award = known.award_of(typed) if typed else bulk.award
    if line.award is None and typed:
        line.problems.append(
            _("No award that may be earned is called “%(typed)s”. Those that may: %(awards)s.")
            % {"typed": typed[:80], "awards": ", ".join(known.award_names)}
        )
    elif line.award is None:
        line.problems.append(_("It names no award, and none was chosen for the whole file."))
    elif not line.award.active:
        line.problems.append(_("“%(award)s” may not be earned at present.") % {"award": line.award})


def _judge_person(line: JudgedLine, known: Known, by: User) -> None:
    """Whose line it is: an account that is there, or a name and an address for a new one."""
    typed = clean_name(line.cells.get("name", ""))
    if not _is_address(line):
        line.name = typed
        return
    line.person = known.people.get(line.email)
    line.name = line.person.full_name if line.person else typed
    if line.person is None:
        _judge_new_name(line, known)
    elif not line.person.is_active:
        line.problems.append(str(AccountIsClosed()))
    elif line.person == by:
        line.problems.append(str(IssuesToThemselves()))
    elif typed and fold(typed) != fold(line.name):
        line.questions.append(
            _(
                "The account with this address is of %(name)s, and the file says %(typed)s. The "
                "name on the account is printed. Is it the same person?"
            )
            % {"name": line.name, "typed": typed}
        )
    _judge_printing(line)


def _is_address(line: JudgedLine) -> bool:
    if not line.email:
        line.problems.append(_("It has no email address. Each person needs one of their own."))
        return False
    try:
        validate_email(line.email)
        MaxLengthValidator(LONGEST_ADDRESS)(line.email)
    except ValidationError:
        line.problems.append(
            _("“%(email)s” is not a whole email address.") % {"email": line.email[:80]}
        )
        return False
    return True


def _judge_new_name(line: JudgedLine, known: Known) -> None:
    signs = sorted(ODD_IN_A_NAME & set(line.name))
    if len(line.name) > NAME_LENGTH:
        line.problems.append(_("The name is longer than 120 letters."))
    elif signs:
        line.questions.append(
            _("The name has signs that names seldom have: %(signs)s. Is it right as it stands?")
            % {"signs": " ".join(signs)}
        )
    elif _is_of_one_size(line.name):
        line.notes.append(_("The name is printed as it stands, all in letters of one size."))
    for held in known.held_under(fold_for_search(line.name)):
        if line.award is not None and held.award_id == line.award.pk:
            line.questions.append(
                _(
                    "%(number)s of the same award is of somebody with this name, under another "
                    "address. Is this another person?"
                )
                % {"number": held.number}
            )


def _is_of_one_size(name: str) -> bool:
    """Whether a name is all in capitals or all in small letters, of a script that has both."""
    capitals, small = name.upper(), name.lower()
    return len(name) > 3 and capitals != small and name in {capitals, small}


def _judge_printing(line: JudgedLine) -> None:
    try:
        printable_name(line.name)
    except NameIsNotPrintable as problem:
        line.problems.append(str(problem))


def _judge_witness(line: JudgedLine, bulk: BulkIssue) -> None:
    line.attested_by = clean_name(line.cells.get("attested_by", "")) or bulk.attested_by
    if len(line.attested_by) > NAME_OF_WITNESS_LENGTH:
        line.problems.append(_("Who attests it is longer than 120 letters."))
        return
    try:
        validate_printable_words(line.attested_by)
    except CannotBeDone as problem:
        line.problems.append(str(problem))


def _judge_day(line: JudgedLine, day_first: bool | None, at: datetime) -> None:
    """The day it was earned. One that is over is attested; without any it is today."""
    typed = line.cells.get("date", "")
    if not typed or line.award is None:
        return
    try:
        day = day_in(typed, day_first=day_first)
    except UnclearDay:
        line.problems.append(
            _("“%(typed)s” may be of two months. Write the day as 2026-05-03.") % {"typed": typed}
        )
        return
    except ValueError:
        line.problems.append(
            _("“%(typed)s” is no day that we can read. Write it as 2026-05-03.")
            % {"typed": typed[:40]}
        )
        return
    if day < FIRST_DAY:
        line.problems.append(
            _("%(day)s is too long ago to be right. Check the year.") % {"day": in_words(day)}
        )
        return
    today = line.award.issuer.date_at(at)
    problem = earned_problem(line.award, EarnedBefore(day, line.attested_by), today=today)
    if problem is not None:
        line.problems.append(str(problem))
        return
    line.earned_on = day
    if day < today:
        line.notes.append(
            _(
                "Earned on %(day)s, as %(name)s attests. It is issued today, and its time runs from then."
            )
            % {"day": in_words(day), "name": line.attested_by}
        )


def _judge_hours(line: JudgedLine) -> None:
    typed = line.cells.get("hours", "")
    if not typed:
        return
    try:
        line.minutes = minutes_in(typed)
    except ValueError:
        line.problems.append(
            _("“%(typed)s” is no number of hours. Write it as 12 or 12.5, 2000 at most.")
            % {"typed": typed[:40]}
        )
        return
    if line.award is not None and not (line.award.taught_in_room and line.attested_by):
        line.problems.append(str(HoursNotAttested()))


def _judge_language(line: JudgedLine) -> None:
    typed = line.cells.get("language", "")
    line.language = (get_language() or "en")[:2]
    if not typed:
        return
    try:
        line.language = language_in(typed)
    except ValueError:
        line.problems.append(
            _("“%(typed)s” is no language of this site. Write en or es.") % {"typed": typed[:40]}
        )


# The register, and the other lines --------------------------------------------------------------


def _judge_against_register(line: JudgedLine, known: Known) -> None:
    if line.award is None:
        return
    if line.email and known.is_waiting(line.email, line.award):
        line.problems.append(
            _("Another bulk issue is to issue this award to this address already.")
        )
    for held in known.held_by(line.person):
        _judge_held(line, held, is_same=held.award_id == line.award.pk)


def _judge_held(line: JudgedLine, held: HeldAward, *, is_same: bool) -> None:
    if held.standing == Standing.REVOKED:
        line.questions.append(
            _("%(number)s of this person was revoked on %(day)s: %(reason)s Issue it all the same?")
            % {"number": held.number, "day": held.revoked_on, "reason": held.reason}
        )
    elif is_same and held.standing in {Standing.CURRENT, Standing.SUSPENDED}:
        line.problems.append(
            _("This person already holds this award: %(number)s.") % {"number": held.number}
        )
    elif is_same and held.standing == Standing.EXPIRED:
        line.notes.append(
            _("%(number)s has expired. To continue it, renew it on its page.")
            % {"number": held.number}
        )


def _judge_doubles(lines: Iterable[JudgedLine]) -> None:
    """Whoever stands twice in the file for one award has it once."""
    first_by_address: dict[tuple[str, int], int] = {}
    first_by_name: dict[tuple[str, int], int] = {}
    for line in lines:
        if line.award is None or not line.email:
            continue
        first = first_by_address.setdefault((line.email, line.award.pk), line.number)
        same_name = (fold_for_search(line.name), line.award.pk)
        namesake = first_by_name.setdefault(same_name, line.number)
        if first != line.number:
            line.problems.append(
                _("Line %(number)s has the same address and award already.") % {"number": first}
            )
        elif namesake != line.number and line.name:
            line.notes.append(
                _("Line %(number)s has the same name, under another address.")
                % {"number": namesake}
            )
