"""What the processes of the site read from their environment before Django does."""

from __future__ import annotations

import os
from ipaddress import ip_address

NO_PROXY = (
    "The web server listens to other machines (LISTEN_ON), and no proxy is said to stand before it "
    "(TRUSTED_PROXIES=0). It speaks no https, and one slow visitor can hold a thread of it for as "
    "long as they like. Put a proxy such as nginx or Caddy in front (docs/operators.md has both), "
    "let nobody reach this port but the proxy, and set TRUSTED_PROXIES=1."
)


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


def proxy_is_missing(trusted_proxies: int) -> bool:
    """Whether other machines can reach the web server, and no proxy is said to stand before it."""
    if trusted_proxies:
        return False
    host = listening_host()
    try:
        return not ip_address(host).is_loopback
    except ValueError:
        return host != "localhost"
