"""What can stand in the way, each named for a fact. `str()` is a sentence for the learner."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext as _


class CoursesError(Exception):
    """Something that a learner should be told kindly."""


class NotPublishable(CoursesError, ValidationError):
    """Something that may not be published as it is. `reasons` are sentences, for its author.

    Wagtail expects a ValidationError of a page that cannot be saved.
    """

    def __init__(self, subject: Any, reasons: list[str]) -> None:
        ValidationError.__init__(self, {NON_FIELD_ERRORS: reasons})
        self.subject = subject
        self.reasons = reasons

    def __str__(self) -> str:
        return _("Not published: “%(title)s”. %(reasons)s") % {
            "title": _name_of(self.subject),
            "reasons": " ".join(self.reasons),
        }


class StillInUse(CoursesError):
    """Something that others rest on, so that it is not deleted. `uses` name them."""

    def __init__(self, subject: Any, uses: list[str]) -> None:
        super().__init__(subject, uses)
        self.subject = subject
        self.uses = uses

    def __str__(self) -> str:
        return _("Not deleted, because it is in use: “%(title)s” (%(uses)s).") % {
            "title": _name_of(self.subject),
            "uses": "; ".join(self.uses),
        }


def _name_of(subject: Any) -> str:
    """What editors call it: of a page, its newest title."""
    return str(getattr(subject, "draft_title", "") or subject)


class CourseNotOpen(CoursesError):
    def __init__(self, course: Any) -> None:
        super().__init__(course)
        self.course = course

    def __str__(self) -> str:
        return _("This course is not open at the moment. You can enrol when it is published again.")


class CourseNotComplete(CoursesError):
    """A course is taken again once it is complete; until then one goes on with it."""

    def __init__(self, course: Any) -> None:
        super().__init__(course)
        self.course = course

    def __str__(self) -> str:
        return _("You can take this course again when you have finished it. Go on where you are.")


class EnrolmentClosed(CoursesError):
    def __init__(self, enrolment: Any) -> None:
        super().__init__(enrolment)
        self.enrolment = enrolment

    def __str__(self) -> str:
        if self.enrolment.withdrawn_at is None:
            return str(EnrolmentEnded(self.enrolment))
        return _(
            "Your place on this course is closed. Everything you did is kept; enrol again to go on."
        )


class EnrolmentEnded(EnrolmentClosed):
    """The time for which the place was given is over, which its learner cannot change."""

    def __str__(self) -> str:
        return _(
            "Your time on this course has ended. Everything you did is kept. "
            "To read on, ask the organisation that runs your course."
        )


class LessonLocked(CoursesError):
    """A lesson has not opened. `missing` is what to finish before it does."""

    def __init__(self, lesson: Any, missing: list[Any]) -> None:
        super().__init__(lesson)
        self.lesson = lesson
        self.missing = missing

    def __str__(self) -> str:
        return _("This lesson opens when the module before it is complete.")


class ReflectionChanged(CoursesError):
    """What is stored was saved after the page was loaded. `stored` is that, or None."""

    def __init__(self, stored: Any) -> None:
        super().__init__(stored)
        self.stored = stored

    def __str__(self) -> str:
        return _(
            "This was changed in another tab or on another device. Your words here are not lost: compare the two and save again."
        )


class StepIsAway(CoursesError):
    """A step of the course is being worked on: its page is down, or is not what was declared; or
    it was deleted, and does not come back."""

    def __init__(self, step: Any) -> None:
        super().__init__(step)
        self.step = step

    def __str__(self) -> str:
        if self.step.is_gone:
            return _(
                "“%(title)s” is no longer in the course, so nobody can begin it. Nothing you did is "
                "lost. Whoever runs your course can take it off the list."
            ) % {"title": self.step.title}
        return _(
            "At the moment “%(title)s” is being worked on. Nothing you did is lost. "
            "Come back to it a little later."
        ) % {"title": self.step.title}


class CannotDeclare(CoursesError):
    """An edition of a course cannot be declared as things stand."""


class NothingToDeclare(CannotDeclare):
    def __str__(self) -> str:
        return _(
            "No published step of this course must be done, so nobody could ever complete it. "
            "Publish its lessons first."
        )


class EditionUnchanged(CannotDeclare):
    def __str__(self) -> str:
        return _("Nothing is different from the edition in force.")


class CourseChangedMeanwhile(CannotDeclare):
    """What would be declared is not what the person looked at."""

    def __str__(self) -> str:
        return _("The course was changed since you opened this page. Look at it again.")


class StepsAreDown(CannotDeclare):
    """Steps of the edition in force are not published. `steps` are those."""

    def __init__(self, steps: Any) -> None:
        super().__init__(steps)
        self.steps = steps

    def __str__(self) -> str:
        titles = ", ".join(f"“{step.title}”" for step in self.steps)
        return _(
            "Not published at the moment: %(titles)s. Publish it again first, or say below that "
            "the new edition leaves it out."
        ) % {"titles": titles}


class DeclaredInAnotherLanguage(CannotDeclare):
    """One edition holds in every language, and is declared where the one before was."""

    def __init__(self, course: Any) -> None:
        super().__init__(course)
        self.course = course

    def __str__(self) -> str:
        return _(
            "One edition holds for a course in every language. Declare it on “%(title)s”, where "
            "the one before was declared."
        ) % {"title": self.course.get_admin_display_title()}


# What waits for a second reader -------------------------------------------------------------


class CannotPropose(CoursesError):
    """A change that cannot be proposed, or about which nothing can be decided as it stands."""


class SecondReaderNeeded(CannotPropose):
    """One person alone would change what certificates rest on."""

    def __init__(self, subject: Any) -> None:
        super().__init__(subject)
        self.subject = subject

    def __str__(self) -> str:
        return _("This takes effect when somebody else has read it and agreed: “%(title)s”.") % {
            "title": _name_of(self.subject)
        }


class ReasonNeeded(CannotPropose):
    def __str__(self) -> str:
        return _("Please say why. Whoever reads it next needs to know.")


class NothingChanges(CannotPropose):
    def __str__(self) -> str:
        return _("Nothing would be changed by this.")


class AlreadyProposed(CannotPropose):
    """Another change of the same thing waits. `waiting` is it."""

    def __init__(self, waiting: Any) -> None:
        super().__init__(waiting)
        self.waiting = waiting

    def __str__(self) -> str:
        return _(
            "A change of this waits for a second reader already, proposed by %(name)s. It has to "
            "be decided or withdrawn first."
        ) % {"name": self.waiting.proposed_by.full_name}


class AlreadyDecided(CannotPropose):
    def __str__(self) -> str:
        return _("Somebody decided about this a moment ago. Nothing was changed by you.")


class AnotherReaderNeeded(CannotPropose):
    """Whoever proposed a change would also decide about it, or who may not decide."""

    def __str__(self) -> str:
        return _("You proposed this yourself. Somebody else has to read it.")


class NotTheProposer(CannotPropose):
    def __str__(self) -> str:
        return _("Only whoever proposed this can withdraw it. You can send it back.")


class ChangedSinceProposed(CannotPropose):
    def __str__(self) -> str:
        return _(
            "This is not any more what it was when the change was proposed, so nothing was "
            "changed. Send it back, or withdraw it, and propose it anew."
        )


class ChangeNotPossible(CannotPropose):
    """What was proposed cannot be saved as things are now. `reasons` are sentences."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(reasons)
        self.reasons = reasons

    def __str__(self) -> str:
        return _("This cannot take effect: %(reasons)s") % {"reasons": " ".join(self.reasons)}
