"""Reading what the environment says, or saying how it should have been said."""

import re
import string
from collections.abc import Callable
from typing import Any
from urllib.parse import SplitResult, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()


def read_setting(name: str, read: Callable[[], Any], such_as: str) -> Any:
    """The value that `read` finds.

    Raises ImproperlyConfigured, with an example, for whatever it cannot read.
    """
    try:
        return read()
    except Exception as error:
        raise ImproperlyConfigured(
            f"{name} cannot be read. Give it the form of {such_as}, or leave it out."
        ) from error


SWITCH_WORDS = {
    **dict.fromkeys(("1", "on", "true", "t", "yes", "y"), True),
    **dict.fromkeys(("0", "off", "false", "f", "no", "n"), False),
}


def on_or_off(name: str, default: bool) -> bool:
    """A setting that is on or off. A word that says neither is not taken for off."""

    def read() -> bool:
        word = env(name, default="").strip().lower()
        return SWITCH_WORDS[word] if word else default

    return bool(read_setting(name, read, "1 or 0"))


def whole_number(name: str, default: int) -> int:
    """A setting that counts something, and so is never below nought. Empty, it is as left out."""

    def read() -> int:
        number = int(env(name, default="").strip() or default)
        if number < 0:
            raise ValueError(number)
        return number

    return int(read_setting(name, read, str(default or 1)))


def parts_of(url: str) -> SplitResult:
    """The parts of an address that names a host, perhaps a port, and nothing more.

    Raises ValueError for any other.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not (
        parts.scheme in {"http", "https"}
        and (re.fullmatch(r"[a-z0-9._-]+", host) or re.fullmatch(r"[0-9a-f.]*:[0-9a-f:.]*", host))
        and parts.port != 0  # one over 65535 is refused by asking for it
        and "@" not in parts.netloc
        and not (parts.path or parts.query or parts.fragment)
    ):
        raise ValueError(url)
    return parts


SAMPLE_WORDS = ("change", "insecure", "sample", "example", "secret-key", "secretkey", "your-")


def is_a_secret(key: str) -> bool:
    """Whether a key can have been drawn at random, and is not the sample of some manual."""
    is_hex = set(key.lower()) <= set(string.hexdigits.lower())
    return (
        len(key) >= 50
        and not any(character.isspace() for character in key)
        # A random key of hexadecimal digits has sixteen at most.
        and len(set(key)) >= (10 if is_hex else 20)
        and not any(word in key.lower().replace("_", "-") for word in SAMPLE_WORDS)
    )
