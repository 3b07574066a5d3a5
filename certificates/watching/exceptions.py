"""What cannot be done about watching, and why, in kind words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from certificates.exceptions import CannotBeDone


class TooManyWatched(CannotBeDone):
    """One organisation watches only so many certificates."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most

    def __str__(self) -> str:
        return ngettext(
            "An organisation can watch %(most)d certificate. Please end some first.",
            "An organisation can watch %(most)d certificates. Please end some first.",
            self.most,
        ) % {"most": self.most}


class NoWebhookYet(CannotBeDone):
    """There is nowhere to send it to."""

    def __str__(self) -> str:
        return _("There is no address to send it to. Please set one first.")
