"""What can stand in the way of playing a conversation. `str()` is a sentence for the learner."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from courses.exceptions import CoursesError


class ConversationLocked(CoursesError):
    """A conversation has not opened. `missing` is what to finish before it does."""

    def __init__(self, page: Any, missing: list[Any]) -> None:
        super().__init__(page)
        self.page = page
        self.missing = missing

    def __str__(self) -> str:
        if not self.missing:
            return _("This conversation is not open at the moment.")
        return ngettext(
            "This conversation opens when you have finished “%(first)s”.",
            "This conversation opens when you have finished %(count)s more parts. The next is “%(first)s”.",
            len(self.missing),
        ) % {"first": self.missing[0].title, "count": len(self.missing)}


class ConversationAway(CoursesError):
    """A conversation is not published at the moment, so nobody begins it."""

    def __init__(self, conversation: Any) -> None:
        super().__init__(conversation)
        self.conversation = conversation

    def __str__(self) -> str:
        return _("This conversation is being worked on. Come back another day.")


class AnsweredAlready(CoursesError):
    """This turn was taken before, perhaps in another tab, with another reply."""

    def __str__(self) -> str:
        return _("You had answered here already, perhaps in another tab. It goes on from there.")


class ReplyUnknown(CoursesError):
    """What was sent is none of the replies to the moment of now."""

    def __str__(self) -> str:
        return _("Choose one of the replies. There is no hurry.")


class ConversationChanged(CoursesError):
    """A try was made without a connection, with words that no longer stand and nobody played here."""

    def __str__(self) -> str:
        return _(
            "This conversation was changed since it was put on your phone, so this try cannot be "
            "taken over. Nothing counts against you: play it again whenever you like."
        )


class PlayClosed(CoursesError):
    """A play has closed, and nothing is added to it."""

    def __str__(self) -> str:
        return _("This conversation has closed. You can begin it again.")
