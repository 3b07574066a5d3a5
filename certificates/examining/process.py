"""What runs in the process apart in which files that strangers sent are read.

It knows neither the database nor Django, asks no network, and has no key: bytes come in, and what is
to be seen of a seal goes out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from typing import Any

from certificates.apart import answer_until_closed

READING = "certificates.examining.reading"


@dataclass(frozen=True)
class Seen:
    """What is to be seen in a file, without asking whether any of it is in the register.

    `sealed_by` is the hash of the certificate of one of our keys, or nothing. `signed_bytes` is how
    far the seal reaches. `whole` says that nothing stands behind it, and `only_times` that what
    stands there attests times and changes nothing. Of a badge there is its hash, the id of the credential
    that it says it is, and whether it was inside a picture.
    """

    is_pdf: bool = False
    is_locked: bool = False
    is_broken: bool = False
    sealed_by: str = ""
    intact: bool = False
    whole: bool = False
    only_times: bool = False
    signed_bytes: int = 0
    issued_as: str = ""
    addresses: tuple[str, ...] = ()
    badge_sha256: str = ""
    badge_of: str = ""
    in_picture: bool = False


def read_until_closed(connection: Connection, seconds: float, most_bytes: int) -> None:
    """Answer job after job, until the other end closes. This runs in the process apart."""
    answer_until_closed(connection, seconds, most_bytes, load)


def load() -> Callable[[Any], Any]:
    """What reads a file. It takes 20 MB to load, which no web process should pay."""
    read_file = import_module(READING).read_file
    return lambda job: read_file(*job)
