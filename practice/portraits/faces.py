"""The four states of a face, and how brows, eyes and mouth are drawn for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

EYES_AT = (41.5, 54.5)
EYE_HEIGHT = 44
INK, WHITE = "#1c1815", "#fbf4ea"


class Drawn(Protocol):
    """What of a person their face is drawn with."""

    @property
    def skin(self) -> str: ...
    @property
    def tone(self) -> str: ...
    @property
    def brow(self) -> str: ...
    @property
    def lip(self) -> str: ...


@dataclass(frozen=True)
class Look:
    """The six moves: brows, lids, pupils, mouth, head and shoulders.

    `brows` is how far the outer and the inner end are above their place. `lids` is open, half or
    smiling. Downwards and to the right is more.
    """

    brows: tuple[float, float] = (0, 0)
    lids: str = "open"
    pupils: tuple[float, float] = (0, 0)
    mouth: str = "M44.5 55q3.5 .8 7 0"
    tilt: float = 0
    shoulders: float = 0


FACES = {
    "guarded": Look(
        brows=(-0.5, -0.9),
        lids="half",
        pupils=(-1.1, 0.2),
        mouth="M44.5 55.200h6.5",
        tilt=-2,
        shoulders=-1,
    ),
    "listening": Look(brows=(1, 1.4), mouth="M43.8 54.800q4.2 1.6 8.4 0", tilt=2),
    "eased": Look(
        brows=(0.6, 0.6), lids="smiling", mouth="M42 53.600q6 5.6 12 0", tilt=1, shoulders=2
    ),
    "strained": Look(
        brows=(-1.2, 2),
        lids="lowered",
        pupils=(0, 1),
        mouth="M45 56q3-1.5 6 0",
        tilt=0,
        shoulders=-3,
    ),
}


def draw_face(person: Drawn, look: Look) -> str:
    """The brows, the eyes, the nose and the mouth of somebody in a state."""
    return _brows(person, look) + _eyes(person, look) + _nose(person) + _mouth(person, look)


def _brows(person: Drawn, look: Look) -> str:
    outer, inner = (37.6 - move for move in look.brows)
    left, right = EYES_AT
    lines = (
        f"M{left - 3.6:g} {outer:g}Q{left:g} {min(outer, inner) - 1.2:g} {left + 3.4:g} {inner:g}"
        f"M{right + 3.6:g} {outer:g}Q{right:g} {min(outer, inner) - 1.2:g} {right - 3.4:g} {inner:g}"
    )
    return _line(lines, person.brow, 1.9)


def _eyes(person: Drawn, look: Look) -> str:
    if look.lids == "smiling":
        arcs = "".join(f"M{x - 3:g} 44.6q3-3.4 6 0" for x in EYES_AT)
        return _line(arcs, INK, 2.1)
    move_x, move_y = look.pupils
    drawn = "".join(oval(x, EYE_HEIGHT, 3.1, 1.9, WHITE) for x in EYES_AT)
    drawn += "".join(
        f'<circle cx="{x + move_x:g}" cy="{EYE_HEIGHT + move_y:g}" r="2.1" fill="{INK}"/>'
        for x in EYES_AT
    )
    if look.lids == "open":
        drawn += _line("".join(f"M{x - 3.2:g} 43q3.2-1.9 6.4 0" for x in EYES_AT), INK, 1.1)
    else:
        top = 42.9 if look.lids == "half" else 43.4
        for x in EYES_AT:
            drawn += f'<path d="M{x - 4:g} {top - 2.4:g}h8v2.400h-8z" fill="{person.skin}"/>'
            drawn += _line(f"M{x - 3.2:g} {top:g}q3.2-.6 6.4 0", person.tone, 1.3)
    return drawn


def _nose(person: Drawn) -> str:
    return _line("M48.3 45.500q1.7 3.7-.6 4.6", person.tone, 1.4)


def _mouth(person: Drawn, look: Look) -> str:
    return _line(look.mouth, person.lip, 1.9)


def _line(path: str, colour: str, width: float) -> str:
    return (
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}" '
        'stroke-linecap="round"/>'
    )


def shape(path: str, colour: str) -> str:
    """A flat shape of one colour."""
    return f'<path d="{path}" fill="{colour}"/>'


def line(path: str, colour: str, width: float = 1.4) -> str:
    """A line with round ends."""
    return _line(path, colour, width)


def disc(x: float, y: float, radius: float, colour: str) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="{colour}"/>'


def oval(x: float, y: float, across: float, down: float, colour: str) -> str:
    return f'<ellipse cx="{x:g}" cy="{y:g}" rx="{across:g}" ry="{down:g}" fill="{colour}"/>'
