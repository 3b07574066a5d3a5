"""What all portraits are made with: shoulders, a neck, glasses, and what a person is drawn from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

SHOULDERS = "M6 100c2-21 15-28 31-30h22c16 2 29 9 31 30z"
NECK = "M41 55h14v15q-7 6-14 0z"
GLASSES = "M36.3 44a5.2 5.2 0 1 0 10.4 0a5.2 5.2 0 1 0-10.4 0M49.3 44a5.2 5.2 0 1 0 10.4 0a5.2 5.2 0 1 0-10.4 0M46.7 43.500h2.6"


def nothing(face: str) -> str:
    """What somebody has in front of everything else: nothing."""
    return ""


@dataclass(frozen=True)
class Person:
    """Somebody who is drawn. `tone` is the darker one of the skin; `ground` is a token."""

    ground: str
    skin: str
    tone: str
    brow: str
    lip: str
    draw_body: Callable[[str], str]
    draw_head: Callable[[str, str], str]
    draw_over: Callable[[str], str] = nothing
