"""Devices that somebody has signed in on before, which no stranger can shut out.

A device carries a signed cookie with a name of its own and keyed hashes of the addresses that
signed in on it. It opens nothing: it only says whose tries are counted apart from a stranger's.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.account.signals import password_reset
from django.conf import settings
from django.contrib.auth.signals import user_logged_in
from django.core import signing
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

from people.models import User
from people.posting import recipient_of

SALT = "people.devices"
LONGEST_KNOWN = timedelta(days=400)
MOST_PEOPLE = 5
"""How many people one device is known for: the last who signed in on it."""

GetResponse = Callable[[HttpRequest], HttpResponse]


def read_device(request: HttpRequest) -> dict[str, Any]:
    """What a device's cookie says; empty where it has none of ours."""
    try:
        device: dict[str, Any] = signing.loads(
            request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""), salt=SALT, max_age=LONGEST_KNOWN
        )
    except signing.BadSignature:
        return {}
    return device


def known_device(request: HttpRequest, address: str) -> str:
    """The name of the device, where the account of this address signed in on it before."""
    device = read_device(request)
    return str(device["name"]) if recipient_of(address) in device.get("people", []) else ""


@receiver([user_logged_in, password_reset])
def note_arrival(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Note that whoever sent this request has shown that they are this person."""
    request.known_person = user  # type: ignore[attr-defined]


class KnownDeviceMiddleware:
    """Gives a device its cookie when somebody has signed in on it, or chosen a new password."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        person = getattr(request, "known_person", None)
        if person is not None:
            set_device_cookie(request, response, person)
        return response


def set_device_cookie(request: HttpRequest, response: HttpResponse, person: User) -> None:
    device = read_device(request)
    own = recipient_of(person.email)
    others = [each for each in device.get("people", []) if each != own]
    known = {
        "name": device.get("name") or secrets.token_urlsafe(12),
        "people": [own, *others][:MOST_PEOPLE],
    }
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps(known, salt=SALT),
        max_age=LONGEST_KNOWN,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
