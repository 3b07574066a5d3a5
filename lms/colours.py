"""A site's own colour, made safe to read by: pure, hex in and hex out.

Whoever chooses a colour thinks of how it looks, not of the contrast of white on it. So the
colour is kept where it can be, and made darker or lighter only as far as reading needs.
"""

from __future__ import annotations

from dataclasses import dataclass

PAPER, INK_ON_LIGHT = "#faf6ef", "#ffffff"
DARK_PAPER, INK_ON_DARK = "#1b1916", "#10231d"

FOR_TEXT = 7.0
FOR_BUTTONS = 4.6

Channels = tuple[float, float, float]


@dataclass(frozen=True)
class Shades:
    """Every colour that follows from the one that was chosen, for one theme."""

    accent: str
    strong: str
    soft: str
    line: str
    on_accent: str
    link: str


def light_shades(chosen: str) -> Shades:
    """On light paper: white can be read on the accent, and a link is as plain as text."""
    accent = darken_until(chosen, FOR_BUTTONS, against=INK_ON_LIGHT)
    accent = darken_until(accent, FOR_BUTTONS, against=PAPER)
    return Shades(
        accent=accent,
        strong=mix(accent, "#000000", 0.2),
        soft=mix(PAPER, accent, 0.1),
        line=mix(PAPER, accent, 0.4),
        on_accent=INK_ON_LIGHT,
        link=darken_until(accent, FOR_TEXT, against=mix(PAPER, accent, 0.1)),
    )


def dark_shades(chosen: str) -> Shades:
    """On dark paper: the same colour, light enough to carry dark words and to be read itself."""
    accent = lighten_until(chosen, FOR_TEXT, against=DARK_PAPER)
    soft = mix(DARK_PAPER, accent, 0.14)
    return Shades(
        accent=accent,
        strong=mix(accent, "#ffffff", 0.25),
        soft=soft,
        line=mix(DARK_PAPER, accent, 0.4),
        on_accent=INK_ON_DARK if contrast(accent, INK_ON_DARK) >= FOR_BUTTONS else "#000000",
        link=lighten_until(accent, FOR_TEXT, against=soft),
    )


def darken_until(colour: str, ratio: float, *, against: str) -> str:
    """The colour, mixed with black as far as its contrast with another needs."""
    return _mix_until(colour, "#000000", ratio, against)


def lighten_until(colour: str, ratio: float, *, against: str) -> str:
    """The colour, mixed with white as far as its contrast with another needs."""
    return _mix_until(colour, "#ffffff", ratio, against)


def _mix_until(colour: str, towards: str, ratio: float, against: str) -> str:
    for part in range(0, 101, 2):
        candidate = mix(colour, towards, part / 100)
        if contrast(candidate, against) >= ratio:
            return candidate
    return towards


def mix(colour: str, other: str, part: float) -> str:
    """One colour with a part of another, from 0 (none of it) to 1 (nothing else)."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)


def contrast(colour: str, other: str) -> float:
    """The contrast of two colours as WCAG counts it, from 1 to 21."""
    lighter, darker = sorted((_luminance(colour), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _channels(colour: str) -> Channels:
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if (part := channel / 255) <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for channel in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
