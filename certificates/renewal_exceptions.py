"""What keeps a credential from being followed by another, above all renewed, and why, in kind words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from certificates.dates import in_words
from certificates.exceptions import CannotBeDone

if TYPE_CHECKING:
    from datetime import date


class AlreadyFollowed(CannotBeDone):
    """Another credential took the place of this one."""

    def __str__(self) -> str:
        return _(
            "Another certificate took the place of this one, so nothing more is done to it. "
            "Please open that one."
        )


class NothingToCorrect(CannotBeDone):
    """The name is the one that is printed already."""

    def __str__(self) -> str:
        return _("The certificate already says this name, so there is nothing to replace.")


class TooEarlyToRenew(CannotBeDone):
    """The time in which it may be renewed has not begun."""

    def __init__(self, opens_on: date) -> None:
        super().__init__(opens_on)
        self.opens_on = opens_on

    def __str__(self) -> str:
        return _("This certificate can be renewed from %(day)s.") % {"day": in_words(self.opens_on)}


class NeverExpires(CannotBeDone):
    """What has no last day needs no renewal."""

    def __str__(self) -> str:
        return _("This certificate does not expire, so it needs no renewal.")


class RuleInThePast(CannotBeDone):
    """A rule for a day that is over would change what people were already promised."""

    def __str__(self) -> str:
        return _("A rule is in force from today or a later day. Please choose such a day.")


class RenewalIsOver(CannotBeDone):
    """The rule of the award lets nobody renew so late."""

    def __init__(self, last_chance: date) -> None:
        super().__init__(last_chance)
        self.last_chance = last_chance

    def __str__(self) -> str:
        return _(
            "By the rule of this award it could be renewed until %(day)s. From then on the award "
            "is earned anew."
        ) % {"day": in_words(self.last_chance)}


class RenewalNotComplete(CannotBeDone):
    """Something that the rule of the award asks for is still missing."""

    def __str__(self) -> str:
        return _(
            "Something that this renewal asks for is still missing. The list says what, and by when."
        )


class TooManyEntries(CannotBeDone):
    """More was entered for one renewal than anybody could look at."""

    def __str__(self) -> str:
        return _("There are very many entries already. Please remove one that you do not need.")


class RuleChanged(CannotBeDone):
    """A version was added since this registrar opened the page."""

    def __str__(self) -> str:
        return _(
            "This rule was changed in the meantime, perhaps by you in another tab. What you sent "
            "now was not recorded: please look at it again first."
        )


class EntryAccepted(CannotBeDone):
    """What a registrar accepted is no longer its holder's to change."""

    def __str__(self) -> str:
        return _("This entry was accepted, so it stays as it is.")
