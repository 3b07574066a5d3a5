"""What can stand in the way of being assessed. `str()` is a sentence for the learner.

It says what is so. Whom they may ask about it is said by the page, which knows whether there is
anybody: see `courses/_whom_to_ask.html`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.items import MOST_CHARACTERS, StructureDiffers
from courses.exceptions import CoursesError
from people.moments import moment


class QuizLocked(CoursesError):
    """A quiz has not opened. `missing` is what to finish before it does."""

    def __init__(self, quiz_page: Any, missing: list[Any]) -> None:
        super().__init__(quiz_page)
        self.quiz_page = quiz_page
        self.missing = missing

    def __str__(self) -> str:
        if not self.missing:
            return _("This quiz is not open at the moment.")
        return ngettext(
            "This quiz opens when you have finished “%(first)s”.",
            "This quiz opens when you have finished %(count)s more parts. The next is “%(first)s”.",
            len(self.missing),
        ) % {"first": self.missing[0].title, "count": len(self.missing)}


class NoAttemptsLeft(CoursesError):
    def __init__(self, allowed: int) -> None:
        super().__init__(allowed)
        self.allowed = allowed

    def __str__(self) -> str:
        return ngettext(
            "This quiz can be taken once, and you have taken it.",
            "This quiz can be taken %(count)s times, and you have used them all.",
            self.allowed,
        ) % {"count": self.allowed}


class WaitBeforeNextAttempt(CoursesError):
    """There is a pause between attempts. `until` is when the next may start."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until

    def __str__(self) -> str:
        return _("There is a pause between tries. From %(when)s you can try again.") % {
            "when": moment(self.until)
        }


class TooManyStarts(CoursesError):
    """So many quizzes were started within an hour that no person can have read them."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until

    def __str__(self) -> str:
        return _(
            "Many quizzes were started within an hour. From %(when)s you can start the next; "
            "what you have begun goes on as it is."
        ) % {"when": moment(self.until)}


class PauseBeforeNextAttempt(CoursesError):
    """Some tries did not pass, so the next waits. `until` is when it may start."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until

    def __str__(self) -> str:
        return _(
            "It opens again on %(when)s. A pause helps: read a little, or talk with somebody, and come back rested."
        ) % {"when": moment(self.until)}


class TalkNeeded(CoursesError):
    """So many tries did not pass that somebody talks with the learner before the next."""

    def __init__(self, tries: int) -> None:
        super().__init__(tries)
        self.tries = tries

    def __str__(self) -> str:
        return ngettext(
            "You have tried once, and more tries alone would not be kind to you. The next opens when somebody has gone through it with you.",
            "You have tried %(count)s times, and more tries alone would not be kind to you. The next opens when somebody has gone through it with you.",
            self.tries,
        ) % {"count": self.tries}


class TalkNotAnswered(CoursesError):
    """A talk is offered, and the learner has not taken or declined it yet."""

    def __str__(self) -> str:
        return _("Before your next try: would a talk help? Say yes or no, and either is fine.")


class NoTalkOffered(CoursesError):
    """No talk is offered after the attempt, or it was answered already."""

    def __str__(self) -> str:
        return _("You have answered that already.")


class QuizNotOpenYet(CoursesError):
    """The quiz has a first day. `opens_at` is when it may be begun."""

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(opens_at)
        self.opens_at = opens_at

    def __str__(self) -> str:
        return _("This quiz opens on %(when)s.") % {"when": moment(self.opens_at)}


class QuizClosed(CoursesError):
    """The quiz had a last day. `closed_at` is when it closed."""

    def __init__(self, closed_at: datetime) -> None:
        super().__init__(closed_at)
        self.closed_at = closed_at

    def __str__(self) -> str:
        return _("This quiz closed on %(when)s.") % {"when": moment(self.closed_at)}


class TimeIsUp(CoursesError):
    """The time of an attempt is over, and what comes later is not saved."""

    def __init__(self, deadline: datetime) -> None:
        super().__init__(deadline)
        self.deadline = deadline

    def __str__(self) -> str:
        return _("The time for this try ended on %(when)s. What was saved by then counts.") % {
            "when": moment(self.deadline)
        }


class NothingToAnswerAgain(CoursesError):
    """No red line of the attempt waits to be answered again on its own."""

    def __str__(self) -> str:
        return _("There is nothing on this paper to answer again on its own.")


class AlreadyInPlace(CoursesError):
    """The red line was answered again or talked through meanwhile."""

    def __str__(self) -> str:
        return _("This one is in place already.")


class CannotTakeBack(CoursesError):
    """What was recorded as talked through stays: it was taken back, or the quiz is passed since."""

    def __str__(self) -> str:
        return _(
            "This can no longer be taken back: the quiz is passed, and what was earned by it is for a registrar to look at."
        )


class ExceptionChanged(CoursesError):
    """Somebody else gave or took back an exception since the form was opened."""

    def __str__(self) -> str:
        return _(
            "Somebody changed this since you opened it. Look at it as it is now, and save again."
        )


class PoolTooSmall(CoursesError):
    """The bank has fewer ready questions than the quiz draws."""

    def __str__(self) -> str:
        return _(
            "This quiz is not ready yet: some of its questions are still being written. Nothing was counted. Please try again later."
        )


class ResponseTooLong(CoursesError):
    """More was given than may be. `numbers` are the places of the questions on the paper."""

    def __init__(self, numbers: list[int]) -> None:
        super().__init__(numbers)
        self.numbers = numbers

    def __str__(self) -> str:
        return ngettext(
            "What you gave for question %(numbers)s is longer than %(most)s characters. Nothing is saved yet: shorten it, and save again.",
            "What you gave for questions %(numbers)s is longer than %(most)s characters. Nothing is saved yet: shorten it, and save again.",
            len(self.numbers),
        ) % {"numbers": ", ".join(map(str, self.numbers)), "most": MOST_CHARACTERS}


class AttemptClosed(CoursesError):
    """The attempt was handed in already, perhaps from another tab."""

    def __init__(self, attempt: Any) -> None:
        super().__init__(attempt)
        self.attempt = attempt

    def __str__(self) -> str:
        return _("This quiz was handed in already. Here is your result.")


class ChangedElsewhere(CoursesError):
    """What is stored was saved after the page was loaded: `number` is that save."""

    def __init__(self, number: int, saved_at: datetime | None) -> None:
        super().__init__(number)
        self.number = number
        self.saved_at = saved_at

    def __str__(self) -> str:
        return _(
            "Your answers were saved from another tab or device after you opened this page. Nothing is lost: choose which to keep."
        )


# What stands in the way of re-marking. `str()` is a sentence for staff.


class CannotRemark(CoursesError):
    """A re-marking cannot be begun, or cannot be applied to a paper."""


class CannotBeCorrected(CannotRemark):
    """A corrected question does not fit the paper: `differs` says in what."""

    def __init__(self, differs: StructureDiffers) -> None:
        super().__init__(differs)
        self.differs = differs

    def __str__(self) -> str:
        values = {"then": self.differs.then, "now": self.differs.now}
        if self.differs.what == "kind":
            return _("The question was of another kind then.")
        if self.differs.what == "words":
            return (
                _(
                    "Several of its choices were reworded and moved at once, so nobody can say which is which: %(then)s."
                )
                % values
            )
        return (
            _("The paper offers %(then)s choices to match the question’s %(now)s of today.")
            % values
        )


class RedLineStays(CannotRemark):
    """A red line is never left out and never given away."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    def __str__(self) -> str:
        return _(
            "%(code)s is a red line on this paper, so it must be right: correct its key, or talk it through with the learner."
        ) % {"code": self.code}


class NothingLeftToMark(CannotRemark):
    """Without the question the paper would be worth nothing."""

    def __str__(self) -> str:
        return _("Nothing else on this paper is worth a mark. Give everybody its mark instead.")


class PassMarkOnlyLowered(CannotRemark):
    """A pass mark is never raised for papers that were begun under a lower one."""

    def __str__(self) -> str:
        return _(
            "A pass mark can only be lowered for papers that were begun: everybody was promised the one they began with. Choose a figure below it."
        )


class NobodyToRemark(CannotRemark):
    """No attempt is in the scope of a re-marking."""

    def __str__(self) -> str:
        return _("There is nothing to mark again: nobody was asked this in what you chose.")


class NotReadyToRemark(CannotRemark):
    """The corrected question is not published."""

    def __str__(self) -> str:
        return _("Publish the corrected question first: papers are marked by what is published.")


class RemarkReasonNeeded(CannotRemark):
    def __str__(self) -> str:
        return _("Say why, in a sentence. Learners whose result changes read it.")


class DryRunOutOfDate(CannotRemark):
    """The dry run that was looked at is not what would happen by now."""

    def __str__(self) -> str:
        return _(
            "Something changed since this list was made, such as another paper handed in. Nothing was written. Here is the list as it is now."
        )
