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
    REPLACED = "replaced", _("Replaced by a newer one")


class Event(Protocol):
    """Something that happened to a credential, such as a `CredentialEvent`."""

    @property
    def number(self) -> int: ...

    @property
    def kind(self) -> str: ...


class Events(Protocol):
    def all(self) -> Iterable[Event]: ...


class Issuer(Protocol):
    def date_at(self, at: datetime, /) -> date: ...


class Issued(Protocol):
    """What a standing is worked out from, such as a `Credential`."""

    @property
    def events(self) -> Events: ...

    @property
    def expires_on(self) -> date | None: ...

    @property
    def issuer(self) -> Issuer: ...


def standing(
    *, events: Iterable[Event], expires_on: date | None, replaced: bool, on: date
) -> Standing:
    """The one word for a credential on a day, where its issuer is.

    Of several that are true it gives the gravest: revoked is for ever, a replaced credential
    is not to be used whatever else happened to it, a suspension says more than an expiry. The
    last valid day is still current.
    """
    kinds = [event.kind for event in sorted(events, key=lambda event: event.number)]
    if "revoked" in kinds:
        return Standing.REVOKED
    if replaced:
        return Standing.REPLACED
    if is_suspended(kinds):
        return Standing.SUSPENDED
    if expires_on is not None and on > expires_on:
        return Standing.EXPIRED
    return Standing.CURRENT


def is_suspended(kinds: list[str]) -> bool:
    """Whether the last of the suspensions and restorals is a suspension."""
    changes = [kind for kind in kinds if kind in {"suspended", "restored"}]
    return bool(changes) and changes[-1] == "suspended"


def standing_of(credential: Issued, *, at: datetime) -> Standing:
    """The standing of a credential at an instant.

    No query, when it was read by `Credential.objects.with_standing()`.
    """
    return standing(
        events=credential.events.all(),
        expires_on=credential.expires_on,
        replaced=hasattr(credential, "replaced_by"),
        on=credential.issuer.date_at(at),
    )
