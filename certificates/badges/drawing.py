"""The picture of a badge: a seal with a ribbon, the award's name and the issuer's mark.

It names nobody. Of the same words and mark it is the same picture, byte for byte.
"""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from math import cos, pi, sin
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

from certificates.fonts import installed, needs_glyph, read

SIDE = 600
FINER = 3
"""It is drawn so many times larger, and made smaller at the end, so that its edges are smooth."""
COLOURS = 128
CENTRE = (300.0, 262.0)
PAPER = "#fffdf9"
GREEN = "#235549"
CLAY = "#a84f2d"
SAND = "#c98a63"
INK = "#2b2722"
SCALLOPS = 24
MOST_LINES = 4
WIDTHS = {1: 320, 2: 320, 3: 310, 4: 300}
Point = tuple[float, float]


@lru_cache(maxsize=64)
def badge_picture(award: str, issuer: str, year: str, mark: bytes = b"") -> bytes:
    """The picture as a PNG of 600 by 600. `mark` is a PNG, `year` may be empty."""
    side = SIDE * FINER
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    _ribbons(draw)
    _disc(draw)
    top = CENTRE[1] - 172
    if mark:
        _paste_mark(image, mark, top)
    else:
        _star(draw, (CENTRE[0], top + 44), 38)
    _write(draw, award, issuer, year)
    smooth = image.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    # Of all colours it is three times as heavy, and looks the same.
    picture = smooth.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    content = BytesIO()
    picture.save(content, "PNG", optimize=True)
    return content.getvalue()


def _ribbons(draw: ImageDraw.ImageDraw) -> None:
    for turn in (1, -1):
        outline = [(40, 170), (128, 320), (84, 304), (58, 338), (-20, 200)]
        draw.polygon(_grown([(CENTRE[0] + turn * x, CENTRE[1] + y) for x, y in outline]), CLAY)


def _disc(draw: ImageDraw.ImageDraw) -> None:
    points = []
    for step in range(SCALLOPS * 16):
        angle = 2 * pi * step / (SCALLOPS * 16)
        radius = 240 + 9 * abs(sin(angle * SCALLOPS / 2))
        points.append((CENTRE[0] + radius * cos(angle), CENTRE[1] + radius * sin(angle)))
    draw.polygon(_grown(points), GREEN)
    _ring(draw, 227, SAND, 3)
    for step in range(72):
        angle = 2 * pi * step / 72
        ends = [
            (CENTRE[0] + radius * cos(angle), CENTRE[1] + radius * sin(angle))
            for radius in (210, 219)
        ]
        draw.line(_grown(ends), PAPER, FINER * 2)
    _circle(draw, 203, PAPER)
    _ring(draw, 194, SAND, 2)


def _star(draw: ImageDraw.ImageDraw, centre: Point, radius: float) -> None:
    """A small rose of leaves, where an issuer has no mark."""
    for step in range(8):
        angle = pi / 4 * step
        tip = (centre[0] + radius * cos(angle), centre[1] + radius * sin(angle))
        sides = [
            (
                centre[0] + radius * 0.45 * cos(angle + turn),
                centre[1] + radius * 0.45 * sin(angle + turn),
            )
            for turn in (0.42, -0.42)
        ]
        draw.polygon(_grown([centre, sides[0], tip, sides[1]]), GREEN if step % 2 else CLAY)


def _paste_mark(image: Image.Image, mark: bytes, top: float) -> None:
    with Image.open(BytesIO(mark)) as opened:
        largest = (150 * FINER, 84 * FINER)
        picture = ImageOps.contain(opened.convert("RGBA"), largest, Image.Resampling.LANCZOS)
    left = int(CENTRE[0] * FINER - picture.width / 2)
    image.alpha_composite(picture, (left, int(top * FINER)))


def _write(draw: ImageDraw.ImageDraw, award: str, issuer: str, year: str) -> None:
    size, lines = _fitted(award)
    font = _font(award, size)
    height = size * 1.18
    baseline = CENTRE[1] + 10 - height * (len(lines) - 1) / 2 + size * 0.36
    for number, line in enumerate(lines):
        place = (CENTRE[0] * FINER, (baseline + number * height) * FINER)
        draw.text(place, line, GREEN, font, anchor="ms")
    draw.line(_grown([(CENTRE[0] - 40, 372), (CENTRE[0] + 40, 372)]), SAND, FINER * 2)
    for words, baseline, width in ((issuer, 398, 250), (year, 424, 120)):
        sizes = (_font(words, size, plain=True) for size in (19, 17, 15, 13, 12))
        small = next((each for each in sizes if each.getlength(words) <= width * FINER), None)
        small = small or _font(words, 12, plain=True)
        line = _shortened(words, small, width)
        draw.text((CENTRE[0] * FINER, baseline * FINER), line, INK, small, anchor="ms")


def _fitted(award: str) -> tuple[int, list[str]]:
    """The largest letters in which the name takes four lines at most, and its lines."""
    for size in range(42, 17, -2):
        font = _font(award, size)
        lines = _lines(award, font)
        if len(lines) <= MOST_LINES and all(
            font.getlength(line) <= WIDTHS[len(lines)] * FINER for line in lines
        ):
            return size, lines
    font = _font(award, 18)
    lines = _lines(award, font)[:MOST_LINES]
    return 18, [_shortened(line, font, WIDTHS[MOST_LINES]) for line in lines]


def _lines(words: str, font: ImageFont.FreeTypeFont) -> list[str]:
    lines: list[str] = []
    for word in words.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(longer) <= WIDTHS[MOST_LINES] * FINER:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _shortened(words: str, font: ImageFont.FreeTypeFont, width: float) -> str:
    if font.getlength(words) <= width * FINER:
        return words
    while words and font.getlength(words + "…") > width * FINER:
        words = words[:-1].rstrip()
    return words + "…"


def _font(words: str, size: int, *, plain: bool = False) -> ImageFont.FreeTypeFont:
    """The first of the certificate's faces that has every letter of some words."""
    needed = {ord(each) for each in words if needs_glyph(each)}
    paths = installed()
    paths = [*paths[1:], paths[0]] if plain else paths
    whole = next((path for path in paths if needed <= read(path).advances.keys()), paths[0])
    return _opened(whole, size * FINER)


@lru_cache(maxsize=32)
def _opened(path: Path, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), size)


def _circle(draw: ImageDraw.ImageDraw, radius: float, fill: str) -> None:
    draw.ellipse(_around(radius), fill)


def _ring(draw: ImageDraw.ImageDraw, radius: float, colour: str, width: int) -> None:
    draw.ellipse(_around(radius), outline=colour, width=width * FINER)


def _around(radius: float) -> list[Point]:
    x, y = CENTRE
    return _grown([(x - radius, y - radius), (x + radius, y + radius)])


def _grown(points: list[Point]) -> list[Point]:
    return [(x * FINER, y * FINER) for x, y in points]
