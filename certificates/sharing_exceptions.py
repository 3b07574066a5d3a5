"""What cannot be done about showing a certificate, and why, in kind words."""

from __future__ import annotations

from django.utils.translation import ngettext

from certificates.exceptions import CannotBeDone


class TooManyLinks(CannotBeDone):
    """One certificate has only so many open links."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most

    def __str__(self) -> str:
        return ngettext(
            "A certificate has %(most)d open link at most. Stop one that is not needed.",
            "A certificate has %(most)d open links at most. Stop one that is not needed.",
            self.most,
        ) % {"most": self.most}
