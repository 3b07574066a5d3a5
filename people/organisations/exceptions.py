"""What cannot be done in an organisation, and why, in kind words."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class CannotOrganise(Exception):
    """Something about an organisation that cannot be done; `str()` says why."""


class LastOwnerStays(CannotOrganise):
    """An organisation always has an owner."""

    def __str__(self) -> str:
        return _(
            "An organisation needs an owner. Make another member an owner first, or end the "
            "organisation."
        )


class TooManyOrganisations(CannotOrganise):
    """One person owns only so many."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most

    def __str__(self) -> str:
        return ngettext(
            "One person can own %(most)d organisation, and make no more than that in a day.",
            "One person can own %(most)d organisations, and make no more than that in a day.",
            self.most,
        ) % {"most": self.most}


class TooManyInvitations(CannotOrganise):
    """Letters to strangers are few."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most

    def __str__(self) -> str:
        return ngettext(
            "An organisation can invite %(most)d person in a day. Please go on tomorrow.",
            "An organisation can invite %(most)d people in a day. Please go on tomorrow.",
            self.most,
        ) % {"most": self.most}


class AlreadyMember(CannotOrganise):
    """Whoever belongs to it is not invited again."""

    def __str__(self) -> str:
        return _("This address is of somebody who is a member already.")


class InvitationIsOver(CannotOrganise):
    """It ended, was taken back or was answered meanwhile."""

    def __str__(self) -> str:
        return _("This invitation is over. Ask the organisation for a new one.")


class InvitationForAnother(CannotOrganise):
    """Only whoever has the address accepts it."""

    def __str__(self) -> str:
        return _(
            "This invitation went to another address. Sign in with the account that has that "
            "address, or add the address to this account and confirm it first."
        )


class TooManyKeys(CannotOrganise):
    """One organisation has only so many keys in use."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most

    def __str__(self) -> str:
        return ngettext(
            "An organisation has %(most)d key in use at most. End one that is not needed.",
            "An organisation has %(most)d keys in use at most. End one that is not needed.",
            self.most,
        ) % {"most": self.most}


class QuotaReached(CannotOrganise):
    """As many numbers were asked for as a day has room for."""

    def __init__(self, quota: int, opens_at: datetime) -> None:
        super().__init__(quota, opens_at)
        self.quota = quota
        self.opens_at = opens_at

    def __str__(self) -> str:
        return _(
            "Your organisation can check %(quota)d numbers a day by its keys, and these would be "
            "more. It opens again at %(time)s UTC on %(day)s; until then you can check by hand."
        ) % {
            "quota": self.quota,
            "time": f"{self.opens_at:%H:%M}",
            "day": f"{self.opens_at:%Y-%m-%d}",
        }
