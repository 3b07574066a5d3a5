"""What a design tells the renderer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from django.utils.functional import Promise

SHARED_STYLE = Path(__file__).parent / "shared.css"
"""What every design begins with: its own style sheet comes after."""


@dataclass(frozen=True)
class NameSizes:
    """The room for the holder's name: how wide a line is, and its sizes in points.

    `largest` is by the number of lines. At `comfortable` or above, fewer lines are preferred.
    Below `smallest_unbroken` the name may break at any letter, at `largest_broken` at most.
    """

    width_mm: float
    largest: Mapping[int, float]
    comfortable: float
    smallest_unbroken: float
    largest_broken: float


@dataclass(frozen=True)
class Design:
    """One look of a certificate: a folder with its template, its style and its drawing.

    In `certificate.html` the award is the `h1`, the holder's name the `h2`, and the code to
    scan the only `img`: the PDF's tags for screen readers are made from these. All measures
    that style, drawing and renderer share are in `millimetres`, and written nowhere else:
    `certificate.css` has each as a property, such as `var(--text-width)`, and `paper.svg` as a
    placeholder, such as `$text_width`.

    `densities` is how many times the page may be set closer when there is much to say, each
    by a class of its own on the body. `stacked` names elements by their ids: the bottom of the
    first of a pair must not run into the top of the second.

    `measured_whole` says that blocks are measured by their outer box. Designs from before there
    was such a measure are measured by their last lines; see `certificates.pdf.fits`.

    `version` is kept with each credential. Raise it when the design changes.
    """

    name: str
    label: str | Promise
    version: int
    folder: Path
    millimetres: Mapping[str, float]
    name_sizes: NameSizes
    densities: int
    stacked: tuple[tuple[str, str], ...]
    measured_whole: bool = True

    def template(self) -> str:
        return (self.folder / "certificate.html").read_text("utf-8")

    def drawing(self) -> bytes:
        """The paper behind the text, as an SVG picture."""
        drawing = Template((self.folder / "paper.svg").read_text("utf-8"))
        return drawing.substitute(self.millimetres).encode()

    def style(self) -> str:
        """The style sheet, after the page itself and the shared measures."""
        width, height = self.millimetres["page_width"], self.millimetres["page_height"]
        properties = "".join(
            f"--{name.replace('_', '-')}: {value}mm;" for name, value in self.millimetres.items()
        )
        return (
            f"@page {{ size: {width}mm {height}mm; margin: 0;"
            f' background: url("packaged:paper.svg") 0 0 / {width}mm {height}mm no-repeat; }}\n'
            f":root {{ {properties} }}\n"
            + SHARED_STYLE.read_text("utf-8")
            + (self.folder / "certificate.css").read_text("utf-8")
        )
