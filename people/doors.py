"""The doors by which somebody signs in, and how often each may be tried.

Whoever guesses is stopped at each door, and no stranger can shut all of them on an owner: a
device that the owner signed in on before is counted apart, a passkey that is right is never
counted, and a letter that was sent works whatever was tried since.
"""

from __future__ import annotations

import logging
from enum import StrEnum

from allauth.account.adapter import get_adapter
from allauth.core.internal import ratelimit
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from people.devices import known_device
from people.folding import plain_address
from people.models import User
from people.posting import account_letters_wait

log = logging.getLogger(__name__)

APP = "allauth.account"


class Door(StrEnum):
    """A way in, by the name of its limit in ACCOUNT_RATE_LIMITS."""

    PASSWORD = "login_failed"  # noqa: S105  a name of allauth's
    CODE = "sign_in_code"
    RESET = "reset_link"


def limit_of(request: HttpRequest, door: Door, address: str) -> tuple[str, str]:
    """The limit that counts a try at a door, and the key by which it counts."""
    address = plain_address(address)
    if device := known_device(request, address):
        return "known_device", f"{door}:{address}:{device}"
    return door, password_key(request, address) if door is Door.PASSWORD else address


def password_key(request: HttpRequest, address: str) -> str:
    """What wrong passwords are counted by: the account, and a device that is known for it."""
    address = plain_address(address)
    device = known_device(request, address)
    return f"sign-in:{address}:{device}" if device else f"sign-in:{address}"


def may_ask_for_letter(request: HttpRequest, door: Door, address: str) -> bool:
    """Count that somebody asks for a letter that lets them in. False where none may be sent."""
    action, key = limit_of(request, door, address)
    is_allowed = bool(ratelimit.consume(request, app=APP, action=action, key=key))
    if is_allowed and action == door:
        is_allowed = not account_letters_wait(at=timezone.now())
    if not is_allowed:
        log_refusal(door, address)
    return is_allowed


def is_open(request: HttpRequest, door: Door, address: str) -> bool:
    """Whether a try at a door would be let through now. Nothing is counted."""
    if door is Door.PASSWORD:
        action, key = str(door), password_key(request, address)
    else:
        action, key = limit_of(request, door, address)
        if action == door and account_letters_wait(at=timezone.now()):
            return False
    usage = ratelimit.consume(request, app=APP, action=action, key=key, dry_run=True)
    return usage is not None


def log_refusal(door: str, address: str) -> None:
    """Log by id whose account somebody was kept from: an alarm may count the lines."""
    person = User.objects.filter(email=plain_address(address)).values_list("pk", flat=True).first()
    log.warning("Sign-in refused at %s: account %s", door, person or "none")


def pause_in_words(request: HttpRequest, door: Door, address: str) -> str:
    """Says that a door is paused, and which doors work. The same for every address."""
    ways = {
        Door.CODE: _("a sign-in code by email"),
        Door.RESET: _("a link by email to choose a new password"),
        Door.PASSWORD: _("your password"),
    }
    # It is said of each door but this whether it is open; not whether there is an account.
    working = [
        words for way, words in ways.items() if way != door and is_open(request, way, address)
    ]
    if not {ways[Door.CODE], ways[Door.RESET]} & set(working):
        working.append(_("the newest link to choose a new password that is in your mailbox"))
    working.append(_("a passkey, if you have one"))
    working.append(_("a device on which you signed in before"))
    return _("%(pause)s What works now: %(ways)s.") % {
        "pause": PAUSES[door](),
        "ways": "; ".join(working),
    }


PAUSES = {
    Door.PASSWORD: lambda: _(
        "That was tried several times, so we are pausing it for five minutes."
    ),
    Door.CODE: lambda: _("Several codes were asked for, so no new one is sent for a while."),
    Door.RESET: lambda: _("Several links were asked for, so no new one is sent for a while."),
}


def is_expected(request: HttpRequest | None, address: str) -> bool:
    """Whether the device that asks for a letter is one of the account's owner."""
    return request is not None and bool(known_device(request, address))


def address_is_flooding(request: HttpRequest, address: str) -> bool:
    """Count a sign-in by the network that it comes from; a known device is not counted."""
    if is_expected(request, address):
        return False
    if ratelimit.consume(request, app=APP, action="sign_in"):
        return False
    log_refusal("network", address)
    return True


def passkeys_are_flooding(request: HttpRequest) -> bool:
    """Count a passkey that was wrong, by the network that it comes from."""
    return not ratelimit.consume(request, app=APP, action="passkey_failed")


def paused(request: HttpRequest, door: Door, address: str) -> Exception:
    """The error of a form whose door is paused."""
    error = get_adapter().validation_error("too_many_login_attempts")
    error.message = pause_in_words(request, door, address)
    return error
