"""Why a change of many credentials, or a line of one, cannot be done."""

from __future__ import annotations

from django.utils.translation import gettext as _

from certificates.exceptions import CannotBeDone


class ChangeAlreadyStarted(CannotBeDone):
    """A change of many is started once, however often the button is pressed."""

    def __str__(self) -> str:
        return _("This was started already. Below is how far it is.")


class NothingToChange(CannotBeDone):
    """No line of a change of many can be done."""

    def __str__(self) -> str:
        return _("Nothing can be done with any of these numbers. Below is why.")


class MayNotChangeAnyMore(CannotBeDone):
    """Whoever started it is no registrar any more."""

    def __str__(self) -> str:
        return _("Whoever started this may not do it any more.")
