"""Why a decision cannot be contested, or not be answered by this person, in kind words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from certificates.dates import in_words
from certificates.exceptions import CannotBeDone

if TYPE_CHECKING:
    from datetime import date


class NothingToContest(CannotBeDone):
    """No decision stands that its holder could contest, or an answer is still to come."""

    def __str__(self) -> str:
        return _("There is no decision about this certificate that can be contested now.")


class TooLateToContest(CannotBeDone):
    """The time in which a decision could be contested is over."""

    def __init__(self, until: date) -> None:
        super().__init__(until)
        self.until = until

    def __str__(self) -> str:
        return _("This could be asked for until %(day)s. You may still write to the issuer.") % {
            "day": in_words(self.until)
        }


class DecidedBefore(CannotBeDone):
    """Whoever decided does not look at it again."""

    def __str__(self) -> str:
        return _(
            "You have decided about this before. Please ask another registrar to look at it again."
        )
