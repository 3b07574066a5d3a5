"""What the processes of the site read from their environment before Django does."""

from __future__ import annotations

import os


class UnreadableSetting(Exception):
    """An environment variable that holds no number in range."""

    def __init__(self, name: str, value: str, default: int) -> None:
        super().__init__(f"{name} is {value!r}. Give a whole number, such as {default}.")


def whole_number(name: str, default: int) -> int:
    """A whole number from 1 to 65535.

    Raises UnreadableSetting.
    """
    value = os.environ.get(name, "").strip() or str(default)
    if not value.isascii() or not value.isdigit() or not 0 < int(value) < 65536:
        raise UnreadableSetting(name, value, default)
    return int(value)


def port() -> int:
    return whole_number("PORT", 8000)


def listening_host() -> str:
    return os.environ.get("LISTEN_ON", "").strip() or "127.0.0.1"
