"""Why a bulk issue, or a line of one, cannot be done."""

from __future__ import annotations

from django.utils.translation import gettext as _

from certificates.exceptions import CannotBeDone


class AlreadyStarted(CannotBeDone):
    """A bulk issue is started once, however often the button is pressed."""

    def __str__(self) -> str:
        return _("This was started already. Below is how far it is.")


class NothingToIssue(CannotBeDone):
    """No line of a bulk issue is ready."""

    def __str__(self) -> str:
        return _("No line is ready to be issued. Mend the file and upload it again.")


class MayNotIssueAnyMore(CannotBeDone):
    """Whoever started it is no registrar any more."""

    def __str__(self) -> str:
        return _("Whoever started this may not issue any more.")


class AccountIsClosed(CannotBeDone):
    """Nothing is issued to an account that was closed."""

    def __str__(self) -> str:
        return _("The account with this address is closed.")
