"""The site as it ships, built once and put in place for each file of tests that begins with it.

To build it takes half a minute of the processor, and eight files begin with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

from lms.shipped.building import build_site
from lms.shipped.translated import build_translation
from tests import make, pristine
from tests.make import NOON

BUILDERS = {
    "en": lambda: build_site(at=NOON),
    "es": lambda: build_translation("es", at=NOON),
}
"""In the order in which they are built: the Spanish stands on the English."""


class ShippedCopies:
    """Copies of the database with what ships in it, made when they are first asked for."""

    def __init__(self, blocker: Any, put_back: Callable[[], None]) -> None:
        self._blocker = blocker
        self._put_back = put_back
        self._copies: dict[str, tuple[Callable[[], None], int]] = {}

    @contextmanager
    def in_place(self, language: str) -> Iterator[int]:
        """Have the site in the database, for a while; how many pieces were made."""
        with self._blocker.unblock():
            put_in_place, piece_count = self._copy(language)
            put_in_place()
        try:
            yield piece_count
        finally:
            with self._blocker.unblock():
                self._put_back()

    def _copy(self, language: str) -> tuple[Callable[[], None], int]:
        if language not in self._copies:
            if language == "es":
                put_english_in_place, _piece_count = self._copy("en")
                put_english_in_place()
            with transaction.atomic():
                if language == "en":
                    make.remove_home()
                piece_count = BUILDERS[language]()
            self._copies[language] = pristine.keep_a_copy(f"shipped_{language}"), piece_count
        return self._copies[language]
