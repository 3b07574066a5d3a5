"""Whether a credential may be relied on, worked out from what happened to it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _


class Standing(models.TextChoices):
    """Whether a credential may be relied on today. Worked out, never stored."""

    CURRENT = "current", _("Current")
    EXPIRED = "expired", _("Expired")
    SUSPENDED = "suspended", _("Suspended")
    REVOKED = "revoked", _("Revoked")
    REPLACED = "replaced", _("Replaced")
    RENEWED = "renewed", _("Renewed")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Event(Protocol):
    """Something that happened to a credential, such as a `CredentialEvent`."""

    @property
    def number(self) -> int: ...

    @property
    def kind(self) -> str: ...


class Events(Protocol):
    def all(self) -> Iterable[Event]: ...


class LocalDates(Protocol):
    """Tells which date it is somewhere, as an issuer does for its own place."""

    def date_at(self, at: datetime, /) -> date: ...


class Issued(Protocol):
    """What a standing is worked out from, such as a `Credential`."""

    @property
    def events(self) -> Events: ...

    @property
    def expires_on(self) -> date | None: ...

    @property
    def issuer(self) -> LocalDates: ...


def standing(*, events: Iterable[Event], expires_on: date | None, on: date) -> Standing:
    """The one word for a credential on a day, where its issuer is.

    Of several that are true it gives the gravest: a revoked credential is not to be used
    whatever else happened to it, nor is a replaced one; of one that its holder had erased nothing
    more is told; a suspension says more than an expiry,
    and a renewal more than an expiry too, because another number counts. The last valid day is
    still current.
    """
    kinds = [event.kind for event in sorted(events, key=lambda event: event.number)]
    lapsed = expires_on is not None and on > expires_on
    true_of_it = [
        ("withdrawn" in kinds, Standing.WITHDRAWN),
        (is_revoked(kinds), Standing.REVOKED),
        ("replaced" in kinds, Standing.REPLACED),
        (is_suspended(kinds), Standing.SUSPENDED),
        ("renewed" in kinds, Standing.RENEWED),
        (lapsed, Standing.EXPIRED),
    ]
    return next((word for is_true, word in true_of_it if is_true), Standing.CURRENT)


ENDED_BY = {"suspended": "restored", "revoked": "reinstated"}
"""The events that hold until another ends them."""

FOLLOWED = ("replaced", "renewed")
"""The events by which another credential took the place of this one, for good."""


def is_suspended(kinds: list[str]) -> bool:
    """Whether the last of the suspensions and restorals is a suspension."""
    return _holds("suspended", kinds)


def is_revoked(kinds: list[str]) -> bool:
    """Whether it was revoked, and that was not undone since."""
    return _holds("revoked", kinds)


def is_followed(kinds: Iterable[str]) -> bool:
    """Whether another credential took its place."""
    return any(kind in FOLLOWED for kind in kinds)


def _holds(kind: str, kinds: list[str]) -> bool:
    changes = [each for each in kinds if each in {kind, ENDED_BY[kind]}]
    return bool(changes) and changes[-1] == kind


def standing_of(credential: Issued, *, at: datetime) -> Standing:
    """The standing of a credential at an instant.

    No query, when it was read by `Credential.objects.with_standing()`.
    """
    return standing(
        events=credential.events.all(),
        expires_on=credential.expires_on,
        on=credential.issuer.date_at(at),
    )
